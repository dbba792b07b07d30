"""A command's database: brought up to date, looked at, and opened."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.trouble import stop
from config.settings import Settings
from config.translations import catalogs
from handlers.writing import language
from handlers.writing.language import _
from storage import migrate as migrations
from storage.database import Database

_PATIENCE = 10.0
"""Seconds: another one that writes is waited for longer than a person in a chat would wait."""


async def migrate(settings: Settings) -> None:
    """Create the database's tables, or bring them up to date; stop with a sentence if it is a newer program's."""
    async with opened(settings) as database:
        try:
            await migrations.migrate(database)
        except migrations.UnknownVersion as error:
            stop(_made_by_a_newer(error))


async def check(settings: Settings, *, writing: bool = True) -> None:
    """Stop with a sentence unless the database can be worked with."""
    async with opened(settings) as database:
        try:
            await migrations.check(database, writing=writing)
        except migrations.NotMigrated:
            stop(
                _("Databasen mangler tabeller, eller er fra en eldre versjon. Kjør først: {command}").format(
                    command="python -m bot migrate"
                )
            )
        except migrations.UnknownVersion as error:
            stop(_made_by_a_newer(error))


@asynccontextmanager
async def opened(settings: Settings, *, patient: bool = False) -> AsyncIterator[Database]:
    """The database, closed again afterwards. `patient`: a person waits in front of the screen."""
    # One for all of a command: the second time it asks for everything it knows how.
    database = Database(settings.database_url, patience=_PATIENCE) if patient else Database(settings.database_url)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def read(settings: Settings) -> AsyncIterator[AsyncSession]:
    """The database, to be read for a report in any language. Nothing that is done with it is stored."""
    language.install(catalogs())
    async with opened(settings) as database, database.reading() as session:
        yield session


def _made_by_a_newer(error: Exception) -> str:
    return _(
        "Databasen er laget av en nyere versjon av boten ({version}). Oppgrader boten, eller bruk en annen."
    ).format(version=error)
