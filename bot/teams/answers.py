"""What a card sends back, read into the same raw answers as every surface gives.

A client leaves out a field that is empty, and joins several choices with commas. So each button of a form carries the
names of the fields that were drawn, with marks: `~` for free text, `[]` for a list, `?` for one that keeps what is
stored when it is left empty, `/` for one that has a line to search with.
"""

import re
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from handlers.dialogs.dialog import ASKED, QUERY, Intent, Raw

WORDS = "~"
MANY = "[]"
KEEP = "?"
SEARCH = "/"
_MARKED = re.compile(r"(\w+)(~?)((?:\[\])?)(\??)(/?)")

_INTENTS: frozenset[str] = frozenset(typing.get_args(Intent))
TEXT = "text"
"""In a search for something to put into a message: the field with what is sought."""
FINDS = "finn."
"""How the id of a command that searches begins in the manifest: one that acts may have the same name, and ids there are
of both kinds."""
REFRESH = "refresh"
"""What a client calls by itself when somebody looks at a card that several read."""
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
        found = [match for match in map(_MARKED.fullmatch, self.fields) if match is not None]
        given = [self.raw.get(match[1] if match[2] else match[1] + QUERY) for match in found]
        return [value for value in given if isinstance(value, str)]

    def data(self) -> dict[str, Any]:
        """What a button carries that sends this submission once more: the answers as if they were filled in."""
        answers = {name: ",".join(value) if isinstance(value, list) else value for name, value in self.raw.items()}
        return {"token": self.token, "intent": self.intent, "fields": list(self.fields), **answers}


@dataclass(frozen=True)
class Refreshed:
    """A card that several read, looked at by one of them (see `elements.refreshed`)."""

    card: str
    arguments: dict[str, str]


@dataclass(frozen=True)
class Pressed:
    """A message's button. `shared`: the card that several read on which it stands."""

    action: str
    arguments: dict[str, str]
    shared: Refreshed | None = None


def read(value: object) -> Submitted | Pressed | Refreshed | None:
    """The `value` of an `adaptiveCard/action` invoke. None: not one of our cards."""
    action = value.get("action") if isinstance(value, Mapping) else None
    data = action.get("data") if isinstance(action, Mapping) else None
    if not isinstance(action, Mapping) or not isinstance(data, Mapping):
        return None
    if action.get("verb") == REFRESH:
        return _refreshed(data)
    return _read(action.get("verb"), data)


def read_in_dialog(value: object) -> Submitted | Pressed | None:
    """The same of a `composeExtension/submitAction` invoke (see `card.for_dialog`)."""
    data = value.get("data") if isinstance(value, Mapping) else None
    return _read(data.get(VERB), data) if isinstance(data, Mapping) else None


def _read(verb: object, data: Mapping[str, Any]) -> Submitted | Pressed | None:
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


def _searched(data: Mapping[str, Any]) -> Submitted | None:
    """The search button of a field. What stands in the others' lines is searched for too, so that what they showed
    stays."""
    field = data.get("field")
    submitted = _submitted({**data, "intent": "search"})
    if submitted is None or not isinstance(field, str):
        return None
    return replace(submitted, raw={**submitted.raw, field + QUERY: _text(data.get(field + QUERY)), ASKED: field})


def _pressed(data: Mapping[str, Any]) -> Pressed | None:
    action, arguments = data.get("action"), data.get("arguments", {})
    if not isinstance(action, str) or not isinstance(arguments, Mapping):
        return None
    shared = data.get("shared")
    return Pressed(
        action,
        {str(name): str(argument) for name, argument in arguments.items()},
        _refreshed(shared) if isinstance(shared, Mapping) else None,
    )


def _refreshed(data: Mapping[str, Any]) -> Refreshed | None:
    name, arguments = data.get("card"), data.get("arguments", {})
    if not isinstance(name, str) or not isinstance(arguments, Mapping):
        return None
    return Refreshed(name, {str(key): str(argument) for key, argument in arguments.items()})


def _fields(data: Mapping[str, Any]) -> tuple[str, ...]:
    drawn = data.get("fields")
    return tuple(name for name in drawn if isinstance(name, str)) if isinstance(drawn, list) else ()


def _answers(data: Mapping[str, Any], fields: Sequence[str]) -> Raw:
    raw: Raw = {}
    for match in map(_MARKED.fullmatch, fields):
        if match is None:
            continue
        name, _words, many, keep, search = match.groups()
        if search:
            raw[name + QUERY] = _text(data.get(name + QUERY))
        given = _text(data.get(name))
        if given is None and keep:
            continue
        raw[name] = [item for item in (given or "").split(",") if item] if many else given
    return raw


def _text(value: object) -> str | None:
    """An input's value. Clients send strings, but some send a tick as a boolean and a number as one."""
    if value is None or isinstance(value, Mapping | list) or value == "":
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
