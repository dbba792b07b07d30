"""Signed links: one file, or the page of one case, for one person and for a while.

Whoever holds such a link is taken for the person it was made for, without a login. So it opens one thing only, ends
by itself, and what that person may see and do is asked again each time it is used (see docs/decisions/013).

The token is a JWT signed with HMAC-SHA256. It can be read by whoever holds it, and holds ids only.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers.calendar.clock import Clock, SystemClock
from handlers.errors import BadLink
from handlers.people.ticket import LinkExpired, Purpose, Ticket

FILE_LIFETIME = timedelta(hours=1)
PAGE_LIFETIME = timedelta(days=14)

_ALGORITHM = "HS256"
_REFERENCE = "henvisning"


class Links:
    """Makes and reads signed links.

    Args:
        base: where this server is reached, such as `https://bot.example.org/`. Empty: there are no links.
        key: the secret that signs them.
    """

    def __init__(self, base: str = "", key: str = "", clock: Clock | None = None) -> None:
        self.base = base if key else ""
        self._key = key
        self._clock = clock or SystemClock()

    @property
    def are_made(self) -> bool:
        """Whether there is an address that others reach."""
        return bool(self.base)

    def file(self, person_id: int, name: str, arguments: Mapping[str, str]) -> str | None:
        """The address of the document called `name`, for this person, for an hour.

        None: nobody's browser would reach it, so the caller leaves it out.
        """
        return self._address(Purpose.FILE, Ticket(person_id, name, arguments), FILE_LIFETIME)

    def page(self, person_id: int, action: str, arguments: Mapping[str, str]) -> str | None:
        """The address of the page that shows what `action` returns to this person, for 14 days.

        What can be done on it is confined to `arguments`: buttons and forms that do not carry them are refused.
        None: as for `file`.

        Raises:
            ValueError: no arguments, so nothing would confine it.
        """
        if not arguments:
            raise ValueError("a page is about one thing: its arguments say which")
        return self._address(Purpose.PAGE, Ticket(person_id, action, arguments), PAGE_LIFETIME)

    def reference(self, document: str, arguments: Mapping[str, str]) -> str:
        """A document and its arguments, signed, for a platform that is to hand them back. It is no link and gives no
        right: whoever comes with it is asked who they are, so it does not end. Empty where there is no key."""
        import jwt  # noqa: PLC0415 - see `read`

        if not self._key:
            return ""
        return jwt.encode({"aud": _REFERENCE, "do": document, "of": dict(arguments)}, self._key, algorithm=_ALGORITHM)

    def referred(self, reference: str) -> tuple[str, Mapping[str, str]]:
        """(document, arguments) of a reference. Raises `BadLink`: it is none of ours."""
        import jwt  # noqa: PLC0415 - see `read`

        if not self._key:
            raise BadLink
        try:
            claims = jwt.decode(reference, self._key, algorithms=[_ALGORITHM], audience=_REFERENCE)
            found = _ticket({**claims, "sub": 0})
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError):
            raise BadLink from None
        return found.name, found.arguments

    def page_ends(self) -> datetime:
        """When a page link made now ends (UTC)."""
        return self._clock.now() + PAGE_LIFETIME

    def read(self, purpose: Purpose, token: str) -> Ticket:
        """What a token says, if it is one of ours, for this purpose, and not too old.

        Raises:
            BadLink: it is not one of ours, or not for this.
            LinkExpired: it was one.
        """
        # It brings cryptography with it, and links are opened seldom.
        import jwt  # noqa: PLC0415

        if not self.base:
            raise BadLink
        try:
            # The time is asked of the injected clock below.
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=purpose.value,
                options={"require": ["aud", "sub", "exp"], "verify_exp": False},
            )
            ticket, ends = _ticket(claims), int(claims["exp"])
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError):
            # Not chained: the token itself must not come into a log.
            raise BadLink from None
        if ends <= self._clock.now().timestamp():
            raise LinkExpired(ticket)
        return ticket

    def _address(self, purpose: Purpose, ticket: Ticket, lifetime: timedelta) -> str | None:
        import jwt  # noqa: PLC0415 - see `read`

        if not self.base:
            return None
        claims = {
            "aud": purpose.value,
            "sub": str(ticket.person_id),
            "exp": int((self._clock.now() + lifetime).timestamp()),
            "do": ticket.name,
            "of": dict(ticket.arguments),
        }
        return f"{self.base}{purpose.value}/{jwt.encode(claims, self._key, algorithm=_ALGORITHM)}"


def _ticket(claims: Mapping[str, Any]) -> Ticket:
    arguments = claims["of"]
    if not isinstance(arguments, dict) or not all(
        isinstance(each, str) for each in (claims["do"], *arguments.values())
    ):
        raise TypeError("claims are texts")
    return Ticket(int(claims["sub"]), claims["do"], arguments)


NO_LINKS = Links()
