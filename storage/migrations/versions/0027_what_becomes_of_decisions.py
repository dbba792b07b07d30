"""What becomes of decisions: follow-ups with an owner and a date, disagreements, rounds of comments, evaluations.

And old papers that are read in: their cases have no proposer.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from storage.append_only import statements

revision = "0027"
down_revision = "0026"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")

_HISTORIES = {
    "follow_up_event": "follow_up_id",
    "disagreement_event": "disagreement_id",
    "hearing_event": "hearing_id",
    "paper_event": "paper_id",
}
"""Table, and the column that says what its events are about."""


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("committee_id", ID, nullable=True),
        sa.Column("read", JSON, nullable=False),
        sa.Column("taken_out", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("version_of_id", ID, nullable=True),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["version_of_id"], ["paper.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_paper_committee_id", "paper", ["committee_id"])
    op.create_index("ix_paper_digest", "paper", ["digest"])

    op.create_table(
        "paper_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("paper_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_paper_event_paper_id", "paper_event", ["paper_id"])

    op.create_table(
        "evaluation",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id"),
    )
    op.create_index("ix_evaluation_clock_at", "evaluation", ["clock_at"])

    op.create_table(
        "case_follower",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("item_id", "person_id"),
    )
    op.create_index("ix_case_follower_item_id", "case_follower", ["item_id"])
    op.create_index("ix_case_follower_person_id", "case_follower", ["person_id"])

    op.create_table(
        "evaluation_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("evaluation_id", ID, nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_evaluation_answer_evaluation_id", "evaluation_answer", ["evaluation_id"])

    op.create_table(
        "evaluation_asked",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("evaluation_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("answered", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("evaluation_id", "person_id"),
    )
    op.create_index("ix_evaluation_asked_evaluation_id", "evaluation_asked", ["evaluation_id"])
    op.create_index("ix_evaluation_asked_person_id", "evaluation_asked", ["person_id"])

    op.create_table(
        "hearing",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("links", JSON, nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_by_id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_hearing_clock_at", "hearing", ["clock_at"])
    op.create_index("ix_hearing_committee_id", "hearing", ["committee_id"])
    op.create_index("ix_hearing_item_id", "hearing", ["item_id"])

    op.create_table(
        "hearing_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("hearing_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_hearing_event_hearing_id", "hearing_event", ["hearing_id"])

    op.create_table(
        "hearing_recipient",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("hearing_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.String(), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("committee_id", ID, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("no_remarks", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["hearing_id"], ["hearing.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_hearing_recipient_hearing_id", "hearing_recipient", ["hearing_id"])
    op.create_index("ix_hearing_recipient_person_id", "hearing_recipient", ["person_id"])

    op.create_table(
        "disagreement",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("meeting_id", ID, nullable=False),
        sa.Column("committee_id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", ID, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"]),
        sa.ForeignKeyConstraint(["entry_id"], ["minutes_entry.id"]),
        sa.ForeignKeyConstraint(["item_id"], ["agenda_item.id"]),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"]),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("entry_id"),
    )
    op.create_index("ix_disagreement_clock_at", "disagreement", ["clock_at"])
    op.create_index("ix_disagreement_committee_id", "disagreement", ["committee_id"])
    op.create_index("ix_disagreement_item_id", "disagreement", ["item_id"])
    op.create_index("ix_disagreement_meeting_id", "disagreement", ["meeting_id"])

    op.create_table(
        "disagreement_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("disagreement_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["disagreement_id"], ["disagreement.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_disagreement_event_disagreement_id", "disagreement_event", ["disagreement_id"])

    op.create_table(
        "disagreement_view",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("disagreement_id", ID, nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("organisation_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("written_by_id", ID, nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["disagreement_id"], ["disagreement.id"]),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("disagreement_id", "party"),
    )
    op.create_index("ix_disagreement_view_disagreement_id", "disagreement_view", ["disagreement_id"])

    op.create_table(
        "follow_up_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("draft_id", sa.String(), nullable=True),
        sa.Column("follow_up_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"]),
        sa.ForeignKeyConstraint(["follow_up_id"], ["follow_up.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("draft_id"),
    )
    op.create_index("ix_follow_up_event_follow_up_id", "follow_up_event", ["follow_up_id"])

    op.add_column(
        "agenda_item", sa.Column("paper_id", ID, sa.ForeignKey("paper.id"), nullable=True), inline_references=True
    )
    op.create_index("ix_agenda_item_paper_id", "agenda_item", ["paper_id"])
    op.add_column(
        "agenda_slot", sa.Column("paper_id", ID, sa.ForeignKey("paper.id"), nullable=True), inline_references=True
    )
    op.create_index("ix_agenda_slot_paper_id", "agenda_slot", ["paper_id"])
    op.add_column(
        "attendance", sa.Column("paper_id", ID, sa.ForeignKey("paper.id"), nullable=True), inline_references=True
    )
    op.create_index("ix_attendance_paper_id", "attendance", ["paper_id"])
    op.add_column("conclusion", sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "conclusion",
        sa.Column("revoked_by_id", ID, sa.ForeignKey("conclusion.id"), nullable=True),
        inline_references=True,
    )
    op.add_column(
        "follow_up",
        sa.Column("conclusion_id", ID, sa.ForeignKey("conclusion.id"), nullable=True),
        inline_references=True,
    )
    op.add_column(
        "follow_up",
        sa.Column("owner_organisation_id", ID, sa.ForeignKey("organisation.id"), nullable=True),
        inline_references=True,
    )
    op.add_column(
        "follow_up", sa.Column("due_meeting_id", ID, sa.ForeignKey("meeting.id"), nullable=True), inline_references=True
    )
    op.add_column("follow_up", sa.Column("status", sa.String(), server_default="open", nullable=False))
    op.add_column("follow_up", sa.Column("status_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("follow_up", sa.Column("rhythm", sa.String(), server_default="", nullable=False))
    op.add_column("follow_up", sa.Column("report_on", sa.Date(), nullable=True))
    op.add_column("follow_up", sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "follow_up",
        sa.Column("became_item_id", ID, sa.ForeignKey("agenda_item.id"), nullable=True),
        inline_references=True,
    )
    op.add_column("follow_up", sa.Column("recommended", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("follow_up", sa.Column("answer", sa.String(), nullable=True))
    op.add_column("follow_up", sa.Column("answered_on", sa.Date(), nullable=True))
    op.add_column("follow_up", sa.Column("answer_text", sa.Text(), server_default="", nullable=False))
    op.add_column("follow_up", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_follow_up_became_item_id", "follow_up", ["became_item_id"])
    op.create_index("ix_follow_up_clock_at", "follow_up", ["clock_at"])
    op.create_index("ix_follow_up_conclusion_id", "follow_up", ["conclusion_id"])
    op.create_index("ix_follow_up_due_meeting_id", "follow_up", ["due_meeting_id"])
    op.create_index("ix_follow_up_owner_organisation_id", "follow_up", ["owner_organisation_id"])
    op.add_column("meeting", sa.Column("day_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "meeting", sa.Column("paper_id", ID, sa.ForeignKey("paper.id"), nullable=True), inline_references=True
    )
    op.create_index("ix_meeting_paper_id", "meeting", ["paper_id"])
    op.add_column(
        "minutes", sa.Column("paper_id", ID, sa.ForeignKey("paper.id"), nullable=True), inline_references=True
    )
    op.create_index("ix_minutes_paper_id", "minutes", ["paper_id"])
    op.add_column(
        "organisation",
        sa.Column("merged_into_id", ID, sa.ForeignKey("organisation.id"), nullable=True),
        inline_references=True,
    )
    _without_proposer()
    for table, about in _HISTORIES.items():
        columns = ("id", "kind", "at", "note", "data", "internal", "draft_id", about)
        for statement in statements(op.get_context().dialect.name, table, columns):
            op.execute(statement)


def _without_proposer() -> None:
    """A case need not have a proposer.

    SQLite cannot say so of a column that is there, and a copy of the table would need its foreign keys off, which
    cannot be done inside a transaction. What it says itself for this change is to write the definition anew
    (https://www.sqlite.org/lang_altertable.html, «Making Other Kinds Of Table Schema Changes», the second way).
    """
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("agenda_item", "proposer_id", nullable=True)
        return
    connection = op.get_bind()
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    changed = connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, 'proposer_id INTEGER NOT NULL', 'proposer_id INTEGER') "
            "WHERE type = 'table' AND name = 'agenda_item' AND instr(sql, 'proposer_id INTEGER NOT NULL') > 0"
        )
    )
    if changed.rowcount != 1:
        raise RuntimeError("the table agenda_item is not as earlier migrations made it")
    connection.execute(sa.text(f"PRAGMA schema_version = {int(version) + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
