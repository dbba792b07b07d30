"""What starting brings with it, and what waits until somebody asks for it."""

import gc
import pkgutil
import re
import subprocess
import sys
from importlib import import_module

import pytest

import handlers
from handlers.patterns import pattern_of
from tests.test_cli import ROOT

_LATER = (
    "alembic",  # a migration
    "asyncpg",  # PostgreSQL
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


def said_by(program: str) -> str:
    """What a Python of its own writes."""
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def imported_by(program: str) -> set[str]:
    return set(said_by(f"{program}\nimport sys\nprint(*sys.modules)").split())


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


def test_no_pattern_is_compiled_before_something_is_looked_for() -> None:
    said = said_by(
        "import gc, re, sys\n"
        "import handlers.capabilities\n"
        "from handlers.patterns import pattern_of\n"
        "made = [each for each in gc.get_objects() if type(each) is type(pattern_of(''))]\n"
        "print(len(made), *(repr(each) for each in made if 'search' in vars(each)))\n"
        "compiled = [(name, key) for name, module in sys.modules.items() if name.startswith('handlers')\n"
        "            for key, value in vars(module).items() if isinstance(value, re.Pattern)]\n"
        "print(compiled)\n"
    )
    made, compiled = said.splitlines()
    assert int(made) > 200, "counted, and none compiled"
    assert compiled == "[]"


def test_every_pattern_is_one() -> None:
    for module in pkgutil.walk_packages(handlers.__path__, "handlers."):
        import_module(module.name)
    kind = type(pattern_of(""))
    every = [each for each in gc.get_objects() if type(each) is kind]
    assert len(every) > 450
    assert all(isinstance(each.flags, int) for each in every)


def test_a_pattern_is_used_as_one_of_re_is() -> None:
    word = pattern_of(r"(?P<letters>[a-z]+)\d", re.IGNORECASE)
    assert word.sub("x", "Ab1 cd2") == "x x"
    found = word.search("-- Ab1")
    assert found is not None
    assert (found["letters"], word.groupindex["letters"], word.flags & re.IGNORECASE) == ("Ab", 1, re.IGNORECASE)
    assert [each["letters"] for each in word.finditer("a1 b2")] == word.findall("a1 b2") == ["a", "b"]


def test_a_pattern_that_is_none_says_so_when_it_is_looked_with() -> None:
    wrong = pattern_of("(")
    with pytest.raises(re.error):
        wrong.search("(")


def test_the_checker_of_a_step_is_made_when_it_is_handed_in() -> None:
    said = said_by(
        "import handlers.capabilities\n"
        "from handlers.dialogs.dialog import Step\n"
        "steps = [each for each in Step.__subclasses__() if each.__pydantic_complete__]\n"
        "print(steps, len(Step.__subclasses__()) > 80)\n"
    )
    assert said.split() == ["[]", "True"]
