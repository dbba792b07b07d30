"""Commenting on minutes while they are out for comment: per case, and perhaps how the text should be instead."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.calendar import dates
from handlers.dialogs import conversation
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Dialog,
    LongText,
    Note,
    Option,
    Raw,
    Reply,
    Step,
    YesNo,
)
from handlers.errors import AlreadyDone, BadInput
from handlers.limits import ANYWHERE
from handlers.meetings.minutes import closed, record
from handlers.meetings.minutes.record import Record, Written
from handlers.meetings.minutes.round import announce, happen, texts, views
from handlers.meetings.minutes.round.at_hand import COMMENTED, NO_REMARKS, Round, find, to_comment
from handlers.meetings.minutes.round_actions import Do, button
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import apart
from storage import minutes_round
from storage.tables import MinutesComment

_ALL = "all"
"""In place of a case: the minutes as a whole."""


async def _record(context: Context, answers: Answers) -> Record:
    """Read once for a form, not for each of its fields."""
    if "record" not in answers.found:
        read = await find(context, answers.arguments)
        answers.found["round"] = read
        answers.found["record"] = await _seen(context, read)
    found: Record = answers.found["record"]
    return found


async def _seen(context: Context, read: Round) -> Record:
    """The minutes as the actor may read them."""
    found = await record.read(context.session, read.meeting, read.committee)
    return found if closed.reads_closed(context.actor, read.committee.id) else closed.veiled(found)


async def _which(context: Context, answers: Answers) -> str:
    await _record(context, answers)
    read: Round = answers.found["round"]
    until = read.minutes.comments_until
    if until is None:
        return views.title(read, "{minutes}")
    return _("{minutes}. Frist: {day}.").format(
        minutes=views.title(read, "{minutes}"), day=dates.day(until, read.meeting.zone)
    )


async def _cases(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    found = texts.commented(await _record(context, answers))
    labels = apart([each.called for each in found], ANYWHERE.option)
    return [
        Option(_ALL, _("Hele referatet")),
        *(Option(str(each.slot_id), label) for each, label in zip(found, labels, strict=True)),
    ]


class Comment(Step):
    """Hva noen har å si om referatet."""

    about = About(title=N_("Kommenter referatet"), submit=N_("Send"))
    which: Annotated[None, Note("", text=_which)] = None
    item: Annotated[str, Choice(N_("Sak"), options=_cases)]
    text: Annotated[str, LongText(N_("Kommentar"), help=N_("Referenten får lese den."))]
    propose: Annotated[bool, YesNo(N_("Jeg vil foreslå hvordan teksten skal være"))] = False

    async def problems(self, _context: Context, _answers: Answers) -> Mapping[str, str]:
        if self.propose and self.item == _ALL:
            return {"item": _("Velg hvilken sak du vil foreslå en annen tekst i.")}
        return {}


async def _line(context: Context, answers: Answers) -> Written | None:
    chosen = id_in(answers[Comment].item if Comment in answers else answers.raw.get("item", ""))
    return (await _record(context, answers)).at(chosen) if chosen is not None else None


async def _as_it_is(context: Context, answers: Answers) -> str:
    written = await _line(context, answers)
    if written is None:
        return ""
    found = (f"{each.label}:\n{each.text or _('(ingenting)')}" for each in texts.parts(written))
    return "\n\n".join((_("Saken: {title}").format(title=written.called), *found))


async def _texts(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    written = await _line(context, answers)
    # A value may not be empty: the discussion has one of its own here.
    return [Option(_value(each.part), each.label) for each in texts.parts(written)] if written is not None else []


def _value(part: str) -> str:
    return part or "0"


def _part(value: str) -> str:
    return "" if value == "0" else value


class Propose(Step):
    """Hvordan teksten skal være i stedet."""

    about = About(title=N_("Foreslå tekst"), submit=N_("Send"))
    now: Annotated[None, Note(N_("Slik er det nå"), text=_as_it_is)] = None
    part: Annotated[str, Choice(N_("Hvilken tekst"), options=_texts, preselect=True)]
    instead: Annotated[
        str, LongText(N_("Slik skal teksten være"), help=N_("Skriv hele teksten, også det som ikke skal endres."))
    ]


def _steps(answers: Answers) -> Sequence[type[Step]]:
    proposes = answers[Comment].propose if Comment in answers else answers.raw.get("propose") in (True, "true")
    return (Comment, Propose) if proposes else (Comment,)


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    read = await to_comment(context, arguments)
    slot_id = id_in(arguments.get("slot", ""))
    if slot_id is None:
        return {}
    found = await _seen(context, read)
    written = found.at(slot_id)
    if written is None:
        return {}
    with_words = [each for each in texts.parts(written) if each.text]
    # What is there is changed rather than written anew.
    first = with_words[0] if len(with_words) == 1 else None
    return {
        "item": str(slot_id),
        "part": _value(first.part) if first else None,
        "instead": first.text if first else None,
    }


async def _commented(context: Context, answers: Answers) -> Message:
    read = await to_comment(context, answers.arguments, lock=True)
    found = await _seen(context, read)
    chosen = id_in(answers[Comment].item)
    written = found.at(chosen) if chosen is not None else None
    if chosen is not None and (written is None or written.entry is None):
        raise BadInput({"item": _("Saken står ikke i referatet lenger. Velg en annen, eller hele referatet.")})
    part = instead = before = ""
    if written is not None and Propose in answers:
        part, instead = _part(answers[Propose].part), answers[Propose].instead
        text = texts.find(written, part)
        if text is None:
            raise BadInput({"part": _("Konklusjonen står ikke i referatet lenger. Velg en annen tekst.")})
        before = text.text
        if before == instead:
            raise BadInput(
                {"instead": _("Dette er teksten som står der nå. Endre den, eller gå tilbake og ta bort krysset.")}
            )
    context.session.add(
        MinutesComment(
            draft_id=answers.draft_id,
            minutes_id=read.minutes.id,
            entry_id=written.entry.entry.id if written is not None and written.entry is not None else None,
            person_id=context.actor.person_id,
            text=answers[Comment].text,
            instead=instead,
            part=part,
            before=before,
            at=context.now,
        )
    )
    await context.session.flush()
    read = await happen.record(context, read, COMMENTED, data={"slot": chosen})
    await announce.stand(context, read)
    await announce.comments_so_far(context, read)
    return Message(
        title=_("Kommentaren er sendt til referenten"),
        text=written.called if written is not None else _("Den gjelder hele referatet."),
        buttons=(button(Do.COMMENT, _("Kommenter en sak til"), read.meeting), views.show(read)),
    )


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await to_comment(context, arguments)


COMMENT = Dialog(
    name="referatrunde.kommenter",
    steps=_steps,
    all_steps=(Comment, Propose),
    finish=_commented,
    prefill=_begin,
    still=_still,
)


async def comment(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Open the form. `slot`: about that case."""
    kept = {name: arguments[name] for name in ("meeting", "slot") if name in arguments}
    return await conversation.start(context, COMMENT, kept)


async def no_remarks(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The actor has nothing to say about the minutes, and is not reminded."""
    read = await to_comment(context, arguments, lock=True)
    person_id = context.actor.person_id
    if person_id in read.without_remarks:
        raise AlreadyDone(_("Du har allerede svart at du ikke har merknader."))
    comments = read.given(await minutes_round.comments(context.session, read.minutes.id))
    if any(each.comment.person_id == person_id for each in comments):
        raise AlreadyDone(_("Du har sendt kommentarer til referatet, og referenten har fått dem."))
    read = await happen.record(context, read, NO_REMARKS)
    await announce.stand(context, read)
    await announce.comments_so_far(context, read)
    return Message(
        title=_("Du har svart at du ikke har merknader"),
        text=views.title(read, "{minutes}."),
        buttons=(*views.comment_buttons(read, answered=True), views.show(read)),
    )
