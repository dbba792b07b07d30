"""`bot doctor teams`: what is not as it should be with the Teams apps, and what to do about each."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.commands.database import read
from bot.commands.package_teams import no_app, packages_of
from bot.commands.reached import ask, public_address
from bot.commands.report import Report
from bot.messenger import Misconfigured, SendError
from bot.teams.credentials import good_until
from bot.teams.organisations import owner_of
from bot.teams.packing import files, is_the_same, pages_in
from bot.teams.registrations import tokens_of
from config.settings import Settings
from config.teams_apps import ANY_TENANT, TeamsApp
from handlers.calendar import dates
from handlers.calendar.clock import Clock, SystemClock
from handlers.calendar.zone import LOCAL_ZONE
from handlers.capabilities import registry
from handlers.partnership.doctor import Findings, on_platform
from handlers.writing.language import N_, _, ngettext
from storage.tenants import Owned, met_as, tenants

_SOON = timedelta(days=30)
_CODE = re.compile(r"AADSTS(\d+)")

_SECRET = N_(
    "Lag en ny klienthemmelighet på appen i Entra ID, og sett verdien av den (ikke id-en) i innstillingene. Skriv opp "
    "når den går ut."
)
_APP = N_("Kontroller appens id og leietakerens id: begge står på oversikten over appen i Entra ID.")
_FEDERATED = N_(
    "Legg til en føderert legitimasjon på appen i Entra ID, med samme utsteder, emne og målgruppe som det "
    "boten viser fram."
)
_ADVICE = {
    "7000215": _SECRET,
    "7000222": _SECRET,
    "700027": N_("Last opp sertifikatet på appen i Entra ID, under Sertifikater og hemmeligheter."),
    "700016": _APP,
    "7000229": _APP,
    "90002": _APP,
    "70021": _FEDERATED,
    "700211": _FEDERATED,
    "700212": _FEDERATED,
    "700213": _FEDERATED,
}
"""By Entra's own codes (Entra: «AADSTS error codes»)."""


async def look(settings: Settings, packages: Path, base_url: str) -> bool:
    """Say what was found; whether nobody has anything to do about it. `packages`: the folder with the packages.
    `base_url`: where Teams reaches the bot; else PUBLIC_URL."""
    clock = SystemClock()
    async with read(settings) as session:
        owned, met = await tenants(session), await met_as(session)
        people = await on_platform(session, "teams", clock.now())
    return (await examine(settings, owned, met, clock, people=people, packages=packages, base_url=base_url)).say()


async def examine(
    settings: Settings,
    owned: Sequence[Owned],
    met: Mapping[str, int],
    clock: Clock,
    *,
    people: Findings,
    packages: Path,
    base_url: str = "",
    http_client: Any = None,
    connector: aiohttp.BaseConnector | None = None,
) -> Report:
    """Look at everything that can be looked at from here.

    Args:
        owned: the organisations with their tenants.
        met: how many people were met as each bot (see `storage.tenants`).
        people: whom Teams does not vouch for.
        packages: the folder where `bot package teams` wrote.
        http_client, connector: another way to the identity service and to the bot's own address, for tests.
    """
    report = Report()
    apps = settings.all_teams_apps
    report.about(_("Innstillinger"))
    if settings.teams_local:
        report.note(_("TEAMS_LOCAL=1: bare en lokal Teams-klient på denne maskinen. Ingen app er i bruk."))
        return report
    if not apps:
        report.wrong(
            _("Teams er ikke slått på."),
            _("Sett TEAMS_APPS, eller {names}.").format(names="TEAMS_APP_ID, TEAMS_APP_PASSWORD, TEAMS_TENANT_ID"),
        )
        return report
    report.well(ngettext("{count} app", "{count} apper", len(apps)).format(count=len(apps)))
    for app in apps:
        _tenant(report, app, owned)
        await _token(report, app, clock, http_client)
        _certificate(report, app, clock)
    report.about(_("Virksomheter"))
    _organisations(report, apps, owned)
    _met(report, apps, met)
    report.about(_("Adressen der Teams når boten"))
    address = public_address(settings, base_url)
    await _address(report, address, connector)
    report.about(_("Folk"))
    report.include(people)
    report.about(_("Pakker"))
    _packages(report, apps, owned, packages, address)
    return report


def _tenant(report: Report, app: TeamsApp, owned: Sequence[Owned]) -> None:
    owner = owner_of(app, owned)
    report.about(_("Appen {id}").format(id=app.app_id))
    if app.tenant_id == ANY_TENANT:
        report.well(_("er registrert for flere leietakere, og tar imot fra alle"))
    elif owner is not None:
        report.well(_("er for {organisation} ({tenant})").format(organisation=owner.name, tenant=app.tenant_id))
    else:
        report.wrong(
            _("er for leietakeren {tenant}, som ingen virksomhet i filen har").format(tenant=app.tenant_id),
            _("Skriv id-en under {field} på virksomheten i filen, og last filen.").format(field="teams:"),
        )


async def _token(report: Report, app: TeamsApp, clock: Clock, http_client: Any) -> None:
    try:
        await tokens_of(app, clock, http_client=http_client).get()
    except Misconfigured as error:
        found = _CODE.search(str(error))
        advice = _ADVICE.get(found[1]) if found else None
        report.wrong(
            _("får ikke tilgang hos Microsoft ({reason})").format(reason=str(error)),
            _(advice) if advice else _("Kontroller innstillingene til appen ({way}).").format(way=_way(app)),
        )
    except SendError as error:
        report.wrong(
            _("fikk ikke spurt Microsoft nå ({reason})").format(reason=str(error)),
            _("Kontroller at denne maskinen når {host}, og prøv igjen.").format(host="login.microsoftonline.com"),
        )
    else:
        report.well(_("får tilgang hos Microsoft ({way})").format(way=_way(app)))


def _way(app: TeamsApp) -> str:
    if app.secret is not None:
        return _("klienthemmelighet")
    if app.certificate is not None:
        return _("sertifikat")
    return _("føderert legitimasjon fra en fil") if app.token_file is not None else _("administrert identitet")


def _certificate(report: Report, app: TeamsApp, clock: Clock) -> None:
    end = good_until(app) if app.certificate is not None else None
    if end is None:
        return
    day = dates.short_day(end, LOCAL_ZONE.key)
    if end - clock.now() < _SOON:
        report.wrong(
            _("sertifikatet går ut {day}").format(day=day),
            _("Lag et nytt, last det opp på appen i Entra ID, og skriv det over den samme filen, så brukes det."),
        )
    else:
        report.well(_("sertifikatet går ut {day}").format(day=day))


def _organisations(report: Report, apps: Sequence[TeamsApp], owned: Sequence[Owned]) -> None:
    served = {each.tenant for each in owned if each.tenant and any(_serves(app, each.tenant) for app in apps)}
    for each in owned:
        if each.tenant is None:
            report.note(_("{organisation} er ikke på Teams").format(organisation=each.name))
        elif each.tenant in served:
            report.well(_("{organisation} har en app").format(organisation=each.name))
        else:
            report.wrong(
                _("{organisation} har en leietaker i filen, og ingen app").format(organisation=each.name),
                no_app(each.name, each.tenant),
            )


def _serves(app: TeamsApp, tenant: str) -> bool:
    return app.tenant_id in (ANY_TENANT, tenant) or app.tenant_id.lower() == tenant.lower()


def _met(report: Report, apps: Sequence[TeamsApp], met: Mapping[str, int]) -> None:
    """Whoever was met as an app that is gone cannot be reached until they write to the new one."""
    ours = {f"28:{app.app_id.lower()}" for app in apps}
    for bot_id, count in met.items():
        if bot_id not in ours:
            report.wrong(
                ngettext(
                    "{count} person ble sist møtt med en app som ikke er satt ({id}), og nås ikke på Teams",
                    "{count} personer ble sist møtt med en app som ikke er satt ({id}), og nås ikke på Teams",
                    count,
                ).format(count=count, id=bot_id.removeprefix("28:")),
                _("Sett appen igjen, eller installer den nye for dem, så treffer de boten på nytt."),
            )


async def _address(report: Report, address: str | None, connector: aiohttp.BaseConnector | None) -> None:
    """A call without a token is refused by the bot, and by nobody else in the same way."""
    endpoint = f"{address}api/messages"
    advice = _("Teams når boten på {endpoint}: den adressen skal stå på boten i Azure, og føre hit.").format(
        endpoint=endpoint
    )

    async def asking(http: aiohttp.ClientSession) -> int:
        async with http.post(endpoint, json={}, allow_redirects=False) as response:
            return response.status

    answered = await ask(report, address, advice, asking, connector)
    if answered is None:
        return
    alive, status = answered
    if alive and status == 401:
        report.well(_("{endpoint} svarer, og slipper bare inn Teams").format(endpoint=endpoint))
    else:
        report.wrong(
            _("{endpoint} svarer {status}, og ikke som boten").format(endpoint=endpoint, status=status), advice
        )


def _packages(
    report: Report, apps: Sequence[TeamsApp], owned: Sequence[Owned], folder: Path, address: str | None
) -> None:
    again = _("Kjør {command}, og last opp pakken hos virksomheten.").format(command="python -m bot package teams")
    for each in packages_of(apps, owned):
        file = folder / each.name
        if not file.exists():
            report.note(_("{file} er ikke her").format(file=file))
            report.advise(again)
        elif address is None:
            report.note(_("{file} er her").format(file=file))
        elif is_the_same(file, files(registry(), each.app.app_id.lower(), address, "", pages_in(file, address))):
            report.well(_("{file} er som boten er nå").format(file=file))
        else:
            report.wrong(_("{file} er ikke som boten er nå").format(file=file), again)
