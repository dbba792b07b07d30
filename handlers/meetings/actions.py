"""What buttons do about meetings. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    SHOW = "mote.vis"
    PAGE = "mote.side"
    """One meeting, with all that stands about it."""
    TEMPLATES = "mote.maler"
    """The Word templates of the meeting's committee."""
    HAND_IN_TEMPLATE = "mote.nymal"
    DEFAULT_TEMPLATE = "mote.standardmal"
