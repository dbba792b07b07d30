"""The Norwegian public holidays (helligdager og høytidsdager: lov 24. februar 1995 nr. 12 og lov 26. april 1947 nr. 1).

The package `holidays` has them, under their Norwegian names («Andre påskedag»).
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

FIRST_YEAR, LAST_YEAR = 1901, 2100
"""The years that the package knows."""
EASTER_SUNDAY = "Første påskedag"
WHIT_SUNDAY = "Første pinsedag"
ASCENSION_DAY = "Kristi himmelfartsdag"


def is_public_holiday(day: date) -> bool:
    return day in _by_name(day.year).values()


def name_of(day: date) -> str:
    """What the public holiday is called, in bokmål; empty: it is none, or nobody knows."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return ""
    return next((name for name, each in _by_name(day.year).items() if each == day), "")


def public_holiday(name: str, year: int) -> date:
    """The day that has this name in `year`.

    Raises:
        ValueError: the package does not know the year.
        KeyError: no public holiday of that year has this name.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"the holidays of {year} are not known")
    return _by_name(year)[name]


@lru_cache(maxsize=16)
def _by_name(year: int) -> Mapping[str, date]:
    found = _norway()(years=year, language="no")
    # Two may fall on the same day, as Ascension Day and 1 May in 2008.
    return {name: day for day in found for name in found.get_list(day)}


@cache
def _norway() -> Any:
    """The calendar of Norway, by its file. By its name, all countries of the world come with it: half as much again
    in memory, and a tenth of a second for whoever is the first to ask for a holiday."""
    import holidays  # noqa: PLC0415 - only where somebody asks

    file = Path(holidays.__file__).parent / "countries" / "norway.py"
    spec = spec_from_file_location("norwegian_holidays", file)
    assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - it is a Python file
    norway = module_from_spec(spec)
    spec.loader.exec_module(norway)
    return norway.Norway
