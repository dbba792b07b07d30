"""Many reminders at once, each with its own buttons and one to put it off, are taken by every platform."""

import json

import pytest

from bot.slack.blocks import fallback, message_blocks
from bot.teams.cards import message_card
from handlers.limits import TEAMS
from handlers.meetings.attendance.actions import Do
from handlers.messages.message import Button, Fact, Message
from handlers.reminders.actions import Do as Reminders
from handlers.reminders.gathering import Drawn, gather
from handlers.reminders.kind import Kind
from handlers.reminders.later import with_button, with_buttons
from tests.clock import FixedClock
from tests.slack.limits import broken_by_message
from tests.teams.schema import assert_valid


async def _nothing(*_: object) -> dict[int, object]:
    return {}


KIND = Kind("mote.mote", "Møte", _nothing)  # type: ignore[arg-type]


def reminder(number: int, own: int) -> Drawn:
    """One with so many buttons of its own."""
    buttons = tuple(
        Button(label=f"Knapp {label}", action=Do.COME, arguments={"meeting": str(number)}) for label in range(own)
    )
    facts = (Fact(label="Møte", value="mandag 21. september 2026 kl. 10.00–13.00"), Fact(label="Sted", value="Salen"))
    message = Message(title=f"Påminnelse {number}", text="Du har ikke svart ennå. " * 8, facts=facts, buttons=buttons)
    alone = with_buttons(message, number, None, FixedClock().now())
    return Drawn(number, KIND, with_button(message, number), alone)


@pytest.mark.parametrize("own", [0, 3, 4, 5])
@pytest.mark.parametrize("count", [1, 2, 30])
def test_every_platform_takes_what_is_gathered(count: int, own: int) -> None:
    said = list(gather([reminder(number, own) for number in range(1, count + 1)]))
    assert sum(len(each.says) for each in said) == count
    for each in said:
        assert broken_by_message(message_blocks(each.message), fallback(each.message)) == []
        card = message_card(each.message)
        assert_valid(card)
        assert len(json.dumps(card)) < TEAMS.bytes
        putting_off = [
            button for button in each.message.buttons_within() if button.action in (Reminders.LATER, Reminders.SNOOZE)
        ]
        assert len(putting_off) == (2 if count == 1 and own <= 3 else len(each.says))
