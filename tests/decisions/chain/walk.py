"""The forms of decisions on their way, walked (see `tests.catalogue.walk`)."""

from typing import TYPE_CHECKING

from handlers.decisions.chain.actions import Do
from handlers.decisions.chain.party_actions import Do as PartyDo
from storage.tables import ItemStatus
from tests.cases.steps import too_late_to_undo
from tests.decisions.chain import steps
from tests.decisions.chain.test_down import case_of
from tests.decisions.steps import decide
from tests.surface import form

if TYPE_CHECKING:
    from tests.catalogue.walk import Walk


async def walk(walk: "Walk") -> None:
    """A recommendation that is sent, answered, corrected, written in and taken back; and a case that is sent back."""
    surface, world, text = walk.surface, walk.world, walk.words.text
    await steps.with_parties(world, surface.clock, off=["østre"])
    sent = await decide(surface, walk.words.title[:60], text[:120], number=801)
    opened = form(await _press(walk, "secretary", Do.SEND, entry=sent.entry))
    await walk._submit("secretary", opened, parties=["alle"])
    legs = await steps.legs(world)
    answering = form(await _press(walk, "nordre", PartyDo.ANSWER, leg=legs["nordre"].id))
    await walk._submit("nordre", answering, answer="no", text=text[:2900])
    await _press(walk, "nordre", PartyDo.SHOW, leg=legs["nordre"].id)
    await _press(walk, "søndre", PartyDo.MINE)
    written = form(await _press(walk, "secretary", Do.WRITE_IN, entry=sent.entry))
    await walk._submit(
        "secretary",
        written,
        party=str(legs["søndre"].id),
        answer="changes",
        text=text[:2900],
        source=walk.words.title[:150],
    )
    back = form(await _press(walk, "secretary", Do.WITHDRAW, entry=sent.entry))
    await walk._submit("secretary", back, parties=[str(legs["vestre"].id)], reason=text[:900])
    await _press(walk, "member", Do.SHOW, entry=sent.entry)

    down = await decide(
        surface,
        walk.words.title[:60],
        text[:120],
        number=802,
        to_do=text[:120],
        owner_committee_id=world.committees["forum"],
    )
    await steps.clock_says(surface, minutes=1)
    case = await case_of(world, down.follow)
    assert case is not None
    async with world.database.transaction() as session:
        (await session.merge(case)).status = ItemStatus.RETURNED
    too_late_to_undo(surface)
    await steps.clock_says(surface, minutes=1)
    again = form(await _press(walk, "secretary", Do.AGAIN, entry=down.entry))
    await walk._submit("secretary", again, committee=str(world.committees["au"]))
    await steps.clock_says(surface, days=40)
    await _press(walk, "member", Do.LIST)
    await walk._inbox("nordre", "søndre", "vestre", "secretary", "deputy")


async def _press(walk: "Walk", who: str, action: Do | PartyDo, **arguments: object) -> object:
    return walk._see(f"{who} presses {action}", await steps.press(walk.surface, who, action, **arguments))
