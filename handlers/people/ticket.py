"""What a signed link says: for whom it is, and what it opens; and that it is too old."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from handlers.errors import BotError
from handlers.writing.language import _


class Purpose(StrEnum):
    """What a link opens, which is also where its address begins. A link for one is no link for the other."""

    FILE = "fil"
    PAGE = "side"


@dataclass(frozen=True)
class Ticket:
    """What a valid link says: for whom, and which document or action, with which arguments."""

    person_id: int
    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


class LinkExpired(BotError):
    """A signed link that is too old. `ticket`: what it was to open."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        super().__init__(_("Lenken er for gammel. Be om filen på nytt der du fikk den, så får du en ny lenke."))
