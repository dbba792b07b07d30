"""What buttons do about drafts. The value stands on buttons that were sent long ago, so it never changes."""

from enum import StrEnum


class Do(StrEnum):
    """All that is done by buttons."""

    DISCARD = "utkast.slett"
