"""What buttons do about how reminders arrive. The values stand on buttons that were sent long ago, so they never
change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    SHOW = "motepaminnelser.vis"
