"""What starting brings with it, and what waits until somebody asks for it."""

import subprocess
import sys

from tests.program import ROOT

_LATER = (
    "alembic",  # a migration
    "botbuilder",  # the first activity from Teams
    "docx",
    "holidays",
    "icalendar",
    "jinja2",  # the local page
    "matplotlib",
    "msal",
    "openpyxl",
    "pdfminer",
    "pdfplumber",
    "rapidfuzz",  # a word that is no command
)
_ALL_SURFACES = (
    "import bot.__main__, bot.app, bot.commands.load, bot.slack.app, bot.teams.app, bot.web.app, bot.mail.messenger"
)


def imported_by(program: str) -> set[str]:
    said = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(said.stdout.split())


def test_with_all_surfaces_on_nothing_large_is_imported_before_it_is_needed() -> None:
    found = imported_by(_ALL_SURFACES)
    assert {"slack_bolt", "bot.teams.app", "sqlalchemy"} <= found
    assert not found.intersection(_LATER)


def test_a_holiday_brings_norways_calendar_and_no_other_countrys() -> None:
    found = imported_by(
        "from datetime import date; from handlers.calendar.holidays import is_public_holiday\n"
        "assert is_public_holiday(date(2026, 5, 17)) and not is_public_holiday(date(2026, 5, 18))"
    )
    assert "holidays" in found
    assert not [name for name in found if name.startswith(("holidays.countries", "holidays.financial"))]


def test_what_waited_is_there_when_it_is_asked_for() -> None:
    found = imported_by(
        "from handlers.understanding.meaning import slip_of\nassert slip_of('avvvik', ['sak', 'avvik']) == 'avvik'"
    )
    assert "rapidfuzz" in found
