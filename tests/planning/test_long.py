"""A plan of many bodies, each with many meetings: paged, within what every platform shows, and read to the end."""

import json

from bot.slack.blocks import fallback, message_blocks
from bot.teams.cards import message_card
from handlers.people.roles import Role
from storage.tables import Committee, Membership
from tests.clock import FixedClock
from tests.planning.steps import handed_in, planned, surface_of
from tests.slack.limits import broken_by_message
from tests.surface import button_called, labels, message
from tests.world import World

BODIES = 30


async def test_thirty_bodies_are_paged_within_the_limits(small_world: World, clock: FixedClock) -> None:
    async with small_world.database.transaction() as session:
        for number in range(BODIES):
            name = f"Samarbeidsforum nummer {number} for barn, unge, rus, psykisk helse og rehabilitering i nord"
            row = Committee(key=f"forum-{number}", name=name, number_template="{n}/{yy}")
            session.add(row)
            await session.flush()
            small_world.committees[row.key] = row.id
            session.add(
                Membership(committee_id=row.id, person_id=small_world.people["secretary"], role=Role.SECRETARIAT)
            )
    surface = surface_of(small_world, clock)
    text = "\n".join(
        f"forum-{number}: 17/5, 28/1, 25/2, 6/5 {8 + number % 9}.00–{9 + number % 9}.00" for number in range(BODIES)
    )
    shown = await handed_in(surface, "plan.txt", text.encode())
    seen: list[str] = []
    pages = 0
    while True:
        pages += 1
        assert broken_by_message(message_blocks(shown), fallback(shown)) == []
        assert len(json.dumps(message_card(shown))) < 25 * 1024
        assert len(json.dumps(message_blocks(shown), ensure_ascii=False)) < 25_000
        seen += [f"{each.title}\n{each.text}" for each in shown.sections]
        if "Neste" not in labels(shown):
            break
        shown = message(await surface.press("secretary", shown, "Neste"))
    assert pages > 3
    whole = "\n".join(seen)
    assert whole.count("Nytt: ") == 4 * BODIES
    assert "…" not in whole
    # Stored from the last page as from the first.
    assert button_called(shown, "Lagre likevel").style == "primary"
    await surface.press("secretary", shown, "Lagre likevel")
    assert len(await planned(small_world, "forum-7")) == 4
    year = message(await surface.say("secretary", "mote plan 2027"))
    assert broken_by_message(message_blocks(year), fallback(year)) == []
    assert len(json.dumps(message_card(year))) < 25 * 1024
