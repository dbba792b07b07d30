"""The command line: `python -m bot COMMAND`."""

# What starting makes is kept for good, so looking for garbage in it meanwhile is wasted (see `_settle`).
# ruff: noqa: E402
import gc

gc.disable()

import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import SecretStr

from config.settings import Settings, SettingsError, is_loopback, load
from handlers.language import _
from storage.database import Database, DatabaseUnavailable, driver_url

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

doctor = typer.Typer(no_args_is_help=True, help="Find out what is not as it should be, and what to do about it.")
cli.add_typer(doctor, name="doctor")

EXAMPLE = Path(__file__).parent.parent / "config" / "partnership.example.yaml"


@cli.command()
def run(
    port: Annotated[int | None, typer.Option(help="Port to listen on; else PORT.")] = None,
) -> None:
    """Everything in one process, with the local chat page: to try it out, or for a small partnership.

    Creates and migrates the database, and loads PARTNERSHIP_FILE (the example, if it is not set).
    """
    settings = _settings()
    if port is not None:
        settings.port = port
    if settings.local_chat is None:
        settings.local_chat = True
    if settings.local_chat and settings.local_chat_port is None and not is_loopback(settings.host):
        # Others can reach PORT then, and the local page has no login.
        settings.local_chat_port = settings.port + 1
    if settings.partnership_file is None:
        settings.partnership_file = EXAMPLE
    _give_key(settings)
    _go(_serve(settings, prepare=True, worker=True))


@cli.command()
def web() -> None:
    """The surfaces only, for production; `worker` sends and reminds. The local page is off unless LOCAL_CHAT=1."""
    settings = _settings()
    if settings.local_chat and settings.local_chat_port is None:
        settings.local_chat_port = settings.port + 1
    _go(_serve(settings, prepare=False, worker=False))


@cli.command()
def worker() -> None:
    """Reminders and deliveries, for production; any number may run on PostgreSQL."""
    _go(_work(_settings()))


@cli.command()
def migrate() -> None:
    """Create the database's tables, or bring them up to date."""
    _go(_migrate(_settings()))


@cli.command("load")
def load_file(
    file: Annotated[Path | None, typer.Argument(help="A partnership file; else PARTNERSHIP_FILE.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
) -> None:
    """Read the partnership file into the database. May be repeated: only what differs changes."""
    settings = _settings()
    path = file or settings.partnership_file
    if path is None:
        raise typer.BadParameter("Give a FILE, or set PARTNERSHIP_FILE.")
    _go(_load(settings, path, dry_run=dry_run))


@cli.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="slack or teams")],
    base_url: Annotated[str, typer.Option(help="Where the bot is reached.")] = "https://bot.example.org",
) -> None:
    """Print the app manifest for Slack or Teams, made from the commands the bot has."""
    from handlers.capabilities import registry

    if platform == "slack":
        from bot.slack.manifest import manifest as slack_manifest

        print(json.dumps(slack_manifest(registry(), base_url), ensure_ascii=False, indent=2))
    elif platform == "teams":
        from bot.teams.manifest import manifest as teams_manifest

        print(json.dumps(teams_manifest(registry(), _settings().teams_app_id, base_url), ensure_ascii=False, indent=2))
    else:
        raise typer.BadParameter("slack or teams")


@doctor.command("people")
def doctor_people() -> None:
    """Who was met without an e-mail address that is vouched for, who in the partnership file was never found, and who
    is a guest. Ends with 1 if somebody has something to do."""
    _go(_doctor_people(_settings()))


# --- what the commands do ----------------------------------------------------------------------------------


def _settings() -> Settings:
    try:
        settings = load()
    except SettingsError as error:
        _stop(str(error))
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    # These tell every request, statement or tick, and with them addresses of people and what they write.
    for name in (
        "aiosqlite",
        "alembic",
        "apscheduler",
        "slack_bolt",
        "slack_sdk",
        "sqlalchemy",
        "aiohttp.access",
        "botbuilder",
        "msrest",
        "urllib3",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
    return settings


def _give_key(settings: Settings) -> None:
    """Without SECRET_KEY, the links of `bot run` are signed with a key that is made once and kept beside the database;
    on PostgreSQL, where there is no such place, with one that lasts as long as this process."""
    from bot.secret_key import kept_beside, random_key

    if settings.secret_key is not None:
        return
    url = driver_url(settings.database_url)
    in_a_file = url.get_backend_name() == "sqlite" and url.database
    try:
        key = kept_beside(Path(str(url.database))) if in_a_file else random_key()
    except OSError as error:
        _stop(str(error))
    settings.secret_key = SecretStr(key)


def _stop(reason: str) -> NoReturn:
    print(reason, file=sys.stderr)
    raise typer.Exit(2)


def _go(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    except DatabaseUnavailable as error:
        _stop(
            _("Får ikke kontakt med databasen ({error}). Kontroller DATABASE_URL, og at serveren er i gang.").format(
                error=error
            )
        )
    except OSError as error:
        # A folder or file that may not be used; the error names it.
        _stop(str(error))


async def _serve(settings: Settings, *, prepare: bool, worker: bool) -> None:
    from bot.app import CannotListen, assemble, serving, surfaces

    if prepare:
        await _migrate(settings)
        assert settings.partnership_file is not None  # noqa: S101 - `run` has set it
        await _load(settings, settings.partnership_file, dry_run=False, quiet=True)
    try:
        async with assemble(settings, with_worker=worker) as parts, serving(settings, parts) as address:
            on = [name for name, is_on in surfaces(settings).items() if is_on]
            surface_names = ", ".join(on) or "–"
            await _until_stopped(_("Klar på {address} ({surfaces})").format(address=address, surfaces=surface_names))
    except CannotListen as error:
        _stop(_("Kan ikke lytte: {error}. Velg en annen port, for eksempel PORT=8090.").format(error=error))


async def _work(settings: Settings) -> None:
    from bot.app import assemble

    async with assemble(settings):
        await _until_stopped(_("Sender påminnelser og meldinger."))


def _settle() -> None:
    """Look for garbage again, but no more in what starting made."""
    gc.collect()
    gc.freeze()
    gc.enable()


async def _until_stopped(ready: str) -> None:
    """Say that it is `ready`, and wait for a signal; one that comes at once is not missed."""
    _settle()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    print(ready, flush=True)
    await stopped.wait()


async def _migrate(settings: Settings) -> None:
    from storage.migrate import UnknownVersion
    from storage.migrate import migrate as run_migrations

    database = Database(settings.database_url)
    try:
        await run_migrations(database)
    except UnknownVersion as error:
        _stop(
            _(
                "Databasen er laget av en nyere versjon av boten ({version}). Oppgrader boten, eller bruk en annen."
            ).format(version=error)
        )
    finally:
        await database.close()


async def _load(settings: Settings, path: Path, *, dry_run: bool, quiet: bool = False) -> None:
    from config.partnership_file import PartnershipFileError, read
    from handlers.clock import SystemClock
    from handlers.partnership.load import load as load_partnership
    from handlers.people import LOCAL_ZONE
    from storage import deliveries

    now = SystemClock().now()
    try:
        partnership = read(path, now.astimezone(LOCAL_ZONE).date())
    except PartnershipFileError as error:
        _stop(str(error))
    for warning in () if quiet else partnership.warnings:
        print(warning, file=sys.stderr)
    # Another one that loads is waited for longer than a person would wait.
    database = Database(settings.database_url, patience=10.0)
    try:
        async with database.transaction() as session:
            changes = await load_partnership(session, partnership, now)
            # A workspace may be new.
            await deliveries.retry_waiting(session, now)
            if dry_run:
                await session.rollback()
    finally:
        await database.close()
    if not quiet:
        print(str(changes))


async def _doctor_people(settings: Settings) -> None:
    from handlers.clock import SystemClock
    from handlers.partnership.doctor import people

    database = Database(settings.database_url)
    try:
        async with database.transaction() as session:
            found = await people(session, SystemClock().now())
            await session.rollback()
    finally:
        await database.close()
    print("\n".join(found.lines).rstrip())
    if found.todo:
        raise typer.Exit(1)


if __name__ == "__main__":
    cli()
