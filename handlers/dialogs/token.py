"""Which form a submission is of: all that a client carries back."""

from dataclasses import dataclass

from handlers.errors import Gone
from handlers.writing.language import _

SUMMARY = "summary"
"""The step where people look over before sending, if there is nothing else to do there."""
RESUME = "resume"
"""The step that every dialog may have beside its own: «Fortsett der du slapp?»."""


@dataclass(frozen=True)
class Token:
    """Which form a submission is of. `str(token)` is what the client carries."""

    dialog: str
    step: str
    draft_id: str

    def __str__(self) -> str:
        return f"{self.dialog}.{self.step}.{self.draft_id}"

    @classmethod
    def parse(cls, text: str) -> "Token":
        """Raises `Gone` for anything that is no token."""
        # A dialog's name has full stops of its own; a step's and a draft's id have none.
        parts = text.rsplit(".", 2)
        if len(parts) != 3 or not all(parts):
            raise form_gone()
        return cls(*parts)


def form_gone() -> Gone:
    """The form has expired, was discarded, or never was."""
    return Gone(_("Skjemaet er ikke lenger åpent. Skriv kommandoen på nytt, så får du et nytt."))
