"""A case that ended in disagreement, and its protocol, as people and the clock make them go on."""

from typing import Any

from sqlalchemy import update
from sqlmodel import col, select

from handlers.capabilities import registry
from handlers.decisions.disagreement import clock, opening
from handlers.decisions.disagreement.actions import Do
from handlers.decisions.disagreement.rule import NAME
from handlers.dialogs.dialog import Form, Reply
from handlers.messages.message import Message
from handlers.reminders.handing import NAME as SEND
from storage import disagreements
from storage.disagreements import DisagreementOf, ViewOf
from storage.history import Event
from storage.tables import Disagreement, HowDecided, Minutes, MinutesEntry, MinutesStatus, Setting
from tests.chores import done
from tests.kept_world import kept
from tests.meetings.minutes.round import steps as minutes
from tests.surface import FakeSurface, form, message
from tests.world import World

TITLE = minutes.TITLE
HOSPITAL, MUNICIPALITY = "Eksempel sykehus", "Eksempel kommune"
OURS = "Sykehuset mener at ansvaret går over når pasienten er meldt utskrivningsklar."
THEIRS = "Kommunen mener at ansvaret går over når pasienten er mottatt."


async def decided(world: World, how: HowDecided | None, title: str = TITLE) -> None:
    """The minutes say that the case was decided so."""
    slot = await minutes.slot_of(world, title)
    async with world.database.transaction() as session:
        await session.execute(update(MinutesEntry).where(col(MinutesEntry.slot_id) == slot).values(how_decided=how))


async def stand(world: World, status: MinutesStatus) -> None:
    """The minutes stand so from now on."""
    async with world.database.transaction() as session:
        row = (await session.scalars(select(Minutes))).one()
        row.status = status


@kept
async def disagreed(surface: FakeSurface, *titles: str, status: MinutesStatus = MinutesStatus.PUBLISHED) -> None:
    """A meeting is over, its first case ended in disagreement, and its minutes have left the minute taker."""
    await minutes.held(surface, *titles)
    await decided(surface.world, HowDecided.DISAGREED, (titles or (TITLE,))[0])
    await stand(surface.world, status)


async def tick(surface: FakeSurface) -> int:
    """What the clock does for disagreements now; how many messages that wrote, or things it saw to."""
    database = surface.world.database
    chores = (opening.CHORE, clock.REMIND, *(each for each in registry().chores if each.name == SEND))
    return sum([await done(chore, database, surface.clock) for chore in chores])


@kept
async def opened(surface: FakeSurface, *titles: str, **rule: Any) -> None:
    """The same, with the protocol that the clock opened. `rule`: what the partnership has set."""
    if rule:
        await ruled(surface.world, **rule)
    await disagreed(surface, *titles)
    await tick(surface)


async def ruled(world: World, **rule: Any) -> None:
    async with world.database.transaction() as session:
        await session.merge(Setting(name=NAME, value={"rules": [rule]}))


async def every(world: World) -> list[Disagreement]:
    async with world.database.transaction() as session:
        return list(await session.scalars(select(Disagreement).order_by(col(Disagreement.id))))


async def of(world: World) -> DisagreementOf:
    (row,) = await every(world)
    async with world.database.transaction() as session:
        found = await disagreements.disagreement(session, row.id)
        assert found is not None
        return found


async def views(world: World) -> dict[str, ViewOf]:
    (row,) = await every(world)
    async with world.database.transaction() as session:
        return {each.row.party: each for each in await disagreements.views(session, row.id)}


async def events(world: World) -> list[Event]:
    (row,) = await every(world)
    async with world.database.transaction() as session:
        return list(await disagreements.HISTORY.events(session, row.id))


async def kinds(world: World) -> list[str]:
    return [event.kind for event in await events(world)]


async def arguments(world: World, **more: Any) -> dict[str, str]:
    (row,) = await every(world)
    own = {"meeting": row.meeting_id, "disagreement": row.id, **more}
    return {name: str(value) for name, value in own.items()}


async def press(surface: FakeSurface, who: str, do: Do, **more: Any) -> Reply:
    carried = await arguments(surface.world, **more)
    return await surface.bot.press(surface.world.sender(who), do, carried)


async def shown(surface: FakeSurface, who: str, do: Do = Do.SHOW, **more: Any) -> Message:
    return message(await press(surface, who, do, **more))


async def to_write(surface: FakeSurface, who: str) -> Form:
    """The form for the view of this person's party."""
    return form(await press(surface, who, Do.WRITE))


async def wrote(surface: FakeSurface, who: str, text: str, wishes: str = "") -> Message:
    return message(await surface.submit(who, await to_write(surface, who), {"text": text, "wishes": wishes}))


async def both_wrote(surface: FakeSurface) -> None:
    await wrote(surface, "member", OURS, "At rutinen blir stående.")
    await wrote(surface, "colleague", THEIRS, "At sykehuset betaler transporten.")


async def fill_in(surface: FakeSurface, who: str, do: Do, **given: Any) -> Reply:
    """What handing in the form that this button opens comes to."""
    return await surface.submit(who, form(await press(surface, who, do)), given)


async def titles(surface: FakeSurface, who: str) -> list[str]:
    return [each.title for each in await surface.inbox(who)]


def said(shown: Message) -> str:
    """All that is read of a message."""
    parts = [shown.title, shown.text, *(f"{fact.label}: {fact.value}" for fact in shown.facts)]
    for section in shown.sections:
        parts += [section.title, section.text, *(f"{fact.label}: {fact.value}" for fact in section.facts)]
    return "\n".join(filter(None, parts))
