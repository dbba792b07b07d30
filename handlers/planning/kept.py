"""A plan that was read, as it is kept while it waits, without what may be an identity number."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, time
from typing import Any

from handlers.planning.planned import Planned, PlanRead, Problem, Status, Wrong
from handlers.writing.identity import without_possible_numbers
from storage.types import JsonObject

_TEXTS = ("committee", "place", "title", "chair", "host", "where", "uid")


def guarded(read: PlanRead) -> PlanRead:
    """The same, as it may be stored: nobody can be asked of each text in a file. What a calendar tells besides about an
    entry (`text`) is not kept: it is no part of a plan."""

    def clear(text: str) -> str:
        return without_possible_numbers(text) if any(each.isdigit() for each in text) else text

    def row(each: Planned) -> Planned:
        values = {field.name: getattr(each, field.name) for field in fields(each)}
        return Planned(**{**values, **{name: clear(values[name]) for name in _TEXTS}, "text": ""})

    return PlanRead(
        name=clear(read.name),
        kind=read.kind,
        rows=tuple(map(row, read.rows)),
        problems=tuple(Problem(each.wrong, clear(each.where), clear(each.text)) for each in read.problems),
        notes=tuple(map(clear, read.notes)),
        understood=tuple(map(clear, read.understood)),
        year=read.year,
        year_said=read.year_said,
        title=clear(read.title),
    )


def as_json(read: PlanRead) -> JsonObject:
    return {
        "name": read.name,
        "kind": read.kind,
        "rows": [_row(each) for each in read.rows],
        "problems": [[each.wrong, each.where, each.text] for each in read.problems],
        "notes": list(read.notes),
        "understood": list(read.understood),
        "year": read.year,
        "year_said": read.year_said,
        "title": read.title,
    }


def _row(each: Planned) -> JsonObject:
    found: JsonObject = {}
    for field in fields(each):
        value = getattr(each, field.name)
        if value != field.default:
            found[field.name] = value.isoformat() if isinstance(value, date | time) else value
    return found


def from_json(kept: Mapping[str, Any]) -> PlanRead:
    """What an older program has not written is empty."""
    return PlanRead(
        name=kept.get("name") or "",
        kind=kept.get("kind") or "",
        rows=tuple(_planned(each) for each in kept.get("rows") or ()),
        problems=tuple(Problem(Wrong(wrong), where, text) for wrong, where, text in kept.get("problems") or ()),
        notes=tuple(kept.get("notes") or ()),
        understood=tuple(kept.get("understood") or ()),
        year=kept.get("year"),
        year_said=bool(kept.get("year_said", True)),
        title=kept.get("title") or "",
    )


def _planned(kept: Mapping[str, Any]) -> Planned:
    return Planned(
        committee=kept.get("committee") or "",
        day=date.fromisoformat(kept["day"]),
        where=kept.get("where") or "",
        begins=_clock(kept.get("begins")),
        ends=_clock(kept.get("ends")),
        place=kept.get("place") or "",
        title=kept.get("title") or "",
        chair=kept.get("chair") or "",
        host=kept.get("host") or "",
        weekday=kept.get("weekday"),
        status=Status(kept.get("status") or Status.HELD),
        moved_from=date.fromisoformat(kept["moved_from"]) if kept.get("moved_from") else None,
        uid=kept.get("uid") or "",
    )


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
