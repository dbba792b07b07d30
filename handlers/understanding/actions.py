"""What the buttons of «Mente du …?» do. The value stands on buttons that were sent, so it never changes."""

from enum import StrEnum


class Do(StrEnum):
    """All that is done by buttons."""

    CHOOSE = "forslag.velg"
