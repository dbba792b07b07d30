"""Everybody who might look at the register, in every role, and a meeting that has decided in an open and in a closed
case: what access is tried with. Who is who: `tests.meetings.cast`."""

from storage import follow_ups
from storage.tables import Conclusion, FollowUp, Minutes, MinutesStatus
from tests.clock import FixedClock
from tests.decisions.steps import entries_by_title
from tests.kept_world import kept
from tests.meetings import cast
from tests.meetings.cast import Scene
from tests.meetings.convocation.steps import surface_with_links
from tests.surface import FakeSurface
from tests.world import World

OPEN_CONCLUDED, OPEN_TO_DO = "Utvalget slutter seg til planen for opplæring.", "Lage en plan for opplæringen."
READERS = cast.MEMBERS | {"observer", "chief"}
"""Who may read what FSU has decided: whoever has a role in it."""
OWNER, OPEN_OWNER = "outsider", "surgeon"
"""Who is to do what follows from the closed case, and from the open one. Neither has a role in FSU."""


async def decided(world: World, clock: FixedClock, status: MinutesStatus) -> Scene:
    """FSU's meeting is over, and its minutes stand so. In the closed case it decided what
    `tests.meetings.cast` says, and the outsider is to do something; in the open one the surgeon is.

    The ids: `decision` and `follow` of the closed case, `open_decision`, `open_follow` and `open_item` of the open one.
    """
    return await has_decided(surface_with_links(world, clock), status)


@kept
async def has_decided(surface: FakeSurface, status: MinutesStatus) -> Scene:
    """The same, before somebody's eyes."""
    scene, world = await cast.everybody(surface), surface.world
    await cast.written(scene, MinutesStatus.DRAFT if status is MinutesStatus.REFUSED else status)
    async with world.database.transaction() as session:
        entries = await entries_by_title(session, world.meetings["fsu-1"])
        opened, closed = entries[cast.OPEN_TITLE], entries[cast.TITLE]
        conclusion = Conclusion(entry_id=opened.entry.id, ordinal=1, verb="joined", text=OPEN_CONCLUDED)
        session.add(conclusion)
        await session.flush()
        follow = FollowUp(
            entry_id=opened.entry.id,
            ordinal=1,
            text=OPEN_TO_DO,
            owner_id=world.people[OPEN_OWNER],
            conclusion_id=conclusion.id,
        )
        session.add(follow)
        await session.flush()
        (await session.get_one(Minutes, scene.ids["minutes"])).status = status
        scene.ids |= {
            "decision": closed.conclusions[0].id,
            "open_decision": conclusion.id,
            "open_follow": follow.id,
            "open_item": opened.item_id,
        }
    return scene


def arguments(scene: Scene, *, opened: bool = False) -> dict[str, str]:
    """What a button about the decision carries, and all that any other carries besides. `opened`: in the open case."""
    names = {"decision": "open_decision", "follow": "open_follow", "item": "open_item"} if opened else {}
    ids = {name: str(scene.ids[names.get(name, name)]) for name in ("decision", "follow", "item")}
    return {**scene.arguments, **ids, "seen": "0"}


async def task(world: World, follow_up_id: int) -> follow_ups.Task:
    """The follow-up as it stands."""
    async with world.database.transaction() as session:
        found = await follow_ups.task(session, follow_up_id)
        assert found is not None
        return found
