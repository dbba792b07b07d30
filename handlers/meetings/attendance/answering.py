"""Answering a convocation: *Kommer*, *Forfall*, *Stedfortreder*. Answering again changes the answer.

Whoever answers holds the meeting's agenda while they do, so of two who send the same substitute at once one is told
that the other was first. An answer is for the time at which the meeting was to begin: where that changes, it is asked
for again, and the history keeps what was answered before.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.calendar import dates
from handlers.cases import closed
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Dialog,
    LongText,
    Note,
    Option,
    Person,
    Raw,
    Reply,
    Step,
    Text,
)
from handlers.errors import AlreadyDone, BadInput, BotError, NotAllowed
from handlers.meetings import joining
from handlers.meetings.agenda.lines import Line
from handlers.meetings.at_hand import about
from handlers.meetings.attendance import access, buttons, news
from handlers.meetings.attendance.access import WHO, Attending
from handlers.meetings.attendance.actions import Do
from handlers.meetings.attendance.roll import Attendee, Roll, named
from handlers.messages.arguments import id_in
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import N_, _
from storage import agenda, attendance, people
from storage.history import Event
from storage.tables import Answer, Attendance, Committee, Meeting


def kept(arguments: Mapping[str, str]) -> dict[str, str]:
    """What a form keeps of the button that opened it."""
    return {name: arguments[name] for name in ("meeting", WHO) if name in arguments}


async def which(context: Context, answers: Answers) -> str:
    """Which meeting a form is about, and whom, where it is somebody else."""
    at = await access.to_attend(context, answers.arguments)
    where = title(at.meeting, at.committee)
    return where if at.who.person_id == context.actor.person_id else f"{at.who.name}: {where}"


def title(meeting: Meeting, committee: Committee) -> str:
    """The meeting as it is called."""
    return _("{committee}, møtet {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )


async def _may_answer(context: Context, arguments: Mapping[str, str]) -> Raw:
    await access.to_answer(context, arguments)
    return {}


# --- what is seen ------------------------------------------------------------------------------------------


async def own(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What somebody has answered, with the buttons to change it: all that a guest sees of a meeting."""
    at = await access.to_attend(context, arguments)
    return seen(context, at, replace="page" in arguments)


def seen(context: Context, at: Attending, *, replace: bool = False, told: str = "") -> Message:
    """The meeting as whoever it is about sees it. `told`: what was just done."""
    meeting, who = at.meeting, at.who
    follows = buttons.may_send_substitute(who) or who.stands_in_for_id is not None
    open_to_answer = meeting.cancelled_at is None and meeting.ends_at > context.now
    by_other = who.person_id != context.actor.person_id
    carried = {WHO: who.key} if by_other else {}
    answer = Fact(label=buttons.label() if not by_other else who.name, value=buttons.in_words(who))
    status = (Fact(label=_("Status"), value=_("Avlyst")),) if meeting.cancelled_at is not None else ()
    items = "\n".join(f"{line.number}  {_title(context, line)}".strip() for line in who.guest_in)
    begun = meeting.starts_at <= context.now and open_to_answer and told
    comes = open_to_answer and not by_other and who.answer not in (Answer.ABSENT, Answer.SUBSTITUTE)
    late = _("Møtet har begynt, så si også fra til referenten.") if begun else ""
    return Message(
        title=told or title(meeting, at.committee),
        text=late,
        facts=(*news.facts(meeting), *(joining.facts(meeting) if comes else ()), *status, answer),
        links=joining.links(meeting) if comes else (),
        sections=(Section(title=_("Du er med i"), text=items),) if items and not by_other else (),
        buttons=(
            *(buttons.of(meeting, who, **carried, page="0") if open_to_answer else ()),
            *((news.show_meeting(meeting, **({"page": "0"} if replace else {})),) if follows and not by_other else ()),
            *(_to_roll(meeting) if by_other else ()),
        ),
        replace=replace,
    )


def _title(context: Context, line: Line) -> str:
    return closed.title_for(context.actor, line.case) if line.case is not None else line.title


def _to_roll(meeting: Meeting) -> tuple[Button, ...]:
    return (Button(label=_("Til oppmøtet"), action=Do.ROLL, arguments=about(meeting, page="0")),)


# --- storing it --------------------------------------------------------------------------------------------


async def entry_of(context: Context, meeting: Meeting, who: Attendee) -> Attendance:
    """The row of somebody on the roll, made if there is none. The caller holds the agenda."""
    if who.entry_id is not None:
        found = await attendance.entry(context.session, meeting.id, who.entry_id)
        if found is not None:
            return found
    row = Attendance(meeting_id=meeting.id, person_id=who.person_id, capacity=who.capacity)
    context.session.add(row)
    await context.session.flush()
    return row


async def _store(
    context: Context,
    at: Attending,
    answer: Answer,
    *,
    note: str = "",
    substitute: Attendee | None = None,
    name: str = "",
    stands_in_for: Attendee | None = None,
    draft_id: str | None = None,
) -> Attending:
    """Store what `at.who` answers, and let everybody concerned hear of it; the meeting as it is then.

    Args:
        substitute, name: who comes instead, in the register or not.
        stands_in_for: whose substitute they come as.
    """
    who, meeting = at.who, at.meeting
    row = await entry_of(context, meeting, who)
    same = row.substitute_id is not None and substitute is not None and row.substitute_id == substitute.person_id
    row.answer, row.answered_at, row.answered_for = answer, context.now, meeting.starts_at
    row.answered_by_id, row.note = context.actor.person_id, note
    row.substitute_id, row.substitute_name = (substitute.person_id if substitute else None), name
    if stands_in_for is not None:
        row.capacity, row.stands_in_for_id = Role.SUBSTITUTE, stands_in_for.person_id
    row.revision += 1
    event = await agenda.HISTORY.add(
        context.session,
        meeting.id,
        "answered",
        context.actor.person_id,
        context.now,
        note=note,
        data={
            "name": who.name,
            "answer": answer,
            "for": meeting.starts_at.isoformat(),
            "substitute": substitute.name if substitute else name,
            "stands_in_for": stands_in_for.name if stands_in_for else who.stands_in_for,
        },
        internal=bool(note),
        draft_id=draft_id,
    )
    concerned = [who]
    if who.person_id is not None and not same:
        concerned += await _release(context, at, event, besides=substitute)
    if substitute is not None and not same:
        await _ask(context, at, substitute)
    if name:
        _write_down(context, at, name)
    member = stands_in_for or at.roll.person(who.stands_in_for_id)
    if member is not None:
        concerned += await _of_substitute(context, at, member, answer, event)
    await context.session.flush()
    return await again(context, at, concerned)


async def again(context: Context, at: Attending, changed: Sequence[Attendee]) -> Attending:
    """The meeting as it is now; every message of these with the buttons says what they have answered."""
    read = await access.to_attend(context, about(at.meeting, **{WHO: at.who.key}))
    keys = {each.key for each in changed}
    now = [each for each in read.roll.attendees if each.key in keys]
    await news.show_answers(context.session, at.meeting, now, context.now)
    return read


async def _release(context: Context, at: Attending, event: Event, *, besides: Attendee | None) -> Sequence[Attendee]:
    """Nobody stands in for them any more, but for this substitute (`besides`); who did."""
    released = [
        each
        for each in at.roll.attendees
        if each.stands_in_for_id == at.who.person_id and (besides is None or each.key != besides.key)
    ]
    for each in released:
        row = await entry_of(context, at.meeting, each)
        # Who was there has been there.
        if row.present is None and each.person_id is None:
            await attendance.remove(context.session, row)
        elif row.present is None:
            row.stands_in_for_id, row.answer, row.answered_for = None, None, None
            row.revision += 1
            await news.release_substitute(context, at.meeting, at.committee, each, at.who, event)
    return released


def _write_down(context: Context, at: Attending, name: str) -> None:
    """A substitute who is not in the register comes, since the member says so."""
    context.session.add(
        Attendance(
            meeting_id=at.meeting.id,
            name=name,
            capacity=Role.SUBSTITUTE,
            stands_in_for_id=at.who.person_id,
            answer=Answer.COMING,
            answered_at=context.now,
            answered_for=at.meeting.starts_at,
            answered_by_id=context.actor.person_id,
        )
    )


async def _ask(context: Context, at: Attending, substitute: Attendee) -> None:
    row = await entry_of(context, at.meeting, substitute)
    row.stands_in_for_id = at.who.person_id
    row.capacity = Role.SUBSTITUTE
    row.answer, row.answered_for = None, None
    row.revision += 1
    if substitute.person_id is not None:
        await news.ask_substitute(context, at.meeting, at.committee, substitute.person_id, substitute.language, at.who)


async def _of_substitute(
    context: Context, at: Attending, member: Attendee, answer: Answer, event: Event
) -> Sequence[Attendee]:
    """A substitute has answered: what follows for the member whose place they take."""
    row = await entry_of(context, at.meeting, member)
    if answer is Answer.COMING:
        if row.answer == Answer.ABSENT:
            row.answer, row.answered_for = Answer.SUBSTITUTE, at.meeting.starts_at
        row.substitute_id, row.substitute_name = at.who.person_id, ""
        row.revision += 1
        return [member]
    own_row = await entry_of(context, at.meeting, at.who)
    own_row.stands_in_for_id = None
    if row.substitute_id == at.who.person_id:
        row.substitute_id = None
        if row.answer == Answer.SUBSTITUTE:
            row.answer, row.answered_for = Answer.ABSENT, at.meeting.starts_at
        row.revision += 1
    await news.substitute_declined(context, at.meeting, at.committee, at.who, member, event)
    return [member]


# --- Kommer ------------------------------------------------------------------------------------------------


async def come(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Kommer». A substitute says for whom, where it does not follow."""
    at = await access.to_answer(context, arguments, lock=True)
    found = _whose_place(at)
    if found is not None and (len(found) > 1 or not at.who.linked_to):
        return await conversation.start(context, FOR_WHOM, kept(arguments))
    at = await _store(context, at, Answer.COMING, stands_in_for=found[0] if found else None)
    return _done(context, at, arguments)


def _whose_place(at: Attending) -> Sequence[Attendee] | None:
    """Of whom a substitute who says that they come may take the place; None: that is said already, or they are none.

    Raises:
        AlreadyDone: of nobody.
    """
    if at.who.capacity is not Role.SUBSTITUTE or at.who.stands_in_for_id is not None:
        return None
    found = to_stand_in_for(at.roll, at.who)
    if not found:
        raise AlreadyDone(_nobody_to_stand_in_for(at))
    return found


async def from_calendar(context: Context, meeting: Meeting, answer: Answer | None, note: str) -> Attending:
    """What somebody has answered in their calendar, stored as by the buttons; None: that they may come.

    Raises:
        Gone, NotAllowed, AlreadyDone, Settled: it cannot be; says why, and what to do.
    """
    at = await access.to_answer(context, about(meeting), lock=True)
    if answer is None:
        return await _may_come(context, at, note)
    if answer is Answer.ABSENT and at.who.answer is Answer.SUBSTITUTE:
        # Whoever has sent a substitute often declines the entry too: that does not send the substitute home.
        return at
    found = _whose_place(at) if answer is Answer.COMING else None
    if found is not None and (len(found) > 1 or not at.who.linked_to):
        raise BotError(_("Si hvem du møter for. Da må du svare her, og ikke i kalenderen."))
    return await _store(context, at, answer, note=note, stands_in_for=found[0] if found else None)


async def _may_come(context: Context, at: Attending, note: str) -> Attending:
    """They have not decided: an answer is waited for still."""
    if at.who.answer is Answer.SUBSTITUTE:
        raise BotError(_("Du har meldt stedfortreder. Kommer du selv likevel, så si fra her."))
    row = await entry_of(context, at.meeting, at.who)
    row.answer, row.answered_at, row.answered_for = None, context.now, at.meeting.starts_at
    row.answered_by_id, row.note = context.actor.person_id, note
    row.revision += 1
    await agenda.HISTORY.add(
        context.session,
        at.meeting.id,
        "undecided",
        context.actor.person_id,
        context.now,
        note=note,
        data={"name": at.who.name, "for": at.meeting.starts_at.isoformat()},
        internal=bool(note),
    )
    await context.session.flush()
    return await again(context, at, [at.who])


def to_stand_in_for(everybody: Roll, substitute: Attendee) -> Sequence[Attendee]:
    """The members whose place a substitute may take: those whose substitute they are, or, of whom nobody has said
    whose they are, of anybody; not who comes, nor whose place another takes. Somebody who is no substitute in the
    register takes the place of whoever asks them, and of nobody else."""
    if Role.SUBSTITUTE not in substitute.roles:
        return []
    return [
        each
        for each in everybody.attendees
        if each.person_id is not None
        and everybody.has_seat(each)
        and (each.person_id in substitute.linked_to or (not substitute.linked_to and each.answer is Answer.ABSENT))
        and not each.comes
        and everybody.standing_in_for(each.person_id, besides=substitute.person_id) is None
    ]


def _nobody_to_stand_in_for(at: Attending) -> str:
    linked = [each.name for each in map(at.roll.person, at.who.linked_to) if each is not None]
    if not linked:
        return _("Ingen har bedt deg møte for seg. Skal du være med, be sekretariatet føre deg opp.")
    return _(
        "{members} kommer selv, eller har en annen stedfortreder. Skal du være med likevel, be sekretariatet føre deg "
        "opp."
    ).format(members=", ".join(linked))


def _done(context: Context, at: Attending, arguments: Mapping[str, str]) -> Message:
    name = at.who.name if at.who.person_id != context.actor.person_id else ""
    return seen(context, at, replace="page" in arguments, told=_told(at, name))


def _told(at: Attending, name: str) -> str:
    """What was just answered, as a title; `name`: of whom, where it is somebody else."""
    values = {
        "committee": at.committee.name,
        "day": dates.short_day(at.meeting.starts_at, at.meeting.zone),
        "name": name,
        "member": at.who.stands_in_for,
        "items": ", ".join(named(line, closed=False) for line in at.who.guest_in),
    }
    if at.who.answer is Answer.ABSENT:
        said = (
            _("{name} har forfall til møtet i {committee} {day}")
            if name
            else _("Du har meldt forfall til møtet i {committee} {day}")
        )
    elif at.who.answer is Answer.SUBSTITUTE:
        said = (
            _("{name} har stedfortreder i møtet i {committee} {day}")
            if name
            else _("Stedfortreder er meldt til møtet i {committee} {day}")
        )
    elif name:
        said = _("{name} kommer til møtet i {committee} {day}")
    elif at.who.stands_in_for:
        said = _("Du møter for {member} i {committee} {day}")
    elif at.who.is_guest and at.who.guest_in:
        said = _("Du kommer til sak {items} i {committee} {day}")
    else:
        said = _("Du kommer til møtet i {committee} {day}")
    return said.format(**values)


async def _members_to_choose(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    at = await access.to_attend(context, answers.arguments)
    return [Option(each.key, each.name) for each in to_stand_in_for(at.roll, at.who)]


class ForWhom(Step):
    """Hvem en stedfortreder møter for."""

    about = About(title=N_("Hvem møter du for?"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=which)] = None
    member: Annotated[
        str,
        Choice(N_("Møter for"), help=N_("Du har én stemme, så du kan bare møte for én."), options=_members_to_choose),
    ]


async def _for_whom(context: Context, answers: Answers) -> Message:
    at = await access.to_answer(context, answers.arguments, lock=True)
    member = at.roll.called(answers[ForWhom].member)
    if member is None or member not in to_stand_in_for(at.roll, at.who):
        raise BadInput({"member": _nobody_to_stand_in_for(at)})
    at = await _store(context, at, Answer.COMING, stands_in_for=member, draft_id=answers.draft_id)
    return _done(context, at, answers.arguments)


FOR_WHOM = Dialog(name="oppmote.hvem", steps=(ForWhom,), finish=_for_whom, prefill=_may_answer, still=_may_answer)


# --- Forfall -----------------------------------------------------------------------------------------------


class StayAway(Step):
    """Forfall, gjerne med en grunn."""

    about = About(title=N_("Forfall"), submit=N_("Meld forfall"))
    meeting: Annotated[None, Note("", text=which)] = None
    reason: Annotated[
        str, LongText(N_("Grunn"), help=N_("Kan stå tom. Bare sekretariatet og referenten ser den."), max_length=200)
    ] = ""


async def _stays_away(context: Context, answers: Answers) -> Message:
    at = await access.to_answer(context, answers.arguments, lock=True)
    note = answers[StayAway].reason
    at = await _store(context, at, Answer.ABSENT, note=note, draft_id=answers.draft_id)
    return _done(context, at, answers.arguments)


STAY_AWAY = Dialog(
    name="oppmote.forfall", steps=(StayAway,), finish=_stays_away, prefill=_may_answer, still=_may_answer
)


async def stay_away(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, STAY_AWAY, kept(arguments))


# --- Stedfortreder -----------------------------------------------------------------------------------------


async def _substitutes(
    context: Context, answers: Answers, values: Sequence[str] | None, query: str
) -> Sequence[Option]:
    """The member's own substitutes first, then everybody of the register."""
    at = await access.to_attend(context, answers.arguments)
    own = [each for each in at.roll.attendees if at.who.person_id in each.linked_to]
    ids = None if values is None else [found for value in values if (found := id_in(value)) is not None]
    listed = await people.people(context.session, ids=ids, query=query)
    first = [
        Option(str(each.person_id), _("{name} (stedfortreder)").format(name=each.name), also=each.organisation)
        for each in own
    ]
    taken = {option.value for option in first} | {str(at.who.person_id)}
    others = [Option(str(each.id), f"{each.name}, {each.organisation}") for each in listed if str(each.id) not in taken]
    return [*first, *others]


class Substitute(Step):
    """Hvem som møter i stedet."""

    about = About(title=N_("Stedfortreder"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=which)] = None
    who: Annotated[
        str | None,
        Person(N_("Hvem møter i stedet?"), help=N_("Får beskjed, papirene, og kan si nei."), options=_substitutes),
    ] = None
    other: Annotated[
        str,
        Text(N_("Eller skriv navnet"), help=N_("For en som ikke står i listen. Gi beskjed selv."), max_length=100),
    ] = ""

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        if self.who and self.other:
            return {"other": _("Velg en i listen, eller skriv et navn. Ikke begge deler.")}
        if not self.who and not self.other:
            return {"who": _("Velg hvem som møter i stedet, eller skriv navnet under.")}
        return {}


async def _may_send(context: Context, arguments: Mapping[str, str]) -> Raw:
    at = await access.to_answer(context, arguments)
    _require_member(at)
    own = [each for each in at.roll.attendees if at.who.person_id in each.linked_to]
    if at.who.substitute_id is not None:
        return {"who": str(at.who.substitute_id)}
    free = [each for each in own if not _why_not(at, each)]
    return {"who": str(free[0].person_id)} if len(free) == 1 else {}


def _require_member(at: Attending) -> None:
    if at.who.is_guest:
        raise NotAllowed(_("Du er gjest i møtet. Kan du ikke, meld forfall, så finner sekretariatet en annen."))
    if not buttons.may_send_substitute(at.who):
        raise NotAllowed(_("En stedfortreder kan ikke sende en annen. Kan du ikke, meld forfall."))


def _why_not(at: Attending, substitute: Attendee) -> str:
    """Why somebody cannot stand in; empty: they can."""
    name = substitute.name
    if at.roll.has_seat(substitute):
        return _("{name} er selv med i utvalget og har én stemme. Velg en annen, eller meld forfall.").format(name=name)
    if substitute.stands_in_for_id not in (None, at.who.person_id):
        return _(
            "{name} møter allerede for {member}. Én person har én stemme. Velg en annen, eller meld forfall."
        ).format(name=name, member=substitute.stands_in_for)
    if substitute.answer is Answer.ABSENT:
        return _("{name} har meldt forfall til møtet. Velg en annen, eller meld forfall.").format(name=name)
    return ""


async def _sends(context: Context, answers: Answers) -> Message:
    at = await access.to_answer(context, answers.arguments, lock=True)
    _require_member(at)
    chosen = answers[Substitute]
    substitute = None
    if chosen.who:
        substitute = await of_register(context, at.roll, id_in(chosen.who))
        problem = _why_not(at, substitute) if substitute else _("Personen er ikke lenger i registeret. Velg en annen.")
        if problem:
            raise BadInput({"who": problem})
    at = await _store(
        context, at, Answer.SUBSTITUTE, substitute=substitute, name=chosen.other, draft_id=answers.draft_id
    )
    return _done(context, at, answers.arguments)


async def of_register(context: Context, everybody: Roll, person_id: int | None) -> Attendee | None:
    """Somebody of the register, whether they are on the roll or not; None: they are removed."""
    found = everybody.person(person_id)
    if found is not None or person_id is None:
        return found
    if not await people.people(context.session, ids=[person_id]):
        return None
    known = (await attendance.people(context.session, [person_id]))[person_id]
    return Attendee(known.id, known.name, known.language, known.organisation, known.kind, Role.GUEST, asked=False)


SEND_SUBSTITUTE = Dialog(
    name="oppmote.stedfortreder", steps=(Substitute,), finish=_sends, prefill=_may_send, still=_may_answer
)


async def send_substitute(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, SEND_SUBSTITUTE, kept(arguments))
