"""The forms in which somebody says when and where a meeting is."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from handlers.calendar import dates
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Day,
    LongText,
    Note,
    Option,
    Raw,
    Step,
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.errors import BadInput
from handlers.limits import ANYWHERE
from handlers.meetings import at_hand as meetings
from handlers.meetings import joining, making
from handlers.meetings.at_hand import AtHand
from handlers.meetings.life import MeetingTimes, in_words
from handlers.meetings.making import NewMeeting, Times
from handlers.meetings.moving import at_hand
from handlers.messages.arguments import id_in
from handlers.people.access import may_plan
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage import committees
from storage.tables import Committee, Meeting

RULE, KEPT, OWN, PASSED = "rule", "kept", "own", "passed"
"""What is said of the deadline: the committee's rule holds; it stays as it is; another one; it has passed already."""
PLACE, REASON = 100, 500

JoinUrl = Annotated[str, AfterValidator(joining.parse)]


async def which_meeting(context: Context, answers: Answers) -> str:
    """Which meeting a form is about, and when and where it is; empty: none yet."""
    if "meeting" not in answers.arguments:
        return ""
    meeting, committee = await meetings.find(context, answers.arguments)
    named = _("{committee}, møtet {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )
    return f"{named}: {in_words(MeetingTimes.of(meeting), meeting.zone)}"


async def _deadlines(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    kept = []
    if "meeting" in answers.arguments:
        meeting, _committee = await meetings.find(context, answers.arguments)
        when = dates.day_and_clock(meeting.deadline_at, meeting.zone)
        kept = [Option(KEPT, shorten(_("Behold den: {deadline}").format(deadline=when), ANYWHERE.option))]
    return [
        Option(RULE, _("Etter utvalgets regel")),
        *kept,
        Option(OWN, _("En annen frist, som jeg skriver under")),
        Option(PASSED, _("Fristen er ute")),
    ]


class _When(Step):
    """When and where a meeting is, and by when cases are proposed to it."""

    which: Annotated[None, Note("", text=which_meeting)] = None
    day: Annotated[date, Day(N_("Dato"))]
    starts: Annotated[time, TimeOfDay(N_("Begynner"))]
    ends: Annotated[time, TimeOfDay(N_("Slutter"))]
    place: Annotated[str, Text(N_("Sted"), max_length=PLACE)] = ""
    join_url: Annotated[
        JoinUrl,
        Text(
            N_("Lenke til nettmøte"),
            help=N_("For dem som ikke er i rommet. Den begynner med https://."),
            max_length=joining.LONGEST,
        ),
    ] = ""
    deadline: Annotated[str, Choice(N_("Frist for å melde saker"), options=_deadlines, preselect=True)]
    deadline_day: Annotated[date | None, Day(N_("Annen frist: dato"))] = None
    deadline_clock: Annotated[time | None, TimeOfDay(N_("Annen frist: klokkeslett"))] = None

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        # Asked also while others of the fields cannot stand.
        if None in (getattr(self, name, None) for name in ("day", "starts", "ends", "deadline")):
            return {}
        try:
            await self._check(context, answers)
        except BadInput as error:
            return error.fields
        return {}

    async def _check(self, context: Context, answers: Answers) -> None:
        raise NotImplementedError


class Move(_When):
    """Når og hvor møtet skal være nå."""

    about = About(title=N_("Flytt eller endre møtet"), submit=N_("Se over"))
    reason: Annotated[
        str, LongText(N_("Grunn"), help=N_("De som får beskjed, leser den. Du kan la den stå tom."), max_length=REASON)
    ] = ""

    async def _check(self, context: Context, answers: Answers) -> None:
        found = await meetings.find(context, answers.arguments)
        is_whole = not answers.raw.get("join_url") or self.join_url
        refuse_the_same(found.meeting, await to_be(context, found, self), is_whole=bool(is_whole))


async def _committees(
    context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    own = [each for each in context.actor.committees if may_plan(context.actor, each.id)]
    return [Option(str(each.id), shorten(each.name, ANYWHERE.option)) for each in own]


class _Whose(Step):
    """Which committee meets."""

    committee: Annotated[str, Choice(N_("Utvalg"), options=_committees)]


class New(_When, _Whose):
    """Et møte som ikke er i planen fra før."""

    about = About(title=N_("Nytt møte"), submit=N_("Se over"))
    extraordinary: Annotated[bool, YesNo(N_("Ekstraordinært møte"), help=N_("Utenom møteplanen."))] = False

    async def _check(self, context: Context, _answers: Answers) -> None:
        committee = await committees.committee(context.session, id_in(self.committee))
        if committee is not None:
            await to_be_new(context, committee, self)


# --- what they come to -------------------------------------------------------------------------------------


class ToBe(NamedTuple):
    """A meeting as a form says it is to be."""

    wanted: NewMeeting
    times: Times

    @property
    def after(self) -> MeetingTimes:
        return MeetingTimes(
            self.times.starts_at,
            self.times.ends_at,
            self.wanted.place,
            self.wanted.join_url,
            self.times.deadline_at,
        )


async def to_be(context: Context, found: AtHand, step: Move) -> ToBe:
    """What the form says of a meeting that is there.

    Raises:
        BadInput: it cannot be so, by field.
    """
    meeting, committee = found
    kept = meeting.deadline_at.astimezone(ZoneInfo(committee.zone)).replace(tzinfo=None)
    wanted = _wanted(context, committee, step, kept)
    times = _times(context, wanted, step, was_open=meeting.deadline_at > context.now)
    await making.refuse_twice(context.session, committee, times, besides=meeting.id)
    return ToBe(wanted, times)


def refuse_the_same(meeting: Meeting, to_be: ToBe, *, is_whole: bool = True) -> None:
    """Raises `BadInput` where nothing would be changed. `is_whole`: all that was written could be read."""
    if is_whole and to_be.after == MeetingTimes.of(meeting):
        raise BadInput({"day": _("Slik er møtet nå. Endre noe, eller avbryt.")})


async def to_be_new(context: Context, committee: Committee, step: New) -> ToBe:
    """What the form says of a meeting that is not there. Raises `BadInput`, as `to_be`."""
    wanted = _wanted(context, committee, step, None)._replace(extraordinary=step.extraordinary)
    times = _times(context, wanted, step, was_open=True)
    await making.refuse_twice(context.session, committee, times)
    return ToBe(wanted, times)


def _wanted(context: Context, committee: Committee, step: _When, kept: datetime | None) -> NewMeeting:
    deadline = kept if step.deadline == KEPT else None
    if step.deadline == OWN:
        if step.deadline_day is None or step.deadline_clock is None:
            empty = "deadline_day" if step.deadline_day is None else "deadline_clock"
            raise BadInput({empty: _("Skriv når den andre fristen er, eller velg en annen under «Frist».")})
        deadline = datetime.combine(step.deadline_day, step.deadline_clock)
    elif step.deadline_day is not None:
        raise BadInput({"deadline": _("Du har skrevet en frist under. Velg «En annen frist», eller ta den bort.")})
    return NewMeeting(
        committee=committee,
        starts=datetime.combine(step.day, step.starts),
        ends=datetime.combine(step.day, step.ends),
        source=at_hand.source(context),
        place=step.place,
        deadline=deadline,
        join_url=step.join_url,
    )


def _times(context: Context, wanted: NewMeeting, step: _When, *, was_open: bool) -> Times:
    """`was_open`: cases can be proposed until now, so that it must be said that they cannot any more."""
    try:
        times = making.times(wanted, context.now)
    except BadInput as error:
        # A deadline that cannot be stands where it was chosen, or written.
        field = "deadline_day" if step.deadline == OWN else "deadline"
        raise BadInput({field if name == "deadline" else name: said for name, said in error.fields.items()}) from None
    passed = times.deadline_at <= context.now
    when = dates.day_and_clock(times.deadline_at, wanted.committee.zone)
    if passed and was_open and step.deadline == RULE:
        raise BadInput(
            {
                "deadline": _(
                    "Etter regelen var fristen {deadline}, og den er ute. Velg «En annen frist» og skriv den, eller "
                    "velg «Fristen er ute»: da kan bare sekretariatet føre opp saker."
                ).format(deadline=when)
            }
        )
    if passed and step.deadline == OWN:
        raise BadInput({"deadline_day": _("{when} er passert. Velg et tidspunkt som kommer.").format(when=when)})
    if not passed and step.deadline == PASSED:
        raise BadInput(
            {
                "deadline": _("Etter regelen er fristen {deadline}, og den er ikke ute. Velg noe annet.").format(
                    deadline=when
                )
            }
        )
    return times


def begins_with(meeting: Meeting, committee: Committee) -> Raw:
    """What the form for moving a meeting begins with."""
    zone = ZoneInfo(meeting.zone)
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    by_rule = meeting.deadline_at == making.by_rule(committee, meeting.starts_at)
    return {
        "day": starts.date().isoformat(),
        "starts": f"{starts:%H:%M}" if not meeting.day_only else None,
        "ends": f"{ends:%H:%M}" if not meeting.day_only else None,
        "place": meeting.place or None,
        "join_url": meeting.join_url or None,
        "deadline": RULE if by_rule else KEPT,
        at_hand.SEEN: at_hand.seen(meeting),
    }
