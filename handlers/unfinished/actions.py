"""What buttons do about drafts. The value stands on buttons that were sent long ago, so it never changes."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    DISCARD = "utkast.slett"
