"""Two who write the same at once: what only one of them changed stands, and of what both changed nothing is lost."""

from collections.abc import Mapping
from typing import NamedTuple


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


def side_by_side(own: str, stored: str, marked: str) -> str:
    """Both texts in one field. `marked`: the line between them, which says whose the second one is.

    What was put so before, and is handed in again with another text of theirs, has each text once.
    """
    if stored in own:
        return own
    return f"{own}\n\n{marked}\n{stored}" if own else stored
