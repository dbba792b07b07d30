"""Forms and messages as Adaptive Cards. Pure drawing: nothing here talks to anybody.

A card stays under Teams' limit. What is only read is shortened between two whole characters; a list loses entries
from its end, and says how many; what the person filled in is never cut.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from microsoft_teams.cards.core import CardElement, Container

from bot.teams.answers import Submitted
from bot.teams.card import Card
from bot.teams.elements import (
    STYLES,
    action_sets,
    card,
    execute,
    fact,
    fits,
    links,
    of_shared,
    picture,
    press,
    remark,
    text,
    title,
    warning,
)
from bot.teams.fields import Way, draw_field, names
from handlers.dialogs import guard
from handlers.dialogs.dialog import Form, FormField, Note
from handlers.messages.heard import about
from handlers.messages.message import Message, Section
from handlers.writing.language import _, ngettext
from handlers.writing.text import clean, shorten

_LIMITS = (10_000, 1_500, 400, 100)
"""How much of a text that is only read is shown, in UTF-16 units: as much as there is room for."""
_WORTH_READING = 400
"""Shortened this far, a list loses entries rather than more of their text."""


def form_card(form: Form) -> Card:
    """A form.

    Raises:
        ValueError: it cannot be drawn small enough, however little of it is shown.
    """
    for way in _ways(form):
        drawn = _form(form, way)
        if fits(drawn):
            return drawn
    raise ValueError(f"the form «{form.title}» is too large for a card")


def _ways(form: Form) -> Iterator[Way]:
    """From everything in full to the least: shorter texts, then lists that are searched, then values set aside."""
    way = Way()
    for limit in _LIMITS:
        way = replace(way, limit=limit)
        yield way
    for drawn in sorted(form.fields, key=lambda each: len(each.options), reverse=True):
        if len(drawn.options) > 1 and not drawn.searched:
            way = replace(way, searched=way.searched | {drawn.name})
            yield way
    for drawn in sorted(form.fields, key=_value_length, reverse=True):
        if _value_length(drawn) and not isinstance(drawn.widget, Note):
            way = replace(way, aside=way.aside | {drawn.name})
            yield way


def _value_length(drawn: FormField) -> int:
    return len(",".join(drawn.value) if isinstance(drawn.value, list) else drawn.value or "")


def _form(form: Form, way: Way) -> Card:
    body: list[CardElement] = [title(form.title)]
    if form.step_count:
        body.append(
            remark(_("Steg {number} av {count}").format(number=form.step_number, count=form.step_count)),
        )
    body += [warning(error) for error in form.errors]
    wrong = sum(1 for drawn in form.fields if drawn.error)
    if wrong:
        sentence = ngettext("Ett felt må rettes, se nedenfor.", "{count} felt må rettes, se nedenfor.", wrong)
        body.append(warning(sentence.format(count=wrong)))
    if form.intro:
        body.append(text(shorten(form.intro, way.limit)))
    body += [fact(each, way.limit) for each in form.facts]
    marked = names(form.fields, way)
    for drawn in form.fields:
        body += draw_field(drawn, way, form.token, marked)
    data = {"token": form.token, "fields": marked}
    actions = [execute(form.submit, "form", {**data, "intent": "next"}, "positive")]
    actions += [
        execute(button.label, "form", {**data, "intent": button.intent}, STYLES[button.style])
        for button in form.buttons
    ]
    return card([*body, *action_sets(actions)])


def message_card(message: Message) -> Card:
    """A message.

    Raises:
        ValueError: its buttons alone are too much for a card.
    """
    everything = len(message.sections)
    for limit in _LIMITS:
        drawn = _message(message, limit, everything)
        if fits(drawn):
            return drawn
        if limit > _WORTH_READING:
            continue
        too_many = bisect_left(range(everything), True, key=lambda kept: not fits(_message(message, limit, kept)))
        if too_many:
            return _message(message, limit, too_many - 1)
    raise ValueError(f"the message «{message.title}» is too large for a card")


def _message(message: Message, limit: int, kept: int) -> Card:
    # Its buttons are about all of it, so they stand below it.
    body = [title(shorten(message.title, limit)), *_section(message.model_copy(update={"buttons": ()}), limit)]
    for section, what in zip(message.sections[:kept], about(message.sections), strict=False):
        heading = [text(shorten(section.title, limit), weight="Bolder")] if section.title else []
        items: list[CardElement] = [*heading, *_section(section, limit, what)]
        if items:
            body.append(Container(items=items, separator=True, spacing="Medium"))
    left = len(message.sections) - kept
    if left:
        body.append(text(ngettext("… og {count} til", "… og {count} til", left).format(count=left)))
    body += action_sets([press(button) for button in message.buttons])
    if message.small:
        body.append(remark(shorten(message.small, limit)))
    drawn = card(body, message.shared)
    if message.shared is not None:
        _mark(drawn["body"], of_shared(message.shared))
    return drawn


def _mark(part: Any, shared: Mapping[str, Any]) -> None:
    """Each button says on which card that several read it stands, so that all of them see what came of it."""
    if isinstance(part, list):
        for each in part:
            _mark(each, shared)
    elif isinstance(part, dict):
        if part.get("type") == "Action.Execute":
            part["data"]["shared"] = dict(shared)
        for each in part.values():
            _mark(each, shared)


def _section(section: Section, limit: int, what: str = "") -> list[CardElement]:
    parts: list[CardElement] = []
    if section.text:
        parts.append(text(shorten(section.text, limit), spacing="Small"))
    parts += [fact(each, limit) for each in section.to_read()]
    parts += [picture(section.image, limit)] if section.image else []
    parts += [remark(section.upload.instead)] if section.upload and section.upload.instead else []
    parts += links(section.addresses())
    parts += action_sets([press(button, what) for button in section.buttons])
    return parts


def kept_card(sentence: str, submitted: Submitted, *, again: bool) -> Card | None:
    """A submission that came to nothing: why, what was written, and with `again` a button that sends it once more.

    A client may empty a form when the bot answers with a sentence only, so what was typed is drawn, and carried.
    Identity numbers are taken out. None: there is too much of it for a card.
    """
    tidy = {name: clean(value) if isinstance(value, str) else value for name, value in submitted.raw.items()}
    submitted = replace(submitted, raw=guard.without_numbers(tidy))
    words = submitted.words()
    for limit in _LIMITS:
        body: list[CardElement] = [warning(sentence)]
        if words:
            body.append(remark(_("Dette hadde du skrevet:")))
            body += [text(shorten(value, limit), spacing="Small") for value in words]
        if again:
            body += action_sets([execute(_("Prøv igjen"), "form", submitted.data(), "positive")])
        drawn = card(body)
        if fits(drawn):
            return drawn
    return None
