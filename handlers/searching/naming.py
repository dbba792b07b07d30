"""How a case that was found is called, in few words."""

from datetime import date

from handlers.calendar import dates
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage.references import Record

_TITLE = 120
_BUTTON = 60


def named(record: Record) -> str:
    """«38/24 Felles opplæring»."""
    return f"{record.number} {shorten(record.title, _TITLE)}".strip()


def on_button(record: Record) -> str:
    """The same, as much as stands on a button."""
    return shorten(f"{record.number} {record.title}".strip(), _BUTTON)


def where(record: Record) -> str:
    """«Faglig samarbeidsutvalg (FSU), 28. sep. 2023»: the committee, and the meeting, where it has one."""
    if record.starts_at is None:
        return record.committee
    return _("{committee}, møtet {day}").format(
        committee=record.committee, day=dates.short_day(record.starts_at, record.zone)
    )


def in_committee(committee: str, day: date) -> str:
    """The same of what another committee has by now."""
    return _("{committee}, møtet {day}").format(committee=committee, day=dates.short_date(day))
