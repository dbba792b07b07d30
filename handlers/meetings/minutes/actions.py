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
    HAND_IN = "referat.notatfil"
    NOTES = "referat.utkast"
    TAKE_OVER = "referat.taover"
    PLACE = "referat.plasser"
    THROW_AWAY = "referat.forkast"


NOTES_FILES = ".docx,.txt,.md,.vtt,.srt"
"""What the names of files end in that notes of another tool may be handed in as."""


def button(
    do: Do, label: str, meeting: Meeting, *, style: Style = "default", confirm: Confirm | None = None, **more: object
) -> Button:
    """A button about the minutes of the meeting. `more`: what it carries besides, as `slot=7`."""
    return Button(label=label, action=do, arguments=about(meeting, **more), style=style, confirm=confirm)
