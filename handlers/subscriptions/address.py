"""The address of somebody's calendar: a handle, which is no secret, and a secret, of which only a hash is kept."""

import hashlib
import re
import secrets
from typing import NamedTuple

from handlers.calendar.feed import FOLDER
from handlers.patterns import pattern_of
from handlers.people.links import Links

_HANDLE = pattern_of(r"[\w-]{12}", re.ASCII)
_NOBODYS = "-"


class Address(NamedTuple):
    """A new address. `secret` is known here and now only."""

    handle: str
    secret: str

    def url(self, links: Links) -> str:
        """Where calendars fetch it."""
        return f"{links.base}{FOLDER}/{self.handle}/{self.secret}.ics"


def new() -> Address:
    """One that nobody guesses: 256 bits of it are secret."""
    return Address(secrets.token_urlsafe(9), secrets.token_urlsafe(32))


def webcal(url: str) -> str:
    """The same address, as calendar programs open it at a click."""
    return "webcal:" + url.partition(":")[2]


def hashed(secret: str) -> str:
    """What is kept of a secret. A plain hash: there is too much of it to be guessed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def asked_for(path: str) -> Address:
    """What stands behind the folder in an address that is asked for, whatever that is: no handle in it is one that the
    database stumbles over."""
    handle, _slash, rest = path.partition("/")
    secret = rest.removesuffix(".ics") if rest.endswith(".ics") else ""
    return Address(handle if _HANDLE.fullmatch(handle) else _NOBODYS, secret)
