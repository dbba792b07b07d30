"""What a card sends back is what was filled in."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams.answers import Pressed, Submitted, read
from bot.teams.cards import form_card
from bot.teams.elements import fits
from handlers.bot import Bot
from handlers.dialogs.dialog import (
    QUERY,
    Choice,
    Choices,
    Day,
    Form,
    FormField,
    LongText,
    Option,
    Person,
    Text,
    TimeOfDay,
    YesNo,
)
from tests.teams.client import buttons, inputs
from tests.teams.schema import assert_valid
from tests.world import World

OPTIONS = tuple(Option(value, value.upper()) for value in ("a", "b", "c-1", "d_2", "e.3"))
VALUES = [option.value for option in OPTIONS]

words = st.text(st.characters(exclude_categories=("Cs",)), max_size=40).map(lambda text: text or None)
one = st.sampled_from([*VALUES, None])
several = st.lists(st.sampled_from(VALUES), unique=True)

FIELDS: dict[str, tuple[Any, st.SearchStrategy[Any]]] = {
    "line": (Text("L"), words),
    "lines": (LongText("L"), words),
    "one": (Choice("C"), one),
    "some": (Choices("C"), several),
    "person": (Person("P"), one),
    "people": (Person("P", several=True), several),
    "day": (Day("D"), st.dates().map(str) | st.none()),
    "clock": (TimeOfDay("T"), st.times().map(lambda time: f"{time:%H:%M}") | st.none()),
    "yes": (YesNo("Y"), st.sampled_from(["true", "false"])),
}


@st.composite
def forms(draw: st.DrawFn) -> Form:
    chosen = draw(st.lists(st.sampled_from(sorted(FIELDS)), unique=True, min_size=1))
    fields = []
    for name in chosen:
        widget, values = FIELDS[name]
        fields.append(
            FormField(
                name,
                widget,
                name,
                value=draw(values),
                many=name in ("some", "people"),
                required=draw(st.booleans()),
                options=OPTIONS if isinstance(widget, Choice | Choices | Person) else (),
                searched=name in ("person", "people") and draw(st.booleans()),
            )
        )
    return Form(token="alt.steg.1f", title="T", submit="Neste", fields=tuple(fields))


def as_clients_send(card: dict[str, Any], label: str = "Neste") -> dict[str, Any]:
    """The invoke's value when `label` is pressed and nothing was touched: empty fields are left out."""
    button = next(button for button in buttons(card) if button["title"] == label)
    filled = {name: drawn["value"] for name, drawn in inputs(card).items() if drawn.get("value")}
    return {"action": {"type": "Action.Execute", "verb": button["verb"], "data": {**button["data"], **filled}}}


@given(forms())
@settings(max_examples=150, deadline=None)
def test_a_form_that_is_not_touched_comes_back_as_it_was_drawn(form: Form) -> None:
    card = form_card(form)
    assert_valid(card)
    assert fits(card)
    back = read(as_clients_send(card))
    assert isinstance(back, Submitted)
    assert (back.token, back.intent) == ("alt.steg.1f", "next")
    expected = {field.name: field.value for field in form.fields}
    expected |= {field.name + QUERY: None for field in form.fields if field.searched}
    assert set(back.raw) == set(expected)
    for name, value in expected.items():
        assert back.raw[name] == (value or None if isinstance(value, str) else value)


async def test_every_sample_step_is_drawn_and_read_back(bot: Bot, small_world: World) -> None:
    me = small_world.sender("colleague", "teams")
    form = await bot.command(me, "alt Hei du")
    assert isinstance(form, Form)
    filled = await bot.submit(
        me,
        form.token,
        {"line": "Hei, du", "lines": "a\nb", "one": "b", "some": ["a", "c"], "found": ["3", "200"], "agreed": "true",
         "number": "x", "day": "2026-12-03", "clock": "13:00", "who": "c", "searched": "5"},
    )  # fmt: skip
    assert isinstance(filled, Form)
    card = form_card(filled)
    assert_valid(card)
    back = read(as_clients_send(card))
    assert isinstance(back, Submitted)
    assert back.raw == {
        "line": "Hei, du", "lines": "a\nb", "one": "b", "some": ["a", "c"], "found": ["3", "200"], "agreed": "true",
        "number": "x", "day": "2026-12-03", "clock": "13:00", "who": "c", "searched": "5",
        "found.query": None, "searched.query": None,
    }  # fmt: skip


def test_what_was_emptied_is_empty_and_not_left_out() -> None:
    value = {"action": {"verb": "form", "data": {"token": "t", "intent": "next", "fields": ["line~", "some[]"]}}}
    assert read(value) == Submitted("t", "next", {"line": None, "some": []}, ("line~", "some[]"))


def test_a_client_may_send_booleans_and_numbers() -> None:
    data = {"token": "t", "intent": "next", "fields": ["yes", "no", "number~"], "yes": True, "no": False, "number": 7}
    back = read({"action": {"verb": "form", "data": data}})
    assert isinstance(back, Submitted)
    assert back.raw == {"yes": "true", "no": "false", "number": "7"}


def test_only_fields_that_were_drawn_are_read() -> None:
    data = {"token": "t", "intent": "next", "fields": ["line~"], "line": "a", "other": "b", "line.query": "c"}
    back = read({"action": {"verb": "form", "data": data}})
    assert isinstance(back, Submitted)
    assert back.raw == {"line": "a"}


def test_a_search_keeps_what_is_filled_in() -> None:
    data = {"token": "t", "field": "who", "fields": ["line~", "who"], "line": "a", "who.query": "kari", "who": "7"}
    back = read({"action": {"verb": "search", "data": data}})
    raw = {"line": "a", "who": "7", "who.query": "kari", ".asked": "who"}
    assert back == Submitted("t", "search", raw, ("line~", "who"))


def test_a_button_carries_its_arguments() -> None:
    back = read({"action": {"verb": "press", "data": {"action": "sak.vis", "arguments": {"id": 7}}}})
    assert back == Pressed("sak.vis", {"id": "7"})


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "form",
        [],
        {},
        {"action": None},
        {"action": []},
        {"action": {"verb": "form"}},
        {"action": {"verb": "form", "data": "x"}},
        {"action": {"verb": "form", "data": {}}},
        {"action": {"verb": "form", "data": {"token": 7, "intent": "next"}}},
        {"action": {"verb": "form", "data": {"token": "t", "intent": "save everything"}}},
        {"action": {"verb": "form", "data": {"token": "t", "intent": ["next"]}}},
        {"action": {"verb": "search", "data": {"token": "t"}}},
        {"action": {"verb": "press", "data": {"action": None}}},
        {"action": {"verb": "press", "data": {"action": "a", "arguments": "x"}}},
        {"action": {"verb": "other", "data": {}}},
    ],
)
def test_what_is_no_card_of_ours_is_nothing(value: Any) -> None:
    assert read(value) is None


KEYS = st.sampled_from(["action", "verb", "data", "token", "intent", "fields", "field", "arguments"])
SCALARS = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS | st.text(), inner))


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_whatever_comes_is_read_without_a_fault(value: Any) -> None:
    read(value)
    read({"action": {"verb": "form", "data": {"token": "t", "intent": "next", "fields": value}}})
    read({"action": {"verb": "press", "data": {"action": "t", "arguments": value}}})


def test_an_emptied_search_line_is_empty_and_not_left_out() -> None:
    data = {"token": "t", "intent": "next", "fields": ["who/", "some[]/"], "some.query": "kari"}
    back = read({"action": {"verb": "form", "data": data}})
    assert isinstance(back, Submitted)
    assert back.raw == {"who": None, "who.query": None, "some": [], "some.query": "kari"}
