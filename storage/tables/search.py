"""What is searched in: the terms of each case, and of each line of an agenda that minutes say something of."""

from typing import Any

from sqlalchemy import DDL, Column, Integer, event
from sqlmodel import Field

from storage.search_index import DIALECTS, Terms, statements
from storage.statements import table
from storage.tables.row import Row
from storage.types import ID_TYPE


class SearchDoc(Row, table=True):
    """What one kind of reader may find of a case, or of another line of an agenda, in one committee.

    It follows from what it is about (no foreign keys: that may go first), a moment after (`handlers.searching.index`),
    so whoever finds it looks at that again. `place`: where it stands among what is found, the newest highest.
    `subject`: what it is about (`i7`, `s12`). `level`: for whom (`storage.search.Level`).
    `held`: the committee has the case now. `digest`: of all that it was made of.
    """

    __tablename__ = "search_doc"
    place: int = Field(sa_column=Column(ID_TYPE, primary_key=True, autoincrement=False))
    subject: str = Field(index=True)
    item_id: int | None = Field(default=None, sa_column=Column(ID_TYPE, nullable=True))
    slot_id: int | None = Field(default=None, sa_column=Column(ID_TYPE, nullable=True))
    committee_id: int = Field(sa_column=Column(ID_TYPE, nullable=False))
    level: int = Field(sa_column=Column(Integer(), nullable=False))
    held: bool
    digest: str
    terms: str = Field(sa_column=Column(Terms(), nullable=False))


for _dialect in DIALECTS:
    for _statement in statements(_dialect):
        _made: Any = DDL  # it has no types
        event.listen(table(SearchDoc), "after_create", _made(_statement).execute_if(dialect=_dialect))
