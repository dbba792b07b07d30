"""Who finds what: every role against everything that searches, while minutes are written, published, approved, and
refused again; and after a case was closed.

What somebody may not see is as if it were not there: what they are told is what they are told of a word that stands
nowhere.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.cases.before import handled
from handlers.errors import Gone
from handlers.people.context import Context
from storage.tables import AgendaItem, Conclusion, MinutesStatus
from tests.clock import FixedClock
from tests.decisions import cast
from tests.decisions.cast import OPEN_CONCLUDED, READERS
from tests.meetings.cast import MEMBERS, OF_CASE, OF_MINUTES, OPEN_TITLE, ROLES, Scene, Who, told
from tests.meetings.convocation.steps import change
from tests.world import World

STAGES = (MinutesStatus.DRAFT, MinutesStatus.PUBLISHED, MinutesStatus.APPROVED, MinutesStatus.REFUSED)
OF_THE_CASE: Who = {"clinician", "registrar"}
NOWHERE = "xylofonist"
HIDDEN = ("hemmelig", "personalsak", "hemmelig drøfting", "hemmelig konklusjon", "hemmelig oppfølging", "hemelig")
"""Words of the closed case, and one that is nearly one of them."""
ACTIONS = {"sok.sok", "sok.sak"}


def test_everything_that_searches_has_its_row() -> None:
    (room,) = [each for each in registry().capabilities if each.name == "sok"]
    assert {str(each.name) for each in room.actions} == ACTIONS
    assert (room.documents, room.intakes, room.dialogs) == ((), (), ())


@pytest.fixture(params=STAGES)
async def at(request: pytest.FixtureRequest, world: World, clock: FixedClock) -> tuple[Scene, MinutesStatus]:
    scene = await cast.decided(world, clock, request.param)
    await scene.surface.worker.do_chores()
    return scene, request.param


async def _said(scene: Scene, who: str, line: str) -> Any:
    return await scene.run(lambda context: registry().commands["sok"].run(context, line), who)


async def _pressed(scene: Scene, who: str, name: str, carried: Mapping[str, str]) -> Any:
    run = registry().actions[name].run
    return await scene.run(lambda context: run(context, carried), who)


async def test_each_role_finds_what_it_may(at: tuple[Scene, MinutesStatus]) -> None:
    scene, stage = at
    published = stage in (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
    wrong = []
    for who, role in ROLES.items():
        sees_case = who in MEMBERS | OF_THE_CASE
        nothing = told(await _said(scene, who, NOWHERE))
        for words in HIDDEN:
            for outcome in (await _said(scene, who, words), await _pressed(scene, who, "sok.sok", {"text": words})):
                said = told(outcome)
                # What was typed is shown again.
                rest = said.replace(words, NOWHERE)
                if not sees_case and rest != nothing:
                    wrong.append(f"{role} ({who}), «{words}», is told that it is there: {said:.200}")
                hidden = [] if who in MEMBERS and published else [*OF_MINUTES]
                wrong += [
                    f"{role} ({who}), «{words}» tells: {each}" for each in hidden if each in said.replace(words, "")
                ]
        found = told(await _said(scene, who, "slutter seg til planen"))
        if (OPEN_CONCLUDED in found.replace("‹", "").replace("›", "")) != (published and who in READERS):
            wrong.append(f"{role} ({who}) finds what was decided in the open case: {found:.200}")
    assert wrong == []


async def test_a_reference_to_what_somebody_may_not_see_tells_that_there_is_none(
    at: tuple[Scene, MinutesStatus],
) -> None:
    scene, _stage = at
    case = {"case": str(scene.ids["item"])}
    wrong = []
    for who, role in ROLES.items():
        sees_case = who in MEMBERS | OF_THE_CASE
        said, nothing = told(await _said(scene, who, "2/2026")), told(await _said(scene, who, "97/2026"))
        if not sees_case and said.replace("2/2026", "97/2026") != nothing:
            wrong.append(f"{role} ({who}) is told of the number: {said:.200}")
        outcome = await _pressed(scene, who, "sok.sak", case)
        if not sees_case and who != "removed" and not isinstance(outcome, Gone):
            wrong.append(f"{role} ({who}) opens it: {outcome!r:.200}")
        leaks = [] if sees_case else [each for each in OF_CASE if each in said + told(outcome)]
        wrong += [f"{role} ({who}) reads {each}" for each in leaks]
    assert wrong == []


async def test_a_case_that_is_closed_is_gone_before_the_index_knows(world: World, clock: FixedClock) -> None:
    """Its texts stand in the index until the clock has looked."""
    scene = await cast.decided(world, clock, MinutesStatus.PUBLISHED)
    await scene.surface.worker.do_chores()
    assert OPEN_TITLE in told(await _said(scene, "observer", "slutter planen")).replace("‹", "").replace("›", "")
    await change(world, AgendaItem, scene.ids["open_item"], closed_under="offl. § 13")
    for words in ("slutter planen", "opplæring", "slutterr planen"):
        said, nothing = told(await _said(scene, "observer", words)), told(await _said(scene, "observer", NOWHERE))
        assert said.replace(words, NOWHERE) == nothing
    assert OPEN_TITLE in told(await _said(scene, "member", "slutter planen")).replace("‹", "").replace("›", "")


async def test_what_a_text_mentions_is_nothing_to_those_who_may_not_see_it(world: World, clock: FixedClock) -> None:
    """The minutes of an open case refer to a closed one by its number."""
    scene = await cast.decided(world, clock, MinutesStatus.PUBLISHED)
    async with world.database.transaction() as session:
        (await session.get_one(Conclusion, scene.ids["open_decision"])).text = "Ses sammen med sak 2/2026."
    wrong = []
    for who, role in ROLES.items():
        for name, carried in (
            ("vedtak.sak", {"item": str(scene.ids["open_item"])}),
            ("vedtak.vis", {"decision": str(scene.ids["open_decision"])}),
            ("sok.sak", {"case": str(scene.ids["open_item"])}),
            ("referat.vis", {"meeting": scene.arguments["meeting"]}),
        ):
            said = told(await _pressed(scene, who, name, carried))
            sees_case = who in MEMBERS | OF_THE_CASE | {"carer"}
            wrong += [f"{role} ({who}), {name}: {each}" for each in OF_CASE if each in said and not sees_case]
    assert wrong == []


async def test_at_proposing_nothing_is_said_of_what_somebody_may_not_see(world: World, clock: FixedClock) -> None:
    scene = await cast.decided(world, clock, MinutesStatus.PUBLISHED)
    await scene.surface.worker.do_chores()
    for who in ("observer", "outsider", "manager", "chief", "surgeon"):

        async def hint(context: Context) -> Any:
            return [
                *await handled(context, "Hemmelig personalsak"),
                *await handled(context, "Ny sak", "Som sak 2/2026"),
            ]

        assert await scene.run(hint, who) == [], who
    assert await scene.run(hint, "member") != []
