"""The minutes of a meeting that never was, as kept in `docs/meetings/`: whole, and as the public may read them.

    python -m tests.meetings.minutes.round.example

writes them anew; a test compares what they say.
"""

import asyncio
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx import Document
from sqlalchemy import select
from sqlmodel import SQLModel, col

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.meetings.document_names import MINUTES, PUBLIC_MINUTES
from handlers.meetings.minutes.round_actions import Do
from handlers.people.links import Links
from storage import minutes
from storage.database import Database
from storage.tables import AgendaItem, AgendaSlot, Attendance, Disqualification, FollowUp, Minutes
from tests.clock import FixedClock
from tests.kept_world import world_in
from tests.meetings.minutes.round import steps
from tests.surface import FakeSurface
from tests.world import World

FOLDER = Path(__file__).parents[4] / "docs" / "meetings"
FILES: Mapping[str, str] = {MINUTES: "referat.docx", PUBLIC_MINUTES: "referat-offentlig.docx"}

ROUTINE, BUDGET, PLAN = "Felles rutine for utskrivning til hjemmet", "Tvist om en faktura", "Møteplan for neste år"
STANDING = ("Godkjenning av innkalling og dagsorden", "Godkjenning av forrige referat", "Eventuelt")
_WRITTEN: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "Godkjenning av innkalling og dagsorden": ("", ("Innkalling og dagsorden godkjennes.",), ""),
    "Godkjenning av forrige referat": ("", ("Referatet godkjennes uten merknader.",), ""),
    ROUTINE: (
        "Arbeidsgruppen la fram utkastet. Det ble drøftet i tre grupper.\n"
        "• Fastlegen må få epikrisen samme dag.\n"
        "• Opplæringen bør være felles, og gå over to år. Spørsmål rettes til rutine@example.org.\n"
        "• Noen mente at fristene er for korte for små kommuner.",
        (
            "Utvalget slutter seg til rutinen, som tas i bruk fra nyttår.",
            "Arbeidsgruppen legger fram en plan for opplæring på neste møte.",
        ),
        "agreed_with_remark",
    ),
    BUDGET: ("Partene la fram hver sin forståelse av avtalen.", ("Saken utsettes til neste møte.",), "postponed"),
    PLAN: ("Sekretariatet la fram planen.", ("Møteplanen tas til orientering.",), ""),
    "Eventuelt": ("Ingen saker.", (), ""),
}


async def documents(folder: Path) -> Mapping[str, bytes]:
    """The content of each, by the name of its file. `folder`: for the database."""
    database = Database(f"sqlite:///{folder}/example.sqlite")
    async with database.engine.begin() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    clock = FixedClock()
    world = await world_in(database, clock.now())
    surface = FakeSurface(world, clock, registry())
    links = Links("https://bot.example.org/", "k" * 32, clock)
    surface.bot = Bot(database, registry(), clock, links=links)
    await steps.rules(world, number="Protokoll nr. {n:02}/{yyyy}")
    await steps.held(surface, ROUTINE, BUDGET, PLAN, standing=STANDING)
    await _attended(world)
    await _write(world)
    await steps.do(surface, "secretary", Do.SEND)
    await steps.clock_says(surface, days=8)
    await steps.do(surface, "secretary", Do.PUBLISH)
    made = {}
    for document, name in FILES.items():
        address = links.file(world.people["member"], document, {"meeting": str(world.meetings["fsu-1"])})
        assert address is not None
        made[name] = (await surface.bot.document(address.rpartition("/")[2])).draw()
    await database.close()
    return made


async def _attended(world: World) -> None:
    people, meeting = world.people, world.meetings["fsu-1"]
    slot = await steps.slot_of(world, ROUTINE)
    async with world.database.transaction() as session:
        session.add_all(
            Attendance(meeting_id=meeting, person_id=people[who], present=present, **more)
            for who, present, more in (
                ("member", True, {}),
                ("colleague", False, {}),
                ("carer", True, {"capacity": "stedfortreder", "stands_in_for_id": people["colleague"]}),
                ("secretary", True, {"capacity": "sekretariat"}),
                ("deputy", True, {"capacity": "sekretariat", "to_slot_id": slot}),
                ("observer", True, {"capacity": "observatør"}),
                ("clinician", True, {"capacity": "gjest", "guest_in": [slot]}),
            )
        )
        session.add(
            Disqualification(
                meeting_id=meeting,
                slot_id=await _slot(session, BUDGET),
                person_id=people["member"],
                substitute_name="Eksempel Vara",
                at=FixedClock().now(),
                by_id=people["secretary"],
            )
        )


async def _slot(session: Any, title: str) -> int:
    found = select(AgendaSlot.id).join(AgendaItem, col(AgendaItem.id) == col(AgendaSlot.item_id))
    return int((await session.scalars(found.where(col(AgendaItem.title) == title))).one())


async def _write(world: World) -> None:
    of = await steps.of(world)
    slots = {}
    async with world.database.transaction() as session:
        row = await session.get_one(Minutes, of.minutes.id)
        row.chair_id = world.people["member"]
        for item in await session.scalars(select(AgendaItem)):
            slots[item.title] = await _slot(session, item.title)
            item.types = item.number_types = {ROUTINE: ["D", "B"], BUDGET: ["D"], PLAN: ["O"]}[item.title]
            item.number = f"{item.number_in_year}/2026 ({'/'.join(item.types)})"
            item.presenters_text = {ROUTINE: "Eksempel Clinician", PLAN: "Sekretariatet"}.get(item.title, "")
            if item.title == BUDGET:
                item.closed_under = "offl. § 13"
            if item.title == ROUTINE:
                item.links = ["https://example.org/rutine.pdf"]
        entries = await minutes.entries(session, row.id)
        by_title = {title: entries[slot] for title, slot in slots.items()}
        for slot in await session.scalars(select(AgendaSlot).where(col(AgendaSlot.standing).is_not(None))):
            by_title[str(slot.standing)] = entries[slot.id]
        for title, entry in by_title.items():
            discussion, conclusions, how = _WRITTEN[title]
            entry.entry.discussion, entry.entry.how_decided = discussion, how or None
            await minutes.conclude(session, entry, [("", each) for each in conclusions])
        session.add(
            FollowUp(
                entry_id=by_title[ROUTINE].entry.id,
                ordinal=1,
                text="Legge fram en plan for opplæring",
                owner_id=world.people["clinician"],
                due_text="neste møte",
            )
        )


def said(content: bytes) -> list[str]:
    """What a document says, line by line."""
    made: Any = Document(io.BytesIO(content))
    return [paragraph.text for paragraph in made.paragraphs] + [
        cell.text for table in made.tables for row in table.rows for cell in row.cells
    ]


def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = asyncio.run(documents(Path(folder)))
    FOLDER.mkdir(exist_ok=True)
    for name, content in made.items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    _main()
