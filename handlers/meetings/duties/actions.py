"""What buttons do about yearly duties. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    DONE = "arsplikt.gjort"
    UNDO = "arsplikt.angre"
