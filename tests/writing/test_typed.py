"""Commands in sentences: with a slash where there are slash commands, without where there are none."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.mail.letter import write
from bot.slack.api import as_sent as slack_sends
from bot.slack.blocks import doorway, fallback, message_blocks
from bot.slack.views import final_view, form_view, view_with_error
from bot.teams.answers import Submitted
from bot.teams.cards import form_card, kept_card, message_card
from bot.teams.connector import as_sent as teams_sends
from bot.web import draw
from bot.web.content import Opened, Told, dump
from config.catalogs import collect
from handlers.dialogs.dialog import Choice, Choices, Day, Form, FormButton, FormField, Note, Option, Person, Text, YesNo
from handlers.messages.message import Button, Confirm, Fact, Image, Link, Message, Page, Section
from handlers.people.links import NO_LINKS
from handlers.writing.typed import typed, with_slash, without_slash
from storage.local import Entry
from tests.commands import MARK, slashed

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
LINE = "sak liste"
NAMES = iter(f"sted{number}" for number in range(1000))


def here() -> str:
    """A sentence with a command, like no other."""
    return f"{next(NAMES)} {typed(LINE)} {next(NAMES)}"


def option(value: str) -> Option:
    return Option(value, here())


FORM = Form(
    token="alt.everything.0123456789abcdef",
    title=typed("sak"),
    submit=typed("sak"),
    intro=here(),
    facts=(Fact(label=here(), value=here()),),
    fields=(
        FormField("line", Text("x"), here(), here(), placeholder=here(), value="eget", error=here()),
        FormField("one", Choice("x"), here(), here(), options=(option("a"), option("b"))),
        FormField("some", Choices("x"), here(), many=True, options=(option("a"), option("b"))),
        FormField("who", Person("x"), here(), value="a", options=(option("a"),), searched=True),
        FormField("day", Day("x"), here()),
        FormField("agreed", YesNo("x"), here(), here()),
        FormField("note", Note("x"), here(), here(), required=False),
    ),
    buttons=(FormButton(typed("sak"), "back"),),
    errors=(here(),),
    step_number=1,
    step_count=2,
)

PAGE = Page(reference="1/2026", action="vis", arguments={"id": "7"})

MESSAGE = Message(
    title=here(),
    text=here(),
    facts=(Fact(label=here(), value=here()),),
    image=Image(url=None, alt=here()),
    links=(Link(label=here(), url="https://example.org/sak/7"),),
    buttons=(
        Button(label=here(), action="vis", arguments={"line": "/sak"}, confirm=Confirm(text=here(), yes=typed("sak"))),
    ),
    sections=(Section(title=here(), text=here(), image=Image(url="https://example.org/fil/et.tegn", alt=here())),),
    small=here(),
    page=PAGE,
    mailable=True,
)


def shown_to_people(part: Any) -> Iterator[str]:
    """The texts of what is sent as JSON, but for what only comes back."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for name, inner in part.items():
            if name not in ("url", "value", "data", "image_url", "block_id", "action_id", "private_metadata"):
                yield from shown_to_people(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from shown_to_people(inner)


def on_slack() -> Iterator[str]:
    form, message = form_view(FORM), final_view(MESSAGE, MESSAGE.title)
    blocks, text = doorway(FORM, here())
    for body in (
        form,
        message,
        view_with_error(form, here()),
        {"blocks": message_blocks(MESSAGE), "text": fallback(MESSAGE)},
        {"blocks": blocks, "text": text},
    ):
        yield from shown_to_people(json.loads(slack_sends(body)))


def on_teams() -> Iterator[str]:
    kept = kept_card(here(), Submitted("a.b.c", "next", {"line": "mitt"}, ("line~",)), again=True)
    for card in (form_card(FORM), message_card(MESSAGE), kept):
        yield from shown_to_people(json.loads(teams_sends(card)))


def on_the_local_page() -> Iterator[str]:
    for content in (Opened(form=draw.searchable(FORM)), Told(message=MESSAGE)):
        yield draw.line(Entry(7, 3, NOW, dump(content)), 1, NOW, NO_LINKS).html


def on_a_linked_page() -> Iterator[str]:
    about: dict[str, Any] = {"name": "Eksempel Person", "back": "token"}
    yield draw.page("linked_message.html", message=MESSAGE, only={}, once="1", **about)
    yield draw.page("linked_form.html", form=FORM, wrong=FORM.fields[:1], saves=False, **about)
    yield draw.page("linked_problem.html", text=here(), back="", renewable=False, again=(), written=())


def in_a_mail() -> Iterator[str]:
    letter = write(MESSAGE, "Eksempel Person", lambda _page: "https://example.org/side/tegn", NOW)
    assert letter is not None
    yield letter.subject
    yield letter.text


@pytest.mark.parametrize("surface", [on_slack, on_the_local_page, on_a_linked_page, in_a_mail])
def test_where_there_are_slash_commands_they_have_a_slash_and_no_mark(surface: Any) -> None:
    text = "\n".join(surface())
    assert MARK not in text
    assert len(re.findall(r"sted\d+ /sak liste sted", text)) > 5
    assert not re.search(r"sted\d+ sak liste", text)


def test_on_teams_a_command_is_an_ordinary_word() -> None:
    text = "\n".join(on_teams())
    assert slashed(text) == []
    assert MARK not in text
    assert len(re.findall(r"sted\d+ sak liste sted", text)) > 15


def test_what_comes_back_from_a_card_is_not_touched() -> None:
    card = message_card(MESSAGE)
    assert json.loads(teams_sends(card)) != card
    assert '"line": "/sak"' in teams_sends(card).decode()
    assert "https://example.org/sak/7" in teams_sends(card).decode()


@pytest.mark.parametrize("write_it", [with_slash, without_slash])
def test_what_people_wrote_and_old_messages_stand_as_they_are(write_it: Any) -> None:
    for text in ("Skriv /sak for å melde en.", "journal/sak 7", "https://example.org/sak", "a ] / b"):
        assert write_it(text) == text


def test_no_sentence_of_the_program_has_a_command_written_out() -> None:
    """`handlers.writing.typed` writes it. The local page's own templates are for that page only."""
    found = [
        (text, message.locations)
        for message in collect()
        for text in ((message.id,) if isinstance(message.id, str) else message.id)
        if slashed(text) and any(not place.startswith("bot/web/") for place, _line in message.locations)
    ]
    assert found == []


@pytest.mark.parametrize("text", ["a\\u2060/b", "\\", "\\\\u2060", "«sak» æøå 👩‍⚕️"])
def test_what_looks_like_the_mark_in_json_stands_as_it_is(text: str) -> None:
    beside = f"Skriv {typed('sak mine')}."
    assert json.loads(slack_sends({"text": text})) == {"text": text}
    assert json.loads(slack_sends({"blocks": [text, [beside]]})) == {"blocks": [text, ["Skriv /sak mine."]]}
    assert json.loads(teams_sends({"body": [text, beside]})) == {"body": [text, "Skriv sak mine."]}
