"""Lines of a local conversation as they are shown, where they may not be stored so.

A form may have something in it that may be an identity number, which its person is asked about. The line in the
database is without it. This process shows the whole line as long as it remembers it; afterwards what is stored.
"""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from bot.web.content import Opened, dump
from handlers.writing.identity import without_possible_numbers
from handlers.writing.withheld import LIFETIME
from storage.local import Entry
from storage.types import JsonObject

_LINES = 200
_OURS = frozenset({"token", "confirmed"})
"""What is in a form that nobody wrote, or that has been answered for."""


class _Line(NamedTuple):
    stored: JsonObject
    shown: JsonObject
    at: datetime


class Unstored:
    """The lines that are remembered, the newest last."""

    def __init__(self) -> None:
        self._lines: OrderedDict[int, _Line] = OrderedDict()

    def remember(self, entry_id: int, stored: JsonObject, shown: JsonObject, now: datetime) -> None:
        """Of a line that is stored just as it is shown there is nothing to remember."""
        self._lines.pop(entry_id, None)
        if stored != shown:
            self._lines[entry_id] = _Line(stored, shown, now)
        while self._lines and (len(self._lines) > _LINES or now - next(iter(self._lines.values())).at > LIFETIME):
            self._lines.popitem(last=False)

    def as_shown(self, entry: Entry) -> Entry:
        line = self._lines.get(entry.id)
        return entry._replace(content=line.shown) if line is not None and line.stored == entry.content else entry


def storable(opened: Opened, *, being_typed: bool = False) -> JsonObject:
    """A form as it may be stored. `being_typed`: its texts may end in the middle of a number."""
    stored: JsonObject = _without(dump(opened), opened.form.confirmed, being_typed)
    return stored


def _without(value: Any, confirmed: Sequence[str], being_typed: bool) -> Any:
    if isinstance(value, dict):
        return {name: each if name in _OURS else _without(each, confirmed, being_typed) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, confirmed, being_typed) for each in value]
    if isinstance(value, str):
        return without_possible_numbers(value, being_typed=being_typed, but=confirmed)
    return value
