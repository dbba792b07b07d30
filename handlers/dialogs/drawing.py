"""A step of a dialog, ready for a surface to draw: in the person's language, with values, options and errors."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from handlers.dialogs import guard, searching
from handlers.dialogs.checking import find_options, in_language
from handlers.dialogs.dialog import (
    About,
    Answers,
    Choice,
    Choices,
    Dialog,
    Form,
    FormButton,
    FormField,
    LongText,
    Note,
    Option,
    Person,
    Raw,
    Step,
    Text,
    Widget,
)
from handlers.dialogs.token import RESUME, Token
from handlers.limits import ANYWHERE
from handlers.messages.message import Fact
from handlers.people.context import Context
from handlers.writing.language import _, catalog
from handlers.writing.typed import typed


async def step_form(
    context: Context,
    dialog: Dialog,
    step: type[Step],
    answers: Answers,
    errors: Mapping[str, str] | None = None,
    whole: str = "",
    *,
    asked: Sequence[str] = (),
    confirmed: Sequence[str] = (),
    can_put_back: bool = False,
    replaced: Collection[str] = (),
    bare: bool = False,
) -> Form:
    """One step, with the answers so far, errors by field and `whole` for the form as such.

    `asked`: what some of the errors ask about, whether it is about a patient; there is a box to tick for it.
    `can_put_back`: something was taken out that the person can say was no identity number. `replaced`: the fields whose
    value is another than was handed in just now. If the step sums up those before, these must have been checked.
    `bare`: only with what the person writes in it, since they may not know more of what it is about than they did.
    """
    errors = errors or {}
    path = list(dialog.path(answers))
    many_screens = len(path) > 1
    position = path.index(step) if step in path else 0
    general = tuple(filter(None, (whole, errors.get("", ""))))
    if answers.raw or answers.arguments or answers.queries or errors or bare:
        fields = [
            await _field(context, step, name, widget, required, answers, errors.get(name, ""))
            for name, widget, required in step.widgets()
            if not bare or not isinstance(widget, Note | Choice | Choices | Person)
        ]
        fields = [replace(field, replaced=True) if field.name in replaced else field for field in fields]
    else:
        fields = list(await _empty_fields(context, step, answers))
    if asked:
        fields.insert(guard.place_of_box(fields, asked), guard.confirm_field(asked))
    back = _("Endre") if step.looks_over() else _("Tilbake")
    buttons = [FormButton(back, "back")] if position else []
    facts: tuple[Fact, ...] = ()
    if step.about.facts is not None and not bare:
        facts = await step.about.facts(context, answers)
    buttons.append(FormButton(_("Avbryt"), "cancel"))
    if can_put_back:
        buttons.append(FormButton(guard.it_was_none(), "putback"))
    return Form(
        token=str(Token(dialog.name, step.name(), answers.draft_id)),
        title=_(step.about.title),
        submit=_(step.about.submit),
        intro=_intro(step.about),
        facts=facts,
        fields=tuple(field for field in fields if field.label),
        buttons=tuple(buttons),
        errors=general,
        step_number=position + 1 if many_screens else 0,
        step_count=len(path) if many_screens else 0,
        confirmed=tuple(confirmed),
    )


def _intro(about: About) -> str:
    intro = _(about.intro)
    return intro.format(command=typed(about.command)) if about.command else intro


def resume_form(dialog: Dialog, answers: Answers, given: Raw, *, conflict: bool = False) -> Form:
    """«Fortsett der du slapp?», with the texts that were written, and those that were typed now.

    `conflict`: something else stands in the draft where these would: the person says which it is to be.
    """
    label = _("Ny tekst")
    new = [Fact(label=label, value=fact.value) for fact in written(dialog, Answers(given, answers.arguments))]
    intro = _("Du har et utkast som ikke er sendt inn.")
    if conflict:
        intro = _(
            "Du har et utkast som ikke er sendt inn, og nå har du skrevet noe nytt. Skal utkastet stå som det er, skal "
            "det nye inn i utkastet, eller vil du begynne på nytt med det? Da slettes utkastet."
        )
    elif new:
        intro = _("Du har et utkast som ikke er sendt inn. Fortsetter du, kommer det du skrev nå, inn i det.")
    return Form(
        token=str(Token(dialog.name, RESUME, answers.draft_id)),
        title=_("Fortsett der du slapp?"),
        submit=_("Fortsett med utkastet") if conflict else _("Fortsett"),
        errors=(guard.removed(for_good=True),) if guard.was_removed(given.values()) else (),
        intro=intro,
        facts=(*written(dialog, answers), *new),
        buttons=(
            *((FormButton(_("Bruk den nye teksten"), "overwrite"),) if conflict else ()),
            FormButton(_("Begynn på nytt med den") if conflict else _("Begynn på nytt"), "restart", "danger"),
            FormButton(_("Slett utkastet"), "discard", "danger"),
            FormButton(_("Avbryt"), "cancel"),
        ),
    )


def written(dialog: Dialog, answers: Answers, prefilled: Mapping[str, Any] | None = None) -> tuple[Fact, ...]:
    """The texts that were written in a dialog, but for those that it began with."""
    return tuple(fact for step in dialog.path(answers) for fact in written_in(step, answers.raw, prefilled or {}))


def written_in(step: type[Step], raw: Mapping[str, Any], before: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The same of one step. `before`: what it began with."""
    return tuple(
        Fact(label=_(widget.label), value=str(raw[name]))
        for name, widget, _required in step.widgets()
        if isinstance(widget, Text | LongText) and raw.get(name) and raw[name] != before.get(name)
    )


async def _field(
    context: Context,
    step: type[Step],
    name: str,
    widget: Widget,
    required: bool,
    answers: Answers,
    error: str,
) -> FormField:
    field = _drawn(
        step,
        name,
        widget,
        required,
        await _label(context, widget, answers),
        await find_options(context, widget.options, answers) if isinstance(widget, Choice | Choices | Person) else (),
        answers.raw.get(name),
        error,
        answers.queries.get(name, ""),
    )
    if isinstance(widget, Choice | Choices | Person):
        if field.searched and field.value:
            chosen = field.value if isinstance(field.value, list) else [field.value]
            field = replace(field, options=_bare(await find_options(context, widget.options, answers, values=chosen)))
        if name in answers.queries:
            field = replace(field, found=_bare(await searching.hits(context, widget, answers, field.query)))
    return field


def _works_out_its_label(widget: Widget) -> bool:
    works_out = widget.text if isinstance(widget, Note) else getattr(widget, "asks", None)
    return works_out is not None


async def _label(context: Context, widget: Widget, answers: Answers) -> str:
    if isinstance(widget, Note) and widget.text is not None:
        return await widget.text(context, answers)
    if isinstance(widget, LongText | Choice) and widget.asks is not None:
        return await widget.asks(context, answers)
    return _(widget.label)


def _drawn(
    step: type[Step],
    name: str,
    widget: Widget,
    required: bool,
    label: str,
    options: Sequence[Option],
    value: Any,
    error: str,
    query: str,
) -> FormField:
    """A field with all there is to choose from; what is searched for has none yet."""
    if isinstance(widget, Note):
        return FormField(name=name, widget=widget, label=label, help=_(widget.help), required=False)
    many = step.accepts_many(name)
    searched = len(options) > (widget.listed if isinstance(widget, Choice) else ANYWHERE.options)
    if searched:
        options = ()
    elif isinstance(widget, Choice | Choices | Person):
        before, value = value, _still_there(value, options)
        # In the place of what was chosen and is gone, the only one left is not chosen for them.
        if not value and options and _preselects(widget, required and not before, options):
            value = [options[0].value] if many else options[0].value
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
        options=_bare(options),
        searched=searched,
        query=query,
    )


def _bare(options: Sequence[Option]) -> tuple[Option, ...]:
    """As much of them as is shown."""
    return tuple(Option(option.value, option.label) for option in options)


_WorkedOut = tuple[str | None, tuple[Option, ...] | None]
"""What is worked out of a field, where it is: what it is called, and what there is to choose."""


async def _empty_fields(context: Context, step: type[Step], answers: Answers) -> Sequence[FormField]:
    """The fields of a step in which nothing stands yet: what is worked out for this person, among what is the same for
    everybody, which is drawn once. A sentence that was worked out is not kept: it may say what somebody wrote."""
    worked_out: list[_WorkedOut] = []
    for _name, widget, _required in step.widgets():
        label = await _label(context, widget, answers) if _works_out_its_label(widget) else None
        options: tuple[Option, ...] | None = None
        if isinstance(widget, Choice | Choices | Person) and callable(widget.options):
            options = tuple(await find_options(context, widget.options, answers))
        worked_out.append((label, options))
    draw = _empty.__wrapped__ if any(label for label, _options in worked_out) else _empty
    return draw(step, catalog(), tuple(worked_out))


@lru_cache(maxsize=64)
def _empty(
    step: type[Step], _spoken: NullTranslations | None, worked_out: tuple[_WorkedOut, ...]
) -> Sequence[FormField]:
    fields = []
    for (name, widget, required), (said, found) in zip(step.widgets(), worked_out, strict=True):
        label = _(widget.label) if said is None else said
        options: Sequence[Option] = found or ()
        if isinstance(widget, Choice | Choices | Person) and not callable(widget.options):
            options = in_language(widget.options)
        fields.append(_drawn(step, name, widget, required, label, options, None, "", ""))
    return tuple(fields)


def _still_there(value: Any, options: Sequence[Option]) -> Any:
    """The chosen value without what is no longer an option: no platform draws a choice that is not there."""
    valid = {option.value for option in options}
    if isinstance(value, list):
        return [item for item in value if item in valid]
    return value if value in valid else None


def _preselects(widget: Widget, required: bool, options: Sequence[Option]) -> bool:
    return (required and len(options) == 1) or (isinstance(widget, Choice) and widget.preselect)
