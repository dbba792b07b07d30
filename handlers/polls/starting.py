"""Asking a committee when it can meet: the times, who is asked, and until when."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from handlers.calendar import clock_changes, dates, due
from handlers.calendar.zone import local_day
from handlers.cases.duration import minutes_in
from handlers.cases.forms import presenters_to_choose
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Day,
    Dialog,
    LongText,
    LookOver,
    Note,
    Option,
    Person,
    Raw,
    Reply,
    Step,
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.errors import BadInput, Gone, NotAllowed
from handlers.meetings import making, rights
from handlers.meetings.round_settings import PollSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.arguments import id_in
from handlers.messages.message import Button, Fact, Message
from handlers.people.access import may_plan, require_planner
from handlers.people.context import Context
from handlers.polls import announce, at_hand, showing, views, whom
from handlers.polls.actions import Do
from handlers.polls.proposed import MOST, Lines, Proposed, lasting, read
from handlers.polls.watching import holders_for
from handlers.writing.language import N_, _, ngettext
from storage import committees, people, polls
from storage.tables import Committee, DatePoll, PollAsks

_ABOUT, _PLACE = 200, 150
_LEAST, _LONGEST = 10, 12 * 60
_USUAL = 120
_FARTHEST = timedelta(days=366)
_CLOSES = time(15)
_NAMED = 30
_PICKS = ("1", "2", "3")


# --- which committee ---------------------------------------------------------------------------------------


def own(context: Context) -> list[int]:
    """The committees whose meetings the actor plans."""
    return [each.id for each in context.actor.committees if may_plan(context.actor, each.id)]


async def _fixed(context: Context, answers: Answers) -> Committee | None:
    """The committee that was named as it began; None: it is chosen in the form."""
    return await _named(context, answers.arguments)


async def _named(context: Context, arguments: Mapping[str, str]) -> Committee | None:
    """
    Raises:
        Gone, NotAllowed: says why not.
    """
    if "committee" not in arguments:
        if not own(context):
            raise NotAllowed(_("Bare sekretariatet og møtelederen for et utvalg kan finne en dato for møtene."))
        return None
    found = await committees.committee(context.session, id_in(arguments["committee"]))
    if found is None or found.removed_at is not None:
        raise Gone(_("Utvalget finnes ikke lenger."))
    require_planner(context, found)
    return found


async def _committees(
    context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    ids = own(context)
    return [Option(str(each.id), each.name) for each in context.actor.committees if each.id in ids]


async def _which(context: Context, answers: Answers) -> str:
    found = await _fixed(context, answers)
    return _("Gjelder møte i {committee}.").format(committee=found.name) if found is not None else ""


# --- the times ---------------------------------------------------------------------------------------------


def _length(text: object) -> object:
    """So many minutes, as people write it."""
    if not isinstance(text, str):
        return text
    found = minutes_in(text)
    if found is None:
        raise ValueError(_("Skriv hvor lenge møtet varer, for eksempel «2 timer» eller «90 min»."))
    if not _LEAST <= found <= _LONGEST:
        raise ValueError(_("Et møte varer fra 10 minutter til 12 timer. Rett varigheten."))
    return found


class _Where(Step):
    """Utvalget som skal møtes."""

    committee: Annotated[str, Choice(N_("Utvalg"), options=_committees, preselect=True)]


class Times(Step):
    """Tidene som foreslås."""

    about = About(title=N_("Finn en dato"), submit=N_("Neste"))
    which: Annotated[None, Note("", text=_which)] = None
    times: Annotated[
        str,
        LongText(
            N_("Tider som foreslås"),
            help=N_("Én på hver linje, for eksempel 12.3. kl. 9–11. Høyst 20."),
            placeholder="12.3. kl. 9–11",
        ),
    ] = ""
    length: Annotated[
        int,
        BeforeValidator(_length),
        Text(N_("Varighet"), help=N_("Gjelder tider der du bare sier når møtet begynner."), max_length=30),
    ]
    day1: Annotated[date | None, Day(N_("Eller velg en dag"))] = None
    from1: Annotated[time | None, TimeOfDay(N_("Begynner den dagen kl."))] = None
    day2: Annotated[date | None, Day(N_("En dag til"))] = None
    from2: Annotated[time | None, TimeOfDay(N_("Begynner den andre dagen kl."))] = None
    day3: Annotated[date | None, Day(N_("Enda en dag"))] = None
    from3: Annotated[time | None, TimeOfDay(N_("Begynner den tredje dagen kl."))] = None

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        if getattr(self, "length", None) is None:
            return {}
        found, wrong = self.proposed(context.today)
        problems = dict(wrong)
        if found.wrong:
            problems["times"] = "\n".join(found.wrong)
        committee = await _committee_of(context, answers, self)
        if problems or committee is None:
            return problems
        said = wrong_times(found.times, ZoneInfo(committee.zone), context.now)
        return {"times": said} if said else {}

    def proposed(self, today: date) -> tuple[Lines, Mapping[str, str]]:
        """All of them; and what cannot stand of those that were picked, by field."""
        lines = read(self.times, self.length, today)
        found, wrong = set(lines.times), {}
        for number in _PICKS:
            day, begins = getattr(self, f"day{number}"), getattr(self, f"from{number}")
            if day is not None and begins is None:
                wrong[f"from{number}"] = _("Velg når møtet begynner, eller ta bort dagen.")
            elif day is None and begins is not None:
                wrong[f"day{number}"] = _("Velg dagen også, eller ta bort klokkeslettet.")
            elif day is not None and begins is not None:
                try:
                    found.add(lasting(day, begins, self.length))
                except ValueError as error:
                    text = str(error)
                    wrong[f"from{number}"] = text[:1].upper() + text[1:]
        return Lines(sorted(found), lines.wrong), wrong


class TimesOf(Times, _Where):
    """Det samme, der utvalget velges."""

    about = About(title=N_("Finn en dato"), submit=N_("Neste"))


async def _committee_of(context: Context, answers: Answers, step: Step | None = None) -> Committee | None:
    """Whose meeting it is: as it was named, or is chosen in `step`."""
    fixed = await _fixed(context, answers)
    if fixed is not None:
        return fixed
    step = step or answers[TimesOf]
    chosen = id_in(getattr(step, "committee", "") or "")
    found = await committees.committee(context.session, chosen) if chosen is not None else None
    if found is not None:
        require_planner(context, found)
    return found


def wrong_times(times: Sequence[Proposed], zone: ZoneInfo, now: datetime) -> str:
    """What is the matter with the times as a whole; empty: nothing."""
    if not times:
        return _("Foreslå minst én tid, for eksempel 12.3. kl. 9–11.")
    if len(times) > MOST:
        return _("Du har foreslått {count} tider, og det er plass til {most}. Ta bort noen.").format(
            count=len(times), most=MOST
        )
    wrong = []
    for each in times:
        try:
            starts_at = clock_changes.moment(each.starts, zone)
            clock_changes.moment(each.ends, zone)
        except ValueError as error:
            wrong.append(str(error))
            continue
        when = dates.day_and_clock(starts_at, zone.key)
        if starts_at <= now:
            wrong.append(_("{when} er passert. Foreslå en tid som kommer.").format(when=when))
        elif starts_at - now > _FARTHEST:
            wrong.append(_("{when} er mer enn ett år fram. Sjekk årstallet.").format(when=when))
    return "\n".join(wrong)


def moments(each: Proposed, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return clock_changes.moment(each.starts, zone), clock_changes.moment(each.ends, zone)


# --- who is asked, and until when --------------------------------------------------------------------------

_ASKS = (
    Option(PollAsks.COMMITTEE, N_("Alle som innkalles til møtene")),
    Option(PollAsks.VOTING, N_("De som har stemmerett")),
    Option(PollAsks.NAMED, N_("Bare dem jeg velger her")),
)


class Whom(Step):
    """Hvem som spørres, og hva møtet gjelder."""

    about = About(title=N_("Hvem og svarfrist"), submit=N_("Se over"))
    asks: Annotated[str, Choice(N_("Hvem spør du?"), options=_ASKS, preselect=True)]
    substitutes: Annotated[bool, YesNo(N_("Spør stedfortrederne også"))] = False
    persons: Annotated[list[str], Person(N_("Andre som skal spørres"), options=presenters_to_choose, several=True)] = (
        Field(default_factory=list)
    )
    subject: Annotated[
        str,
        Text(
            N_("Hva gjelder møtet?"),
            help=N_("Skriv ingenting en pasient kan kjennes igjen på."),
            max_length=_ABOUT,
        ),
    ] = ""
    place: Annotated[str, Text(N_("Sted"), max_length=_PLACE)] = ""
    extraordinary: Annotated[bool, YesNo(N_("Ekstraordinært møte"))] = False
    until: Annotated[date, Day(N_("Svarfrist"))]
    clock: Annotated[time, TimeOfDay(N_("Svarfristens klokkeslett"))]

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        committee = await _committee_of(context, answers)
        if committee is None:
            return {}
        zone, found = ZoneInfo(committee.zone), {}
        times = _proposed(context, answers)
        until, clock = getattr(self, "until", None), getattr(self, "clock", None)
        if until is not None and clock is not None and times:
            wrong = wrong_deadline(datetime.combine(until, clock), zone, context.now, moments(times[0], zone)[0])
            found = {"until": wrong} if wrong else {}
        if not found and getattr(self, "asks", None) and times:
            chosen = await _chosen(context, committee, self, times, zone)
            if not chosen:
                found = {"asks": _("Det er ingen å spørre. Velg noen under «Andre som skal spørres».")}
        return found


def wrong_deadline(wall: datetime, zone: ZoneInfo, now: datetime, before: datetime) -> str:
    """Why nobody can be asked to answer by then (local, without a zone); empty: they can. `before`: the last moment
    that makes sense."""
    try:
        at = clock_changes.moment(wall, zone)
    except ValueError as error:
        return str(error)
    if at <= now:
        return _("Svarfristen er passert. Velg en senere.")
    if at >= before:
        return _("Svarfristen må være før {when}.").format(when=dates.day_and_clock(before, zone.key))
    return ""


def _times_step(answers: Answers) -> Times:
    return answers[TimesOf] if TimesOf in answers else answers[Times]


def _proposed(context: Context, answers: Answers) -> Sequence[Proposed]:
    return _times_step(answers).proposed(context.today)[0].times


async def _chosen(
    context: Context, committee: Committee, step: Whom, times: Sequence[Proposed], zone: ZoneInfo
) -> Mapping[int, tuple[str, bool]]:
    """Who is asked, by id: what they are called, and whether they are named."""
    first = moments(times[0], zone)[0]
    held = await holders_for(context.session, committee.id, first, context.now)
    settings = CommitteeSettings.model_validate(committee.settings).attendance
    rule = rights.holding(settings, local_day(max(first, context.now)))
    by_role = whom.wanted(held, rule, PollAsks(step.asks), substitutes=step.substitutes)
    named = [found for each in step.persons if (found := id_in(each)) is not None]
    names = await people.names(context.session, named)
    return {
        **{person_id: (holder.name, False) for person_id, holder in by_role.items()},
        **{person_id: (names[person_id], True) for person_id in named if person_id in names},
    }


async def _summed_up(context: Context, answers: Answers) -> tuple[Fact, ...]:
    step, times = answers[Whom], _proposed(context, answers)
    committee = await _committee_of(context, answers)
    if committee is None:
        return ()
    zone = ZoneInfo(committee.zone)
    chosen = await _chosen(context, committee, step, times, zone)
    spans = {number: moments(each, zone) for number, each in enumerate(times, 1)}
    found = await polls.collisions(context.session, spans, list(chosen), whom.NOT_THERE_AS)
    lines = []
    for number, (starts_at, ends_at) in spans.items():
        busy = len({each.person_id for each in found if each.time == number})
        late = making.by_rule(committee, starts_at) <= context.now
        remarks = (
            views.odd(committee, starts_at, zone.key),
            ngettext("{count} har et annet møte da.", "{count} har et annet møte da.", busy).format(count=busy)
            if busy
            else "",
            _("Fristen for å melde saker er da allerede ute.") if late else "",
            clock_changes.twice(times[number - 1].starts, zone),
        )
        lines.append(" ".join(filter(None, (f"{number}. {dates.span(starts_at, ends_at, zone.key)}.", *remarks))))
    closes_at = clock_changes.moment(datetime.combine(step.until, step.clock), zone)
    facts = (
        (_("Utvalg"), committee.name),
        (_("Tider"), "\n".join(lines)),
        (_("Gjelder"), step.subject),
        (_("Sted"), step.place),
        (_("Slag"), _("Ekstraordinært møte") if step.extraordinary else ""),
        (_("Svarfrist"), dates.day_and_clock(closes_at, zone.key)),
        (_("Om svarfristen"), " ".join(due.remarks(step.until, context.today))),
        (_("Spørres"), _names([name for name, _named in chosen.values()])),
    )
    return tuple(Fact(label=label, value=value) for label, value in facts if value)


def _names(names: Sequence[str]) -> str:
    """«12: A, B, C», not more than can be read."""
    shown = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        shown = _("{names} og {count} til").format(names=shown, count=len(names) - _NAMED)
    return f"{len(names)}: {shown}"


class Send(LookOver):
    """Se over før det sendes."""

    about = About(title=N_("Se over datovalget"), submit=N_("Send"), facts=_summed_up)


def _steps(answers: Answers) -> Sequence[type[Step]]:
    return (Times if "committee" in answers.arguments else TimesOf, Whom, Send)


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    committee = await _named(context, arguments)
    ids = [committee.id] if committee is not None else own(context)[:1]
    rules = CommitteeSettings.model_validate(committee.settings).polls if committee is not None else PollSettings()
    until = context.today + timedelta(days=rules.days)
    return {
        "length": _("{count} min").format(count=await _usual_length(context, ids)),
        "until": str(until),
        "clock": f"{_CLOSES:%H:%M}",
    }


async def _usual_length(context: Context, committee_ids: Sequence[int]) -> int:
    """As long as the committee's next meeting is planned to be, in minutes."""
    for committee_id in committee_ids:
        found = await committees.next_meeting(context.session, committee_id, context.now)
        if found is not None:
            minutes = int((found.ends_at - found.starts_at).total_seconds()) // 60
            if _LEAST <= minutes <= _LONGEST:
                return minutes
    return _USUAL


async def _started(context: Context, answers: Answers) -> Message:
    committee = await _committee_of(context, answers)
    if committee is None:
        raise Gone(_("Utvalget finnes ikke lenger."))
    require_planner(context, committee)
    zone, step, times = ZoneInfo(committee.zone), answers[Whom], _proposed(context, answers)
    wrong = wrong_times(times, zone, context.now)
    if wrong:
        # Time has gone by since the form was filled in.
        raise BadInput({"times": wrong})
    wall = datetime.combine(step.until, step.clock)
    wrong = wrong_deadline(wall, zone, context.now, moments(times[0], zone)[0])
    if wrong:
        raise BadInput({"until": wrong})
    chosen = await _chosen(context, committee, step, times, zone)
    if not chosen:
        raise BadInput({"asks": _("Det er ingen å spørre. Velg noen under «Andre som skal spørres».")})
    row = DatePoll(
        draft_id=answers.draft_id,
        committee_id=committee.id,
        about=step.subject,
        place=step.place,
        zone=committee.zone,
        extraordinary=step.extraordinary,
        asks=step.asks,
        substitutes=step.substitutes,
        closes_at=clock_changes.moment(wall, zone).astimezone(UTC),
        created_by_id=context.actor.person_id,
        created_at=context.now,
    )
    context.session.add(row)
    await context.session.flush()
    await polls.add(
        context.session,
        row.id,
        [moments(each, zone) for each in times],
        {person_id: named for person_id, (_name, named) in chosen.items()},
        context.now,
    )
    await polls.HISTORY.add(
        context.session, row.id, "created", context.actor.person_id, context.now, draft_id=answers.draft_id
    )
    found = await at_hand.find(context, {"poll": str(row.id)})
    await announce.stand(context, found)
    said = ngettext(
        "Datovalget er sendt til {count} person.", "Datovalget er sendt til {count} personer.", len(chosen)
    ).format(count=len(chosen))
    return await showing.whole(context, found, said=said)


START = Dialog(
    name="datovalg.ny",
    steps=_steps,
    all_steps=(Times, TimesOf, Whom, Send),
    finish=_started,
    prefill=_begin,
)


def from_list(context: Context) -> Button | None:
    """Leads there from the list of meetings, for whoever plans some."""
    return Button(label=_("Finn en dato"), action=Do.BEGIN) if own(context) else None


async def start(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form; of the committee called `committee`, where there is one."""
    return await conversation.start(
        context, START, {name: arguments[name] for name in ("committee",) if name in arguments}
    )
