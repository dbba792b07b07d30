"""The page of a meeting that a signed link opens: things to be put in order, for whoever may, also without a script."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.web.guard import LINKED_HEADERS, WITH_SCRIPT
from handlers import capabilities
from tests.clock import FixedClock
from tests.meetings.agenda.test_work import on_agenda
from tests.meetings.steps import read, titles
from tests.people.links.conftest import Served, serve
from tests.people.links.visitor import Visitor
from tests.world import World


@pytest.fixture
async def served(small_world: World, clock: FixedClock) -> AsyncIterator[Served]:
    async with serve(small_world, clock, capabilities.registry()) as found:
        yield found


async def on_page(served: Served, who: str) -> Visitor:
    meeting = {"meeting": str(served.world.meetings["fsu-1"])}
    visitor = Visitor(served.http, str(served.links.page(served.world.people[who], "mote.side", meeting)))
    await visitor.open()
    return visitor


def test_the_script_is_ours_alone() -> None:
    policy = WITH_SCRIPT["Content-Security-Policy"].split("; ")
    plain = LINKED_HEADERS["Content-Security-Policy"].split("; ")
    assert [rule for rule in policy if rule not in plain] == ["script-src 'self'", "connect-src 'self'"]
    assert [rule for rule in plain if rule not in policy] == []


async def test_the_secretariat_has_handles(served: Served) -> None:
    await on_agenda(served.world, 3)
    visitor = await on_page(served, "secretary")
    order = visitor.page.one("div", class_="order")
    # Hidden until the script is there; until then there is the text.
    assert "hidden" in order.attributes
    assert [item["data-key"] for item in order.all("li")] == ["c1", "c2", "c3"]
    handles = list(order.all("button"))
    assert next(handle.words for handle in handles) == "⠿Flytt 1/2026 Sak 1"
    assert {handle["type"] for handle in handles} == {"button"}
    assert "1/2026 Sak 1" in visitor.page.one("main").words


async def test_a_member_has_none(served: Served) -> None:
    await on_agenda(served.world, 3)
    visitor = await on_page(served, "member")
    assert list(visitor.page.all("div", class_="order")) == []
    assert "1/2026 Sak 1" in visitor.page.one("main").words


async def test_what_the_script_posts(served: Served) -> None:
    await on_agenda(served.world, 3)
    visitor = await on_page(served, "secretary")
    order = visitor.page.one("div", class_="order")
    once = visitor.page.one("input", name="once")["value"]
    arguments = {**json.loads(order["data-arguments"]), "order": "c3,c1,c2"}
    button = json.dumps({"action": order["data-action"], "arguments": arguments})
    after = await visitor.post([("once", once), ("button", button)])
    assert [item["data-key"] for item in visitor.page.one("div", class_="order").all("li")] == ["c3", "c1", "c2"]
    assert "Rekkefølgen er lagret." in after.words
    assert titles(await read(served.world)) == ["Sak 3", "Sak 1", "Sak 2"]


async def test_another_meeting_is_not_put_in_order_from_here(served: Served) -> None:
    await on_agenda(served.world, 3)
    visitor = await on_page(served, "secretary")
    order = visitor.page.one("div", class_="order")
    other = {**json.loads(order["data-arguments"]), "meeting": str(served.world.meetings["fsu-2"]), "order": "c3,c1,c2"}
    refused = await visitor.post([("button", json.dumps({"action": order["data-action"], "arguments": other}))])
    assert "Denne siden gjelder" in refused.words
    assert titles(await read(served.world)) == ["Sak 1", "Sak 2", "Sak 3"]


async def test_without_a_script_it_is_done_with_buttons(served: Served) -> None:
    await on_agenda(served.world, 3)
    visitor = await on_page(served, "secretary")
    await visitor.press("Arbeid med sakslisten")
    # No new link to the page: it would last for ever.
    assert list(visitor.page.all("ul", class_="links")) == []
    await visitor.press("Opp", 1)
    assert titles(await read(served.world)) == ["Sak 1", "Sak 3", "Sak 2"]
    await visitor.press("Ny pause")
    await visitor.press("Lagre", title="Kaffe")
    assert titles(await read(served.world))[-1] == "Kaffe"
