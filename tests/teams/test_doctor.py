"""`python -m bot doctor teams`: what is not as it should be with the Teams apps, and what to do."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import col

from bot.background import BackgroundTasks
from bot.commands.doctor_teams import examine
from bot.commands.package_teams import Asked, write_packages
from bot.commands.report import Report
from bot.teams.app import TeamsSurface
from config.settings import Settings
from config.teams_apps import ANY_TENANT, TeamsApp
from config.translations import catalogs
from handlers.bot import Bot
from handlers.partnership.doctor import Findings
from handlers.writing import language
from storage.tables import Account, Organisation
from storage.tenants import Owned, met_as, tenants
from tests.clock import FixedClock
from tests.listening import alive, listening
from tests.teams.conftest import registered
from tests.teams.entra import Entra
from tests.teams.standin import APP_ID, Identity
from tests.world import MUNICIPALITY_TENANT, World

GONE = "33333333-2222-3333-4444-555555555555"
HOSPITAL = Owned("sykehus", "Eksempel sykehus", "tenant-hospital")
MUNICIPALITY = Owned("kommune", "Eksempel kommune", MUNICIPALITY_TENANT)
WITHOUT = Owned("lege", "Eksempel legekontor", None)
SECRET = SecretStr("example-secret")


def settings_for(*apps: TeamsApp, local: bool = False) -> Settings:
    return Settings(_env_file=None, teams_apps=apps, teams_local=local)


def app(tenant: str, secret: SecretStr | None = SECRET, **way: Path | str) -> TeamsApp:
    return TeamsApp.model_validate({"app_id": APP_ID, "tenant_id": tenant, "secret": secret, **way})


NOBODY = Findings(("Ingen",), todo=False)


async def test_when_all_is_well_there_is_nothing_to_do(
    bot: Bot,
    identity: Identity,
    http: aiohttp.ClientSession,
    clock: FixedClock,
    certificate: Path,
    tmp_path: Path,
) -> None:
    language.install(catalogs())
    surface = TeamsSurface(
        bot,
        apps=registered(http, clock, None),
        metadata_url=identity.metadata_url,
        http=http,
        background=BackgroundTasks(),
        clock=clock,
    )
    settings = settings_for(app(MUNICIPALITY_TENANT))
    owned = [MUNICIPALITY, WITHOUT]
    async with listening(certificate, [web.get("/helse", alive), *surface.routes()]) as (address, trusting):
        asked = Asked("", address, "", "https://a.example/personvern", "")
        write_packages(settings, owned, tmp_path, asked, clock, lambda _line: None)
        report = await examine(
            settings,
            owned,
            {f"28:{APP_ID}": 7},
            clock,
            people=NOBODY,
            packages=tmp_path,
            base_url=address,
            http_client=Entra(),
            connector=trusting,
        )
    assert report.lines == [
        "Innstillinger",
        "  I orden: 1 app",
        "",
        f"Appen {APP_ID}",
        f"  I orden: er for Eksempel kommune ({MUNICIPALITY_TENANT})",
        "  I orden: får tilgang hos Microsoft (klienthemmelighet)",
        "",
        "Virksomheter",
        "  I orden: Eksempel kommune har en app",
        "  Eksempel legekontor er ikke på Teams",
        "",
        "Adressen der Teams når boten",
        f"  I orden: {address}api/messages svarer, og slipper bare inn Teams",
        "",
        "Folk",
        "  Ingen",
        "",
        "Pakker",
        f"  I orden: {tmp_path}/teams-kommune.zip er som boten er nå",
    ]
    assert not report.todo


async def test_everything_wrong_is_said_with_what_to_do(certificate: Path, tmp_path: Path, clock: FixedClock) -> None:
    entra = Entra(status=401, error="invalid_client", codes=[7000222])
    settings = settings_for(app("tenant-of-nobody"))
    (tmp_path / "teams-sykehus.zip").write_bytes(b"no package")
    async with listening(certificate, [web.get("/helse", alive)]) as (address, trusting):
        report = await examine(
            settings,
            [HOSPITAL, MUNICIPALITY],
            {f"28:{GONE}": 2},
            clock,
            people=NOBODY,
            packages=tmp_path,
            base_url=address,
            http_client=entra,
            connector=trusting,
        )
    found = "\n".join(report.lines)
    assert report.todo
    for wrong in (
        "er for leietakeren tenant-of-nobody, som ingen virksomhet i filen har\n    → Skriv id-en under teams:",
        "får ikke tilgang hos Microsoft (no token for Teams in the tenant tenant-of-nobody: invalid_client "
        "AADSTS7000222)"
        "\n    → Lag en ny klienthemmelighet på appen i Entra ID",
        "Eksempel sykehus har en leietaker i filen, og ingen app\n    → Ingen app i innstillingene for Teams er for",
        f"2 personer ble sist møtt med en app som ikke er satt ({GONE}), og nås ikke på Teams\n    → Sett appen igjen",
        f"{address}api/messages svarer 404, og ikke som boten\n    → Teams når boten på {address}api/messages",
    ):
        assert f"  Feil: {wrong}" in found
    assert SECRET.get_secret_value() not in found


async def test_a_package_of_an_older_bot_or_that_is_not_here(tmp_path: Path, clock: FixedClock) -> None:
    (tmp_path / "teams-sykehus.zip").write_bytes(b"no package")
    report = await examine(
        settings_for(app(ANY_TENANT)),
        [HOSPITAL, MUNICIPALITY],
        {},
        clock,
        people=NOBODY,
        packages=tmp_path,
        base_url="https://127.0.0.1:1",
        http_client=Entra(),
    )
    again = "    → Kjør python -m bot package teams, og last opp pakken hos virksomheten."
    assert report.lines[-4:] == [
        f"  Feil: {tmp_path}/teams-sykehus.zip er ikke som boten er nå",
        again,
        f"  {tmp_path}/teams-kommune.zip er ikke her",
        again,
    ]
    found = "\n".join(report.lines)
    assert "er registrert for flere leietakere" in found
    assert "  Feil: https://127.0.0.1:1/ svarer ikke herfra (ClientConnectorError)" in found
    unknown = await examine(
        settings_for(app(ANY_TENANT)),
        [HOSPITAL],
        {},
        clock,
        people=NOBODY,
        packages=tmp_path,
        http_client=Entra(away=True),
    )
    said = "\n".join(unknown.lines)
    assert "  Feil: fikk ikke spurt Microsoft nå" in said
    assert "  Feil: er ikke satt, eller begynner ikke med https://\n    → Sett PUBLIC_URL, eller skriv" in said
    assert unknown.lines[-1] == f"  {tmp_path}/teams-sykehus.zip er her"


@pytest.mark.parametrize(("days", "todo"), [(-20, True), (-400, False)])
async def test_a_certificate_that_runs_out_is_told_of_in_time(
    certificate: Path, tmp_path: Path, clock: FixedClock, days: int, todo: bool
) -> None:
    # The certificate was made today, by the machine's own clock, and is good for a day.
    report = Report()
    from bot.commands.doctor_teams import _certificate
    from bot.teams.credentials import good_until

    mine = app(MUNICIPALITY_TENANT, None, certificate=certificate)
    end = good_until(mine)
    assert end is not None
    _certificate(report, mine, FixedClock(end + timedelta(days=days)))
    assert report.todo == todo
    assert "sertifikatet går ut" in report.lines[0]
    assert good_until(app(MUNICIPALITY_TENANT, None, certificate=tmp_path / "gone.pem")) is None


async def test_without_an_app_there_is_little_to_look_at(tmp_path: Path, clock: FixedClock) -> None:
    nothing = await examine(settings_for(), [], {}, clock, people=NOBODY, packages=tmp_path)
    assert nothing.todo
    assert nothing.lines[1] == "  Feil: Teams er ikke slått på."
    local = await examine(settings_for(local=True), [], {}, clock, people=NOBODY, packages=tmp_path)
    assert not local.todo
    assert local.lines[1].startswith("  TEAMS_LOCAL=1: bare en lokal Teams-klient")


async def test_whose_the_tenants_are_and_who_was_met_as_whom(small_world: World, clock: FixedClock) -> None:
    async with small_world.database.transaction() as session:
        gone = Organisation(key="gone", name="A gone one", removed_at=clock.now())
        session.add(gone)
        for number, reach in enumerate(({"bot_id": f"28:{APP_ID.upper()}"}, {"bot_id": f"28:{APP_ID}"}, {})):
            session.add(
                Account(
                    person_id=small_world.people["colleague"],
                    surface="teams",
                    workspace=MUNICIPALITY_TENANT,
                    user_id=f"aad-{number}",
                    reach=reach,
                    seen_at=clock.now(),
                )
            )
    async with small_world.database.reading() as session:
        rows = await session.execute(select(col(Organisation.key), col(Organisation.name)))
        names = {row[0]: row[1] for row in rows}
        assert await tenants(session) == [
            Owned("municipality", names["municipality"], MUNICIPALITY_TENANT),
            Owned("hospital", names["hospital"], None),
        ]
        assert await met_as(session) == {f"28:{APP_ID}": 2}
