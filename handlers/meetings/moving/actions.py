"""What buttons do about when and where meetings are. The values stand on buttons that were sent long ago, so they never
change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    MOVE = "motetid.flytt"
    CANCEL = "motetid.avlys"
    HOLD = "motetid.likevel"
    """One that was cancelled is held after all."""
    NEW = "motetid.ny"
