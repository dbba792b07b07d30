"""Word templates of committees."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlmodel import Field

from storage.tables.columns import moment, points_to, row_id
from storage.tables.row import Row


class DocumentTemplate(Row, table=True):
    """A committee's own template of a kind of document (`innkalling`), checked before it was put here.

    `content` is the DOCX, a few megabytes at most (`handlers.writing.template.package`).
    """

    __tablename__ = "document_template"
    __table_args__ = (UniqueConstraint("committee_id", "kind"),)
    id: int = row_id()
    committee_id: int = points_to("committee.id", index=False)
    kind: str
    content: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    file_name: str
    added_at: datetime = moment()
    added_by_id: int = points_to("person.id", index=False)
