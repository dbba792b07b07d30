"""What buttons do about somebody's home. The value stands on buttons that were sent, so it never changes."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    SHOW = "hjem.vis"
