"""What buttons do about one's calendar address. The values stand on buttons that were sent long ago, so they never
change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    SHOW = "kalender.vis"
    MAKE = "kalender.lag"
    REMOVE = "kalender.slett"
