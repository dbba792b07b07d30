"""Texts that are cut: where, and so that those that differ can be told apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import views
from bot.teams import elements
from handlers.dialogs.dialog import Option
from handlers.writing.text import apart, length, shorten, shorten_middle

LONG = "Samarbeidsforum for somatikk, akuttkjede og prehospitale tjenester i området rundt "
COMMITTEES = [f"{LONG}{place}" for place in ("Nordre Eksempel", "Søndre Eksempel", "Vestre Eksempel")]
IN_THE_MIDDLE = [f"{LONG}{place} med kommunene omkring, arbeidsutvalget for hele det store området" for place in "AB"]
SAME_ENDS = [LONG + "én ting " * 12 + middle + "to ting " * 12 + LONG for middle in ("x", "y")]
FAR_APART = [first + LONG * 2 + second + LONG * 2 for first, second in (("A", "x"), ("A", "y"), ("B", "x"), ("B", "y"))]
PEOPLE = [f"Eksempel Person med et ganske langt navn (Nordre Eksempel kommune, {place})" for place in ("sør", "nord")]


def test_cut_in_the_middle_both_ends_are_seen() -> None:
    shown = shorten_middle(COMMITTEES[0], 75)
    assert shown.startswith("Samarbeidsforum for somatikk")
    assert shown.endswith("Nordre Eksempel")
    assert length(shown) <= 75
    assert shorten_middle("kort", 75) == "kort"


@pytest.mark.parametrize("limit", [40, 75, 100])
@pytest.mark.parametrize("texts", [COMMITTEES, IN_THE_MIDDLE, SAME_ENDS, FAR_APART, PEOPLE])
def test_what_differs_stays_apart(texts: list[str], limit: int) -> None:
    shown = apart(texts, limit)
    assert len(set(shown)) == len(texts)
    assert all(length(each) <= limit for each in shown)


def test_where_they_differ_is_what_is_shown() -> None:
    first, second = apart(IN_THE_MIDDLE, 75)
    assert " A " in first
    assert " B " in second


def test_cut_at_the_end_they_would_look_alike() -> None:
    assert len({shorten(each, 75) for each in COMMITTEES}) == 1


@settings(deadline=None)
@given(
    st.lists(st.text("aåb 👩‍⚕️", max_size=60), max_size=6, unique_by=lambda text: " ".join(text.split())),
    st.integers(24, 40),
)
def test_of_any_texts(texts: list[str], limit: int) -> None:
    texts = [" ".join(text.split()) for text in texts]
    shown = apart(texts, limit)
    assert len(set(shown)) == len(texts)
    assert all(length(each) <= limit for each in shown)


@pytest.mark.parametrize("texts", [COMMITTEES, PEOPLE])
def test_on_the_surfaces_that_cut(texts: list[str]) -> None:
    options = [Option(str(number), text) for number, text in enumerate(texts)]
    on_slack = [option["text"]["text"] for option in views.options(options)]
    on_teams = [str(choice.title) for choice in elements.choices(options)]
    for shown in (on_slack, on_teams):
        assert len(set(shown)) == len(texts)
    assert all(length(text) <= 75 for text in on_slack)
