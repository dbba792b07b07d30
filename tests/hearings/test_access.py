"""Who may see and do what about a round of written comments: every role against every action, document and form.

What is registered is asked of the registry, so that a new action, document or form without a row here fails. What the
closed case is about that it concerns reaches nobody by it who may not see that.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.dialogs import conversation
from handlers.errors import BotError, Gone, NotAllowed
from handlers.people.context import Context
from storage.hearings import HISTORY
from storage.tables import Hearing, HearingRecipient, HearingStatus
from tests.clock import FixedClock
from tests.meetings import cast
from tests.meetings.cast import EVERYBODY, MEMBERS, OF_CASE, ROLES, SECRETARIAT, Scene, Who, told
from tests.meetings.convocation.steps import surface_with_links
from tests.world import World

STAGES = ("open", "attached", "closed", "withdrawn")
ASKED: Who = {"outsider", "chief"}
"""Who is asked: somebody of the partnership, and a guest of the committee."""
OWN: Who = {"registrar", "clinician"}
"""Who presents the closed case, and who proposed it: not of the committee."""
NOBODY: Who = set()
ANSWERED_BY_ANOTHER = "Hemmelig høringssvar"


_FOR_SECRETARIAT = "ny mottaker les forleng leggved avslutt trekk"
ACTIONS: Mapping[str, Who] = {
    "horing.vis": SECRETARIAT | ASKED,
    "horing.svar": ASKED,
    "horing.ingen": ASKED,
    **{f"horing.{name}": SECRETARIAT for name in _FOR_SECRETARIAT.split()},
}
"""Everything that is done about one round. Nobody else may, whatever the arguments say."""
LISTS = {"horing.liste"}
DIALOGS = {"horing.ny", "horing.mottaker", "horing.svar", "horing.forleng"}
"""Forms; who may open each is tried with the button that opens it."""
DOCUMENTS = {"horing.word"}


def _may_read_answers(stage: str) -> Who:
    return SECRETARIAT | (MEMBERS if stage == "attached" else NOBODY)


def test_everything_about_rounds_has_its_row() -> None:
    room = next(each for each in registry().capabilities if each.name == "horing")
    assert {str(each.name) for each in room.actions} == ACTIONS.keys() | LISTS
    assert {each.name for each in room.documents} == DOCUMENTS
    assert {each.name for each in room.dialogs} == DIALOGS
    assert room.intakes == ()


@pytest.fixture(params=STAGES)
async def at(request: pytest.FixtureRequest, world: World, clock: FixedClock) -> tuple[Scene, str]:
    scene = await cast.everybody(surface_with_links(world, clock))
    now = clock.now()
    async with world.database.transaction() as session:
        row = Hearing(
            draft_id="round",
            committee_id=world.committees["fsu"],
            item_id=scene.ids["item"],
            title="En åpen tittel",
            question="Et åpent spørsmål",
            deadline_at=now + timedelta(days=9),
            status={"closed": HearingStatus.CLOSED, "withdrawn": HearingStatus.WITHDRAWN}.get(
                request.param, HearingStatus.OPEN
            ),
            created_by_id=world.people["secretary"],
            created_at=now,
        )
        session.add(row)
        await session.flush()
        session.add_all(
            HearingRecipient(hearing_id=row.id, person_id=world.people[each], name=each, asked_at=now)
            for each in sorted(ASKED)
        )
        other = HearingRecipient(
            hearing_id=row.id, name="Eksempel Brevskriver", asked_at=now, text=ANSWERED_BY_ANOTHER, answered_at=now
        )
        session.add(other)
        await session.flush()
        scene.ids |= {"hearing": row.id, "recipient": other.id}
        if request.param == "attached":
            await HISTORY.add(session, row.id, "attached", world.people["secretary"], now)
    return scene, request.param


def _arguments(scene: Scene, name: str) -> dict[str, str]:
    own = {"hearing": str(scene.ids["hearing"])}
    if name == "horing.ny":
        return {"item": str(scene.ids["item"])}
    return {**own, "recipient": str(scene.ids["recipient"])} if name == "horing.les" else own


async def test_each_role_may_do_what_it_may(at: tuple[Scene, str]) -> None:
    scene, stage = at
    rows: dict[str, Who] = {**ACTIONS, "horing.word": _may_read_answers(stage)}
    wrong = []
    for name, may in rows.items():
        run = (registry().actions.get(name) or registry().documents[name]).run
        for who, role in ROLES.items():
            carried = _arguments(scene, name)
            outcome = await scene.run(lambda context, run=run, carried=carried: run(context, carried), who)  # type: ignore[misc]
            if isinstance(outcome, NotAllowed | Gone) == (who in may):
                wrong.append(f"{role} ({who}), {name}: {outcome!r:.200}")
            said = told(outcome)
            wrong += [f"{role} ({who}), {name} reads {each}" for each in _leaks(stage, who, said)]
    assert wrong == []


def _leaks(stage: str, who: str, said: str) -> list[str]:
    sees_case = who in MEMBERS | OWN | {"carer"}
    found = [] if sees_case else [each for each in OF_CASE if each in said]
    if who not in _may_read_answers(stage) and ANSWERED_BY_ANOTHER in said:
        found.append(ANSWERED_BY_ANOTHER)
    return found


async def test_nobody_but_the_secretariat_writes_in_anothers_answer(at: tuple[Scene, str]) -> None:
    scene, _stage = at
    carried = {**_arguments(scene, "horing.svar"), "recipient": str(scene.ids["recipient"])}
    run = registry().actions["horing.svar"].run
    for who in sorted(EVERYBODY - SECRETARIAT):
        outcome = await scene.run(lambda context: run(context, carried), who)
        assert isinstance(outcome, NotAllowed), who


async def test_lists_and_pages_tell_nobody_more(at: tuple[Scene, str]) -> None:
    scene, stage = at
    meeting = {"meeting": str(scene.surface.world.meetings["fsu-1"])}
    wrong = []
    for name, carried in (
        ("horing.liste", {}),
        ("mote.side", meeting),
        ("vedtak.sak", {"item": str(scene.ids["item"])}),
    ):
        run = registry().actions[name].run
        for who in ROLES:
            outcome = await scene.run(lambda context, run=run, carried=carried: run(context, carried), who)  # type: ignore[misc]
            said = told(outcome)
            if "En åpen tittel" in said and who not in SECRETARIAT | ASKED | _may_read_answers(stage):
                wrong.append(f"{who} reads of the round in {name}")
            if name == "horing.liste":
                wrong += [f"{who} reads {each}" for each in _leaks(stage, who, said)]
    assert wrong == []


async def test_a_form_that_is_open_lets_nobody_do_more(at: tuple[Scene, str]) -> None:
    """What the secretariat has open is nothing to somebody else who sends it."""
    scene, _stage = at
    dialog = registry().dialogs["horing.forleng"]
    hearing = {"hearing": str(scene.ids["hearing"])}
    for who in sorted(EVERYBODY - SECRETARIAT):

        async def begin(context: Context) -> Any:
            return await conversation.start(context, dialog, hearing)

        outcome = await scene.run(begin, who)
        assert isinstance(outcome, BotError), who
