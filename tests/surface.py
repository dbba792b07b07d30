"""A surface made for tests: speak, fill in, press by label, and read what arrived. No platform, no browser."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.messenger import Attached, Found, Ref, SendError
from bot.worker import Worker
from handlers.bot import Bot
from handlers.dialogs.dialog import Form, Intent, Raw, Reply
from handlers.messages.message import Button, Message, Section
from handlers.people.address import Address
from handlers.people.links import NO_LINKS, Links
from handlers.registry import Registry
from tests.clock import FixedClock
from tests.world import World


class FakeMessenger:
    """Keeps what each person would see, newest last; messages change in place. `trouble` makes sends fail."""

    at_once = 50
    apart = timedelta(0)

    def __init__(self) -> None:
        self.seen: dict[str, dict[int, Message]] = {}
        self.sends = 0
        self.updates = 0
        self.trouble: list[SendError] = []

    async def send(self, address: Address, message: Message) -> Ref:
        person = str(address.reach["user"])
        if self.trouble:
            raise self.trouble.pop(0)
        self.sends += 1
        self.seen.setdefault(person, {})[self.sends] = message
        return {"entry": self.sends}

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        if self.trouble:
            raise self.trouble.pop(0)
        self.updates += 1
        self.seen[str(address.reach["user"])][ref["entry"]] = message
        return ref

    async def send_file(self, address: Address, file: Attached) -> Ref:
        return await self.send(address, Message(title=file.name, text=file.title))

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        return {}

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        return None


EVERYWHERE = ("slack", "teams", "local", "mail")


class FakeSurface:
    """Everybody of the small partnership at once, each on the local surface."""

    def __init__(
        self,
        world: World,
        clock: FixedClock,
        registry: Registry,
        *,
        channels: Sequence[str] = EVERYWHERE,
        links: Links = NO_LINKS,
    ) -> None:
        self.world = world
        self.clock = clock
        self.messenger = FakeMessenger()
        self.bot = Bot(world.database, registry, clock, channels=channels, links=links)
        self.worker = Worker(
            world.database, {"local": self.messenger}, clock, registry.chores, subjects=registry.subjects
        )
        self.made_of: Hashable = (registry, tuple(channels), links.base)
        self._made = (self.messenger, self.bot, self.worker)

    @property
    def is_as_made(self) -> bool:
        """Nothing of it was exchanged, and nobody has got anything."""
        same = self._made == (self.messenger, self.bot, self.worker) and type(self) is FakeSurface
        return same and not self.messenger.sends and not self.messenger.trouble

    async def say(self, who: str, line: str) -> Reply:
        return self._leads_somewhere(await self.bot.command(self.world.sender(who), line))

    async def open(self, who: str, line: str) -> Form:
        return form(await self.say(who, line))

    async def submit(self, who: str, shown: Form, raw: Raw | None = None, intent: Intent = "next") -> Reply:
        """Submit with what the form shows, changed by `raw`: as a person would who fills in just that."""
        given: dict[str, Any] = {field.name: field.value for field in shown.fields}
        reply = await self.bot.submit(self.world.sender(who), shown.token, {**given, **(raw or {})}, intent)
        return self._leads_somewhere(reply)

    async def press(self, who: str, shown: Message, label: str) -> Reply:
        """Press the button with this label."""
        button = button_called(shown, label)
        return self._leads_somewhere(await self.bot.press(self.world.sender(who), button.action, button.arguments))

    async def arrive(self) -> None:
        """Let everything that is due arrive."""
        while await self.worker.deliver_due():
            pass

    async def inbox(self, who: str) -> list[Message]:
        """What `who` has got, oldest first, as it stands now."""
        await self.arrive()
        seen = list(self.messenger.seen.get(str(self.world.people[who]), {}).values())
        for shown in seen:
            self._leads_somewhere(shown)
        return seen

    def _leads_somewhere(self, reply: Reply) -> Reply:
        """Every button and page in whatever is shown has something that runs it."""
        if isinstance(reply, Message):
            assert self.bot.registry.nowhere(reply) == []
        return reply


def form(reply: Reply) -> Form:
    assert isinstance(reply, Form), reply
    return reply


def message(reply: Reply) -> Message:
    assert isinstance(reply, Message), reply
    return reply


def button_called(shown: Message, label: str) -> Button:
    found = [button for button in shown.buttons_within() if button.label == label]
    assert found, f"no «{label}» among {[button.label for button in shown.buttons_within()]}"
    return found[0]


def labels(shown: Message) -> list[str]:
    return [button.label for button in shown.buttons_within()]


def errors(shown: Form) -> Mapping[str, str]:
    return {field.name: field.error for field in shown.fields if field.error}


def values(shown: Form) -> Mapping[str, Any]:
    return {field.name: field.value for field in shown.fields}


def facts(shown: Form | Message | Section) -> Mapping[str, str]:
    return {fact.label: fact.value for fact in shown.facts}
