"""What a proposer changed of a case: old and new, field by field, as each reader is to read it.

What stands in a history is data: keys of types, ids of people with their names, moments. Words come when it is read.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from handlers.calendar import dates
from handlers.cases import views
from handlers.messages.message import Fact, Message, Section
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage.cases import Case
from storage.history import Event
from storage.tables import Meeting
from storage.types import JsonObject

_LONGEST = 200
"""How much of a text stands on either side of the arrow: enough to see where it changed."""
_AROUND = 60
_LONG = ("purpose", "conclusion", "links")

_CHANGEABLE = ("title", "purpose", "types", "meeting", "presenters", "minutes", "conclusion", "links")


def as_it_is(case: Case, meeting: Meeting | None, names: Mapping[int, str]) -> JsonObject:
    """What can be changed of the case. `names`: of those who present it."""
    item = case.item
    return {
        "title": item.title,
        "purpose": item.purpose,
        "types": list(item.types),
        "meeting": [meeting.starts_at.isoformat(), meeting.zone] if meeting is not None else None,
        "presenters": ", ".join(
            filter(None, [*(names.get(person_id, "?") for person_id in item.presenter_ids), item.presenters_text])
        ),
        "minutes": item.minutes,
        "conclusion": item.conclusion,
        "links": "\n".join(item.links),
    }


def between(before: JsonObject, after: JsonObject) -> list[list[Any]]:
    """[field, old, new] for each that differs, to be kept with the event; of long texts, where they differ."""
    return [
        [name, *(where_they_differ(before[name], after[name]) if name in _LONG else (before[name], after[name]))]
        for name in _CHANGEABLE
        if before[name] != after[name]
    ]


def facts(changes: Sequence[Sequence[Any]]) -> tuple[Fact, ...]:
    """«Tittel: Felles kurs → Felles opplæring», in the language being spoken."""
    found = []
    for name, old, new in changes:
        before, after = (_READ.get(name, str)(value) if value else "" for value in (old, new))
        arrow = _("{before} → {after}").format(before=before or _("(tomt)"), after=after or _("(tomt)"))
        found.append(Fact(label=_(views.LABELS[name]), value=arrow))
    return tuple(found)


def seen_in(message: Message, last: Event) -> Message:
    """What the secretariat has of a case, with what was changed if that was the last event."""
    if last.data.get("changes"):
        section = Section(title=_("Endret"), facts=facts(last.data["changes"]))
        return message.model_copy(update={"sections": (*message.sections, section)})
    names = [_(views.LABELS[name]) for name in last.data.get("changed", ()) if name in _CHANGEABLE]
    if not names:
        return message
    return message.model_copy(update={"facts": (*message.facts, Fact(label=_("Endret"), value=", ".join(names)))})


def _types(keys: Sequence[str]) -> str:
    return views.type_names(keys)


def _meeting(stored: Sequence[str]) -> str:
    return dates.short_day(dates.stored(stored[0]), stored[1])


_READ: Mapping[str, Callable[[Any], str]] = {"types": _types, "meeting": _meeting, "minutes": views.minutes}


def where_they_differ(before: str, after: str) -> tuple[str, str]:
    """Long texts from a little before where they differ, so that the difference is what is seen."""
    if max(len(before), len(after)) <= _LONGEST:
        return before, after
    same = next((place for place, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    same = min(len(before), len(after)) if same is None else same
    start = max(0, same - _AROUND)
    # From the beginning of a word.
    start = before.rfind(" ", 0, start) + 1 if start else 0
    lead = "… " if start else ""
    return (
        lead + shorten(before[start:], _LONGEST) if before else "",
        lead + shorten(after[start:], _LONGEST) if after else "",
    )
