"""Which meeting a case is wanted in: in time, after the deadline, or whenever it suits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.calendar import dates
from handlers.dialogs.dialog import Answers, Option
from handlers.messages.arguments import id_in
from handlers.people.context import Context
from handlers.writing.language import _
from storage import committees
from storage.tables import Meeting

ANY = "any"
_IN_TIME = "m"
_LATE = "late"


@dataclass(frozen=True)
class WantedMeeting:
    """The person's choice. `late`: the secretariat is asked to let it in after the deadline."""

    meeting_id: int | None
    late: bool = False

    @classmethod
    def parse(cls, value: str) -> "WantedMeeting":
        if value == ANY:
            return cls(None)
        if value.startswith(_LATE):
            return cls(int(value.removeprefix(_LATE)), late=True)
        return cls(int(value.removeprefix(_IN_TIME)))

    def __str__(self) -> str:
        if self.meeting_id is None:
            return ANY
        return f"{_LATE if self.late else _IN_TIME}{self.meeting_id}"


def is_open(meeting: Meeting, now: datetime) -> bool:
    """Whether cases may still be proposed to the meeting: until the deadline, the minute itself included."""
    return now <= meeting.deadline_at


async def meetings_to_choose(
    context: Context, answers: Answers, values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    """The coming meetings of the chosen committee: the open ones first, «når det passer», then those past deadline."""
    meetings = await coming(context, answers)
    if values is not None:
        meetings = [item for item in meetings if f"{_IN_TIME}{item.id}" in values or f"{_LATE}{item.id}" in values]
    in_time = [
        Option(
            f"{_IN_TIME}{meeting.id}",
            _("{day} – frist {deadline} kl. {clock}").format(
                day=dates.short_day(meeting.starts_at, meeting.zone),
                deadline=dates.short_day(meeting.deadline_at, meeting.zone),
                clock=dates.clock(meeting.deadline_at, meeting.zone),
            ),
        )
        for meeting in meetings
        if is_open(meeting, context.now)
    ]
    late = [
        Option(
            f"{_LATE}{meeting.id}",
            _("{day} – fristen er ute, sekretariatet avgjør").format(
                day=dates.short_day(meeting.starts_at, meeting.zone)
            ),
        )
        for meeting in meetings
        if not is_open(meeting, context.now)
    ]
    return [*in_time, Option(ANY, _("Når det passer")), *late]


async def about_passed_deadline(context: Context, answers: Answers) -> str:
    """Why the soonest meeting is not the one proposed, when it is not."""
    meetings = await coming(context, answers)
    if not meetings:
        return _("Det er ingen møter i planen ennå. Sekretariatet finner et møte til saken.")
    if is_open(meetings[0], context.now):
        return ""
    later = next((meeting for meeting in meetings if is_open(meeting, context.now)), None)
    return _passed(meetings[0], later)


async def why_not(context: Context, answers: Answers, value: str) -> str:
    """Why a meeting that was offered when the form was drawn cannot be chosen any more."""
    try:
        wanted = WantedMeeting.parse(value)
    except ValueError:
        wanted = WantedMeeting(None)
    meetings = await coming(context, answers)
    gone = next((meeting for meeting in meetings if meeting.id == wanted.meeting_id), None)
    if gone is None:
        return _("Møtet du valgte, har begynt eller er ikke lenger i planen. Velg et annet.")
    later = next((meeting for meeting in meetings if is_open(meeting, context.now)), None)
    return _passed(gone, later)


def _passed(meeting: Meeting, later: Meeting | None) -> str:
    passed = _("Fristen for møtet {day} gikk ut {deadline}.").format(
        day=dates.short_day(meeting.starts_at, meeting.zone),
        deadline=dates.day_and_clock(meeting.deadline_at, meeting.zone),
    )
    if later is None:
        advice = _("Velg «Når det passer», eller be om å slippe inn etter fristen.")
    else:
        advice = _(
            "Neste møte med åpen frist er {day}. Haster saken, kan du velge det første møtet likevel; "
            "da avgjør sekretariatet."
        ).format(day=dates.short_day(later.starts_at, later.zone))
    return f"{passed} {advice}"


async def chosen(context: Context, answers: Answers, wanted: WantedMeeting) -> Meeting | None:
    """The meeting that was chosen, if it is one of the coming ones."""
    return next((item for item in await coming(context, answers) if item.id == wanted.meeting_id), None)


async def coming(context: Context, answers: Answers) -> Sequence[Meeting]:
    """The coming meetings of the chosen committee; looked up once for a form."""
    committee = answers.raw.get("committee")
    committee_id = id_in(committee)
    if committee_id is None:
        return []
    key = f"meetings of {committee_id}"
    if key not in answers.found:
        answers.found[key] = await committees.coming_meetings(context.session, committee_id, context.now)
    found: Sequence[Meeting] = answers.found[key]
    return found
