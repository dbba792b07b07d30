"""Files: those that signed links open (`GET /fil/{token}`), and those that the pages themselves are made of."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from bot.drawing import Drawing
from bot.web import draw
from bot.web.guard import Handler, linked
from handlers.bot import Bot
from handlers.errors import BotError, Busy, Gone, Unexpected
from handlers.people.ticket import LinkExpired, Purpose
from handlers.writing.language import _

LOOKS = ("chat.css", "icon.svg", "order.js", "save.js")
"""What each page needs of `static/`; the script only where things can be put in another order."""

_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_SHOWN = frozenset({"image/png"})
"""Kinds of files that a browser shows; others are saved."""


class Files:
    """Draws a file when its link is opened, for whoever may see it then."""

    def __init__(self, bot: Bot, drawing: Drawing | None = None) -> None:
        self._bot = bot
        self._drawing = drawing or Drawing()

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/fil/{token}", linked(told_plainly(self._send)))]

    async def _send(self, request: web.Request) -> web.StreamResponse:
        token = request.match_info["token"]
        if request.method == "HEAD":
            # A robot that looks whether the link works: nothing is drawn for it.
            self._bot.links.read(Purpose.FILE, token)
            return web.Response()
        file = await self._bot.document(token)
        kind = "inline" if file.media_type in _SHOWN else "attachment"
        return web.Response(
            body=await self._drawing.draw(file),
            headers={"Content-Type": file.media_type, "Content-Disposition": disposition(kind, file.name)},
        )


def static(*names: str) -> Handler:
    """These files of `static/`, by the `name` in the address."""

    async def run(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in names:
            return web.Response(status=404, text=_("Filen finnes ikke."))
        content = (Path(__file__).parent / "static" / name).read_bytes()
        return web.Response(body=content, content_type=_KINDS[Path(name).suffix], charset="utf-8")

    return run


def disposition(kind: str, name: str) -> str:
    """The header that says what a file is called, with any letters (RFC 6266)."""
    return f"{kind}; filename*=UTF-8''{quote(name, safe='')}"


def told_plainly(handler: Handler) -> Handler:
    """`handler`, with a page that says what is wrong and what to do instead of a bare error."""

    async def run(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except BotError as error:
            return problem(str(error), status_of(error))

    return run


def status_of(error: BotError) -> int:
    match error:
        case LinkExpired() | Gone():
            return 410
        case Busy():
            return 503
        case Unexpected():
            return 500
        case _:
            return 403


def problem(
    text: str,
    status: int,
    *,
    back: str = "",
    renewable: bool = False,
    again: Sequence[tuple[str, str]] = (),
    written: Sequence[str] = (),
) -> web.Response:
    """A page with one sentence.

    `back`: where the case is. `renewable`: a new link can be had. `again`: what was posted, to post it once more.
    `written`: what was typed, to copy it.
    """
    return linked_page(
        "linked_problem.html", status, text=text, back=back, renewable=renewable, again=again, written=written
    )


def linked_page(template: str, status: int = 200, **values: object) -> web.Response:
    """A page that a signed link opens."""
    html = draw.page(template, static="../side/static", **values)
    return web.Response(status=status, text=html, content_type="text/html")
