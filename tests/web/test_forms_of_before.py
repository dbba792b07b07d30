"""A form in a line that an earlier build stored is drawn as it was, and can be filled in further.

`fixtures/forms.json` holds what build 5f431ce stored of the forms below.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.web import draw
from bot.web.content import Closed, Opened, dump, load
from handlers.dialogs.dialog import (
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
    Text,
    TimeOfDay,
    YesNo,
)
from handlers.messages.message import Fact
from handlers.people.links import NO_LINKS
from storage.local import Entry
from storage.tables import LocalEntry
from storage.types import JsonObject
from tests.everything import FEW, MANY
from tests.web.conftest import Site, answered, lines

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
STORED: dict[str, JsonObject] = json.loads((Path(__file__).parent / "fixtures" / "forms.json").read_text())

EMPTY = Form(
    token="alt.everything.0123456789abcdef",
    title="Skjema",
    submit="Neste",
    intro="Fyll ut.",
    facts=(Fact(label="Frist", value="i morgen"),),
    fields=(
        FormField("remark", Note(""), "Saken: <b>Ny rutine</b>", help="Hjelp", required=False),
        FormField("line", Text("", max_length=250), "En linje", help="Hjelp", placeholder="Skriv her"),
        FormField("lines", LongText("", max_length=2000), "Flere linjer", required=False),
        FormField("one", Choice(""), "Ett valg", options=FEW),
        FormField("maybe", Choice(""), "Kanskje ett valg", required=False, options=FEW),
        FormField("some", Choices(""), "Flere valg", many=True, options=FEW),
        FormField("searched", Choice(""), "Ett av mange", searched=True),
        FormField("long", Choices(""), "Flere av en lang liste", many=True, options=MANY[:30]),
        FormField("who", Person("", several=True), "Personer", many=True, options=MANY[:7]),
        FormField("day", Day(""), "Dag"),
        FormField("time", TimeOfDay(""), "Klokkeslett"),
        FormField("sure", YesNo(""), "Sikker", required=False),
    ),
    buttons=(FormButton("Tilbake", "back"), FormButton("Slett utkastet", "discard", "danger")),
    step_number=1,
    step_count=3,
)
VALUES: dict[str, Any] = {
    "line": "«Én» & to",
    "lines": "\nFørste\n\nTredje",
    "one": "b",
    "maybe": "a",
    "some": ["a", "c"],
    "searched": "17",
    "long": ["3", "5"],
    "who": ["1"],
    "day": "2026-12-03",
    "time": "13:00",
    "sure": "true",
}


def changed(**by_field: dict[str, Any]) -> Form:
    return replace(EMPTY, fields=tuple(replace(field, **by_field.get(field.name, {})) for field in EMPTY.fields))


FILLED = changed(
    **{name: {"value": value, "error": "Kan ikke stå."} for name, value in VALUES.items() if name != "searched"},
    searched={"value": "17", "options": (Option("17", "Nummer sytten"),)},
)
FORMS = {
    "empty": EMPTY,
    "filled": replace(FILLED, errors=("Noe er galt.",), confirmed=("01019912345",)),
    "hits": changed(searched={"query": "nummer", "found": MANY[:4], "error": "Velg én."}),
    "no hits": changed(searched={"query": "xyz", "found": ()}, long={"query": "xyz", "found": (), "error": "Velg."}),
}


def drawn(content: JsonObject) -> str:
    return draw.line(Entry(7, 3, NOW, content), 1, NOW, NO_LINKS).html


@pytest.mark.parametrize("name", FORMS)
def test_it_is_drawn_as_the_same_form_is_now(name: str) -> None:
    old = STORED[name]
    assert "kind" in old["form"]["fields"][0], "as it was stored then"
    assert drawn(old) == drawn(dump(Opened(form=draw.searchable(FORMS[name]))))


def test_what_was_typed_in_it_since_is_there() -> None:
    """A form that was drawn empty, and typed in; what a searched option is called came from the page."""
    typed = draw.holding(draw.searchable(EMPTY), VALUES, {"searched": {"17": "Nummer sytten"}})
    assert drawn(STORED["typed in"]) == drawn(dump(Opened(form=typed)))


@pytest.mark.parametrize("name", STORED)
def test_it_is_stored_as_now_when_it_is_stored_again(name: str) -> None:
    again = dump(load(STORED[name]))
    assert load(again) == load(STORED[name])
    assert isinstance(load(again), Opened)
    assert not [field for field in again["form"]["fields"] if "kind" in field]


@pytest.mark.parametrize(
    "form",
    [
        {"token": "a", "title": "b", "submit": "c", "fields": [{"kind": "hologram", "name": "x", "label": "y"}]},
        {"token": "a", "title": "b", "submit": "c", "fields": [{"widget": {"is": "x"}, "name": "x", "label": "y"}]},
        {"token": "a", "title": "b", "submit": "c", "fields": [{"widget": "text", "name": "x", "label": "y"}]},
        {"token": "a", "title": "b", "submit": "c", "fields": "x"},
        {"token": "a", "title": "b", "submit": "c", "colour": "red"},
        {"title": "b", "submit": "c"},
        {},
        "form",
        None,
    ],
)
def test_what_is_not_understood_hides_no_other_line(form: Any) -> None:
    assert load({"kind": "opened", "form": form}) == Closed(why="old")


async def test_a_form_that_an_earlier_build_left_open_is_filled_in_further(site: Site) -> None:
    window = site.window("member")
    shown = await window.say("/alt Hei")
    old = json.loads(json.dumps(STORED["alt"]))
    old["form"]["token"] = dict(shown.one("form").sends())["token"]
    async with site.database.transaction() as session:
        await session.execute(
            update(LocalEntry).values(content=old).where(col(LocalEntry.id) == int(shown["data-entry"]))
        )
    standing = lines(await window.page())[-1]
    assert standing.one("form").sends() == shown.one("form").sends()
    assert (await window.send_form(standing, intent="save", line="Hei igjen", found=["3"]))["status"] == 200
    standing = lines(await window.page())[-1]
    assert {("value.line", "Hei igjen"), ("value.found", "3")} <= set(standing.one("form").sends())
    assert answered(await window.send_form(standing, one="a")).one("h2").text == "Litt til"
