"""Two who write the same at once: what only one of them changed stands, and of what both changed nothing is lost."""

from collections.abc import Mapping
from typing import NamedTuple

from handlers.writing.language import _


class Merged(NamedTuple):
    """What stands by field now, and the fields that both changed: in those it is what the one who came last wrote."""

    values: Mapping[str, str]
    both: frozenset[str]


def merge(begun: Mapping[str, str], own: Mapping[str, str], stored: Mapping[str, str]) -> Merged:
    """What becomes of what somebody hands in.

    Args:
        begun: what their form began with, by field.
        own: what they hand in.
        stored: what stands there by now, whoever wrote it; it has every field.
    """
    values: dict[str, str] = {}
    both = set()
    for name, theirs in stored.items():
        before, mine = begun.get(name, ""), own.get(name, "")
        if mine in (before, theirs):
            values[name] = theirs
            continue
        values[name] = mine
        if theirs != before:
            both.add(name)
    return Merged(values, frozenset(both))


def side_by_side(own: str, stored: str, person: str) -> str:
    """Both texts in one field, with a line between them that says that the second one is `person`'s.

    What was put so before, and is handed in again with another text of theirs, has each text once.
    """
    if stored in own:
        return own
    marked = _("[{person} skrev samtidig:]").format(person=person)
    return f"{own}\n\n{marked}\n{stored}" if own else stored


def both_written(person: str) -> str:
    """What is said beside a field in which both texts stand."""
    return _(
        "{person} skrev her samtidig. Begge tekstene står i feltet, med navnet imellom. Sett dem sammen og lagre igjen."
    ).format(person=person)


def no_room(person: str) -> str:
    """What is said beside a field that has no room for both."""
    return _(
        "{person} har skrevet her samtidig, og begge tekstene får ikke plass. Din er tatt vare på i skjemaet. Kort den "
        "ned og lagre igjen, så kommer begge fram."
    ).format(person=person)
