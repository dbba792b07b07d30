"""What became of a reply, and what is said of it where the person is: true for each way it may have gone.

What was decided is said whatever became of showing it. Of a line in a channel the others read nothing of the reply.
"""

from dataclasses import dataclass
from enum import Enum

from handlers.dialogs.dialog import Form
from handlers.limits import TEAMS
from handlers.messages.message import Message
from handlers.writing.language import _
from handlers.writing.text import shorten


class Sent(Enum):
    """What became of a reply."""

    NOW = "now"
    LATER = "later"
    """The worker brings it."""
    HELD = "held"
    """The same, once the bot may send again."""
    WAITS = "waits"
    """Teams does not let us write to them: the worker brings it when they have written."""
    PERHAPS = "perhaps"
    """It could not be written down, and is tried a little longer."""
    FAULT = "fault"
    """It is nothing that Teams takes."""


@dataclass(frozen=True)
class Outcome:
    """`reference`: of a fault, which the log has too."""

    sent: Sent
    reference: str = ""


def to_whoever_pressed(outcome: Outcome, reply: Form | Message, *, personal: bool) -> str:
    """Said below a card, to one person only. `personal`: the card is in their own conversation with the bot."""
    if outcome.sent is Sent.NOW:
        return _("Svaret står nederst i samtalen din med meg.")
    if isinstance(reply, Form):
        done, answer = "", _("Skjemaet")
    else:
        done, answer = _sentence(shorten(reply.title, TEAMS.notification)), _("Svaret")
    return done + _of_the_rest(outcome, answer, personal=personal)


def _of_the_rest(outcome: Outcome, answer: str, *, personal: bool) -> str:
    match outcome.sent:
        case Sent.HELD:
            said = _("{answer} kommer så snart jeg får sende det, i samtalen din med meg.")
        case Sent.WAITS if personal:
            said = _("Teams lar meg ikke skrive til deg her nå. {answer} kommer når du har skrevet noe til meg.")
        case Sent.WAITS:
            said = _(
                "Teams lar meg ikke skrive til deg alene. Finn meg under Apper i Teams, og skriv noe til meg der, så "
                "kommer {answer_inside}."
            )
        case Sent.PERHAPS:
            said = _(
                "{answer} kom ikke fram i samtalen din med meg. Kommer det ikke om litt, be om det en gang til der."
            )
        case Sent.FAULT:
            said = _(
                "{answer} lot seg ikke vise i Teams. Oppgi referansen {reference} til den som drifter boten, hvis du "
                "trenger det."
            )
        case _later:
            said = _("{answer} kommer om litt, i samtalen din med meg.")
    return said.format(answer=answer, answer_inside=answer[:1].lower() + answer[1:], reference=outcome.reference)


def to_the_others(outcome: Outcome) -> str:
    """Said where others read it: that the answer is in private, and nothing of it."""
    match outcome.sent:
        case Sent.NOW:
            return _("Jeg svarer deg i en privat samtale.")
        case Sent.LATER | Sent.HELD:
            return _("Jeg svarer deg i en privat samtale. Det kan ta litt tid akkurat nå.")
        case Sent.WAITS:
            return _(
                "Jeg har et svar til deg, men Teams lar meg ikke skrive til deg alene. Finn meg under Apper i Teams, "
                "og skriv noe til meg der, så kommer det."
            )
        case Sent.PERHAPS:
            return _("Jeg får ikke svart deg i en privat samtale akkurat nå. Prøv igjen om litt.")
        case Sent.FAULT:
            return _("Jeg fikk ikke vist deg svaret. Skriv det samme til meg alene i Teams.")


def nothing_done() -> str:
    """Said when it could not be asked where the person is reached, so that nothing was done: it passes."""
    return _("Teams svarer meg ikke akkurat nå, så jeg har ikke gjort noe med dette. Prøv igjen om litt.")


def _sentence(title: str) -> str:
    return title + (" " if title.endswith((".", "!", "?", "…")) else ". ")
