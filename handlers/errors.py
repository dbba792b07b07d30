"""What can go wrong, as the person meets it.

BotError                    says what happened and what to do, in the person's language
 ├── Refused                the workspace or tenant belongs to nobody in the partnership
 ├── NotAllowed             the person lacks the role
 ├── Gone                   what the button or form was about is no longer there
 ├── AlreadyDone            somebody (perhaps oneself) did it first; says who and when
 │    └── Settled           for good: a form that was open about it closes (`handlers.messages.settled`)
 ├── BadInput               answers in a form that cannot stand, by field; the input is kept
 ├── BadLink                a signed link that is not one of ours, or not whole
 ├── LinkExpired            a signed link that was one (`handlers.people.ticket`)
 ├── Busy                   the database is locked or gone; nothing was stored, try again
 │    └── PlatformBusy      the platform does not say who is speaking; likewise
 ├── NotSetUp               the bot may not ask the platform who is speaking: for whoever runs it to mend
 ├── NotShown               the reply is nothing that the platform takes; a reference, as for `Unexpected`
 └── Unexpected             anything else: a short reference, which the log has too
Repeated                    the same platform request again: no answer is due (never shown)

Those with a reference are made in `handlers.faults`, which writes it in the log.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from handlers.writing.language import _

# No letters or digits that are mistaken for each other when read aloud over a telephone.
_REFERENCE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class BotError(Exception):
    """Something the person can be told. `str(error)` is the sentence they read."""

    again = False
    """Whether the very same may get through when it is tried again."""


class Refused(BotError):
    """The workspace or tenant is not part of the partnership."""


class NotAllowed(BotError):
    """The person does not have the role this takes."""


class Gone(BotError):
    """The case, meeting, committee or form is no longer there, or no longer open."""


class AlreadyDone(BotError):
    """Somebody did it first."""


class BadInput(BotError):
    """Answers that cannot stand: `fields` by field name, `whole` for the form as such.

    `instead`: what is to stand in fields in the place of what was handed in, and `begun`, by field, what the form
    begins with from then on (see `Answers.prefilled`): somebody else wrote the same meanwhile.
    """

    def __init__(
        self,
        fields: Mapping[str, str] | None = None,
        *,
        whole: str = "",
        instead: Mapping[str, Any] | None = None,
        begun: Mapping[str, Any] | None = None,
    ) -> None:
        self.fields = dict(fields or {})
        self.whole = whole
        self.instead = dict(instead or {})
        self.begun = dict(begun or {})
        super().__init__(whole or " ".join(self.fields.values()))


class BadLink(BotError):
    """A signed link that is not one of ours, not for this, or lost a piece on its way."""

    def __init__(self) -> None:
        super().__init__(
            _("Lenken virker ikke. Åpne den rett fra meldingen du fikk, og kopier hele hvis du må kopiere den.")
        )


class Busy(BotError):
    """The database does not answer, or cannot be written to. Nothing was stored. `lasting`: waiting mends nothing."""

    again = True

    def __init__(self, reference: str, *, lasting: bool = False) -> None:
        self.reference = reference
        sentence = (
            _(
                "Jeg får ikke lagret noe, og det går ikke over av seg selv. Oppgi referansen {reference} til den som "
                "drifter boten, og prøv igjen når det er rettet."
            )
            if lasting
            else _("Jeg får ikke lagret akkurat nå. Vent litt og prøv igjen. (Referanse {reference})")
        )
        super().__init__(sentence.format(reference=reference))


class PlatformBusy(Busy):
    """The platform (`Slack`) does not say who is speaking, and may when it is asked again. Nothing was stored."""

    def __init__(self, reference: str, platform: str) -> None:
        self.reference = reference
        BotError.__init__(
            self,
            _(
                "Jeg får ikke slått opp hvem du er i {platform} akkurat nå, så jeg har ikke gjort noe. "
                "Vent litt og prøv igjen. (Referanse {reference})"
            ).format(platform=platform, reference=reference),
        )


class NotSetUp(BotError):
    """The bot may not ask the platform who is speaking. Nothing was stored."""

    def __init__(self, reference: str, platform: str) -> None:
        self.reference = reference
        super().__init__(
            _(
                "Jeg er ikke satt opp riktig i {platform}, så jeg får ikke vite hvem du er, og har ikke gjort noe. "
                "Oppgi referansen {reference} til den som drifter boten."
            ).format(platform=platform, reference=reference)
        )


class NotShown(BotError):
    """In the place of a reply that is nothing that the platform (`Slack`) takes."""

    def __init__(self, reference: str, platform: str) -> None:
        self.reference = reference
        super().__init__(
            _(
                "Svaret lot seg ikke vise i {platform}. Skjer det på nytt, oppgi referansen {reference} til den som "
                "drifter boten."
            ).format(platform=platform, reference=reference)
        )


class Unexpected(BotError):
    """An unknown failure; the log has the same `reference`."""

    again = True

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(
            _(
                "Noe gikk galt hos meg. Prøv igjen om litt. Skjer det på nytt, oppgi referansen {reference} "
                "til den som drifter boten."
            ).format(reference=reference)
        )


class Repeated(Exception):
    """The same platform request came again after it had its effect."""


def about_another_case() -> NotAllowed:
    """What was pressed or submitted is not about what the conversation is confined to."""
    return NotAllowed(_("Denne siden gjelder én sak. Åpne den andre saken fra meldingen du fikk om den."))


def new_reference() -> str:
    """A reference short enough to read aloud, e.g. `K7Q2MX`."""
    return "".join(secrets.choice(_REFERENCE_ALPHABET) for _i in range(6))
