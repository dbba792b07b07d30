"""Notes of another tool: pasted, shown case by case, and taken over or thrown away by the minute taker.

What is taken over stands in the form of the case, to be read, changed and saved: until then nothing of it is in the
minutes. A line that is not found in the record of its case carries `NOT_FOUND`, so that nobody overlooks it.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from handlers.capability import Handed, Intake
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Reply, Step, Text
from handlers.errors import BadInput, BotError, Gone
from handlers.meetings.at_hand import about
from handlers.meetings.minutes import at_hand, record, views, write
from handlers.meetings.minutes.actions import Do, button
from handlers.meetings.minutes.notes.files import LIMIT, text_of
from handlers.meetings.minutes.notes.marks import marked
from handlers.meetings.minutes.notes.matching import Noted, Target, against, by_case
from handlers.meetings.minutes.notes.reading import Kind, Line, lines_in
from handlers.meetings.minutes.record import Record, Written
from handlers.messages import paging
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Button, Confirm, Message, Section
from handlers.people.context import Context
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import length, shorten
from storage import minutes
from storage.tables import MinutesNotes, NotesStatus
from storage.types import JsonObject

_SHOWN = 1500
"""As much of a draft as stands in a list of several."""
_ROOM = 2 * write.FIELD - 200
"""What the two fields of the form hold."""


async def _which(context: Context, answers: Answers) -> str:
    meeting, committee = await at_hand.meeting_to_write(context, answers.arguments)
    return views.title_of(meeting, committee)


class Paste(Step):
    """Notater fra et annet verktøy."""

    about = About(title=N_("Lim inn notater"), submit=N_("Fordel på sakene"))
    minutes: Annotated[None, Note("", text=_which)] = None
    follows: Annotated[
        None,
        Note(
            N_(
                "Notatene blir et utkast for hver sak. Navn på dem som snakker, og klokkeslett tas bort. Ingenting "
                "kommer i referatet før du har sett over og lagret det."
            )
        ),
    ] = None
    text: Annotated[
        str,
        LongText(
            N_("Notater"),
            help=N_("Sammendrag eller utskrift. Er det mer enn det er plass til, lim inn resten under eller etterpå."),
        ),
    ]
    more: Annotated[str, LongText(N_("Fortsettelse"))] = ""
    rest: Annotated[str, LongText(N_("Fortsettelse igjen"))] = ""
    source: Annotated[str, Text(N_("Hvor notatene kommer fra"), max_length=100)] = ""


async def _pasted(context: Context, answers: Answers) -> Message:
    step = answers[Paste]
    lines = lines_in("\n".join((step.text, step.more, step.rest)))
    if not lines:
        raise BadInput({"text": _("Jeg finner ingen setninger i dette, bare klokkeslett og navn. Lim inn teksten.")})
    return await _sorted(context, answers.arguments, lines, step.source, draft_id=answers.draft_id)


async def _sorted(
    context: Context, arguments: Mapping[str, str], lines: Sequence[Line], source: str, *, draft_id: str | None = None
) -> Message:
    """The notes are drafts from now on, case by case."""
    held = await at_hand.to_write(context, arguments)
    found = await record.read(context.session, held.meeting, held.committee)
    cases = by_case(lines, [target for each in found.lines if (target := _target(each)) is not None])
    for slot_id, noted in cases.items():
        context.session.add(
            MinutesNotes(
                minutes_id=held.row.id,
                slot_id=slot_id,
                source=source,
                lines=[_stored(each) for each in noted],
                by_id=context.actor.person_id,
                at=context.now,
            )
        )
    await context.session.flush()
    await minutes.HISTORY.add(
        context.session,
        held.row.id,
        "noted",
        context.actor.person_id,
        context.now,
        data={"slots": list(cases)},
        draft_id=draft_id,
    )
    return await _drafts(context, await record.read(context.session, held.meeting, held.committee), {})


def _target(written: Written) -> Target | None:
    """What is known of a line of the agenda."""
    slot_id, line, entry = written.slot_id, written.line, written.entry
    if slot_id is None:
        return None
    known = [line.title, line.slot.text if line.slot is not None else ""]
    if line.case is not None:
        item = line.case.item
        known += [item.purpose, item.conclusion, item.presenters_text]
    if entry is not None:
        known += [entry.entry.discussion, *(each.text for each in entry.conclusions)]
        known += [f"{each.row.text} {each.owner} {each.row.due_text}" for each in entry.follow_ups]
    in_year = line.case.item.number_in_year if line.case is not None else None
    return Target(slot_id, line.number, in_year, line.title, "\n".join(known))


def _stored(noted: Noted) -> JsonObject:
    return {"text": noted.line.text, "kind": str(noted.line.kind), "found": noted.found}


def _line(stored: JsonObject) -> Line:
    return Line(str(stored["text"]), Kind(stored["kind"]))


PASTE = Dialog(name="referat.notater", steps=(Paste,), finish=_pasted, still=at_hand.still)


async def paste(context: Context, arguments: Mapping[str, str]) -> Reply:
    held = await at_hand.to_write(context, arguments, lock=False)
    return await conversation.start(context, PASTE, about(held.meeting))


# --- as a file ---------------------------------------------------------------------------------------------


class _Read(NamedTuple):
    name: str
    lines: Sequence[Line]


async def _allow(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_write(context, arguments, lock=False)


def _look(_arguments: Mapping[str, str], file: Handed) -> _Read:
    lines = lines_in(text_of(file))
    if not lines:
        raise BotError(_("Jeg finner ingen setninger i «{file}».").format(file=file.name))
    return _Read(file.name, lines)


async def _take(context: Context, arguments: Mapping[str, str], read: _Read) -> Reply:
    return await _sorted(context, arguments, read.lines, read.name)


INTAKE = Intake(Do.HAND_IN, LIMIT, _allow, _look, _take)


# --- the drafts --------------------------------------------------------------------------------------------


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The drafts, or those of one case (`slot`)."""
    held = await at_hand.to_write(context, arguments, lock=False)
    return await _drafts(context, await record.read(context.session, held.meeting, held.committee), arguments)


async def _drafts(context: Context, found: Record, arguments: Mapping[str, str], *, said: str = "") -> Message:
    rows = await minutes.open_notes(context.session, found.row.id) if found.row is not None else ()
    only = id_in(arguments.get("slot", ""))
    places = {each.slot_id: number for number, each in enumerate(found.lines)}
    listed = sorted(
        (each for each in rows if only is None or each.slot_id == only),
        key=lambda each: (places.get(each.slot_id, len(places)), each.id),
    )
    at = min(paging.offset(arguments), max(0, len(listed) - 1) // paging.SIZE * paging.SIZE)
    shown = listed[at : at + paging.SIZE + 1]
    text = _("Se over hver sak. Det som er merket, står ikke i saken fra før.")
    if not listed:
        text = _("Det er ingen notater som venter.")
    which = {"slot": only} if only is not None else {}
    return Message(
        title=_("Notater: {minutes}").format(minutes=views.title(found)),
        text="\n".join(filter(None, (said, text))),
        sections=tuple(_section(found, each) for each in paging.page_of(shown)),
        buttons=(
            *paging.buttons(shown, Do.NOTES, about(found.meeting, page=at // paging.SIZE, **which)),
            button(Do.PAGE, _("Hele referatet"), found.meeting, page=0),
        ),
        replace=True,
    )


def _section(found: Record, row: MinutesNotes) -> Section:
    line = found.at(row.slot_id) if row.slot_id is not None else None
    not_found = sum(not each["found"] for each in row.lines)
    text = "\n".join(marked(each) for each in row.lines)
    count = ngettext("{count} linje", "{count} linjer", len(row.lines)).format(count=len(row.lines))
    if not_found:
        count += ", " + _("{count} ikke funnet i saken").format(count=not_found)
    source = _("fra {source}").format(source=row.source) if row.source else ""
    buttons: list[Button] = []
    if line is not None:
        label = _("Se over og ta inn")
        buttons.append(button(Do.TAKE_OVER, label, found.meeting, style="primary", slot=row.slot_id, notes=row.id))
    buttons.append(button(Do.PLACE, _("Velg sak") if line is None else _("Annen sak"), found.meeting, notes=row.id))
    confirm = Confirm(text=_("Notatene om saken slettes."), yes=_("Forkast"))
    buttons.append(button(Do.THROW_AWAY, _("Forkast"), found.meeting, style="danger", confirm=confirm, notes=row.id))
    return Section(
        title=line.called if line is not None else _("Uten sak"),
        text="\n".join((", ".join(filter(None, (count, source))), shorten(text, _SHOWN))),
        buttons=tuple(buttons),
    )


async def _row(context: Context, minutes_id: int, arguments: Mapping[str, str]) -> MinutesNotes:
    """Raises `Gone` if somebody was first."""
    notes_id = id_of(arguments, "notes")
    for each in await minutes.open_notes(context.session, minutes_id):
        if each.id == notes_id:
            return each
    raise Gone(_("Notatene er allerede tatt inn eller forkastet."))


async def take_over(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form of the case with the notes in it, below what stands there: as many lines as there is room for."""
    held = await at_hand.to_write(context, arguments, lock=False)
    row = await _row(context, held.row.id, arguments)
    at = await at_hand.line(context, {**arguments, "slot": str(row.slot_id or "")})
    stands = write.fields_of(at.written.entry)
    discussion, conclusions = write.whole_of(stands), stands["conclusions"]
    taken = 0
    for each in row.lines:
        text = marked(each)
        longer = "\n".join(filter(None, (discussion, text)))
        more = "\n".join(filter(None, (conclusions, text)))
        concluded = each["kind"] == Kind.CONCLUDED and length(more) <= write.FIELD
        if not concluded and (length(write.parts_of(longer)[1]) > write.FIELD or length(longer) > _ROOM):
            break
        discussion, conclusions = (discussion, more) if concluded else (longer, conclusions)
        taken += 1
    if not taken:
        raise Gone(_("Det er ikke plass til notatene i saken. Kort ned det som står der, og prøv igjen."))
    first, second = write.parts_of(discussion)
    given = {"discussion": first, "more": second, "conclusions": conclusions}
    which = about(held.meeting, slot=at.slot_id, notes=row.id, lines=taken, of=len(row.lines))
    return await conversation.start(
        context, write.WRITE, which, {name: value for name, value in given.items() if value}
    )


async def throw_away(context: Context, arguments: Mapping[str, str]) -> Reply:
    held = await at_hand.to_write(context, arguments)
    row = await _row(context, held.row.id, arguments)
    # What was thrown away is not kept.
    row.status, row.lines = NotesStatus.THROWN, []
    await context.session.flush()
    found = await record.read(context.session, held.meeting, held.committee)
    return await _drafts(context, found, {}, said=_("Forkastet."))


# --- of which case they are --------------------------------------------------------------------------------


async def _cases(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    meeting, committee = await at_hand.meeting_to_write(context, answers.arguments)
    found = await record.read(context.session, meeting, committee)
    return [Option(str(each.slot_id), each.called) for each in found.lines if each.slot_id is not None]


class Place(Step):
    """Hvilken sak notatene gjelder."""

    about = About(title=N_("Velg sak"), submit=N_("Velg"))
    minutes: Annotated[None, Note("", text=_which)] = None
    case: Annotated[str, Choice(N_("Sak"), options=_cases)]


async def _placed(context: Context, answers: Answers) -> Message:
    held = await at_hand.to_write(context, answers.arguments)
    row = await _row(context, held.row.id, answers.arguments)
    found = await record.read(context.session, held.meeting, held.committee)
    written = found.at(int(answers[Place].case))
    target = _target(written) if written is not None else None
    if target is None:
        raise BadInput({"case": _("Saken står ikke lenger på sakslisten for dette møtet.")})
    row.slot_id = target.slot_id
    row.lines = [_stored(each) for each in against(target, [_line(each) for each in row.lines])]
    await context.session.flush()
    return await _drafts(context, await record.read(context.session, held.meeting, held.committee), {})


PLACE = Dialog(name="referat.plasser", steps=(Place,), finish=_placed, still=at_hand.still)


async def place(context: Context, arguments: Mapping[str, str]) -> Reply:
    held = await at_hand.to_write(context, arguments, lock=False)
    row = await _row(context, held.row.id, arguments)
    return await conversation.start(context, PLACE, about(held.meeting, notes=row.id))
