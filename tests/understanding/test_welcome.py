"""What whoever meets the bot is told: the same to everybody, with what most people come for."""

import pytest

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from tests.clock import FixedClock
from tests.surface import FakeSurface, labels, message
from tests.world import PEOPLE, World


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(small_world, clock, registry())


def welcomes(surface: FakeSurface) -> list[Message]:
    welcome = surface.bot.registry.welcome
    assert welcome is not None
    return [welcome.to_one(), welcome.to_several()]


def test_it_has_the_two_things_that_most_people_come_for_and_leads_there(surface: FakeSurface) -> None:
    for each in welcomes(surface):
        assert labels(each) == ["Meld sak", "Meld avvik"]
        assert surface.bot.registry.nowhere(each) == []


async def test_everybody_gets_the_form_or_is_told_what_to_do(surface: FakeSurface) -> None:
    """A clinician is in no committee, and reports deviations all the same."""
    (welcome, _of_a_team) = welcomes(surface)
    for who in PEOPLE:
        if who == "mailbox":
            continue
        report = await surface.press(who, welcome, "Meld avvik")
        assert isinstance(report, Form)
        case = await surface.press(who, welcome, "Meld sak")
        assert isinstance(case, Form) or "Be koordinatoren" in case.text  # type: ignore[union-attr]


@pytest.mark.parametrize("arguments", [{}, {"shortcut": "gone"}, {"shortcut": "sak"}, {"other": "x"}])
async def test_a_button_of_an_older_version_says_what_to_do(surface: FakeSurface, arguments: dict[str, str]) -> None:
    """What takes a message is none of these."""
    told = message(await surface.bot.press(surface.world.sender("member"), "hjelp.begynn", arguments))
    assert "finnes ikke lenger" in told.title


async def test_whoever_comes_is_welcomed_once_in_a_conversation(surface: FakeSurface) -> None:
    sender = surface.world.sender("member")
    assert message(await surface.bot.greet(sender, "a:1")).title == "Velkommen! Hva vil du gjøre?"
    assert await surface.bot.greet(sender, "a:1") is None
    assert await surface.bot.greet(sender, "a:2") is not None
    # Where that is kept by somebody else, each time.
    assert [bool(await surface.bot.greet(sender)) for _time in range(2)] == [True, True]
