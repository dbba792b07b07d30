"""What the minute taker writes of one case: comments, conclusions, how it was decided.

Several may write in the same case at once. What a form began with is compared with what stands there when it is handed
in (`handlers.meetings.minutes.merging`): what only one of them changed stands, and what both changed comes back as the
form with both texts in it.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.errors import BadInput, Gone
from handlers.limits import ANYWHERE
from handlers.meetings.at_hand import about
from handlers.meetings.minutes import at_hand, page, verbs
from handlers.meetings.minutes.merging import both_written, merge, no_room, side_by_side
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.patterns import pattern_of
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import length
from storage import minutes
from storage.minutes import EntryOf
from storage.tables import HowDecided, Minutes, MinutesEntry, NotesStatus

FIELD = ANYWHERE.typed
"""As much as stands in a field. A longer discussion takes two."""
_PROPOSED = "proposed"
_BULLET = pattern_of(r"^\s*(?:[-•*–·]|\d{1,2}[.)])\s+")
"""What people put before each of several: they are numbered where they are shown."""


def conclusions_in(text: str) -> Sequence[str]:
    """One on each line, without the number or sign that stands before it."""
    found = (" ".join(_BULLET.sub("", line).split()) for line in text.splitlines())
    return [each for each in found if each]


async def _which(context: Context, answers: Answers) -> str:
    return _("Saken: {title}").format(title=(await _at(context, answers)).written.called)


async def _proposal(context: Context, answers: Answers) -> str:
    proposed = _proposed(await _at(context, answers))
    return _("Forslag til konklusjon: {text}").format(text=proposed) if proposed else ""


async def _at(context: Context, answers: Answers) -> at_hand.AtLine:
    """Read once for a form, not for each of its fields."""
    if "line" not in answers.found:
        answers.found["line"] = await at_hand.line(context, answers.arguments)
    found: at_hand.AtLine = answers.found["line"]
    return found


def _proposed(at: at_hand.AtLine) -> str:
    return at.written.line.case.item.conclusion.strip() if at.written.line.case is not None else ""


async def _ready_made(
    context: Context, answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    """The conclusion that was proposed, and one with each set verb."""
    at = await _at(context, answers)
    first = [Option(_PROPOSED, _("Som foreslått"))] if _proposed(at) else []
    return [*first, *(Option(key, verbs.sentence(key, at.written.line.title)) for key in verbs.VERBS)]


class Write(Step):
    """Det som ble sagt og bestemt i saken."""

    about = About(title=N_("Skriv referat"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=_which)] = None
    proposal: Annotated[None, Note("", text=_proposal)] = None
    discussion: Annotated[
        str,
        LongText(
            N_("Innspill og kommentarer"),
            help=N_("Skriv ingenting en pasient kan kjennes igjen på."),
            max_length=FIELD,
        ),
    ] = ""
    conclusions: Annotated[
        str,
        LongText(
            N_("Konklusjoner"), help=N_("Én på hver linje. Er det flere, nummereres de av seg selv."), max_length=FIELD
        ),
    ] = ""
    ready: Annotated[
        str,
        Choice(
            N_("Legg til en konklusjon med fast ordlyd"),
            help=N_("Den settes inn nederst i konklusjonene når du lagrer. Du kan endre ordene etterpå."),
            options=_ready_made,
        ),
    ] = ""
    how: Annotated[
        str,
        Choice(N_("Avgjort ved"), options=tuple(Option(str(key), words) for key, words in verbs.HOW.items())),
    ] = ""


class WriteMore(Write):
    """Det samme, der innspillene er for lange til ett felt."""

    more: Annotated[str, LongText(N_("Innspill og kommentarer, fortsettelse"), max_length=FIELD)] = ""


def _steps(answers: Answers) -> Sequence[type[Step]]:
    return (WriteMore,) if answers.raw.get("more") or answers.arguments.get("long") else (Write,)


# --- a text in one field or two ----------------------------------------------------------------------------


def parts_of(discussion: str) -> tuple[str, str]:
    """The text for the first field and for the second, broken between paragraphs or words where that is possible. The
    second one may be too long."""
    if length(discussion) <= FIELD:
        return discussion, ""
    end = FIELD
    while length(discussion[:end]) > FIELD:
        end -= length(discussion[:end]) - FIELD
    at = next(
        (
            found
            for sign in ("\n", ". ", " ")
            if (found := discussion.rfind(sign, end // 2, end) + len(sign)) >= end // 2
        ),
        end,
    )
    return discussion[:at].rstrip(), discussion[at:].lstrip()


def whole_of(raw: Mapping[str, object]) -> str:
    """The discussion out of the fields of a form."""
    return "\n".join(str(raw[name]).strip() for name in ("discussion", "more") if raw.get(name))


def fields_of(entry: EntryOf | None) -> dict[str, str]:
    """What stands there, as the form begins with it."""
    if entry is None:
        return {"discussion": "", "more": "", "conclusions": "", "how": ""}
    first, more = parts_of(entry.entry.discussion)
    return {
        "discussion": first,
        "more": more,
        "conclusions": "\n".join(each.text for each in entry.conclusions),
        "how": entry.entry.how_decided or "",
    }


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_write(context, arguments, lock=False)
    at = await at_hand.line(context, arguments)
    return {name: value or None for name, value in fields_of(at.written.entry).items()}


# --- what is handed in -------------------------------------------------------------------------------------


async def _written(context: Context, answers: Answers) -> Message:
    """Store what was written. What somebody else has written meanwhile stays."""
    held = await at_hand.to_write(context, answers.arguments)
    at = await at_hand.line(context, answers.arguments)
    before = at.written.entry
    if before is None:
        raise Gone(_("Saken er ikke tatt med i referatet ennå. Åpne hele referatet og ta den med."))
    step = answers[WriteMore] if WriteMore in answers else answers[Write]
    ready = _proposed(at) if step.ready == _PROPOSED else ""
    if step.ready and step.ready != _PROPOSED:
        ready = verbs.sentence(step.ready, at.written.line.title)
    own = {
        "discussion": whole_of({"discussion": step.discussion, "more": getattr(step, "more", "")}),
        "conclusions": "\n".join((*conclusions_in(step.conclusions), *conclusions_in(ready))),
        "how": step.how,
    }
    begun = {
        "discussion": whole_of(answers.prefilled),
        "conclusions": str(answers.prefilled.get("conclusions") or ""),
        "how": str(answers.prefilled.get("how") or ""),
    }
    stands = fields_of(before)
    stored = {
        "discussion": whole_of(stands),
        "conclusions": stands["conclusions"],
        "how": stands["how"],
    }
    merged = merge(begun, own, stored)
    if merged.both:
        raise _both(before, merged.values, merged.both, stands)
    await _notes_taken(context, held.row.id, answers)
    if merged.values != stored:
        values = dict(merged.values)
        if values["discussion"] == stored["discussion"]:
            # Two fields may have broken it where it was whole.
            values["discussion"] = before.entry.discussion
        await store(context, held.row, before, values, draft_id=answers.draft_id)
    elsewhere = any(stored[name] != begun[name] and own[name] == begun[name] for name in stored)
    said = _("Lagret.")
    if elsewhere:
        said = _("Lagret. Det {person} skrev samtidig, står der også.").format(person=before.by or _("en annen"))
    after = await at_hand.line(context, answers.arguments)
    return page.one(after, said=said)


async def _notes_taken(context: Context, minutes_id: int, answers: Answers) -> None:
    """Notes that stood in the form are the minute taker's own words by now; those that had no room in it stay notes.
    Of two who had the same in their forms, the first has taken them."""
    notes_id = id_in(answers.arguments.get("notes", ""))
    for each in await minutes.open_notes(context.session, minutes_id) if notes_id is not None else ():
        if each.id == notes_id and answers.arguments.get("of", str(len(each.lines))) == str(len(each.lines)):
            each.lines = each.lines[int(answers.arguments.get("lines", "0")) :]
            if not each.lines:
                each.status = NotesStatus.TAKEN


async def store(
    context: Context, row: Minutes, before: EntryOf, values: Mapping[str, str], *, draft_id: str | None = None
) -> None:
    """These are the discussion, the conclusions (one on each line) and how it was decided from now on.

    The caller holds the minutes (`at_hand.to_write`), and `before` is as they stand.
    """
    entry = before.entry
    changed = [
        name
        for name, stood in (
            ("discussion", entry.discussion),
            ("conclusions", "\n".join(each.text for each in before.conclusions)),
            ("how", entry.how_decided or ""),
        )
        if values[name] != stood
    ]
    wanted = [(verbs.verb_of(each), each) for each in values["conclusions"].splitlines()]
    if "conclusions" in changed:
        await minutes.conclude(context.session, before, wanted)
    entry.discussion = values["discussion"]
    entry.how_decided = HowDecided(values["how"]) if values["how"] else None
    await note(context, row, entry, changed, draft_id=draft_id)


async def note(
    context: Context, row: Minutes, entry: MinutesEntry, changed: Sequence[str], *, draft_id: str | None = None
) -> None:
    """The actor has changed these parts of an entry."""
    for each in (row, entry):
        each.revision += 1
        each.changed_at = context.now
    entry.changed_by_id = context.actor.person_id
    await context.session.flush()
    await minutes.HISTORY.add(
        context.session,
        row.id,
        "written",
        context.actor.person_id,
        context.now,
        data={"slot": entry.slot_id, "changed": list(changed)},
        draft_id=draft_id,
    )


def _both(before: EntryOf, values: Mapping[str, str], both: frozenset[str], stands: Mapping[str, str]) -> BadInput:
    """The form again, with both texts in the fields that two have changed, and what else is new in the others."""
    person = before.by or _("en annen")
    texts = {
        "discussion": side_by_side(values["discussion"], whole_of(stands), person)
        if "discussion" in both
        else values["discussion"],
        "conclusions": side_by_side(values["conclusions"], stands["conclusions"], person)
        if "conclusions" in both
        else values["conclusions"],
    }
    first, more = parts_of(texts["discussion"])
    if length(more) > FIELD or length(texts["conclusions"]) > FIELD:
        # What began the form stays, so that nothing is written over until both fit.
        field = "conclusions" if length(texts["conclusions"]) > FIELD else "discussion"
        return BadInput({field: no_room(person)})
    errors = dict.fromkeys(both - {"how"}, both_written(person))
    if "how" in both:
        errors["how"] = _("{person} valgte «{how}» samtidig. Velg det som er riktig, og lagre igjen.").format(
            person=person, how=verbs.how_decided(stands["how"])
        )
    instead = {
        "discussion": first or None,
        "more": more or None,
        "conclusions": texts["conclusions"] or None,
        "how": values["how"] or None,
        # What was chosen stands among the conclusions by now.
        "ready": None,
    }
    return BadInput(errors, instead=instead, begun={name: value or None for name, value in stands.items()})


WRITE = Dialog(
    name="referat.skriv",
    steps=_steps,
    all_steps=(Write, WriteMore),
    finish=_written,
    prefill=_current,
    still=at_hand.still,
)


async def write(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for one line; with a second field for the discussion where one is not enough."""
    at = await at_hand.line(context, arguments)
    entry = at.written.entry
    long = {"long": "yes"} if entry is not None and length(entry.entry.discussion) > FIELD - 500 else {}
    return await conversation.start(context, WRITE, {**about(at.record.meeting, slot=at.slot_id), **long})
