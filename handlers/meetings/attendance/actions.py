"""What buttons do about attendance. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    COME = "oppmote.kommer"
    STAY_AWAY = "oppmote.forfall"
    SEND_SUBSTITUTE = "oppmote.stedfortreder"
    OWN = "oppmote.mitt"
    """What somebody has answered, and the buttons to answer with: what a guest sees of a meeting."""
    ROLL = "oppmote.liste"
    """Everybody at the meeting, to be marked."""
    MARK = "oppmote.kom"
    ALL_CAME = "oppmote.alle"
    PERSON = "oppmote.person"
    DETAILS = "oppmote.detaljer"
    ADD = "oppmote.ny"
    REMOVE = "oppmote.fjern"
    DISQUALIFY = "oppmote.inhabil"
    QUALIFY = "oppmote.habil"
    UNDO = "oppmote.angre"
    REMIND = "oppmote.minn"
