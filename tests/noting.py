"""A surface's way out that is watched."""

from collections.abc import Collection, Mapping
from datetime import datetime

from bot.messenger import Attached, Found, Messenger, Ref
from handlers.messages.message import Message
from handlers.people.address import Address


class Noting:
    """Notes what the real one is asked to do, and for which address."""

    def __init__(self, real: Messenger) -> None:
        self._real = real
        self.at_once = real.at_once
        self.apart = real.apart
        self.asked: list[tuple[str, Address]] = []

    async def send(self, address: Address, message: Message) -> Ref:
        self.asked.append(("send", address))
        return await self._real.send(address, message)

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        self.asked.append(("update", address))
        return await self._real.update(address, ref, message)

    async def send_file(self, address: Address, file: Attached) -> Ref:
        self.asked.append(("send_file", address))
        return await self._real.send_file(address, file)

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        self.asked.append(("sent", address))
        return await self._real.sent(address, keys, since)

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        return await self._real.find(workspaces, email, person_id, user_id)
