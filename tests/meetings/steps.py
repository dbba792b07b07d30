"""Getting cases onto an agenda, as people do."""

from typing import Any

from handlers.meetings.agenda import lines
from storage import agenda
from storage.tables import Committee
from tests.cases.steps import to_how
from tests.kept_world import kept
from tests.surface import FakeSurface, form, labels
from tests.world import World

ACCEPT = "Sett på sakslisten"


@kept
async def accepted(surface: FakeSurface, title: str, *, who: str = "member", **what: Any) -> None:
    """A case of FSU's, proposed and put on the agenda of its next meeting. `what`: fields of the first step."""
    how = await to_how(surface, who, title=title, **what)
    await surface.submit(who, form(await surface.submit(who, how)))
    newest = next(
        shown for shown in await surface.inbox("secretary") if ACCEPT in labels(shown) and title in shown.title
    )
    await surface.press("secretary", newest, ACCEPT)


async def with_standing(world: World, *items: Any) -> None:
    """FSU has these standing items."""
    async with world.database.transaction() as session:
        committee = await session.get_one(Committee, world.committees["fsu"])
        committee.standing_items = list(items)


async def read(world: World, meeting: str = "fsu-1", *, lay: bool = False) -> lines.AgendaOf:
    """The agenda as it stands. `lay`: laid down first."""
    async with world.database.transaction() as session:
        found = await agenda.meeting(session, world.meetings[meeting])
        assert found is not None
        shown = await lines.read(session, *found)
        if lay:
            await agenda.locked(session, world.meetings[meeting])
            shown = await lines.lay_down(session, shown)
        return shown


def titles(shown: lines.AgendaOf) -> list[str]:
    return [line.title for line in shown.lines]
