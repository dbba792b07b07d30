"""Rounds of written comments, as a secretariat starts them and people answer."""

from typing import Any

from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from storage import cases
from storage.hearings import Recipient, recipients
from storage.tables import Hearing
from tests.kept_world import kept
from tests.surface import FakeSurface, form, labels, message
from tests.world import World

TITLE = "Høring: Ny samhandlingsavtale"
ASK: dict[str, Any] = {
    "title": "Ny samhandlingsavtale",
    "question": "Hva mener dere om utkastet?",
    "links": "https://example.org/utkast",
    "until": "2026-09-22",
}
"""The clock stands at 1 September 2026."""


@kept
async def to_whom(surface: FakeSurface, who: str = "secretary", line: str = "horing ny", **ask: Any) -> Form:
    """The form where the recipients are chosen."""
    first = await surface.open(who, line)
    committee = {"committee": str(surface.world.committees["fsu"])}
    return form(await surface.submit(who, first, {**committee, **ASK, **ask}))


@kept
async def started(
    surface: FakeSurface,
    *persons: str,
    bodies: tuple[str, ...] = (),
    parties: tuple[int, ...] = (),
    **ask: Any,
) -> Message:
    """A round to these people; what its secretary then sees."""
    world = surface.world
    chosen = {
        "persons": [str(world.people[each]) for each in persons],
        "bodies": [str(world.committees[each]) for each in bodies],
        "parties": [str(each) for each in parties],
    }
    look = form(await surface.submit("secretary", await to_whom(surface, **ask), chosen))
    return message(await surface.submit("secretary", look))


async def asked(surface: FakeSurface, who: str) -> Message:
    """The message in which somebody is asked, as it stands now."""
    return next(shown for shown in await surface.inbox(who) if shown.title.startswith(TITLE) and "Fra" in _facts(shown))


def _facts(shown: Message) -> set[str]:
    return {fact.label for fact in shown.facts}


async def answered(surface: FakeSurface, who: str, text: str, label: str = "Svar", **more: str) -> Message:
    """What somebody is shown who has answered."""
    opened = form(await surface.press(who, await asked(surface, who), label))
    return message(await surface.submit(who, opened, {"text": text, **more}))


async def titles(surface: FakeSurface, who: str) -> list[str]:
    return [shown.title for shown in await surface.inbox(who)]


async def seen(surface: FakeSurface, who: str = "secretary") -> Message:
    """The round as the secretariat sees it now."""
    listed = message(await surface.say(who, "horing"))
    assert "Se høringen" in labels(listed)
    return message(await surface.press(who, listed, "Se høringen"))


async def row(world: World) -> Hearing:
    async with world.database.reading() as session:
        return await session.get_one(Hearing, 1)


async def rows(world: World) -> dict[str, Recipient]:
    """Everybody who is asked, by name."""
    async with world.database.reading() as session:
        return {each.name: each for each in await recipients(session, 1)}


async def case_of(world: World, title: str) -> int:
    async with world.database.reading() as session:
        found = await cases.undecided(session, list(world.committees.values()), 0, 10)
        return next(each.item.id for each in found if each.item.title == title)
