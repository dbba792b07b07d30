"""What forms and messages look like, and that nothing people wrote becomes markup."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.teams.answers import Submitted, read
from bot.teams.cards import form_card, kept_card, message_card
from bot.teams.elements import fits
from handlers.dialogs.dialog import (
    Choice,
    Choices,
    Form,
    FormButton,
    FormField,
    LongText,
    Note,
    Option,
    Person,
    Text,
    YesNo,
)
from handlers.limits import TEAMS
from handlers.messages.message import Button, Confirm, Fact, Image, Link, Message, Section
from handlers.writing.text import length
from tests.everything import MANY, MESSAGE, PICTURE
from tests.teams.client import buttons, inputs, parts, texts
from tests.teams.schema import assert_checked, assert_valid

NASTY = (
    "<!channel> [x](http://evil) *b* _i_ **s** # h\n- en\n1. to\n<at>alle</at> ![p](http://evil/p.png) `k` \\[y\\](z)"
)
FAMILY = "👩‍👩‍👧‍👦"

LINE = FormField("line", Text("Tittel", "Hjelp", placeholder="Skriv"), "Tittel", "Hjelp", "Skriv", value="Hei")
SOME = FormField(
    "some",
    Choices("Typer"),
    "Typer",
    value=["a", "c"],
    many=True,
    required=False,
    options=(Option("a", "Første"), Option("b", "Andre"), Option("c", "Tredje")),
)


def form(*fields: FormField, **more: Any) -> Form:
    return Form(token="alt.steg.1f", title="Meld inn sak", submit="Neste", fields=fields, **more)


def bytes_of(card: dict[str, Any]) -> int:
    return len(json.dumps(card, ensure_ascii=False).encode())


def button(card: dict[str, Any], label: str) -> dict[str, Any]:
    return next(part for part in buttons(card) if part["title"] == label)


# --- forms -------------------------------------------------------------------------------------------------


def test_a_form_says_where_it_is_and_what_is_wrong() -> None:
    wrong = FormField("line", Text("Tittel"), "Tittel", value="", error="Fyll ut «Tittel».")
    card = form_card(form(wrong, SOME, errors=("Frem til fristen var du velkommen.",), step_number=1, step_count=3))
    assert_valid(card)
    said = texts(card)
    assert said[:4] == [
        "Meld inn sak",
        "Steg 1 av 3",
        "⚠ Frem til fristen var du velkommen.",
        "⚠ Ett felt må rettes, se nedenfor.",
    ]
    body = card["body"]
    below = body[next(number for number, part in enumerate(body) if part.get("id") == "line") + 1]
    assert texts(below) == ["⚠ Fyll ut «Tittel»."]
    assert below["inlines"][0]["color"] == "Attention"


def test_nothing_is_checked_or_cut_by_the_client() -> None:
    card = form_card(form(LINE, SOME, FormField("more", LongText("Hensikt", max_length=10), "Hensikt", value="x" * 50)))
    for drawn in inputs(card).values():
        assert not {"isRequired", "maxLength", "regex", "errorMessage"} & drawn.keys()
    assert inputs(card)["more"]["value"] == "x" * 50


def test_what_may_be_left_out_says_so() -> None:
    card = form_card(form(LINE, SOME))
    assert inputs(card)["line"]["label"] == "Tittel"
    assert inputs(card)["some"]["label"] == "Typer (valgfritt)"


def test_the_buttons_carry_the_token_and_what_was_drawn_and_submit_stands_first() -> None:
    back = FormButton("Tilbake", "back")
    drop = FormButton("Slett", "discard", "danger")
    card = form_card(form(LINE, SOME, buttons=(back, drop)))
    assert [part["title"] for part in buttons(card)] == ["Neste", "Tilbake", "Slett"]
    assert [part["data"]["intent"] for part in buttons(card)] == ["next", "back", "discard"]
    assert [part.get("style") for part in buttons(card)] == ["positive", None, "destructive"]
    for part in buttons(card):
        assert part["verb"] == "form"
        assert part["associatedInputs"] == "auto"
        assert part["data"]["token"] == "alt.steg.1f"
        assert part["data"]["fields"] == ["line~", "some[]"]


def test_a_choice_that_was_made_can_be_taken_back() -> None:
    options = (Option("1", "En"), Option("2", "To"))
    card = form_card(
        form(
            FormField("must", Choice("Må"), "Må", value="2", options=options),
            FormField("may", Choice("Kan"), "Kan", value="1", options=options, required=False),
        )
    )
    assert [each["title"] for each in inputs(card)["must"]["choices"]] == ["En", "To"]
    assert inputs(card)["must"]["value"] == "2"
    assert inputs(card)["may"]["choices"][0] == {"title": "(ikke valgt)", "value": ""}


def test_a_field_may_not_have_a_name_that_the_card_needs() -> None:
    with pytest.raises(ValueError, match="token"):
        form_card(form(FormField("token", Text("T"), "T")))


def test_a_field_with_many_options_is_searched_with_a_button() -> None:
    field = FormField("who", Person("Hvem"), "Hvem", value="7", options=(MANY[7],), searched=True)
    before = form_card(form(field))
    assert_valid(before)
    assert set(inputs(before)) == {"who.query", "who"}
    assert [each["value"] for each in inputs(before)["who"]["choices"]] == ["7"]
    search = button(before, "Søk")
    assert (search["verb"], search["data"]["field"]) == ("search", "who")
    after = form_card(form(replace(field, query="nummer", found=MANY[:100])))
    assert_valid(after)
    values = [each["value"] for each in inputs(after)["who"]["choices"]]
    assert values[0] == "7"
    assert len(values) == TEAMS.matches + 1
    assert len(set(values)) == len(values)
    assert inputs(after)["who.query"]["value"] == "nummer"
    assert any("Skriv mer for å snevre inn" in said for said in texts(after))
    nothing = form_card(form(FormField("who", Person("Hvem"), "Hvem", searched=True, query="æøå", found=())))
    assert set(inputs(nothing)) == {"who.query"}
    assert "Ingen treff på «æøå». Prøv et annet ord." in texts(nothing)
    assert button(nothing, "Neste")["data"]["fields"] == ["who/"]


# --- messages ----------------------------------------------------------------------------------------------


def test_a_message_shows_everything(tmp_path: Path) -> None:
    card = message_card(MESSAGE)
    assert_valid(card)
    assert_checked("card", [card, form_card(form(LINE, SOME))], tmp_path)
    said = "\n".join(texts(card))
    for expected in (MESSAGE.title, MESSAGE.text, "Frist: ", "3. desember kl. 12.00", "1/2026 (O/D)", "Liten skrift"):
        assert expected in said
    (larger, link) = [part for part in parts(card) if part["type"] == "Action.OpenUrl"]
    assert larger["url"] == PICTURE.url
    assert link["url"] == "https://example.org/vedlegg?a=1&b=2"
    assert button(card, "Gjør det")["data"] == {"action": "gjor", "arguments": {"id": "7"}}
    assert button(card, "Gjør det")["verb"] == "press"


def test_a_picture_is_as_wide_as_the_card_and_told_in_words() -> None:
    (picture,) = [part for part in parts(message_card(MESSAGE)) if part["type"] == "Image"]
    assert (picture["url"], picture["altText"], picture["size"]) == (PICTURE.url, PICTURE.alt, "Stretch")
    kinds = [part["type"] for part in message_card(MESSAGE)["body"]]
    assert kinds.index("Image") < kinds.index("ActionSet")


def test_without_an_address_the_picture_is_told_in_words() -> None:
    section = Section(image=Image(url=None, alt="Mars: 3\nApril: 5"))
    card = message_card(Message(title="Tall", sections=(section,)))
    assert_valid(card)
    assert texts(card) == ["Tall", "Mars: 3\nApril: 5"]


def test_many_pictures_with_long_words_still_fit() -> None:
    image = Image(url="https://bot.example.org/fil/" + "x" * 2000, alt="Å" * 3000)
    card = message_card(Message(title="Tall", text="Å" * 9000, image=image, sections=(Section(image=image),) * 9))
    assert_valid(card)
    assert len(json.dumps(card, ensure_ascii=False).encode()) <= 25_000
    assert len([part for part in parts(card) if part["type"] == "Image"]) >= 2


def test_a_button_that_asks_first_unfolds_the_question() -> None:
    card = message_card(MESSAGE)
    (unfolds,) = [part for part in parts(card) if part["type"] == "Action.ShowCard"]
    assert unfolds["title"] == "Slett alt"
    assert texts(unfolds) == ["Sikker?"]
    (yes,) = buttons(unfolds)
    assert yes["title"] == "Ja, slett"
    assert yes["data"] == {"action": "gjor", "arguments": {"id": "8"}}
    assert "Slett alt" not in [part["title"] for part in buttons(card)]


def test_more_buttons_than_a_row_takes_stand_in_several() -> None:
    many = tuple(Button(label=f"Knapp {number}", action="gjor") for number in range(12))
    card = message_card(Message(title="Mange", buttons=many))
    rows = [len(part["actions"]) for part in parts(card) if part["type"] == "ActionSet"]
    assert rows == [5, 5, 2]


# --- what people write -------------------------------------------------------------------------------------


def nasty_cards() -> list[dict[str, Any]]:
    option = Option("a", NASTY)
    fact = Fact(label=NASTY, value=NASTY)
    confirm = Confirm(text=NASTY, yes=NASTY)
    nasty_button = Button(label=NASTY, action="gjor", confirm=confirm)
    section = Section(title=NASTY, text=NASTY, facts=(fact,), links=(Link(label=NASTY, url="https://example.org"),))
    message = Message(title=NASTY, text=NASTY, facts=(fact,), small=NASTY, buttons=(nasty_button,), sections=(section,))
    fields = (
        FormField("note", Note(""), NASTY, NASTY, required=False),
        FormField("line", Text("T"), "T", NASTY, NASTY, value=NASTY, error=NASTY),
        FormField("one", Choice("E"), "E", value="a", options=(option,)),
        FormField("some", Choices("F"), "F", value=["a"], many=True, options=(option,)),
        FormField("who", Person("P"), "P", searched=True, query=NASTY, found=(option,)),
        FormField("yes", YesNo("J"), "J", value="true"),
    )
    nasty_form = form(*fields, intro=NASTY, facts=(fact,), errors=(NASTY,))
    kept = kept_card(NASTY, Submitted("a.b.c", "next", {"line": NASTY}, ("line~",)), again=True)
    assert kept is not None
    return [message_card(message), form_card(nasty_form), kept]


@pytest.mark.parametrize("card", nasty_cards())
def test_what_people_write_is_shown_as_they_wrote_it(card: dict[str, Any]) -> None:
    assert_valid(card)
    kinds = {part["type"] for part in parts(card)}
    # These render Markdown in some client; the backslash that would stop it works in others only.
    assert not kinds & {"TextBlock", "FactSet", "Fact"}
    assert NASTY in texts(card) or f"⚠ {NASTY}" in texts(card)
    for part in parts(card):
        for option in part.get("choices", ()):
            assert "](" not in option["title"]


def test_an_input_keeps_what_was_typed_to_the_letter() -> None:
    card = nasty_cards()[1]
    assert inputs(card)["line"]["value"] == NASTY


# --- size --------------------------------------------------------------------------------------------------


def test_a_long_list_loses_entries_from_its_end_and_says_how_many() -> None:
    sections = tuple(
        Section(title=f"{number}/2026", text="Å" * 300, buttons=(Button(label="Vis", action="gjor"),))
        for number in range(200)
    )
    card = message_card(Message(title="Saker", sections=sections, small="Slutt"))
    assert_valid(card)
    assert fits(card)
    assert bytes_of(card) <= 25_000
    said = texts(card)
    shown = sum(1 for line in said if line.endswith("/2026"))
    assert said[-2:] == [f"… og {200 - shown} til", "Slutt"]
    assert 20 < shown < 200
    assert "199/2026" not in said


def test_a_long_text_is_cut_between_two_whole_characters() -> None:
    card = message_card(Message(title="Emoji", text=FAMILY * 5_000, facts=(Fact(label="F", value="ø" * 20_000),)))
    assert fits(card)
    shown = texts(card)[1]
    assert shown.endswith("…")
    assert set(shown[:-1].split(FAMILY)) == {""}


def test_a_text_that_fits_is_not_cut() -> None:
    text = "æ" * 3_000
    assert text in texts(message_card(Message(title="Lang", text=text)))


def test_a_card_that_cannot_be_made_small_enough_is_refused() -> None:
    many = tuple(Button(label=f"Knapp {number}" * 4, action="gjor", arguments={"a": "x" * 200}) for number in range(99))
    with pytest.raises(ValueError, match="too large"):
        message_card(Message(title="For mange", buttons=many))


def test_long_values_that_fit_are_drawn_whole() -> None:
    purpose = FormField("purpose", LongText("Hensikt"), "Hensikt", value="ø" * 3_000)
    conclusion = FormField("conclusion", LongText("Konklusjon"), "Konklusjon", value="å" * 3_000)
    card = form_card(form(LINE, purpose, conclusion, intro="i" * 20_000))
    assert fits(card)
    assert inputs(card)["purpose"]["value"] == "ø" * 3_000
    assert inputs(card)["conclusion"]["value"] == "å" * 3_000
    assert any(said.startswith("iii") and said.endswith("…") for said in texts(card))


def test_a_value_that_is_too_long_is_set_aside_and_not_cut() -> None:
    huge = FormField("purpose", LongText("Hensikt"), "Hensikt", value=FAMILY * 2_000, error="For langt.")
    card = form_card(form(LINE, huge, SOME))
    assert_valid(card)
    assert fits(card)
    assert "value" not in inputs(card)["purpose"]
    assert inputs(card)["line"]["value"] == "Hei"
    assert any("er tatt vare på" in said and FAMILY in said for said in texts(card))
    submit = button(card, "Neste")
    assert submit["data"]["fields"] == ["line~", "purpose~?", "some[]/"]
    left = read({"action": {**submit, "data": {**submit["data"], "line": "Hei"}}})
    assert isinstance(left, Submitted)
    assert left.raw == {"line": "Hei", "some": [], "some.query": None}
    replaced = read({"action": {**submit, "data": {**submit["data"], "line": "Hei", "purpose": "Kort"}}})
    assert isinstance(replaced, Submitted)
    assert replaced.raw == {"line": "Hei", "purpose": "Kort", "some": [], "some.query": None}


def test_lists_that_are_too_long_together_are_searched() -> None:
    options = tuple(Option(str(number), f"{number} " + "Ø" * 90) for number in range(100))
    fields = [
        FormField(f"choice{number}", Choice("Valg"), "Valg", value="3", options=options, required=False)
        for number in range(3)
    ]
    card = form_card(form(*fields))
    assert_valid(card)
    assert fits(card)
    searched = [name for name in inputs(card) if name.endswith(".query")]
    assert searched
    for name in searched:
        chosen = inputs(card)[name.removesuffix(".query")]
        assert [each["value"] for each in chosen["choices"]] == ["", "3"]
        assert chosen["value"] == "3"


# --- what came to nothing ----------------------------------------------------------------------------------


def test_what_was_typed_stays_when_nothing_came_of_it() -> None:
    submitted = Submitted(
        "alt.steg.1f", "next", {"line": "Hei du", "some": ["a", "c"], "one": None}, ("line~", "some[]", "one")
    )
    card = kept_card("Jeg får ikke lagret akkurat nå.", submitted, again=True)
    assert card is not None
    assert_valid(card)
    assert texts(card) == ["⚠ Jeg får ikke lagret akkurat nå.", "Dette hadde du skrevet:", "Hei du"]
    assert read({"action": button(card, "Prøv igjen")}) == submitted


def test_there_is_no_trying_again_where_it_is_no_use() -> None:
    card = kept_card("Skjemaet er ikke lenger åpent.", Submitted("a.b.c", "next", {}), again=False)
    assert card is not None
    assert buttons(card) == []
    assert texts(card) == ["⚠ Skjemaet er ikke lenger åpent."]


def test_too_much_to_carry_is_too_much_to_draw() -> None:
    submitted = Submitted("a.b.c", "next", {"line": "x" * 30_000}, ("line~",))
    assert kept_card("Nei.", submitted, again=True) is None
    shortened = kept_card("Nei.", submitted, again=False)
    assert shortened is not None
    assert length(texts(shortened)[2]) <= 10_000


def test_the_buttons_of_a_message_stand_below_all_of_it() -> None:
    sections = tuple(
        Section(title=f"Nummer {number}", buttons=(Button(label="Vis", action="vis"),)) for number in range(3)
    )
    whole = Message(title="Liste", sections=sections, buttons=(Button(label="Neste", action="a"),), small="Smått")
    drawn = json.dumps(message_card(whole), ensure_ascii=False)
    places = [drawn.index(word) for word in ("Nummer 0", "Nummer 2", "Neste", "Smått")]
    assert places == sorted(places)
    assert drawn.rindex('"Vis"') < drawn.index("Neste")
