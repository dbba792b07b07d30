"""Who may see and do what about a poll: every role against every action and form.

What is registered is asked of the registry, so that a new action or form without a row here fails.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from handlers.capabilities import registry
from handlers.dialogs import conversation
from handlers.errors import BotError, Gone, NotAllowed
from handlers.people.context import Context
from handlers.people.roles import Role
from storage import polls
from storage.tables import DatePoll, DatePollAsked, DatePollTime, Membership, PollStatus, Suits
from tests.clock import FixedClock
from tests.meetings import cast
from tests.meetings.cast import EVERYBODY, ROLES, SECRETARIAT, Scene, Who, told
from tests.meetings.convocation.steps import surface_with_links
from tests.world import World

STAGES = ("open", "chosen", "cancelled")
PLANNERS: Who = SECRETARIAT | {"internist"}
"""The minute taker leads the meetings here as well."""
ASKED: Who = {"outsider", "chief", "member"}
"""Somebody of the partnership, a guest of the committee, and a member."""
_FOR_PLANNERS = "hvem velg forleng sporflere avlys"
ACTIONS: Mapping[str, Who] = {
    "datovalg.vis": PLANNERS | ASKED,
    **{f"datovalg.{name}": ASKED for name in ["mitt", "passer", "alle", "ingen", "side"]},
    **{f"datovalg.{name}": PLANNERS for name in _FOR_PLANNERS.split()},
}
"""Everything that is done about one poll. Nobody else may, whatever the arguments say."""
LISTS = {"datovalg.liste", "datovalg.ny"}
DIALOGS = {"datovalg.ny", "datovalg.forleng", "datovalg.sporflere", "datovalg.velg"}
SECRET, BY_ANOTHER = "Et hemmelig formål", "Eksempel Member"


def test_everything_about_polls_has_its_row() -> None:
    room = next(each for each in registry().capabilities if each.name == "datovalg")
    assert {str(each.name) for each in room.actions} == ACTIONS.keys() | LISTS
    assert {each.name for each in room.dialogs} == DIALOGS
    assert (room.documents, room.intakes) == ((), ())


@pytest.fixture(params=STAGES)
async def at(request: pytest.FixtureRequest, small_world: World, clock: FixedClock) -> tuple[Scene, str]:
    world = small_world
    scene = await cast.everybody(surface_with_links(world, clock))
    now = clock.now()
    async with world.database.transaction() as session:
        session.add(
            Membership(committee_id=world.committees["fsu"], person_id=world.people["internist"], role=Role.CHAIR)
        )
        row = DatePoll(
            draft_id="poll",
            committee_id=world.committees["fsu"],
            about=SECRET,
            zone="Europe/Oslo",
            asks="named",
            closes_at=now + timedelta(days=2),
            status={"chosen": PollStatus.CHOSEN, "cancelled": PollStatus.CANCELLED}.get(request.param, PollStatus.OPEN),
            created_by_id=world.people["secretary"],
            created_at=now,
        )
        session.add(row)
        await session.flush()
        starts = now + timedelta(days=5)
        time = DatePollTime(
            poll_id=row.id,
            starts_at=starts,
            ends_at=starts + timedelta(hours=2),
            chosen=request.param == "chosen",
        )
        session.add(time)
        session.add_all(
            DatePollAsked(poll_id=row.id, person_id=world.people[each], named=True, asked_at=now)
            for each in sorted(ASKED)
        )
        await session.flush()
        await polls.say(session, row.id, world.people["member"], {time.id: Suits.YES}, now)
        scene.ids |= {"poll": row.id, "time": time.id}
    await scene.know()
    return scene, request.param


def _arguments(scene: Scene) -> dict[str, str]:
    return {"poll": str(scene.ids["poll"]), "time": str(scene.ids["time"]), "suits": "no"}


async def test_each_role_may_do_what_it_may(at: tuple[Scene, str]) -> None:
    scene, _stage = at
    wrong = []
    for name, may in ACTIONS.items():
        run = registry().actions[name].run
        for who, role in ROLES.items():
            carried = _arguments(scene)
            outcome = await scene.run(lambda context, run=run, carried=carried: run(context, carried), who)  # type: ignore[misc]
            if isinstance(outcome, NotAllowed | Gone) == (who in may):
                wrong.append(f"{role} ({who}), {name}: {outcome!r:.200}")
            if BY_ANOTHER in told(outcome) and who not in PLANNERS:
                wrong.append(f"{role} ({who}) reads in {name} who says what")
    assert wrong == []


async def test_lists_and_pages_tell_nobody_more(at: tuple[Scene, str]) -> None:
    scene, _stage = at
    meeting = {"meeting": str(scene.surface.world.meetings["fsu-1"])}
    wrong = []
    for name, carried in (("datovalg.liste", {}), ("datovalg.ny", {}), ("mote.side", meeting)):
        run = registry().actions[name].run
        for who in ROLES:
            outcome = await scene.run(lambda context, run=run, carried=carried: run(context, carried), who)  # type: ignore[misc]
            if SECRET in told(outcome) and who not in PLANNERS:
                wrong.append(f"{who} reads of the poll in {name}")
            if name == "datovalg.ny" and isinstance(outcome, NotAllowed) == (who in PLANNERS):
                wrong.append(f"{who}: {outcome!r:.100}")
    assert wrong == []


async def test_nobody_answers_for_another_or_on_the_page_of_another_meeting(at: tuple[Scene, str]) -> None:
    scene, _stage = at
    carried = {**_arguments(scene), "meeting": str(scene.surface.world.meetings["fsu-1"])}
    for name in ACTIONS:
        run = registry().actions[name].run
        outcome = await scene.run(lambda context, run=run: run(context, carried), "secretary")  # type: ignore[misc]
        assert isinstance(outcome, Gone), name


async def test_a_form_that_is_open_lets_nobody_do_more(at: tuple[Scene, str]) -> None:
    """What whoever plans the meetings has open is nothing to somebody else who sends it."""
    scene, _stage = at
    for name in sorted(DIALOGS):
        dialog = registry().dialogs[name]
        arguments = {"committee": str(scene.surface.world.committees["fsu"])} if name == "datovalg.ny" else None
        for who in sorted(EVERYBODY - PLANNERS):

            async def begin(context: Context, dialog: Any = dialog, arguments: Any = arguments) -> Any:
                return await conversation.start(context, dialog, arguments or _arguments(scene))

            assert isinstance(await scene.run(begin, who), BotError), (name, who)
