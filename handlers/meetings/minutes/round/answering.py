"""What the minute taker does with comments: takes them in, with the difference shown, or declines them.

Whoever commented gets an answer. The text that is taken in is the minute taker's: what was proposed stands in the form,
and may be changed.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step
from handlers.errors import BadInput, Gone
from handlers.meetings.minutes import closed, record
from handlers.meetings.minutes.difference import shown
from handlers.meetings.minutes.record import Written
from handlers.meetings.minutes.round import announce, happen, texts, views
from handlers.meetings.minutes.round.at_hand import ANSWERED, Round, to_write
from handlers.meetings.minutes.round_actions import Do, button
from handlers.meetings.minutes.states import may_change
from handlers.messages import paging
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, Fact, Message, Section
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage import minutes_round, people
from storage.minutes_round import CommentOf
from storage.pointing import pointed_at
from storage.tables import Minutes, MinutesComment, MinutesEntry, MinutesStatus, Suggestion

_SHOWN = 500
"""As much of a text as stands in a list of several; the form has the whole."""

# --- the list -------------------------------------------------------------------------------------------------


async def comments(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The comments, by case, those that nobody has answered first."""
    return await _list(context, await to_write(context, arguments, lock=False), arguments)


async def _list(context: Context, read: Round, arguments: Mapping[str, str], *, said: str = "") -> Message:
    found = await record.read(context.session, read.meeting, read.committee)
    given = await minutes_round.comments(context.session, read.minutes.id)
    order = {each.slot_id: place for place, each in enumerate(found.lines)}
    # Those on the whole of the minutes come first.
    in_order = sorted(
        given, key=lambda each: (each.comment.status != Suggestion.OPEN, order.get(each.slot_id, -1), each.comment.id)
    )
    at = paging.offset(arguments)
    page = in_order[at : at + paging.SIZE]
    unanswered = sum(each.comment.status == Suggestion.OPEN for each in given)
    text = (
        ngettext("{count} kommentar er ubesvart.", "{count} kommentarer er ubesvart.", unanswered).format(
            count=unanswered
        )
        if unanswered
        else (_("Alle kommentarene er besvart.") if given else _("Ingen har kommentert ennå."))
    )
    return Message(
        title=views.title(read, _("Kommentarer til {minutes}")),
        text="\n".join(filter(None, (said, text, paging.place(at, len(page), len(given))))),
        facts=views.facts(read),
        sections=tuple(
            _section(read, each, found.at(each.slot_id) if each.slot_id is not None else None) for each in page
        ),
        buttons=(
            *(each for each in views.writer_buttons(read, unanswered) if each.action != Do.COMMENTS),
            *paging.buttons(in_order[at:], Do.COMMENTS, {**_about(read), "page": str(at // paging.SIZE)}),
        ),
        small=_signs() if any(each.comment.instead for each in page) else "",
        replace="page" in arguments,
    )


def _signs() -> str:
    """How a difference is read."""
    return _("I et forslag går [-dette-] ut, og {+dette+} kommer til.")


def _about(read: Round) -> Mapping[str, str]:
    return {"meeting": str(read.meeting.id)}


def _section(read: Round, each: CommentOf, written: Written | None) -> Section:
    comment = each.comment
    where = written.called if written is not None else _("Hele referatet")
    facts = []
    if comment.instead:
        facts.append(Fact(label=_part_label(written, comment), value=shorten(_difference(written, comment), _SHOWN)))
    if comment.status != Suggestion.OPEN:
        facts.append(Fact(label=_("Svar"), value=shorten(_answer_in_words(comment), _SHOWN)))
    buttons: tuple[Button, ...] = ()
    if comment.status == Suggestion.OPEN and may_change(read.status):
        buttons = (
            button(Do.TAKE_IN, _("Ta inn"), read.meeting, style="primary", comment=comment.id),
            button(Do.DECLINE, _("Ikke ta inn"), read.meeting, comment=comment.id),
        )
    return Section(
        title=_("{case}, fra {name}").format(case=where, name=each.by),
        text=shorten(comment.text, _SHOWN),
        facts=tuple(facts),
        buttons=buttons,
    )


def _answer_in_words(comment: MinutesComment) -> str:
    words = _("Tatt inn") if comment.status == Suggestion.ACCEPTED else _("Ikke tatt inn")
    return f"{words}. {comment.answer}" if comment.answer else words


def _part_label(written: Written | None, comment: MinutesComment) -> str:
    found = texts.find(written, comment.part, comment.before) if written is not None else None
    return _("Forslag, {part}").format(part=found.label) if found is not None else _("Forslag")


def _difference(written: Written | None, comment: MinutesComment) -> str:
    """What was proposed against what stands there by now, or against what stood there where it is settled."""
    found = texts.find(written, comment.part, comment.before) if written is not None else None
    stands = found.text if found is not None and comment.status == Suggestion.OPEN else comment.before
    return shown(stands, comment.instead)


# --- one comment ----------------------------------------------------------------------------------------------


class _AtComment(NamedTuple):
    """A comment, the minutes, and what they say of its case (None: it is about the whole)."""

    read: Round
    comment: MinutesComment
    written: Written | None

    @property
    def stands(self) -> texts.Part | None:
        if self.written is None:
            return None
        return texts.find(self.written, self.comment.part, self.comment.before)


async def _to_answer(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> _AtComment:
    """A comment that nobody has answered, for whoever writes the minutes.

    Raises:
        Gone, NotAllowed, Settled: says why not.
    """
    read = await to_write(context, arguments, lock=lock)
    comment = await minutes_round.comment(context.session, id_of(arguments, "comment"))
    if comment is None or comment.minutes_id != read.minutes.id:
        raise Gone(_("Kommentaren finnes ikke lenger."))
    if comment.status != Suggestion.OPEN:
        names = await people.names(context.session, [each for each in (comment.answered_by_id,) if each is not None])
        raise Settled(
            _("Kommentaren er allerede besvart av {name}. {answer}").format(
                name=pointed_at(names, comment.answered_by_id, ""), answer=_answer_in_words(comment)
            ),
            button(Do.COMMENTS, _("Se kommentarene"), read.meeting),
        )
    if not may_change(read.status):
        raise Settled(_("Referatet er publisert eller godkjent, så det kan ikke endres nå."), views.show(read))
    if comment.entry_id is None:
        return _AtComment(read, comment, None)
    found = await record.read(context.session, read.meeting, read.committee)
    written = next(
        (each for each in found.lines if each.entry is not None and each.entry.entry.id == comment.entry_id), None
    )
    return _AtComment(read, comment, written)


async def _at(context: Context, answers: Answers) -> _AtComment:
    if "comment" not in answers.found:
        answers.found["comment"] = await _to_answer(context, answers.arguments, lock=False)
    found: _AtComment = answers.found["comment"]
    return found


async def _comment(context: Context, answers: Answers) -> str:
    at = await _at(context, answers)
    names = await people.names(context.session, [at.comment.person_id])
    where = _("Saken: {title}").format(title=at.written.called) if at.written is not None else ""
    where = where or views.title(at.read, "{minutes}")
    return f"{where}\n{names.get(at.comment.person_id, '')}: {at.comment.text}"


async def _proposed(context: Context, answers: Answers) -> str:
    at = await _at(context, answers)
    if not at.comment.instead or at.stands is None:
        return ""
    return _("Forslaget, med [-det som går ut-] og {{+det som kommer til+}}:\n{difference}").format(
        difference=shown(at.stands.text, at.comment.instead)
    )


_ANSWER = LongText(N_("Svar til den som kommenterte"), max_length=2000)


class TakeIn(Step):
    """Hvordan teksten blir når kommentaren tas inn."""

    about = About(title=N_("Ta inn kommentaren"), submit=N_("Ta inn"))
    comment: Annotated[None, Note("", text=_comment)] = None
    proposed: Annotated[None, Note("", text=_proposed)] = None
    text: Annotated[str, LongText(N_("Slik blir teksten"), help=N_("Du kan endre den før du lagrer."))]
    answer: Annotated[str, _ANSWER] = ""


class TakeNote(Step):
    """En kommentar til hele referatet, som ikke endrer en bestemt tekst."""

    about = About(title=N_("Ta inn kommentaren"), submit=N_("Ta inn"))
    comment: Annotated[None, Note("", text=_comment)] = None
    answer: Annotated[
        str, LongText(N_("Svar til den som kommenterte"), help=N_("Hva du har gjort med den."), max_length=2000)
    ] = ""


def _steps(answers: Answers) -> Sequence[type[Step]]:
    return (TakeIn,) if answers.arguments.get("text") or answers.raw.get("text") else (TakeNote,)


async def _begin(context: Context, arguments: Mapping[str, str]) -> Raw:
    at = await _to_answer(context, arguments, lock=False)
    if at.stands is None:
        return {}
    return {"text": at.comment.instead or at.stands.text}


async def _taken_in(context: Context, answers: Answers) -> Message:
    at = await _to_answer(context, answers.arguments)
    before = after = ""
    if TakeIn in answers:
        after = answers[TakeIn].text
        before = await _change(context, at, after, answers.arguments.get("revision", ""))
        answer = answers[TakeIn].answer
    else:
        answer = answers[TakeNote].answer
    return await _answered(context, at, Suggestion.ACCEPTED, answer, before, after)


async def _change(context: Context, at: _AtComment, text: str, seen: str) -> str:
    """The text of the entry is `text` from now on; what it was."""
    stands = at.stands
    if stands is None or at.written is None or at.written.entry is None:
        raise BadInput(
            {"text": _("Teksten står ikke i referatet lenger. Avslå kommentaren, eller skriv den inn selv.")}
        )
    entry = at.written.entry
    if str(entry.entry.revision) != seen and stands.text not in (text, at.comment.before):
        raise Settled(
            _("{name} har endret teksten imens, så den er ikke det du så. Åpne kommentaren på nytt.").format(
                name=entry.by or _("Noen")
            ),
            button(Do.COMMENTS, _("Se kommentarene"), at.read.meeting),
        )
    if stands.part == texts.DISCUSSION:
        entry.entry.discussion = text
    else:
        next(each for each in entry.conclusions if str(each.ordinal) == stands.part).text = text
    if stands.text != text:
        _changed(context, at.read.minutes, entry.entry)
    return stands.text


def _changed(context: Context, row: Minutes, entry: MinutesEntry) -> None:
    row.revision += 1
    entry.revision += 1
    entry.changed_by_id = context.actor.person_id
    row.changed_at = entry.changed_at = context.now


async def _answered(
    context: Context, at: _AtComment, status: Suggestion, answer: str, before: str, after: str
) -> Message:
    read, comment = at.read, at.comment
    comment.status, comment.answer, comment.answered_by_id = status, answer, context.actor.person_id
    data = {
        "comment": comment.id,
        "taken": status is Suggestion.ACCEPTED,
        "slot": at.written.slot_id if at.written is not None else None,
        "before": before,
        "after": after,
    }
    await context.session.flush()
    read = await happen.record(context, read, ANSWERED, note=answer, data=data)
    await _tell(context, read, at, before, after)
    unanswered = await minutes_round.open_comments(context.session, read.minutes.id)
    until = read.minutes.comments_until
    if read.status is MinutesStatus.COMMENTS and not unanswered and until is not None and context.now > until:
        # The time is over, and this was the last.
        read = await happen.comments_over(context, read)
    else:
        await announce.comments_so_far(context, read)
    words = _("Kommentaren er tatt inn.") if status is Suggestion.ACCEPTED else _("Kommentaren er ikke tatt inn.")
    return await _list(context, read, {}, said=f"{words} {_('Den som kommenterte, har fått svar.')}")


async def _tell(context: Context, read: Round, at: _AtComment, before: str, after: str) -> None:
    comment = at.comment
    languages = await people.languages(context.session, [comment.person_id])
    is_closed = at.written is not None and at.written.line.is_closed
    # Whoever commented may have left the committee, or the case been closed, since.
    may_see = not is_closed or comment.person_id in read.concerned.told_of_closed
    where = (at.written.called if may_see else closed.title(at.written)) if at.written is not None else ""

    def build() -> Message:
        taken = comment.status == Suggestion.ACCEPTED
        facts = (
            (_("Sak"), where),
            (_("Kommentaren din"), comment.text if may_see else ""),
            (_("Endring"), shown(before, after) if taken and may_see and before != after else ""),
            (_("Svar"), comment.answer if may_see else ""),
        )
        return Message(
            title=views.title(
                read,
                _("Kommentaren din til {minutes} er tatt inn")
                if taken
                else _("Kommentaren din til {minutes} er ikke tatt inn"),
            ),
            facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
            buttons=(views.show(read),),
            page=views.page_of(read),
            small=_signs() if taken and may_see and before != after else "",
        )

    await announce.tell(context, read, f"answer:{comment.id}", languages, build)


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await _to_answer(context, arguments, lock=False)


TAKE_IN = Dialog(
    name="referatrunde.tainn",
    steps=_steps,
    all_steps=(TakeIn, TakeNote),
    finish=_taken_in,
    prefill=_begin,
    still=_still,
)


async def take_in(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Open the form, with what stands there by now."""
    at = await _to_answer(context, arguments, lock=False)
    kept = {name: arguments.get(name, "") for name in ("meeting", "comment")}
    if at.stands is not None and at.written is not None and at.written.entry is not None:
        kept |= {"text": "1", "revision": str(at.written.entry.entry.revision)}
    return await conversation.start(context, TAKE_IN, kept)


class Declined(Step):
    """Hvorfor kommentaren ikke tas inn."""

    about = About(title=N_("Ikke ta inn"), submit=N_("Send svaret"))
    comment: Annotated[None, Note("", text=_comment)] = None
    answer: Annotated[str, LongText(N_("Svar til den som kommenterte"), help=N_("Si hvorfor."), max_length=2000)]


async def _may_decline(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _to_answer(context, arguments, lock=False)
    return {}


async def _declined(context: Context, answers: Answers) -> Message:
    at = await _to_answer(context, answers.arguments)
    return await _answered(context, at, Suggestion.DECLINED, answers[Declined].answer, "", "")


DECLINE = Dialog(name="referatrunde.avsla", steps=(Declined,), finish=_declined, prefill=_may_decline, still=_still)


async def decline(context: Context, arguments: Mapping[str, str]) -> Reply:
    kept = {name: arguments.get(name, "") for name in ("meeting", "comment")}
    return await conversation.start(context, DECLINE, kept)
