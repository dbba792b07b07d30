"""A secretary decides from the list on Slack: it stays where it is, and buttons stand below what they are about."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.background import BackgroundTasks
from bot.slack.blocks import message_blocks
from handlers.capabilities import registry
from handlers.messages.message import Button, Message, Section
from storage.tables import Draft, DraftStatus
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.slack.conftest import Serve
from tests.slack.limits import shown_text
from tests.slack.standin import Client, Slack
from tests.surface import FakeSurface
from tests.world import World


@pytest.fixture
async def secretary(small_world: World, serve: Serve, clock: FixedClock) -> Client:
    """A secretary whose committee has two proposals."""
    surface = FakeSurface(small_world, clock, registry())
    for _number in range(2):
        await propose(surface)
    client = await serve(small_world.database, registry=registry)
    client.user_id = "U-secretary"
    return client


def _labels(blocks: list[dict[str, Any]]) -> list[str]:
    return [element["text"]["text"] for block in blocks if block["type"] == "actions" for element in block["elements"]]


async def _list(client: Client, slack: Slack, background: BackgroundTasks) -> list[dict[str, Any]]:
    await client.command("/sak liste")
    await background.drain()
    await client.press(slack.last("response_url")["blocks"], "Vis 2 ubehandlede saker")
    await background.drain()
    blocks: list[dict[str, Any]] = slack.last("response_url")["blocks"]
    return blocks


async def test_the_list_is_decided_on_in_its_place(
    secretary: Client, slack: Slack, background: BackgroundTasks
) -> None:
    blocks = await _list(secretary, slack, background)
    assert _labels(blocks) == ["Sett på sakslisten", "Se mer og velg"] * 2
    await secretary.press(blocks, "Sett på sakslisten")
    await background.drain()
    answer = slack.last("response_url")
    assert answer["replace_original"]
    assert _labels(answer["blocks"]) == ["Angre", "Sett på sakslisten", "Se mer og velg"]
    await secretary.press(answer["blocks"], "Angre")
    await background.drain()
    answer = slack.last("response_url")
    assert answer["replace_original"]
    assert "Ingen andre har fått beskjed." in str(answer["blocks"])
    assert _labels(answer["blocks"]) == ["Sett på sakslisten", "Se mer og velg"] * 2


async def test_a_form_from_the_list_names_its_case_and_is_cancelled(
    secretary: Client, slack: Slack, background: BackgroundTasks, small_world: World
) -> None:
    await secretary.press(await _list(secretary, slack, background), "Se mer og velg")
    await background.drain()
    await secretary.press(slack.last("response_url")["blocks"], "Send tilbake")
    await background.drain()
    assert slack.view is not None
    assert "Saken: Felles opplæring i utskrivning" in shown_text(slack.view["blocks"])
    assert "Avbryt" in _labels(slack.view["blocks"])
    await secretary.press_in_form("form:cancel", {})
    await background.drain()
    assert "Avbrutt. Ingenting er sendt." in shown_text(slack.view["blocks"])
    async with small_world.database.transaction() as session:
        assert DraftStatus.DISCARDED in (await session.scalars(select(col(Draft.status)))).all()


async def test_a_form_that_a_colleague_has_settled_closes(
    secretary: Client, slack: Slack, background: BackgroundTasks, small_world: World
) -> None:
    """The window shows who did what, and what was written in it, and can be submitted no more."""
    blocks = await _list(secretary, slack, background)
    await secretary.press(blocks, "Se mer og velg")
    await background.drain()
    await secretary.press(slack.last("response_url")["blocks"], "Send tilbake")
    await background.drain()
    await _accept_from_elsewhere(small_world)
    _status, answer = await secretary.submit({"reason": "Mangler fakta"})
    assert answer["response_action"] == "update"
    assert answer["view"]["callback_id"] == "done"
    told = shown_text(answer["view"]["blocks"])
    assert "Saken er allerede behandlet. Eksempel Deputy satte saken på sakslisten" in told
    assert "Mangler fakta" in told


async def _accept_from_elsewhere(world: World) -> None:
    surface = FakeSurface(world, FixedClock(), registry())
    notice = (await surface.inbox("deputy"))[0]
    await surface.press("deputy", notice, "Sett på sakslisten")


def test_the_buttons_of_a_message_stand_below_all_of_it() -> None:
    def drawn(count: int) -> list[dict[str, Any]]:
        sections = tuple(
            Section(title=f"Nummer {number}", text="x" * 400, buttons=(Button(label="Vis", action="vis"),))
            for number in range(count)
        )
        return message_blocks(Message(title="Liste", sections=sections, buttons=(Button(label="Neste", action="a"),)))

    assert _labels(drawn(3)) == ["Vis", "Vis", "Vis", "Neste"]
    # However long the list is, they are there.
    long = drawn(60)
    assert len(long) <= 50
    assert _labels(long)[-1] == "Neste"
