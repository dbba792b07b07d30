"""Who may do what about meeting plans: every role against every action and intake, and each form."""

from collections.abc import Mapping

import pytest

from handlers.capabilities import registry
from handlers.capability import Handed
from handlers.dialogs import conversation
from handlers.errors import BotError, NotAllowed
from handlers.people.context import Context
from storage.tables import MeetingPlan
from tests.clock import FixedClock
from tests.planning.steps import PLAN, rows, surface_of, written
from tests.world import World

EVERYBODY = {"secretary", "deputy", "member", "colleague", "observer", "clinician", "chief"}
PLANNERS = {"secretary", "deputy"}
"""Of FSU; the deputy plans nothing in AU."""

ACTIONS: Mapping[str, set[str]] = {
    # Each sees the meetings of their own committees alone.
    "moteplan.ar": EVERYBODY,
    "moteplan.skriv": PLANNERS,
    "moteplan.vis": PLANNERS,
    "moteplan.er": PLANNERS,
    "moteplan.utvalg": PLANNERS,
    "moteplan.uten": PLANNERS,
    "moteplan.rett": PLANNERS,
    "moteplan.vanlig": PLANNERS,
    "moteplan.flytt": PLANNERS,
    "moteplan.annet": PLANNERS,
    "moteplan.lagre": PLANNERS,
    # Whoever handed it in, or plans all of it.
    "moteplan.forkast": {"secretary"},
}
INTAKES: Mapping[str, set[str]] = {"moteplan.fil": PLANNERS}
DIALOGS = {"moteplan.skriv", "moteplan.utvalg", "moteplan.rett", "moteplan.vanlig"}


def _room() -> object:
    (found,) = [each for each in registry().capabilities if each.name == "moteplan"]
    return found


def test_everything_about_plans_has_its_row() -> None:
    room = _room()
    assert {str(each.name) for each in room.actions} == ACTIONS.keys()  # type: ignore[attr-defined]
    assert {str(each.name) for each in room.intakes} == INTAKES.keys()  # type: ignore[attr-defined]
    assert {each.name for each in room.dialogs} == DIALOGS  # type: ignore[attr-defined]


async def _plan(world: World, clock: FixedClock) -> MeetingPlan:
    await written(surface_of(world, clock), PLAN)
    return (await rows(world, MeetingPlan))[-1]  # type: ignore[no-any-return]


def _arguments(world: World, plan: MeetingPlan) -> dict[str, str]:
    return {
        "year": "2027",
        "plan": str(plan.id),
        "row": "0",
        "committee": str(world.committees["fsu"]),
        "meeting": "1",
        "day": "2027-01-21",
        "seen": "x",
    }


async def _may(world: World, clock: FixedClock, who: str, action: str, arguments: Mapping[str, str]) -> bool:
    surface = surface_of(world, clock)
    found = registry().actions[action]

    async def use(context: Context) -> bool:
        try:
            await found.run(context, arguments)
        except NotAllowed:
            return False
        finally:
            await context.session.rollback()
        return True

    return await surface.bot._calls.run(world.sender(who), use)


async def test_every_role_against_every_action(small_world: World, clock: FixedClock) -> None:
    plan = await _plan(small_world, clock)
    arguments = _arguments(small_world, plan)
    for action, who in ACTIONS.items():
        allowed = {each for each in EVERYBODY if await _may(small_world, clock, each, action, arguments)}
        assert allowed == who, action


async def test_the_intake(small_world: World, clock: FixedClock) -> None:
    surface = surface_of(small_world, clock)
    for who in EVERYBODY:
        file = Handed("plan.txt", PLAN.encode())
        reply = await surface.bot.hand_in(small_world.sender(who), "moteplan.fil", {"year": "2027"}, file)
        assert ("se over" in str(reply.title)) is (who in PLANNERS)  # type: ignore[union-attr]


async def test_the_forms(small_world: World, clock: FixedClock) -> None:
    plan = await _plan(small_world, clock)
    surface = surface_of(small_world, clock)
    for name in DIALOGS:
        dialog = registry().dialogs[name]
        for who in EVERYBODY - PLANNERS:

            async def use(context: Context, dialog: object = dialog) -> None:
                await conversation.start(context, dialog, _arguments(small_world, plan))  # type: ignore[arg-type]

            with pytest.raises(BotError):
                await surface.bot._calls.run(small_world.sender(who), use)


async def test_nobody_changes_what_others_plan_in_what_others_handed_in(small_world: World, clock: FixedClock) -> None:
    """The deputy plans FSU's meetings and not AU's: what is of AU waits as it was handed in."""
    plan = await _plan(small_world, clock)
    au = small_world.committees["au"]
    of_au = next(
        str(number) for number, row in enumerate(plan.read["rows"]) if row["committee"].strip().casefold() == "au"
    )
    arguments = {**_arguments(small_world, plan), "row": of_au, "day": "2027-02-12", "committee": str(au)}
    arguments["meeting"] = str(small_world.meetings["au-1"])
    for action in ("er", "utvalg", "uten", "rett", "vanlig", "flytt", "annet"):
        for more in ({}, {"whole": "1"}) if action == "uten" else ({},):
            carried = {**arguments, **more}
            assert not await _may(small_world, clock, "deputy", f"moteplan.{action}", carried), (action, more)
            assert await _may(small_world, clock, "secretary", f"moteplan.{action}", carried), (action, more)
    # Nor is it said to be a committee of theirs.
    mine = {**arguments, "committee": str(small_world.committees["fsu"])}
    assert not await _may(small_world, clock, "deputy", "moteplan.er", mine)
    assert (await rows(small_world, MeetingPlan))[-1].answers == plan.answers


async def test_a_plan_of_another_year_is_not_there(small_world: World, clock: FixedClock) -> None:
    """A page of one year leads to no plan of another."""
    plan = await _plan(small_world, clock)
    surface = surface_of(small_world, clock)
    wrong = {**_arguments(small_world, plan), "year": "2028"}
    for action in ACTIONS:
        if action not in ("moteplan.ar", "moteplan.skriv"):
            reply = await surface.bot.press(small_world.sender("secretary"), action, wrong)
            assert reply.title == "Møteplanen finnes ikke lenger.", action  # type: ignore[union-attr]
    for number in ("99", "-1", "x", ""):
        odd = {**_arguments(small_world, plan), "row": number}
        reply = await surface.bot.press(small_world.sender("secretary"), "moteplan.rett", odd)
        assert str(reply.title).startswith(("Møtet står ikke i planen lenger.", "Knappen virker ikke lenger.")), number  # type: ignore[union-attr]
