"""Addresses of our own that somebody has put where others read them."""

from dataclasses import dataclass

from handlers.calendar.feed import FOLDER
from handlers.errors import BadLink
from handlers.people.links import Links
from handlers.people.ticket import LinkExpired, Purpose, Ticket


@dataclass(frozen=True)
class SharedLink:
    """What an address opens. `ticket` None: a calendar, whose address is a secret. `opens`: it still does so."""

    ticket: Ticket | None
    purpose: Purpose = Purpose.PAGE
    opens: bool = True


def shared_link(links: Links, url: str) -> SharedLink | None:
    """What this address of ours opens; None: it is none of ours, or one that opens nothing."""
    if not links.base or not url.casefold().startswith(links.base.casefold()):
        return None
    folder, _slash, token = url[len(links.base) :].partition("/")
    token = token.partition("?")[0].partition("#")[0].rstrip("/")
    if folder == FOLDER:
        return SharedLink(None) if token else None
    if folder not in set(Purpose):
        return None
    purpose = Purpose(folder)
    try:
        return SharedLink(links.read(purpose, token), purpose)
    except LinkExpired as error:
        return SharedLink(error.ticket, purpose, opens=False)
    except BadLink:
        return None
