"""Who may see and do what about a disagreement: every role against every action, document and form of it, in a case
that is closed to the public, before the parties read each other and afterwards, and when it is closed.

What is registered is asked of the registry, so that a new action, document or form without a row here fails.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.decisions.disagreement.opening import CHORE
from handlers.errors import BotError, NotAllowed
from handlers.people.context import Context
from storage import disagreements
from storage.tables import Disagreement, DisagreementView, HowDecided, MinutesEntry, MinutesStatus
from tests.chores import done
from tests.clock import FixedClock
from tests.decisions import cast
from tests.kept_world import kept
from tests.meetings.cast import MEMBERS, ROLES, SECRETARIAT, TITLE, Scene, Who, told
from tests.meetings.convocation.steps import surface_with_links
from tests.surface import FakeSurface
from tests.world import World

STAGES = ("hidden", "shown", "closed")
OURS, THEIRS, TRIED = "Hemmelig syn på sykehuset", "Hemmelig syn i kommunen", "Hemmelig forsøk"
WRITES_FIRST, WRITES_SECOND = "surgeon", "outsider"
"""Who writes for the parties: neither has a role in the committee."""
WRITERS: Who = {WRITES_FIRST, WRITES_SECOND}
READERS = MEMBERS | WRITERS
NOBODY: Who = set()
Stage = str
May = Callable[[Stage], Who]


def _always(who: Who) -> May:
    return lambda _stage: who


def _when_shown(who: Who) -> May:
    return lambda stage: NOBODY if stage == "hidden" else who


ACTIONS: Mapping[str, May] = {
    "uenighet.vis": _always(READERS),
    "uenighet.historikk": _always(READERS),
    # Of the first party's view.
    "uenighet.les": lambda stage: {WRITES_FIRST} if stage == "hidden" else READERS,
    "uenighet.skriv": _always({WRITES_FIRST}),
    "uenighet.apne": _always(SECRETARIAT),
    **{
        f"uenighet.{name}": _always(SECRETARIAT) for name in ("parter", "forsok", "vissyn", "trinn", "lukk", "gjenapne")
    },
    **{f"uenighet.{name}": _when_shown(SECRETARIAT) for name in ("kontroll", "ord", "sjekket")},
}
"""Nobody else may, whatever the arguments say."""
LISTS = {"uenighet.liste"}
"""Everybody may open it, and finds what they may read."""
DOCUMENTS: Mapping[str, May] = {
    "uenighet": _when_shown(READERS),
    "uenighet-kopi": _when_shown(SECRETARIAT | {WRITES_FIRST}),
    "uenighet-anonymisert": _when_shown(SECRETARIAT),
}
FORMS = {
    "uenighet.syn": "uenighet.skriv",
    "uenighet.forsok": "uenighet.forsok",
    "uenighet.parter": "uenighet.parter",
    "uenighet.trinn": "uenighet.trinn",
    "uenighet.lukk": "uenighet.lukk",
    "uenighet.ord": "uenighet.ord",
}
"""By which button each is opened."""


def test_everything_about_disagreements_has_its_row() -> None:
    (room,) = [each for each in registry().capabilities if each.name == "uenighet"]
    assert {str(each.name) for each in room.actions} == ACTIONS.keys() | LISTS
    assert {each.name for each in room.documents} == DOCUMENTS.keys()
    assert {each.name for each in room.dialogs} == FORMS.keys()
    assert not room.intakes


async def _scene(world: World, clock: FixedClock, stage: Stage) -> Scene:
    """The closed case ended in disagreement; one of each party has written, and the second of them is in no chat."""
    return await _staged(surface_with_links(world, clock), stage)


@kept
async def _staged(surface: FakeSurface, stage: Stage) -> Scene:
    scene = await cast.has_decided(surface, MinutesStatus.PUBLISHED)
    world, clock = surface.world, surface.clock
    async with world.database.transaction() as session:
        await session.execute(
            update(MinutesEntry)
            .where(col(MinutesEntry.slot_id) == scene.ids["slot"])
            .values(how_decided=HowDecided.DISAGREED)
        )
    await done(CHORE, world.database, clock)
    async with world.database.transaction() as session:
        (at,) = await disagreements.of_meeting(session, world.meetings["fsu-1"])
        assert at.protocol is not None
        row = await session.get_one(Disagreement, at.protocol.id)
        row.tried = TRIED
        first, second = [each.row for each in await disagreements.views(session, row.id)]
        for view, text, who in ((first, OURS, WRITES_FIRST), (second, THEIRS, WRITES_SECOND)):
            found = await session.get_one(DisagreementView, view.id)
            found.text, found.revision, found.written_at = text, 1, clock.now()
            await disagreements.put_writers(session, view.id, [world.people[who]])
        if stage != "hidden":
            row.shown_at, row.checked_revision = clock.now(), row.revision
        if stage == "closed":
            row.closed_how, row.closed_at, row.outcome = "outcome", clock.now(), "Partene ble enige."
        scene.ids |= {"disagreement": row.id, "view": first.id, "seen": row.revision}
    await scene.know()
    return scene


@pytest.fixture(params=STAGES)
async def at(request: pytest.FixtureRequest, world: World, clock: FixedClock) -> tuple[Scene, Stage]:
    return await _scene(world, clock, request.param), request.param


def _arguments(scene: Scene) -> dict[str, str]:
    return {**scene.arguments, **{name: str(scene.ids[name]) for name in ("disagreement", "view", "seen", "slot")}}


def _run_of(name: str) -> Callable[[Context, Mapping[str, str]], Any]:
    return (registry().actions.get(name) or registry().documents[name]).run


def _leaks(stage: Stage, who: str, outcome: Any) -> list[str]:
    said = told(outcome)
    hidden = [TITLE, TRIED] if who not in READERS else []
    if who not in READERS or (stage == "hidden" and who != WRITES_FIRST):
        hidden.append(OURS)
    if who not in READERS or (stage == "hidden" and who != WRITES_SECOND):
        hidden.append(THEIRS)
    sees_title = who in {"carer", "clinician", "registrar"}
    return [each for each in hidden if each in said and not (each == TITLE and sees_title)]


async def test_each_role_may_do_what_it_may_with_a_disagreement_at_each_stage(at: tuple[Scene, Stage]) -> None:
    scene, stage = at
    carried = _arguments(scene)
    wrong = []
    for name, may in {**ACTIONS, **DOCUMENTS}.items():
        run = _run_of(name)
        for who, role in ROLES.items():
            outcome = await scene.run(lambda context, run=run: run(context, carried), who)  # type: ignore[misc]
            if isinstance(outcome, NotAllowed) == (who in may(stage)):
                wrong.append(f"{role} ({who}), {name}: {outcome!r:.300}")
            # Whoever lets the parties read each other reads them too.
            after = "shown" if name == "uenighet.vissyn" else stage
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(after, who, outcome)]
    assert wrong == []


async def test_no_message_page_or_home_tells_more(at: tuple[Scene, Stage]) -> None:
    scene, stage = at
    world = scene.surface.world
    meeting = {"meeting": str(world.meetings["fsu-1"])}
    case = {"item": str(scene.ids["item"])}
    wrong = []
    for who, role in ROLES.items():
        if scene.actors[who] is None:
            continue
        for name, arguments in (("mote.side", meeting), ("vedtak.sak", case)):
            outcome = await scene.run(lambda context, name=name, given=arguments: _run_of(name)(context, given), who)  # type: ignore[misc]
            wrong += [f"{role} ({who}), {name} tells: {leak}" for leak in _leaks(stage, who, outcome)]
            if who not in MEMBERS and "uenighet." in told(outcome):
                wrong.append(f"{role} ({who}), {name} leads to the protocol")
        for shown in await scene.surface.inbox(who):
            wrong += [f"{role} ({who}), a message tells: {leak}" for leak in _leaks(stage, who, shown)]
    assert wrong == []


@pytest.mark.parametrize("arguments", [{}, {"disagreement": ""}, {"disagreement": "-1"}, {"disagreement": "9" * 40}])
async def test_a_button_with_any_arguments_gives_a_sentence(
    world: World, clock: FixedClock, arguments: dict[str, str]
) -> None:
    scene = await _scene(world, clock, "shown")
    for name in (*ACTIONS, *DOCUMENTS):
        for who in ("secretary", "outsider"):
            outcome = await scene.run(lambda context, name=name: _run_of(name)(context, arguments), who)  # type: ignore[misc]
            assert isinstance(outcome, BotError), (name, who, outcome)
