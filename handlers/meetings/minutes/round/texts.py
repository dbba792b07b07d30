"""The texts of minutes that somebody may propose other words for: the discussion of an item, and each conclusion."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.meetings.minutes.record import Record, Written
from handlers.writing.language import _

DISCUSSION = ""
"""The part that is the discussion; a conclusion's is its ordinal."""


class Part(NamedTuple):
    """One text of an item. `part`: `DISCUSSION`, or the ordinal of the conclusion. `label`: what it is called."""

    part: str
    label: str
    text: str


def parts(written: Written) -> Sequence[Part]:
    """All texts of an item, also the discussion where nothing stands there."""
    entry = written.entry
    if entry is None:
        return (Part(DISCUSSION, _("Innspill og kommentarer"), ""),)
    one = len(entry.conclusions) == 1
    return (
        Part(DISCUSSION, _("Innspill og kommentarer"), entry.entry.discussion),
        *(
            Part(
                str(each.ordinal),
                _("Konklusjon") if one else _("Konklusjon {number}").format(number=each.ordinal),
                each.text,
            )
            for each in entry.conclusions
        ),
    )


def find(written: Written, part: str, before: str = "") -> Part | None:
    """The text called `part`; if it says something else than `before` by now, the one that does, wherever it stands."""
    found = parts(written)
    named = next((each for each in found if each.part == part), None)
    if named is not None and (not before or named.text == before):
        return named
    return next((each for each in found if each.text == before and before), named)


def commented(record: Record) -> Sequence[Written]:
    """The lines that may be commented on: those that the minutes have."""
    return [each for each in record.lines if each.slot_id is not None and each.entry is not None]
