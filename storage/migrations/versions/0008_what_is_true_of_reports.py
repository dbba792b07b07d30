"""Whether a report was answered in time, when the statutory notice was sent, the units' deadline for serious events;
and numbers by consent and by answers in time."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MOMENT = sa.DateTime(timezone=True)
_DEVIATION = sa.table(
    "deviation",
    sa.column("id", sa.BigInteger()),
    sa.column("unit_id", sa.BigInteger()),
    sa.column("sent_at", _MOMENT),
    sa.column("due_at", _MOMENT),
    sa.column("answered_at", _MOMENT),
    sa.column("asked_again_at", _MOMENT),
    sa.column("answered_in_time", sa.Boolean()),
)
_UNIT = sa.table("unit", sa.column("id", sa.BigInteger()), sa.column("response_days", sa.Integer()))
_COUNTED_BY = (
    "month, direction, status, unit_id, workplace_id, organisation_id, reporter_organisation_id, service, "
    "consequence, near_miss, consent, answered_at, seconds_to_answer, answered_in_time, rating"
)
_WATCHED = ("deviation", f"UPDATE OF {_COUNTED_BY}", "INSERT INTO deviation_recount (month) VALUES ({row}.month);")


def upgrade() -> None:
    op.add_column("deviation", sa.Column("notice_sent_at", _MOMENT, nullable=True))
    op.add_column("deviation", sa.Column("answered_in_time", sa.Boolean(), nullable=True))
    op.add_column("unit", sa.Column("serious_response_days", sa.Integer(), nullable=False, server_default="7"))
    op.execute("UPDATE unit SET serious_response_days = response_days WHERE response_days < 7")
    _whether_in_time()
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER deviation_recount ON deviation")
        op.execute("DROP FUNCTION deviation_recount()")
        _watch_on_postgresql(*_WATCHED)
    else:
        for when in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER deviation_recount_{when}")
        _watch_on_sqlite(*_WATCHED)
    # What is there already is to be counted by these too.
    op.execute("INSERT INTO deviation_recount (month) SELECT DISTINCT month FROM deviation")


def _whether_in_time() -> None:
    """Of what is answered already. Asked once more after its answer, a report got a new deadline: the first one is then
    worked out from when it was sent, and how long its unit has now."""
    row = _DEVIATION.c
    answered = row.answered_at.is_not(None)
    anew = row.asked_again_at > row.answered_at
    op.execute(
        sa.update(_DEVIATION)
        .where(answered, sa.or_(row.asked_again_at.is_(None), ~anew))
        .values(answered_in_time=sa.case((row.answered_at <= row.due_at, sa.true()), else_=sa.false()))
    )
    asked_again = op.get_bind().execute(
        sa.select(row.id, row.sent_at, row.answered_at, _UNIT.c.response_days)
        .join_from(_DEVIATION, _UNIT, _UNIT.c.id == row.unit_id)
        .where(answered, anew, row.sent_at.is_not(None))
    )
    for deviation_id, sent_at, answered_at, days in asked_again.all():
        op.execute(
            sa.update(_DEVIATION)
            .where(row.id == deviation_id)
            .values(answered_in_time=_utc(answered_at) <= _due(_utc(sent_at), days))
        )


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _due(sent_at: datetime, days: int) -> datetime:
    zone = ZoneInfo("Europe/Oslo")
    return datetime.combine(sent_at.astimezone(zone).date() + timedelta(days=days), time(16), zone)


def _watch_on_postgresql(name: str, update: str, note: str) -> None:
    op.execute(
        f"CREATE FUNCTION {name}_recount() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {note.format(row='OLD')} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {note.format(row='NEW')} END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name}_recount AFTER INSERT OR DELETE OR {update} ON {name} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}_recount()"
    )


def _watch_on_sqlite(name: str, update: str, note: str) -> None:
    old, new = note.format(row="OLD"), note.format(row="NEW")
    for when, does in (("INSERT", new), (update, f"{old} {new}"), ("DELETE", old)):
        op.execute(f"CREATE TRIGGER {name}_recount_{when.split()[0].lower()} AFTER {when} ON {name} BEGIN {does} END")
