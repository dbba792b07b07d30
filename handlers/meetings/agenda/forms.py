"""What the secretariat writes on an agenda: lines of its own, breaks, times, and what is handled together."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated
from zlib import crc32
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from handlers.calendar import dates
from handlers.cases.duration import as_minutes
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Dialog,
    Note,
    Option,
    Raw,
    Reply,
    Step,
    Text,
    TimeOfDay,
)
from handlers.limits import ANYWHERE
from handlers.meetings import at_hand
from handlers.meetings.agenda import adding, changing, happened, lines, ordering, shown, work
from handlers.meetings.agenda.actions import LINE, PAGE, Do
from handlers.meetings.agenda.changing import Done
from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.messages.message import Button, Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage.tables import Meeting, SlotKind

TITLE_LENGTH = 250
_FIRST, _WAS = "first", "was"

Minutes = Annotated[
    int | None,
    Text(N_("Minutter"), help=N_("Hvor lang tid trengs? «20», «20 min» eller «1,5 time»."), placeholder="20"),
    BeforeValidator(as_minutes),
    Field(ge=1, le=480),
]
StartsAt = Annotated[
    time | None,
    TimeOfDay(
        N_("Fast klokkeslett"),
        help=N_(
            "Bare hvis den skal begynne da, uansett hva som står foran. Ellers følger den etter det som står foran."
        ),
    ),
]


# --- what a form is about ----------------------------------------------------------------------------------


async def _read(context: Context, arguments: Mapping[str, str]) -> AgendaOf:
    read = await lines.read(context.session, *await at_hand.to_prepare(context, arguments))
    changing.may_change(context, read)
    return read


async def _looked_up(context: Context, answers: Answers) -> AgendaOf:
    """The agenda, once for a form."""
    if "agenda" not in answers.found:
        answers.found["agenda"] = await _read(context, answers.arguments)
    found: AgendaOf = answers.found["agenda"]
    return found


def _line(read: AgendaOf, arguments: Mapping[str, str]) -> Line:
    """The line that a form is about.

    Raises:
        Settled: it is there no more.
    """
    found = next((line for line in read.lines if line.key == arguments.get(LINE)), None)
    if found is None:
        raise Settled(_("Linjen står ikke lenger på sakslisten."), _see(read.meeting))
    return found


def _see(meeting: Meeting) -> Button:
    return Button(label=_("Vis sakslisten"), action=Do.WORK, arguments=at_hand.about(meeting, **{PAGE: 0}))


def _state(line: Line) -> str:
    """What a form changes of the line, so that two who have one open do not undo each other's."""
    slot = line.slot
    said = (line.title, line.minutes, line.starts_at, shown.responsible(slot), slot.with_id if slot else None)
    return f"{crc32(repr(said).encode()):08x}"


def _unchanged(read: AgendaOf, arguments: Mapping[str, str]) -> Line:
    """The line, if it is as it was when the form was opened. Raises `Settled`."""
    line = _line(read, arguments)
    if arguments.get(_WAS, "") != _state(line):
        text = _("Noen har endret «{title}» mens du skrev. Se på den igjen før du lagrer.")
        raise Settled(text.format(title=line.title), _see(read.meeting))
    return line


async def _which(context: Context, answers: Answers) -> str:
    read = await _looked_up(context, answers)
    return next((shown.named(line) for line in read.lines if line.key == answers.arguments.get(LINE)), "")


async def _meeting(context: Context, answers: Answers) -> str:
    """Which meeting it is about, and what is left of its time."""
    read = await _looked_up(context, answers)
    meeting = read.meeting
    when = dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)
    said = _("{committee}, møtet {day}").format(committee=read.committee.name, day=when)
    return "\n".join([said, *(f"{fact.label}: {fact.value}" for fact in shown.total(read))])


def moment(meeting: Meeting, clock: time | None) -> datetime | None:
    """The moment of this time of day within the meeting, which may pass midnight.

    Raises:
        ValueError: the meeting is at another time.
    """
    if clock is None:
        return None
    day = meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()
    for later in (0, 1):
        at = datetime.combine(day + timedelta(days=later), clock, ZoneInfo(meeting.zone))
        if meeting.starts_at <= at < meeting.ends_at:
            return at.astimezone(meeting.starts_at.tzinfo)
    raise ValueError(
        _("Møtet er kl. {start}–{end}. Velg et klokkeslett i møtet.").format(
            start=dates.clock(meeting.starts_at, meeting.zone), end=dates.clock(meeting.ends_at, meeting.zone)
        )
    )


async def _in_the_meeting(context: Context, answers: Answers, clock: time | None) -> Mapping[str, str]:
    try:
        moment((await _looked_up(context, answers)).meeting, clock)
    except ValueError as error:
        return {"starts_at": str(error)}
    return {}


def _raw(line: Line, zone: str) -> Raw:
    """What a form about the line begins with."""
    clock = line.starts_at.astimezone(ZoneInfo(zone)).strftime("%H:%M") if line.starts_at is not None else None
    return {"minutes": str(line.minutes) if line.minutes is not None else "", "starts_at": clock}


# --- new lines ---------------------------------------------------------------------------------------------


async def _places(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    read = await _looked_up(context, answers)
    after = [
        Option(group.leads.key, shorten(_("Etter {line}").format(line=shown.named(group.leads)), ANYWHERE.option))
        for group in read.groups()
    ]
    return [Option(_FIRST, _("Først")), *after]


async def _moved_away(_context: Context, _answers: Answers, _value: str) -> str:
    return _("Linjen du ville ha den etter, er ikke lenger på sakslisten. Velg en annen plass.")


Where = Annotated[str, Choice(N_("Plass"), options=_places, why_not=_moved_away)]


class OwnLine(Step):
    """En linje som sekretariatet skriver selv."""

    about = About(title=N_("Ny linje"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=_meeting)] = None
    title: Annotated[str, Text(N_("Tittel"), max_length=TITLE_LENGTH)]
    responsible: Annotated[str, Text(N_("Ansvar"), max_length=TITLE_LENGTH)] = ""
    minutes: Minutes = None
    starts_at: StartsAt = None
    place: Where

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        return await _in_the_meeting(context, answers, self.starts_at)


class Break(Step):
    """En pause."""

    about = About(title=N_("Ny pause"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=_meeting)] = None
    title: Annotated[str, Text(N_("Tittel"), max_length=TITLE_LENGTH)]
    minutes: Minutes = None
    starts_at: StartsAt = None
    place: Where

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        return await _in_the_meeting(context, answers, self.starts_at)


async def _new_line(context: Context, arguments: Mapping[str, str]) -> Raw:
    return {"place": adding.after_the_cases(await _read(context, arguments)) or _FIRST}


async def _new_break(context: Context, arguments: Mapping[str, str]) -> Raw:
    return {**await _new_line(context, arguments), "title": _("Pause"), "minutes": "15"}


async def _add(context: Context, answers: Answers, step: OwnLine | Break, kind: SlotKind) -> Message:
    read = await changing.hold(context, answers.arguments)
    done = await adding.add(
        context,
        read,
        kind,
        step.title,
        after=None if step.place == _FIRST else step.place,
        minutes=step.minutes,
        starts_at=moment(read.meeting, step.starts_at),
        draft_id=answers.draft_id,
        presenters_text=step.responsible if isinstance(step, OwnLine) else "",
    )
    return work.answer(done, answers.arguments)


async def _line_added(context: Context, answers: Answers) -> Message:
    return await _add(context, answers, answers[OwnLine], SlotKind.OTHER)


async def _break_added(context: Context, answers: Answers) -> Message:
    return await _add(context, answers, answers[Break], SlotKind.BREAK)


ADD = Dialog(name="saksliste.linje", steps=(OwnLine,), finish=_line_added, prefill=_new_line, still=_read)
BREAK = Dialog(name="saksliste.pause", steps=(Break,), finish=_break_added, prefill=_new_break, still=_read)


async def add(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await _open(context, ADD, arguments)


async def add_break(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await _open(context, BREAK, arguments)


async def _open(context: Context, dialog: Dialog, arguments: Mapping[str, str], **more: str) -> Reply:
    kept = {name: arguments.get(name, "") for name in ("meeting", PAGE)}
    return await conversation.start(context, dialog, {**kept, **more})


# --- changing one ------------------------------------------------------------------------------------------


class Times(Step):
    """Hvor lang tid som er satt av, og når den begynner."""

    about = About(title=N_("Tid"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=_meeting)] = None
    line: Annotated[None, Note("", text=_which)] = None
    minutes: Minutes = None
    starts_at: StartsAt = None

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        return await _in_the_meeting(context, answers, self.starts_at)


class Rewritten(Step):
    """En linje som sekretariatet har skrevet."""

    about = About(title=N_("Endre linjen"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=_meeting)] = None
    title: Annotated[str, Text(N_("Tittel"), max_length=TITLE_LENGTH)]
    responsible: Annotated[str, Text(N_("Ansvar"), max_length=TITLE_LENGTH)] = ""
    minutes: Minutes = None
    starts_at: StartsAt = None

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        return await _in_the_meeting(context, answers, self.starts_at)


async def _times_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    read = await _read(context, arguments)
    return _raw(_line(read, arguments), read.meeting.zone)


async def _written_now(context: Context, arguments: Mapping[str, str]) -> Raw:
    read = await _read(context, arguments)
    line = _line(read, arguments)
    return {**_raw(line, read.meeting.zone), "title": line.title, "responsible": shown.responsible(line.slot)}


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    _unchanged(await _read(context, arguments), arguments)


async def _held_line(context: Context, arguments: Mapping[str, str]) -> tuple[AgendaOf, Line]:
    """The agenda, held and laid down, and the line that the form is about, as it was when that was opened."""
    read = await changing.hold(context, arguments)
    _unchanged(read, arguments)
    read = await lines.lay_down(context.session, read)
    return read, _line(read, arguments)


async def _changed(context: Context, answers: Answers, read: AgendaOf, line: Line) -> Message:
    await context.session.flush()
    after = await lines.read(context.session, read.meeting, read.committee)
    line = next((each for each in after.lines if each.key == line.key), line)
    done = Done(after, _("Lagret: {title}").format(title=shown.named(line)), happened.CHANGED, line)
    await changing.record(context, done, draft_id=answers.draft_id)
    return work.answer(done, answers.arguments)


async def _timed(context: Context, answers: Answers) -> Message:
    read, line = await _held_line(context, answers.arguments)
    times = answers[Times]
    if line.slot is not None:
        asked_for = line.case.item.minutes if line.case is not None else None
        line.slot.minutes = None if times.minutes == asked_for else times.minutes
        line.slot.starts_at = moment(read.meeting, times.starts_at)
    return await _changed(context, answers, read, line)


async def _rewritten(context: Context, answers: Answers) -> Message:
    read, line = await _held_line(context, answers.arguments)
    written = answers[Rewritten]
    if line.slot is not None:
        line.slot.title, line.slot.presenters_text = written.title, written.responsible
        line.slot.minutes, line.slot.starts_at = written.minutes, moment(read.meeting, written.starts_at)
    return await _changed(context, answers, read, line)


TIME = Dialog(name="saksliste.tid", steps=(Times,), finish=_timed, prefill=_times_now, still=_still)
CHANGE = Dialog(name="saksliste.endre", steps=(Rewritten,), finish=_rewritten, prefill=_written_now, still=_still)


async def change(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for a line: all of the secretariat's own, the times of others."""
    read = await _read(context, arguments)
    line = _line(read, arguments)
    dialog = CHANGE if line.kind in work.OWN else TIME
    return await _open(context, dialog, arguments, **{LINE: line.key, _WAS: _state(line)})


# --- together ----------------------------------------------------------------------------------------------


async def _others(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    read = await _looked_up(context, answers)
    return [
        Option(group.leads.key, shorten(shown.named(group.leads), ANYWHERE.option))
        for group in read.groups()
        if group.leads.kind is not SlotKind.BREAK
        and all(line.key != answers.arguments.get(LINE) for line in group.lines)
    ]


async def _not_there(_context: Context, _answers: Answers, _value: str) -> str:
    return _("Saken du valgte, er ikke lenger på sakslisten. Velg en annen.")


class Together(Step):
    """Hva den behandles sammen med."""

    about = About(title=N_("Slå sammen"), submit=N_("Slå sammen"))
    meeting: Annotated[None, Note("", text=_meeting)] = None
    line: Annotated[None, Note("", text=_which)] = None
    other: Annotated[
        str,
        Choice(
            N_("Behandles sammen med"),
            help=N_("Sakene beholder numrene sine, og tas i ett. Tiden settes av én gang."),
            options=_others,
            why_not=_not_there,
        ),
    ]


async def _may_join(context: Context, arguments: Mapping[str, str]) -> Raw:
    _line(await _read(context, arguments), arguments)
    return {}


async def _joined(context: Context, answers: Answers) -> Message:
    read, line = await _held_line(context, answers.arguments)
    groups = list(read.groups())
    own = groups[ordering.place_of(groups, line.key) or 0]
    place = ordering.place_of(groups, answers[Together].other)
    target = groups[place] if place is not None else own
    leads = target.leads.slot
    for each in own.lines:
        if each.slot is not None and leads is not None and target is not own:
            each.slot.with_id = leads.id
    ordered = [
        each
        for group in groups
        if group is not own or target is own
        for each in (*group.lines, *(own.lines if group is target and target is not own else ()))
    ]
    await lines.arrange(context.session, read.meeting.id, ordered)
    said = _("Behandles sammen: {line} og {other}").format(line=shown.named(line), other=shown.named(target.leads))
    done = Done(read._replace(lines=ordered), said, happened.JOINED, line)
    await changing.record(context, done, draft_id=answers.draft_id)
    return work.answer(done, answers.arguments)


JOIN = Dialog(name="saksliste.sammen", steps=(Together,), finish=_joined, prefill=_may_join, still=_still)


async def join(context: Context, arguments: Mapping[str, str]) -> Reply:
    read = await _read(context, arguments)
    line = _line(read, arguments)
    return await _open(context, JOIN, arguments, **{LINE: line.key, _WAS: _state(line)})
