"""How a message reaches somebody's local conversation: into the database, and a bell rung for their open pages."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messenger import FEW, Attached, Found, MessageLost, Ref, TryLater, Unreachable
from bot.web.content import Content, Sent, Told, dump
from handlers.calendar.clock import Clock
from handlers.messages.message import Message
from handlers.people.address import Address
from storage import local
from storage.database import Database, DatabaseUnavailable

_LOOKED_AT = 200
"""Lines of a conversation, to see what has arrived."""


class Bell:
    """Tells the open pages of a person, in this process, that their conversation has changed."""

    def __init__(self) -> None:
        self._listening: dict[int, set[asyncio.Event]] = {}

    @contextmanager
    def listen(self, person_id: int) -> Iterator[asyncio.Event]:
        heard = asyncio.Event()
        listeners = self._listening.setdefault(person_id, set())
        listeners.add(heard)
        try:
            yield heard
        finally:
            listeners.discard(heard)
            if not listeners:
                self._listening.pop(person_id, None)

    @property
    def listeners(self) -> int:
        return sum(len(listeners) for listeners in self._listening.values())

    def ring(self, person_id: int) -> None:
        for heard in self._listening.get(person_id, ()):
            heard.set()

    def ring_all(self) -> None:
        for person_id in list(self._listening):
            self.ring(person_id)


def address_of(person_id: int) -> Address:
    """Where a person is reached on the local page."""
    return Address(local.SURFACE, local.WORKSPACE, str(person_id), {"person_id": person_id})


class LocalMessenger:
    """The local page's way out (see `bot.messenger.Messenger`). A reference is `{"entry": id}`.

    A worker in another process makes its own, without a bell: open pages look in the database now and then.

    Args:
        alone: there is no other surface to reach people on.
    """

    at_once = FEW
    apart = timedelta(0)

    def __init__(self, database: Database, clock: Clock, bell: Bell | None = None, *, alone: bool = True) -> None:
        self._database = database
        self._clock = clock
        self._bell = bell or Bell()
        self._alone = alone

    async def send(self, address: Address, message: Message) -> Ref:
        return await self._add(address, Told(message=message))

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        async with self._conversation(address) as (session, person_id):
            entry = await local.replace(session, person_id, _whole(ref, "entry"), dump(Told(message=message)))
        if entry is None:
            raise MessageLost("the line is gone from the local conversation")
        self._bell.ring(person_id)
        return {"entry": entry.id}

    async def send_file(self, address: Address, file: Attached) -> Ref:
        return await self._add(address, Sent.of(file.name, file.content, file.title))

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        """By what stands in the last lines now: what took the place of a form has the time when that was opened."""
        async with self._conversation(address) as (session, person_id):
            lines = await local.latest(session, person_id, _LOOKED_AT)
        return {
            key: {"entry": line.id}
            for line in lines
            if (key := line.content.get("message", {}).get("delivery_key")) in keys
        }

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        """Everybody can be reached here, since everybody can be played; but whoever is expected on Slack or Teams, or
        gets e-mail, does not look here."""
        if not self._alone:
            return None
        return Found(address_of(person_id))

    async def _add(self, address: Address, content: Content) -> Ref:
        async with self._conversation(address) as (session, person_id):
            entry = await local.add(session, person_id, dump(content), self._clock.now())
        self._bell.ring(person_id)
        return {"entry": entry.id}

    @asynccontextmanager
    async def _conversation(self, address: Address) -> AsyncIterator[tuple[AsyncSession, int]]:
        person_id = _whole(address.reach, "person_id")
        try:
            async with self._database.transaction() as session:
                if not await local.lock(session, person_id):
                    raise Unreachable("there is no such person")
                yield session, person_id
        except DatabaseUnavailable as error:
            raise TryLater(f"the database is unavailable ({error})") from error


def _whole(values: Mapping[str, Any], name: str) -> int:
    found = values.get(name)
    if not isinstance(found, int):
        raise Unreachable(f"an address of the local page has the number {name}")
    return found
