"""What buttons do about the minutes of a meeting.

The values stand on buttons that were sent long ago, so they never change.
"""

from handlers.meetings.at_hand import about
from handlers.messages.message import Button, Confirm, Does, Style
from storage.tables import Meeting


class Do(Does):
    """All that is done by buttons."""

    PAGE = "referat.vis"
    START = "referat.start"
    CASE = "referat.sak"
    WRITE = "referat.skriv"
    WHO = "referat.hvem"
    FOLLOW_UP = "referat.oppfolging"
    REMOVE_FOLLOW_UP = "referat.fjern"
    SENTENCES = "referat.setninger"
    LIFT = "referat.loft"
    DISPATCH = "referat.ekspeder"
    CHECK = "referat.sjekk"
    PASTE = "referat.notater"
    NOTES = "referat.utkast"
    TAKE_OVER = "referat.taover"
    PLACE = "referat.plasser"
    THROW_AWAY = "referat.forkast"


def button(
    do: Do, label: str, meeting: Meeting, *, style: Style = "default", confirm: Confirm | None = None, **more: object
) -> Button:
    """A button about the minutes of the meeting. `more`: what it carries besides, as `slot=7`."""
    return Button(label=label, action=do, arguments=about(meeting, **more), style=style, confirm=confirm)
