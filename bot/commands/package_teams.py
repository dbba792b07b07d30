"""`bot package teams`: a package for each organisation that has an app, ready to be uploaded."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn, Protocol

from bot.commands.database import read
from bot.commands.reached import public_address
from bot.commands.trouble import stop
from bot.teams.organisations import app_of, package_name
from bot.teams.packing import Pages, files, packed, version_of
from config.settings import Settings
from config.teams_apps import TeamsApp
from handlers.calendar.clock import Clock, SystemClock
from handlers.capabilities import registry
from handlers.writing.language import _
from storage.tenants import Owned, tenants


class Asked(NamedTuple):
    """What was asked for on the command line; empty where it was not."""

    organisation: str
    base_url: str
    website: str
    privacy: str
    terms: str


class Print(Protocol):
    """Says a line."""

    def __call__(self, line: str, /) -> None: ...


class Wanted(NamedTuple):
    """A package to be made."""

    name: str
    organisation: str
    app: TeamsApp


async def package(settings: Settings, folder: Path, asked: Asked) -> None:
    """Write the packages of the organisations that the database has (see `write_packages`)."""
    async with read(settings) as session:
        owned = await tenants(session)
    write_packages(settings, owned, folder, asked, SystemClock())


def write_packages(
    settings: Settings, owned: Sequence[Owned], folder: Path, asked: Asked, clock: Clock, say: Print = print
) -> None:
    """Write them into a folder, over those that are there. Ends with a sentence where none can be made.

    Raises:
        OSError: the folder may not be written in.
    """
    base_url = public_address(settings, asked.base_url)
    if base_url is None:
        stop(
            _(
                "PUBLIC_URL mangler, eller begynner ikke med https://. Sett den, eller skriv {option} med adressen der "
                "Teams når boten."
            ).format(option="--base-url")
        )
    pages = Pages(asked.website or base_url, asked.privacy or base_url, asked.terms or base_url)
    version = version_of(clock.now())
    for each in wanted(settings, owned, asked.organisation):
        content = packed(files(registry(), each.app.app_id.lower(), base_url, version, pages))
        file = folder / each.name
        unfinished = file.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.replace(file)
        say(
            _("{file}: for {organisation}, versjon {version}").format(
                file=file, organisation=each.organisation, version=version
            )
        )
    say(_("En administrator i hver virksomhet laster opp pakken i sitt administrasjonssenter for Teams."))


def wanted(settings: Settings, owned: Sequence[Owned], organisation: str = "") -> Sequence[Wanted]:
    """The packages of one organisation, by its key or name, or of all. Ends with a sentence where there is none."""
    if not settings.all_teams_apps:
        stop(none_set())
    chosen = [each for each in owned if organisation.casefold() in ("", each.key.casefold(), each.name.casefold())]
    if not chosen:
        stop(
            _("Ingen virksomhet heter «{organisation}». Skriv en av disse: {known}.").format(
                organisation=organisation, known=", ".join(dict.fromkeys(each.key for each in owned)) or "–"
            )
        )
    found = list(packages_of(settings.all_teams_apps, chosen))
    if not found:
        _none(chosen if organisation else ())
    return found


def _none(chosen: Sequence[Owned]) -> NoReturn:
    """`chosen`: the one organisation that was asked for; empty: all were."""
    if chosen and all(each.tenant is None for each in chosen):
        stop(no_tenant(chosen[0].name))
    if chosen:
        stop(no_app(chosen[0].name, ", ".join(str(each.tenant) for each in chosen)))
    stop(
        _(
            "Ingen av appene for Teams er for en leietaker som en virksomhet har i filen. Kjør {command}, så ser du "
            "hva som mangler."
        ).format(command="python -m bot doctor teams")
    )


def packages_of(apps: Sequence[TeamsApp], owned: Sequence[Owned]) -> Iterator[Wanted]:
    """One for each tenant that an app is for."""
    count: dict[str, int] = {}
    for each in owned:
        app = app_of(each.tenant, apps) if each.tenant is not None else None
        if app is not None:
            count[each.key] = count.get(each.key, 0) + 1
            yield Wanted(package_name(each.key, count[each.key]), each.name, app)


def none_set() -> str:
    return _("Ingen app for Teams er satt. Sett TEAMS_APPS, eller {names}.").format(
        names="TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID"
    )


def no_tenant(organisation: str) -> str:
    return _(
        "{organisation} har ingen leietaker i Teams. Skriv leietakerens id under {field} på virksomheten i filen, og "
        "last filen."
    ).format(organisation=organisation, field="teams:")


def no_app(organisation: str, tenant: str) -> str:
    return _(
        "Ingen app i innstillingene for Teams er for {organisation} ({tenant}). Registrer en der, og før den opp i "
        "TEAMS_APPS."
    ).format(organisation=organisation, tenant=tenant)
