"""Looking into a mailbox (IMAP4rev1, RFC 3501), without changing anything in it.

It blocks, so it is called in a thread. Nothing is read whole that is larger than an answer can be, and no more at a
time than the caller takes. What a server says may quote an e-mail, so it is in no error.
"""

import imaplib
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from typing import Any, NamedTuple

from storage.mailboxes import Position

LARGEST = 1_000_000
"""Bytes. A calendar's answer has a few thousand, with somebody's signature and its pictures some hundred thousand."""
_SECONDS = 10.0
"""For each thing that is asked of the server."""
_ROUND_SECONDS = 60.0
"""For all of it."""
_SIZE = re.compile(rb"\bUID (\d+)\b", re.ASCII), re.compile(rb"\bRFC822\.SIZE (\d+)\b", re.ASCII)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PLAIN_PORT = 143


class Encryption(Enum):
    """When a connection becomes encrypted. There is none that does not."""

    AT_ONCE = auto()
    STARTTLS = auto()


def encryption_on(port: int) -> Encryption:
    """What a port expects (RFC 8314, 3.2 and 4)."""
    return Encryption.STARTTLS if port == _PLAIN_PORT else Encryption.AT_ONCE


class MailboxError(Exception):
    """The mailbox could not be looked into. The text says at which step, and what kind of error it was."""


class Incoming(NamedTuple):
    """A message, and which it is. `content` None: it is larger than an answer can be, and was not fetched."""

    at: Position
    content: bytes | None


class Mailbox:
    """One folder of one user on a mail server.

    Args:
        trusted: whose certificates are believed; by default the system's own.
        seconds: how long the server may take for each thing that it is asked.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        user: str,
        password: str,
        folder: str = "INBOX",
        encryption: Encryption = Encryption.AT_ONCE,
        trusted: ssl.SSLContext | None = None,
        seconds: float = _SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._user = user
        self._password = password
        self._folder = folder
        self._encryption = encryption
        self._trusted = trusted or ssl.create_default_context()
        self._seconds = seconds
        self.name = f"{user}@{host}/{folder}"
        """What it is remembered by."""
        self._client: imaplib.IMAP4 | None = None

    def after(self, position: Position | None, since: datetime, most: int) -> Sequence[Incoming]:
        """The messages that came in after that one, oldest first, at most so many. Where none is known, or the folder
        is another one by now (UIDVALIDITY), those of the days since then.

        Raises:
            MailboxError: it cannot be looked into now.
        """
        step = "connecting"
        until = time.monotonic() + _ROUND_SECONDS
        try:
            client = self._client = self._connect()
            step = "logging in"
            client.login(self._user, self._password)
            step = "opening the folder"
            validity = self._open(client)
            step = "searching"
            known = position if position is not None and position.validity == validity else None
            uids = self._search(client, known, since)[:most]
            step = "fetching"
            return list(self._fetch(client, validity, uids, until))
        except (imaplib.IMAP4.error, OSError, EOFError, ValueError, UnicodeError) as error:
            raise MailboxError(f"{step}: {type(error).__name__}") from None
        finally:
            if self._client is not None:
                _say_goodbye(self._client)
                self._client = None

    def break_off(self) -> None:
        """Let whatever is under way end now, from another thread."""
        client = self._client
        if client is not None:
            with suppress(OSError):
                client.sock.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> imaplib.IMAP4:
        if self._encryption is Encryption.AT_ONCE:
            return imaplib.IMAP4_SSL(self._host, self._port, ssl_context=self._trusted, timeout=self._seconds)
        client = imaplib.IMAP4(self._host, self._port, timeout=self._seconds)
        try:
            client.starttls(self._trusted)
        except BaseException:
            client.shutdown()
            raise
        return client

    def _open(self, client: imaplib.IMAP4) -> int:
        """Open the folder, to be read only; its UIDVALIDITY."""
        quoted = '"' + self._folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        _done(client.select(quoted, readonly=True))
        _name, (validity, *_more) = client.response("UIDVALIDITY")
        return int(validity or b"")

    @staticmethod
    def _search(client: imaplib.IMAP4, known: Position | None, since: datetime) -> list[int]:
        if known is not None:
            (found, *_more) = _done(client.uid("SEARCH", "UID", f"{known.last_uid + 1}:*"))
        else:
            # Not as a clock's language has it: RFC 3501, 9, date-month.
            day = f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"
            (found, *_more) = _done(client.uid("SEARCH", "SINCE", day))
        uids = sorted(int(each) for each in (found or b"").split())
        # `12:*` also finds the last one where that has a smaller number (RFC 3501, 9, seq-range).
        return [uid for uid in uids if known is None or uid > known.last_uid]

    def _fetch(self, client: imaplib.IMAP4, validity: int, uids: Sequence[int], until: float) -> Iterator[Incoming]:
        sizes = self._sizes(client, uids)
        for uid in uids:
            if time.monotonic() > until:
                # The rest waits for the next time.
                return
            content = None
            if sizes.get(uid, LARGEST + 1) <= LARGEST:
                # Only so much, whatever it says of its size; and it does not become read by that.
                answered = _done(client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)"))
                content = next((each[1] for each in answered if isinstance(each, tuple)), None)
            yield Incoming(Position(validity, uid), content)

    @staticmethod
    def _sizes(client: imaplib.IMAP4, uids: Sequence[int]) -> dict[int, int]:
        if not uids:
            return {}
        answered = _done(client.uid("FETCH", ",".join(map(str, uids)), "(RFC822.SIZE)"))
        found = {}
        for line in answered:
            if isinstance(line, bytes):
                uid, size = (each.search(line) for each in _SIZE)
                if uid and size:
                    found[int(uid[1])] = int(size[1])
        return found


def _say_goodbye(client: imaplib.IMAP4) -> None:
    with suppress(imaplib.IMAP4.error, OSError, EOFError):
        client.logout()
    # Where the server does not say goodbye, imaplib leaves the connection open.
    with suppress(OSError):
        client.shutdown()


def _done(answered: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    status, data = answered
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data
