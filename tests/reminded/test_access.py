"""Who may see and do what about reminders and what is owed: every role against every action and form.

What is registered is asked of the registry, so that a new action or form without a row here fails.
"""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.errors import BotError, NotAllowed
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.reminders.later import Later
from handlers.reminders.laying import wishes_of
from handlers.reminders.wishes import Wishes
from storage.tables import Reminder, ReminderStatus
from tests.chores import done
from tests.clock import FixedClock
from tests.surface import FakeSurface, form
from tests.world import World

EVERYBODY = ("secretary", "deputy", "member", "colleague", "observer", "clinician", "chief", "nurse")
OWN = {
    "paminnelser.vis",
    "paminnelser.endre",
    "paminnelser.pause",
    "paminnelser.fortsett",
    "paminnelser.hvor",
    "frister.vis",
}
"""About whoever presses and nobody else, whatever the arguments say."""
OF_ONE = {"paminnelser.senere", "paminnelser.utsett"}
"""About one reminder: only for the person it is to."""
DIALOGS = {"paminnelser.innstillinger", "paminnelser.pause"}
OWNER = "member"
TITLE = "Frist for å melde saker til Faglig samarbeidsutvalg"


def test_everything_about_reminders_has_its_row() -> None:
    rooms = [each for each in registry().capabilities if each.name in ("paminnelser", "frister")]
    assert len(rooms) == 2
    assert {str(each.name) for room in rooms for each in room.actions} == OWN | OF_ONE
    assert {each.name for room in rooms for each in room.dialogs} == DIALOGS
    assert not any((*room.documents, *room.intakes, *room.shortcuts) for room in rooms)


@pytest.fixture
async def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    """The member was reminded of the deadline of FSU."""
    surface = FakeSurface(small_world, clock, registry())
    await _tick(surface)
    (reminder, *_more) = await _reminders(surface)
    clock.go_to(reminder.send_at)
    await _tick(surface)
    return surface


async def _tick(surface: FakeSurface) -> None:
    for chore in registry().chores:
        await done(chore, surface.world.database, surface.clock)


async def _reminders(surface: FakeSurface, who: str = OWNER) -> list[Reminder]:
    async with surface.world.database.reading() as session:
        mine = col(Reminder.person_id) == surface.world.people[who], col(Reminder.kind) == "mote.frist"
        return list(await session.scalars(select(Reminder).where(*mine).order_by(col(Reminder.id))))


async def _wishes(surface: FakeSurface) -> Mapping[int, Wishes]:
    async with surface.world.database.reading() as session:
        return await wishes_of(session, [surface.world.people[each] for each in EVERYBODY])


async def _press(surface: FakeSurface, who: str, action: str, arguments: Mapping[str, str]) -> Any:
    """What comes of it, or the refusal. Nothing of it stays."""
    run = registry().actions[action].run

    async def use(context: Context) -> Any:
        try:
            return await run(context, arguments)
        except BotError as refusal:
            return refusal
        finally:
            await context.session.rollback()

    return await surface.bot._calls.run(surface.world.sender(who), use)


async def test_a_reminder_is_put_off_by_whoever_it_is_to(surface: FakeSurface) -> None:
    (reminder, *_more) = [each for each in await _reminders(surface) if each.status is not ReminderStatus.PENDING]
    carried = {"reminder": str(reminder.id), "later": Later.TOMORROW, "person": str(surface.world.people[OWNER])}
    for action in sorted(OF_ONE):
        for who in EVERYBODY:
            outcome = await _press(surface, who, action, carried)
            # That there is one is not told to anybody else either.
            assert (isinstance(outcome, Message) and TITLE in str(outcome)) is (who == OWNER), (who, action, outcome)
            assert isinstance(outcome, BotError) is (who != OWNER), (who, action, outcome)


async def test_everybody_has_their_own(surface: FakeSurface) -> None:
    """Somebody of no committee reads nothing of it, and what is changed is the actor's, whoever the arguments name."""
    secret = "SECRET"
    changed = form(await surface.say(OWNER, "paminnelser endre"))
    await surface.submit(OWNER, changed, {"quiet_from": "23:11", "quiet_until": "05:17"})
    owner = str(surface.world.people[OWNER])
    for action in sorted(OWN):
        for who in EVERYBODY:
            outcome = await _press(
                surface, who, action, {"person": owner, "reminder": secret, "page": "0", "surface": "sist"}
            )
            assert isinstance(outcome, Message | Form), (who, action, outcome)
            reads = any(clock in str(outcome) for clock in ("23.11", "23:11"))
            assert not reads or who == OWNER, (who, action)
            if who in ("clinician", "chief", "nurse"):
                assert TITLE not in str(outcome), (who, action)


async def test_a_form_that_is_open_is_its_own_persons(surface: FakeSurface) -> None:
    """Somebody else who sends it changes nothing, neither for themselves nor for whoever has it open."""
    before = await _wishes(surface)
    for line in ("paminnelser endre", "paminnelser pause"):
        opened = form(await surface.say(OWNER, line))
        for who in sorted({*EVERYBODY} - {OWNER}):
            with pytest.raises(NotAllowed, match="hører til en annen"):
                await surface.submit(who, opened)
    assert await _wishes(surface) == before
