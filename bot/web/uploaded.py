"""A file that a page of ours hands in, with the button that it was handed in by."""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from aiohttp import BodyPartReader, MultipartReader, web

from bot.limits import LIMITS, Limits
from bot.web.posted import Malformed, button_in
from handlers.capability import Handed
from handlers.writing.text import clean, shorten_middle

MULTIPART = "multipart/form-data"
_LIMIT = 20_000_000
"""Bytes: no intake takes more; each says itself how much."""
_TEXT = 20_000
_NAME = 100


class Uploaded(NamedTuple):
    """`action` and `arguments`: of what takes it."""

    action: str
    arguments: Mapping[str, str]
    file: Handed


async def uploaded(request: web.Request) -> Uploaded:
    """
    Raises:
        Malformed: it is not what the page posts.
        HTTPRequestEntityTooLarge, HTTPRequestTimeout: the file is too large, or did not come in time.
    """
    limits = request.config_dict.get(LIMITS) or Limits()
    try:
        async with asyncio.timeout(limits.body):
            return await _read(await request.multipart())
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ValueError, RuntimeError, LookupError) as error:
        raise Malformed("multipart") from error


async def _read(parts: MultipartReader) -> Uploaded:
    button, file = "", None
    async for part in parts:
        if not isinstance(part, BodyPartReader):
            raise Malformed("multipart")
        if part.name == "button":
            button = (await _content(part, _TEXT)).decode("utf-8")
        elif part.name == "file":
            name = shorten_middle(clean(part.filename or ""), _NAME)
            file = Handed(name, await _content(part, _LIMIT))
    if file is None:
        raise Malformed("file")
    return Uploaded(*button_in(button), file)


async def _content(part: BodyPartReader, limit: int) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk(1 << 16):
        found += chunk
        if len(found) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(found))
    return bytes(found)
