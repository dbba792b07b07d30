"""What a page of ours posts, and whether it is that."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from multidict import MultiDict, MultiMapping

from bot.bodies import body_of

_BODY_LIMIT = 1024 * 1024
"""Bytes: the longest form of ours, filled to its limits and form-encoded, is a quarter of it."""
_FIELDS = 2000
NUMBER = r"\d{1,18}"


class Malformed(Exception):
    """What was posted is not what the page posts. The text names the part."""


async def posted_form(request: web.Request) -> MultiMapping[str]:
    """
    Raises:
        Malformed: no form, or one with a file in it.
        HTTPRequestEntityTooLarge: there is too much in it; see `bot.bodies` for what else a body may be refused for.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise Malformed("content type")
    body = await body_of(request, _BODY_LIMIT)
    charset = request.charset or "utf-8"
    try:
        found = parse_qsl(
            body.decode(charset), keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=_FIELDS
        )
    except (LookupError, ValueError) as error:
        raise Malformed("encoding") from error
    return MultiDict(found)


def text_in(posted: MultiMapping[str], name: str) -> str:
    value = posted.get(name)
    if value is None:
        raise Malformed(name)
    return value


def number_in(posted: MultiMapping[str], name: str) -> int:
    value = text_in(posted, name)
    if not is_number(value):
        raise Malformed(name)
    return int(value)


def is_number(text: str) -> bool:
    """Whether it is a number that the database can hold."""
    return re.fullmatch(NUMBER, text, re.ASCII) is not None


def arguments_in(text: str) -> Mapping[str, str]:
    return _arguments(_json(text))


def button_in(text: str) -> tuple[str, Mapping[str, str]]:
    """The action and the arguments of a button that was pressed without a script."""
    found = _json(text)
    if not isinstance(found, dict) or not isinstance(found.get("action"), str):
        raise Malformed("button")
    return found["action"], _arguments(found.get("arguments"))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("JSON") from error


def _arguments(found: Any) -> Mapping[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise Malformed("arguments")
    return found
