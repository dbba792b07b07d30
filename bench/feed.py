"""What a calendar address costs, over HTTP and on both databases: a calendar of 200 entries, and «nothing has changed».

    python -m bench.feed --committees 160

In a partnership of that many committees with ten meetings a year each, twenty members, and eight cases with a presenter
on each agenda. Beside it, how long the package `icalendar` takes to draw the same entries.
"""

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import insert, text

from bench.common import Request, Verdict, describe, load, server
from bench.search import databases
from bot.web.feed import CalendarFeeds
from config.translations import catalogs
from handlers.calendar.clock import SystemClock
from handlers.calendar.feed import FOLDER, Event
from handlers.calendar.zone_rule import component
from handlers.subscriptions import address, contents
from handlers.subscriptions.reading import Feeds
from handlers.writing import language
from storage import calendar_feeds
from storage.database import Database
from storage.migrate import migrate
from storage.statements import table
from storage.tables import AgendaItem, Committee, ItemStatus, Meeting, Membership, Organisation, Person

MEETINGS, MEMBERS, CASES, MINE = 10, 20, 8, 10
TIMES, ROUNDS = 100, 7
MOST_MS, MOST_UNCHANGED_MS = 20.0, 2.0


@contextlib.asynccontextmanager
async def serving(url: str) -> AsyncIterator[web.Application]:
    """The calendar addresses, and nothing else."""
    language.install(catalogs())
    database = Database(url)
    application = web.Application()
    application.add_routes(CalendarFeeds(Feeds(database, SystemClock()).open).routes())
    yield application
    await database.close()


async def fill(database: Database, committees: int) -> str:
    """Write the partnership; the path of the address of somebody who is in ten of its committees."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    people = committees * MEMBERS
    async with database.transaction() as session:
        await session.execute(insert(table(Organisation)), {"id": 1, "key": "a", "name": "Eksempel sykehus"})
        await session.execute(
            insert(table(Person)),
            [
                {"id": number, "organisation_id": 1, "name": f"Eksempel {number}", "also_at": [], "language": "nb"}
                for number in range(1, people + 1)
            ],
        )
        await session.execute(
            insert(table(Committee)),
            [
                {
                    "id": number,
                    "key": f"u{number}",
                    "name": f"Samarbeidsutvalg {number}, for fag og drift",
                    "number_template": "{n}/{yy}",
                    "settings": {},
                    "standing_items": [],
                }
                for number in range(1, committees + 1)
            ],
        )
        members = {(1 + number // MEMBERS, 1 + number) for number in range(people)}
        members |= {(1 + number, 1) for number in range(MINE)}
        await session.execute(
            insert(table(Membership)),
            [{"committee_id": committee, "person_id": person, "role": "medlem"} for committee, person in members],
        )
        meetings = []
        for number in range(committees * MEETINGS):
            starts_at = now + timedelta(days=36 * (number % MEETINGS) - 90, minutes=5 * (number // MEETINGS))
            meetings.append(
                {
                    "id": number + 1,
                    "committee_id": 1 + number // MEETINGS,
                    "key": f"m{number}",
                    "starts_at": starts_at,
                    "ends_at": starts_at + timedelta(hours=3),
                    "deadline_at": starts_at - timedelta(days=14),
                    "zone": "Europe/Oslo",
                    "place": "Møterom 3, Eksempel sykehus",
                    "join_url": f"https://example.org/m/{number}?passcode=abcdefghij",
                }
            )
        await session.execute(insert(table(Meeting)), meetings)
        await session.execute(
            insert(table(AgendaItem)),
            [
                {
                    "draft_id": f"d{number}",
                    "committee_id": 1 + number // CASES // MEETINGS,
                    "meeting_id": 1 + number // CASES,
                    "status": ItemStatus.ACCEPTED,
                    "number": f"{number}/26",
                    "title": f"Felles opplæring i utskrivning {number}",
                    "types": ["O"],
                    "purpose": "Bli enige",
                    "conclusion": "",
                    "presenter_ids": [1 + number * 7 % people],
                    "links": [],
                    "created_at": now,
                    "changed_at": now,
                }
                for number in range(committees * MEETINGS * CASES)
            ],
        )
        made = address.new()
        await calendar_feeds.make(session, 1, made.handle, address.hashed(made.secret), now)
    if not database.is_sqlite:
        async with database.transaction() as session:
            await session.execute(text("ANALYZE"))
    return f"{made.handle}/{made.secret}.ics"


def by_package(events: Sequence[Event]) -> bytes:
    """The same entries, drawn by `icalendar`."""
    from icalendar import Calendar
    from icalendar import Event as Entry

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add_component(component("Europe/Oslo"))
    zone = ZoneInfo("Europe/Oslo")
    for each in events:
        entry = Entry()
        entry.add("uid", each.uid)
        entry.add("sequence", each.sequence)
        entry.add("dtstamp", datetime.now(UTC))
        for name, moment in (("dtstart", each.begins), ("dtend", each.ends)):
            if isinstance(moment, datetime):
                entry.add(name, moment.astimezone(zone))
        entry.add("summary", each.title)
        entry.add("location", each.place)
        entry.add("description", each.text)
        entry.add("url", each.url)
        entry.add("status", "CONFIRMED")
        entry.add("transp", "OPAQUE" if each.busy else "TRANSPARENT")
        calendar.add_component(entry)
    return bytes(calendar.to_ical())


async def measure(kind: str, committees: int, verdict: Verdict) -> None:
    async with databases(kind) as url:
        database = Database(url, patience=100)
        await migrate(database)
        path = await fill(database, committees)
        found = await Feeds(database, SystemClock()).open(path)
        assert found is not None
        events = list(contents.events(contents.read(found.found), found.today))
        begun = perf_counter()
        by_package(events)
        print(f"{kind}: {len(events)} entries, {len(found.draw())} octets; icalendar alone draws them in", end=" ")
        print(f"{(perf_counter() - begun) * 1000:.1f} ms, our own lines in", end=" ")
        begun = perf_counter()
        found.draw()
        print(f"{(perf_counter() - begun) * 1000:.1f} ms")
        await database.close()
        async with server("bench.feed:serving", url) as base:
            whole = Request(f"/{FOLDER}/{path}", b"", {}, "GET")
            same = Request(f"/{FOLDER}/{path}", b"", {"If-None-Match": f'"{found.tag}"'}, "GET")
            nowhere = Request(f"/{FOLDER}/{path[:20]}xx.ics", b"", {}, "GET")
            times: dict[str, list[float]] = {"whole": [], "same": [], "nowhere": []}
            for _round in range(ROUNDS):
                for name, request, status in (("whole", whole, 200), ("same", same, 304), ("nowhere", nowhere, 404)):
                    timings = await load(base, [request] * TIMES, concurrency=1, expect=status)
                    times[name].append(timings.median * 1000)
        # On a machine that others use too, the best of the rounds is what it takes; each of them is a median.
        best = {name: min(rounds) for name, rounds in times.items()}
        print(f"{kind}: an address that leads nowhere: {best['nowhere']:.2f} ms")
        verdict.at_most(f"{kind}: a calendar of {len(events)} entries", best["whole"], MOST_MS, " ms")
        verdict.at_most(f"{kind}: nothing has changed", best["same"], MOST_UNCHANGED_MS, " ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--committees", type=int, default=160)
    chosen = parser.parse_args()
    describe("icalendar", "aiohttp", "sqlalchemy", "asyncpg")
    verdict = Verdict()
    for kind in ("sqlite", "postgresql"):
        asyncio.run(measure(kind, chosen.committees, verdict))
    verdict.exit()


if __name__ == "__main__":
    main()
