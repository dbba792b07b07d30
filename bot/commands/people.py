"""`bot doctor people`, `bot separate`, `bot reminders`: who is taken for whom, and what somebody was told."""

from bot.commands.database import opened
from bot.commands.trouble import stop
from config.settings import Settings
from config.translations import catalogs
from handlers.admission import separate as take_away
from handlers.calendar.clock import SystemClock
from handlers.capabilities import registry
from handlers.errors import BotError
from handlers.oversight.explaining import explain as explained
from handlers.partnership.doctor import people
from handlers.writing import language
from handlers.writing.language import _


async def examine(settings: Settings) -> bool:
    """Say who was met without an address that is vouched for, was never found, or is a guest; whether nobody has
    anything to do about it."""
    async with opened(settings) as database, database.reading() as session:
        found = await people(session, SystemClock().now())
    print("\n".join(found.lines).rstrip())
    return not found.todo


async def separate(settings: Settings, platform: str, user_id: str) -> None:
    """Take this account away from whom it is taken for."""
    language.install(catalogs())
    try:
        async with opened(settings) as database, database.transaction() as session:
            name = await take_away(session, platform, user_id)
    except BotError as error:
        stop(str(error))
    print(_("{id} er ikke lenger knyttet til {name}.").format(id=user_id, name=name))


async def explain(settings: Settings, person: str, *, kind: str | None, days: int) -> None:
    """Say why somebody was reminded of something, or was not."""
    try:
        async with opened(settings) as database, database.reading() as session:
            lines = await explained(session, registry().reminders, person, SystemClock().now(), kind=kind, days=days)
    except BotError as error:
        stop(str(error), 1)
    print("\n".join(lines))
