"""Periods as people write them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.deviations.learning.period import Month, of_months, parse
from handlers.errors import BadInput
from handlers.writing.typed import typed

TODAY = date(2026, 11, 24)


def months(text: str, today: date = TODAY) -> tuple[str, str]:
    found = parse(text, today)
    return str(found.first), str(found.last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", "2025-12", "2026-11"),
        ("  ", "2025-12", "2026-11"),
        ("2026", "2026-01", "2026-11"),
        ("2025", "2025-01", "2025-12"),
        ("1. halvår 2026", "2026-01", "2026-06"),
        ("1.halvår 2026", "2026-01", "2026-06"),
        ("første halvår 2026", "2026-01", "2026-06"),
        ("Andre halvår 2025", "2025-07", "2025-12"),
        ("H2 2026", "2026-07", "2026-11"),
        ("h1-2025", "2025-01", "2025-06"),
        ("2. halvår", "2026-07", "2026-11"),
        ("3. kvartal 2026", "2026-07", "2026-09"),
        ("Q1", "2026-01", "2026-03"),
        ("2. tertial 2025", "2025-05", "2025-08"),
        ("mars 2026", "2026-03", "2026-03"),
        ("Mars", "2026-03", "2026-03"),
        ("desember", "2025-12", "2025-12"),
        ("sept. 2026", "2026-09", "2026-09"),
        ("March 2026", "2026-03", "2026-03"),
        ("03.2026", "2026-03", "2026-03"),
        ("3/2026", "2026-03", "2026-03"),
        ("2026-03", "2026-03", "2026-03"),
        ("1.3.2026–30.6.2026", "2026-03", "2026-06"),
        ("1.3.2026 - 30.6.2026", "2026-03", "2026-06"),
        ("2026-03-01 til 2026-06-30", "2026-03", "2026-06"),
        ("2026-03-01-2026-06-30", "2026-03", "2026-06"),
        ("2026-03–2026-06", "2026-03", "2026-06"),
        ("1.3.–30.6.2026", "2026-03", "2026-06"),
        ("1/3-30/6", "2026-03", "2026-06"),
        ("mars–juni 2025", "2025-03", "2025-06"),
        ("fra mars til juni", "2026-03", "2026-06"),
        ("november–februar 2026", "2025-11", "2026-02"),
        ("mars 2025 – juni 2026", "2025-03", "2026-06"),
        ("2024–2025", "2024-01", "2025-12"),
        ("siste 90 dager", "2026-08", "2026-11"),
        ("Siste 2 uker", "2026-11", "2026-11"),
        ("de siste 6 måneder", "2026-06", "2026-11"),
        ("siste 6 månedene", "2026-06", "2026-11"),
        ("siste 2 år", "2024-12", "2026-11"),
        ("siste år", "2025-12", "2026-11"),
        ("i år", "2026-01", "2026-11"),
        ("hittil i år", "2026-01", "2026-11"),
        ("i fjor", "2025-01", "2025-12"),
        ("1. halvår i fjor", "2025-01", "2025-06"),
        ("mars–juni i år", "2026-03", "2026-06"),
        ("Hele 2025", "2025-01", "2025-12"),
        ("forrige halvår", "2026-01", "2026-06"),
        ("dette halvåret", "2026-07", "2026-11"),
        ("forrige kvartal", "2026-07", "2026-09"),
        ("siste måneden", "2026-10", "2026-10"),
        ("denne måneden", "2026-11", "2026-11"),
        ("forrige måned", "2026-10", "2026-10"),
        ("24.11.2026", "2026-11", "2026-11"),
        ("høsten 2026", "2026-09", "2026-11"),
        ("Høsten", "2026-09", "2026-11"),
        ("hausten i fjor", "2025-09", "2025-11"),
        ("våren", "2026-03", "2026-05"),
        ("vår 2025", "2025-03", "2025-05"),
        ("sommeren", "2026-06", "2026-08"),
        ("vinteren 2026", "2025-12", "2026-02"),
        ("vinteren", "2025-12", "2026-02"),
        ("våren–høsten 2025", "2025-03", "2025-11"),
        ("uke 47", "2026-11", "2026-11"),
        ("uke 50", "2025-12", "2025-12"),
        ("uke 1 2026", "2025-12", "2026-01"),
        ("uke 10-12 2026", "2026-03", "2026-03"),
        ("forrige uke", "2026-11", "2026-11"),
        ("denne uka", "2026-11", "2026-11"),
        ("fra august", "2026-08", "2026-11"),
        ("fra og med august 2025", "2025-08", "2026-11"),
        ("siden 15.8.", "2026-08", "2026-11"),
        ("fra desember", "2025-12", "2026-11"),
        ("fra 2025", "2025-01", "2026-11"),
        ("fra høsten", "2026-09", "2026-11"),
        ("siste kvartal", "2026-07", "2026-09"),
        ("siste tertial", "2026-05", "2026-08"),
        ("siste halvår", "2026-01", "2026-06"),
        ("dette kvartalet", "2026-10", "2026-11"),
    ],
)
def test_what_people_write(text: str, first: str, last: str) -> None:
    assert months(text) == (first, last)


@pytest.mark.parametrize("text", ["1.6.2026–1.3.2026", "juni 2026–mars 2026", "2026–2025", "H2 2026 til H1 2026"])
def test_a_period_that_ends_before_it_begins_says_what_to_do(text: str) -> None:
    with pytest.raises(BadInput, match=r"slutter før den begynner\. Skriv den tidligste datoen først"):
        parse(text, TODAY)


@pytest.mark.parametrize("text", ["2027", "desember 2026", "H1 2027", "1.1.2030–1.2.2030"])
def test_a_period_that_has_not_begun(text: str) -> None:
    with pytest.raises(BadInput, match="ikke begynt ennå"):
        parse(text, TODAY)


@pytest.mark.parametrize(
    "text", ["tull", "5. halvår 2026", "3. halvår", "13/2026", "2026-13", "mars–", "-", "–", "ma 2026", "siste 0 dager"]
)
def test_nonsense_gets_examples_that_work(text: str) -> None:
    with pytest.raises(BadInput, match=f"Skriv for eksempel {typed('avvik tall')} 2026"):
        parse(text, TODAY)


@pytest.mark.parametrize("text", ["31.2.2026", "1.1.2026–31.2.2026", "2026-02-30", "31. februar 2026"])
def test_a_date_that_does_not_exist(text: str) -> None:
    with pytest.raises(BadInput, match=r"finnes ikke i 2026\. Rett datoen"):
        parse(text, TODAY)


def test_a_week_that_does_not_exist() -> None:
    with pytest.raises(BadInput, match=r"Uke 53 finnes ikke i 2025\. Rett uka"):
        parse("uke 53 2025", TODAY)


def test_in_a_season_is_that_season() -> None:
    assert parse("i høst", TODAY) == parse("høsten", TODAY)
    assert parse("i desember", TODAY) == parse("desember", TODAY)


def test_the_last_quarter_is_the_last_whole_one_also_at_new_year() -> None:
    assert months("siste kvartal", date(2026, 1, 2)) == ("2025-10", "2025-12")
    assert months("siste kvartal", date(2026, 3, 31)) == ("2025-10", "2025-12")
    assert months("siste kvartal", date(2026, 4, 1)) == ("2026-01", "2026-03")


def test_weeks_are_widened_to_months_and_seasons_are_not() -> None:
    assert parse("uke 47", TODAY).widened
    assert not parse("høsten", TODAY).widened
    assert parse("fra 15. august", TODAY).widened
    assert not parse("fra august", TODAY).widened


@pytest.mark.parametrize("text", ["2015–2026", "siste 4000 dager", "siste 40 måneder", "siste 999 år"])
def test_a_period_longer_than_three_years(text: str) -> None:
    with pytest.raises(BadInput, match="på høyst tre år"):
        parse(text, TODAY)


def test_a_year_long_ago_or_none_at_all() -> None:
    with pytest.raises(BadInput, match="for lenge siden"):
        parse("1066", TODAY)
    with pytest.raises(BadInput):
        parse("0000", TODAY)


def test_the_half_year_before_the_first_is_last_years() -> None:
    assert months("forrige halvår", date(2026, 2, 3)) == ("2025-07", "2025-12")


def test_days_are_widened_to_the_months_they_touch_and_say_so() -> None:
    assert parse("siste 90 dager", TODAY).widened
    assert parse("1.3.2026–15.6.2026", TODAY).widened
    assert not parse("1.3.2026–30.6.2026", TODAY).widened
    assert not parse("2026", TODAY).widened


def test_a_leap_day_without_a_year() -> None:
    assert months("29.2.–1.3.", date(2024, 3, 2)) == ("2024-02", "2024-03")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2025", "2025"),
        ("1. halvår 2026", "januar–juni 2026"),
        ("mars 2026", "mars 2026"),
        ("", "desember 2025–november 2026"),
    ],
)
def test_how_a_period_is_called(text: str, label: str) -> None:
    assert str(parse(text, TODAY)) == label


def test_the_period_before_has_the_same_length() -> None:
    assert str(parse("1. halvår 2026", TODAY).shifted(-1)) == "juli–desember 2025"
    assert str(parse("mars 2026", TODAY).shifted(1)) == "april 2026"


@pytest.mark.parametrize(
    ("first", "last"), [("", ""), ("2026-13", "2026-13"), ("x", "2026-01"), ("2026-03", "2026-01")]
)
def test_a_button_may_carry_anything(first: str, last: str) -> None:
    with pytest.raises(BadInput):
        of_months(first, last, TODAY)


months_ = st.builds(Month, st.integers(1990, 2026), st.integers(1, 12))


@settings(deadline=None)
@given(months_, st.integers(-500, 500))
def test_months_count_like_a_calendar(month: Month, steps: int) -> None:
    assert month.plus(steps).plus(-steps) == month
    assert month.until(month.plus(steps)) == steps
    assert Month.parse(str(month)) == month
    assert Month.of(month.last_day) == month


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    try:
        found = parse(text, TODAY)
    except BadInput:
        return
    assert found.first <= found.last <= Month.of(TODAY)


@settings(deadline=None)
@given(st.text("0123456789.-/– halvårmtilsep", max_size=20))
def test_nor_one_that_is_nearly_a_period(text: str) -> None:
    test_no_text_breaks_it.hypothesis.inner_test(text)  # type: ignore[attr-defined]
