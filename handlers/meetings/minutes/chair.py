"""Who leads a meeting, where its committee's roles and who came leave no doubt (møteleder)."""

from handlers.meetings.attendance.roll import Attendee, Roll
from handlers.people.roles import Role
from storage.tables import Answer

ROLES = (Role.CHAIR, Role.LEADER)
"""Whoever has the first of these leads it; where nobody has, whoever has the second."""


def only_chair(roll: Roll) -> int | None:
    """The person who leads it: the only one with the role who is not away. None: nobody, or it may be several."""
    for role in ROLES:
        found = [each for each in roll.attendees if role in each.roles]
        if found:
            there = [each for each in found if not _is_away(each)]
            return there[0].person_id if len(there) == 1 else None
    return None


def _is_away(attendee: Attendee) -> bool:
    if attendee.present is not None:
        return not attendee.present
    return attendee.answer in (Answer.ABSENT, Answer.SUBSTITUTE)
