"""Whom the pages answer.

**The local page** answers a browser on this machine, and nobody else. There is no login, so whoever reaches the page
can be anybody in the partnership. A socket on loopback alone does not keep others out: a page on the internet can
point its own name at 127.0.0.1 (DNS rebinding), and a tunnel or a proxy can carry the internet here. So the name that
was asked for, the address at the other end and what a proxy leaves behind are looked at too, at every request.

**What a signed link opens** answers whoever has the link (see `handlers.people.links`), from anywhere.
"""

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from config.settings import is_loopback
from handlers.writing.language import _

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

LINKED_HEADERS = {
    **HEADERS,
    # No script at all, so nothing that somebody wrote can become one.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # The address is a secret: it is not told to where one goes from here, nor to search engines.
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive, nosnippet",
}

WITH_SCRIPT = {
    # Our own file, and nothing that stands in the page; it posts to the page that it is on.
    "Content-Security-Policy": LINKED_HEADERS["Content-Security-Policy"].replace(
        "style-src", "script-src 'self'; connect-src 'self'; style-src"
    ),
}
"""For a page that a signed link opens, where things can be put in another order, or a form saves itself."""

_PREVIEWS = re.compile(
    r"slackbot-linkexpanding|skypeuripreview|facebookexternalhit|whatsapp|twitterbot|linkedinbot|discordbot|telegrambot"
    r"|iframely|embedly|bingpreview",
    re.IGNORECASE,
)
"""Programs that look what stands behind a link, to show some of it where the link was put (`User-Agent`)."""

_PROXY_HEADERS = frozenset({"forwarded", "via", "x-real-ip", "true-client-ip"})
_PROXY_PREFIXES = ("x-forwarded-", "cf-")


class NotFromHere(Exception):
    """The request did not come from a browser on this machine. The text is for whoever sent it."""


def guarded(handler: Handler) -> Handler:
    """`handler`, for local requests only; what it answers is neither cached, framed nor read by other sites."""

    async def run(request: web.Request) -> web.StreamResponse:
        try:
            check(request)
        except NotFromHere as refusal:
            response: web.StreamResponse = web.Response(status=403, text=str(refusal))
        else:
            response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    return run


def linked(handler: Handler) -> Handler:
    """`handler`, for whoever has a signed link; what it answers is kept, framed and read by nobody else."""

    async def run(request: web.Request) -> web.StreamResponse:
        response = await handler(request)
        response.headers.update({**LINKED_HEADERS, **response.headers})
        return response

    return run


def is_preview(request: web.Request) -> bool:
    """Whether a program asks that shows some of what it finds wherever the link was put: to others than its owner."""
    return _PREVIEWS.search(request.headers.get("User-Agent", "")) is not None


def from_elsewhere(request: web.Request, base: str) -> bool:
    """Whether a browser says that another site than `base` posts this.

    What keeps others from posting is that they do not know the address; this is a second lock. A browser that was
    told to send no referrer says `null` of where it comes from, or nothing.
    """
    site = request.headers.get("Sec-Fetch-Site")
    own = {f"{request.scheme}://{request.host}", base.rstrip("/"), "null", None}
    return site not in {None, "same-origin"} or request.headers.get("Origin") not in own


def check(request: web.Request) -> None:
    """
    Raises:
        NotFromHere: says which of the signs it was.
    """
    if not _names_this_machine(request.headers.getall("Host", [])):
        raise NotFromHere(_("Siden svarer bare på http://localhost og http://127.0.0.1, fra samme maskin."))
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not peer or not is_loopback(str(peer[0])):
        raise NotFromHere(_("Siden svarer bare nettlesere på samme maskin."))
    names = [name.lower() for name in request.headers]
    if any(name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIXES) for name in names):
        raise NotFromHere(_("Siden svarer ikke gjennom en tunnel eller en proxy: den har ingen innlogging."))
    if request.method not in {"GET", "HEAD"} and not _same_origin(request):
        raise NotFromHere(_("Forespørselen kom fra en annen nettside."))


def _names_this_machine(hosts: list[str]) -> bool:
    if len(hosts) != 1:
        return False
    host = hosts[0].lower()
    name = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return name in {"localhost", "127.0.0.1", "[::1]"}


def _same_origin(request: web.Request) -> bool:
    """A browser says where a POST comes from. One that says nothing is no browser that we know."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is None and origin is None:
        return False
    return site in {None, "same-origin"} and origin in {None, f"{request.scheme}://{request.host}"}
