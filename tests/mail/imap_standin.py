"""A mailbox on loopback that speaks enough of IMAP (RFC 3501), holds what it is given, and can be told to misbehave."""

import asyncio
import re
import shlex
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.mail.standin import HANG, HANG_UP

GREETING = "greeting"
USER, PASSWORD = "bot@example.org", 'hemmelig "nok" \\'


@dataclass
class Held:
    """A message in the mailbox. `claims`: the size that the server says it has."""

    uid: int
    content: bytes
    claims: int | None = None


@dataclass
class Mailboxes:
    """The stand-in.

    Args:
        certificate: offered for STARTTLS, or shown from the first byte.
        at_once: encrypted from the first byte.
    """

    certificate: ssl.SSLContext
    at_once: bool = True
    validity: int = 7
    held: list[Held] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """What it was asked, without the tag and without what follows a login."""
    given: dict[int, int] = field(default_factory=dict)
    """UID → how many bytes of the message it has given away, each time it was fetched."""
    folder: str = "INBOX"
    dates: list[str] = field(default_factory=list)
    """Since when it was asked to search."""
    _told: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    hung: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody waits for an answer that does not come."""
    _server: asyncio.Server | None = None
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(
            self._connected, "127.0.0.1", 0, ssl=self.certificate if self.at_once else None
        )

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

    def put(self, content: bytes, *, claims: int | None = None) -> int:
        """A message comes in; its UID."""
        uid = self.held[-1].uid + 1 if self.held else 1
        self.held.append(Held(uid, content, claims))
        return uid

    def will_answer(self, command: str, *answers: str) -> None:
        """Answer so the next times, in place of the usual: `NO …`, `BAD …`, `HANG` or `HANG_UP`."""
        self._told[command].extend(answers)

    def told(self, command: str) -> str | None:
        return self._told[command].popleft() if self._told[command] else None

    async def closing(self) -> None:
        self.hung.set()
        await self._closing.wait()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            with suppress(ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
                await _Talk(self, reader, writer).run()
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()
            self._connections.discard(task)


class _HungUp(ConnectionError):
    pass


class _Talk:
    """One connection."""

    def __init__(self, server: Mailboxes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer

    async def run(self) -> None:
        await self._say("* OK mail.example.org ready")
        while line := (await self._reader.readline()).decode().rstrip("\r\n"):
            tag, _space, rest = line.partition(" ")
            words = rest.split(" ")
            command = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
            self._server.heard.append(command if command == "LOGIN" else rest)
            told = self._server.told(command)
            if told in (HANG, HANG_UP):
                if told == HANG:
                    await self._server.closing()
                self._writer.transport.abort()
                raise _HungUp
            await self._say(f"{tag} {told or await self._answer(command, rest)}")
            if command == "STARTTLS" and told is None:
                await self._writer.start_tls(self._server.certificate)
            if command == "LOGOUT":
                return

    async def _answer(self, command: str, rest: str) -> str:
        match command:
            case "CAPABILITY":
                await self._say("* CAPABILITY IMAP4rev1 STARTTLS")
            case "LOGIN":
                if shlex.split(rest)[1:] != [USER, PASSWORD]:
                    return "NO [AUTHENTICATIONFAILED] wrong"
            case "EXAMINE":
                if shlex.split(rest)[1] != self._server.folder:
                    return "NO no such folder"
                await self._say(f"* {len(self._server.held)} EXISTS")
                await self._say(f"* OK [UIDVALIDITY {self._server.validity}] UIDs valid")
                return "OK [READ-ONLY] done"
            case "UID SEARCH":
                await self._say(" ".join(["* SEARCH", *map(str, self._found(rest))]))
            case "UID FETCH":
                await self._fetch(rest)
            case "LOGOUT":
                await self._say("* BYE")
            case "STARTTLS":
                pass
            case _other:
                return "BAD unknown"
        return "OK done"

    def _found(self, rest: str) -> list[int]:
        uids = [each.uid for each in self._server.held]
        ranged = re.fullmatch(r"UID SEARCH UID (\d+):\*", rest)
        if ranged is None:
            since = re.fullmatch(r"UID SEARCH SINCE (\d\d-[A-Z][a-z]{2}-\d{4})", rest)
            assert since is not None, rest
            self._server.dates.append(since[1])
            return uids
        # The last one is always found, since `*` is its number (RFC 3501, seq-range).
        return sorted({uid for uid in uids if uid >= int(ranged[1])} | set(uids[-1:]))

    async def _fetch(self, rest: str) -> None:
        asked = re.fullmatch(r"UID FETCH ([\d,]+) \((RFC822\.SIZE|BODY\.PEEK\[\]<0\.(\d+)>)\)", rest)
        assert asked is not None, rest
        wanted = set(map(int, asked[1].split(",")))
        for number, each in enumerate(self._server.held, start=1):
            if each.uid not in wanted:
                continue
            if asked[3] is None:
                size = each.claims if each.claims is not None else len(each.content)
                await self._say(f"* {number} FETCH (UID {each.uid} RFC822.SIZE {size})")
                continue
            part = each.content[: int(asked[3])]
            self._server.given[each.uid] = self._server.given.get(each.uid, 0) + len(part)
            self._writer.write(f"* {number} FETCH (UID {each.uid} BODY[]<0> {{{len(part)}}}\r\n".encode() + part)
            await self._say(")")

    async def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")
        await self._writer.drain()


@asynccontextmanager
async def mailboxes(certificate: ssl.SSLContext, **values: Any) -> AsyncIterator[Mailboxes]:
    """A stand-in that listens."""
    standin = Mailboxes(certificate, **values)
    await standin.start()
    try:
        yield standin
    finally:
        await standin.stop()
