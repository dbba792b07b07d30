"""Who may see and do what about a decision: every role against every action, document, intake and form of the rooms
that build on the register, while the minutes are written, when they are published, approved, and refused again.

What is registered is asked of the registry, so that a new action, document, intake or form without a row here fails.
What a closed case is about reaches nobody, in whatever they do, who may not see it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.errors import BotError, Gone, NotAllowed
from handlers.messages.message import Section
from handlers.people.context import Context
from storage.tables import MinutesStatus
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.cast import OPEN_OWNER, OWNER, READERS
from tests.home.everything import drawn_home
from tests.meetings.cast import EVERYBODY, MEMBERS, OF_CASE, OF_MINUTES, ROLES, SECRETARIAT, WRITERS, Scene, Who, told
from tests.world import World

ROOMS = ("vedtak", "oppfolging")
STAGES = (MinutesStatus.DRAFT, MinutesStatus.PUBLISHED, MinutesStatus.APPROVED, MinutesStatus.REFUSED)
NOBODY: Who = set()
OF_THE_CASE: Who = {"clinician", "registrar"}
"""Who proposed the closed case, and who presents it."""
Stage = MinutesStatus
May = Callable[[Stage, bool], Who]
"""Who may, as the minutes stand, in the open case or (False) in the closed one."""

# --- who may ----------------------------------------------------------------------------------------------


def _in_force(stage: Stage) -> bool:
    return stage in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)


def _read(stage: Stage, opened: bool) -> Who:
    """The decision: those of the committee, and who is to do what follows from it; but nobody before it is one."""
    return READERS | {OPEN_OWNER if opened else OWNER} if _in_force(stage) else NOBODY


def _read_case(stage: Stage, opened: bool) -> Who:
    """The case is on an agenda whatever becomes of the minutes."""
    if opened:
        return READERS | {OPEN_OWNER, "member"}
    return _read(stage, opened) | MEMBERS | OF_THE_CASE


def _read_task(stage: Stage, opened: bool) -> Who:
    if not _in_force(stage):
        return NOBODY
    return READERS | {OPEN_OWNER} if opened else MEMBERS | {OWNER}


def _answer(stage: Stage, opened: bool) -> Who:
    """Whoever has it, and the secretariat that has to see that it is done."""
    return SECRETARIAT | {OPEN_OWNER if opened else OWNER} if _in_force(stage) else NOBODY


def _tend(stage: Stage, _opened: bool) -> Who:
    return SECRETARIAT if _in_force(stage) else NOBODY


def _finish(stage: Stage, opened: bool) -> Who:
    """Also who writes the minutes, when it is looked at in a meeting."""
    return _answer(stage, opened) | WRITERS if _in_force(stage) else NOBODY


_ANSWERS = "mottatt ansvar tid videre ikkemin status rytme apne"


def _follow_case(stage: Stage, opened: bool) -> Who:
    """Only who may see what it is about."""
    return _read_case(stage, opened) if opened else MEMBERS | OF_THE_CASE


ACTIONS: Mapping[str, May] = {
    "vedtak.folg": _follow_case,
    "vedtak.folgikke": _read_case,
    # Whoever may read the agenda of the meeting, a substitute there too.
    "vedtak.status": lambda _stage, _opened: READERS | {"carer"},
    "vedtak.vis": _read,
    "vedtak.sak": _read_case,
    **{f"vedtak.{name}": _tend for name in ("avklar", "ikkeavklart", "oppfolging", "opphev", "gjelder")},
    "oppfolging.vis": _read_task,
    **{f"oppfolging.{name}": _answer for name in _ANSWERS.split()},
    "oppfolging.gjort": _finish,
    **{f"oppfolging.{name}": _tend for name in ("ikketid", "endre", "bort")},
}
"""Everything that is done about one decision, follow-up or case. Nobody else may, whatever the arguments say."""

LISTS = {"vedtak.liste", "vedtak.mine", "vedtak.forfalt", "vedtak.mangler"}
"""Everybody may open these, and finds what they may see."""

DOCUMENTS: Mapping[str, May] = {}
INTAKES: Mapping[str, Who] = {}
DIALOGS = {"vedtak.oppfolging", "vedtak.opphev"} | {
    f"oppfolging.{name}" for name in ("tid", "videre", "ikkemin", "status", "rytme", "endre")
}
"""Forms; who may open and send each is tried with the button that opens it."""


def test_everything_about_decisions_has_its_row() -> None:
    known = [each for each in registry().capabilities if each.name in ROOMS]
    assert len(known) == len(ROOMS)
    assert {str(each.name) for room in known for each in room.actions} == ACTIONS.keys() | LISTS
    assert {each.name for room in known for each in room.documents} == DOCUMENTS.keys()
    assert {str(each.name) for room in known for each in room.intakes} == INTAKES.keys()
    assert {each.name for room in known for each in room.dialogs} == DIALOGS


# --- what they may see -------------------------------------------------------------------------------------


def _leaks(stage: Stage, who: str, outcome: Any) -> list[str]:
    said = told(outcome)
    sees_case = who in MEMBERS | OF_THE_CASE | {"carer"}
    leaks = [] if sees_case else [each for each in OF_CASE if each in said]
    # Who is to do something because of a closed case is told what, and no more.
    own = {"emmelig oppfølging"} if who == OWNER else set()
    leaks += [] if who in MEMBERS else [each for each in OF_MINUTES if each in said and each not in own]
    if not _in_force(stage) or who not in READERS | {OPEN_OWNER}:
        leaks += [each for each in (cast.OPEN_CONCLUDED, cast.OPEN_TO_DO) if each in said]
    return leaks


@pytest.fixture(params=STAGES)
async def at(request: pytest.FixtureRequest, world: World, clock: FixedClock) -> tuple[Scene, Stage]:
    return await cast.decided(world, clock, request.param), request.param


def _run_of(name: str) -> Callable[[Context, Mapping[str, str]], Any]:
    return (registry().actions.get(name) or registry().documents[name]).run


@pytest.mark.parametrize("opened", [True, False], ids=["open", "closed"])
async def test_each_role_may_do_what_it_may_with_a_decision_at_each_stage(
    at: tuple[Scene, Stage], opened: bool
) -> None:
    scene, stage = at
    carried = cast.arguments(scene, opened=opened)
    wrong = []
    for name, may in {**ACTIONS, **DOCUMENTS}.items():
        run = _run_of(name)
        for who, role in ROLES.items():
            outcome = await scene.run(lambda context, run=run: run(context, carried), who)  # type: ignore[misc]
            refused = isinstance(outcome, NotAllowed | Gone)
            if refused == (who in may(stage, opened)):
                wrong.append(f"{role} ({who}), {name}: {outcome!r:.300}")
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(stage, who, outcome)]
    assert wrong == []


async def test_each_list_shows_closed_cases_to_those_who_may_see_them(at: tuple[Scene, Stage]) -> None:
    scene, stage = at
    lines = (
        "vedtak",
        "vedtak FSU",
        "vedtak mine",
        "vedtak forfalt",
        "vedtak mangler",
        "vedtak 2/2026",
        "vedtak hemmelig",
        "hjelp",
    )
    wrong = []
    for who, role in ROLES.items():
        for name in LISTS:
            outcome = await scene.run(lambda context, name=name: _run_of(name)(context, {}), who)  # type: ignore[misc]
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(stage, who, outcome)]
        for line in lines:
            answer = await scene.surface.bot.command(scene.surface.world.sender(who), line)
            wrong += [f"{role} ({who}), «{line}» tells: {leak}" for leak in _leaks(stage, who, answer)]
        if who in EVERYBODY:
            waiting = await scene.run(_home, who)
            wrong += [f"{role} ({who}), home tells: {leak}" for leak in _leaks(stage, who, waiting)]
            for shown in await scene.surface.inbox(who):
                wrong += [f"{role} ({who}), a message tells: {leak}" for leak in _leaks(stage, who, shown)]
    assert wrong == []


async def _home(context: Context) -> Any:
    """All that waits for somebody, and what stands on their home."""
    waiting = await registry().home(context)
    drawn = await drawn_home(context)
    sections = tuple(Section(text=each.text, buttons=(each.button,)) for each in waiting)
    return drawn.model_copy(update={"sections": (*sections, *drawn.sections)})


@pytest.mark.parametrize("arguments", [{}, {"decision": ""}, {"follow": "-1"}, {"item": "9" * 40}, {"decision": "x"}])
async def test_a_button_with_any_arguments_gives_a_sentence(
    world: World, clock: FixedClock, arguments: dict[str, str]
) -> None:
    scene = await cast.decided(world, clock, MinutesStatus.PUBLISHED)
    for name in (*ACTIONS, *DOCUMENTS):
        for who in ("secretary", "outsider"):
            outcome = await scene.run(lambda context, name=name: _run_of(name)(context, arguments), who)  # type: ignore[misc]
            assert isinstance(outcome, BotError), (name, who, outcome)


async def test_the_page_of_a_case_leads_to_no_decision_of_another(world: World, clock: FixedClock) -> None:
    scene = await cast.decided(world, clock, MinutesStatus.PUBLISHED)
    mixed = {**cast.arguments(scene), "item": str(scene.ids["open_item"])}
    outcome = await scene.run(lambda context: _run_of("vedtak.vis")(context, mixed), "secretary")
    assert isinstance(outcome, Gone)
