"""Dialogs as data: steps are pydantic models whose fields say how they look, forms are steps ready to draw.

    class What(Step):
        about = About(title=N_("Meld inn sak"), submit=N_("Neste"))
        committee: Annotated[str, Choice(N_("Utvalg"), options=my_committees)]
        title: Annotated[str, Text(N_("Tittel"))]
        aim: Annotated[str, LongText(N_("Hensikt"))] = ""

A field with a default may be left empty. Types give the validation; the message of a validator's `ValueError` is
the text that the person reads. Everything is checked here, whatever a client claims to have checked.
"""

import types
import typing
from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self, TypeVar, Union, cast

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator, create_model

from handlers.dialogs.foresight import Foresight
from handlers.dialogs.token import SUMMARY
from handlers.limits import ANYWHERE
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import length

Raw = dict[str, Any]
"""Answers as the person gave them: a string, a list of strings, or None, by field name. Under the name of a field and
`QUERY` stands what was typed to search for its options."""

QUERY = ".query"
"""After a field's name, which can have no full stop in it (see `handlers.dialogs.searching`)."""
ASKED = ".asked"
"""In raw answers: the field whose options the person asks to see, also where they typed nothing to search for."""


@dataclass(frozen=True)
class Option:
    """One of a choice. `value` is short, without commas (Teams joins several with them).

    `also`: words it is found by that the label has no room for.
    """

    value: str
    label: str
    also: str = ""


class OptionFinder(Protocol):
    """Options worked out when the form is drawn or checked.

    With `values`, those of them that are valid; else those that match `query`, or if there are many, any 101 of
    them. A short list may ignore both: what does not match is sorted out afterwards.
    """

    async def __call__(
        self, context: Context, answers: "Answers", values: Sequence[str] | None, query: str, /
    ) -> Sequence[Option]: ...


OptionSource = Sequence[Option] | OptionFinder


@dataclass(frozen=True)
class _Widget:
    label: str
    help: str = ""


@dataclass(frozen=True)
class Text(_Widget):
    """One line.

    `settle` is given what was typed and when, and says what is kept of it once the step is handed in: «i går» means
    another day when the draft is opened tomorrow. What it does not understand it leaves alone.
    """

    max_length: int = 250
    placeholder: str = ""
    settle: Callable[[str, datetime], str] | None = None


Asks = Callable[[Context, "Answers"], Awaitable[str]]
"""What stands as the label of a field, where it is worked out when the form is drawn; empty: the field is not there."""


@dataclass(frozen=True)
class LongText(_Widget):
    """Several lines. `asks`: what stands above it in the place of `label`, which it is called by otherwise."""

    max_length: int = ANYWHERE.typed
    placeholder: str = ""
    asks: Asks | None = None


@dataclass(frozen=True)
class Choice(_Widget):
    """One of several. More than 100 options are searched.

    `preselect`: the first option is chosen to begin with. `listed`: so many options are shown as a list; more are
    searched, for they are found by more than a list can show (see `Option.also`). `why_not` explains, in place of a
    general sentence, why a value that could be chosen when the form was drawn cannot stand any more. `asks`: as of
    `LongText`.
    """

    options: OptionSource = ()
    preselect: bool = False
    listed: int = ANYWHERE.options
    why_not: Callable[[Context, "Answers", str], Awaitable[str]] | None = None
    asks: Asks | None = None


@dataclass(frozen=True)
class Choices(_Widget):
    """Any number of several. The field's type is `list[str]`."""

    options: OptionSource = ()


@dataclass(frozen=True)
class Person(_Widget):
    """One person, or with `several` any number, of those in `options`; searched by name."""

    options: OptionSource = ()
    several: bool = False


@dataclass(frozen=True)
class Day(_Widget):
    """A date (local). The field's type is `datetime.date`; its raw value `2026-12-03`."""


@dataclass(frozen=True)
class TimeOfDay(_Widget):
    """A time of day (local). The field's type is `datetime.time`; its raw value `13:00`."""


@dataclass(frozen=True)
class YesNo(_Widget):
    """A box to tick. The field's type is `bool`; its raw value `true` or `false`."""


@dataclass(frozen=True)
class Note(_Widget):
    """Nothing to fill in: a text between the fields. `text` may be worked out when the form is drawn."""

    text: Callable[[Context, "Answers"], Awaitable[str]] | None = None


Widget = Text | LongText | Choice | Choices | Person | Day | TimeOfDay | YesNo | Note
_WIDGETS: Mapping[str, type[Widget]] = {widget.__name__.lower(): widget for widget in typing.get_args(Widget)}


def _stored(widget: Widget) -> dict[str, Any]:
    """Which widget it is and how much can be typed. The rest has been put into the field, or is code."""
    stored: dict[str, Any] = {"is": type(widget).__name__.lower()}
    return {**stored, "max_length": widget.max_length} if isinstance(widget, Text | LongText) else stored


def _restored(stored: Any) -> Widget:
    """
    Raises:
        ValueError: it is no widget that was stored.
    """
    match stored:
        case {"is": "text" | "longtext" as name, "max_length": int(limit)}:
            return Text("", max_length=limit) if name == "text" else LongText("", max_length=limit)
        case {"is": str(name)} if name in _WIDGETS:
            return _WIDGETS[name]("")
    raise ValueError("no such widget")


@dataclass(frozen=True)
class About:
    """What stands around a step's fields.

    `command` is one that the intro names, as `{command}`. `facts` sums up the steps before, which have all been
    checked: what the person is about to send. With it, the step is where they look over before sending: «Endre» leads
    back to the first step. It may have fields of its own (see `LookOver` for one without).
    """

    title: str
    submit: str = N_("Neste")
    intro: str = ""
    command: str = ""
    facts: "Callable[[Context, Answers], Awaitable[tuple[Fact, ...]]] | None" = None


class Step(BaseModel):
    """One screen of a dialog. Its name is part of the token of every form of it that is on a screen."""

    # The checker of a step is made when the step is first handed in: of more than a hundred, most never are.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    about: ClassVar[About]

    async def problems(self, _context: Context, _answers: "Answers") -> Mapping[str, str]:
        """What cannot stand, by field, where it takes more than the field itself to tell.

        Asked also while other fields cannot stand, so that people read all that is wrong with a screen at once; those
        are then empty, that is as by default or None.
        """
        return {}

    @classmethod
    def asks_of_every_name(cls, _answers: "Answers") -> bool:
        """Whether the person is asked of every name in the texts whether it is a patient's (see
        `handlers.dialogs.guard`), and not only of those that a word before them says are."""
        return False

    @classmethod
    def name(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def looks_over(cls) -> bool:
        """Whether the person sees here what they are about to send."""
        return cls.about.facts is not None

    @classmethod
    @cache
    def widgets(cls) -> Sequence[tuple[str, Widget, bool]]:
        """(name, widget, required) for each field, in order."""
        found = []
        for name, field in cls.model_fields.items():
            widget = next((item for item in field.metadata if isinstance(item, typing.get_args(Widget))), None)
            if widget is None:
                raise TypeError(f"{cls.__name__}.{name} has no widget")
            found.append((name, widget, field.is_required()))
        return found

    @classmethod
    @cache
    def unfinished(cls) -> "type[Self]":
        """This step with nothing required of it, to check what is there."""
        optional: dict[str, Any] = {}
        for name, field in cls.model_fields.items():
            if field.is_required():
                empty = copy(field)
                empty.default = None
                optional[name] = (field.annotation, empty)
        return create_model(cls.__name__, __base__=cls, **optional)

    @classmethod
    @cache
    def accepts_many(cls, name: str) -> bool:
        """Whether the field's raw value is a list."""
        annotation = cls.model_fields[name].annotation
        if typing.get_origin(annotation) in (Union, types.UnionType):
            annotation = next(item for item in typing.get_args(annotation) if item is not type(None))
        return typing.get_origin(annotation) is list


class LookOver(Step):
    """A last screen to look over before sending, with nothing to fill in."""

    @classmethod
    def name(cls) -> str:
        return SUMMARY


S = TypeVar("S", bound=Step)


class Answers:
    """The answers so far: `raw` by field, and `answers[What]` for a step that has been checked.

    `confirmed`: parts of texts, by field, that the person says are not about a patient (see `handlers.dialogs.guard`).
    `queries`: what was typed to search for options, by field (see `handlers.dialogs.searching`).
    `prefilled`: what each field began with, to tell what the person changed, and from what.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        arguments: Mapping[str, str],
        draft_id: str = "",
        confirmed: Mapping[str, Sequence[str]] | None = None,
        queries: Mapping[str, str] | None = None,
        prefilled: Mapping[str, Any] | None = None,
    ) -> None:
        self.raw = dict(raw)
        self.arguments = dict(arguments)
        self.draft_id = draft_id
        self.confirmed = dict(confirmed or {})
        self.queries = dict(queries or {})
        self.prefilled = dict(prefilled or {})
        self.found: dict[str, Any] = {}
        """What was looked up for one field and is needed for another, while one form is drawn or checked."""
        self._checked: dict[type[Step], Step] = {}

    def put(self, step: Step) -> None:
        self._checked[type(step)] = step

    def __getitem__(self, step: type[S]) -> S:
        return cast(S, self._checked[step])

    def __contains__(self, step: type[Step]) -> bool:
        return step in self._checked


Intent = Literal["next", "back", "cancel", "discard", "resume", "overwrite", "restart", "save", "search", "putback"]
"""What the person wants with a form. `save` keeps the answers and shows nothing; `search` shows the same form, with
what was searched for. `putback`: what was taken out as an identity number was none. Where a draft is offered again:
`resume` goes on with it as it is, `overwrite` with what was typed now in it, `restart` begins anew with that."""


@dataclass(frozen=True)
class FormButton:
    """A way out of a form other than its submit button."""

    label: str
    intent: Intent
    style: Literal["default", "danger"] = "default"


@dataclass(frozen=True)
class FormField:
    """One field ready to draw: text in the person's language, value as last given, error if it cannot stand.

    `value` is a list when `many`. `searched`: more options than a list shows, so `options` holds only the chosen ones
    and the surface asks `Bot.search` for others. `query` is what was typed to search for them and is not settled,
    `found` what it gave (None: nothing was searched for): for surfaces where that is a line of its own.
    """

    name: str
    widget: Annotated[Widget, PlainValidator(_restored), PlainSerializer(_stored)]
    label: str
    help: str = ""
    placeholder: str = ""
    value: str | list[str] | None = None
    error: str = ""
    required: bool = True
    many: bool = False
    options: tuple[Option, ...] = ()
    searched: bool = False
    query: str = ""
    found: tuple[Option, ...] | None = None
    replaced: bool = False
    """The value is another than was handed in just now, so a surface that goes on showing what was typed must not."""


@dataclass(frozen=True)
class Form:
    """One step ready to draw. `token` is all that a client carries back.

    A surface whose forms stay in the conversation stores them with pydantic, as a delivery stores its message.
    """

    token: str
    title: str
    submit: str
    intro: str = ""
    facts: tuple[Fact, ...] = ()
    fields: tuple[FormField, ...] = ()
    buttons: tuple[FormButton, ...] = ()
    errors: tuple[str, ...] = ()
    step_number: int = 0
    step_count: int = 0
    """0 where counting says nothing (a dialog of one step)."""
    confirmed: tuple[str, ...] = ()
    """What stands in its texts and is no identity number, as the person has said. All else that may be one must not be
    stored by a surface either (see `guard.storable`)."""


Reply = Form | Message | None
"""What a surface shows. None: nothing more is to be shown here."""


@dataclass(frozen=True, eq=False)
class Dialog:
    """A guided dialog.

    Args:
        name: unique, lower case; part of the token. It begins with the name of its capability: `sak.meld`.
        steps: in order, or a function of the answers so far when the path depends on them.
        finish: stores, and says what was stored. Runs once per draft. May raise `BadInput`: the person is led back
            to the step that has the field.
        prefill: raw values to begin with; may raise a `BotError` when the dialog is not for this person or case. None:
            it begins empty, and is about nothing in particular.
        still: raises `Settled` once what the dialog is about is settled, and another `BotError` for whoever may not do
            it any more. Asked each time a form of it is drawn, so that it tells nobody more than they may know; what is
            done is for `finish` to refuse.
        foresee: what handing it in will ask the database (see `handlers.dialogs.foresight`).
        resumed_by: the command by which an unfinished draft is offered again («Fortsett der du slapp?»). Empty: it is
            put away with the form.
        formerly: what it was called before. Drafts, forms on screens and buttons that have that name are its own.

    Raises:
        ValueError: a text is longer than some platform shows. Checked for every language by `check_limits`, when the
            registry is built.
    """

    name: str
    steps: Sequence[type[Step]] | Callable[[Answers], Sequence[type[Step]]]
    finish: Callable[[Context, Answers], Awaitable[Message]]
    prefill: Callable[[Context, Mapping[str, str]], Awaitable[Raw]] | None = None
    resumed_by: str = ""
    foresee: Foresight | None = None
    formerly: str = ""
    still: Callable[[Context, Mapping[str, str]], Awaitable[object]] | None = None
    all_steps: Sequence[type[Step]] = ()
    """Every step there can be, where `steps` is a function."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, and was."""
        return tuple(filter(None, (self.name, self.formerly)))

    @property
    def begins_empty(self) -> bool:
        """Whether there is nothing to keep of it before something is typed."""
        return self.prefill is None

    @property
    def resumable(self) -> bool:
        """Whether an unfinished draft is offered again («Fortsett der du slapp?»)."""
        return bool(self.resumed_by)

    def path(self, answers: Answers) -> Sequence[type[Step]]:
        return self.steps(answers) if callable(self.steps) else self.steps

    @cached_property
    def every_step(self) -> tuple[type[Step], ...]:
        return tuple(self.all_steps) if callable(self.steps) else tuple(self.steps)

    def check_limits(self) -> None:
        """Check all that is drawn from the definition, in the language being spoken, against what every platform takes.

        Raises:
            ValueError: names the step and the text.
        """
        for step in self.every_step:
            _fits(step.__name__, _(step.about.title), ANYWHERE.form_title)
            _fits(step.__name__, _(step.about.submit), ANYWHERE.submit)
            for name, widget, _required in step.widgets():
                where = f"{step.__name__}.{name}"
                _fits(where, _(widget.help), ANYWHERE.input_label)
                if not isinstance(widget, Note):
                    _fits(where, _(widget.label), ANYWHERE.label)
                if isinstance(widget, Text | LongText):
                    _fits(where, _(widget.placeholder), ANYWHERE.placeholder)
                    if widget.max_length > ANYWHERE.typed:
                        raise ValueError(f"{where}: no more than {ANYWHERE.typed} can be typed")
                if isinstance(widget, Choice | Choices | Person) and not callable(widget.options):
                    _options_fit(where, widget.options)


def _options_fit(where: str, options: Sequence[Option]) -> None:
    for option in options:
        _fits(where, _(option.label), ANYWHERE.option)
        _fits(where, option.value, ANYWHERE.option_value)
        if "," in option.value:
            raise ValueError(f"{where}: a value may not hold a comma: {option.value}")


def _fits(where: str, text: str, limit: int) -> None:
    if length(text) > limit:
        raise ValueError(f"{where}: «{text}» is longer than {limit}")
