"""The list of days that most are off by custom, and what is said of one that is wrong."""

from datetime import date
from pathlib import Path

import pytest

from config.customary_days import CustomaryDaysError, customary_days
from handlers.calendar import customary
from handlers.calendar.customary import IN_SENTENCE, CustomaryDay, CustomaryDays
from handlers.calendar.holidays import is_public_holiday, name_of
from handlers.calendar.named_days import called
from handlers.calendar.working_days import is_working_day


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 24), "på julaften"),
        (date(2026, 12, 28), "i romjula"),
        (date(2026, 12, 31), "på nyttårsaften"),
        (date(2027, 3, 22), "i dagene før påske"),
        (date(2027, 3, 24), "i dagene før påske"),
        (date(2027, 5, 7), "dagen etter Kristi himmelfartsdag"),
    ],
)
def test_what_the_list_that_ships_says_of_a_day(day: date, said: str) -> None:
    found = customary_days().on(day)
    assert found is not None
    assert found.in_sentence == said
    assert len(found.source) > 20
    assert not is_public_holiday(day)
    assert is_working_day(day), "nothing is counted otherwise because of it"


@pytest.mark.parametrize("day", [date(2026, 12, 23), date(2027, 1, 2), date(2027, 3, 19), date(2300, 12, 24)])
def test_of_others_it_says_nothing(day: date) -> None:
    assert customary_days().on(day) is None


def test_every_name_that_it_can_have_is_of_days_that_are_known() -> None:
    for name in IN_SENTENCE:
        days = called(name)
        assert days is not None, name
        assert not name_of(days(2026)[0]), name


def test_it_holds_from_one_date_to_another() -> None:
    day = CustomaryDay("julaften", "x", date(2026, 1, 1), date(2027, 12, 31))
    found = [year for year in range(2024, 2030) if CustomaryDays((day,)).on(date(year, 12, 24))]
    assert found == [2026, 2027]


def test_its_dates_are_read(tmp_path: Path) -> None:
    path = tmp_path / "days.yaml"
    path.write_text("- {days: Julaften, source: x, from: 1.1.2026, to: 31.12.2027}", encoding="utf-8")
    assert customary_days(path).days == (CustomaryDay("julaften", "x", date(2026, 1, 1), date(2027, 12, 31)),)


def test_nothing_is_known_until_it_is_handed_over(customary_known: None) -> None:
    assert customary.known() is customary_days()
    customary.install(CustomaryDays)
    assert customary.known() == CustomaryDays()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("julaften: ja", "it is no list"),
        ("- julaften", "it is no list"),
        ("- {days: fredager, source: x}", "«fredager» is none of"),
        ("- {days: julaften}", "julaften: say where it comes from"),
        ("- {days: julaften, source: x, from: 30.2.2026}", "julaften, from: 30.2.2026"),
    ],
)
def test_a_list_that_is_wrong_says_where(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "days.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CustomaryDaysError, match=what):
        customary_days(path)
