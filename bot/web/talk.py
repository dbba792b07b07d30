"""One person's conversation: what they do goes to the bot, and what comes back becomes lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.web.content import MET, Closed, Greeted, Opened, Said, Told, dump, dump_whole, load
from bot.web.draw import Typed, holding, searchable
from bot.web.messenger import Bell, address_of
from bot.web.unstored import Unstored, storable
from bot.web.uploaded import Uploaded
from handlers.bot import Bot
from handlers.calendar.clock import Clock
from handlers.calendar.zone import local_day
from handlers.dialogs import guard
from handlers.dialogs.dialog import Form, Intent, Option, Reply
from handlers.dialogs.token import Token
from handlers.errors import BotError, Busy
from handlers.messages.message import Message
from handlers.people.context import Profile, Sender
from handlers.writing.identity import without_possible_numbers
from handlers.writing.text import clean
from storage import local
from storage.database import Database
from storage.local import Entry, Player

HISTORY = 200
"""How many lines back a page shows."""


@dataclass(frozen=True)
class Shown:
    """Lines that were added or changed; `answer` is the one that answers what the person did."""

    lines: Sequence[Entry] = ()
    answer: Entry | None = None


class Talk:
    """Conversations of everybody who is played.

    Every method may raise `DatabaseUnavailable`. Doing the same thing again is then safe: the handlers see to that.
    """

    def __init__(self, bot: Bot, database: Database, clock: Clock, bell: Bell, unstored: Unstored) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock
        self._bell = bell
        self._unstored = unstored

    async def players(self) -> Sequence[Player]:
        async with self._database.reading() as session:
            return await local.players(session, self._today())

    async def player(self, person_id: int) -> Player | None:
        """The person, with an account on this page; None if there is no such person."""
        async with self._database.reading() as session:
            player = await local.player(session, person_id, self._today())
            has_account = await local.has_account(session, person_id)
        if player is not None and not has_account:
            async with self._database.transaction() as session:
                await local.ensure_account(session, person_id, address_of(person_id).reach, self._clock.now())
        return player

    async def history(self, player: Player) -> Sequence[Entry]:
        """The last lines. Somebody who comes for the first time is greeted, above what has been waiting for them."""
        async with self._database.reading() as session:
            met = await local.has_kind(session, player.id, MET)
        if not met:
            await self._greet(player, await self._bot.greet(_sender(player)))
        async with self._database.reading() as session:
            lines = _greeting_first(await local.latest(session, player.id, HISTORY))
        return [self._unstored.as_shown(entry) for entry in lines]

    async def say(self, player: Player, text: str) -> Shown:
        """The person wrote a line."""
        reply = await self._bot.command(_sender(player), text)
        return await self._show(player, reply, said=without_possible_numbers(clean(text)))

    async def press(self, player: Player, entry_id: int, action: str, arguments: Mapping[str, str]) -> Shown:
        """The person pressed a button on the message in this line."""
        reply = await self._bot.press(_sender(player), action, arguments)
        place = entry_id if isinstance(reply, Message) and reply.replace else None
        return await self._show(player, reply, place=place)

    async def hand_in(self, player: Player, handed: Uploaded) -> Shown:
        """The person handed in a file."""
        reply = await self._bot.hand_in(_sender(player), handed.action, handed.arguments, handed.file)
        return await self._show(player, reply)

    async def submit(self, player: Player, entry_id: int, token: str, typed: Typed, intent: Intent) -> Shown:
        """The person submitted the form in this line, or pressed one of its buttons; or it saved itself.

        Raises:
            BotError: the sentence to show on the form, which stays as it is.
        """
        try:
            reply = await self._bot.submit(_sender(player), token, typed.raw, intent)
        except Busy:
            raise
        except BotError:
            await self._keep(player, entry_id, token, typed)
            raise
        if intent == "save":
            await self._keep(player, entry_id, token, typed)
            return Shown()
        return await self._show(player, reply, form=entry_id)

    async def search(self, player: Player, token: str, field: str, query: str) -> Sequence[Option]:
        """
        Raises:
            BotError: the sentence to show on the form.
        """
        return await self._bot.search(_sender(player), token, field, clean(query))

    async def line(self, player: Player, entry_id: int) -> Entry | None:
        async with self._database.reading() as session:
            return await local.entry(session, player.id, entry_id)

    # --- lines ---------------------------------------------------------------------------------------------

    async def _greet(self, player: Player, greeting: Reply) -> None:
        if not isinstance(greeting, Message):
            return
        async with self._database.transaction() as session:
            # Two windows may open at once.
            if await local.lock(session, player.id) and not await local.has_kind(session, player.id, MET):
                waiting = await local.first(session, player.id)
                met = Greeted(message=greeting, above=waiting or 0)
                await local.add(session, player.id, dump(met), self._clock.now())
        self._bell.ring(player.id)

    async def _show(
        self,
        player: Player,
        reply: Reply,
        *,
        said: str = "",
        place: int | None = None,
        form: int | None = None,
    ) -> Shown:
        """Put what was said and what was replied into the conversation, in one transaction.

        `place`: the line to replace if it is there, by any reply. `form`: the same for a form, which only a reply
        to itself may replace: a late second press must not put an old receipt over what came after it.
        """
        lines: list[Entry] = []
        answer: Entry | None = None
        async with self._database.transaction() as session:
            if not await local.lock(session, player.id):
                return Shown()
            if said:
                lines.append(await local.add(session, player.id, dump(Said(text=said)), self._clock.now()))
            if form is not None:
                standing = await local.entry(session, player.id, form)
                if standing is not None and not isinstance(load(standing.content), Opened):
                    return Shown((self._unstored.as_shown(standing),), standing)
                place = form
            if isinstance(reply, Form):
                draft_id = Token.parse(reply.token).draft_id
                lines += await self._close_others(session, player.id, draft_id, place, Closed(why="moved"))
            elif isinstance(reply, Message) and reply.closes:
                lines += await self._close_others(session, player.id, reply.closes, place, Closed(why="done"))
            content = _content(reply)
            if content is not None or form is not None:
                line = content or Closed(why="done")
                shown = dump_whole(line)
                stored = storable(line) if isinstance(line, Opened) else dump(line)
                if place is not None:
                    answer = await local.replace(session, player.id, place, stored)
                answer = answer or await local.add(session, player.id, stored, self._clock.now())
                self._unstored.remember(answer.id, stored, shown, self._clock.now())
                lines.append(self._unstored.as_shown(answer))
        self._bell.ring(player.id)
        if isinstance(reply, Message) and reply.delivery_key and answer is not None:
            await self._bot.shown(_sender(player), reply.delivery_key, {"entry": answer.id})
        return Shown(lines, answer)

    async def _close_others(
        self, session: AsyncSession, person_id: int, draft_id: str, place: int | None, instead: Closed
    ) -> Sequence[Entry]:
        """A draft is open in one place only, where the person got it last; and nowhere once it is done with."""
        closed: list[Entry] = []
        for entry in await local.latest(session, person_id, HISTORY):
            content = load(entry.content)
            if (
                isinstance(content, Opened)
                and entry.id != place
                and Token.parse(content.form.token).draft_id == draft_id
            ):
                changed = await local.replace(session, person_id, entry.id, dump(instead))
                closed += [changed] if changed else []
        return closed

    async def _keep(self, player: Player, entry_id: int, token: str, typed: Typed) -> None:
        """Keep what is typed in the form, unless it has moved on to another step meanwhile."""
        async with self._database.transaction() as session:
            await local.lock(session, player.id)
            entry = await local.entry(session, player.id, entry_id)
            content = load(self._unstored.as_shown(entry).content) if entry else None
            if isinstance(content, Opened) and content.form.token == token:
                labels = {
                    field: {value: without_possible_numbers(label) for value, label in called.items()}
                    for field, called in typed.labels.items()
                }
                raw = guard.without_numbers(typed.raw, content.form.confirmed)
                opened = Opened(form=holding(content.form, raw, labels))
                stored = storable(opened, being_typed=True)
                await local.note(session, entry_id, stored)
                self._unstored.remember(entry_id, stored, dump(opened), self._clock.now())

    def _today(self) -> date:
        return local_day(self._clock.now())


def _greeting_first(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The lines with the greeting above what waited when it was said."""
    for place, entry in enumerate(entries):
        content = load(entry.content)
        if isinstance(content, Greeted) and content.above:
            waited = next(number for number, other in enumerate(entries) if other.id >= content.above)
            return [*entries[:waited], entry, *entries[waited:place], *entries[place + 1 :]]
    return entries


def _content(reply: Reply) -> Opened | Told | None:
    match reply:
        case Form():
            return Opened(form=searchable(reply))
        case Message():
            return Told(message=reply)
        case None:
            return None


def _sender(player: Player) -> Sender:
    async def profile() -> Profile:
        return Profile(name=player.name)

    return Sender(
        surface=local.SURFACE,
        workspace=local.WORKSPACE,
        user_id=str(player.id),
        profile=profile,
        reach=address_of(player.id).reach,
        lasting=True,
    )
