"""Whatever is drawn can be read and used by those who do not see it, do not see colours, or have no mouse.

Every step and every message, in each language, is looked at in tests/dialogs/test_catalogue.py; here is what is looked
for, the order in which things are read, and that what sounds the same is told apart.
"""

import json
import re
from email.headerregistry import Address

import pytest

from bot.mail.letter import as_email, write
from bot.slack.blocks import message_blocks
from bot.teams.cards import form_card, message_card
from handlers.dialogs.dialog import Choice, Form, FormField, LongText, Option, Text
from handlers.messages.heard import about
from handlers.messages.message import Button, Confirm, Fact, Image, Link, Message, Section
from tests import accessible
from tests.clock import FixedClock
from tests.everything import MESSAGE
from tests.on_each_surface import SURFACES, form_on, message_on

IN_ORDER = ("title", "text", "value", "alternative", "link", "heading", "line", "inner", "last", "small")


def everything() -> Message:
    """A message whose parts are called by their place in the order in which they are read."""
    words = {name: f"{place}{name}{place}" for place, name in enumerate(IN_ORDER)}
    return Message(
        title=words["title"],
        text=words["text"],
        facts=(Fact(label="Hva", value=words["value"]),),
        image=Image(url="https://bot.example.org/fil/a.b", alt=words["alternative"]),
        links=(Link(label=words["link"], url="https://example.org/"),),
        sections=(
            Section(
                title=words["heading"],
                text=words["line"],
                buttons=(Button(label=words["inner"], action="x"),),  # type: ignore[arg-type]
            ),
        ),
        buttons=(Button(label=words["last"], action="x"),),  # type: ignore[arg-type]
        small=words["small"],
    )


@pytest.mark.parametrize("surface", SURFACES)
def test_everything_is_read_in_the_same_order(surface: str) -> None:
    """What a button is about stands before it, and the small print comes last."""
    drawn = message_on(surface, everything())
    if surface == "Slack":
        # Without what a notification says.
        drawn = json.dumps(json.loads(drawn)[0])
    places = [drawn.index(f"{place}{name}{place}") for place, name in enumerate(IN_ORDER)]
    assert places == sorted(places)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_form_is_read_from_what_it_is_about_to_its_last_field(surface: str) -> None:
    """What is wrong with the whole of it comes before what is filled in, and a field's error and help beside it."""
    names = ("0title", "1error", "2intro", "3value", "4first", "5wrong", "6last")
    form = Form(
        token="x.y.z",
        title=names[0],
        errors=(names[1],),
        intro=names[2],
        facts=(Fact(label="Hva", value=names[3]),),
        fields=(
            FormField("a", Text(names[4]), names[4], error=names[5]),
            FormField("b", LongText(names[6]), names[6], help="Slik"),
        ),
        submit="Send",
    )
    drawn = form_on(surface, form)
    if surface == "a linked page":
        # The errors are gathered above as links to the fields, and the browser's own title comes first.
        drawn = drawn[drawn.index("<h1>") :].replace(names[5], "", 1)
    places = [drawn.index(name) for name in names]
    assert places == sorted(places)


def test_what_sounds_the_same_is_numbered() -> None:
    sections = [Section(title="Felles opplæring"), Section(text="Noe annet\nog mer"), Section(title="Felles opplæring")]
    assert about(sections) == ["1. Felles opplæring", "Noe annet", "3. Felles opplæring"]
    assert about([Section(facts=(Fact(label="Sted", value="Oslo"),)), Section()]) == ["Oslo", ""]


def test_a_button_says_what_it_is_about_where_others_are_called_the_same() -> None:
    ask = Confirm(text="Er du sikker?", yes="Trekk")
    button = Button(label="Trekk", action="x", confirm=ask)  # type: ignore[arg-type]
    message = Message(title="Sakene dine", sections=[Section(title=f"{n}. sak", buttons=(button,)) for n in (1, 2)])
    blocks, card = message_blocks(message), message_card(message)
    on_slack = [
        part["accessibility_label"] for block in blocks if block["type"] == "actions" for part in block["elements"]
    ]
    assert on_slack == ["Trekk: 1. sak", "Trekk: 2. sak"]
    assert re.findall(r'"tooltip": "([^"]*)"', json.dumps(card)) == [
        "Trekk: 1. sak",
        "Trekk: 1. sak Er du sikker?",
        "Trekk: 2. sak",
        "Trekk: 2. sak Er du sikker?",
    ]
    assert accessible.slack(blocks) == accessible.teams(card) == []


def test_two_lists_that_are_searched_are_told_apart_on_teams() -> None:
    options = (Option("a", "A"),)
    fields = [
        FormField(name, Choice(name), name, options=options, value="a", searched=True) for name in ("Enhet", "Person")
    ]
    assert accessible.teams(form_card(Form(token="x.y.z", title="Skjema", submit="Send", fields=fields))) == []


def test_an_e_mail_is_plain_text_in_a_language_with_addresses_on_lines_of_their_own() -> None:
    at = FixedClock().now()
    letter = write(MESSAGE.model_copy(update={"mailable": True}), "Eksempel Person", lambda _page: "", at)
    assert letter is not None
    mailbox = Address("Eksempel", addr_spec="a@example.org")
    email = as_email(letter, mailbox, mailbox, at, "a@example.org")
    assert (email.get_content_type(), email["Content-Language"]) == ("text/plain", "nb")
    assert accessible.says(email["Subject"])
    assert "Vedlegg [1]: https://example.org/vedlegg?a=1&b=2" in letter.text.splitlines()


# --- that what is looked for is found ----------------------------------------------------------------------

IMAGE = {"type": "image", "alt_text": "tall.png"}
INPUT = {"type": "input", "label": {"text": "–"}}
SIGN = {"type": "actions", "elements": [{"text": {"text": "✓"}}, {"text": {"text": "Vis"}}, {"text": {"text": "Vis"}}]}
LINE = {"type": "rich_text", "elements": [{"elements": [{"type": "text", "text": "Sak\n✅"}]}]}


@pytest.mark.parametrize(
    ("block", "faults"),
    [
        (IMAGE, ["a picture's alternative is «tall.png»"]),
        (INPUT, ["a field without a label"]),
        (SIGN, ["a button says only «✓»", "a button is read as nothing", "2 buttons are called «Vis»"]),
        (LINE, ["a line says only «✅»"]),
        ({"type": "section", "text": {"text": "⚠️ "}}, ["a text says only «⚠️»"]),
        ({"type": "context", "elements": [{"text": "…"}]}, ["small print says only «…»"]),
    ],
)
def test_what_shuts_somebody_out_on_slack(block: dict[str, object], faults: list[str]) -> None:
    assert accessible.slack([block]) == faults


RED = {"type": "RichTextBlock", "inlines": [{"text": "Fyll ut", "color": "Attention"}]}
NAMELESS = {"type": "Input.Text", "id": "a"}


@pytest.mark.parametrize(
    ("part", "faults"),
    [
        ({"type": "Image", "altText": ""}, ["a picture's alternative is «»"]),
        (NAMELESS, ["a field without a label"]),
        ({"type": "Input.Toggle", "title": "Ja", "label": ""}, []),
        ({"type": "Action.Execute", "title": "+"}, ["a button says only «+»"]),
        (RED, ["it is told by its colour alone that it is wrong"]),
    ],
)
def test_what_shuts_somebody_out_on_teams(part: dict[str, object], faults: list[str]) -> None:
    assert accessible.teams({"type": "AdaptiveCard", "lang": "nb", "body": [part]}) == faults
    assert accessible.teams({"type": "AdaptiveCard", "body": []}) == ["it does not say which language it is in"]


@pytest.mark.parametrize(
    ("html", "faults"),
    [
        ('<img alt="">', ["a picture's alternative is «»"]),
        ('<input name="a">', ["a field without a label: a"]),
        ('<label>Navn <input name="a"></label><input type="hidden" name="b">', []),
        ('<label for="a">Navn</label><select id="a" name="a"></select>', []),
        ("<button>×</button>", ["button is read as nothing: «×»"]),
        ('<button><span aria-hidden="true">Fjern</span></button>', ["button is read as nothing: «Fjern»"]),
        ('<button aria-label="Fjern">×</button>', []),
        ("<h2>A</h2><h4>B</h4>", ["h4 comes after h2"]),
        (
            '<p id="a"></p><p id="a" aria-describedby="b"></p>',
            ["two have the id a", "aria-describedby points at nothing: b"],
        ),
        ("<html><h1>A</h1></html>", ["it does not say which language it is in", "not one main part"]),
        ('<html lang="nb"><main></main></html>', ["0 headings of the first level"]),
    ],
)
def test_what_shuts_somebody_out_on_a_page(html: str, faults: list[str]) -> None:
    assert accessible.page(html) == faults
