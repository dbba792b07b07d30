"""The body of a request: as it came over the wire, no longer than it may be, and in time.

Nothing is unpacked. A body of half a megabyte can hold five hundred, and would be unpacked before anybody knows who
sent it; neither Slack nor Teams nor a browser compresses what it posts. So the server does not unpack
(`bot.listening`), and what is compressed is refused.
"""

import asyncio

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.limits import LIMITS, Limits

_PLAIN = frozenset({"", "identity"})


async def body_of(request: web.BaseRequest, limit: int) -> bytes:
    """The body, of `limit` bytes at most. It is read once: the second time it is empty.

    Raises:
        HTTPUnsupportedMediaType: it is compressed.
        HTTPRequestEntityTooLarge: it is longer.
        HTTPRequestTimeout: it did not come in time.
        HTTPBadRequest: it ended early, or is not as its headers say.
    """
    codings = ",".join(request.headers.getall("Content-Encoding", [])).split(",")
    if not _PLAIN.issuperset(coding.strip().lower() for coding in codings):
        # RFC 9110, 15.5.16: what is taken stands in Accept-Encoding.
        raise web.HTTPUnsupportedMediaType(headers={"Accept-Encoding": "identity"})
    if (request.content_length or 0) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
    try:
        if request.content.is_eof():
            # It came with the headers, as nearly always: there is nothing to wait for.
            body = request.content.read_nowait()
        else:
            async with asyncio.timeout(_limits(request).body):
                body = await request.content.readexactly(limit + 1)
    except asyncio.IncompleteReadError as whole:
        return whole.partial
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (web.RequestPayloadError, HttpProcessingError):
        raise web.HTTPBadRequest from None
    if len(body) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, len(body))
    return body


def _limits(request: web.BaseRequest) -> Limits:
    return request.config_dict.get(LIMITS) or Limits() if isinstance(request, web.Request) else Limits()
