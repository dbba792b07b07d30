"""The list of school holidays that ships, and what is said of one that is wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from config.school_holidays import SchoolHolidaysError, school_holidays
from handlers.calendar import school_holidays as of_calendar
from handlers.calendar.school_holidays import SchoolHolidays


def test_the_list_that_ships_has_a_source_for_every_year_and_only_weekdays_at_its_ends() -> None:
    known = school_holidays()
    assert "Vestfold" in known.counties()
    for year in known.years:
        assert len(year.source) > 20
        assert {each.name for each in year.holidays} >= {"høstferie", "vinterferie", "påskeferie"}
        for each in year.holidays:
            if each.name in ("høstferie", "vinterferie"):
                assert each.last.weekday() == 4
                assert each.last - each.first <= timedelta(days=4)


def test_what_it_says_of_a_day() -> None:
    known = school_holidays()
    found = known.on("vestfold", date(2024, 2, 22))
    assert found is not None
    assert (found.name, found.first, found.last) == ("vinterferie", date(2024, 2, 19), date(2024, 2, 23))
    assert known.on("Vestfold", date(2024, 2, 29)) is None
    assert known.year("Vestfold", date(2031, 2, 20)) is None
    assert known.called("INNLANDET") == "Innlandet"
    assert known.called("Atlantis") == ""


def test_nothing_is_known_until_it_is_handed_over() -> None:
    assert of_calendar.known() == SchoolHolidays()
    of_calendar.install(school_holidays)
    try:
        assert of_calendar.known() is school_holidays()
    finally:
        of_calendar.install(SchoolHolidays)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("- a", "no counties"),
        ("A:\n  - {year: 2024, source: x}", "A, 2024: write the school year"),
        ("A:\n  - {year: 2024/2026, source: x}", "write the school year"),
        ("A:\n  - {year: 2024/2025}", "say where it comes from"),
        (
            "A:\n  - {year: 2024/2025, source: x, vinterferie: 30.2.2025–3.3.2025}",
            "A, 2024/2025, vinterferie: 30.2.2025",
        ),
        ("A:\n  - {year: 2024/2025, source: x, vinterferie: 3.3.2025–1.3.2025}", "ends before it begins"),
        ("A:\n  - {year: 2024/2025, source: x, vinterferie: 3.3.2026–4.3.2026}", "not within the school year"),
        ("A:\n  - {year: 2024/2025, source: x}\n  - {year: 2024/2025, source: x}", "A has 2024 twice"),
    ],
)
def test_a_list_that_is_wrong_says_where(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "holidays.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchoolHolidaysError, match=what.replace("(", r"\(")):
        school_holidays(path)
