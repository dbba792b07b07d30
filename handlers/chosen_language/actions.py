"""What buttons do about one's language. The value stands on buttons that were sent long ago, so it never changes."""

from enum import StrEnum


class Do(StrEnum):
    """All that is done by buttons."""

    CHOOSE = "sprak.velg"
