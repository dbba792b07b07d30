"""Dates and times are read however they are written."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.calendar.written import parse_date, parse_moment, parse_relative, parse_span

MONTHS = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
]
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(DATES)
def test_every_date_in_every_writing(day: date) -> None:
    year, short, month, number = day.year, f"{day:%y}", MONTHS[day.month - 1], day.month
    for written in (
        f"{day}",
        f"{day.day}.{number}.{year}",
        f"{day:%d.%m}.{short}",
        f"{day.day}/{number}/{year}",
        f"{day.day}/{number} {year}",
        f" {day.day}. {number}. {year} ",
        f"{day.day}. {month} {year}",
        f"{day.day} {month[:3]}. {year}",
        f"{day.day}.{month.upper()} {short}",
    ):
        assert parse_date(written) == day
    for written in (f"{day.day}/{number}", f"{day:%d.%m}.", f"{day.day}. {month}"):
        assert parse_date(written, year) == day


@pytest.mark.parametrize(
    "text", ["", "x", "1", "1/2/3/4", "32/1/2024", "1/13/2024", "29.2.2023", "0/1/2024", "5. x 2024", "5. m"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_date(text, 2023)


def test_a_date_without_a_year_needs_one() -> None:
    with pytest.raises(ValueError, match="mangler årstall"):
        parse_date("29/2")


@given(st.times(), st.times(), st.sampled_from(["–", "-", " – ", " - ", "—"]), st.sampled_from(".:"))
def test_spans(one: time, other: time, dash: str, mark: str) -> None:
    starts, ends = sorted((one.replace(second=0, microsecond=0), other.replace(second=0, microsecond=0)))
    text = f"{starts:%H{mark}%M}{dash}{ends:%H{mark}%M}"
    if starts == ends:
        with pytest.raises(ValueError, match="slutte etter"):
            parse_span(text)
    else:
        assert parse_span(text) == (starts, ends)


@pytest.mark.parametrize(
    "text", ["15.2.2024 12.00", "2024-02-15 12:00", "15/2 12.00", "15/2 kl. 12.00", "15. februar kl 12.00"]
)
def test_moments(text: str) -> None:
    assert parse_moment(text, 2024) == datetime(2024, 2, 15, 12, 0)


@pytest.mark.parametrize("text", ["15.2.2024", "12.00", "15/2 25.00", "31/2 12.00", ""])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_moment(text, 2024)


@pytest.mark.parametrize(("text", "days"), [("+14d", 14), ("+ 0 d", 0), ("14d", None), ("+d", None), ("-14d", None)])
def test_relative(text: str, days: int | None) -> None:
    assert parse_relative(text) == days
