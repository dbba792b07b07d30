"""What a card sends back, read into the same raw answers as every surface gives.

A client leaves out a field that is empty, and joins several choices with commas. So each button of a form carries the
names of the fields that were drawn, with marks: `~` for free text, `[]` for a list, `?` for one that keeps what is
stored when it is left empty.
"""

import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.dialog import Intent, Raw
from handlers.text import clean

WORDS = "~"
MANY = "[]"
KEEP = "?"
_MARKED = re.compile(r"(\w+)(~?)((?:\[\])?)(\??)")

QUERY = ".query"
"""After a field's name: what was typed to search for its options. No field's name can have a full stop in it."""

_INTENTS: frozenset[str] = frozenset(typing.get_args(Intent))
VERB = "verb"
"""In a dialog's card: what a button calls, which it cannot say beside its data."""
RESERVED = frozenset({"token", "intent", "fields", "field", VERB})
"""Names that a field may not have: clients put answers and these side by side."""


@dataclass(frozen=True)
class Submitted:
    """A form's button. `fields` are the marked names of what was drawn."""

    token: str
    intent: Intent
    raw: Raw
    fields: tuple[str, ...] = ()

    def words(self) -> list[str]:
        """What the person wrote in their own words."""
        found = [_MARKED.fullmatch(marked) for marked in self.fields]
        given = [self.raw.get(match[1]) for match in found if match is not None and match[2]]
        return [value for value in given if isinstance(value, str)]

    def data(self) -> dict[str, Any]:
        """What a button carries that sends this submission once more: the answers as if they were filled in."""
        answers = {name: ",".join(value) if isinstance(value, list) else value for name, value in self.raw.items()}
        return {"token": self.token, "intent": self.intent, "fields": list(self.fields), **answers}


@dataclass(frozen=True)
class Searched:
    """The search button of a field with many options. `submitted` keeps what is filled in, and asks for the same form
    once more."""

    submitted: Submitted
    field: str
    query: str


@dataclass(frozen=True)
class Pressed:
    """A message's button."""

    action: str
    arguments: dict[str, str]


def read(value: object) -> Submitted | Searched | Pressed | None:
    """The `value` of an `adaptiveCard/action` invoke. None: not one of our cards."""
    action = value.get("action") if isinstance(value, Mapping) else None
    data = action.get("data") if isinstance(action, Mapping) else None
    if not isinstance(action, Mapping) or not isinstance(data, Mapping):
        return None
    return _read(action.get("verb"), data)


def read_in_dialog(value: object) -> Submitted | Searched | Pressed | None:
    """The same of a `composeExtension/submitAction` invoke (see `elements.for_dialog`)."""
    data = value.get("data") if isinstance(value, Mapping) else None
    return _read(data.get(VERB), data) if isinstance(data, Mapping) else None


def _read(verb: object, data: Mapping[str, Any]) -> Submitted | Searched | Pressed | None:
    match verb:
        case "form":
            return _submitted(data)
        case "search":
            return _searched(data)
        case "press":
            return _pressed(data)
        case _other:
            return None


def _submitted(data: Mapping[str, Any]) -> Submitted | None:
    token, intent = data.get("token"), data.get("intent")
    if not isinstance(token, str) or not isinstance(intent, str) or intent not in _INTENTS:
        return None
    fields = _fields(data)
    return Submitted(token, typing.cast(Intent, intent), _answers(data, fields), fields)


def _searched(data: Mapping[str, Any]) -> Searched | None:
    field = data.get("field")
    submitted = _submitted({**data, "intent": "resume"})
    if submitted is None or not isinstance(field, str):
        return None
    return Searched(submitted, field, _text(data.get(field + QUERY)) or "")


def _pressed(data: Mapping[str, Any]) -> Pressed | None:
    action, arguments = data.get("action"), data.get("arguments", {})
    if not isinstance(action, str) or not isinstance(arguments, Mapping):
        return None
    return Pressed(action, {str(name): str(argument) for name, argument in arguments.items()})


def _fields(data: Mapping[str, Any]) -> tuple[str, ...]:
    drawn = data.get("fields")
    return tuple(name for name in drawn if isinstance(name, str)) if isinstance(drawn, list) else ()


def _answers(data: Mapping[str, Any], fields: Sequence[str]) -> Raw:
    raw: Raw = {}
    for match in map(_MARKED.fullmatch, fields):
        if match is None:
            continue
        name, _words, many, keep = match.groups()
        given = _text(data.get(name))
        if given is None and keep:
            continue
        raw[name] = [item for item in (given or "").split(",") if item] if many else given
    return raw


def _text(value: object) -> str | None:
    """An input's value. Clients send strings, but some send a tick as a boolean and a number as one."""
    if value is None or isinstance(value, Mapping | list) or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else clean(str(value))
