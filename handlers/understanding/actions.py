"""What the buttons of «Mente du …?» and of the welcome do. The values stand on buttons that were sent, so they never
change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    CHOOSE = "forslag.velg"
    BEGIN = "hjelp.begynn"
