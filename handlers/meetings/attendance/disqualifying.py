"""Who takes no part in one item (inhabil), and who takes their place there. It is judged for each item."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Choices,
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
from handlers.errors import AlreadyDone, BadInput
from handlers.meetings.agenda.lines import Line
from handlers.meetings.attendance import access, answering, marking, overview
from handlers.meetings.attendance.access import Marking
from handlers.meetings.attendance.roll import Attendee, Out, enough_for, items, left_to_decide, named
from handlers.messages.arguments import id_in
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import agenda, attendance
from storage.tables import Disqualification

_ALL = "all"
"""Everybody with a vote."""


async def _candidates(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    """Everybody with a vote together, then each who is there, or of whom nobody has said that they are not."""
    at = await access.to_mark(context, answers.arguments)
    return [
        Option(_ALL, _("Alle med stemmerett")),
        *(Option(each.key, each.name) for each in at.roll.attendees if _may_be_there(each)),
    ]


def _may_be_there(each: Attendee) -> bool:
    return each.present is not False and (each.asked or each.entry_id is not None)


class Disqualify(Step):
    """Hvem som er inhabil i hvilken sak, og hvem som møter i stedet."""

    about = About(title=N_("Inhabil i en sak"), submit=N_("Lagre"))
    meeting: Annotated[None, Note("", text=marking.which)] = None
    item: Annotated[str, Choice(N_("Sak"), options=marking.items_to_choose)]
    who: Annotated[list[str], Choices(N_("Inhabil"), options=_candidates)]
    substitute: Annotated[
        str | None,
        Person(N_("Møter i stedet, i denne saken"), help=N_("Kan stå tom."), options=marking.everybody_to_choose),
    ] = None
    other: Annotated[str, Text(N_("Eller skriv navnet"), max_length=100)] = ""
    reason: Annotated[str, LongText(N_("Grunn"), help=N_("Bare medlemmene ser den."), max_length=500)] = ""

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        if self.substitute and self.other:
            return {"other": _("Velg en i listen, eller skriv et navn. Ikke begge deler.")}
        if (self.substitute or self.other) and (len(self.who or []) > 1 or _ALL in (self.who or [])):
            return {
                "substitute": _("En stedfortreder møter for én. Før opp dem som er inhabile, en for en, med hver sin.")
            }
        return {}


async def _prefill(context: Context, arguments: Mapping[str, str]) -> Raw:
    await access.to_mark(context, arguments, lay=True)
    return {}


async def _disqualified(context: Context, answers: Answers) -> Message:
    at = await access.to_mark(context, answers.arguments, lock=True)
    chosen = answers[Disqualify]
    line = next((line for line in items(at.roll.read) if line.slot and str(line.slot.id) == chosen.item), None)
    if line is None or line.slot is None:
        raise BadInput({"item": _("Saken står ikke på sakslisten lenger. Velg en annen.")})
    # Who was disqualified before may get a substitute now.
    joins = bool(chosen.substitute or chosen.other)
    people_out = [each for each in _chosen(at, line, chosen.who) if joins or not _out_already(at, line, each)]
    if not people_out:
        raise BadInput({"who": _("De er ført som inhabile i saken fra før.")})
    substitute = await _substitute(context, at, line, people_out, chosen)
    earlier = {out.id for each in people_out for out in _out_already(at, line, each)}
    again = [row for row in await attendance.disqualifications(context.session, at.meeting.id) if row.id in earlier]
    was = {str(row.id): [row.substitute_id, row.substitute_name, row.reason] for row in again}
    for row in again:
        row.substitute_id, row.substitute_name = substitute.person_id if substitute else None, chosen.other
        row.reason = chosen.reason or row.reason
    rows = [
        Disqualification(
            meeting_id=at.meeting.id,
            slot_id=line.slot.id,
            person_id=each.person_id,
            name=each.name if each.person_id is None else "",
            substitute_id=substitute.person_id if substitute is not None else None,
            substitute_name=chosen.other,
            reason=chosen.reason,
            at=context.now,
            by_id=context.actor.person_id,
        )
        for each in people_out
        if not _out_already(at, line, each)
    ]
    context.session.add_all(rows)
    await context.session.flush()
    event = await agenda.HISTORY.add(
        context.session,
        at.meeting.id,
        "disqualified",
        context.actor.person_id,
        context.now,
        actor=context.actor.name,
        note=chosen.reason,
        data={
            "rows": [row.id for row in rows],
            "was": was,
            "names": [each.name for each in people_out],
            "slot": line.slot.id,
            "item": named(line),
            "substitute": substitute.name if substitute is not None else chosen.other,
        },
        internal=bool(chosen.reason or any(row.reason for row in again)),
        draft_id=answers.draft_id,
    )
    after = await access.to_mark(context, answers.arguments)
    names = ", ".join(each.name for each in people_out)
    told = _("Inhabil i sak {item}: {names}").format(item=named(line), names=names)
    shown = marking.listed(after, answers.arguments, told=told, undo=event)
    return shown.model_copy(update={"text": warning(after, line), "facts": (*_about_item(after, line), *shown.facts)})


def _chosen(at: Marking, line: Line, keys: Sequence[str]) -> Sequence[Attendee]:
    if _ALL not in keys:
        return [each for key in keys if (each := at.roll.called(key)) is not None]
    there = at.roll.was_there_at(line) if at.roll.is_marked else at.roll.announced
    return at.roll.voters(there)


def _out_already(at: Marking, line: Line, who: Attendee) -> Sequence[Out]:
    return [each for each in at.roll.out_of(line) if each.is_of(who)]


async def _substitute(
    context: Context, at: Marking, line: Line, people_out: Sequence[Attendee], chosen: Disqualify
) -> Attendee | None:
    """Who joins for this item. Raises `BadInput`: they cannot."""
    if not chosen.substitute:
        return None
    found = await answering.of_register(context, at.roll, id_in(chosen.substitute))
    if found is None:
        raise BadInput({"substitute": _("Personen er ikke lenger i registeret. Velg en annen.")})
    name = found.name
    out = {each.person_id for each in at.roll.out_of(line)} | {each.person_id for each in people_out}
    if found.person_id in out:
        raise BadInput({"substitute": _("{name} er selv inhabil i saken. Velg en annen.").format(name=name)})
    joined = {each.substitute_id for each in at.roll.out_of(line)}
    there = at.roll.was_there_at(line) if at.roll.is_marked else at.roll.announced
    if found.person_id in joined or found in at.roll.voters(there) or at.roll.has_seat(found):
        raise BadInput({"substitute": _("{name} har allerede én stemme i saken. Velg en annen.").format(name=name)})
    return found


def warning(at: Marking, line: Line) -> str:
    """What is wrong with deciding that item, where it is known who was there."""
    if not at.roll.is_marked:
        return ""
    if not left_to_decide(at.roll, line):
        return _("Ingen er igjen til å avgjøre saken. Hent inn stedfortredere, eller utsett den.")
    quorum = enough_for(at.roll, line)
    if quorum is not None and not quorum.is_enough:
        return _("Utvalget er ikke vedtaksført i saken. Hent inn stedfortredere, eller utsett den.")
    return ""


def _about_item(at: Marking, line: Line) -> tuple[Fact, ...]:
    if not at.roll.is_marked:
        return ()
    quorum = enough_for(at.roll, line)
    left = _("{count} med stemmerett").format(count=left_to_decide(at.roll, line))
    said = overview.quorum_in_words(quorum) if quorum is not None else left
    return (Fact(label=_("Vedtaksført i saken") if quorum is not None else _("Igjen i saken"), value=said),)


async def _may_mark(context: Context, arguments: Mapping[str, str]) -> None:
    await access.to_mark(context, arguments)


DISQUALIFY = Dialog(
    name="oppmote.inhabil", steps=(Disqualify,), finish=_disqualified, prefill=_prefill, still=_may_mark
)


async def disqualify(context: Context, arguments: Mapping[str, str]) -> Reply:
    kept = {name: arguments[name] for name in ("meeting", "page") if name in arguments}
    return await conversation.start(context, DISQUALIFY, kept)


async def qualify(context: Context, arguments: Mapping[str, str]) -> Reply:
    """It was a mistake: one of them, or all of an item."""
    at = await access.to_mark(context, arguments, lock=True)
    one, slot = id_in(arguments.get("out", "")), id_in(arguments.get("slot", ""))
    gone = [each for each in at.roll.out if each.id == one or (one is None and each.slot_id == slot)]
    if not gone:
        raise AlreadyDone(_("Det er tatt bort allerede."))
    await attendance.qualify(context.session, at.meeting.id, [each.id for each in gone])
    await agenda.HISTORY.add(
        context.session,
        at.meeting.id,
        "qualified",
        context.actor.person_id,
        context.now,
        actor=context.actor.name,
        data={"names": [each.name for each in gone], "slot": gone[0].slot_id},
    )
    await context.session.flush()
    told = _("Ikke lenger ført som inhabil: {names}").format(names=", ".join(each.name for each in gone))
    return marking.listed(await access.to_mark(context, arguments), arguments, told=told)
