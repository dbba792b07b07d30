"""Reminders that were said before they were laid ahead: nobody hears them twice, and what nobody had got is said."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select, text
from sqlmodel import col

from handlers.meetings.reminders import REMIND
from handlers.meetings.settings import CommitteeSettings
from storage.database import Database
from storage.migrate import migrate
from storage.tables import Delivery, Reminder
from tests.chores import reminded
from tests.clock import FixedClock
from tests.storage.test_migrations import upgrade_to

DAY = timedelta(days=1)


async def test_reminders_from_before(empty: Database) -> None:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    # What is over by the clock of the machine is nothing to be kept.
    now = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    starts, deadline = now + 20 * DAY, now + 6 * DAY
    settings = CommitteeSettings(remind_terms=()).model_dump_json().replace(":", r"\:")

    def moment(at: datetime) -> str:
        return f"{at:%Y-%m-%d %H:%M:%S.%f}" + ("" if empty.is_sqlite else "+00")

    def delivery(key: str, person: int, *, shown: int, ends: datetime) -> str:
        return (
            "INSERT INTO delivery (key, subject, person_id, message, status, revision, shown_revision, due_at, "
            "expires_at, attempts, uncertain, error, created_at) VALUES ("
            f"'{key}', 'meeting:1:reminder', {person}, '{{\"title\": \"Frist\"}}', "
            f"'{'sent' if shown else 'pending'}', 1, {shown}, '{moment(now - DAY)}', '{moment(ends)}', 0, 0, '', "
            f"'{moment(now - DAY)}')"
        )

    key = f"reminder:1:deadline:{deadline.isoformat()}:7d 09:00"
    old = f"reminder:1:deadline:{(now - DAY).isoformat()}:1d 09:00"
    async with empty.transaction() as session:
        connection = await session.connection()
        await connection.run_sync(upgrade_to, "0037")
        for statement in (
            "INSERT INTO organisation (id, key, name, kind) VALUES (1, 'hospital', 'Eksempel sykehus', 'hospital')",
            *(
                "INSERT INTO person (id, organisation_id, name, language, also_at) "
                f"VALUES ({number}, 1, 'Eksempel {number}', 'nb', '[]')"
                for number in (1, 2)
            ),
            "INSERT INTO committee (id, key, name, number_template, proposals_from, zone, standing_items, settings) "
            f"VALUES (1, 'c1', 'Utvalg 1', '{{n}}', 'members', 'Europe/Oslo', '[]', '{settings}')",
            *(
                f"INSERT INTO membership (committee_id, person_id, role) VALUES (1, {number}, 'medlem')"
                for number in (1, 2)
            ),
            "INSERT INTO meeting (id, key, committee_id, starts_at, ends_at, deadline_at, zone, place) "
            "VALUES (1, 'm', 1, "
            f"'{moment(starts)}', '{moment(starts)}', '{moment(deadline)}', 'Europe/Oslo', '')",
            delivery(f"{key}:1", 1, shown=1, ends=deadline),
            delivery(f"{key}:2", 2, shown=0, ends=deadline),
            delivery(f"{old}:1", 1, shown=1, ends=now - DAY),
            delivery("reminder:x:y:z", 1, shown=1, ends=deadline),
        ):
            await session.execute(text(statement))
    await migrate(empty)
    async with empty.reading() as session:
        (row,) = await session.scalars(select(Reminder))
        assert (row.kind, row.person_id, row.status, row.delivery_key) == ("mote.frist", 1, "handed", f"{key}:1")
        assert row.occurrence == f"1:{deadline.isoformat()}:7d 09:00"
        assert (row.meeting_id, row.committee_id, row.expires_at) == (1, 1, deadline)
    # Only whoever has not got it is reminded.
    assert await reminded(REMIND, empty, FixedClock(now)) == 1
    async with empty.reading() as session:
        new = await session.scalars(select(Delivery).where(col(Delivery.key).startswith("reminders:")))
        assert [each.person_id for each in new] == [2]
