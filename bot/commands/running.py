"""How a command is run: with which settings and log, and with a sentence for what goes wrong."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import typer

from bot.commands.database import check
from bot.commands.trouble import about_database, about_file, stop
from config.settings import Settings, SettingsError, load, unread
from storage.database import DatabaseUnavailable

T = TypeVar("T")


def settings_of() -> Settings:
    """The settings from the environment; from here on the log says what they say."""
    try:
        settings = load()
    except SettingsError as error:
        stop(str(error))
    for sentence in unread():
        print(sentence, file=sys.stderr)
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    # These tell every request, statement or tick, and with them addresses of people and what they write.
    for name in (
        "alembic",
        "apscheduler",
        "slack_bolt",
        "slack_sdk",
        "sqlalchemy",
        # SQLAlchemy's too, under the name of our own class.
        "storage.lending",
        "aiohttp.access",
        "botbuilder",
        "msrest",
        "pdfminer",
        "urllib3",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
    return settings


def go(work: Coroutine[Any, Any, None]) -> None:
    """Do `work`. What is wrong with the database or a file is said in a sentence, whichever command it was."""
    try:
        asyncio.run(work)
    except DatabaseUnavailable as error:
        stop(about_database(error, load().database_url))
    except OSError as error:
        stop(about_file(error))


def go_on(
    settings: Settings, work: Callable[[Settings], Coroutine[Any, Any, bool | None]], *, writing: bool = True
) -> None:
    """Do `work` once the database can be worked with; `writing`: and written to. Ends with 1 if it returns False:
    there is something that somebody has to do."""

    async def checked() -> None:
        await check(settings, writing=writing)
        if await work(settings) is False:
            raise typer.Exit(1)

    go(checked())


def on_file(work: Callable[[], T]) -> T:
    """Do `work`; what is wrong with a file is said in a sentence."""
    try:
        return work()
    except OSError as error:
        stop(about_file(error))
