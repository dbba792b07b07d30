"""What buttons do about convocations. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    CHECK = "innkalling.kontroller"
    """Say what is not as it should be, before it is sent."""
    SEND = "innkalling.send"
    OWN = "innkalling.min"
    """What concerns somebody who comes for a case only."""
