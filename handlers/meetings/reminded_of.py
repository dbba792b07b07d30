"""What reminders about a meeting are called where they are laid, and where what they are about is done."""

from enum import StrEnum


class Preparing(StrEnum):
    """What whoever prepares a meeting is reminded of. The values stand in the rows of reminders."""

    CONVOCATION = "mote.innkalling"
    PAPERS = "mote.papirer"


def subject(meeting_id: int) -> str:
    """What all reminders about a meeting are about."""
    return f"meeting:{meeting_id}"
