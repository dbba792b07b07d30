"""What is to be done after the meeting (oppfølging): what, who sees to it, and by when.

A deadline that is no date is asked about in a second step (see `due_words`).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.cases.forms import presenters_to_choose
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Raw, Reply, Step, Text
from handlers.errors import BadInput, Gone
from handlers.meetings import due_meetings
from handlers.meetings.at_hand import about
from handlers.meetings.minutes import at_hand, circles, due_words, page, sentences, views
from handlers.meetings.minutes.merging import merge, side_by_side
from handlers.meetings.minutes.write import note
from handlers.messages.arguments import id_in, id_of
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import length
from storage import committees, follow_ups, minutes
from storage.minutes import EntryOf
from storage.tables import FollowUp, FollowUpStatus

TEXT = 1000
_COMMITTEE = "c"
"""Before the id of a committee among the owners; a person's has nothing before it."""
_DEADLINE = "deadline"
"""The words and the day, where two writers are compared."""


async def _owners(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    """Committees, then everybody in the partnership."""
    listed = [Option(f"{_COMMITTEE}{each.id}", each.name) for each in await committees.active(context.session)]
    return [*listed, *await presenters_to_choose(context, answers, values, query)]


class Follow(Step):
    """Hva som skal gjøres, av hvem og når."""

    about = About(title=N_("Oppfølging"), submit=N_("Lagre"))
    case: Annotated[None, Note("", text=due_words.which)] = None
    text: Annotated[str, LongText(N_("Hva skal gjøres?"), max_length=TEXT)]
    owner: Annotated[str, Choice(N_("Hvem følger opp?"), options=_owners)] = ""
    words: Annotated[
        str, Text(N_("Eller med andre ord"), help=N_("Når det ikke er en person eller et utvalg i listen."))
    ] = ""
    due: Annotated[
        str,
        Text(
            N_("Frist"),
            help=N_("En dato, eller slik det ble sagt: «før sommeren», «neste møte»."),
            max_length=100,
            placeholder="12.3.",
        ),
    ] = ""

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        if self.owner and self.words:
            return {"words": _("Velg en i listen, eller skriv med andre ord. Ta bort det ene.")}
        committee_id = id_in(self.owner.removeprefix(_COMMITTEE)) if self.owner.startswith(_COMMITTEE) else None
        entry = (await at_hand.line(context, answers.arguments)).written.entry if committee_id is not None else None
        if entry is None or committee_id is None:
            return {}
        return await circles.problems(context, entry.entry, committee_id)


def _steps(answers: Answers) -> Sequence[type[Step]]:
    return (Follow, *due_words.steps(answers))


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_write(context, arguments, lock=False)
    if "follow" not in arguments:
        at = await at_hand.line(context, arguments)
        lifted = sentences.called(at, arguments.get("sentence", ""))
        return {"text": lifted[:TEXT]} if lifted else {}
    return {name: value or None for name, value in _fields_of(await _existing(context, arguments)).items()}


def _fields_of(row: FollowUp) -> dict[str, str]:
    owner = f"{_COMMITTEE}{row.owner_committee_id}" if row.owner_committee_id else str(row.owner_id or "")
    return {
        "text": row.text,
        "owner": owner,
        "words": row.owner_text,
        "due": row.due_text,
        "when": due_words.settled(row),
    }


async def _existing(context: Context, arguments: Mapping[str, str]) -> FollowUp:
    row = await minutes.follow_up(context.session, id_of(arguments, "follow"))
    at = await at_hand.line(context, arguments)
    if row is None or at.written.entry is None or row.entry_id != at.written.entry.entry.id:
        raise Gone(_("Oppfølgingen er tatt bort."))
    return row


async def _stored(context: Context, answers: Answers) -> Message:
    held = await at_hand.to_write(context, answers.arguments)
    at = await at_hand.line(context, answers.arguments)
    entry = at.written.entry
    if entry is None:
        raise Gone(_("Saken er ikke tatt med i referatet ennå. Åpne hele referatet og ta den med."))
    step = answers[Follow]
    own = {
        "text": step.text,
        "owner": step.owner,
        "words": step.words,
        "due": step.due,
        "when": due_words.chosen(answers, step.due),
    }
    if "follow" in answers.arguments:
        row = await _existing(context, answers.arguments)
        own = _merged(answers, own, row, entry)
    else:
        ordinal = max((each.row.ordinal for each in entry.follow_ups), default=0) + 1
        row = FollowUp(entry_id=entry.entry.id, ordinal=ordinal, text="")
        context.session.add(row)
    owner = own["owner"]
    committee = owner.startswith(_COMMITTEE)
    row.text, row.owner_text, row.due_text = own["text"], own["words"], own["due"]
    row.owner_id = id_in(owner) if not committee else None
    row.owner_committee_id = id_in(owner.removeprefix(_COMMITTEE)) if committee else None
    row.said = None
    await due_words.settle(context, row, own["when"], held.meeting)
    await note(context, held.row, entry.entry, ["follow_up"], draft_id=answers.draft_id)
    after = await at_hand.line(context, answers.arguments)
    return page.one(after, said=_("Oppfølgingen er lagret."))


def _merged(answers: Answers, own: dict[str, str], row: FollowUp, entry: EntryOf) -> dict[str, str]:
    """What becomes of it where somebody else has changed it since the form was opened (see `merging`).

    Raises:
        BadInput: both have changed the same: the form again, with what the other wrote.
    """
    stands = _fields_of(row)
    begun = {name: str(answers.prefilled.get(name) or "") for name in stands}
    # It is one deadline, the words and the day that they come to.
    merged = merge(*(_with_one_deadline(each) for each in (begun, own, stands)))
    values, both = dict(merged.values), set(merged.both)
    values["due"], values["when"] = values.pop(_DEADLINE).split("\n")
    if _DEADLINE in both:
        both = (both - {_DEADLINE}) | {"due"}
    if both & {"owner", "words"} or (values["owner"] and values["words"]):
        # It is one owner, whichever of the two fields says who.
        both = (both - {"words"}) | {"owner"}
        values |= {name: own[name] for name in ("owner", "words")}
    if not both:
        return values
    person = entry.by or _("en annen")
    theirs = {
        **stands,
        "due": _due_of(row),
        "owner": next((each.owner for each in entry.follow_ups if each.row.id == row.id), ""),
    }
    said = _("{person} skrev «{text}» her samtidig. Se over og lagre igjen.")
    errors = {name: said.format(person=person, text=theirs[name] or _("ingenting")) for name in both}
    texts = side_by_side(own["text"], stands["text"], person)
    if "text" in both and length(texts) <= TEXT:
        values["text"] = texts
    raise BadInput(
        errors,
        instead={name: value or None for name, value in values.items()},
        begun={name: value or None for name, value in stands.items()},
    )


def _with_one_deadline(fields: Mapping[str, str]) -> dict[str, str]:
    deadline = f"{fields['due']}\n{fields['when']}"
    return {**{name: value for name, value in fields.items() if name not in ("due", "when")}, _DEADLINE: deadline}


def _due_of(row: FollowUp) -> str:
    return views.due(row) if row.due_text else ""


FOLLOW_UP = Dialog(
    name="referat.oppfolging",
    steps=_steps,
    all_steps=(Follow, due_words.Confirm, due_words.Ask),
    finish=_stored,
    prefill=_current,
    still=at_hand.still,
)


async def follow_up(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form for a new one, or for the one called `follow`."""
    at = await at_hand.line(context, arguments)
    which = {name: arguments[name] for name in ("follow", "sentence") if name in arguments}
    which[due_words.SAID] = str(due_meetings.said_on(at.record.meeting))
    return await conversation.start(context, FOLLOW_UP, {**about(at.record.meeting, slot=at.slot_id), **which})


async def _take_out(context: Context, row: FollowUp) -> None:
    """It stands in the minutes no more. One that has a history, since they were published once, stays with that."""
    if await follow_ups.HISTORY.last(context.session, row.id) is None:
        await context.session.delete(row)
        return
    row.status, row.added_later = FollowUpStatus.DROPPED, True
    await follow_ups.HISTORY.add(context.session, row.id, "dropped", context.actor.person_id, context.now)


async def remove(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The follow-up is none after all."""
    held = await at_hand.to_write(context, arguments)
    at = await at_hand.line(context, arguments)
    row = await _existing(context, arguments)
    text = row.text
    if await follow_ups.HISTORY.last(context.session, row.id) is None:
        await _take_out(context, row)
    else:
        # Somebody had it, as the minutes were published once: its history stays, and the minutes go without it.
        row.added_later, row.status, row.status_at = True, FollowUpStatus.DROPPED, context.now
        row.revision += 1
        await follow_ups.HISTORY.add(context.session, row.id, "dropped", context.actor.person_id, context.now)
        await context.session.flush()
    if at.written.entry is not None:
        await note(context, held.row, at.written.entry.entry, ["follow_up"])
    after = await at_hand.line(context, arguments)
    return page.one(after, said=_("Tatt bort: {text}").format(text=text))
