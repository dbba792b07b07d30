"""The engine that walks dialogs: start, submit, go back, resume.

A form's token is `dialog.step.draft id`. The draft belongs to one person, so a token in other hands opens nothing.
All that was typed is kept in the draft, right or wrong; a failed check draws the same form with what was typed.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from pydantic import ValidationError

from handlers.context import Context
from handlers.dialog import (
    OPTIONS_LIMIT,
    Answers,
    Choice,
    Choices,
    Day,
    Dialog,
    Form,
    FormButton,
    FormField,
    Intent,
    LongText,
    Note,
    Option,
    OptionSource,
    Person,
    Raw,
    Step,
    Text,
    TimeOfDay,
    Widget,
    YesNo,
)
from handlers.errors import BadInput, Gone, NotAllowed
from handlers.language import N_, _
from handlers.message import Fact, Message
from handlers.text import clean
from storage import drafts
from storage.tables import Draft, DraftStatus

DRAFT_LIFETIME = timedelta(days=14)
SUMMARY = "summary"
RESUME = "resume"

_NOT_VALID = N_("Dette kan ikke stå slik. Rett det opp og prøv igjen.")


@dataclass(frozen=True)
class Token:
    """Which form a submission is of. `str(token)` is what the client carries."""

    dialog: str
    step: str
    draft_id: str

    def __str__(self) -> str:
        return f"{self.dialog}.{self.step}.{self.draft_id}"

    @classmethod
    def parse(cls, text: str) -> "Token":
        """Raises `Gone` for anything that is no token."""
        parts = text.split(".")
        if len(parts) != 3 or not all(parts):
            raise _form_gone()
        return cls(*parts)


async def start(context: Context, dialog: Dialog, arguments: Mapping[str, str], given: Raw | None = None) -> Form:
    """The dialog's first form, or the question «Fortsett der du slapp?» when there is an unfinished draft.

    `given` are raw values known beforehand, such as a title typed after the command.
    """
    given = given or {}
    prefilled = await dialog.prefill(context, arguments)
    for draft in await drafts.open_drafts(context.session, context.actor.person_id, dialog.name, context.now):
        stored = _arguments(draft)
        if dialog.resumable:
            if _has_content(draft, prefilled):
                draft.arguments = {**draft.arguments, "_pending": given}
                return await _resume_form(context, dialog, draft)
            _answer(draft, {**prefilled, **given})
            return await _form(context, dialog, _first(dialog, draft), draft)
        if stored == dict(arguments):
            _answer(draft, {**prefilled, **draft.answers, **given})
            return await _form(context, dialog, _first(dialog, draft), draft)
    draft = _new_draft(context, dialog, arguments, {**prefilled, **given})
    return await _form(context, dialog, _first(dialog, draft), draft)


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
        raise _form_gone()
    _keep(context, dialog, draft, token.step, raw)
    match intent:
        case "save":
            return None
        case "cancel":
            return _kept(dialog, draft)
        case "discard":
            draft.status = DraftStatus.DISCARDED
            return Message(title=_("Utkastet er slettet."))
        case "restart":
            draft.status = DraftStatus.DISCARDED
            return await _start_over(context, dialog, draft)
        case "resume":
            return await _form_called(context, dialog, draft.step, draft)
        case "back":
            return await _form(context, dialog, _before(dialog, draft, token.step), draft)
        case "next":
            if token.step == RESUME:
                return await _form_called(context, dialog, draft.step, draft)
            return await _next(context, dialog, draft, token.step)


async def redraw(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, raw: Raw, error: BadInput
) -> Form | Message | None:
    """The form again, with what was typed and what was wrong, after `finish` refused (its changes rolled back)."""
    dialog, draft = await _find(context, dialogs, token)
    if draft.status != DraftStatus.OPEN:
        return await submit(context, dialogs, token, raw, "next")
    _keep(context, dialog, draft, token.step, raw)
    answers = _answers(draft)
    for step in dialog.path(answers):
        if not error.fields.keys().isdisjoint(step.model_fields):
            return await _form(context, dialog, step, draft, error.fields, error.whole)
        await _check(context, step, answers)
    if token.step == SUMMARY:
        return await _summary(context, dialog, draft, answers, error.whole)
    return await _form_called(context, dialog, token.step, draft, error.fields, error.whole)


async def search(
    context: Context, dialogs: Mapping[str, Dialog], token: Token, name: str, query: str
) -> Sequence[Option]:
    """The options of a field that match what was typed, at most 100."""
    dialog, draft = await _find(context, dialogs, token)
    step = _step_called(dialog, token.step)
    widget = {field: item for field, item, _required in step.widgets()}.get(name) if step else None
    if not isinstance(widget, Choice | Choices | Person):
        return ()
    found = await _options(context, widget.options, _answers(draft), query=query)
    return found[:OPTIONS_LIMIT]


# --- walking -----------------------------------------------------------------------------------------------


async def _next(context: Context, dialog: Dialog, draft: Draft, step_name: str) -> Form | Message:
    """Check every step up to the one submitted; then the next one, the summary, or the end.

    All are checked, since a committee may have been removed or a deadline passed since the first step.
    """
    answers = _answers(draft)
    path = dialog.path(answers)
    current = path[-1] if step_name == SUMMARY else _step_called(dialog, step_name)
    for step in path:
        errors = await _check(context, step, answers)
        if errors:
            return await _form(context, dialog, step, draft, errors)
        if step is current and step is not path[-1]:
            path = dialog.path(answers)
            return await _form(context, dialog, path[list(path).index(step) + 1], draft)
    if dialog.summary is not None and step_name != SUMMARY:
        return await _summary(context, dialog, draft, answers)
    result = await dialog.finish(context, answers)
    await drafts.settle(context.session, draft.id, result.model_dump(mode="json", exclude_defaults=True))
    return result


async def _check(context: Context, step: type[Step], answers: Answers) -> dict[str, str]:
    """Put the checked step into `answers`, or return the errors by field."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, widget, required in step.widgets():
        raw = answers.raw.get(name)
        if isinstance(widget, Note):
            continue
        if raw in (None, "", []):
            if required:
                errors[name] = _missing(widget)
            continue
        values[name] = raw
        problem = await _problem(context, widget, raw, answers)
        if problem:
            errors[name] = problem
    if errors:
        return errors
    try:
        answers.put(step.model_validate(values))
    except ValidationError as error:
        return {
            str(item["loc"][0]) if item["loc"] else "": _explain(cast(dict[str, Any], item)) for item in error.errors()
        }
    return {}


def _missing(widget: Widget) -> str:
    label = _(widget.label)
    if isinstance(widget, Choice | Choices | Person | Day | TimeOfDay):
        return _("Velg noe under «{label}».").format(label=label)
    return _("Fyll ut «{label}».").format(label=label)


async def _problem(context: Context, widget: Widget, raw: Any, answers: Answers) -> str:
    """What is wrong with a value that is there, before its type is looked at."""
    if isinstance(widget, Text | LongText):
        count = len(str(raw))
        if count > widget.max_length:
            return _(
                "«{label}» er på {count} tegn, og kan være på høyst {limit}. Kort det ned, eller flytt noe til et "
                "annet felt."
            ).format(label=_(widget.label), count=count, limit=widget.max_length)
    if isinstance(widget, Choice | Choices | Person):
        chosen = raw if isinstance(raw, list) else [raw]
        valid = {option.value for option in await _options(context, widget.options, answers, values=chosen)}
        if not valid.issuperset(chosen):
            if isinstance(widget, Choice) and widget.why_not is not None:
                return await widget.why_not(context, answers, str(raw))
            return _("Det du valgte under «{label}», finnes ikke lenger. Velg på nytt.").format(label=_(widget.label))
    return ""


def _explain(item: Mapping[str, Any]) -> str:
    """A pydantic error as a sentence. The validator's own words when it is one of ours."""
    bounds = item.get("ctx", {})
    match item["type"]:
        case "value_error":
            return str(bounds["error"])
        case "int_parsing" | "int_type" | "int_from_float":
            return _("Skriv et helt tall, for eksempel 20.")
        case "greater_than_equal":
            return _("Tallet må være minst {bound}.").format(bound=bounds["ge"])
        case "less_than_equal":
            return _("Tallet kan være høyst {bound}.").format(bound=bounds["le"])
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return _("Skriv en dato, for eksempel 2026-12-03.")
        case "time_parsing" | "time_type":
            return _("Skriv et klokkeslett, for eksempel 13:00.")
        case _other:
            return _(_NOT_VALID)


# --- drawing -----------------------------------------------------------------------------------------------


async def _form(
    context: Context,
    dialog: Dialog,
    step: type[Step],
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    whole: str = "",
) -> Form:
    errors = errors or {}
    draft.step = step.name()
    answers = _answers(draft)
    path = list(dialog.path(answers))
    many_screens = len(path) > 1 or dialog.summary is not None
    position = path.index(step) if step in path else 0
    general = tuple(filter(None, (whole, errors.get("", ""))))
    fields = [
        await _field(context, step, name, widget, required, answers, errors.get(name, ""))
        for name, widget, required in step.widgets()
    ]
    return Form(
        token=str(Token(dialog.name, step.name(), draft.id)),
        title=_(step.about.title),
        submit=_(step.about.submit),
        intro=_(step.about.intro),
        fields=tuple(field for field in fields if field.label),
        buttons=(FormButton(_("Tilbake"), "back"),) if position else (),
        errors=general,
        step_number=position + 1 if many_screens else 0,
        step_count=len(path) + (dialog.summary is not None) if many_screens else 0,
    )


async def _form_called(
    context: Context,
    dialog: Dialog,
    name: str,
    draft: Draft,
    errors: Mapping[str, str] | None = None,
    whole: str = "",
) -> Form:
    if name == SUMMARY and dialog.summary is not None:
        answers = _answers(draft)
        for step in dialog.path(answers):
            problems = await _check(context, step, answers)
            if problems:
                return await _form(context, dialog, step, draft, problems)
        return await _summary(context, dialog, draft, answers, whole)
    step = _step_called(dialog, name) or _first(dialog, draft)
    return await _form(context, dialog, step, draft, errors, whole)


async def _field(
    context: Context,
    step: type[Step],
    name: str,
    widget: Widget,
    required: bool,
    answers: Answers,
    error: str,
) -> FormField:
    many = step.accepts_many(name)
    value = answers.raw.get(name)
    label = _(widget.label)
    options: Sequence[Option] = ()
    searched = False
    if isinstance(widget, Note):
        if widget.text is not None:
            label = await widget.text(context, answers)
        return FormField(name=name, widget=widget, label=label, help=_(widget.help), required=False)
    if isinstance(widget, Choice | Choices | Person):
        options = await _options(context, widget.options, answers)
        if len(options) > OPTIONS_LIMIT:
            searched = True
            chosen = value if isinstance(value, list) else [value] if value else []
            options = await _options(context, widget.options, answers, values=chosen) if chosen else ()
        else:
            value = _still_there(value, options)
            if not value and options and _preselects(widget, required, options):
                value = [options[0].value] if many else options[0].value
        options = [Option(option.value, _(option.label)) for option in options]
    return FormField(
        name=name,
        widget=widget,
        label=label,
        help=_(widget.help),
        placeholder=_(widget.placeholder) if isinstance(widget, Text | LongText) else "",
        value=value,
        error=error,
        required=required,
        many=many,
        options=tuple(options),
        searched=searched,
    )


def _still_there(value: Any, options: Sequence[Option]) -> Any:
    """The chosen value without what is no longer an option: no platform draws a choice that is not there."""
    valid = {option.value for option in options}
    if isinstance(value, list):
        return [item for item in value if item in valid]
    return value if value in valid else None


def _preselects(widget: Widget, required: bool, options: Sequence[Option]) -> bool:
    return (required and len(options) == 1) or (isinstance(widget, Choice) and widget.preselect)


async def _options(
    context: Context,
    source: OptionSource,
    answers: Answers,
    *,
    values: Sequence[str] | None = None,
    query: str = "",
) -> Sequence[Option]:
    """The options of a source: those among `values`, or those that match `query`."""
    found = await source(context, answers, values, query) if callable(source) else source
    if values is not None:
        return [option for option in found if option.value in values]
    words = query.casefold().split()
    return [option for option in found if all(word in option.label.casefold() for word in words)]


async def _summary(context: Context, dialog: Dialog, draft: Draft, answers: Answers, whole: str = "") -> Form:
    assert dialog.summary is not None  # noqa: S101 - the callers have looked
    draft.step = SUMMARY
    summary = await dialog.summary(context, answers)
    count = len(dialog.path(answers)) + 1
    return Form(
        token=str(Token(dialog.name, SUMMARY, draft.id)),
        title=summary.title,
        submit=summary.submit,
        intro=summary.text,
        facts=summary.facts,
        buttons=(FormButton(_("Endre"), "back"), FormButton(_("Avbryt"), "cancel")),
        errors=(whole,) if whole else (),
        step_number=count,
        step_count=count,
    )


async def _resume_form(context: Context, dialog: Dialog, draft: Draft) -> Form:
    answers = _answers(draft)
    facts: list[Fact] = []
    for step in dialog.path(answers):
        for name, widget, _required in step.widgets():
            value = draft.answers.get(name)
            if isinstance(widget, Text | LongText) and value:
                facts.append(Fact(label=_(widget.label), value=str(value)))
    return Form(
        token=str(Token(dialog.name, RESUME, draft.id)),
        title=_("Fortsett der du slapp?"),
        submit=_("Fortsett"),
        intro=_("Du har et utkast som ikke er sendt inn."),
        facts=tuple(facts),
        buttons=(FormButton(_("Begynn på nytt"), "restart", "danger"),),
    )


# --- drafts ------------------------------------------------------------------------------------------------


async def _find(context: Context, dialogs: Mapping[str, Dialog], token: Token) -> tuple[Dialog, Draft]:
    dialog = dialogs.get(token.dialog)
    draft = await drafts.draft(context.session, token.draft_id) if dialog else None
    if dialog is None or draft is None or draft.dialog != dialog.name or draft.expires_at <= context.now:
        raise _form_gone()
    if draft.person_id != context.actor.person_id:
        raise NotAllowed(_("Dette skjemaet hører til en annen. Skriv kommandoen selv, så får du ditt eget."))
    return dialog, draft


def _form_gone() -> Gone:
    return Gone(_("Skjemaet er ikke lenger åpent. Skriv kommandoen på nytt, så får du et nytt."))


def _new_draft(context: Context, dialog: Dialog, arguments: Mapping[str, str], answers: Raw) -> Draft:
    draft = Draft(
        id=uuid.uuid4().hex,
        person_id=context.actor.person_id,
        dialog=dialog.name,
        step="",
        arguments=dict(arguments),
        answers=answers,
        created_at=context.now,
        changed_at=context.now,
        expires_at=context.now + DRAFT_LIFETIME,
    )
    context.session.add(draft)
    return draft


def _answer(draft: Draft, answers: Raw) -> None:
    # An equal dictionary would be a change to the session, which then looks at the row and everything in it.
    if draft.answers != answers:
        draft.answers = answers


async def _start_over(context: Context, dialog: Dialog, old: Draft) -> Form:
    arguments = _arguments(old)
    pending = cast(Raw, old.arguments.get("_pending") or {})
    draft = _new_draft(context, dialog, arguments, {**await dialog.prefill(context, arguments), **pending})
    return await _form(context, dialog, _first(dialog, draft), draft)


def _keep(context: Context, dialog: Dialog, draft: Draft, step_name: str, raw: Raw) -> None:
    """Put what was typed into the draft: only this step's fields, as strings, cleaned."""
    step = _step_called(dialog, step_name)
    if step is None:
        return
    kept = dict(draft.answers)
    for name, widget, _required in step.widgets():
        if name in raw and not isinstance(widget, Note):
            kept[name] = _normal(widget, raw[name], many=step.accepts_many(name))
    if kept != draft.answers:
        draft.answers = kept
        draft.changed_at = context.now
        draft.expires_at = context.now + DRAFT_LIFETIME


def _normal(widget: Widget, value: Any, *, many: bool) -> str | list[str] | None:
    if many:
        listed = value if isinstance(value, list) else [] if value in (None, "") else [value]
        return [clean(str(item)) for item in listed]
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(widget, YesNo):
        return "true" if str(value).lower() == "true" else "false"
    text = clean(str(value)) if value is not None else ""
    return " ".join(text.split()) if isinstance(widget, Text) else text or None


def _kept(dialog: Dialog, draft: Draft) -> Message:
    if not dialog.resumable:
        draft.status = DraftStatus.DISCARDED
        return Message(title=_("Avbrutt. Ingenting er sendt."))
    return Message(
        title=_("Ikke sendt inn"),
        text=_("Utkastet er tatt vare på i {days} dager. Skriv /{command} for å fortsette der du slapp.").format(
            days=DRAFT_LIFETIME.days, command=dialog.name
        ),
    )


def _has_content(draft: Draft, prefilled: Raw) -> bool:
    """Whether the person put anything into the draft themselves."""
    return any(value not in (None, "", []) and prefilled.get(name) != value for name, value in draft.answers.items())


def _arguments(draft: Draft) -> dict[str, str]:
    return {name: value for name, value in draft.arguments.items() if not name.startswith("_")}


def _answers(draft: Draft) -> Answers:
    return Answers(draft.answers, _arguments(draft), draft.id)


def _first(dialog: Dialog, draft: Draft) -> type[Step]:
    return dialog.path(_answers(draft))[0]


def _before(dialog: Dialog, draft: Draft, step_name: str) -> type[Step]:
    """The step before. «Endre» on the summary leads to the first one."""
    path = list(dialog.path(_answers(draft)))
    names = [step.name() for step in path]
    return path[max(0, names.index(step_name) - 1)] if step_name in names else path[0]


def _step_called(dialog: Dialog, name: str) -> type[Step] | None:
    return next((step for step in dialog.every_step if step.name() == name), None)
