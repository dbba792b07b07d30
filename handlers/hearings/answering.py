"""Answering a round of written comments: in one's own words, for the party that one speaks for, or without remarks.

The answer can be changed until the deadline. One that comes later is taken, and marked. The secretariat may write in
an answer that came to it another way.
"""

from collections.abc import Mapping
from typing import Annotated

from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step, Text
from handlers.errors import AlreadyDone, BadInput
from handlers.hearings import announce, at_hand, showing, views
from handlers.hearings.at_hand import Round
from handlers.limits import ANYWHERE
from handlers.meetings.minutes.merging import merge, side_by_side
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import length
from storage.hearings import HISTORY
from storage.hearings import Recipient as Asked

_FIELD = ANYWHERE.typed
_KEPT = ("hearing", "meeting", "item", "recipient")


async def _what(context: Context, answers: Answers) -> str:
    read, recipient = await at_hand.to_answer(context, answers.arguments)
    whose = _("Svar fra: {name}").format(name=views.called(recipient)) if "recipient" in answers.arguments else ""
    lines = (
        _("Høringen: {title}").format(title=read.row.title),
        whose,
        read.row.question,
        _("Frist: {day}").format(day=views.deadline(read)),
    )
    return "\n".join(filter(None, lines))


class Answer(Step):
    """Svaret på høringen."""

    about = About(title=N_("Svar på høringen"), submit=N_("Send svaret"))
    what: Annotated[None, Note("", text=_what)] = None
    text: Annotated[
        str,
        LongText(N_("Svaret"), help=N_("Skriv ingenting en pasient kan kjennes igjen på."), max_length=_FIELD),
    ]
    more: Annotated[
        str, LongText(N_("Fortsettelse"), help=N_("Når det ene feltet er for lite."), max_length=_FIELD)
    ] = ""
    behalf: Annotated[
        str, Text(N_("På vegne av"), help=N_("Virksomheten eller utvalget du svarer for."), max_length=150)
    ] = ""


def _parts(text: str) -> tuple[str, str]:
    """A text for one field, or for two, broken between words."""
    if length(text) <= _FIELD:
        return text, ""
    end = text.rfind(" ", _FIELD // 2, _FIELD // 2 + 1000)
    end = end if end > 0 else _FIELD // 2
    return text[:end].rstrip(), text[end:].lstrip()


def _fields(recipient: Asked) -> dict[str, str]:
    text, more = _parts(recipient.row.text)
    return {"text": text, "more": more, "behalf": recipient.row.on_behalf_of}


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    _read, recipient = await at_hand.to_answer(context, arguments)
    return {name: value or None for name, value in _fields(recipient).items()}


async def _answered(context: Context, answers: Answers) -> Message:
    read, recipient = await at_hand.to_answer(context, answers.arguments, lock=True)
    step = answers[Answer]
    own = {"text": _whole(step.text, step.more), "behalf": step.behalf}
    begun = {
        "text": _whole(str(answers.prefilled.get("text") or ""), str(answers.prefilled.get("more") or "")),
        "behalf": str(answers.prefilled.get("behalf") or ""),
    }
    stands = {"text": recipient.row.text, "behalf": recipient.row.on_behalf_of}
    merged = merge(begun, own, stands)
    if "text" in merged.both:
        raise _both(recipient, own["text"])
    recipient.row.text, recipient.row.on_behalf_of = merged.values["text"], merged.values["behalf"]
    recipient.row.no_remarks = False
    read = await _note(context, read, recipient, answers)
    return await _said(context, read, recipient, _("Svaret er sendt."))


def _whole(text: str, more: str) -> str:
    return "\n".join(part.strip() for part in (text, more) if part.strip())


def _both(recipient: Asked, own: str) -> BadInput:
    """The form again: somebody else has written in the same answer since it was opened."""
    person = recipient.by or _("en annen")
    text, more = _parts(side_by_side(own, recipient.row.text, person))
    said = _("{person} har skrevet i det samme svaret. Sett tekstene sammen, og send igjen.").format(person=person)
    if length(more) > _FIELD:
        return BadInput({"text": said}, begun=dict(_fields(recipient)))
    return BadInput({"text": said}, instead={"text": text, "more": more or None}, begun=dict(_fields(recipient)))


async def _note(context: Context, read: Round, recipient: Asked, answers: Answers | None) -> Round:
    """The answer is there; who hears of it. The round as it is then."""
    row, first = recipient.row, not recipient.has_answered
    late = context.now > read.row.deadline_at
    if first or not late:
        # What the secretariat puts right after the deadline came when it came.
        row.answered_at = context.now
    row.answered_by_id = context.actor.person_id
    row.revision += 1
    read.row.revision += 1
    await context.session.flush()
    await HISTORY.add(
        context.session,
        read.row.id,
        "answered",
        context.actor.person_id,
        context.now,
        data={"recipient": row.id, "late": late},
        draft_id=answers.draft_id if answers is not None else None,
    )
    read = await at_hand.find(context, {**read.carried, "hearing": str(read.row.id)})
    await announce.stand(context, read)
    if first and not read.waiting:
        await announce.all_have_answered(context, read)
    return read


async def _said(context: Context, read: Round, recipient: Asked, said: str) -> Message:
    if at_hand.may_run(context.actor, read):
        return await showing.whole(context, read, said=said)
    own = next(each for each in read.recipients if each.row.id == recipient.row.id)
    late = context.now > read.row.deadline_at
    shown = views.to_recipient(read, own, late=late)
    small = _("Du kan endre svaret til og med {day}.").format(day=views.deadline(read)) if not late else shown.small
    return shown.model_copy(update={"title": said, "text": views.title(read), "small": small, "replace": True})


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await at_hand.to_answer(context, arguments)


ANSWER = Dialog(name="horing.svar", steps=(Answer,), finish=_answered, prefill=_current, still=_still)


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form. `recipient`: the secretariat writes in what somebody has answered another way."""
    return await conversation.start(context, ANSWER, {name: arguments[name] for name in _KEPT if name in arguments})


async def no_remarks(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The actor has nothing to say in the round, and is not reminded."""
    own = {name: value for name, value in arguments.items() if name != "recipient"}
    read, recipient = await at_hand.to_answer(context, own, lock=True)
    if recipient.has_answered:
        if recipient.row.no_remarks:
            raise AlreadyDone(_("Du har allerede svart at du ikke har merknader."))
        raise AlreadyDone(_("Du har svart på høringen. Vil du endre det, så trykk på «Endre svaret»."))
    recipient.row.no_remarks = True
    read = await _note(context, read, recipient, None)
    return await _said(context, read, recipient, _("Du har svart at du ikke har merknader."))
