"""Messages as blocks."""

import json

import pytest

from bot.slack.blocks import doorway, fallback, message_blocks, pressed
from handlers.dialogs.dialog import Form, FormButton
from handlers.messages.message import Button, Fact, Link, Message, Section
from tests.everything import MESSAGE
from tests.slack.limits import broken_by_message, shown_text
from tests.slack.standin import button_in

LONG = "Å" * 2990 + "👩‍⚕️" * 20


def drawn(message: Message) -> list[dict[str, object]]:
    blocks = message_blocks(message)
    assert broken_by_message(blocks, fallback(message)) == []
    return blocks


def test_a_message_with_everything_shows_everything() -> None:
    text = shown_text(drawn(MESSAGE))
    for part in (
        MESSAGE.title,
        "Første linje",
        "Andre linje _med_ tegn",
        "Frist: ",
        "3. desember kl. 12.00",
        "Eksempelsalen\n2. etasje",
        "Vedlegg [1]",
        "Gjør det",
        "Sikker?",
        "1/2026 (O/D)",
        "Felles opplæring",
        "Eksempel Person",
        "Liten skrift",
    ):
        assert part in text


def test_nothing_that_people_write_is_interpreted() -> None:
    """`<!channel>` must not ping, nor `[x](http://evil)` or `*` mean anything."""
    nasty = "<!channel> [x](http://evil) <http://evil|safe> *b* _i_ ~s~ `c`"
    message = Message(
        title=nasty,
        text=nasty,
        facts=(Fact(label=nasty, value=nasty),),
        links=(Link(label=nasty, url="https://example.org"),),
        small=nasty,
        sections=(Section(title=nasty, text=nasty, buttons=(Button(label=nasty, action="gjor"),)),),
    )
    blocks = drawn(message)
    assert "mrkdwn" not in json.dumps(blocks)
    assert nasty in shown_text(blocks)
    assert "<" not in fallback(message)


def test_buttons_come_back_with_their_arguments() -> None:
    blocks = drawn(MESSAGE)
    button = button_in(blocks, "Slett alt")
    assert pressed(button["action_id"], button["value"]) == ("gjor", {"id": "8"})
    assert button["style"] == "danger"
    assert button["confirm"]["confirm"]["text"] == "Ja, slett"


@pytest.mark.parametrize("value", ["[]", "null", "{"])
def test_another_value_is_no_button_of_ours(value: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        pressed("act:gjor:0", value)


def test_arguments_are_never_cut() -> None:
    with pytest.raises(ValueError, match="gjor"):
        message_blocks(Message(title="x", buttons=(Button(label="x", action="gjor", arguments={"id": "x" * 2000}),)))


def test_a_long_list_ends_with_how_many_are_left_out() -> None:
    sections = tuple(
        Section(title=f"Sak {number}", text="x" * 100, buttons=(Button(label="Vis", action="gjor"),))
        for number in range(100)
    )
    blocks = drawn(Message(title="Alle saker", sections=sections, small="Liten skrift"))
    shown = sum(f"Sak {number}\n" in shown_text(blocks) for number in range(100))
    assert 20 <= shown < 100
    assert f"… og {100 - shown} til" in shown_text(blocks)
    assert "Liten skrift" in shown_text(blocks)


def test_everything_at_its_longest_still_fits() -> None:
    whole = Section(
        title=LONG,
        text=LONG * 5,
        facts=tuple(Fact(label=LONG, value=LONG) for _number in range(30)),
        links=tuple(Link(label=LONG, url="https://example.org/" + "x" * 200) for _number in range(50)),
        buttons=tuple(Button(label=LONG, action="gjor", arguments={"id": str(number)}) for number in range(30)),
    )
    blocks = drawn(Message(**{**whole.model_dump(), "title": LONG, "sections": (whole,) * 5, "small": LONG}))
    assert len([block for block in blocks if block["type"] == "actions"]) >= 2
    for left_out in ("… og 29 til", "… og 35 til", "… og 5 til"):  # facts, links, sections
        assert left_out in shown_text(blocks)


def test_two_long_answers_are_shown_whole() -> None:
    """A case with a purpose and a conclusion of 3,000 characters each, as the secretariat gets it."""
    values = ["h" * 3000, "k" * 3000]
    text = shown_text(drawn(Message(title="En sak", facts=tuple(Fact(label="F", value=value) for value in values))))
    assert all(value in text.replace("\n", "") for value in values)


def test_an_empty_message_is_still_a_message() -> None:
    assert drawn(Message(title="x", text=" ", facts=(Fact(label="Tomt", value=""),)))


def test_a_form_behind_a_button() -> None:
    form = Form(token="alt.everything.1", title="Alt på én gang", submit="Neste")
    blocks, text = doorway(form, "Trykk <her>.")
    assert broken_by_message(blocks, text) == []
    assert button_in(blocks, "Åpne skjemaet")["value"] == form.token


def test_the_question_whether_to_go_on_keeps_its_answers_behind_buttons() -> None:
    form = Form(
        token="alt.resume.1",
        title="Fortsett der du slapp?",
        submit="Fortsett",
        facts=(Fact(label="Tittel", value=LONG),),
        buttons=(FormButton("Begynn på nytt", "restart", "danger"),),
    )
    blocks, text = doorway(form, "Trykk.")
    assert broken_by_message(blocks, text) == []
    assert button_in(blocks, "Fortsett")["action_id"] == "open:resume"
    assert button_in(blocks, "Begynn på nytt")["action_id"] == "open:restart"
