"""The local chat page: choose who you are, write to the bot, be somebody else in another window.

For trying everything out on one's own machine. It has no login, so it answers only browsers on this machine.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import get_args

from aiohttp import web

from bot.web import draw
from bot.web.content import Sent, load
from bot.web.events import Events
from bot.web.files import LOOKS, disposition, static
from bot.web.guard import Handler, guarded
from bot.web.messenger import Bell, LocalMessenger
from bot.web.posted import NUMBER, Malformed, arguments_in, is_number, number_in, posted_form, text_in
from bot.web.talk import Shown, Talk
from bot.web.unstored import Unstored
from bot.web.uploaded import uploaded
from handlers import faults
from handlers.bot import Bot
from handlers.calendar.clock import Clock
from handlers.dialogs.dialog import Intent
from handlers.errors import BotError, Busy
from handlers.writing.language import _, current, speaking
from handlers.writing.typed import with_slash
from storage.database import Database, DatabaseUnavailable
from storage.local import Player

log = logging.getLogger(__name__)

_INTENTS = frozenset(get_args(Intent))

PlayerHandler = Callable[[web.Request, Player], Awaitable[web.StreamResponse]]


class LocalChat:
    """The page and its messenger.

    Either `application()` is served on its own, or `routes()` are added to another application, which then calls
    `close()` when it shuts down (`on_shutdown`), so that open streams do not keep it waiting.

    Args:
        poll_seconds: how often open pages look for messages that another process wrote.
        alone: there is no other surface (see `LocalMessenger`).
    """

    def __init__(
        self, bot: Bot, database: Database, *, clock: Clock, poll_seconds: float = 2.0, alone: bool = True
    ) -> None:
        self._bell = bell = Bell()
        self.messenger = LocalMessenger(database, clock, bell, alone=alone)
        self._bot = bot
        self._clock = clock
        unstored = Unstored()
        self._talk = Talk(bot, database, clock, bell, unstored)
        self._events = Events(database, clock, bell, unstored, bot.links, poll_seconds)

    def routes(self) -> list[web.RouteDef]:
        one = f"/lokal/{{person_id:{NUMBER}}}"
        return [
            _get("/", guarded(self._to_choose)),
            _get("/lokal", guarded(_page(self._choose))),
            _get("/lokal/static/{name}", guarded(static("chat.js", "choose.js", *LOOKS))),
            _get(one, self._as(_page, self._chat)),
            _get(one + "/events", self._as(_page, self._follow)),
            _get(one + f"/file/{{entry:{NUMBER}}}", self._as(_page, self._file)),
            web.post(one + "/command", self._as(_answer, self._command)),
            web.post(one + "/press", self._as(_answer, self._press)),
            web.post(one + "/submit", self._as(_answer, self._submit)),
            web.post(one + "/search", self._as(_answer, self._search)),
            web.post(one + "/upload", self._as(_page, self._upload)),
        ]

    def application(self) -> web.Application:
        """The page as an application of its own."""
        application = web.Application()
        application.add_routes(self.routes())

        async def stop(_application: web.Application) -> None:
            await self.close()

        application.on_shutdown.append(stop)
        return application

    @property
    def open_pages(self) -> int:
        """How many pages are listening."""
        return self._bell.listeners

    async def close(self) -> None:
        """End the streams of all open pages."""
        self._events.close()

    def _as(self, kind: Callable[[Handler], Handler], handler: PlayerHandler) -> Handler:
        """`handler` with the person in the address, in their language."""

        async def run(request: web.Request) -> web.StreamResponse:
            player = await self._talk.player(int(request.match_info["person_id"]))
            if player is None:
                raise UnknownPerson
            with speaking(player.language):
                return await handler(request, player)

        return guarded(kind(run))

    # --- pages ---------------------------------------------------------------------------------------------

    async def _to_choose(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/lokal"})

    async def _choose(self, _request: web.Request) -> web.StreamResponse:
        return _html(draw.page("choose.html", players=await self._talk.players()))

    async def _chat(self, _request: web.Request, player: Player) -> web.StreamResponse:
        history = await self._talk.history(player)
        return _html(
            draw.page(
                "chat.html",
                player=player,
                lines=draw.lines(history, player.id, self._clock.now(), self._bot.links),
                seen=max((entry.revision for entry in history), default=0),
                commands=list(self._bot.registry.commands.values()),
            )
        )

    async def _follow(self, request: web.Request, player: Player) -> web.StreamResponse:
        seen = request.headers.get("Last-Event-ID") or request.query.get("seen", "")
        return await self._events.follow(request, player, int(seen) if is_number(seen) else 0)

    async def _file(self, request: web.Request, player: Player) -> web.StreamResponse:
        entry = await self._talk.line(player, int(request.match_info["entry"]))
        content = load(entry.content) if entry else None
        if not isinstance(content, Sent):
            return web.Response(status=404, text=_("Filen er ikke her lenger."))
        return web.Response(
            body=content.content(),
            content_type="application/octet-stream",
            headers={"Content-Disposition": disposition("attachment", content.name)},
        )

    # --- what the person does ------------------------------------------------------------------------------

    async def _command(self, request: web.Request, player: Player) -> web.StreamResponse:
        posted = await posted_form(request)
        return self._json(player, await self._talk.say(player, text_in(posted, "text")))

    async def _press(self, request: web.Request, player: Player) -> web.StreamResponse:
        posted = await posted_form(request)
        shown = await self._talk.press(
            player, number_in(posted, "entry"), text_in(posted, "action"), arguments_in(text_in(posted, "arguments"))
        )
        return self._json(player, shown)

    async def _submit(self, request: web.Request, player: Player) -> web.StreamResponse:
        posted = await posted_form(request)
        intent = text_in(posted, "intent")
        if intent not in _INTENTS:
            raise Malformed("intent")
        shown = await self._talk.submit(
            player,
            number_in(posted, "entry"),
            text_in(posted, "token"),
            draw.read(posted),
            intent,  # type: ignore[arg-type]  # looked up in the type's own values
        )
        return self._json(player, shown)

    async def _upload(self, request: web.Request, player: Player) -> web.StreamResponse:
        """A file, as a browser hands it in without script; the page shows what came of it."""
        try:
            await self._talk.hand_in(player, await uploaded(request))
        except Malformed as error:
            log.warning("a local page posted something malformed: %s", error)
            return _html(draw.page("problem.html", text=_("Siden er gammel. Last den på nytt.")), 400)
        except web.HTTPRequestEntityTooLarge:
            return _html(draw.page("problem.html", text=_("Filen er for stor. Gå tilbake, og velg en mindre.")), 413)
        return web.Response(status=303, headers={"Location": f"/lokal/{player.id}"})

    async def _search(self, request: web.Request, player: Player) -> web.StreamResponse:
        posted = await posted_form(request)
        options = await self._talk.search(
            player, text_in(posted, "token"), text_in(posted, "field"), text_in(posted, "query")
        )
        found = [{"value": item.value, "label": with_slash(item.label)} for item in options]
        return web.json_response({"options": found})

    def _json(self, player: Player, shown: Shown) -> web.Response:
        lines = draw.lines(shown.lines, player.id, self._clock.now(), self._bot.links)
        return web.json_response(
            {
                "lines": [item._asdict() for item in lines],
                "answer": shown.answer.id if shown.answer else None,
                "language": current(),
            }
        )


def _get(path: str, handler: Handler) -> web.RouteDef:
    # Without HEAD, which would keep a stream of events open for nobody.
    return web.get(path, handler, allow_head=False)


# --- what can go wrong -------------------------------------------------------------------------------------


class UnknownPerson(Exception):
    """The address is of somebody who is not, or no longer, in the partnership."""


def _page(handler: Handler) -> Handler:
    """`handler`, with a page that says what is wrong instead of a bare error."""

    async def run(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except UnknownPerson:
            return _html(draw.page("problem.html", text=_("Denne personen er ikke i helsefellesskapet.")), 404)
        except DatabaseUnavailable as error:
            return _html(draw.page("problem.html", text=str(faults.busy(error))), 503)

    return run


def _answer(handler: Handler) -> Handler:
    """`handler`, with a sentence to show instead of lines. `again`: trying again may help."""

    async def run(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except UnknownPerson:
            return _sentence(404, _("Denne personen er ikke i helsefellesskapet."))
        except Malformed as error:
            log.warning("a local page posted something malformed: %s", error)
            return _sentence(400, _("Siden er gammel. Last den på nytt."))
        except web.HTTPRequestEntityTooLarge:
            return _sentence(413, _("Det er for mye tekst til å sendes. Kort den ned, og prøv igjen."))
        except DatabaseUnavailable as error:
            return _sentence(503, str(faults.busy(error)), again=True)
        except BotError as error:
            return _sentence(503 if isinstance(error, Busy) else 409, str(error), again=isinstance(error, Busy))

    return run


def _sentence(status: int, text: str, *, again: bool = False) -> web.Response:
    return web.json_response({"lines": [], "answer": None, "error": with_slash(text), "again": again}, status=status)


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")
