"""Closed cases (unntatt offentlighet) in minutes: who reads what they say, and what others read in their place."""

from collections.abc import Mapping
from typing import Any

from handlers.cases import closed
from handlers.meetings.minutes.record import Record, Written
from handlers.people.access import LISTENERS
from handlers.people.context import Actor
from storage.tables import SlotKind


def reads_closed(actor: Actor, committee_id: int) -> bool:
    """Whether the actor is a member, or serves the committee: observers and guests are not told of closed cases."""
    return bool(actor.roles.get(committee_id, frozenset()).difference(LISTENERS))


def title(each: Written) -> str:
    """What stands in the place of a closed case's title."""
    return closed.title(each.line.case.item) if each.line.case is not None else each.line.title


def veiled(record: Record) -> Record:
    """The same minutes without anything of closed cases but that they are there: number, and under which section.

    Nothing of the case itself is left in it, so that whatever shows it cannot show too much.
    """
    return record._replace(lines=[_veiled(each) if each.line.is_closed else each for each in record.lines])


def _veiled(each: Written) -> Written:
    return Written(each.line._replace(title=title(each), case=None), None)


def is_about_closed(data: Mapping[str, Any], record: Record) -> bool:
    """Whether what happened (an event's `data`) is about a case that was closed then, or is by now. `record`: the whole
    of the minutes, or veiled."""
    written = record.at(data["slot"]) if data.get("slot") is not None else None
    return bool(data.get("closed")) or (written is not None and (written.line.is_closed or is_veiled(written)))


def is_veiled(each: Written) -> bool:
    """Whether it is a case of which nothing may be told."""
    return each.line.kind is SlotKind.CASE and each.line.case is None
