"""From forms, messages and lines to HTML, and from what a page posts back to raw answers.

Python decides what is drawn, the templates how. All text is escaped by the templates; nothing a person wrote is ever
read as HTML or Markdown, and only http and https addresses become links.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, assert_never
from urllib.parse import urlsplit

from multidict import MultiMapping

from bot.web.content import Content, Greeted, Told, load
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.dialogs.dialog import (
    QUERY,
    Choice,
    Choices,
    Day,
    Form,
    FormField,
    LongText,
    Note,
    Option,
    Person,
    Raw,
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.limits import ANYWHERE
from handlers.messages.arguments import carries
from handlers.messages.files import with_links
from handlers.people.links import Links
from handlers.writing.language import N_, _, current, ngettext
from handlers.writing.text import clean
from handlers.writing.typed import with_slash
from storage.local import Entry

if TYPE_CHECKING:
    from jinja2 import Environment

# Few enough to be seen at a glance are shown at once; more open as a list, and a long list is searched.
_AT_A_GLANCE = 6
_SEARCHED_FROM = 20


# --- forms -------------------------------------------------------------------------------------------------

Look = Literal["text", "lines", "radios", "select", "boxes", "search", "day", "time", "yesno", "note"]
Labels = Mapping[str, Mapping[str, str]]
"""What options are called: field → value → label."""


def searchable(form: Form) -> Form:
    """The form for a page where a script searches as one types: a long list is searched."""
    return replace(form, fields=tuple(_searched(field) if _is_long(field) else field for field in form.fields))


def _is_long(field: FormField) -> bool:
    count = len(field.options)
    return count > _SEARCHED_FROM or (isinstance(field.widget, Person) and count > _AT_A_GLANCE)


def _searched(field: FormField) -> FormField:
    return replace(field, searched=True, options=chosen(field))


def holding(form: Form, raw: Raw, labels: Labels) -> Form:
    """The form with what was typed since it was drawn."""
    return replace(
        form,
        fields=tuple(
            _holding(field, raw[field.name], labels.get(field.name, {}), str(raw.get(field.name + QUERY) or ""))
            if field.name in raw and not isinstance(field.widget, Note)
            else field
            for field in form.fields
        ),
    )


def _holding(field: FormField, value: str | list[str] | None, labels: Mapping[str, str], query: str) -> FormField:
    """A field that is searched knows its options only when they are chosen."""
    held = replace(field, value=value)
    if look(field) != "search":
        return held
    options = tuple(Option(each, labels.get(each, each)) for each in values(held))
    held = replace(held, searched=True, options=options)
    return held if query == field.query else replace(held, query=query, found=None, error="")


def look(field: FormField) -> Look:
    """What the field looks like."""
    match field.widget:
        case Text():
            return "text"
        case LongText():
            return "lines"
        case Choice() | Choices() | Person():
            return _choosing(field)
        case Day():
            return "day"
        case TimeOfDay():
            return "time"
        case YesNo():
            return "yesno"
        case Note():
            return "note"
    assert_never(field.widget)


def _choosing(field: FormField) -> Look:
    if field.searched or field.found is not None:
        return "search"
    if field.many:
        return "boxes"
    # A chosen radio button cannot be taken back, so what may be left empty is a list with an empty line.
    return "radios" if field.required and len(field.options) <= _AT_A_GLANCE else "select"


def limit(field: FormField) -> int:
    """How many characters may be typed; 0: it is not a text."""
    return field.widget.max_length if isinstance(field.widget, Text | LongText) else 0


def values(field: FormField) -> tuple[str, ...]:
    """The chosen options, or the one text."""
    value = field.value
    return tuple(value) if isinstance(value, list) else (value,) if value else ()


def chosen(field: FormField) -> tuple[Option, ...]:
    """The options that are chosen, in the order of the list."""
    return tuple(option for option in field.options if option.value in values(field))


def of_the_search(field: FormField) -> str:
    """What is said of what was searched for; nothing if nothing was, or if an error says it."""
    if field.found is None or (field.error and not field.found):
        return ""
    return said(field.query, len(field.found))


def said(query: str, count: int) -> str:
    """What is said of a search that gave so much."""
    if not count:
        return _("Ingen treff på «{query}». Prøv et annet ord.").format(query=query)
    if count >= ANYWHERE.options:
        return _("Det er mange. Her er de {count} første; skriv mer for å finne færre.").format(count=count)
    told = ngettext("{count} treff på «{query}».", "{count} treff på «{query}». Velg her.", count)
    return told.format(count=count, query=query)


class Typed(NamedTuple):
    """What a posted form holds. `labels`: what searched options are called."""

    raw: Raw
    labels: Labels


_VALUE = "value."
_LABEL = "label."
_QUERY = "query."
_MANY = "many"


def read(posted: MultiMapping[str]) -> Typed:
    """The answers in a form that was posted, by field name, and what was typed to search for them.

    A field called `many` names each field that has any number of values, so that one without any is read as such.
    """
    raw: Raw = {}
    labels: dict[str, dict[str, str]] = {}
    many = [str(name) for name in posted.getall(_MANY, [])]
    for name in many:
        raw[name] = []
    for key in dict.fromkeys(posted):
        if key.startswith(_QUERY):
            raw[key.removeprefix(_QUERY) + QUERY] = clean(str(posted[key]))
        if not key.startswith(_VALUE):
            continue
        name = key.removeprefix(_VALUE)
        values = [clean(str(value)) for value in posted.getall(key)]
        # A box to tick is preceded by a hidden «false»: the last value counts.
        raw[name] = values if name in many else values[-1]
        called = [clean(str(label)) for label in posted.getall(_LABEL + name, [])]
        labels[name] = dict(zip(values, called, strict=False))
    return Typed(raw, labels)


# --- HTML --------------------------------------------------------------------------------------------------


def safe_url(url: str) -> str:
    """The address if it may be a link, else nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.netloc else ""


def from_here(url: str) -> str:
    """One of our own signed links (see `handlers.people.links`), seen from a page that is two steps deep.

    The pages show pictures of their own server only, and its own address is not always the one people came by
    (`localhost` or `127.0.0.1`, a port of its own).
    """
    purpose, token = url.rsplit("/", 2)[-2:]
    return f"../{purpose}/{token}"


def clock_time(moment: datetime, now: datetime) -> str:
    """`10.05` today, else `3.12. 10.05`; local time."""
    local, today = moment.astimezone(LOCAL_ZONE), local_day(now)
    shown = f"{local:%H.%M}"
    return shown if local.date() == today else f"{local.day}.{local.month}. {shown}"


_POSTS = {
    "handler": N_("behandler avvik i {units}"),
    "deputy": N_("stedfortreder i {units}"),
    "leader": N_("leder for {units}"),
}
"""What somebody does in a unit (see `storage.tables.StaffRole`), where people choose whom to play."""


def does(post: str, units: str) -> str:
    return _(_POSTS[post]).format(units=units)


@cache
def _environment() -> "Environment":
    # Not needed before somebody opens a page.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(_=_, ngettext=ngettext, language=current, does=does)
    made.tests.update(about=lambda button, only: carries(button.arguments, only))
    made.filters.update(safe_url=safe_url, from_here=from_here, clock_time=clock_time)
    made.filters.update(look=look, limit=limit, values=values, chosen=chosen, of_the_search=of_the_search)
    return made


def _render(template: str, **values: object) -> str:
    """The template, with commands in sentences written with a slash, as they are typed on these pages."""
    return with_slash(_environment().get_template(template).render(**values))


def page(template: str, *, static: str = "/lokal/static", **values: object) -> str:
    """A whole page, in the language being spoken. `static`: where its style is, seen from its address."""
    return _render(template, static=static, **values)


class Line(NamedTuple):
    """A line as the page gets it."""

    id: int
    revision: int
    html: str


def line(entry: Entry, person_id: int, now: datetime, links: Links) -> Line:
    """`links`: makes those to files, which work from now on."""
    content: Content = load(entry.content)
    if isinstance(content, Told | Greeted):
        content = content.model_copy(update={"message": with_links(content.message, links, person_id)})
    html = _render("line.html", entry=entry, content=content, person_id=person_id, now=now)
    return Line(entry.id, entry.revision, html)


def lines(entries: Sequence[Entry], person_id: int, now: datetime, links: Links) -> list[Line]:
    return [line(entry, person_id, now, links) for entry in entries]
