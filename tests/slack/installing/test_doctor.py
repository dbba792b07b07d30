"""`python -m bot doctor slack`: what is not as it should be with the Slack app, and what to do."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import update
from sqlmodel import col

from bot.commands.doctor_slack import Found, examine
from bot.commands.report import Report
from bot.slack.manifest import SCOPES
from config.settings import Settings
from config.translations import catalogs
from handlers.partnership.doctor import Findings, on_platform
from handlers.writing import language
from storage.database import Database
from storage.slack_installations import Named, everywhere, named, note_stuck
from storage.tables import Account, Person, SlackInstallation
from tests.clock import FixedClock
from tests.listening import alive, listening, write_certificate
from tests.slack.installing.several import KEYS, MUNICIPALITY, PUBLIC, Several
from tests.slack.sockets import APP_TOKEN, Sockets
from tests.slack.standin import CLIENT_ID, CLIENT_SECRET, SECRET, TOKEN, Answer, Slack, no
from tests.world import HOSPITAL_TEAM, World

NOBODY = Findings(("Ingen",), todo=False)
ALL = {"X-OAuth-Scopes": ", ".join(sorted(SCOPES))}
ONE = {"slack_bot_token": TOKEN, "slack_signing_secret": SECRET}
SEVERAL = {
    "slack_client_id": CLIENT_ID,
    "slack_client_secret": CLIENT_SECRET,
    "slack_signing_secret": SECRET,
    "secret_keys": KEYS,
    "public_url": PUBLIC,
    "secret_key": "a-key-of-the-tests-that-is-long-enough",
}


def settings_for(url: str, **given: object) -> Settings:
    return Settings.model_validate({**given, "slack_api_url": url})


def told(id: str, headers: Mapping[str, str] = ALL) -> Answer:
    """What Slack says of a token that may do all this."""
    return Answer({"ok": True, "team_id": id, "team": "Eksempel", "user_id": "U-BOT"}, headers=dict(headers))


async def found_in(database: Database, people: Findings = NOBODY) -> Found:
    async with database.reading() as session:
        return Found(await named(session), await everywhere(session), people)


def said(report: Report) -> str:
    """All of it, in which no secret stands."""
    whole = "\n".join(report.lines)
    assert not any(secret in whole for secret in (TOKEN, SECRET, CLIENT_SECRET, APP_TOKEN, *KEYS, "xoxb-T", "xoxe-"))
    return whole


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path / "machine.pem", ec.generate_private_key(ec.SECP256R1()))


async def test_when_all_is_well_with_one_workspace_there_is_nothing_to_do(
    bot: Several, slack: Slack, clock: FixedClock, certificate: Path
) -> None:
    language.install(catalogs())
    slack.will_answer("auth.test", told(HOSPITAL_TEAM))
    found = Found([Named(HOSPITAL_TEAM, 1, "Eksempel sykehus")], [], NOBODY)
    async with listening(certificate, [web.get("/helse", alive), *bot.surface.routes()]) as (address, trusting):
        settings = settings_for(slack.api_url, **ONE)
        report = await examine(settings, found, clock, base_url=address, connector=trusting)
    assert report.lines == [
        "Innstillinger",
        "  I orden: ett arbeidsområde, med SLACK_BOT_TOKEN",
        f"  SLACK_API_URL er {slack.api_url}, og ikke Slack selv.",
        "",
        "SLACK_BOT_TOKEN",
        f"  I orden: gjelder Eksempel ({HOSPITAL_TEAM})",
        "  I orden: har alle rettighetene i manifestet",
        "",
        "Virksomheter",
        f"  I orden: Eksempel sykehus ({HOSPITAL_TEAM}) har appen",
        "",
        "Adressen der Slack når boten",
        f"  I orden: {address}slack/events svarer",
        "  I orden: boten der har den samme SLACK_SIGNING_SECRET, og klokken går rett",
        "",
        "Folk",
        "  Ingen",
        "",
        "Kan ikke sjekkes herfra",
        "  Om SLACK_SIGNING_SECRET er den Slack bruker: skriv /hjelp til boten.",
        "  Om manifestet hos Slack er som boten er nå: kjør python -m bot manifest slack --base-url "
        f"{address.rstrip('/')}, og sammenlign.",
    ]
    assert not report.todo


async def test_everything_wrong_with_one_workspace_is_said_with_what_to_do(
    bot: Several, slack: Slack, clock: FixedClock, certificate: Path
) -> None:
    less = {"X-OAuth-Scopes": ",".join(sorted(SCOPES.keys() - {"files:write", "links:read"}))}
    slack.will_answer("auth.test", told("T0ELSEWHERE", less))
    two = [Named(HOSPITAL_TEAM, 1, "Eksempel sykehus"), Named(MUNICIPALITY, 2, "Eksempel kommune")]
    people = Findings(("Møtt uten en e-postadresse: 1", "  Uten navn", ""), todo=True)
    other = settings_for(slack.api_url, **{**ONE, "slack_signing_secret": "another-secret"})
    async with listening(certificate, [web.get("/helse", alive), *bot.surface.routes()]) as (address, trusting):
        report = await examine(other, Found(two, [], people), clock, base_url=address, connector=trusting)
    whole = said(report)
    assert report.todo
    for wrong in (
        "ingen virksomhet i filen har arbeidsområdet\n    → Skriv id-en under slack: på virksomheten",
        "mangler rettigheter: files:write, links:read\n    → Kjør python -m bot manifest slack --base-url https",
        f"Eksempel kommune ({MUNICIPALITY}) står i filen, og appen er ikke der\n    → SLACK_BOT_TOKEN er for ett",
        "boten der tar ikke det som er signert med SLACK_SIGNING_SECRET (401)\n    → Start den på nytt",
    ):
        assert f"  Feil: {wrong}" in whole
    assert "Folk\n  Møtt uten en e-postadresse: 1\n    Uten navn\n" in whole

    # Another program answers there, nothing does, and it is not said where.
    async with listening(certificate, [web.get("/helse", alive)]) as (address, trusting):
        elsewhere = await examine(other, Found([], [], NOBODY), clock, base_url=address, connector=trusting)
    assert f"  Feil: {address}slack/events svarer 404, og ikke som boten\n    → Slack når boten på" in said(elsewhere)
    nowhere = said(await examine(other, Found([], [], NOBODY), clock, base_url="https://127.0.0.1:1"))
    assert "  Feil: https://127.0.0.1:1/ svarer ikke herfra (ClientConnectorError)" in nowhere
    assert "  Feil: ingen virksomhet i filen har et arbeidsområde" in nowhere
    unsaid = said(await examine(other, Found([], [], NOBODY), clock))
    assert "  Feil: er ikke satt, eller begynner ikke med https://\n    → Sett PUBLIC_URL, eller skriv" in unsaid


@pytest.mark.parametrize(
    ("token", "answer", "wrong"),
    [
        (
            "xoxb-unknown",
            None,
            "Slack tar den ikke (auth.test: invalid_auth)\n    → Kopier Bot User OAuth Token",
        ),
        (TOKEN, no("account_inactive"), "Slack tar den ikke (auth.test: account_inactive)\n    → Appen er tatt ut."),
        (TOKEN, no("token_expired"), "Slack tar den ikke (auth.test: token_expired)\n    → Appen har «Token"),
        (
            TOKEN,
            Answer(status=503),
            "fikk ikke spurt Slack nå (auth.test: 503)\n    → Kontroller at denne",
        ),
        (
            "xoxe.xoxb-unknown",
            None,
            "varer i tolv timer, og boten kan ikke fornye den\n    → Appen har «Token",
        ),
        ("xoxp-unknown", None, "er ikke nøkkelen til en bot, som begynner med xoxb-\n    → Kopier Bot User OAuth"),
    ],
)
async def test_a_token_in_the_settings_that_is_not_good(
    slack: Slack, clock: FixedClock, token: str, answer: Answer | None, wrong: str
) -> None:
    if answer is not None:
        slack.will_answer("auth.test", answer)
    settings = settings_for(slack.api_url, **{**ONE, "slack_bot_token": token})
    report = await examine(settings, Found([Named(HOSPITAL_TEAM, 1, "Eksempel sykehus")], [], NOBODY), clock)
    assert report.todo
    assert f"  Feil: {wrong}" in said(report)
    assert token not in "\n".join(report.lines)
    assert f"\n  Eksempel sykehus ({HOSPITAL_TEAM}): ikke kjent, se SLACK_BOT_TOKEN over" in said(report)


async def test_several_workspaces_each_with_what_is_to_be_done(
    bot: Several, slack: Slack, clock: FixedClock, certificate: Path
) -> None:
    slack.lives = 43_200
    municipality = slack.workspace(MUNICIPALITY)
    for where in (slack, municipality):
        slack.approves = where
        assert (await bot.browser().installs()).status == 200
    slack.will_answer("auth.test", told(HOSPITAL_TEAM))
    municipality.will_answer("auth.test", told(MUNICIPALITY))
    settings = settings_for(slack.api_url, **SEVERAL)
    found = await found_in(bot.database)

    async def installing(_request: web.Request) -> web.Response:
        return web.Response()

    routes = [web.get("/helse", alive), web.get("/slack/install", installing), *bot.surface.routes()]
    async with listening(certificate, routes) as (address, trusting):
        report = await examine(settings, found, clock, base_url=address, connector=trusting)
    whole = said(report)
    assert not report.todo, whole
    assert "  I orden: Slack kjenner appen og hemmeligheten" in whole
    assert f"Eksempel {MUNICIPALITY} ({MUNICIPALITY})\n  I orden: er installert for Eksempel kommune\n" in whole
    assert whole.count("og boten fornyer den") == 2
    assert whole.count("  I orden: har alle rettighetene i manifestet") == 2
    assert "  I orden: siden /slack/install er der" in whole
    assert f"kjør python -m bot manifest slack --several --base-url {address.rstrip('/')}, og" in whole
    refreshed = [call for call in slack.made("oauth.v2.access") if call.get("grant_type") == "refresh_token"]
    assert refreshed == []

    # One is taken out at Slack, and a third is named and missing.
    slack.uninstall(municipality)
    lost = settings_for(slack.api_url, **{**SEVERAL, "slack_client_secret": "another"})
    three = [*found.named, Named("T0MISSING", 3, "Eksempel legekontor")]
    whole = said(await examine(lost, found._replace(named=three), clock))
    for wrong in (
        "Slack kjenner ikke appen, eller hemmeligheten er en annen (bad_client_secret)\n    → Kopier Client ID",
        "Slack tar ikke nøkkelen (auth.test: token_revoked)\n    → Be den som styrer arbeidsområdet, "
        "installere appen på nytt, fra https://bot.example.org/slack/install.",
        "Eksempel legekontor (T0MISSING) står i filen, og appen er ikke der\n    → Be den som styrer "
        "arbeidsområdet, åpne https://bot.example.org/slack/install.",
        "mangler rettigheter: ",
    ):
        assert f"  Feil: {wrong}" in whole

    other_keys = settings_for(slack.api_url, **{**SEVERAL, "secret_keys": ("another-key-that-is-long-enough-too",)})
    report = await examine(other_keys, found, clock)
    lost_key = "  Feil: nøkkelen til det som er lagret, finnes ikke i SECRET_KEYS\n    → Sett den inn igjen"
    assert said(report).count(lost_key) == 2
    both = settings_for(slack.api_url, **{**SEVERAL, "secret_keys": ("the-newest-key-that-is-long-enough", *KEYS)})
    whole = said(await examine(both, found, FixedClock(clock.now() + timedelta(hours=13))))
    assert whole.count("    → Kjør python -m bot rotate-keys før den tas ut.") == 2
    assert whole.count("og fornyes neste gang boten bruker den: ikke spurt Slack") == 2
    unused = said(await examine(settings_for(slack.api_url, **ONE), found, clock))
    assert (
        "  Feil: 2 installasjoner er lagret, og brukes ikke uten SLACK_CLIENT_ID\n    → Sett SLACK_CLIENT_ID" in unused
    )


async def test_where_the_app_is_gone_and_where_nobody_named_it(bot: Several, slack: Slack, clock: FixedClock) -> None:
    assert (await bot.browser().installs()).status == 200
    async with bot.database.transaction() as session:
        gone = {"gone_at": clock.now(), "gone_why": "app_uninstalled"}
        await session.execute(update(SlackInstallation).where(col(SlackInstallation.id) > 0).values(**gone))
    settings = settings_for(slack.api_url, **SEVERAL)
    found = await found_in(bot.database)
    report = await examine(settings, found, clock)
    line = "appen er borte siden 1. sep. 2026 kl. 10.00 (app_uninstalled)"
    assert f"  Feil: {line}\n    → Be den som styrer arbeidsområdet, installere" in said(report)
    # Nobody needs it there any more.
    assert f"\n  {line}\n" in said(await examine(settings, found._replace(named=[]), clock))
    async with bot.database.transaction() as session:
        await session.execute(update(SlackInstallation).where(col(SlackInstallation.id) > 0).values(gone_at=None))
    there = await found_in(bot.database)
    unnamed = said(await examine(settings, there._replace(named=[]), clock))
    assert "  Feil: er installert, og ingen virksomhet i filen har arbeidsområdet\n    → Skriv id-en under" in unnamed
    # An organisation that has it in one of its workspaces is reached there; on no Grid, nobody in the other is.
    hospital = next(each for each in there.named if each.external_id == HOSPITAL_TEAM)
    two = [hospital, hospital._replace(external_id="T0SECOND")]
    whole = said(await examine(settings, there._replace(named=two), clock))
    assert f"(T0SECOND) har ikke appen, men virksomheten har den i {HOSPITAL_TEAM}\n    → Er det ikke på samme" in whole


@pytest.mark.parametrize("refused", [None, "not_allowed_token_type"])
async def test_over_a_socket_no_address_is_needed(clock: FixedClock, refused: str | None) -> None:
    sockets = Sockets()
    await sockets.start()
    if refused:
        sockets.next.append(no(refused))
    settings = settings_for(sockets.api_url, slack_bot_token=TOKEN, slack_app_token=APP_TOKEN)
    report = await examine(settings, Found([], [], NOBODY), clock)
    await sockets.stop()
    whole = said(report)
    if refused:
        wrong = f"Slack lar ikke boten åpne en forbindelse (apps.connections.open: {refused})\n    → Slå på Socket Mode"
        assert f"  Feil: {wrong}" in whole
    else:
        assert "  I orden: Slack lar boten åpne en forbindelse" in whole
    assert "Slack trenger ikke nå noen adresse" in whole
    assert "Adressen der Slack når boten" not in whole
    assert "kjør python -m bot manifest slack --socket, og sammenlign." in whole


async def test_without_slack_there_is_little_to_look_at(clock: FixedClock) -> None:
    report = await examine(Settings(_env_file=None), Found([], [], NOBODY), clock)
    assert report.todo
    assert report.lines[1] == "  Feil: Slack er ikke slått på."
    assert len(report.lines) == 3


async def test_only_whom_slack_does_not_vouch_for_is_told_of(small_world: World, clock: FixedClock) -> None:
    async with small_world.database.transaction() as session:
        hospital = (await session.get_one(Person, small_world.people["member"])).organisation_id
        for surface, user_id in (("slack", "U0MET"), ("teams", "aad-met")):
            person = Person(organisation_id=hospital, name=f"Eksempel {surface}")
            session.add(person)
            await session.flush()
            where = {"surface": surface, "workspace": "T0", "user_id": user_id, "reach": {}}
            session.add(Account(person_id=person.id, seen_at=clock.now(), unvouched="hidden", **where))
    async with small_world.database.reading() as session:
        of_slack, of_teams = [await on_platform(session, each, clock.now()) for each in ("slack", "teams")]
    assert of_slack.todo
    assert "slack_id: U0MET" in "\n".join(of_slack.lines)
    assert "aad-met" not in "\n".join(of_slack.lines)
    assert "teams_id: aad-met" in "\n".join(of_teams.lines)


async def test_a_token_that_slack_does_not_renew(
    bot: Several, slack: Slack, small_world: World, clock: FixedClock
) -> None:
    slack.lives = 43_200
    page = await bot.browser().installs()
    assert page.status == 200
    async with small_world.database.transaction() as session:
        (installed,) = await everywhere(session)
        await note_stuck(session, installed, clock.now())
    clock.forward(timedelta(hours=1))
    report = await examine(settings_for(slack.api_url, **SEVERAL), await found_in(small_world.database), clock)
    assert "Slack har ikke fornyet nøkkelen siden" in said(report)
    assert "installere appen på nytt, fra https://bot.example.org/slack/install" in said(report)
    assert "I orden: Slack tar nøkkelen så lenge" in said(report)
    assert report.todo
