"""The engine that walks dialogs, from outside: start, submit, draw again, close, search.

A form is named by its `Token`. A failed check draws the same form with what was typed.
"""

from collections.abc import Mapping, Sequence

from handlers.dialogs import draft_life, draft_texts, guard, keeping
from handlers.dialogs.checking import check, find_options
from handlers.dialogs.dialog import Answers, Choice, Choices, Dialog, Form, Intent, Option, Person, Raw, Step
from handlers.dialogs.drawing import resume_form, step_form, written, written_in
from handlers.dialogs.foresight import Foreseeing
from handlers.dialogs.token import RESUME, Token, form_gone
from handlers.dialogs.walking import before, first, form, form_called, go_on, refusal, step_called
from handlers.errors import BadInput, Gone
from handlers.limits import ANYWHERE
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _
from storage.tables import Draft, DraftStatus


async def start(
    context: Context,
    dialog: Dialog,
    arguments: Mapping[str, str],
    given: Raw | None = None,
    *,
    begins: Raw | None = None,
) -> Form:
    """The dialog's first form, or the question «Fortsett der du slapp?» when there is an unfinished draft.

    `given` are raw values known beforehand, such as a title typed after the command. What may be an identity number
    was taken out of what was typed before it was read (see `Bot`); here the person is told, and asked. `begins`: what a
    new form has chosen already, because of where it was opened from; the person may choose otherwise.
    """
    typed_in = {name: keeping.as_typed(context, value) for name, value in (given or {}).items()}
    # A client may send anything for a button of ours.
    arguments = {name: without_possible_numbers(argument) for name, argument in arguments.items()}
    prefilled = {**await _prefilled(context, dialog, arguments), **(begins or {})}
    for draft in await draft_life.open_drafts(context, dialog):
        if dialog.resumable:
            shown = guard.without_numbers(typed_in)
            # The same beginning again (a platform may ask twice) is no reason to ask.
            begun = {**draft.progress.prefilled, **prefilled, **shown}
            if draft_life.has_content(draft_texts.shown(context, draft), begun):
                keeping.note_pending(context, draft, typed_in)
                answers = draft_life.answers_of(context, draft)
                return resume_form(dialog, answers, shown, conflict=keeping.conflicts(context, draft, shown))
            return await _begun(context, dialog, draft, keeping.begin_again(draft, prefilled), typed_in)
        if draft.arguments == arguments:
            return await _begun(context, dialog, draft, keeping.begin_again(draft, prefilled), typed_in)
    if dialog.begins_empty and not (arguments or typed_in or begins):
        # Nothing to keep yet: the row is written with the first thing that is typed (see `draft_life.find`).
        answers = Answers({}, {}, draft_life.new_id(context.actor.person_id, context.now))
        return await step_form(context, dialog, dialog.path(answers)[0], answers)
    return await _begun(context, dialog, draft_life.new(context, dialog, arguments, prefilled), prefilled, typed_in)


def foreseen(dialogs: Mapping[str, Dialog], written: str) -> Foreseeing | None:
    """What handing in the form with this token will ask first."""
    try:
        token = Token.parse(written)
    except Gone:
        return None
    dialog = dialogs.get(token.dialog)
    foresight = dialog.foresee if dialog is not None else None
    if dialog is not None and foresight is not None:
        last = foresight.steps or (dialog.every_step[-1].name(),)
        foresight = foresight if token.step in last else None
    return Foreseeing(token.draft_id, foresight)


async def submit(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, raw: Raw, intent: Intent
) -> Form | Message | None:
    """What comes after a form was submitted, or one of its buttons pressed.

    Raises:
        Gone: the draft has expired or was discarded.
        NotAllowed: the draft belongs to somebody else.
        BadInput: `finish` found something wrong after the forms themselves were fine; `redraw` shows it.
    """
    dialog, draft = await draft_life.find(context, dialogs, token)
    if draft.status == DraftStatus.SUBMITTED:
        result = Message.model_validate(draft.result) if draft.result else None
        step = step_called(dialog, token.step)
        # The screen that sent it, handed in twice, says the same twice.
        if result is None or step is None or intent != "next" or token.step == draft.step:
            return result
        return _written_elsewhere(context, draft, step, raw, result)
    if draft.status == DraftStatus.DISCARDED:
        raise form_gone()
    step = step_called(dialog, token.step)
    removed = keeping.keep(context, draft, step, raw, handed_in=intent != "save")
    if intent in ("next", "back", "search"):
        removed = {**await keeping.settle_queries(context, draft, step, asked=intent == "search"), **removed}
    match intent:
        case "save":
            return None
        case "cancel":
            return draft_life.cancelled(context, dialog, draft)
        case "discard":
            return draft_life.thrown_away(context, draft)
        case "restart":
            started = await _start_over(context, dialog, draft)
            draft_life.discard(context, draft)
            return started
        case "putback":
            return await _put_back(context, dialog, draft, token.step)
        case "resume":
            keeping.fill_in(context, draft)
            return await form_called(context, dialog, draft.step, draft)
        case "search":
            return await form_called(context, dialog, token.step, draft, removed)
        case "overwrite":
            keeping.fill_in(context, draft, overwriting=True)
            return await form_called(context, dialog, draft.step, draft)
        case "back":
            return await form(context, dialog, before(context, dialog, draft, token.step), draft)
        case "next":
            if token.step == RESUME:
                keeping.fill_in(context, draft)
                return await form_called(context, dialog, draft.step, draft)
            return await go_on(context, dialog, draft, token.step, removed)


def _written_elsewhere(context: Context, draft: Draft, step: type[Step], raw: Raw, result: Message) -> Message:
    """Another screen of a form that was sent meanwhile, from another window: what was sent, and what was written here,
    which is kept nowhere."""
    keeping.keep(context, draft, step, raw, handed_in=True)
    facts = written_in(step, draft.answers, {})
    draft_life.empty(context, draft)
    if not facts:
        return result
    return Message(
        title=_("Skjemaet er alt sendt, fra et annet vindu"),
        text=_("Dette sto her. Er noe av det ikke med i det som ble sendt, så legg det til der:"),
        facts=facts,
        buttons=result.buttons,
    )


async def redraw(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, raw: Raw, error: BadInput
) -> Form | Message | None:
    """The form again, with what was typed and what was wrong, after `finish` refused (its changes rolled back)."""
    dialog, draft = await draft_life.find(context, dialogs, token)
    if draft.status != DraftStatus.OPEN:
        return await submit(context, dialogs, token, raw, "next")
    keeping.keep(context, draft, step_called(dialog, token.step), raw, handed_in=True)
    if error.instead or error.begun:
        keeping.put_instead(context, draft, error.instead, error.begun)
    answers = draft_life.answers_of(context, draft)
    for step in dialog.path(answers):
        if not error.fields.keys().isdisjoint(step.model_fields):
            return await form(context, dialog, step, draft, error.fields, error.whole, replaced=error.instead)
        await check(context, step, answers)
    return await form_called(context, dialog, token.step, draft, error.fields, error.whole)


async def close(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, raw: Raw, error: Settled
) -> Form | Message | None:
    """What stands in the place of a form that is about something settled: the sentence, and what was written in it,
    which is kept nowhere else."""
    dialog, draft = await draft_life.find(context, dialogs, token)
    if draft.status != DraftStatus.OPEN:
        return await submit(context, dialogs, token, raw, "next")
    keeping.keep(context, draft, step_called(dialog, token.step), raw, handed_in=True)
    # The message may be stored, so it is without what was not answered for.
    facts = written(dialog, Answers(draft.answers, {}), draft.progress.prefilled)
    kept_out = draft_texts.shown(context, draft) != draft.answers
    closed = Message(
        title=str(error),
        text=_("Skjemaet er lukket.") + (" " + _("Dette hadde du skrevet:") if facts else ""),
        buttons=(error.show,) if error.show else (),
        small=guard.removed_from_line() if kept_out else "",
        replace=True,
    )
    draft_life.settle(context, draft, closed)
    return closed.model_copy(update={"facts": facts})


async def search(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, name: str, query: str
) -> Sequence[Option]:
    """The options of a field that match what was typed, as many as a list shows."""
    dialog, draft = await draft_life.find(context, dialogs, token)
    step = step_called(dialog, token.step)
    widget = {field: item for field, item, _required in step.widgets()}.get(name) if step else None
    answers = draft_life.answers_of(context, draft)
    if not isinstance(widget, Choice | Choices | Person) or await refusal(context, dialog, answers):
        return ()
    found = await find_options(context, widget.options, answers, query=query)
    return found[: ANYWHERE.options]


async def _prefilled(context: Context, dialog: Dialog, arguments: Mapping[str, str]) -> Raw:
    return {} if dialog.prefill is None else await dialog.prefill(context, arguments)


async def _begun(context: Context, dialog: Dialog, draft: Draft, answers: Raw, typed_in: Raw) -> Form:
    """The first form of a draft that begins with these answers, and with what was typed after the command."""
    keeping.answer(draft, answers)
    keeping.take_in(context, draft, typed_in)
    shown = draft_texts.shown(context, draft)
    removed = guard.was_removed(shown.get(name) for name in typed_in)
    whole = guard.removed(for_good=not draft_texts.can_put_back_any(context, draft)) if removed else ""
    return await form(context, dialog, first(context, dialog, draft), draft, whole=whole)


async def _start_over(context: Context, dialog: Dialog, old: Draft) -> Form:
    prefilled = await _prefilled(context, dialog, old.arguments)
    draft = draft_life.new(context, dialog, old.arguments, prefilled)
    return await _begun(context, dialog, draft, prefilled, keeping.pending(context, old))


async def _put_back(context: Context, dialog: Dialog, draft: Draft, step_name: str) -> Form:
    """The person says that what was taken out of the form was no identity number."""
    step = step_called(dialog, step_name) or first(context, dialog, draft)
    whole = draft_texts.put_all_back(context, draft, step)
    return await form(context, dialog, step, draft, whole="" if whole else guard.gone())
