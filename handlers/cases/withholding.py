"""What was told of a case before it was closed: from then on it stands nowhere before somebody who may not see it.

What was sent is changed where it stands, and what still waits to be sent goes out without it. The messages that follow
the case or its meeting read right by themselves as soon as they are drawn anew; this is for all others, and for the
time until then.
"""

import re
from collections.abc import Collection
from typing import Any

from handlers.cases import closed
from handlers.people.access import LISTENERS
from handlers.people.context import Context
from handlers.writing.language import speaking
from storage import attendance, cases, deliveries, people
from storage.cases import Case
from storage.deliveries import Wish
from storage.tables import Answer

_OF_MEETING = ("agenda", "convocation", "changed")
"""What the subjects go on with of that which is told of a meeting's agenda."""
_READ = ("title", "text", "value", "small")
"""The parts of a message that are words."""


async def withhold(context: Context, case: Case) -> None:
    """Take the case, which was just closed, out of all that is seen by those who may not see it: a fixed number of
    statements for each meeting that it has been in."""
    item = case.item
    former = (await cases.former_numbers(context.session, [item.id])).get(item.id, ())
    meetings = {each.meeting_id for each in former if each.meeting_id is not None}
    meetings |= {item.meeting_id} if item.meeting_id is not None else set()
    subjects = [f"item:{item.id}", *(f"meeting:{each}:{what}" for each in meetings for what in _OF_MEETING)]
    found = await deliveries.about(
        context.session, subjects, reminding_of=[f"meeting:{each}" for each in sorted(meetings)]
    )
    readers = await _readers(context, case, meetings)
    others = [(person_id, held) for person_id, held in found if person_id not in readers]
    if not others:
        return
    languages = await people.languages(context.session, {person_id for person_id, _held in others})
    numbers = [each for each in (item.number, *(one.number for one in former)) if each]
    names = [item.title, *(level["title"] for level in item.levels or ())]
    named = _pattern([*numbers, *names])
    wishes = []
    for person_id, held in others:
        with speaking(languages[person_id]):
            instead = " ".join(filter(None, (item.number, closed.title(item))))
        message = _without(held.message, named, instead)
        if message != held.message:
            wishes.append(Wish(held.key, held.subject, person_id, message, max(held.due_at, context.now)))
    await deliveries.wish(context.session, wishes)


async def _readers(context: Context, case: Case, meetings: Collection[int]) -> set[int]:
    """Who may see it (see `closed.may_see`), and who takes a member's place where it is handled."""
    item = case.item
    holders = await people.holding_roles(context.session, item.committee_id, context.today)
    found = {holder.person_id for holder in holders if holder.role not in LISTENERS}
    for meeting_id in meetings:
        found |= {
            row.person_id
            for row in await attendance.rows(context.session, meeting_id)
            if row.person_id is not None and row.stands_in_for_id is not None and row.answer != Answer.ABSENT
        }
    return found | {case.proposer.id, *item.presenter_ids}


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    """What finds a line in which the case is named: «1/2026» is not in «11/2026»."""
    return re.compile("|".join(rf"(?<![\w/]){re.escape(name)}(?![\w/])" for name in names))


def _without(value: Any, named: re.Pattern[str], instead: str, *, read: bool = False) -> Any:
    """The message, as it is stored, in which each line that names the case says `instead`."""
    match value:
        case str() if read:
            return "\n".join(instead if named.search(line) else line for line in value.split("\n"))
        case dict():
            return {name: _without(each, named, instead, read=name in _READ) for name, each in value.items()}
        case list():
            return [_without(each, named, instead) for each in value]
        case _:
            return value
