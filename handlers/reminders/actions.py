"""What buttons do about reminders. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    SHOW = "paminnelser.vis"
    SETTINGS = "paminnelser.endre"
    PAUSE = "paminnelser.pause"
    RESUME = "paminnelser.fortsett"
    LATER = "paminnelser.senere"
    SNOOZE = "paminnelser.utsett"
    WHERE = "paminnelser.hvor"
