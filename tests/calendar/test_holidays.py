"""The public holidays of Norway: the ones the calendar has, and that move with Easter."""

from datetime import date

import pytest

from handlers.calendar.holidays import (
    ASCENSION_DAY,
    EASTER_SUNDAY,
    FIRST_YEAR,
    LAST_YEAR,
    WHIT_SUNDAY,
    is_public_holiday,
    public_holiday,
)


@pytest.mark.parametrize(
    "day",
    # As the calendar has them; the latest and the earliest Easter that the package knows; ones that algorithms get
    # wrong (1954, 1981).
    ["2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2038-04-25", "1913-03-23", "1954-04-18", "1981-04-19"],
)
def test_easter_is_when_the_calendar_says(day: str) -> None:
    assert public_holiday(EASTER_SUNDAY, int(day[:4])) == date.fromisoformat(day)


def test_two_holidays_on_one_day_are_both_found() -> None:
    # 1 May 2008 was Ascension Day too.
    assert public_holiday(ASCENSION_DAY, 2008) == public_holiday("Arbeidernes dag", 2008) == date(2008, 5, 1)


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_known_year_has_the_days_that_move_with_easter(year: int) -> None:
    easter = public_holiday(EASTER_SUNDAY, year).toordinal()
    moved = [public_holiday(name, year).toordinal() - easter for name in (ASCENSION_DAY, WHIT_SUNDAY)]
    assert moved == [39, 49]
    # The rule of the calendar: a Sunday from 22 March to 25 April.
    assert date.fromordinal(easter).weekday() == 6
    assert date(year, 3, 22).toordinal() <= easter <= date(year, 4, 25).toordinal()


@pytest.mark.parametrize("year", [FIRST_YEAR - 1, LAST_YEAR + 1])
def test_a_year_that_is_not_known_is_said_so(year: int) -> None:
    with pytest.raises(ValueError, match=str(year)):
        public_holiday(EASTER_SUNDAY, year)


def test_the_days_are_those_of_the_two_acts() -> None:
    days = [date.fromordinal(number) for number in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert [f"{day:%d.%m}" for day in days if is_public_holiday(day)] == [
        *("01.01", "02.04", "03.04", "05.04", "06.04", "01.05", "14.05", "17.05", "24.05", "25.05", "25.12", "26.12")
    ]
