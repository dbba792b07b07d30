"""Checking the answers of a step: what is missing, too long, no longer an option, of the wrong type, or in doubt."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from handlers.dialogs import guard
from handlers.dialogs.dialog import (
    Answers,
    Choice,
    Choices,
    Day,
    LongText,
    Note,
    Option,
    OptionSource,
    Person,
    Step,
    Text,
    TimeOfDay,
    Widget,
    YesNo,
)
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import clean

_NOT_VALID = N_("Dette kan ikke stå slik. Rett det opp og prøv igjen.")


async def check(context: Context, step: type[Step], answers: Answers) -> dict[str, str]:
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
    for name, found in guard.open_doubts(step, answers).items():
        errors.setdefault(name, guard.question(found))
    checked, faults = _validated(step, {name: value for name, value in values.items() if name not in errors}, errors)
    errors = {**faults, **errors}
    if checked is not None:
        errors = {**await checked.problems(context, answers), **errors}
    if checked is not None and not errors:
        answers.put(checked)
    return errors


def _validated(
    step: type[Step], values: Mapping[str, Any], missing: Collection[str]
) -> tuple[Step | None, dict[str, str]]:
    """The step with these values, and what is wrong with them by field; then it is there without those.

    `missing`: fields that are known to lack a value that can stand.
    """
    errors: dict[str, str] = {}
    model = step.unfinished() if missing else step
    while True:
        try:
            return model.model_validate(values), errors
        except ValidationError as error:
            found = {
                str(item["loc"][0]) if item["loc"] else "": _explain(cast(dict[str, Any], item))
                for item in error.errors()
            }
        errors = {**found, **errors}
        left = {name: value for name, value in values.items() if name not in found}
        if len(left) == len(values):
            # It is about several fields together: there is no telling without which it would be right.
            return None, errors
        values, model = left, step.unfinished()


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
        valid = {option.value for option in await find_options(context, widget.options, answers, values=chosen)}
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


async def find_options(
    context: Context,
    source: OptionSource,
    answers: Answers,
    *,
    values: Sequence[str] | None = None,
    query: str = "",
) -> Sequence[Option]:
    """The options of a source, in the language being spoken: those among `values`, or those that match `query`.

    Only what is defined with a form is translated: what is worked out has names of committees and units in it, which
    are as their partnership writes them.
    """
    if callable(source):
        found = await source(context, answers, values, query)
    else:
        found = in_language(source)
    if values is not None:
        return [option for option in found if option.value in values]
    words = query.casefold().split()
    if not words:
        return found
    return [option for option in found if all(word in f"{option.label} {option.also}".casefold() for word in words)]


def in_language(options: Sequence[Option]) -> Sequence[Option]:
    """Options that are defined with a form, in the language being spoken."""
    return [Option(option.value, _(option.label), option.also) for option in options]


def as_kept(widget: Widget, value: Any, *, many: bool) -> str | list[str] | None:
    """A value as it is kept: strings, cleaned; one line for a line. Identity numbers are still in it."""
    if many:
        listed = value if isinstance(value, list) else [] if value in (None, "") else [value]
        return [clean(str(item)) for item in listed]
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(widget, YesNo):
        return "true" if str(value).lower() == "true" else "false"
    text = clean(str(value)) if value is not None else ""
    return " ".join(text.split()) if isinstance(widget, Text) else text or None
