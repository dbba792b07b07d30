"""E-mail's way out, for those who are on no chat (see `bot.messenger` and docs/decisions/013)."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from email.headerregistry import Address as EmailAddress
from email.utils import parseaddr
from hashlib import sha256

from bot.mail import invitation as invitations
from bot.mail.letter import addressed, as_email, write
from bot.mail.server import Server
from bot.messenger import FEW, MAIL, Attached, Found, Ref, TryLater, Unreachable, Unsuitable
from config.settings import is_plain_address
from handlers.calendar.clock import Clock
from handlers.messages.message import Invitation, Message, Page
from handlers.people.address import Address
from handlers.people.links import Links
from storage import people
from storage.database import Database, DatabaseUnavailable
from storage.people import Mailbox

WORKSPACE = ""
"""An e-mail address belongs to no workspace: whose it is stands in the partnership file."""


def address_of(person_id: int) -> Address:
    """Whose mailbox it is, and not where: that is asked each time, so that what counts is what the file says now."""
    return Address(MAIL, WORKSPACE, str(person_id), {"person_id": person_id})


class MailMessenger:
    """Implements `bot.messenger.Messenger`. A reference is `{"message_id": …}`.

    Args:
        sender: as MAIL_FROM has it, with or without a name: `Helsefellesskap <bot@example.org>`.
        answers_to: the address whose mailbox is read for answers that are given in calendars; None: none is.
    """

    at_once = FEW
    apart = timedelta(0)

    def __init__(
        self,
        database: Database,
        links: Links,
        clock: Clock,
        server: Server,
        sender: str,
        answers_to: str | None = None,
    ) -> None:
        self._database = database
        self._links = links
        self._clock = clock
        self._server = server
        name, self._from = parseaddr(sender)
        self._sender = addressed(name, self._from)
        self._answers_read = answers_to is not None
        self._organiser = addressed(name, answers_to or self._from)

    async def send(self, address: Address, message: Message) -> Ref:
        """Mail a link to each page that the message has, or the message itself if it may be mailed, or what it brings
        into a calendar.

        Sent once more, because nobody knows whether it arrived, it has the same Message-ID.

        Raises:
            Unsuitable: it has no page.
            SendError: as `Server.hand_over`; `Unreachable` too for somebody who was removed, or has no address.
        """
        person_id = int(address.reach["person_id"])
        mailbox = await self._mailbox(person_id)
        if mailbox is None:
            raise Unreachable("removed, or without an e-mail address")

        to = addressed(mailbox.name, mailbox.address)
        if message.invitation is not None:
            return await self._invite(message, message.invitation, to)

        def link_to(page: Page) -> str:
            link = self._links.page(person_id, page.action, page.arguments)
            assert link is not None  # noqa: S101 - Settings switch mail on only where there are links
            return link

        letter = write(message, mailbox.name, link_to, self._links.page_ends())
        if letter is None:
            raise Unsuitable("nothing of it may be mailed")
        message_id = self._message_id(message.delivery_key)
        email = as_email(letter, self._sender, to, self._clock.now(), message_id)
        await self._server.hand_over(self._from, mailbox.address, email.as_bytes())
        return {"message_id": message_id}

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        """Nothing: an e-mail does not change, and its link shows the case as it stands. What is worth telling comes as
        a message of its own. Only an entry in a calendar is changed by a further e-mail (see `send`)."""
        return dict(ref) if message.invitation is None else await self.send(address, message)

    async def _invite(self, message: Message, invitation: Invitation, to: EmailAddress) -> Ref:
        """Each change is an e-mail of its own; the same one once more has the same Message-ID."""
        state = invitation.written_at.isoformat()
        message_id = self._message_id(message.delivery_key and f"{message.delivery_key}:{state}")
        email = invitations.write(
            message,
            invitation,
            self._sender,
            self._organiser,
            to,
            self._clock.now(),
            message_id,
            answers=self._answers_read,
        )
        await self._server.hand_over(self._from, to.addr_spec, email.as_bytes())
        return {"message_id": message_id}

    async def send_file(self, address: Address, file: Attached) -> Ref:
        """Never: what is in a file is not for e-mail. Raises `Unsuitable`."""
        raise Unsuitable("files are not mailed")

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        """None: what a mail server has taken, nobody can look up. Sent once more, it has the same Message-ID."""
        return {}

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        """Whoever has an address now, in whatever organisation."""
        if await self._mailbox(person_id) is None:
            return None
        return Found(address_of(person_id))

    async def _mailbox(self, person_id: int) -> Mailbox | None:
        try:
            async with self._database.reading() as session:
                found = await people.mailbox(session, person_id)
        except DatabaseUnavailable as error:
            raise TryLater(f"the database is unavailable ({error})") from error
        if found is None:
            return None
        address = _in_ascii(found.address)
        if not is_plain_address(address):
            raise Unreachable("an address that mail servers do not take")
        return found._replace(address=address)

    def _message_id(self, key: str | None) -> str:
        local = sha256(key.encode()).hexdigest()[:32] if key else secrets.token_hex(16)
        return f"{local}@{self._from.rpartition('@')[2]}"


def _in_ascii(address: str) -> str:
    """The address with its domain as the network knows it: `bærum.example` is `xn--brum-voa.example`."""
    box, at, domain = address.rpartition("@")
    try:
        return f"{box}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address
