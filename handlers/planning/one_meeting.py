"""What there is to say of one meeting's day and time, before it is stored: as of a whole plan's (see `checks`)."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers.meetings.deadline_rule import deadline
from handlers.meetings.making import NewMeeting
from handlers.meetings.offsets import Offset, local_moment
from handlers.meetings.settings import CommitteeSettings
from handlers.people.context import Context
from handlers.planning import gathering, year
from handlers.planning.checks.check import check
from handlers.planning.checks.facts import Sitting
from handlers.planning.checks.finding import Rule

_OF_ITS_TIME = frozenset({
    Rule.PUBLIC_HOLIDAY,
    Rule.CUSTOMARY,
    Rule.SCHOOL_HOLIDAY,
    Rule.WEEKEND,
    Rule.PREPARES,
    Rule.AT_ONCE,
    Rule.DEADLINE,
})  # fmt: skip
_NEW = "new"


async def remarks(context: Context, wanted: NewMeeting, moved: int | None) -> Sequence[str]:
    """Each a sentence or two: holidays by name, meetings of the same people at the same time, the distance to what it
    prepares or is prepared by. `moved`: the id of the meeting that is moved; None: it is new."""
    known = await gathering.known(context.session)
    body = known.bodies.get(wanted.committee.id)
    if body is None:
        return []
    stored = await year.around(context.session, wanted.starts.year)
    sittings = [
        gathering.of_meeting(each, known.bodies[each.committee_id], own=False)
        for each in stored
        if each.cancelled_at is None and each.id != moved and each.committee_id in known.bodies
    ]
    zone = ZoneInfo(wanted.committee.zone)
    offset = Offset.parse(CommitteeSettings.model_validate(wanted.committee.settings).deadline)
    sitting = Sitting(
        ref=_NEW,
        body=body,
        day=wanted.starts.date(),
        begins=wanted.starts.time(),
        ends=wanted.ends.time(),
        place=wanted.place,
        chair_id=wanted.chair_id,
        host_id=wanted.host_id,
        deadline=deadline(offset, local_moment(wanted.starts, zone), zone) if wanted.deadline is None else None,
        extraordinary=wanted.extraordinary,
        online=bool(wanted.join_url),
    )
    found = check(gathering.facts(known, [*sittings, sitting], context.now))
    return [each.text for each in found if each.rule in _OF_ITS_TIME]
