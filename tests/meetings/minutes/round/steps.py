"""Minutes that go round, as people make them do so."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from handlers.meetings.agenda import lines
from handlers.meetings.minutes.round_actions import Do
from handlers.messages.message import Does, Message
from storage import agenda, minutes, minutes_round
from storage.history import Event
from storage.minutes_round import MinutesOf
from storage.tables import Attendance, Committee, Conclusion, MinutesComment
from tests.deviations.steps import context_of
from tests.kept_world import kept
from tests.meetings.steps import accepted, with_standing
from tests.surface import FakeSurface, form, labels, message
from tests.world import World

DISCUSSION = "Utvalget drøftet opplæringen. Det er behov for en felles plan."
CONCLUSION = "Saken tas til orientering."
STANDING = ("Godkjenning av forrige referat", "Eventuelt")
ANYWAY = ("Send likevel", "Publiser likevel")
TITLE = "Felles opplæring i utskrivning"


async def rules(world: World, **changed: Any) -> None:
    """FSU has decided this about its minutes."""
    async with world.database.transaction() as session:
        committee = await session.get_one(Committee, world.committees["fsu"])
        committee.settings = {**committee.settings, "minutes": changed}


@kept
async def held(surface: FakeSurface, *titles: str, meeting: str = "fsu-1", standing: Sequence[str] = STANDING) -> None:
    """The cases with these titles were handled at a meeting that is over, and minutes of it are written."""
    for title in titles or (TITLE,):
        await accepted(surface, title)
    await with_standing(surface.world, *standing)
    surface.clock.forward(timedelta(days=21))
    await written(surface, meeting)


async def written(surface: FakeSurface, meeting: str = "fsu-1") -> None:
    """Minutes of the meeting, with the same words for each case, by «secretary»."""
    world, now = surface.world, surface.clock.now()
    async with world.database.transaction() as session:
        found = await agenda.meeting(session, world.meetings[meeting])
        assert found is not None
        await agenda.locked(session, found[0].id)
        shown = await lines.lay_down(session, await lines.read(session, *found))
        await minutes.begin(session, found[0].id, world.people["secretary"], now)
        row = await minutes.locked(session, found[0].id)
        assert row is not None
        slots = [line.slot.id for line in shown.lines if line.slot is not None]
        await minutes.begin_entries(session, row.id, slots, now)
        entries = await minutes.entries(session, row.id)
        for line in shown.lines:
            if line.case is not None and line.slot is not None:
                entry = entries[line.slot.id].entry
                entry.discussion = DISCUSSION
                session.add(Conclusion(entry_id=entry.id, ordinal=1, text=CONCLUSION))


async def present(world: World, *people: str, meeting: str = "fsu-1", **more: Any) -> None:
    """These people were there."""
    async with world.database.transaction() as session:
        session.add_all(
            Attendance(meeting_id=world.meetings[meeting], person_id=world.people[who], present=True, **more)
            for who in people
        )


async def of(world: World, meeting: str = "fsu-1") -> MinutesOf:
    async with world.database.transaction() as session:
        found = await minutes_round.of_meeting(session, world.meetings[meeting])
        assert found is not None
        return found


async def status(world: World, meeting: str = "fsu-1") -> str:
    return (await of(world, meeting)).minutes.status


async def kinds(world: World, meeting: str = "fsu-1") -> list[str]:
    """The kinds of the events in the life of the minutes, first to last."""
    return [event.kind for event in await events(world, meeting)]


async def events(world: World, meeting: str = "fsu-1") -> list[Event]:
    found = await of(world, meeting)
    async with world.database.transaction() as session:
        return list(await minutes.HISTORY.events(session, found.minutes.id))


async def comments(world: World, meeting: str = "fsu-1") -> list[MinutesComment]:
    found = await of(world, meeting)
    async with world.database.transaction() as session:
        return [each.comment for each in await minutes_round.comments(session, found.minutes.id)]


async def do(surface: FakeSurface, who: str, action: Does, meeting: str = "fsu-1", **more: Any) -> Message:
    """What pressing a button about the minutes of that meeting comes to."""
    arguments = {"meeting": str(surface.world.meetings[meeting])} | {name: str(each) for name, each in more.items()}
    shown = message(await surface.bot.press(surface.world.sender(who), action, arguments))
    anyway = [label for label in labels(shown) if label in ANYWAY]
    # What the check before it leaves has found has been looked at.
    return message(await surface.press(who, shown, anyway[0])) if anyway else shown


async def fill_in(surface: FakeSurface, who: str, action: Does, meeting: str = "fsu-1", **given: Any) -> Message:
    """The same where a form comes first. `comment`, `slot`, `round`: carried by the button."""
    carried = {name: str(given.pop(name)) for name in ("comment", "slot", "round") if name in given}
    arguments = {"meeting": str(surface.world.meetings[meeting]), **carried}
    opened = form(await surface.bot.press(surface.world.sender(who), action, arguments))
    return message(await surface.submit(who, opened, given))


async def comment(surface: FakeSurface, who: str, text: str, instead: str = "", item: str = "") -> Message:
    """Comment on the first case, or on `item`."""
    slot = item or str(await slot_of(surface.world))
    arguments = {"meeting": str(surface.world.meetings["fsu-1"])}
    opened = form(await surface.bot.press(surface.world.sender(who), Do.COMMENT, arguments))
    given = {"item": slot, "text": text, "propose": "true" if instead else "false"}
    reply = await surface.submit(who, opened, given)
    if instead:
        reply = await surface.submit(who, form(reply), {"part": "1", "instead": instead})
    return message(reply)


async def slot_of(world: World, title: str = TITLE) -> int:
    """The place of the case with this title."""
    found = await of(world)
    async with world.database.transaction() as session:
        shown = await lines.read(session, found.meeting, found.committee)
    return next(line.slot.id for line in shown.lines if line.title == title and line.slot is not None)


@kept
async def sent(surface: FakeSurface, *titles: str, **decided: Any) -> None:
    """Minutes that are out for comment."""
    await rules(surface.world, **decided)
    await held(surface, *titles)
    await do(surface, "secretary", Do.SEND)


@kept
async def published(surface: FakeSurface, *titles: str, **decided: Any) -> None:
    """Minutes that are published: nobody had remarks."""
    await sent(surface, *titles, **decided)
    surface.clock.forward(timedelta(days=8))
    await surface.worker.do_chores()
    await do(surface, "secretary", Do.PUBLISH)


async def reminded_of(surface: FakeSurface, who: str) -> list[str]:
    """The titles of what `who` has got, and of each reminder that stands among others in one message."""
    inbox = await surface.inbox(who)
    return [*(shown.title for shown in inbox), *(part.title for shown in inbox for part in shown.sections if part.part)]


async def clock_says(surface: FakeSurface, **later: float) -> None:
    """Time passes, and the clock does what is due."""
    surface.clock.forward(timedelta(**later))
    await surface.worker.do_chores()


async def titles(surface: FakeSurface, who: str) -> list[str]:
    """The titles of what `who` has got, as it stands now."""
    return [shown.title for shown in await surface.inbox(who)]


async def waiting(surface: FakeSurface, who: str) -> list[str]:
    """What of minutes waits for `who`; each button shows something."""
    async with surface.world.database.transaction() as session:
        found = await surface.bot.registry.home(await context_of(surface, session, who))
    for each in found:
        shown = await surface.bot.press(surface.world.sender(who), each.button.action, each.button.arguments)
        assert message(shown).sections or message(shown).facts
    return [each.text for each in found if "referat" in each.text.casefold()]
