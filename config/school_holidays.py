"""Reading the list of school holidays by county (`school_holidays.yaml`, which says where its dates come from)."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from handlers.calendar.school_holidays import SchoolHoliday, SchoolHolidays, SchoolYear
from handlers.calendar.written import parse_date

FILE = Path(__file__).parent / "school_holidays.yaml"
_YEAR = re.compile(r"(?P<first>20\d\d)/(?P<last>20\d\d)")


class SchoolHolidaysError(Exception):
    """The list cannot be read. The text names the county and what is wrong."""


@cache
def school_holidays(path: Path = FILE) -> SchoolHolidays:
    """The list, for `handlers.calendar.school_holidays.install`. Read once.

    Raises:
        SchoolHolidaysError: something in it is not as it should be.
    """
    import yaml  # noqa: PLC0415 - only where somebody asks for it

    # As text: YAML's own dates are read another way than people write them. In C, where it is there: ten times as fast.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - text alone
    if not isinstance(content, dict):
        raise SchoolHolidaysError(f"{path.name}: no counties")
    years = [_year(county, entry) for county, entries in content.items() for entry in entries]
    for place, each in enumerate(years):
        if any(other.county == each.county and other.first == each.first for other in years[:place]):
            raise SchoolHolidaysError(f"{path.name}: {each.county} has {each.first.year} twice")
    return SchoolHolidays(tuple(years))


def _year(county: str, entry: Mapping[str, Any]) -> SchoolYear:
    where = f"{county}, {entry.get('year')}"
    written = _YEAR.fullmatch(str(entry.get("year")))
    if written is None or int(written["last"]) != int(written["first"]) + 1:
        raise SchoolHolidaysError(f"{where}: write the school year as 2026/2027")
    if not entry.get("source"):
        raise SchoolHolidaysError(f"{where}: say where it comes from (source)")
    first, last = date(int(written["first"]), 8, 1), date(int(written["last"]), 7, 31)
    holidays = []
    for name, text in entry.items():
        if name in ("year", "source"):
            continue
        begins, _dash, ends = str(text).partition("–")
        try:
            holiday = SchoolHoliday(name, parse_date(begins), parse_date(ends))
        except ValueError as error:
            raise SchoolHolidaysError(f"{where}, {name}: {error}") from None
        if not first <= holiday.first <= holiday.last <= last:
            raise SchoolHolidaysError(f"{where}, {name}: it is not within the school year, or ends before it begins")
        holidays.append(holiday)
    return SchoolYear(county, first, last, str(entry["source"]), tuple(holidays))
