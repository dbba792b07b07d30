"""A form's fields as inputs of an Adaptive Card.

No input is marked required and none has a maximum length: a client would then block, or cut, in words that are not
ours. Everything is checked by the bot, which says what is wrong beside the field.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from microsoft_teams.cards.core import (
    CardElement,
    ChoiceSetInput,
    DateInput,
    TextInput,
    TimeInput,
    ToggleInput,
)

from bot.teams.answers import KEEP, MANY, RESERVED, SEARCH, WORDS
from bot.teams.elements import action_sets, choices, execute, remark, text, warning
from handlers.dialogs.dialog import (
    QUERY,
    Choice,
    Choices,
    Day,
    FormField,
    LongText,
    Note,
    Option,
    Person,
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.limits import TEAMS
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten

_BEGINNING = 80


@dataclass(frozen=True)
class Way:
    """How a form is drawn, so that it fits: in full, or with something less.

    `limit` is for what is only read; `searched` fields show no list of options before somebody searches; `aside`
    fields have a value that is too long to be shown and stays stored as it is.
    """

    limit: int = 10_000
    searched: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()

    def searches(self, drawn: FormField) -> bool:
        is_choice = isinstance(drawn.widget, Choice | Choices | Person)
        return is_choice and (drawn.searched or drawn.name in self.searched or drawn.found is not None)


def names(fields: Sequence[FormField], way: Way) -> list[str]:
    """The fields that a card has answers for, marked as `bot.teams.answers` reads them.

    Raises:
        ValueError: a field has a name that a card needs for itself.
    """
    marked = []
    for drawn in fields:
        if isinstance(drawn.widget, Note):
            continue
        if drawn.name in RESERVED:
            raise ValueError(f"a field may not be called {drawn.name}")
        words = isinstance(drawn.widget, Text | LongText)
        marked.append(
            drawn.name
            + WORDS * words
            + MANY * drawn.many
            + KEEP * (drawn.name in way.aside)
            + SEARCH * (way.searches(drawn) and drawn.name not in way.aside),
        )
    return marked


def draw_field(drawn: FormField, way: Way, token: str, marked: Sequence[str]) -> list[CardElement]:
    """A field with its error and its help below it."""
    parts = _aside(drawn) if drawn.name in way.aside else _input(drawn, way, token, marked)
    if drawn.error:
        parts.append(warning(drawn.error))
    if drawn.help:
        parts.append(remark(shorten(drawn.help, way.limit)))
    return parts


def _input(drawn: FormField, way: Way, token: str, marked: Sequence[str]) -> list[CardElement]:
    match drawn.widget:
        case Text():
            return [_text(drawn, multiline=False)]
        case LongText():
            return [_text(drawn, multiline=True)]
        case Choice() | Choices() | Person():
            if way.searches(drawn):
                return _search(drawn, token, marked)
            return [_choices(drawn, drawn.options, label(drawn), listed=drawn.many)]
        case Day():
            return [DateInput(id=drawn.name, label=label(drawn), value=_single(drawn))]
        case TimeOfDay():
            return [TimeInput(id=drawn.name, label=label(drawn), value=_single(drawn))]
        case YesNo():
            return [ToggleInput(id=drawn.name, title=drawn.label, value=_single(drawn) or "false", wrap=True)]
        case Note():
            return [text(shorten(drawn.label, way.limit))]
        case _ as unknown:
            assert_never(unknown)


def label(drawn: FormField) -> str:
    return drawn.label if drawn.required else _("{label} (valgfritt)").format(label=drawn.label)


def _text(drawn: FormField, *, multiline: bool) -> TextInput:
    return TextInput(
        id=drawn.name,
        label=label(drawn),
        value=_single(drawn),
        placeholder=drawn.placeholder or None,
        is_multiline=multiline or None,
    )


def _choices(drawn: FormField, options: Sequence[Option], shown_label: str, *, listed: bool) -> ChoiceSetInput:
    """`listed`: every option in sight, rather than in a list that opens."""
    # A choice that was made can be taken back.
    none = [Option("", _("(ikke valgt)"))] if not drawn.many and not drawn.required else []
    return ChoiceSetInput(
        id=drawn.name,
        label=shown_label,
        choices=choices([*none, *options]),
        value=",".join(_chosen(drawn)) or None,
        is_multi_select=drawn.many or None,
        style="expanded" if listed else "compact",
        placeholder=None if listed else _("Velg"),
        wrap=True,
    )


def _search(drawn: FormField, token: str, marked: Sequence[str]) -> list[CardElement]:
    """A line to type in, a button, and what was found together with what is chosen already.

    Teams has lists that search while one types (`Data.Query`), but they show 15 options, are missing in card version
    1.5 and in Microsoft's own test client. A button works everywhere.
    """
    asked = {"token": token, "field": drawn.name, "fields": list(marked)}
    parts: list[CardElement] = [
        TextInput(
            id=drawn.name + QUERY,
            label=label(drawn),
            placeholder=drawn.placeholder or _("Skriv litt av navnet, og trykk Søk"),
            value=drawn.query or None,
        ),
        *action_sets(
            [execute(_("Søk"), "search", asked, what=drawn.label)],
        ),
    ]
    chosen = set(_chosen(drawn))
    # What was found now is called by the name that it was found by.
    called = {option.value: option for option in (*drawn.options, *(drawn.found or ()))}
    options = [called[option.value] for option in drawn.options if option.value in chosen]
    if drawn.found is not None:
        matches = [option for option in drawn.found if option.value not in chosen]
        options += matches[: TEAMS.matches]
        if drawn.found or not drawn.error:
            parts.append(remark(_count(drawn.query, len(drawn.found), len(matches))))
    if options:
        parts.append(_choices(drawn, options, _("Velg blant: {label}").format(label=drawn.label), listed=True))
    return parts


def _count(query: str, found: int, not_chosen: int) -> str:
    """What is said of `found` hits, of which so many are not chosen."""
    if not_chosen > TEAMS.matches:
        return _("Her er de {shown} første treffene. Skriv mer for å snevre inn.").format(shown=TEAMS.matches)
    if found == 0:
        return _("Ingen treff på «{query}». Prøv et annet ord.").format(query=shorten(query, _BEGINNING))
    return ngettext("{count} treff.", "{count} treff.", found).format(count=found)


def _aside(drawn: FormField) -> list[CardElement]:
    value = ", ".join(_chosen(drawn))
    return [
        TextInput(
            id=drawn.name,
            label=label(drawn),
            is_multiline=True,
            placeholder=_("Skriv her for å erstatte det du har skrevet"),
        ),
        remark(
            _("Det du har skrevet (det begynner med «{beginning}»), er tatt vare på, men er for langt til å vises her.")
            .format(beginning=shorten(value, _BEGINNING))
        ),
    ]  # fmt: skip


def _single(drawn: FormField) -> str | None:
    return drawn.value if isinstance(drawn.value, str) else None


def _chosen(drawn: FormField) -> list[str]:
    if isinstance(drawn.value, list):
        return drawn.value
    return [drawn.value] if drawn.value else []
