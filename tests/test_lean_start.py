"""What starting brings with it, and what waits until somebody asks for it."""

import re
import subprocess
import sys

import pytest

from handlers.patterns import pattern_of
from tests.program import ROOT

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
    "regex",  # a text with something that is not seen, or that has to be cut
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
    said = said_by(
        "import gc, importlib, pkgutil, handlers\n"
        "from handlers.patterns import pattern_of\n"
        "for module in pkgutil.walk_packages(handlers.__path__, 'handlers.'):\n"
        "    importlib.import_module(module.name)\n"
        "every = [each for each in gc.get_objects() if type(each) is type(pattern_of(''))]\n"
        "print(len(every) > 450, all(each.flags >= 0 for each in every))\n"
    )
    assert said.split() == ["True", "True"]


def test_a_pattern_is_used_as_one_of_re_is() -> None:
    word = pattern_of(r"(?P<letters>[a-z]+)\d", re.IGNORECASE)
    assert word.sub("x", "Ab1 cd2") == "x x"
    found = word.search("-- Ab1")
    assert found is not None
    assert (found["letters"], word.groupindex["letters"], word.flags & re.IGNORECASE) == ("Ab", 1, re.IGNORECASE)
    assert [each["letters"] for each in word.finditer("a1 b2")] == word.findall("a1 b2") == ["a", "b"]


def test_no_pattern_is_told_by_identity() -> None:
    """What a match says that it was found with is the pattern of `re`, never the one of the module."""
    told = re.compile(r"\.re (?:is|in)\b")
    rooms = [path for room in ("bot", "config", "handlers", "storage") for path in (ROOT / room).rglob("*.py")]
    assert len(rooms) > 500
    assert [path.name for path in rooms if told.search(path.read_text())] == []


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


def test_no_other_checker_is_made_before_something_is_checked() -> None:
    said = said_by(
        f"{_ALL_SURFACES}\n"
        "from pydantic import BaseModel\n"
        "def below(kind):\n"
        "    for each in kind.__subclasses__():\n"
        "        yield each\n"
        "        yield from below(each)\n"
        "rooms = ('handlers.messages.', 'handlers.planning.', 'bot.web.', 'storage.')\n"
        "ours = [each for each in below(BaseModel) if each.__module__.startswith(rooms)]\n"
        "print(len(ours) > 100, [each.__qualname__ for each in ours if each.__pydantic_complete__])\n"
    )
    assert said.split(maxsplit=1) == ["True", "[]\n"]


def test_what_is_seen_is_told_from_what_is_not_with_and_without_looking_into_it() -> None:
    """Most texts are not looked into, and it makes no difference to any character."""
    said = said_by(
        "import sys\n"
        "from handlers.writing.text import clean, shorten\n"
        "clean('Møte 1\\nsak 2 – «frist»'); shorten('å' * 20, 40)\n"
        "print('regex' in sys.modules)\n"
        "import regex\n"
        "kept = regex.compile(r'[\\p{Cc}\\p{Cf}\\p{Cs}\\ufffe\\uffff--[\\n\\t\\u200d\\u200c\\ufe0e\\ufe0f"
        "\\U000e0020-\\U000e007f]]', regex.VERSION1)\n"
        "every = map(chr, range(sys.maxunicode + 1))\n"
        "print([hex(ord(each)) for each in every if each.replace('\\n', '').isprintable() and kept.search(each)])\n"
    )
    assert said.split() == ["False", "[]"]


def test_no_history_is_put_together_before_something_of_it_is_asked() -> None:
    said = said_by(
        "import gc, handlers.capabilities\n"
        "from storage.history import History\n"
        "every = [each for each in gc.get_objects() if type(each) is History]\n"
        "print(len(every) > 6, [each for each in every if {'_events', '_newest_ids'} & set(vars(each))])\n"
    )
    assert said.split() == ["True", "[]"]


def test_no_column_is_copied_to_see_whether_its_attribute_has_events() -> None:
    said = said_by(
        "import gc, storage.tables\n"
        "from sqlalchemy.orm import configure_mappers\n"
        "configure_mappers()\n"
        "names = [type(each).__name__ for each in gc.get_objects()]\n"
        "print(names.count('Column') > 700, names.count('AnnotatedColumn'))\n"
    )
    assert said.split() == ["True", "0"]


def test_what_few_ask_is_put_together_when_it_is_asked() -> None:
    said = said_by(
        "import sys, handlers.capabilities\n"
        "from storage.statements import later\n"
        "kind = type(later(dict))\n"
        "waiting = {f'{name}.{key}': value.cache_info().currsize for name, module in list(sys.modules.items())\n"
        "           if name.startswith('storage.') for key, value in vars(module).items() if isinstance(value, kind)}\n"
        "print(len(waiting) > 60, [name for name, made in waiting.items() if made])\n"
    )
    assert said.split() == ["True", "[]"]


def test_no_list_of_words_is_worked_out_before_a_word_is_looked_for() -> None:
    said = said_by(
        "import handlers.capabilities\n"
        "from handlers.words import compounds, stems\n"
        "print(compounds._words.cache_info().currsize, stems._words.cache_info().currsize)\n"
    )
    assert said.split() == ["0", "0"]


_START = """
import asyncio
from bot.app import assemble
from config.settings import Settings

async def start() -> None:
    settings = Settings(
        _env_file=None, database_url={url!r}, slack_bot_token="xoxb-x", slack_signing_secret="x", teams_local=True,
        slack_api_url="http://127.0.0.1:9/", local_chat={prepare},
    )
    if {prepare}:
        from bot.commands.load import load_at_start
        await load_at_start(settings, yes=False)
    async with assemble(settings, with_worker={worker}, with_answers={answers}):
        pass

asyncio.run(start())
"""
_IN_NO_START = {
    *_LATER,
    "babel.messages.pofile",  # a catalog with something unusual in it
    "babel",  # the first date in words
    "norwegian_holidays",
    "rich",  # the first emoji
}


def test_a_start_does_nothing_that_nobody_has_asked_for(sqlite_url: str) -> None:
    """The partnership file is loaded, all is looked over in each language, and the clock runs; and what that needs is
    all that there is."""
    start = _START.format(url=sqlite_url, prepare=True, worker=True, answers=True)
    # The first one stores what is in the file.
    imported_by(start)
    found = imported_by(start)
    assert {"slack_bolt", "apscheduler", "bot.web.app", "bot.teams.app", "yaml"} <= found
    assert not found.intersection(_IN_NO_START - {"jinja2"})


def test_what_only_sends_has_nothing_that_answers_and_the_other_way_round(sqlite_url: str) -> None:
    sends = imported_by(_START.format(url=sqlite_url, prepare=False, worker=True, answers=False))
    assert {"bot.slack.messenger", "bot.teams.messenger", "apscheduler"} <= sends
    assert not sends.intersection({"slack_bolt", "bot.slack.app", *_IN_NO_START})
    answers = imported_by(_START.format(url=sqlite_url, prepare=False, worker=False, answers=True))
    assert {"slack_bolt", "bot.slack.app", "bot.teams.app"} <= answers
    assert not answers.intersection({"apscheduler", "bot.worker", "yaml", *_IN_NO_START})
