"""Reading the list of days on which most people are off by custom (`customary_days.yaml`)."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from handlers.calendar.customary import IN_SENTENCE, CustomaryDay, CustomaryDays
from handlers.calendar.written import parse_date

FILE = Path(__file__).parent / "customary_days.yaml"


class CustomaryDaysError(Exception):
    """The list cannot be read. The text names the days and what is wrong."""


@cache
def customary_days(path: Path = FILE) -> CustomaryDays:
    """The list, for `handlers.calendar.customary.install`. Read once.

    Raises:
        CustomaryDaysError: something in it is not as it should be.
    """
    import yaml  # noqa: PLC0415 - only where somebody asks for it

    # As text: YAML's own dates are read another way than people write them.
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - text alone
    if not isinstance(content, list) or not all(isinstance(each, dict) for each in content):
        raise CustomaryDaysError(f"{path.name}: it is no list of days, each with a source")
    return CustomaryDays(tuple(map(_day, content)))


def _day(entry: Mapping[str, Any]) -> CustomaryDay:
    name = str(entry.get("days", ""))
    if name.lower() not in IN_SENTENCE:
        raise CustomaryDaysError(f"«{name}» is none of {', '.join(IN_SENTENCE)}")
    if not entry.get("source"):
        raise CustomaryDaysError(f"{name}: say where it comes from (source)")
    return CustomaryDay(name.lower(), str(entry["source"]), _bound(name, entry, "from"), _bound(name, entry, "to"))


def _bound(name: str, entry: Mapping[str, Any], key: str) -> date | None:
    if key not in entry:
        return None
    try:
        return parse_date(str(entry[key]))
    except ValueError as error:
        raise CustomaryDaysError(f"{name}, {key}: {error}") from None
