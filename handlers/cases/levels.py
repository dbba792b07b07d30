"""How a case reads at each level: it has a text of its own in each committee that it has been in.

A committee sends a case on with its text. There the secretariat may word it anew; what it was before stays with the
committee that sent it, and is taken up if it comes back.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from handlers.cases import changed
from handlers.messages.message import Message, Section
from handlers.writing.language import _
from storage.tables import AgendaItem, Committee
from storage.types import JsonObject

TEXTS = ("title", "purpose", "conclusion")
"""What is worded at each level."""


class Level(NamedTuple):
    """How the case reads in a committee that it has been in before."""

    committee_id: int
    committee: str
    texts: Mapping[str, str]


def of(item: AgendaItem) -> Sequence[Level]:
    """The committees that it has been in, the one that it came from last; not the one that it is in."""
    return [
        Level(each["committee_id"], each["committee"], {name: each[name] for name in TEXTS})
        for each in item.levels or ()
        if each["committee_id"] != item.committee_id
    ]


def as_before(item: AgendaItem) -> JsonObject:
    """What `move` changes, to be kept with the event (see `handlers.cases.places.restore`)."""
    return {"levels": item.levels, **_texts(item)}


def move(item: AgendaItem, here: Committee, there: Committee) -> None:
    """The case goes from `here` to `there`: how it reads here is kept, and if it has been there, it reads as it did."""
    others = [each for each in item.levels or () if each["committee_id"] != here.id]
    known = next((each for each in others if each["committee_id"] == there.id), None)
    item.levels = [*others, {"committee_id": here.id, "committee": here.name, **_texts(item)}]
    item.committee_id = there.id
    for name in TEXTS:
        if known is not None:
            setattr(item, name, known[name])


def _texts(item: AgendaItem) -> JsonObject:
    return {name: getattr(item, name) for name in TEXTS}


def seen_in(message: Message, item: AgendaItem) -> Message:
    """The case, with how it differs from its text in the committee that it came from."""
    levels = of(item)
    if not levels:
        return message
    here: dict[str, Any] = _texts(item)
    differ = [
        [name, *changed.where_they_differ(levels[-1].texts[name], here[name])]
        for name in TEXTS
        if levels[-1].texts[name] != here[name]
    ]
    title = _("Fra {committee}").format(committee=levels[-1].committee)
    section = Section(
        title=title,
        text="" if differ else _("Teksten er den samme som der."),
        facts=changed.facts(differ),
    )
    return message.model_copy(update={"sections": (*message.sections, section)})
