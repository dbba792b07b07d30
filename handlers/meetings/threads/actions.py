"""What buttons do about threads of meetings. The values stand on buttons that were sent long ago, so they never
change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    SHOW = "motetrad.vis"
    HERE = "motetrad.her"
    """The threads are to be in this channel."""
    ON = "motetrad.pa"
    OFF = "motetrad.av"
    AS_IN_FILE = "motetrad.fil"
    TRY_AGAIN = "motetrad.igjen"
