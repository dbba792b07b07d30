"""Who may see and do what about decisions on their way: every role against every action and form, as the minutes stand.

What is registered is asked of the registry, so that a new action or form without a row here fails. What a closed case
is about reaches nobody who may not see it, but that whoever answers for a party reads what that was asked.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.errors import BotError, Gone, NotAllowed
from handlers.messages.message import Section
from handlers.people.context import Context
from storage.tables import Conclusion, FollowUp, MinutesStatus, Organisation
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.cast import READERS
from tests.decisions.chain import steps
from tests.home.everything import drawn_home
from tests.meetings.cast import EVERYBODY, MEMBERS, OF_CASE, OF_MINUTES, ROLES, SECRETARIAT, Scene, Who, told
from tests.world import World

ROOMS = ("kjede", "tilrading")
STAGES = (MinutesStatus.DRAFT, MinutesStatus.PUBLISHED, MinutesStatus.APPROVED, MinutesStatus.REFUSED)
CONTACT = "manager"
"""Who answers for the municipality."""
ASKED = "Emmelig tilråding til partene"
"""What the parties are asked in the closed case: whoever answers for one reads it."""
May = Callable[[MinutesStatus], Who]


def _in_force(stage: MinutesStatus) -> bool:
    return stage in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)


def _when_in_force(who: Who) -> May:
    return lambda stage: who if _in_force(stage) else set()


ACTIONS: Mapping[str, May] = {
    "kjede.vis": _when_in_force(READERS),
    **{f"kjede.{name}": _when_in_force(SECRETARIAT) for name in ("send", "svar", "trekk", "igjen")},
    **{f"tilrading.{name}": _when_in_force({CONTACT}) for name in ("vis", "svar")},
}
"""Everything that is done about one decision. Nobody else may, whatever the arguments say."""
LISTS = {"kjede.liste", "tilrading.mine"}
"""Everybody may open these, and finds what they may see."""
FORMS = {"kjede.send", "kjede.svar", "kjede.trekk", "kjede.igjen", "tilrading.svar"}


def test_everything_about_decisions_on_their_way_has_its_row() -> None:
    known = [each for each in registry().capabilities if each.name in ROOMS]
    assert len(known) == len(ROOMS)
    assert {str(each.name) for room in known for each in room.actions} == ACTIONS.keys() | LISTS
    assert not [each for room in known for each in (*room.documents, *room.intakes)]
    assert {each.name for room in known for each in room.dialogs} == FORMS


async def _scene(world: World, clock: FixedClock, stage: MinutesStatus) -> Scene:
    """What was decided in both cases is out with the municipality."""
    scene = await cast.decided(world, clock, stage)
    ids = await steps.organisations(world)
    async with world.database.transaction() as session:
        (await session.get_one(Organisation, ids["municipality"])).contacts = [f"{CONTACT}@example.org"]
        for name, text in (("decision", ASKED), ("open_decision", "Åpen tilråding")):
            conclusion = await session.get_one(Conclusion, scene.ids[name])
            row = FollowUp(
                entry_id=conclusion.entry_id,
                ordinal=9,
                text=text,
                owner_organisation_id=ids["municipality"],
                conclusion_id=conclusion.id,
                recommended=True,
            )
            session.add(row)
            await session.flush()
            scene.ids[name.replace("decision", "leg")] = row.id
            scene.ids[name.replace("decision", "entry")] = conclusion.entry_id
    return scene


def _arguments(scene: Scene, *, opened: bool) -> dict[str, str]:
    ids = {name: str(scene.ids[f"open_{name}" if opened else name]) for name in ("entry", "leg", "item")}
    return {**scene.arguments, **ids, "seen": "0"}


@pytest.fixture(params=STAGES)
async def at(request: pytest.FixtureRequest, small_world: World, clock: FixedClock) -> tuple[Scene, MinutesStatus]:
    return await _scene(small_world, clock, request.param), request.param


def _leaks(stage: MinutesStatus, who: str, outcome: Any) -> list[str]:
    said = told(outcome)
    leaks = [] if who in MEMBERS | {"clinician", "registrar", "carer"} else [each for each in OF_CASE if each in said]
    # Who is to do something because of a closed case is told what, and no more.
    own = {"emmelig oppfølging"} if who == cast.OWNER else set()
    leaks += [] if who in MEMBERS else [each for each in OF_MINUTES if each in said and each not in own]
    if who not in MEMBERS | {CONTACT} and ASKED in said:
        leaks.append(ASKED)
    if not _in_force(stage) and (cast.OPEN_CONCLUDED in said or cast.OPEN_TO_DO in said):
        leaks.append("what is not decided")
    return leaks


def _run_of(name: str) -> Callable[[Context, Mapping[str, str]], Any]:
    return registry().actions[name].run


@pytest.mark.parametrize("opened", [True, False], ids=["open", "closed"])
async def test_each_role_may_do_what_it_may_at_each_stage(at: tuple[Scene, MinutesStatus], opened: bool) -> None:
    scene, stage = at
    carried = _arguments(scene, opened=opened)
    wrong = []
    for name, may in ACTIONS.items():
        run = _run_of(name)
        for who, role in ROLES.items():
            outcome = await scene.run(lambda context, run=run: run(context, carried), who)  # type: ignore[misc]
            refused = isinstance(outcome, NotAllowed | Gone)
            if refused == (who in may(stage)):
                wrong.append(f"{role} ({who}), {name}: {outcome!r:.300}")
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(stage, who, outcome)]
    assert wrong == []


async def test_each_list_and_message_shows_closed_cases_to_those_who_may_see_them(
    at: tuple[Scene, MinutesStatus],
) -> None:
    scene, stage = at
    await steps.clock_says(scene.surface, minutes=1)
    wrong = []
    for who, role in ROLES.items():
        for name in LISTS:
            outcome = await scene.run(lambda context, name=name: _run_of(name)(context, {}), who)  # type: ignore[misc]
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(stage, who, outcome)]
        for line in ("kjede", "kjede FSU"):
            answer = await scene.surface.bot.command(scene.surface.world.sender(who), line)
            wrong += [f"{role} ({who}), «{line}» tells: {leak}" for leak in _leaks(stage, who, answer)]
        if who in EVERYBODY:
            waiting = await scene.run(_home, who)
            wrong += [f"{role} ({who}), home tells: {leak}" for leak in _leaks(stage, who, waiting)]
            for shown in await scene.surface.inbox(who):
                if shown.title.startswith(("Tilråding", "Vedtak", "Forslag")):
                    wrong += [f"{role} ({who}), a message tells: {leak}" for leak in _leaks(stage, who, shown)]
    assert wrong == []


async def _home(context: Context) -> Any:
    """All that waits for somebody, and what stands on their home."""
    waiting = await registry().home(context)
    drawn = await drawn_home(context)
    sections = tuple(Section(text=each.text, buttons=(each.button,)) for each in waiting)
    return drawn.model_copy(update={"sections": (*sections, *drawn.sections)})


@pytest.mark.parametrize("arguments", [{}, {"entry": ""}, {"leg": "-1"}, {"item": "9" * 40}, {"entry": "x"}])
async def test_a_button_with_any_arguments_gives_a_sentence(
    small_world: World, clock: FixedClock, arguments: dict[str, str]
) -> None:
    scene = await _scene(small_world, clock, MinutesStatus.PUBLISHED)
    for name in ACTIONS:
        for who in ("secretary", CONTACT):
            outcome = await scene.run(lambda context, name=name: _run_of(name)(context, arguments), who)  # type: ignore[misc]
            assert isinstance(outcome, BotError), (name, who, outcome)


async def test_the_page_of_a_case_leads_to_no_decision_of_another(small_world: World, clock: FixedClock) -> None:
    scene = await _scene(small_world, clock, MinutesStatus.PUBLISHED)
    mixed = {**_arguments(scene, opened=False), "item": str(scene.ids["open_item"])}
    for name in ("kjede.vis", "kjede.send"):
        outcome = await scene.run(lambda context, name=name: _run_of(name)(context, mixed), "secretary")  # type: ignore[misc]
        assert isinstance(outcome, Gone)
