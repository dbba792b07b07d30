"""What an e-mail says: pure writing.

It says that there is something about a case, its reference, and where to read it. Nothing of the case itself, and
nobody's name but the reader's: an e-mail passes through many hands, and lies where nobody cleans up.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.messages.message import Message, Page, Section
from handlers.writing.language import _, current, ngettext
from handlers.writing.text import clean, shorten
from handlers.writing.typed import with_slash

_SUBJECT_LENGTH = 150
_NAME_LENGTH = 60


@dataclass(frozen=True)
class Letter:
    """A subject, and plain text. Both are in the language that was spoken when it was written."""

    subject: str
    text: str


@dataclass(frozen=True)
class PageLink:
    """The address of the page of one case. `reference`: what the case is called in an e-mail; may be empty."""

    reference: str
    address: str


def write(message: Message, name: str, address_of: Callable[[Page], str], ends_at: datetime) -> Letter | None:
    """What an e-mail to `name` says of `message`. None: nothing, since it has no page, and may not be sent as it is.

    Args:
        address_of: the reader's own link to a page.
        ends_at: when links made now end (UTC).
    """
    links = [PageLink(page.reference, address_of(page)) for page in message.pages_within()]
    if message.mailable:
        parts = list(_own_text(message))
        subject = message.title
    elif links:
        parts = [_about(links)]
        subject = _subject(links)
    else:
        return None
    if links:
        parts += [*_where(links), _whose(one_line(name, _NAME_LENGTH), len(links), ends_at)]
        parts.append(_("Svar på siden, ikke på denne e-posten."))
    return Letter(with_slash(subject), with_slash("\n\n".join(parts) + "\n"))


def _subject(links: Sequence[PageLink]) -> str:
    if len(links) > 1:
        return _("Du har fått en melding om {count} saker").format(count=len(links))
    if links[0].reference:
        return _("Du har fått en melding om {reference}").format(reference=links[0].reference)
    return _("Du har fått en melding om en sak")


def _about(links: Sequence[PageLink]) -> str:
    if len(links) > 1:
        return _(
            "Boten i helsefellesskapet har en melding til deg om {count} saker. Les den og gjør det du skal, på siden "
            "til hver sak:"
        ).format(count=len(links))
    if links[0].reference:
        return _(
            "Boten i helsefellesskapet har en melding til deg om {reference}. Les den og gjør det du skal, på denne "
            "siden:"
        ).format(reference=links[0].reference)
    return _("Boten i helsefellesskapet har en melding til deg om en sak. Les den og gjør det du skal, på denne siden:")


def _where(links: Sequence[PageLink]) -> Iterator[str]:
    """Each address on a line of its own, so that a mail program makes it a link."""
    if len(links) == 1:
        yield links[0].address
        return
    for number, link in enumerate(links, start=1):
        yield f"{link.reference or _('Sak {number}').format(number=number)}\n{link.address}"


def _whose(name: str, count: int, ends_at: datetime) -> str:
    return ngettext(
        "Lenken er bare for {name}: den som åpner den, handler i ditt navn. Ikke send den videre. Den virker til "
        "{ends}; etter det får du en ny der.",
        "Lenkene er bare for {name}: den som åpner dem, handler i ditt navn. Ikke send dem videre. De virker til "
        "{ends}; etter det får du nye der.",
        count,
    ).format(name=name, ends=dates.day_and_clock(ends_at, LOCAL_ZONE.key))


def _own_text(message: Message) -> Iterator[str]:
    """A message that may be sent as it stands, but for its buttons: they need a page."""
    for section in (message, *message.sections):
        yield from filter(None, ("" if section is message else section.title, section.text, _facts(section)))
    if message.small:
        yield message.small


def _facts(section: Section) -> str:
    pairs = [(fact.label, fact.value) for fact in section.facts]
    # Files are left out: what they hold is not for e-mail.
    pairs += [(link.label, link.url) for link in section.links]
    return "\n".join(f"{label}: {value}" for label, value in pairs)


# --- the e-mail itself -------------------------------------------------------------------------------------


def one_line(text: str, limit: int) -> str:
    """`text` as it may stand in a header: one line, without what a header is made of.

    Python before 3.11.10 takes `=?utf-8?q?=0D=0ABcc:?=` apart and writes the line break that is in it as it is
    (CVE-2024-6923), and people choose their own names on some platforms.
    """
    return shorten(" ".join(clean(text).split()).replace("=?", "= ?"), limit)


def as_email(letter: Letter, sender: Address, reader: Address, at: datetime, message_id: str) -> EmailMessage:
    """The letter with its headers.

    Args:
        message_id: as `name@domain`; the same for the same letter sent once more, so that mail programs show it once.
    """
    email = headed(letter.subject, sender, reader, at, message_id)
    # So that no answering machine answers (Microsoft's own header for what RFC 3834 says).
    email["X-Auto-Response-Suppress"] = "All"
    # Quoted-printable, since a link is longer than many a server lets a line be.
    email.set_content(letter.text, cte="quoted-printable")
    email["Content-Language"] = current()
    return email


def headed(subject: str, sender: Address, reader: Address, at: datetime, message_id: str) -> EmailMessage:
    """An e-mail with the headers that each has, and nothing in it yet."""
    email = EmailMessage(policy=SMTP)
    email["From"] = sender
    email["To"] = reader
    email["Subject"] = one_line(subject, _SUBJECT_LENGTH)
    email["Date"] = at
    email["Message-ID"] = f"<{message_id}>"
    # So that no answering machine answers (RFC 3834).
    email["Auto-Submitted"] = "auto-generated"
    return email


def addressed(name: str, address: str) -> Address:
    """A mailbox as headers have it. `address` is one that `config.settings.plain_address` took."""
    return Address(one_line(name, _NAME_LENGTH), addr_spec=address)
