"""The command line: `python -m bot COMMAND`."""

# What starting makes is kept for good, so looking for garbage in it meanwhile is wasted (see `bot.commands.serving`).
# ruff: noqa: E402
import gc

gc.disable()

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.running import go, go_on, on_file, settings_of
from bot.commands.trouble import stop
from handlers.writing.language import _


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
    from bot.commands import serving

    go(serving.run(settings_of(), port, yes=yes))


@cli.command()
def web() -> None:
    """The surfaces only, for production; `worker` sends and reminds. The local page is off unless LOCAL_CHAT=1."""
    from bot.commands import serving

    go(serving.web(settings_of()))


@cli.command()
def worker() -> None:
    """Reminders and deliveries, for production; any number may run on PostgreSQL."""
    from bot.commands import serving

    go(serving.work(settings_of()))


@cli.command()
def migrate() -> None:
    """Create the database's tables, or bring them up to date."""
    from bot.commands import database

    go(database.migrate(settings_of()))


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
    from bot.commands.load import load_alone
    from handlers.partnership.differing import Holds

    settings = settings_of()
    path = file or settings.partnership_file
    if path is None:
        raise typer.BadParameter("Give a FILE, or set PARTNERSHIP_FILE.")
    holds = Holds(plan) if plan is not None else None
    go_on(settings, lambda on: load_alone(on, path, dry_run=dry_run, yes=yes, plan=holds))


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
    from bot.commands.plan import run as run_plan

    go_on(settings_of(), lambda on: run_plan(on, file, year=year, store=store), writing=store)


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

        apps = settings_of().all_teams_apps
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
    from bot.commands.package_teams import package as package_of

    asked = Asked(organisation, base_url, website, privacy, terms)
    go_on(settings_of(), lambda on: package_of(on, into, asked), writing=False)


@doctor.command("teams")
def doctor_teams(
    packages: Annotated[Path, typer.Option(help="The folder with the packages.")] = Path(),
    base_url: Annotated[str, typer.Option(help="Where Teams reaches the bot; else PUBLIC_URL.")] = "",
) -> None:
    """Look at the Teams apps: settings, tokens, whose tenants they are for, the bot's address, and the packages. Ends
    with 1 if something has to be done."""
    from bot.commands.doctor_teams import look

    go_on(settings_of(), lambda on: look(on, packages, base_url), writing=False)


@doctor.command("slack")
def doctor_slack(
    base_url: Annotated[str, typer.Option(help="Where Slack reaches the bot; else PUBLIC_URL.")] = "",
) -> None:
    """Look at the Slack app: settings, tokens and what they may do, where it is installed and where it should be, and
    the bot's address. Changes nothing. Ends with 1 if something has to be done."""
    from bot.commands.doctor_slack import look

    go_on(settings_of(), lambda on: look(on, base_url), writing=False)


@cli.command("rotate-keys")
def rotate_keys() -> None:
    """Encrypt what is stored with the first of SECRET_KEYS, so that the others can be taken out. May be run while the
    bot runs, and again. Ends with 1 if something was encrypted with a key that is not there any more."""
    from bot.commands.rotate_keys import rotate

    settings = settings_of()
    if not settings.secret_keys:
        stop(_("SECRET_KEYS mangler. Sett dem med den nyeste nøkkelen først, og kjør på nytt."))
    go_on(settings, rotate)


@cli.command()
def separate(
    platform: Annotated[str, typer.Argument(help="slack or teams")],
    user_id: Annotated[str, typer.Argument(help="The id there of an account that is taken for somebody it is not.")],
) -> None:
    """Take an account away from the person in the partnership file whom it is taken for (see `doctor people`). Whoever
    has it is then let in or not as anybody new; what was done from there stays as it is."""
    if platform not in ("slack", "teams"):
        raise typer.BadParameter("slack or teams")
    from bot.commands import people

    go_on(settings_of(), lambda on: people.separate(on, platform, user_id))


@doctor.command("people")
def doctor_people() -> None:
    """Who was met without an e-mail address that is vouched for, who in the partnership file was never found, and who
    is a guest. Ends with 1 if somebody has something to do."""
    from bot.commands import people

    go_on(settings_of(), people.examine, writing=False)


@cli.command()
def reminders(
    explain: Annotated[str, typer.Option(metavar="PERSON", help="Whose: an e-mail address, a name or an id.")],
    kind: Annotated[str | None, typer.Option(help="Only reminders of this kind, as `mote.frist`.")] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="So many days back, and ahead.")] = 14,
) -> None:
    """Why somebody was reminded of something, or was not: what is due when, when it is sent, and why then. Nothing is
    changed. Ends with 1 if nobody is meant, or more than one."""
    from bot.commands import people

    go_on(settings_of(), lambda on: people.explain(on, explain, kind=kind, days=days), writing=False)


@template.command("check")
def template_check(
    file: Annotated[Path, typer.Argument(help="A Word document (.docx).")],
    kind: Kind = "innkalling",
    trial: Annotated[Path | None, typer.Option(help="Where to write it, filled in with an example.")] = None,
) -> None:
    """Say what is wrong with a template, and where. Ends with 1 if anything is; nothing is stored."""
    from bot.commands.template import check

    if on_file(lambda: check(file, kind, trial)):
        raise typer.Exit(1)


@template.command("write")
def template_write(
    file: Annotated[Path, typer.Argument(help="Where to write it; not a file that is there.")],
    kind: Kind = "innkalling",
) -> None:
    """Write the template that ships, to begin one's own with."""
    from bot.commands.template import write

    on_file(lambda: write(kind, file))


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
        if not on_file(lambda: write_json(into, given)):
            raise typer.Exit(1)
        return
    if not files and not list_them and undo is None:
        raise typer.BadParameter("Give FILES, --list or --undo N.")
    from bot.commands import store_papers

    settings = settings_of()
    if undo is not None:
        go_on(settings, lambda on: store_papers.undo_import(on, undo, yes=yes))
    elif list_them:
        go_on(settings, store_papers.list_imports)
    else:
        go_on(settings, lambda on: store_papers.import_files(on, files or [], yes=yes, committee=committee))


if __name__ == "__main__":
    cli()
