"""What is drawn, and that what is drawn is read back the same."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import MultiDict

from bot.web import draw
from bot.web.content import Content, Opened, Said, Told, dump
from handlers.dialogs.dialog import (
    QUERY,
    Choice,
    Choices,
    Day,
    Form,
    FormButton,
    FormField,
    LongText,
    Note,
    Option,
    Person,
    Raw,
    Text,
    TimeOfDay,
    Widget,
    YesNo,
)
from handlers.messages.message import Button, Confirm, Fact, Image, Link, Message, Section
from handlers.people.links import NO_LINKS
from handlers.writing.text import clean
from storage.local import Entry
from tests.everything import FEW, MANY, MESSAGE, PICTURE
from tests.web.markup import Element, parse

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
TOKEN = "alt.everything.0123456789abcdef"

texts = st.text(max_size=60).map(clean)
values = st.text(alphabet=st.characters(exclude_characters=",", exclude_categories=["C"]), min_size=1, max_size=12).map(
    clean
)


def drawn(content: Content, at: datetime = NOW) -> Element:
    """The line, through what the database keeps."""
    html = draw.line(Entry(7, 3, at, dump(content)), 1, NOW, NO_LINKS).html
    return parse(html).one("li", id="line-7")


def form(*fields: FormField, **more: Any) -> Form:
    return Form(token=TOKEN, title="Skjema", submit="Neste", fields=fields, **more)


def opened(*fields: FormField, **more: Any) -> Element:
    return drawn(Opened(form=draw.searchable(form(*fields, **more))))


def read_back(line: Element) -> Raw:
    """What the form sends, but for lines to search with that nothing was typed in."""
    raw = draw.read(MultiDict(line.one("form").sends())).raw
    return {name: value for name, value in raw.items() if value or not name.endswith(QUERY)}


@st.composite
def options(draw_: Any, *, most: int = 30) -> tuple[Option, ...]:
    chosen = draw_(st.lists(values.filter(bool), min_size=1, max_size=most, unique=True))
    return tuple(Option(value, draw_(texts) or "uten navn") for value in chosen)


@st.composite
def filled(draw_: Any) -> tuple[FormField, Any]:
    """A field with a value, and the raw answer that it stands for."""
    kind = draw_(st.sampled_from(["text", "lines", "choice", "choices", "person", "people", "day", "time", "yesno"]))
    widget: Widget
    value: Any
    found: tuple[Option, ...] = ()
    many = False
    required, searched = draw_(st.booleans()), draw_(st.booleans())
    match kind:
        case "text":
            widget, value = Text("Navn"), " ".join(draw_(texts).split())
        case "lines":
            widget, value = LongText("Navn"), draw_(texts)
        case "choice" | "person":
            found = draw_(options())
            widget = Choice("Navn") if kind == "choice" else Person("Navn")
            value = draw_(st.sampled_from(found)).value
        case "choices" | "people":
            found, many = draw_(options()), True
            widget = Choices("Navn") if kind == "choices" else Person("Navn", several=True)
            value = draw_(st.lists(st.sampled_from([option.value for option in found]), unique=True))
            order = [option.value for option in found]
            value.sort(key=order.index)
        case "day":
            widget, value = Day("Navn"), draw_(st.dates()).isoformat()
        case "time":
            widget, value = TimeOfDay("Navn"), f"{draw_(st.times()):%H:%M}"
        case _yesno:
            widget, value = YesNo("Navn"), draw_(st.sampled_from(["true", "false"]))
    if searched:
        found = tuple(option for option in found if option.value in value) if many else ()
        found = found or tuple(Option(item, "valgt") for item in (value if many else [value]))
    searched = searched and isinstance(widget, Choice | Choices | Person)
    return (
        FormField("it", widget, "Navn", value=value, required=required, many=many, options=found, searched=searched),
        value,
    )


@settings(max_examples=400, deadline=None)
@given(filled())
def test_every_field_is_read_back_as_it_was_drawn(pair: tuple[FormField, Any]) -> None:
    field, value = pair
    assert read_back(opened(field)) == {"it": value}


@settings(max_examples=100, deadline=None)
@given(filled())
def test_a_value_put_in_later_is_read_back_too(pair: tuple[FormField, Any]) -> None:
    """As when a form is drawn empty, and what was typed since is kept beside it."""
    field, value = pair
    empty = draw.searchable(form(FormField(**{**field.__dict__, "value": None})))
    line = drawn(
        Opened(form=draw.holding(empty, {"it": value}, {"it": {option.value: "x" for option in field.options}}))
    )
    assert read_back(line) == {"it": value}


@pytest.mark.parametrize(
    ("field", "empty"),
    [
        (FormField("it", Text("Navn"), "Navn"), ""),
        (FormField("it", LongText("Navn"), "Navn"), ""),
        (FormField("it", Choice("Navn"), "Navn", required=False, options=FEW), ""),
        (FormField("it", Choice("Navn"), "Navn", searched=True), ""),
        (FormField("it", Choices("Navn"), "Navn", many=True, options=FEW), []),
        (FormField("it", Person("Navn", several=True), "Navn", many=True, searched=True), []),
        (FormField("it", Day("Navn"), "Navn"), ""),
        (FormField("it", TimeOfDay("Navn"), "Navn"), ""),
        (FormField("it", YesNo("Navn"), "Navn"), "false"),
    ],
)
def test_a_field_with_nothing_in_it_is_read_as_empty_and_not_as_missing(field: FormField, empty: Any) -> None:
    """What is missing keeps its former value, so an emptied field must be sent."""
    assert read_back(opened(field)) == {"it": empty}


def test_a_radio_button_not_yet_chosen_is_missing() -> None:
    line = opened(FormField("it", Choice("Navn"), "Navn", options=FEW))
    assert read_back(line) == {}
    assert len(list(line.all("input", type="radio"))) == len(FEW)


def test_a_note_is_text_and_sends_nothing() -> None:
    line = opened(FormField("it", Note(""), "Hei <!channel> [x](http://evil)", help="Hjelp"))
    assert read_back(line) == {}
    assert "Hei <!channel> [x](http://evil)" in line.text
    assert not list(line.all("a"))


def test_a_long_list_is_searched_and_holds_only_what_is_chosen() -> None:
    line = opened(FormField("it", Choices("Navn"), "Navn", many=True, value=["3", "5"], options=MANY[:100]))
    assert [item.words for item in line.one("ul", class_="chosen").all("span", data_label="")] == [
        MANY[3].label.strip(),
        MANY[3].label.strip(),
        MANY[5].label.strip(),
        MANY[5].label.strip(),
    ]
    assert line.one("input", role="combobox")["aria-controls"] == line.one("ul", role="listbox")["id"]
    assert read_back(line) == {"it": ["3", "5"]}


def test_an_error_belongs_to_its_field() -> None:
    line = opened(FormField("it", Text("Navn"), "Navn", help="Slik gjør du.", error="Fyll ut «Navn».", value="x" * 999))
    box = line.one("input", type="text")
    described = [line.one(id=id_).words for id_ in box["aria-describedby"].split()]
    assert described[:2] == ["Slik gjør du.", "Feil: Fyll ut «Navn»."]
    assert box["aria-invalid"] == "true"
    assert box["value"] == "x" * 999
    assert line.one("label", for_=box["id"]).words == "Navn"


@pytest.mark.parametrize(
    "widget", [Text("N"), LongText("N"), Choice("N"), Choices("N"), Person("N"), Day("N"), TimeOfDay("N"), YesNo("N")]
)
@pytest.mark.parametrize("searched", [False, True])
def test_every_field_has_a_name_and_says_its_error(widget: Widget, searched: bool) -> None:
    field = FormField(
        "it", widget, "Navn", error="Galt.", many=isinstance(widget, Choices), options=FEW, searched=searched
    )
    line = opened(field)
    names = [*line.all("legend"), *line.all("label")]
    assert names[0].words == "Navn"
    assert "Galt." in line.one("p", class_="error").words
    pointers = [element["aria-describedby"] for element in line.all() if "aria-describedby" in element.attributes]
    assert any("error" in pointer for pointer in pointers)
    for pointer in pointers:
        for id_ in pointer.split():
            line.one(id=id_)


def test_no_field_cuts_what_is_pasted() -> None:
    """A browser drops what goes beyond `maxlength` without a word."""
    line = opened(FormField("it", Text("Navn", max_length=250), "Navn"), FormField("that", LongText("N"), "N"))
    assert not [element for element in line.all() if "maxlength" in element.attributes]
    assert [element["data-limit"] for element in line.all("p", class_="count")] == ["250", "3000"]


def test_the_frame_of_a_form() -> None:
    line = opened(
        FormField("it", Text("Navn"), "Navn", required=False),
        intro="Fyll ut.",
        facts=(Fact(label="Frist", value="i morgen"),),
        errors=("Fristen er ute.",),
        buttons=(FormButton("Tilbake", "back"), FormButton("Begynn på nytt", "restart", "danger")),
        step_number=1,
        step_count=3,
    )
    assert line["aria-live"] == "off"  # the focus goes there; it must not be read out twice
    assert line.one("p", class_="step").words == "Steg 1 av 3"
    assert line.one("div", class_="errors").words == "Fristen er ute."
    assert "hidden" not in line.one("div", class_="errors").attributes
    assert [(item["data-intent"], item.words) for item in line.all("button")] == [
        ("next", "Neste"),
        ("back", "Tilbake"),
        ("restart", "Begynn på nytt"),
    ]
    # Enter in a field presses the first button that submits: it must be the right one, and the only one.
    assert [item.words for item in line.all("button") if item.attributes.get("type") != "button"] == ["Neste"]
    assert "valgfritt" in line.one("label").words
    assert ("token", TOKEN) in line.one("form").sends()


def test_a_message_with_everything() -> None:
    line = drawn(Told(message=MESSAGE))
    assert line.one("h2").text == MESSAGE.title
    assert [item.text for item in line.all("p", class_="text")] == [MESSAGE.text, "Felles opplæring"]
    assert [(label.text, value.text) for label, value in zip(line.all("dt"), line.all("dd"), strict=True)] == [
        ("Frist", "3. desember kl. 12.00"),
        ("Sted", "Eksempelsalen\n2. etasje"),
        ("Ansvar", "Eksempel Person"),
    ]
    assert [item.words for item in line.all("button")] == ["Vis", "Gjør det", "Spør om mer", "Slett alt"]
    assert line.one("p", class_="small").text == MESSAGE.small
    assert line.one("img")["alt"] == PICTURE.alt


@pytest.mark.parametrize("base", ["https://bot.example.org/", "https://example.org/bot/", "http://127.0.0.1:8081/"])
def test_a_picture_is_fetched_from_the_page_s_own_server(base: str) -> None:
    """As seen from `/lokal/7` and `/side/…`: what the pages may show is their own server's, whatever it is called."""
    line = drawn(Told(message=Message(title="Tall", image=Image(url=f"{base}fil/et.signert.tegn", alt="Søyler"))))
    assert line.one("img")["src"] == "../fil/et.signert.tegn"


def test_a_picture_without_an_address_is_told_in_words() -> None:
    section = Section(image=Image(url=None, alt="Mars: 3 <b>"))
    line = drawn(Told(message=Message(title="Tall", sections=(section,))))
    assert not list(line.all("img"))
    assert line.one("p", class_="text").text == "Mars: 3 <b>"


def test_a_button_carries_its_action_and_asks_first() -> None:
    arguments = {"id": "7", "til": "\"'<&>"}
    button = Button(label="Slett", action="gjor", arguments=arguments, confirm=Confirm(text="Sikker?", yes="Ja"))
    element = drawn(Told(message=Message(title="T", buttons=(button,)))).one("button")
    assert json.loads(element["data-arguments"]) == arguments
    assert (element["data-action"], element["data-confirm"], element["data-yes"]) == ("gjor", "Sikker?", "Ja")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/a?b=1&c=2", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("https:example.org", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(url: str, link: bool) -> None:
    line = drawn(Told(message=Message(title="T", links=(Link(label="Vedlegg", url=url),))))
    found = list(line.all("a"))
    assert [item["href"] for item in found] == ([url] if link else [])
    assert all(item["rel"] == "noopener noreferrer" for item in found)
    assert "Vedlegg" in line.text


@settings(max_examples=150, deadline=None)
@given(st.text(min_size=1, max_size=80).map(lambda text: clean("<script>[x](http://evil)</script>" + text)))
def test_what_somebody_wrote_is_never_markup(text: str) -> None:
    message = Message(
        title=text,
        text=text,
        facts=(Fact(label=text, value=text),),
        buttons=(Button(label=text, action="a", arguments={"a": text}, confirm=Confirm(text=text, yes=text)),),
        sections=(Section(title=text, text=text),),
        small=text,
    )
    lines = [
        drawn(Said(text=text)),
        drawn(Told(message=message)),
        opened(
            FormField("it", LongText("N"), text, help=text, placeholder=text, error=text, value=text),
            FormField("that", Choices("N"), text, many=True, value=["a"], options=(Option("a", text),), searched=True),
            intro=text,
            errors=(text,),
        ),
    ]
    for line in lines:
        assert not list(line.all("script"))
        assert not list(line.all("a"))
        assert text in line.text


def test_times_are_local_and_a_day_is_named_when_it_is_not_today() -> None:
    assert drawn(Said(text="x"), NOW).one("time").text == "10.00"
    assert drawn(Said(text="x"), datetime(2026, 1, 31, 23, 30, tzinfo=UTC)).one("time").text == "1.2. 00.30"
