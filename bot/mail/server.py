"""Handing an e-mail over to a mail server (SMTP), with every outcome as one of `bot.messenger`'s.

The reasons say which command was answered how, never what was sent nor to whom: what a server says often quotes the
address, so only its codes are passed on.
"""

import asyncio
import re
import socket
import ssl
from contextlib import suppress
from enum import Enum, auto

import aiosmtplib
from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from bot.messenger import Misconfigured, SendError, TryLater, Uncertain, Unreachable

_WHOLE_SECONDS = 9.0
"""A `Messenger` answers within 10 s, whatever it takes."""
_GOODBYE_SECONDS = 0.5
_ENCRYPTED_PORT = 465
_AT_ONCE = 3
"""Connections. Exchange Online takes no more of one sender («Exchange Online limits»)."""
_ENHANCED = re.compile(r"[45]\.(\d{1,3})\.\d{1,3}\b", re.ASCII)
_OF_THE_MAILBOX = {"1", "2", "4"}
"""Addressing, mailbox and routing status (RFC 3463, 3): something is the matter with this one address."""
_OF_THE_BOT = {"5", "7"}
"""Protocol and policy status."""
_OF_THE_SENDER = {"5.1.7", "5.1.8"}
"""Some servers look at the sender only when they hear the reader (Postfix: smtpd_delay_reject)."""
_NOT_LOGGED_IN = {530, 535, 538}
_RCPT, _DATA = "RCPT", "DATA"


class Encryption(Enum):
    """When a connection becomes encrypted. Where it does not, nothing is sent, but for `NEVER`."""

    AT_ONCE = auto()
    STARTTLS = auto()
    NEVER = auto()


def encryption_on(port: int, *, starttls: bool) -> Encryption:
    """What a port expects; `starttls`: of all but 465 (RFC 8314, 3.3)."""
    if port == _ENCRYPTED_PORT:
        return Encryption.AT_ONCE
    return Encryption.STARTTLS if starttls else Encryption.NEVER


class Server:
    """The mail server that takes the bot's e-mails.

    Args:
        name: what this machine calls itself, a domain.
        trusted: whose certificates are believed; by default the system's own.
        seconds: how long handing over one e-mail may take.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        name: str,
        user: str | None = None,
        password: str | None = None,
        encryption: Encryption = Encryption.STARTTLS,
        trusted: ssl.SSLContext | None = None,
        seconds: float = _WHOLE_SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._name = name
        self._user = user
        self._password = password
        self._encryption = encryption
        self._trusted = trusted or ssl.create_default_context()
        self._seconds = seconds
        self._connections = asyncio.Semaphore(_AT_ONCE)

    async def hand_over(self, sender: str, reader: str, content: bytes) -> None:
        """Give the server one e-mail, to one reader, on a connection of its own.

        Args:
            sender, reader: addresses that `config.settings.is_plain_address` takes.
            content: the e-mail with its headers.

        Raises:
            TryLater: no connection, an answer 4xx, or too slow, before the server had the e-mail.
            Uncertain: the connection broke, or no answer came, after the e-mail was on its way.
            Unreachable: the server refuses this reader.
            Misconfigured: it refuses the bot: login, encryption, sender, or what it sends.
        """
        until = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(until):
                await self._connections.acquire()
        except TimeoutError:
            # All others before it had their turn: no reason to count this as an attempt.
            raise TryLater("too many e-mails at once", seconds=self._seconds) from None
        try:
            await self._converse(sender, reader, content, until)
        finally:
            self._connections.release()

    async def _converse(self, sender: str, reader: str, content: bytes, until: float) -> None:
        client = self._client()
        command = "connecting"
        try:
            async with asyncio.timeout_at(until):
                # Encryption and login are part of it.
                await client.connect()
                command = "MAIL"
                await client.mail(sender)
                command = _RCPT
                await client.rcpt(reader)
                command = _DATA
                await client.data(content)
            await _say_goodbye(client)
        except SMTPResponseException as error:
            raise _refusal(command, error.code, error.message) from None
        except (SMTPServerDisconnected, SMTPTimeoutError, TimeoutError, OSError) as error:
            raise _broken(command, error) from None
        except SMTPException as error:
            # What the server does not offer: STARTTLS, or a way to log in.
            raise Misconfigured(f"{command}: {type(error).__name__}, no STARTTLS or no login that we know") from None
        finally:
            client.close()

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            local_hostname=self._name,
            timeout=self._seconds,
            use_tls=self._encryption is Encryption.AT_ONCE,
            start_tls=self._encryption is Encryption.STARTTLS,
            tls_context=self._trusted,
        )


async def _say_goodbye(client: aiosmtplib.SMTP) -> None:
    """The server has the e-mail: whatever goes wrong now makes no difference."""
    with suppress(SMTPException, TimeoutError, OSError):
        async with asyncio.timeout(_GOODBYE_SECONDS):
            await client.quit()


def _refusal(command: str, code: int, said: str) -> SendError:
    """What an answer means (RFC 5321, 4.2; RFC 3463)."""
    enhanced = _ENHANCED.match(said)
    subject, status = (enhanced[1], enhanced[0]) if enhanced else ("", "")
    reason = f"{command}: {code} {status}".rstrip()
    if 400 <= code < 500:
        return TryLater(reason)
    if not 500 <= code < 600:
        return Uncertain(reason) if command == _DATA else TryLater(reason)
    if subject in _OF_THE_BOT or status in _OF_THE_SENDER or code in _NOT_LOGGED_IN:
        return Misconfigured(reason)
    if command == _RCPT or (command == _DATA and subject in _OF_THE_MAILBOX):
        return Unreachable(reason)
    return Misconfigured(reason)


def _broken(command: str, error: Exception) -> SendError:
    """No answer came."""
    reason = f"{command}: {type(error).__name__}"
    if command == _DATA:
        return Uncertain(reason)
    cause = error if isinstance(error, ssl.SSLError | socket.gaierror) else error.__cause__
    if isinstance(cause, ssl.SSLError):
        # Mostly a certificate that is not believed; nothing goes out unencrypted instead.
        return Misconfigured(f"{command}: no encryption ({type(cause).__name__})")
    if isinstance(cause, socket.gaierror) and cause.errno != socket.EAI_AGAIN:
        return Misconfigured(f"{command}: nobody knows the server's name")
    return TryLater(reason)
