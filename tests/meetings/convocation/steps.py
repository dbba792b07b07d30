"""A meeting with cases on its agenda, and its convocation, as people make them."""

import io
from typing import Any

from docx import Document
from icalendar import Calendar
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.capability import File
from handlers.meetings.convocation import documents
from handlers.messages.message import Message
from handlers.people.links import Links
from storage import cases
from storage.tables import AgendaItem, ItemStatus, Meeting, Membership, Person
from tests.clock import FixedClock
from tests.people.links.conftest import KEY
from tests.surface import FakeSurface, labels, message
from tests.world import World


def surface_with_links(world: World, clock: FixedClock) -> FakeSurface:
    """The fake surface, with an address at which others reach files."""
    return FakeSurface(world, clock, registry(), links=Links("https://bot.example.org/", KEY, clock))


async def put(world: World, title: str, number: int = 1, **fields: Any) -> int:
    """A case on the agenda of FSU's next meeting, with nothing wrong with it unless `fields` say so; its id."""
    item = AgendaItem(
        **{
            "draft_id": f"draft-{number}-{title[:40]}",
            "committee_id": world.committees["fsu"],
            "meeting_id": world.meetings["fsu-1"],
            "proposer_id": world.people["member"],
            "status": ItemStatus.ACCEPTED,
            "number": f"{number}/2026",
            "number_year": 2026,
            "number_in_year": number,
            "title": title,
            "types": ["O"],
            "purpose": "Bli enige",
            "presenter_ids": [world.people["colleague"]],
            "created_at": FixedClock().now(),
            "changed_at": FixedClock().now(),
            **fields,
        }
    )
    async with world.database.transaction() as session:
        session.add(item)
        await session.flush()
        await cases.HISTORY.add(session, item.id, "proposed", item.proposer_id, item.created_at)
        return item.id


async def change(world: World, row: type[Any], row_id: int, **fields: Any) -> None:
    async with world.database.transaction() as session:
        found = await session.get_one(row, row_id)
        for name, value in fields.items():
            setattr(found, name, value)


async def member_of(world: World, who: str, role: str) -> None:
    """Give them another role in FSU."""
    async with world.database.transaction() as session:
        session.add(Membership(committee_id=world.committees["fsu"], person_id=world.people[who], role=role))


async def page(surface: FakeSurface, who: str = "secretary") -> Message:
    return message(await surface.say(who, "saksliste FSU 21.9."))


async def checked(surface: FakeSurface, who: str = "secretary") -> Message:
    """What is not as it should be, before anything is sent."""
    return message(await surface.press(who, await page(surface, who), "Send innkalling"))


async def sent(surface: FakeSurface, who: str = "secretary") -> Message:
    """Send it, whatever is remarked."""
    asked = await checked(surface, who)
    (label,) = [each for each in labels(asked) if each.startswith("Send")]
    return message(await surface.press(who, asked, label))


async def convocation(surface: FakeSurface, who: str) -> Message | None:
    """The convocation as it stands before them; None: they have none."""
    found = [shown for shown in await surface.inbox(who) if shown.title.startswith(("Innkalling", "Du legger fram"))]
    assert len(found) <= 1
    return found[0] if found else None


async def opened(surface: FakeSurface, who: str, document: str = documents.WORD) -> File:
    """The file, as a link in a message of theirs opens it."""
    arguments = {"meeting": str(surface.world.meetings["fsu-1"])}
    address = surface.bot.links.file(surface.world.people[who], document, arguments)
    assert address is not None
    return await surface.bot.document(address.rpartition("/")[2])


async def word(surface: FakeSurface, who: str) -> Any:
    return Document(io.BytesIO((await opened(surface, who)).draw()))


async def calendar(surface: FakeSurface, who: str) -> tuple[Any, Any]:
    """The calendar and the event in it, read again."""
    found = Calendar.from_ical((await opened(surface, who, documents.CALENDAR)).draw())
    (event,) = found.walk("VEVENT")
    return found, event


async def agenda_of(surface: FakeSurface, who: str) -> list[list[str]]:
    """The rows of the agenda in the Word document, below its head."""
    return [[cell.text for cell in row.cells] for row in (await word(surface, who)).tables[1].rows[1:]]


async def email_of(world: World, who: str) -> str:
    async with world.database.transaction() as session:
        return str(await session.scalar(select(col(Person.email)).where(col(Person.id) == world.people[who])))


async def meeting(world: World) -> Meeting:
    async with world.database.transaction() as session:
        return await session.get_one(Meeting, world.meetings["fsu-1"])
