"""Forms as modals, and the answers read back."""

import json
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.api import as_sent
from bot.slack.views import (
    _SENT,
    _SENT_KEPT,
    _sent_once,
    errors_in_place,
    final_view,
    first_input,
    form_as_sent,
    form_view,
    options,
    read_answers,
    view_with_error,
)
from config.translations import catalogs
from handlers.bot import Bot
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
    Widget,
    YesNo,
)
from handlers.messages.message import Button, Fact, Message
from handlers.writing import language
from tests.clock import FixedClock
from tests.everything import FEW, MANY, registry
from tests.slack.limits import broken_by_view, shown_text
from tests.slack.standin import with_state
from tests.world import World

Json = dict[str, Any]
EMOJI = "👩‍⚕️"


def drawn(form: Form) -> Json:
    view = form_view(form)
    assert broken_by_view(view) == []
    assert json.loads(form_as_sent(form)) == json.loads(as_sent(view))
    return view


def a_field(widget: Widget, value: Any = None, **more: Any) -> FormField:
    return FormField(name="felt", widget=widget, label="Et felt", value=value, **more)


def a_form(*fields: FormField, **more: Any) -> Form:
    return Form(**{"token": "alt.everything.1", "title": "Alt på én gang", "submit": "Neste", "fields": fields, **more})


def element(view: Json, name: str = "felt") -> Json:
    return dict(next(block["element"] for block in view["blocks"] if block.get("block_id") == name))


async def open_form(world: World, clock: FixedClock) -> Form:
    form = await Bot(world.database, registry(), clock).command(world.sender("member", "slack"), "alt En linje")
    assert isinstance(form, Form)
    return form


@pytest.fixture
def translations() -> Iterator[None]:
    language.install(catalogs())
    yield
    language.install({})


@pytest.mark.usefixtures("translations")
def test_a_form_that_is_opened_again_has_its_own_token_and_language() -> None:
    form = a_form(a_field(Text("x"), placeholder='"private_metadata": ""'))
    assert [json.loads(form_as_sent(replace(form, token=token)))["private_metadata"] for token in ("a", 'b"\\1')] == [
        "a",
        'b"\\1',
    ]
    assert json.loads(form_as_sent(form))["close"]["text"] == "Lukk"
    with language.speaking("en"):
        assert json.loads(form_as_sent(form))["close"]["text"] == "Close"


def test_forms_with_the_same_fields_are_told_apart() -> None:
    field = a_field(Text("x"))
    choice = a_field(Choice("x"), options=(Option("1", "En"),))
    other = replace(choice, name="annet")
    forms = [
        a_form(field),
        a_form(field, title="Noe annet"),
        a_form(field, submit="Send inn"),
        a_form(field, intro="Les dette først."),
        a_form(field, buttons=(FormButton("Avbryt", "cancel"),)),
        a_form(field, step_number=1, step_count=2),
        a_form(field, errors=("Noe er galt",)),
        a_form(field, other),
        a_form(other),
    ]
    for _time in range(2):
        for form in forms:
            drawn(form)
    assert len({form_as_sent(form) for form in forms}) == len(forms)


def test_only_so_many_forms_are_kept() -> None:
    for number in range(2 * _SENT_KEPT):
        drawn(a_form(replace(a_field(Text("x")), label=f"Felt {number}")))
    assert len(_SENT) == _SENT_KEPT


def test_what_somebody_wrote_is_not_kept_with_the_form() -> None:
    _sent_once.cache_clear()
    _SENT.clear()
    for number in range(3):
        written = a_field(Text("x"), f"Noe {number} som er skrevet")
        asked = replace(a_field(Note("")), label=f"Noe {number} som er skrevet")
        refused = a_field(Text("x"), error=f"«Noe {number}» kan ikke stå")
        for form in (
            a_form(written),
            a_form(asked),
            a_form(refused),
            a_form(facts=(Fact(label="a", value=str(number)),)),
        ):
            form_as_sent(form)
    assert (_sent_once.cache_info().currsize, len(_SENT)) == (0, 0)
    form_as_sent(a_form(a_field(Text("x"))))
    assert (_sent_once.cache_info().currsize, len(_SENT)) == (1, 1)


async def test_a_form_with_everything_is_within_the_limits(small_world: World, clock: FixedClock) -> None:
    view = drawn(await open_form(small_world, clock))
    assert {block["element"]["type"] for block in view["blocks"] if block["type"] == "input"} == {
        "plain_text_input",
        "static_select",
        "checkboxes",
        "external_select",
        "multi_external_select",
        "datepicker",
        "timepicker",
    }
    assert "mrkdwn" not in json.dumps(view)
    assert "Hei, Eksempel Member <!channel> [x](http://evil)" in shown_text(view)
    assert "Et skjema med *alt*.\nPå to linjer." in "".join(shown_text(view["blocks"][1]).split("\n\n"))
    assert "Steg 1 av 3" in shown_text(view)
    assert view["notify_on_close"] is True


async def test_every_kind_of_answer_is_read_back_as_it_was_given(small_world: World, clock: FixedClock) -> None:
    answers: dict[str, str | list[str]] = {
        "line": f"Tittel {EMOJI} <!channel>",
        "lines": "a\nb",
        "number": "20",
        "one": "b",
        "some": ["a", "c"],
        "searched": "120",
        "found": ["3", "249"],
        "who": "a",
        "day": "2026-12-03",
        "clock": "13:00",
        "agreed": "true",
    }
    form = await open_form(small_world, clock)
    assert read_answers(with_state(drawn(form), answers)) == answers
    again = a_form(*(replace(field, value=answers.get(field.name), options=_few(field)) for field in form.fields))
    assert read_answers(with_state(drawn(again), {})) == answers


def _few(field: FormField) -> tuple[Option, ...]:
    """The chosen ones of a searched field, as the engine gives them."""
    return (MANY[120], MANY[3], MANY[249]) if field.searched else field.options


TEXTS = st.text(alphabet=string.printable + "æøå👩‍⚕️🏳️‍🌈<>&*_", max_size=200).filter(bool)
LONG_TEXTS = st.builds(lambda text, times: (text * times)[:3000], TEXTS, st.integers(1, 60))


@given(
    st.one_of(
        st.tuples(st.just(Text("x")), TEXTS),
        st.tuples(
            st.just(LongText("x")), st.builds(lambda text, times: (text * times)[:3000], TEXTS, st.integers(1, 60))
        ),
        st.tuples(st.just(Day("x")), st.dates().map(lambda day: day.isoformat())),
        st.tuples(st.just(TimeOfDay("x")), st.times().map(lambda time: time.strftime("%H:%M"))),
        st.tuples(st.just(YesNo("x")), st.sampled_from(["true", "false"])),
        st.tuples(st.just(Choice("x")), st.sampled_from([option.value for option in FEW])),
    ),
    st.booleans(),
)
def test_a_value_survives_being_drawn_and_read(given_: tuple[Widget, str], required: bool) -> None:
    widget, value = given_
    form = a_form(a_field(widget, value, required=required, options=FEW if isinstance(widget, Choice) else ()))
    read = read_answers(with_state(drawn(form), {}))
    # What counts 3,000 characters may count more units: then it stands above the field, and is left as it is.
    assert read == {"felt": value} or (read == {} and value in shown_text(form_view(form)).replace("\n", "") + value)


def test_a_text_too_long_for_slack_is_shown_whole_and_stays_in_the_draft() -> None:
    value = ("Ord " * 900 + EMOJI) * 2
    view = drawn(a_form(a_field(LongText("x"), value, error="For langt.")))
    assert "initial_value" not in element(view)
    kept = [block["text"]["text"] for block in view["blocks"] if block.get("block_id", "").startswith("kept:felt")]
    assert "".join(kept) == value
    assert read_answers(with_state(view, {})) == {}
    assert read_answers(with_state(view, {"felt": "kort"})) == {"felt": "kort"}


def test_a_title_of_3001_characters_does_not_stop_the_form() -> None:
    view = drawn(a_form(a_field(Text("x"), "x" * 3001)))
    assert read_answers(with_state(view, {})) == {}
    view = drawn(a_form(a_field(Text("x"), "x" * 2999)))
    assert element(view)["initial_value"] == "x" * 2999


def test_an_emoji_where_the_text_is_cut_is_left_out_whole() -> None:
    label = "x" * 73 + EMOJI
    form = a_form(
        a_field(Choice("x"), "1", options=(Option("1", label), Option("2", "To"))),
        title="x" * 23 + EMOJI,
    )
    view = drawn(form)
    assert view["title"]["text"] == "x" * 23 + "…"
    assert element(view)["options"][0]["text"]["text"] == "x" * 49 + "…" + "x" * 20 + EMOJI
    assert element(view)["initial_option"] == element(view)["options"][0]


def test_more_options_than_slack_shows_are_searched() -> None:
    view = drawn(a_form(a_field(Choice("x"), "7", options=(MANY[7],), searched=True)))
    assert element(view)["type"] == "external_select"
    assert element(view)["initial_option"]["value"] == "7"
    assert len(options(MANY)) == 100


@pytest.mark.parametrize(
    ("widget", "many", "count", "kind"),
    [
        (Choices("x"), True, 4, "checkboxes"),
        (Choices("x"), True, 11, "multi_static_select"),
        (Person("x", several=True), True, 4, "multi_static_select"),
        (Person("x"), False, 4, "static_select"),
        (Choice("x"), False, 100, "static_select"),
    ],
)
def test_how_a_choice_is_drawn(widget: Widget, many: bool, count: int, kind: str) -> None:
    view = drawn(a_form(a_field(widget, many=many, options=MANY[:count])))
    assert element(view)["type"] == kind


def test_a_choice_without_options_says_so() -> None:
    view = drawn(a_form(a_field(Choice("x"), error="Velg noe.")))
    assert first_input(view) is None
    assert "Det er ikke noe å velge her nå." in shown_text(view)
    assert "Velg noe." in shown_text(view)


def test_the_value_of_an_option_is_never_cut() -> None:
    with pytest.raises(ValueError, match="150"):
        form_view(a_form(a_field(Choice("x"), options=(Option("x" * 151, "Lang"),))))


@pytest.mark.parametrize(("widget", "value"), [(Day("x"), "31.2.2026"), (TimeOfDay("x"), "kl. ett")])
def test_what_is_no_date_or_time_is_shown_beside_the_field(widget: Widget, value: str) -> None:
    view = drawn(a_form(a_field(widget, value)))
    assert f"Her sto det «{value}»." in shown_text(view)


def test_other_options_are_not_the_field_that_somebody_chose_in() -> None:
    """Slack keeps a choice, also one that is gone, as long as block id and action id are the same."""
    before, after = (drawn(a_form(a_field(Choice("x"), options=FEW[:count]))) for count in (3, 2))
    assert element(before)["action_id"] != element(after)["action_id"]


def test_what_is_typed_is_told_at_once() -> None:
    view = drawn(a_form(a_field(Text("x")), a_field_called("dag", Day("x"))))
    assert all(block["dispatch_action"] for block in view["blocks"])
    assert element(view)["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}


def a_field_called(name: str, widget: Widget) -> FormField:
    return replace(a_field(widget), name=name)


def test_what_must_be_filled_in_is_known_to_slack() -> None:
    view = drawn(
        a_form(
            a_field(Text("x")),
            replace(a_field(YesNo("x")), name="ja"),
            replace(a_field(Text("x"), required=False), name="nei"),
        )
    )
    assert [block["optional"] for block in view["blocks"]] == [False, True, True]


def test_long_introductions_and_facts_are_shown_whole() -> None:
    intro, value = "Linje\n" * 1000, "v" * 2000
    view = drawn(a_form(intro=intro, facts=tuple(Fact(label=f"F{number}", value=value) for number in range(12))))
    text = shown_text(view)
    assert text.count(value) == 12
    assert text.count("Linje") == 1000


def test_what_is_only_to_be_read_gives_way_to_the_fields() -> None:
    fields = [replace(a_field(Text("x")), name=f"felt{number}") for number in range(95)]
    view = drawn(a_form(*fields, facts=tuple(Fact(label="F", value="v" * 2000) for _number in range(30))))
    assert len([block for block in view["blocks"] if block["type"] == "input"]) == 95
    assert "… resten får ikke plass her." in shown_text(view)


def test_buttons_and_errors_of_the_whole_form() -> None:
    view = drawn(
        a_form(
            errors=("Fristen er ute.", "Og en til."),
            buttons=(FormButton("Tilbake", "back"), FormButton("Begynn på nytt", "restart", "danger")),
        )
    )
    assert "⚠️ Fristen er ute." in shown_text(view)
    assert [button["action_id"] for button in view["blocks"][-1]["elements"]] == ["form:back", "form:restart"]


def test_errors_stand_in_place_where_they_can() -> None:
    form = a_form(a_field(Text("x"), "y"))
    view = with_state(drawn(form), {})
    wrong = a_form(a_field(Text("x"), "y", error="Feil."))
    assert errors_in_place(wrong, view) == {"felt": "Feil."}
    for other in (
        replace(wrong, token="alt.more.1"),
        replace(wrong, errors=("Fristen er ute.",)),
        form,
        a_form(replace(wrong.fields[0], name="annet")),
        a_form(replace(wrong.fields[0], widget=Choice("x"), options=FEW)),
    ):
        assert errors_in_place(other, view) is None


def test_an_error_on_top_keeps_the_form() -> None:
    view = {**drawn(a_form(a_field(Text("x"), "y"), a_field_called("merk", Note("z")))), "id": "V1", "hash": "h"}
    once = view_with_error(view, "Noe gikk galt.")
    twice = view_with_error({**once, "id": "V1"}, "Fortsatt galt.")
    for again in (once, twice):
        assert broken_by_view(again) == []
        assert again["private_metadata"] == view["private_metadata"]
        assert again["blocks"][1:] == view["blocks"]
    assert shown_text(twice["blocks"][0]) == "⚠️ Fortsatt galt."


def test_the_end_of_a_form() -> None:
    message = Message(
        title="Takk", facts=(Fact(label="Tittel", value="x"),), buttons=(Button(label="Endre", action="gjor"),)
    )
    view = final_view(message, "Meld inn en sak som er lang")
    assert broken_by_view(view) == []
    assert "submit" not in view
    assert "Endre" in shown_text(view)
    lasting = final_view(message.model_copy(update={"delivery_key": "item:1"}), "Meld inn sak")
    assert broken_by_view(lasting) == []
    assert "Endre" not in shown_text(lasting)
    assert "samtalen din med meg" in shown_text(lasting)
