"""An e-mail that came in, as the answer of a calendar: pure reading.

Of all that stands in it only the sender's address and the part `text/calendar` are looked at, and neither is believed
without the other. Where the bot was told whose word for a sender counts, that is demanded too (`bot.mail.vouched`).
"""

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from bot.mail.vouched import is_vouched_for
from handlers.calendar import answer
from handlers.calendar.answer import CalendarAnswer, NotAnAnswer

_MOST_PARTS = 50


class Mailed(NamedTuple):
    """A calendar's answer, and from which address it came (in lower case)."""

    sender: str
    answer: CalendarAnswer


def read(content: bytes, trusted: str | None) -> Mailed:
    """The answer that this e-mail is.

    Args:
        trusted: the name of the server whose word for the sender is demanded (RFC 8601, authserv-id); None: none is.

    Raises:
        NotAnAnswer: it is none, or nobody can say whose. An e-mail may be made so that reading it fails in other ways
            too: any exception means that it cannot be read.
    """
    email = message_from_bytes(content, policy=policy.default)
    if str(email.get("Auto-Submitted", "")).strip().lower().startswith("auto-replied"):
        # Calendars that answer for somebody say `auto-generated`; this is an absence note.
        raise NotAnAnswer("an automatic reply")
    sender = _sender(email)
    found = {_without_words(each): each for each in _answers(email)}
    if len(found) != 1:
        raise NotAnAnswer(f"{len(found)} different answers")
    if trusted is not None and not is_vouched_for(
        [str(each) for each in email.get_all("Authentication-Results", ())], trusted, sender.rpartition("@")[2]
    ):
        raise NotAnAnswer("a sender that the receiving server does not vouch for")
    return Mailed(sender, next(iter(found.values())))


def _sender(email: EmailMessage) -> str:
    headers = email.get_all("From", ())
    addresses = [each for header in headers for each in getattr(header, "addresses", ())]
    if len(headers) != 1 or len(addresses) != 1 or not addresses[0].domain:
        raise NotAnAnswer("not of one sender")
    return str(addresses[0].addr_spec).lower()


def _answers(email: EmailMessage) -> list[CalendarAnswer]:
    """What each part of it answers. Most calendars write the same twice: as a part, and as a file."""
    parts = list(_calendars(email))
    if not parts:
        raise NotAnAnswer("no calendar in it")
    read = []
    for part in parts:
        read.append(answer.read(_text(part)))
    return read


def _calendars(email: EmailMessage) -> list[EmailMessage]:
    found = []
    for number, part in enumerate(email.walk()):
        if number >= _MOST_PARTS:
            raise NotAnAnswer("too many parts")
        if part.get_content_type() == "text/calendar" and isinstance(part, EmailMessage):
            found.append(part)
    return found


def _text(part: EmailMessage) -> str:
    """Its text: calendars are UTF-8 (RFC 5545, 3.1.4), whatever some mail programs say or do."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        raise NotAnAnswer("a part without a text")
    for charset in ("utf-8-sig", part.get_content_charset("latin-1")):
        try:
            return content.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("latin-1")


def _without_words(each: CalendarAnswer) -> CalendarAnswer:
    return each._replace(comment="")
