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
from collections.abc import AsyncIterator, Callable, Coroutine
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import SecretStr

from bot.commands.trouble import about_database, about_file, stop
from config.settings import Settings, SettingsError, is_loopback, load, unread
from handlers.writing.language import _
from storage.database import Database, DatabaseUnavailable, sqlite_file

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.commands.package_teams import Asked
    from bot.commands.report import Report

T = TypeVar("T")


class PlanFrom(StrEnum):
    """Where it is said when a meeting is (see `handlers.partnership.differing`)."""

    FILE = "file"
    BOT = "bot"


cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)

doctor = typer.Typer(no_args_is_help=True, help="Find out what is not as it should be, and what to do about it.")
cli.add_typer(doctor, name="doctor")

package = typer.Typer(no_args_is_help=True, help="What an administrator uploads to a platform.")
cli.add_typer(package, name="package")

template = typer.Typer(no_args_is_help=True, help="Word templates of convocations and minutes.")
cli.add_typer(template, name="template")

Kind = Annotated[str, typer.Option("--kind", help="What it is a template of, as `template fields` knows it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Go on though the file removes something; for scripts.")]


@cli.command()
def run(
    port: Annotated[int | None, typer.Option(help="Port to listen on; else PORT.")] = None,
    yes: Yes = False,
) -> None:
    """Everything in one process, with the local chat page: to try it out, or for a small partnership.

    Creates and migrates the database, and loads PARTNERSHIP_FILE. If it is not set, the example is loaded, but only
    into a database that has no other partnership.
    """
    settings = _settings()
    if port is not None:
        settings.port = port
    if settings.local_chat is None:
        settings.local_chat = True
    if settings.local_chat and settings.local_chat_port is None and not is_loopback(settings.host):
        # Others can reach PORT then, and the local page has no login.
        settings.local_chat_port = settings.port + 1
    _go(_serve(settings, prepare=True, worker=True, yes=yes))


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
    yes: Yes = False,
    plan: Annotated[
        PlanFrom | None,
        typer.Option("--plan", help="Which holds for meetings that were made or changed in the bot; for scripts."),
    ] = None,
) -> None:
    """Read the partnership file into the database. May be repeated: only what differs changes.

    Asks first where a committee, an organisation, a unit or a coming meeting would be removed. Without a terminal to
    ask on, and without --yes, nothing is changed then, and the exit code is 3.

    Of meetings that were made or changed in the bot, and that the file says something else of, each difference is
    shown, and whoever loads is asked which holds. Without a terminal to ask on, and without --plan, what the bot has
    stays, and it is said so.
    """
    settings = _settings()
    path = file or settings.partnership_file
    if path is None:
        raise typer.BadParameter("Give a FILE, or set PARTNERSHIP_FILE.")
    _go(_load(settings, path, dry_run=dry_run, yes=yes, plan=plan))


@cli.command("plan")
def meeting_plan(
    file: Annotated[Path, typer.Argument(help="A meeting plan: .xlsx, .csv, .docx, .pdf, .ics, or text.")],
    year: Annotated[int | None, typer.Option(help="The year of dates that are written without one.")] = None,
    store: Annotated[bool, typer.Option("--store", help="Store its meetings, if nothing stands against it.")] = False,
) -> None:
    """Check a meeting plan against the committees that are stored: holidays, school holidays, meetings at once, terms.

    Says what it would change. Ends with 1 if something has to be settled before it can be stored. With --store new
    meetings are made and others moved, and those concerned are told; a meeting that the plan does not have is let be.
    """
    _go(_plan(_settings(), file, year=year, store=store))


@cli.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="slack or teams")],
    base_url: Annotated[str, typer.Option(help="Where the bot is reached.")] = "https://bot.example.org",
    several: Annotated[
        bool, typer.Option("--several", help="Slack: for several workspaces (SLACK_CLIENT_ID).")
    ] = False,
    socket: Annotated[
        bool, typer.Option("--socket", help="Slack: it reaches no address here, see SLACK_APP_TOKEN.")
    ] = False,
) -> None:
    """Print the app manifest for Slack or Teams, made from the commands the bot has."""
    from handlers.capabilities import registry

    if platform == "slack":
        from bot.slack.manifest import manifest as slack_manifest

        # Over a socket Slack needs no address; the browsers of those who install the app do.
        address = base_url if several or not socket else None
        made = slack_manifest(registry(), address, several=several, socket=socket)
        print(json.dumps(made, ensure_ascii=False, indent=2))
    elif platform == "teams":
        from bot.teams.manifest import manifest as teams_manifest

        apps = _settings().all_teams_apps
        made = teams_manifest(registry(), apps[0].app_id if len(apps) == 1 else None, base_url)
        print(json.dumps(made, ensure_ascii=False, indent=2))
    else:
        raise typer.BadParameter("slack or teams")


@package.command("teams")
def package_teams(
    organisation: Annotated[
        str, typer.Argument(help="The key or name of an organisation; else all that have an app.")
    ] = "",
    into: Annotated[Path, typer.Option(help="The folder to write them in.", file_okay=False, exists=True)] = Path(),
    base_url: Annotated[str, typer.Option(help="Where Teams reaches the bot; else PUBLIC_URL.")] = "",
    website: Annotated[str, typer.Option(help="The organisation's page about support; else the bot's address.")] = "",
    privacy: Annotated[str, typer.Option(help="Its page about privacy.")] = "",
    terms: Annotated[str, typer.Option(help="Its page about terms of use.")] = "",
) -> None:
    """Write the package of each organisation's Teams app: teams-KEY.zip, ready to be uploaded. May be repeated: each
    time with a higher version, which Teams wants of an app that is uploaded again."""
    from bot.commands.package_teams import Asked

    _go(_package_teams(_settings(), into, Asked(organisation, base_url, website, privacy, terms)))


@doctor.command("teams")
def doctor_teams(
    packages: Annotated[Path, typer.Option(help="The folder with the packages.")] = Path(),
    base_url: Annotated[str, typer.Option(help="Where Teams reaches the bot; else PUBLIC_URL.")] = "",
) -> None:
    """Look at the Teams apps: settings, tokens, whose tenants they are for, the bot's address, and the packages. Ends
    with 1 if something has to be done."""
    _go(_doctor_teams(_settings(), packages, base_url))


@doctor.command("slack")
def doctor_slack(
    base_url: Annotated[str, typer.Option(help="Where Slack reaches the bot; else PUBLIC_URL.")] = "",
) -> None:
    """Look at the Slack app: settings, tokens and what they may do, where it is installed and where it should be, and
    the bot's address. Changes nothing. Ends with 1 if something has to be done."""
    _go(_doctor_slack(_settings(), base_url))


@cli.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt what is stored with the first of SECRET_KEYS, so that the others can be taken out. May be run while the
    bot runs, and again. Ends with 1 if something was encrypted with a key that is not there any more."""
    _go(_rotate_keys(_settings()))


@cli.command()
def separate(
    platform: Annotated[str, typer.Argument(help="slack or teams")],
    user_id: Annotated[str, typer.Argument(help="The id there of an account that is taken for somebody it is not.")],
) -> None:
    """Take an account away from the person in the partnership file whom it is taken for (see `doctor people`). Whoever
    has it is then let in or not as anybody new; what was done from there stays as it is."""
    if platform not in ("slack", "teams"):
        raise typer.BadParameter("slack or teams")
    _go(_separate(_settings(), platform, user_id))


@doctor.command("people")
def doctor_people() -> None:
    """Who was met without an e-mail address that is vouched for, who in the partnership file was never found, and who
    is a guest. Ends with 1 if somebody has something to do."""
    _go(_doctor_people(_settings()))


@cli.command()
def reminders(
    explain: Annotated[str, typer.Option(metavar="PERSON", help="Whose: an e-mail address, a name or an id.")],
    kind: Annotated[str | None, typer.Option(help="Only reminders of this kind, as `mote.frist`.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="So many days back, and ahead.")] = 14,
) -> None:
    """Why somebody was reminded of something, or was not: what is due when, when it is sent, and why then. Nothing is
    changed. Ends with 1 if nobody is meant, or more than one."""
    _go(_explain(_settings(), explain, kind=kind, days=days))


@template.command("check")
def template_check(
    file: Annotated[Path, typer.Argument(help="A Word document (.docx).")],
    kind: Kind = "innkalling",
    trial: Annotated[Path | None, typer.Option(help="Where to write it, filled in with an example.")] = None,
) -> None:
    """Say what is wrong with a template, and where. Ends with 1 if anything is; nothing is stored."""
    from bot.commands.template import check

    if _on_file(lambda: check(file, kind, trial)):
        raise typer.Exit(1)


@template.command("write")
def template_write(
    file: Annotated[Path, typer.Argument(help="Where to write it; not a file that is there.")],
    kind: Kind = "innkalling",
) -> None:
    """Write the template that ships, to begin one's own with."""
    from bot.commands.template import write

    _on_file(lambda: write(kind, file))


@template.command("fields")
def template_fields(kind: Kind = "innkalling") -> None:
    """Say which fields a template can have."""
    from bot.commands.template import fields

    fields(kind)


@cli.command("import")
def import_papers(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Minutes, convocations, meeting plans.")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--json", help="Write FOLDER/NAME.json; store nothing.")] = None,
    committee: Annotated[str, typer.Option(help="The key or name of the committee that the papers are of.")] = "",
    list_them: Annotated[bool, typer.Option("--list", help="List what was read in, with its number.")] = False,
    undo: Annotated[int | None, typer.Option("--undo", metavar="N", help="Take import N back.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Store without asking; for scripts.")] = False,
) -> None:
    """Read old minutes, convocations and meeting plans: text, Markdown, .docx, .pdf, .xlsx, .csv, .ics.

    What each says is shown, and stored once it is agreed to. Without a terminal to ask on, and without --yes, nothing
    is stored, and the exit code is 3. May be repeated: what is there already is not stored again.

    With --json FOLDER, what each NAME.ext says is written to FOLDER/NAME.json, and nothing is stored; it needs neither
    a database nor settings. Of two with the same name but for the ending, the second is written to NAME.ext.json. A
    FILE that is a folder means the files in it. Ends with 1 if a file could not be read: its line, and its JSON, say
    why.
    """
    if folder is not None and files:
        from bot.commands.import_papers import write_json

        into, given = folder, files
        if not _on_file(lambda: write_json(into, given)):
            raise typer.Exit(1)
        return
    if not files and not list_them and undo is None:
        raise typer.BadParameter("Give FILES, --list or --undo N.")
    _go(_import(_settings(), files or [], committee=committee, list_them=list_them, undo=undo, yes=yes))


# --- what the commands do ----------------------------------------------------------------------------------


def _settings() -> Settings:
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


def _on_file(work: Callable[[], T]) -> T:
    """Do `work`; what is wrong with a file is said in a sentence."""
    try:
        return work()
    except OSError as error:
        stop(about_file(error))


def _give_key(settings: Settings) -> None:
    """Without SECRET_KEY, the links of `bot run` are signed with a key that is made once and kept beside the database;
    on PostgreSQL, where there is no such place, with one that lasts as long as this process."""
    from bot.secret_key import kept_beside, random_key

    if settings.secret_key is not None:
        return
    file = sqlite_file(settings.database_url)
    settings.secret_key = SecretStr(kept_beside(file) if file is not None else random_key())


def _go(work: Coroutine[Any, Any, None]) -> None:
    """Run `work`. What is wrong with the database or a file is said in a sentence, whichever command it was."""
    try:
        asyncio.run(work)
    except DatabaseUnavailable as error:
        stop(about_database(error, load().database_url))
    except OSError as error:
        stop(about_file(error))


async def _serve(settings: Settings, *, prepare: bool, worker: bool, yes: bool = False) -> None:
    from bot.app import assemble, serving, surfaces
    from bot.commands.load import load_at_start
    from bot.listening import CannotListen, bound

    try:
        # First of all: whoever cannot listen changes nothing.
        with bound(settings) as ports:
            # Port 0 is any that is free.
            settings.port = ports.number
            if prepare:
                await _migrate(settings)
            await _check(settings)
            if prepare:
                await load_at_start(settings, yes=yes)
                _give_key(settings)
            async with (
                assemble(settings, with_worker=worker) as parts,
                serving(settings, parts, ports) as address,
            ):
                on = [name for name, is_on in surfaces(settings).items() if is_on]
                if not on:
                    print(
                        _("Ingen kan nå boten her: sett det som slår på Slack, Teams eller e-post, og start igjen."),
                        file=sys.stderr,
                    )
                names = ", ".join(on) or "–"
                await _until_stopped(_("Klar på {address} ({surfaces})").format(address=address, surfaces=names))
    except CannotListen as error:
        if error.unknown:
            stop(
                _("Kan ikke lytte: {error}. Rett HOST: en adresse denne maskinen har, som 127.0.0.1.").format(
                    error=error
                )
            )
        stop(_("Kan ikke lytte: {error}. Velg en annen port, for eksempel PORT=8090.").format(error=error))


async def _load(settings: Settings, path: Path, *, dry_run: bool, yes: bool, plan: PlanFrom | None) -> None:
    from bot.commands.load import load_alone
    from handlers.partnership.differing import Holds

    await _check(settings)
    await load_alone(settings, path, dry_run=dry_run, yes=yes, plan=Holds(plan) if plan is not None else None)


async def _import(
    settings: Settings, files: list[Path], *, committee: str, list_them: bool, undo: int | None, yes: bool
) -> None:
    from bot.commands.store_papers import import_files, list_imports, undo_import

    await _check(settings)
    if undo is not None:
        await undo_import(settings, undo, yes=yes)
    elif list_them:
        await list_imports(settings)
    elif not await import_files(settings, files, yes=yes, committee=committee):
        raise typer.Exit(1)


async def _plan(settings: Settings, file: Path, *, year: int | None, store: bool) -> None:
    from bot.commands.plan import run

    await _check(settings, writing=store)
    if not await run(settings, file, year=year, store=store):
        raise typer.Exit(1)


async def _work(settings: Settings) -> None:
    from bot.app import assemble

    await _check(settings)
    async with assemble(settings, with_answers=False):
        await _until_stopped(_("Sender påminnelser og meldinger."))


def _settle() -> None:
    """Look for garbage again, but never in what starting made.

    Nor once now: that takes a tenth as long as the whole start, and finds half a megabyte.
    """
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
        stop(_made_by_a_newer(error))
    finally:
        await database.close()


async def _check(settings: Settings, *, writing: bool = True) -> None:
    """Stop with a sentence unless the database can be worked with."""
    from storage.migrate import NotMigrated, UnknownVersion, check

    database = Database(settings.database_url)
    try:
        await check(database, writing=writing)
    except NotMigrated:
        stop(
            _("Databasen mangler tabeller, eller er fra en eldre versjon. Kjør først: {command}").format(
                command="python -m bot migrate"
            )
        )
    except UnknownVersion as error:
        stop(_made_by_a_newer(error))
    finally:
        await database.close()


async def _explain(settings: Settings, person: str, *, kind: str | None, days: int) -> None:
    from handlers.calendar.clock import SystemClock
    from handlers.capabilities import registry
    from handlers.errors import BotError
    from handlers.oversight.explaining import explain

    await _check(settings, writing=False)
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            now = SystemClock().now()
            lines = await explain(session, registry().reminders, person, now, kind=kind, days=days)
    except BotError as error:
        stop(str(error), 1)
    finally:
        await database.close()
    print("\n".join(lines))


def _made_by_a_newer(error: Exception) -> str:
    return _(
        "Databasen er laget av en nyere versjon av boten ({version}). Oppgrader boten, eller bruk en annen."
    ).format(version=error)


async def _package_teams(settings: Settings, folder: Path, asked: "Asked") -> None:
    from bot.commands.package_teams import write_packages
    from handlers.calendar.clock import SystemClock
    from storage.tenants import tenants

    async with _looked_into(settings) as session:
        owned = await tenants(session)
    write_packages(settings, owned, folder, asked, SystemClock())


async def _doctor_teams(settings: Settings, packages: Path, base_url: str) -> None:
    from bot.commands.doctor_teams import examine
    from handlers.calendar.clock import SystemClock
    from handlers.partnership.doctor import on_platform
    from storage.tenants import met_as, tenants

    clock = SystemClock()
    async with _looked_into(settings) as session:
        owned, met = await tenants(session), await met_as(session)
        people = await on_platform(session, "teams", clock.now())
    _print(await examine(settings, owned, met, clock, people=people, packages=packages, base_url=base_url))


async def _doctor_slack(settings: Settings, base_url: str) -> None:
    from bot.commands.doctor_slack import Found, examine
    from handlers.calendar.clock import SystemClock
    from handlers.partnership.doctor import on_platform
    from storage.slack_installations import everywhere, named

    clock = SystemClock()
    async with _looked_into(settings) as session:
        people = await on_platform(session, "slack", clock.now())
        found = Found(await named(session), await everywhere(session), people)
    _print(await examine(settings, found, clock, base_url=base_url))


@contextlib.asynccontextmanager
async def _looked_into(settings: Settings) -> AsyncIterator["AsyncSession"]:
    """The database, to be read for a report."""
    from config.translations import catalogs
    from handlers.writing import language

    await _check(settings, writing=False)
    language.install(catalogs())
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            yield session
    finally:
        await database.close()


def _print(report: "Report") -> None:
    print("\n".join(report.lines))
    if report.todo:
        raise typer.Exit(1)


async def _rotate_keys(settings: Settings) -> None:
    from bot.commands.rotate_keys import rotate

    if not settings.secret_keys:
        stop(_("SECRET_KEYS mangler. Sett dem med den nyeste nøkkelen først, og kjør på nytt."))
    await _check(settings)
    if not await rotate(settings):
        raise typer.Exit(1)


async def _separate(settings: Settings, platform: str, user_id: str) -> None:
    from config.translations import catalogs
    from handlers.admission import separate
    from handlers.errors import BotError
    from handlers.writing import language

    await _check(settings)
    language.install(catalogs())
    database = Database(settings.database_url)
    try:
        async with database.transaction() as session:
            name = await separate(session, platform, user_id)
    except BotError as error:
        stop(str(error))
    finally:
        await database.close()
    print(_("{id} er ikke lenger knyttet til {name}.").format(id=user_id, name=name))


async def _doctor_people(settings: Settings) -> None:
    from handlers.calendar.clock import SystemClock
    from handlers.partnership.doctor import people

    await _check(settings, writing=False)
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
