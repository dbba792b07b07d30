"""A mail server on loopback that speaks enough of SMTP, keeps what it is given, and can be told to misbehave."""

import asyncio
import base64
import re
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

HANG = "(hang)"
"""Say nothing more, until the server is stopped."""
HANG_UP = "(hang up)"
"""Break the connection off."""
TAKEN = "."
"""The place of an answer after the e-mail itself, beside those to the commands; `GREETING`: before any of them."""
GREETING = "greeting"


def text_of(email: EmailMessage) -> str:
    """Its text, with the line breaks of a text."""
    return str(email.get_content()).replace("\r\n", "\n")


@dataclass(frozen=True)
class Received:
    """An e-mail as it came in. `login`: who had logged in."""

    sender: str
    readers: tuple[str, ...]
    content: bytes
    encrypted: bool
    login: tuple[str, str] | None

    @property
    def email(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def text(self) -> str:
        return text_of(self.email)

    @property
    def subject(self) -> str:
        return str(self.email["Subject"])

    @property
    def links(self) -> list[str]:
        return re.findall(r"^https?://\S+$", self.text, re.MULTILINE)

    @property
    def everything_within(self) -> str:
        """The same of an e-mail with several parts."""
        parts = [part.get_content() for part in self.email.walk() if not part.is_multipart()]
        return "\n".join([*(f"{name}: {value}" for name, value in self.email.items()), *map(str, parts)])

    @property
    def everything(self) -> str:
        """All that stands in it, decoded: the headers and the text."""
        return "\n".join([*(f"{name}: {value}" for name, value in self.email.items()), self.text])


class MailServer:
    """The stand-in.

    Args:
        certificate: offered for STARTTLS; None: it is not offered.
        at_once: encrypted from the first byte instead.
        logins: passwords by user; without them there is no login.
    """

    def __init__(
        self,
        certificate: ssl.SSLContext | None = None,
        *,
        at_once: bool = False,
        logins: Mapping[str, str] | None = None,
    ) -> None:
        self.certificate = certificate
        self._at_once = at_once
        self._logins = dict(logins or {})
        self.received: list[Received] = []
        self.heard: list[str] = []
        """The first word of each command, and of each connection `GREETING`."""
        self.talking = 0
        self.most_talking = 0
        self.came = asyncio.Event()
        """An e-mail has come in since this was last cleared."""
        self.gate: asyncio.Event | None = None
        """Answers after an e-mail wait for this to be set."""
        self._told: dict[str, deque[str]] = defaultdict(deque)
        self._closing = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        encrypting = self.certificate if self._at_once else None
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=encrypting)

    async def stop(self) -> None:
        self._closing.set()
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def will_answer(self, command: str, *answers: str) -> None:
        """Answer so the next times, in place of the usual: a line, `HANG` or `HANG_UP`."""
        self._told[command].extend(answers)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        self.talking += 1
        self.most_talking = max(self.most_talking, self.talking)
        try:
            with suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
                await _Talk(self, reader, writer).run()
        finally:
            self.talking -= 1
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()
            self._connections.discard(task)

    # --- what a conversation asks its server -------------------------------------------------------------------

    def told(self, command: str) -> str | None:
        return self._told[command].popleft() if self._told[command] else None

    async def taken(self, received: Received) -> None:
        self.received.append(received)

    async def closing(self) -> None:
        await self._closing.wait()

    def lets_in(self, user: str, password: str) -> bool:
        return self._logins.get(user) == password

    def offers(self, *, encrypted: bool) -> list[str]:
        offered = ["SIZE 1000000"]
        if self.certificate is not None and not encrypted:
            offered.append("STARTTLS")
        if self._logins:
            offered.append("AUTH PLAIN")
        return offered


@asynccontextmanager
async def running(*arguments: Any, **values: Any) -> AsyncIterator[MailServer]:
    """A stand-in that listens."""
    standin = MailServer(*arguments, **values)
    await standin.start()
    try:
        yield standin
    finally:
        await standin.stop()


class _HungUp(ConnectionError):
    pass


class _Talk:
    """One connection."""

    def __init__(self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._login: tuple[str, str] | None = None
        self._sender = ""
        self._readers: list[str] = []

    @property
    def _encrypted(self) -> bool:
        return self._writer.get_extra_info("ssl_object") is not None

    async def run(self) -> None:
        self._server.heard.append(GREETING)
        await self._answer(GREETING, "220 mail.example.org ESMTP")
        while line := (await self._reader.readline()).decode().rstrip("\r\n"):
            command, _space, rest = line.partition(" ")
            command = command.upper()
            self._server.heard.append(command)
            match command:
                case "EHLO":
                    await self._answer(command, _several("mail.example.org", self._offers()))
                case "STARTTLS":
                    await self._encrypt()
                case "AUTH":
                    await self._log_in(rest)
                case "MAIL":
                    self._sender, self._readers = _within(rest), []
                    await self._answer(command, "250 2.1.0 Ok")
                case "RCPT":
                    if await self._answer(command, "250 2.1.5 Ok"):
                        self._readers.append(_within(rest))
                case "DATA":
                    if await self._answer(command, "354 End data with <CR><LF>.<CR><LF>"):
                        await self._take()
                case "QUIT":
                    await self._answer(command, "221 2.0.0 Bye")
                    return
                case _other:
                    await self._say("502 5.5.2 Command not recognized")

    def _offers(self) -> list[str]:
        return self._server.offers(encrypted=self._encrypted)

    async def _encrypt(self) -> None:
        if await self._answer("STARTTLS", "220 2.0.0 Ready to start TLS"):
            assert self._server.certificate is not None
            await self._writer.start_tls(self._server.certificate)

    async def _log_in(self, rest: str) -> None:
        _method, _space, encoded = rest.partition(" ")
        _as, user, password = base64.b64decode(encoded).decode().split("\0")
        right = self._server.lets_in(user, password)
        usual = "235 2.7.0 Authentication successful" if right else "535 5.7.8 Authentication credentials invalid"
        if await self._answer("AUTH", usual):
            self._login = (user, password)

    async def _take(self) -> None:
        content = await self._reader.readuntil(b"\r\n.\r\n")
        unstuffed = re.sub(rb"(?m)^\.\.", b".", content.removesuffix(b".\r\n"))
        told = self._server.told(TAKEN)
        if told is None or not told.startswith(("4", "5")):
            # Also where it then says nothing: that is what nobody at the other end can know.
            await self._server.taken(
                Received(self._sender, tuple(self._readers), unstuffed, self._encrypted, self._login)
            )
        self._server.came.set()
        if self._server.gate is not None:
            await self._server.gate.wait()
        await self._act(told or "250 2.0.0 Ok: queued")

    async def _answer(self, command: str, usual: str) -> bool:
        """Whether the answer was yes."""
        answer = self._server.told(command) or usual
        await self._act(answer)
        return answer.startswith(("2", "3"))

    async def _act(self, answer: str) -> None:
        if answer == HANG:
            await self._server.closing()
        if answer in (HANG, HANG_UP):
            self._writer.transport.abort()
            raise _HungUp
        await self._say(answer)

    async def _say(self, answer: str) -> None:
        self._writer.write(answer.encode() + b"\r\n")
        await self._writer.drain()


def _several(first: str, others: list[str]) -> str:
    lines = [first, *others]
    return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])


def _within(text: str) -> str:
    """The address in `FROM:<…> SIZE=…`."""
    found = re.fullmatch(r"(?:FROM|TO):<([^<>\s]*)>(?: .*)?", text)
    assert found is not None, "no such command"
    return found[1]
