"""«Minn meg senere»: the buttons by which somebody puts a reminder off, and the moments that they can choose. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from handlers.calendar.named_days import monday_of
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.limits import TEAMS
from handlers.messages.message import Button, Message
from handlers.reminders.actions import Do
from handlers.reminders.when import MORNING
from handlers.writing.language import N_, _

_BEFORE = timedelta(hours=1)


class Later(StrEnum):
    """When it is said again. The values stand on buttons."""

    TOMORROW = "morgen"
    MONDAY = "mandag"
    BEFORE = "for"
    """Before the deadline."""


_LABELS: Mapping[Later, str] = {
    Later.TOMORROW: N_("Minn meg i morgen"),
    Later.MONDAY: N_("Minn meg mandag"),
    Later.BEFORE: N_("Minn meg en time før"),
}


def moments(expires_at: datetime | None, now: datetime, clock: time = MORNING) -> Mapping[Later, datetime]:
    """When it can be said again before it makes no sense any more (UTC). `clock`: local, on another day."""
    today = local_day(now)
    tomorrow, monday = today + timedelta(days=1), monday_of(today) + timedelta(days=7)
    found = {Later.TOMORROW: _at(tomorrow, clock), Later.MONDAY: _at(monday, clock)}
    if monday == tomorrow:
        del found[Later.MONDAY]
    if expires_at is None:
        return found
    fitting = {later: moment for later, moment in found.items() if moment < expires_at}
    if len(fitting) < len(found) and expires_at - _BEFORE > now:
        # One of them would come too late.
        fitting[Later.BEFORE] = expires_at - _BEFORE
    return fitting


def with_button(message: Message, reminder_id: int) -> Message:
    """A reminder that stands among others, with one more button: there is room for one."""
    return message.model_copy(update={"buttons": (*message.buttons, _later(reminder_id))})


def with_buttons(message: Message, reminder_id: int, expires_at: datetime | None, now: datetime) -> Message:
    """A reminder that is said alone, with a button for each moment, if these fit beside its own on every platform."""
    offered = choices(reminder_id, expires_at, now)
    if len(message.buttons) + len(offered) > TEAMS.buttons_together:
        offered = (_later(reminder_id),)
    return message.model_copy(update={"buttons": (*message.buttons, *offered)})


def _later(reminder_id: int) -> Button:
    return Button(label=_("Minn meg senere"), action=Do.LATER, arguments={"reminder": str(reminder_id)})


def choices(reminder_id: int, expires_at: datetime | None, now: datetime) -> tuple[Button, ...]:
    """A button for each moment."""
    return tuple(
        Button(label=_(_LABELS[later]), action=Do.SNOOZE, arguments={"reminder": str(reminder_id), "later": later})
        for later in moments(expires_at, now)
    )


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LOCAL_ZONE).astimezone(UTC)
