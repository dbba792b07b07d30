"""The engine that walks dialogs: start, submit, go back, resume.

A form's token (see `Token`) names a draft, which belongs to one person, so a token in other hands opens nothing. All
that was typed is kept in the draft, right or wrong, but for what may be an identity number (see
`handlers.dialogs.draft_texts`); a failed check draws the same form with what was typed.
"""

import itertools
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from handlers.dialogs import draft_texts, guard, searching
from handlers.dialogs.checking import as_kept, check, find_options
from handlers.dialogs.dialog import (
    ASKED,
    Answers,
    Choice,
    Choices,
    Dialog,
    Form,
    Intent,
    Note,
    Option,
    Person,
    Raw,
    Step,
    Text,
)
from handlers.dialogs.draft_texts import CONFIRMED as _CONFIRMED
from handlers.dialogs.draft_texts import PREFILLED as _PREFILLED
from handlers.dialogs.drawing import resume_form, step_form, summary_form, written
from handlers.dialogs.token import RESUME, SUMMARY, Token, form_gone
from handlers.dialogs.withheld import restored
from handlers.errors import BadInput, BotError, NotAllowed, Settled, about_another_case
from handlers.limits import ANYWHERE
from handlers.messages.arguments import carries
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import drafts, joining
from storage.tables import Draft, DraftStatus

DRAFT_LIFETIME = timedelta(days=14)

_PENDING = "_pending"
"""In a draft's arguments: what was typed after the command that led to «Fortsett der du slapp?»."""
_FILLED_IN = "_filled_in"
"""In a draft's arguments: whether that has been put where nothing stood in the draft."""

_QUERIES = "_queries"
"""In a draft's arguments: what was typed to search for options, by field, and is not settled."""


async def start(context: Context, dialog: Dialog, arguments: Mapping[str, str], given: Raw | None = None) -> Form:
    """The dialog's first form, or the question «Fortsett der du slapp?» when there is an unfinished draft.

    `given` are raw values known beforehand, such as a title typed after the command. What may be an identity number
    was taken out of what was typed before it was read (see `Bot`); here the person is told, and asked.
    """
    typed_in = {name: _as_typed(context, value) for name, value in (given or {}).items()}
    # A client may send anything for a button of ours.
    arguments = {name: without_possible_numbers(argument) for name, argument in arguments.items()}
    prefilled = await _prefilled(context, dialog, arguments)
    for draft in await _open_drafts(context, dialog):
        if dialog.resumable:
            shown = guard.without_numbers(typed_in)
            # The same beginning again (a platform may ask twice) is no reason to ask.
            if _has_content(draft_texts.shown(context, draft), {**prefilled, **shown}):
                _note_pending(context, draft, typed_in)
                return resume_form(dialog, _answers(context, draft), shown, conflict=_conflicts(context, draft, shown))
            return await _begun(context, dialog, draft, prefilled, typed_in)
        if _arguments(draft) == dict(arguments):
            return await _begun(context, dialog, draft, {**prefilled, **_changed(draft)}, typed_in)
    if dialog.begins_empty and not (arguments or typed_in):
        # Nothing to keep yet: the row is written with the first thing that is typed (see `_find`).
        answers = Answers({}, {}, _new_id(context.actor.person_id, context.now))
        return await step_form(context, dialog, dialog.path(answers)[0], answers)
    draft = _new_draft(context, dialog, arguments, prefilled)
    context.session.add(draft)
    return await _begun(context, dialog, draft, prefilled, typed_in)


async def submit(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, raw: Raw, intent: Intent
) -> Form | Message | None:
    """What comes after a form was submitted, or one of its buttons pressed.

    Raises:
        Gone: the draft has expired or was discarded.
        NotAllowed: the draft belongs to somebody else.
        BadInput: `finish` found something wrong after the forms themselves were fine; `redraw` shows it.
    """
    dialog, draft = await _find(context, dialogs, token)
    if draft.status == DraftStatus.SUBMITTED:
        return Message.model_validate(draft.result) if draft.result else None
    if draft.status == DraftStatus.DISCARDED:
        raise form_gone()
    removed = _keep(context, dialog, draft, token.step, raw, handed_in=intent != "save")
    if intent in ("next", "back", "search"):
        removed = {**await _settle_queries(context, dialog, draft, token.step, asked=intent == "search"), **removed}
    match intent:
        case "save":
            return None
        case "cancel":
            return cancelled(context, dialog, draft)
        case "discard":
            return thrown_away(context, draft)
        case "restart":
            form = await _start_over(context, dialog, draft)
            _discard(context, draft)
            return form
        case "putback":
            return await _put_back(context, dialog, draft, token.step)
        case "resume":
            _fill_in(context, draft)
            return await _form_called(context, dialog, draft.step, draft)
        case "search":
            return await _form_called(context, dialog, token.step, draft, removed)
        case "overwrite":
            _fill_in(context, draft, overwriting=True)
            return await _form_called(context, dialog, draft.step, draft)
        case "back":
            return await _form(context, dialog, _before(context, dialog, draft, token.step), draft)
        case "next":
            if token.step == RESUME:
                _fill_in(context, draft)
                return await _form_called(context, dialog, draft.step, draft)
            return await _next(context, dialog, draft, token.step, removed)


async def redraw(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, raw: Raw, error: BadInput
) -> Form | Message | None:
    """The form again, with what was typed and what was wrong, after `finish` refused (its changes rolled back)."""
    dialog, draft = await _find(context, dialogs, token)
    if draft.status != DraftStatus.OPEN:
        return await submit(context, dialogs, token, raw, "next")
    _keep(context, dialog, draft, token.step, raw, handed_in=True)
    answers = _answers(context, draft)
    for step in dialog.path(answers):
        if not error.fields.keys().isdisjoint(step.model_fields):
            return await _form(context, dialog, step, draft, error.fields, error.whole)
        await check(context, step, answers)
    if token.step == SUMMARY:
        return await _summary(context, dialog, draft, answers, error.whole)
    return await _form_called(context, dialog, token.step, draft, error.fields, error.whole)


async def close(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, raw: Raw, error: Settled
) -> Form | Message | None:
    """What stands in the place of a form that is about something settled: the sentence, and what was written in it,
    which is kept nowhere else."""
    dialog, draft = await _find(context, dialogs, token)
    if draft.status != DraftStatus.OPEN:
        return await submit(context, dialogs, token, raw, "next")
    _keep(context, dialog, draft, token.step, raw, handed_in=True)
    # The message may be stored, so it is without what was not answered for.
    facts = written(dialog, Answers(draft.answers, {}), draft.arguments.get(_PREFILLED, {}))
    kept_out = draft_texts.shown(context, draft) != draft.answers
    closed = Message(
        title=str(error),
        text=_("Skjemaet er lukket.") + (" " + _("Dette hadde du skrevet:") if facts else ""),
        buttons=(error.show,) if error.show else (),
        small=guard.removed_from_line() if kept_out else "",
        replace=True,
    )
    _settle(context, draft, closed)
    return closed.model_copy(update={"facts": facts})


async def search(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, name: str, query: str
) -> Sequence[Option]:
    """The options of a field that match what was typed, as many as a list shows."""
    dialog, draft = await _find(context, dialogs, token)
    step = _step_called(dialog, token.step)
    widget = {field: item for field, item, _required in step.widgets()}.get(name) if step else None
    if not isinstance(widget, Choice | Choices | Person):
        return ()
    found = await find_options(context, widget.options, _answers(context, draft), query=query)
    return found[: ANYWHERE.options]


# --- walking -----------------------------------------------------------------------------------------------


async def _next(
    context: Context, dialog: Dialog, draft: Draft, step_name: str, removed: Mapping[str, str]
) -> Form | Message:
    """Check every step up to the one submitted; then the next one, the summary, or the end.

    `removed`: where an identity number was taken out just now, or what was searched for is not chosen, and what is said
    of it, by field.

    All are checked, since a committee may have been removed or a deadline passed since the first step.
    """
    answers = _answers(context, draft)
    path = dialog.path(answers)
    current = path[-1] if step_name == SUMMARY else _step_called(dialog, step_name)
    for step in path:
        errors = await check(context, step, answers)
        errors |= {name: guard.gone() for name in draft_texts.lost(context, draft, step)}
        if step is current:
            # What is wrong, or asked, besides is told too.
            errors |= {name: " ".join(filter(None, (said, errors.get(name)))) for name, said in removed.items()}
        if errors:
            return await _form(context, dialog, step, draft, errors)
        if step is current and step is not path[-1]:
            path = dialog.path(answers)
            return await _form(context, dialog, path[list(path).index(step) + 1], draft)
    if dialog.summary is not None and step_name != SUMMARY:
        return await _summary(context, dialog, draft, answers)
    result = await dialog.finish(context, answers)
    _settle(context, draft, result)
    return result


async def _form(
    context: Context,
    dialog: Dialog,
    step: type[Step],
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    whole: str = "",
) -> Form:
    answers = _answers(context, draft)
    await _still(context, dialog, answers)
    if step.about.facts is not None:
        for earlier in itertools.takewhile(lambda each: each is not step, dialog.path(answers)):
            problems = await check(context, earlier, answers)
            if problems:
                return await _form(context, dialog, earlier, draft, problems)
    lost = draft_texts.lost(context, draft, step)
    errors = {**(errors or {}), **{name: guard.gone() for name in lost}}
    draft_texts.told_of(draft, lost)
    draft.step = step.name()
    found = guard.open_doubts(step, answers) if errors else {}
    return await step_form(
        context,
        dialog,
        step,
        answers,
        errors,
        whole,
        asked=draft_texts.ask(context, draft, found),
        confirmed=[text for name in step.model_fields for text in draft_texts.said_of(draft, name)],
        can_put_back=draft_texts.can_put_back(context, draft, step),
    )


async def _still(context: Context, dialog: Dialog, answers: Answers) -> None:
    """Raises `Settled` if what the dialog is about is. Whoever may not do it any more is told so when they send it: a
    form that is open is drawn, with what was written in it."""
    if dialog.still is None:
        return
    try:
        await dialog.still(context, answers.arguments)
    except Settled:
        raise
    except BotError:
        return


async def _summary(context: Context, dialog: Dialog, draft: Draft, answers: Answers, whole: str = "") -> Form:
    draft.step = SUMMARY
    await _still(context, dialog, answers)
    return await summary_form(context, dialog, answers, whole)


async def _form_called(
    context: Context,
    dialog: Dialog,
    name: str,
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    whole: str = "",
) -> Form:
    if name == SUMMARY and dialog.summary is not None:
        answers = _answers(context, draft)
        for step in dialog.path(answers):
            problems = await check(context, step, answers)
            if problems:
                return await _form(context, dialog, step, draft, problems)
        return await _summary(context, dialog, draft, answers, whole)
    step = _step_called(dialog, name) or _first(context, dialog, draft)
    return await _form(context, dialog, step, draft, errors, whole)


# --- drafts ------------------------------------------------------------------------------------------------


async def _open_drafts(context: Context, dialog: Dialog) -> Sequence[Draft]:
    if not context.actor.has_drafts:
        return ()
    found = await drafts.open_drafts(context.session, context.actor.person_id, dialog.names, context.now)
    return [draft for draft in found if carries(draft.arguments, context.only)]


async def _find(context: Context, dialogs: Mapping[str, Dialog], token: Token) -> tuple[Dialog, Draft]:
    dialog = dialogs.get(token.dialog)
    draft = await drafts.draft(context.session, token.draft_id) if dialog else None
    owner = draft.person_id if draft else _owner(token.draft_id, context.now)
    if dialog is None or owner is None:
        raise form_gone()
    if owner != context.actor.person_id and await joining.now_called(context.session, owner) != context.actor.person_id:
        raise NotAllowed(_("Dette skjemaet hører til en annen. Skriv kommandoen selv, så får du ditt eget."))
    if draft is None and dialog.begins_empty and not context.only:
        draft = _new_draft(context, dialog, {}, {}, token.draft_id)
        context.session.add(draft)
    if draft is None or draft.dialog not in dialog.names or draft.expires_at <= context.now:
        raise form_gone()
    if not carries(draft.arguments, context.only):
        raise about_another_case()
    return dialog, draft


def _new_id(person_id: int, now: datetime) -> str:
    """An id that tells whose it is and when it was made, so that a form that was never written down has both."""
    return f"{int(now.timestamp()):08x}{person_id:08x}{uuid.uuid4().hex[:16]}"


def _owner(draft_id: str, now: datetime) -> int | None:
    """Whose a draft with this id is, if it could still be open."""
    try:
        made, owner = datetime.fromtimestamp(int(draft_id[:8], 16), UTC), int(draft_id[8:16], 16)
    except ValueError:
        return None
    return owner if now - DRAFT_LIFETIME < made <= now + timedelta(minutes=1) else None


def _new_draft(
    context: Context,
    dialog: Dialog,
    arguments: Mapping[str, str],
    prefilled: Raw,
    draft_id: str | None = None,
) -> Draft:
    return Draft(
        id=draft_id or _new_id(context.actor.person_id, context.now),
        person_id=context.actor.person_id,
        dialog=dialog.name,
        step="",
        arguments={**arguments, _PREFILLED: prefilled} if prefilled else dict(arguments),
        answers=dict(prefilled),
        created_at=context.now,
        changed_at=context.now,
        expires_at=context.now + DRAFT_LIFETIME,
    )


def _answer(draft: Draft, answers: Raw) -> None:
    # An equal dictionary would be a change to the session, which then looks at the row and everything in it.
    if draft.answers != answers:
        draft.answers = answers


async def _begun(context: Context, dialog: Dialog, draft: Draft, answers: Raw, typed_in: Raw) -> Form:
    """The first form of a draft that begins with these answers, and with what was typed after the command."""
    _answer(draft, answers)
    _take_in(context, draft, typed_in)
    shown = draft_texts.shown(context, draft)
    removed = guard.was_removed(shown.get(name) for name in typed_in)
    whole = guard.removed(for_good=not draft_texts.can_put_back_any(context, draft)) if removed else ""
    return await _form(context, dialog, _first(context, dialog, draft), draft, whole=whole)


def _as_typed(context: Context, value: Any) -> Any:
    """What was typed after a command, with what was taken out of the line before it was read."""
    return restored(value, context.line) if isinstance(value, str) else value


def _take_in(context: Context, draft: Draft, typed_in: Raw) -> None:
    stored = {
        name: draft_texts.put(context, draft, name, value).stored if isinstance(value, str) else value
        for name, value in typed_in.items()
    }
    _answer(draft, {**draft.answers, **stored})


def _note_pending(context: Context, draft: Draft, typed_in: Raw) -> None:
    """Keep what was typed until the person has said what is to become of the draft."""
    stored = guard.storable(typed_in)
    draft.arguments = {**draft.arguments, _PENDING: stored, _FILLED_IN: False}
    if stored != typed_in:
        context.withheld.of(draft.id, context.now).pending = typed_in


def _pending(context: Context, draft: Draft) -> Raw:
    stored = cast(Raw, draft.arguments.get(_PENDING) or {})
    held = context.withheld.known(draft.id).pending
    return held if guard.storable(held) == stored else stored


def _conflicts(context: Context, draft: Draft, given: Raw) -> bool:
    """Whether something else stands in the draft where what was typed now would stand."""
    shown = draft_texts.shown(context, draft)
    return any(shown.get(name) not in (None, "", [], value) for name, value in given.items())


def _fill_in(context: Context, draft: Draft, *, overwriting: bool = False) -> None:
    """What was typed after the command stands where nothing stood in the draft that is gone on with; or, if the person
    says so, whatever stood there."""
    pending = _pending(context, draft)
    if pending and not draft.arguments.get(_FILLED_IN):
        filled = {
            name: value for name, value in pending.items() if overwriting or draft.answers.get(name) in (None, "", [])
        }
        _take_in(context, draft, filled)
        # Once: what the person then takes out stays out.
        draft.arguments = {**draft.arguments, _FILLED_IN: True}


def _changed(draft: Draft) -> Raw:
    """What the person changed themselves. The rest may be out of date by now."""
    before = draft.arguments.get(_PREFILLED, {})
    return {name: value for name, value in draft.answers.items() if value != before.get(name)}


async def _prefilled(context: Context, dialog: Dialog, arguments: Mapping[str, str]) -> Raw:
    return {} if dialog.prefill is None else await dialog.prefill(context, arguments)


async def _start_over(context: Context, dialog: Dialog, old: Draft) -> Form:
    arguments = _arguments(old)
    prefilled = await _prefilled(context, dialog, arguments)
    draft = _new_draft(context, dialog, arguments, prefilled)
    context.session.add(draft)
    return await _begun(context, dialog, draft, prefilled, _pending(context, old))


async def _put_back(context: Context, dialog: Dialog, draft: Draft, step_name: str) -> Form:
    """The person says that what was taken out of the form was no identity number."""
    step = _step_called(dialog, step_name) or _first(context, dialog, draft)
    whole = draft_texts.put_all_back(context, draft, step)
    return await _form(context, dialog, step, draft, whole="" if whole else guard.gone())


def _keep(
    context: Context, dialog: Dialog, draft: Draft, step_name: str, raw: Raw, *, handed_in: bool
) -> Mapping[str, str]:
    """Put what was typed into the draft: only this step's fields, as strings, cleaned, without what may be an identity
    number that the person has not answered for.

    What is said of the numbers that were taken out, by field.
    """
    step = _step_called(dialog, step_name)
    if step is None:
        return {}
    kept = dict(draft.answers)
    texts: dict[str, str | None] = {}
    removed: dict[str, str] = {}
    queries = dict(draft.arguments.get(_QUERIES, {}))
    for name, query in searching.typed_in(step, raw).items():
        queries[name] = without_possible_numbers(query)
    _note_queries(draft, queries, raw.get(ASKED))
    for name, widget, _required in step.widgets():
        if name not in raw or isinstance(widget, Note):
            continue
        typed = as_kept(widget, raw[name], many=step.accepts_many(name))
        if not isinstance(typed, list) and draft_texts.is_text(widget):
            if typed and handed_in and isinstance(widget, Text) and widget.settle is not None:
                typed = widget.settle(typed, context.now)
            texts[name] = typed
        else:
            kept |= guard.storable({name: typed})
            if kept[name] != typed:
                removed[name] = guard.removed()
    put = {
        name: draft_texts.put(context, draft, name, typed, being_typed=not handed_in) for name, typed in texts.items()
    }
    if handed_in and raw.get(guard.CONFIRM) == "true":
        shown = {**draft_texts.shown(context, draft), **{name: each.shown for name, each in put.items()}}
        draft_texts.answered(context, draft, shown)
        # What has been answered for is stored too.
        again = {name: draft_texts.put(context, draft, name, each.shown).stored for name, each in put.items()}
    else:
        again = {name: each.stored for name, each in put.items()}
    kept |= again
    removed |= {name: guard.removed() for name, each in put.items() if each.removed}
    if kept != draft.answers:
        draft.answers = kept
        draft.changed_at = context.now
        draft.expires_at = context.now + DRAFT_LIFETIME
    return removed


async def _settle_queries(
    context: Context, dialog: Dialog, draft: Draft, step_name: str, *, asked: bool
) -> Mapping[str, str]:
    """Choose what was searched for and is beyond doubt; what is said of the rest, by field."""
    step = _step_called(dialog, step_name)
    if step is None or not draft.arguments.get(_QUERIES):
        return {}
    settled = await searching.settle(context, step, _answers(context, draft), asked=asked)
    _answer(draft, {**draft.answers, **settled.chosen})
    if settled.done:
        queries = draft.arguments[_QUERIES]
        _note_queries(draft, {name: query for name, query in queries.items() if name not in settled.done})
    return settled.open


def _note_queries(draft: Draft, queries: Mapping[str, str], asked: object = None) -> None:
    """`asked`: a field whose options are to be seen though nothing was typed."""
    queries = {name: query for name, query in queries.items() if query or name == asked}
    if queries != draft.arguments.get(_QUERIES, {}):
        draft.arguments = {**draft.arguments, _QUERIES: queries}


def _settle(context: Context, draft: Draft, result: Message) -> None:
    """The draft became something; `result` is what its person was shown. What they asked to have left out is gone."""
    _empty(context, draft)
    draft.status = DraftStatus.SUBMITTED
    draft.result = result.model_dump(mode="json", exclude_defaults=True)


def _discard(context: Context, draft: Draft) -> None:
    """What the person threw away is not kept until the draft expires."""
    _empty(context, draft)
    draft.status = DraftStatus.DISCARDED


def _empty(context: Context, draft: Draft) -> None:
    """But for what it is about."""
    context.withheld.forget(draft.id)
    draft.answers = {}
    draft.arguments = dict(_arguments(draft))


def thrown_away(context: Context, draft: Draft) -> Message:
    """The person does not want what they wrote to be kept."""
    _discard(context, draft)
    return Message(title=_("Utkastet er slettet."), replace=True)


def cancelled(context: Context, dialog: Dialog, draft: Draft) -> Message:
    """The person wants no more of the form. One that can be gone on with is kept, if anything is written in it."""
    if not dialog.resumable or not _has_content(draft_texts.shown(context, draft), draft.arguments.get(_PREFILLED, {})):
        _discard(context, draft)
        return Message(title=_("Avbrutt. Ingenting er sendt."), replace=True)
    return Message(
        title=_("Ikke sendt inn"),
        text=_("Utkastet er tatt vare på i {days} dager. Skriv {command} for å fortsette der du slapp.").format(
            days=DRAFT_LIFETIME.days, command=typed(dialog.resumed_by)
        ),
        replace=True,
    )


def _has_content(answers: Raw, prefilled: Raw) -> bool:
    """Whether the person put anything into a draft with these answers themselves."""
    return any(value not in (None, "", []) and prefilled.get(name) != value for name, value in answers.items())


def _arguments(draft: Draft) -> dict[str, str]:
    return {name: value for name, value in draft.arguments.items() if not name.startswith("_")}


def _answers(context: Context, draft: Draft) -> Answers:
    return Answers(
        draft_texts.shown(context, draft),
        _arguments(draft),
        draft.id,
        draft.arguments.get(_CONFIRMED),
        draft.arguments.get(_QUERIES),
    )


def _first(context: Context, dialog: Dialog, draft: Draft) -> type[Step]:
    return dialog.path(_answers(context, draft))[0]


def _before(context: Context, dialog: Dialog, draft: Draft, step_name: str) -> type[Step]:
    """The step before. «Endre», where everything is summed up, leads to the first one."""
    path = list(dialog.path(_answers(context, draft)))
    step = next((each for each in path if each.name() == step_name), None)
    if step is None or step.about.facts is not None:
        return path[0]
    return path[max(0, path.index(step) - 1)]


def _step_called(dialog: Dialog, name: str) -> type[Step] | None:
    return next((step for step in dialog.every_step if step.name() == name), None)
