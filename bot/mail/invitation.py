"""An e-mail that a calendar takes in: pure writing.

What mail programs take for an invitation is not an attached file, but another form of the e-mail itself: a part
`text/calendar` beside the plain text, whose `method` is the calendar's own (RFC 6047, 2.4 and 2.5). Where there is only
a file, Outlook on the desktop makes an entry of it that no later e-mail changes.
"""

from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from bot.mail.letter import headed
from handlers.calendar import entry
from handlers.calendar.entry import Entry, Person
from handlers.messages.message import Invitation, Message
from handlers.writing.language import _, current
from handlers.writing.text import visible


def write(
    message: Message,
    invitation: Invitation,
    sender: Address,
    organiser: Address,
    reader: Address,
    at: datetime,
    message_id: str,
    *,
    answers: bool,
) -> EmailMessage:
    """The e-mail with its headers, in the language being spoken.

    Args:
        organiser: who answers that are given in a calendar go to.
        message_id: see `bot.mail.letter.as_email`.
        answers: whether these are read.
    """
    email = headed(message.title, sender, reader, at, message_id)
    if organiser.addr_spec != sender.addr_spec:
        email["Reply-To"] = organiser
    # Answers are wanted; absence notes are not.
    email["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    email.set_content("\n\n".join(_text(message, invitation, answers=answers)) + "\n", cte="quoted-printable")
    made = Entry(
        uid=invitation.uid,
        sequence=invitation.sequence,
        starts_at=invitation.starts_at,
        ends_at=invitation.ends_at,
        zone=invitation.zone,
        title=invitation.title,
        place=invitation.place,
        text=invitation.text,
        at=invitation.written_at,
        organiser=Person(organiser.display_name or organiser.addr_spec, organiser.addr_spec),
        # Nobody but the reader: who else comes is no concern of their mail server.
        attendee=Person(reader.display_name, reader.addr_spec),
        cancelled=invitation.cancelled,
        answers=answers,
    )
    # Base64, so that no mail server folds or unfolds its lines.
    email.add_alternative(
        entry.write(made).decode(), subtype="calendar", cte="base64", params={"method": entry.method(made)}
    )
    # Last of all: what is set in a part takes such headers along. Older Outlooks go by this one.
    email["Content-Class"] = "urn:content-classes:calendarmessage"
    email["Content-Language"] = current()
    return email


def _text(message: Message, invitation: Invitation, *, answers: bool) -> Iterator[str]:
    """What is read where the calendar's part is not understood."""
    if message.text:
        yield visible(message.text)
    lines = [f"{fact.label}: {fact.value}" for fact in message.facts]
    if lines:
        yield visible("\n".join(lines))
    if invitation.cancelled:
        return
    if answers:
        yield _("Svar i kalenderen, så får sekretariatet vite det. Du kan også svare i boten, som du pleier.")
    else:
        yield _("Svar i boten, som du pleier. Svar som gis i kalenderen, blir ikke lest.")
