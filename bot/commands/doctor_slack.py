"""`bot doctor slack`: what is not as it should be with the Slack app, and what to do about each."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import aiohttp
from pydantic import SecretStr

from bot.commands.database import read
from bot.commands.reached import Answered, ask, public_address
from bot.commands.report import Report
from bot.messenger import Misconfigured, SendError
from bot.outgoing import client
from bot.slack.api import SlackApi, SlackSaidNo
from bot.slack.installing.exchange import Exchange
from bot.slack.installing.seals import LostKey, Seals
from bot.slack.manifest import EVENTS_PATH, INSTALL_PATH, SCOPES
from bot.slack.requests import signed
from bot.slack.tokens import FixedToken
from config.settings import Settings
from handlers.calendar import dates
from handlers.calendar.clock import Clock, SystemClock
from handlers.calendar.zone import LOCAL_ZONE
from handlers.partnership.doctor import Findings, on_platform
from handlers.writing.language import N_, _, ngettext
from storage.slack_installations import Installed, Named, everywhere, named

_SECONDS = aiohttp.ClientTimeout(total=8.0)

_COPY = N_(
    "Kopier Bot User OAuth Token på nytt, fra OAuth & Permissions i appen hos Slack. Slipper arbeidsområdet bare inn "
    "noen IP-adresser, må denne maskinens være en av dem."
)
_AGAIN = N_("Appen er tatt ut. Installer den igjen, fra Install App i appen hos Slack, og kopier den nye nøkkelen.")
_ROTATES = N_(
    "Appen har «Token Rotation» på, så nøkler varer i tolv timer. Bruk SLACK_CLIENT_ID i stedet for SLACK_BOT_TOKEN, "
    "eller lag en ny app uten."
)
_ADVICE = {
    "invalid_auth": _COPY,
    "not_authed": _COPY,
    "not_allowed_token_type": _COPY,
    "token_revoked": _AGAIN,
    "account_inactive": _AGAIN,
    "token_expired": _ROTATES,
}
"""By Slack's own codes (Slack: auth.test, «Errors»), of a token that stands in the settings."""


class Found(NamedTuple):
    """What the database has. `named`: the workspaces in the partnership file. `people`: whom Slack does not vouch for,
    and whom it did not find."""

    named: Sequence[Named]
    installed: Sequence[Installed]
    people: Findings


async def look(settings: Settings, base_url: str) -> bool:
    """Say what was found; whether nobody has anything to do about it. `base_url`: where Slack reaches the bot; else
    PUBLIC_URL."""
    clock = SystemClock()
    async with read(settings) as session:
        people = await on_platform(session, "slack", clock.now())
        found = Found(await named(session), await everywhere(session), people)
    return (await examine(settings, found, clock, base_url=base_url)).say()


async def examine(
    settings: Settings,
    found: Found,
    clock: Clock,
    *,
    base_url: str = "",
    connector: aiohttp.BaseConnector | None = None,
) -> Report:
    """Look at everything that can be looked at from here. Nothing is changed; no token is renewed.

    Args:
        connector: another way to the bot's own address, for tests.
    """
    report = Report()
    report.about(_("Innstillinger"))
    if not settings.slack_on:
        report.wrong(
            _("Slack er ikke slått på."),
            _("Sett {names}, eller det som trengs for flere arbeidsområder: {several}.").format(
                names="SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET",
                several="SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_SIGNING_SECRET, SECRET_KEYS",
            ),
        )
        return report
    _settings(report, settings)
    address = public_address(settings, base_url)
    manifest = _manifest(settings, address)
    async with client(_SECONDS) as http:
        look = _Look(report, settings, http, clock, manifest)
        reached: set[str] = set()
        is_known = True
        if settings.slack_bot_token is not None:
            told = await look.fixed(settings.slack_bot_token, found.named)
            reached |= told or frozenset()
            is_known = told is not None
        if settings.slack_client_id is not None:
            await look.app(settings.slack_client_id, settings.slack_client_secret)
        reached |= await look.installed(found)
        report.about(_("Virksomheter"))
        _organisations(report, settings, found, reached, address, is_known=is_known)
        if settings.slack_app_token is not None:
            await look.socket(settings.slack_app_token)
    if settings.slack_signing_secret is not None:
        report.about(_("Adressen der Slack når boten"))
        await _address(report, settings, address, clock, connector)
    report.about(_("Folk"))
    report.include(found.people)
    _not_looked_at(report, settings, manifest)
    return report


def _settings(report: Report, settings: Settings) -> None:
    """Half of them, or what rules something else out, is an error before this (see `config.settings`)."""
    ways = []
    if settings.slack_bot_token is not None:
        ways.append(_("ett arbeidsområde, med {setting}").format(setting="SLACK_BOT_TOKEN"))
    if settings.slack_client_id is not None:
        ways.append(_("flere arbeidsområder, med {setting}").format(setting="SLACK_CLIENT_ID"))
    report.well(_(" og ").join(ways))
    if settings.slack_app_token is not None and settings.slack_signing_secret is not None:
        report.note(_("Både Socket Mode og adressen er i bruk: appen hos Slack bestemmer hva som kommer hvor."))
    if settings.secret_keys and settings.slack_client_id is None:
        report.note(_("SECRET_KEYS er satt, og brukes ikke uten SLACK_CLIENT_ID."))
    if not settings.slack_api_url.startswith("https://slack.com/"):
        report.note(_("SLACK_API_URL er {url}, og ikke Slack selv.").format(url=settings.slack_api_url))


class _Look:
    """Asks Slack, and reports what it says."""

    def __init__(
        self, report: Report, settings: Settings, http: aiohttp.ClientSession, clock: Clock, manifest: str
    ) -> None:
        self._manifest = manifest
        self._report = report
        self._settings = settings
        self._http = http
        self._clock = clock

    async def fixed(self, token: SecretStr, named: Sequence[Named]) -> frozenset[str] | None:
        """The token in the settings. The ids of the workspace that it is for, and of the Grid around it; None: Slack
        did not say."""
        report = self._report
        report.about("SLACK_BOT_TOKEN")
        text = token.get_secret_value()
        if text.startswith("xoxe"):
            report.wrong(_("varer i tolv timer, og boten kan ikke fornye den"), _(_ROTATES))
        elif not text.startswith("xoxb-"):
            report.wrong(_("er ikke nøkkelen til en bot, som begynner med {start}").format(start="xoxb-"), _(_COPY))
        api = self._api(text)
        try:
            told = await api.ask("auth.test", {})
        except SendError as error:
            if isinstance(error, Misconfigured | SlackSaidNo):
                advice = _ADVICE.get(_code_of(error), _COPY)
                report.wrong(_("Slack tar den ikke ({reason})").format(reason=str(error)), _(advice))
            else:
                self._not_asked(error)
            return None
        ids = _ids_of(told)
        name = f"{told.get('team') or ''} ({', '.join(sorted(ids))})".strip()
        report.well(_("gjelder {name}").format(name=name))
        if not _owners(named, ids):
            report.wrong(
                _("ingen virksomhet i filen har arbeidsområdet"),
                _("Skriv id-en under {field} på virksomheten i filen, og last filen.").format(field="slack:"),
            )
        self._scopes(api.scopes)
        return ids

    async def app(self, client_id: str, secret: SecretStr | None) -> None:
        """Whether Slack knows the app by its id and secret: it is asked with a code that is none."""
        report = self._report
        report.about("SLACK_CLIENT_ID")
        said = await self._exchange(client_id, secret).known()
        match said:
            case "invalid_code":
                report.well(_("Slack kjenner appen og hemmeligheten"))
            case "invalid_client_id" | "bad_client_secret":
                report.wrong(
                    _("Slack kjenner ikke appen, eller hemmeligheten er en annen ({reason})").format(reason=said),
                    _("Kopier {names} på nytt, fra Basic Information i appen hos Slack.").format(
                        names="Client ID, Client Secret"
                    ),
                )
            case _other:
                report.note(_("Om Slack kjenner appen, kunne ikke sjekkes ({reason})").format(reason=said or "–"))

    async def installed(self, found: Found) -> set[str]:
        """Each installation. The ids of those that the bot can speak in, and of the Grids around them."""
        report, reached = self._report, set[str]()
        if found.installed and self._settings.slack_client_id is None:
            report.about(_("Installasjoner"))
            report.wrong(
                ngettext(
                    "{count} installasjon er lagret, og brukes ikke uten SLACK_CLIENT_ID",
                    "{count} installasjoner er lagret, og brukes ikke uten SLACK_CLIENT_ID",
                    len(found.installed),
                ).format(count=len(found.installed)),
                _("Sett {names} igjen.").format(names="SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SECRET_KEYS"),
            )
            return reached
        if not found.installed:
            return reached
        seals = Seals([key.get_secret_value() for key in self._settings.secret_keys])
        for row in found.installed:
            report.about(f"{row.name} ({row.external_id})")
            if await self._one(row, seals, _owners(found.named, {row.external_id, row.grid})):
                reached |= {row.external_id, row.grid}
        return reached

    async def _one(self, row: Installed, seals: Seals, owners: Sequence[str]) -> bool:
        """One installation; whether the bot can speak there, as far as can be said."""
        report = self._report
        if row.gone_at is not None:
            line = _("appen er borte siden {day} ({why})").format(day=_moment(row.gone_at), why=row.gone_why)
            if owners:
                report.wrong(line, _install_again(self._settings))
            else:
                report.note(line)
            return False
        if owners:
            report.well(_("er installert for {organisation}").format(organisation=_(" og ").join(owners)))
        else:
            report.wrong(
                _("er installert, og ingen virksomhet i filen har arbeidsområdet"),
                _("Skriv id-en under {field} på virksomheten i filen, og last filen.").format(field="slack:"),
            )
        try:
            token = str(seals.open(row.sealed)["token"])
        except (LostKey, KeyError):
            report.wrong(
                _("nøkkelen til det som er lagret, finnes ikke i SECRET_KEYS"),
                _("Sett den inn igjen i SECRET_KEYS, og start boten på nytt."),
                _install_again(self._settings),
            )
            return False
        if not seals.is_newest(row.sealed):
            report.note(_("er kryptert med en av de eldre nøklene i SECRET_KEYS"))
            report.advise(_("Kjør {command} før den tas ut.").format(command="python -m bot rotate-keys"))
        if row.expires_at is not None and row.expires_at <= self._clock.now():
            report.note(
                _("nøkkelen gikk ut {moment}, og fornyes neste gang boten bruker den: ikke spurt Slack").format(
                    moment=_moment(row.expires_at)
                )
            )
            self._scopes(frozenset(row.scopes))
            return True
        if row.stuck_at is not None and row.expires_at is not None:
            report.wrong(
                _("Slack har ikke fornyet nøkkelen siden {since}: boten mister tilgangen {moment}").format(
                    since=_moment(row.stuck_at), moment=_moment(row.expires_at)
                ),
                _install_again(self._settings),
            )
        return await self._is_taken(row, token)

    async def _is_taken(self, row: Installed, token: str) -> bool:
        report, api = self._report, self._api(token)
        try:
            told = await api.ask("auth.test", {})
        except (Misconfigured, SlackSaidNo) as error:
            if _code_of(error) == "token_expired":
                # Changed by the running bot, a moment ago.
                report.note(_("nøkkelen er nettopp fornyet: ikke spurt Slack"))
                return True
            report.wrong(
                _("Slack tar ikke nøkkelen ({reason})").format(reason=str(error)), _install_again(self._settings)
            )
            return False
        except SendError as error:
            self._not_asked(error)
            return True
        if row.external_id not in _ids_of(told):
            report.wrong(_("nøkkelen gjelder et annet arbeidsområde"), _install_again(self._settings))
            return False
        if row.stuck_at is not None:
            report.well(_("Slack tar nøkkelen så lenge"))
        elif row.expires_at is not None:
            report.well(_("nøkkelen gjelder til {moment}, og boten fornyer den").format(moment=_moment(row.expires_at)))
        else:
            report.well(_("Slack tar nøkkelen, som ikke går ut"))
        self._scopes(api.scopes if api.scopes is not None else frozenset(row.scopes))
        return True

    async def socket(self, token: SecretStr) -> None:
        """Whether the app's own token opens a socket. The address that Slack gives for it is thrown away."""
        report = self._report
        report.about("SLACK_APP_TOKEN")
        try:
            await self._api(token.get_secret_value()).call("apps.connections.open", {}, repeatable=True)
        except (Misconfigured, SlackSaidNo) as error:
            report.wrong(
                _("Slack lar ikke boten åpne en forbindelse ({reason})").format(reason=str(error)),
                _(
                    "Slå på Socket Mode i appen hos Slack, og lag en nøkkel med {scope} under App-Level Tokens på "
                    "Basic Information."
                ).format(scope="connections:write"),
            )
        except SendError as error:
            self._not_asked(error)
        else:
            report.well(_("Slack lar boten åpne en forbindelse"))
        if self._settings.slack_signing_secret is None:
            report.note(_("Slack trenger ikke nå noen adresse: alt kommer over forbindelsen."))

    def _scopes(self, granted: frozenset[str] | None) -> None:
        report = self._report
        if granted is None:
            report.note(_("Hvilke rettigheter boten har der, sa ikke Slack."))
            return
        missing = sorted(SCOPES.keys() - granted)
        if not missing:
            report.well(_("har alle rettighetene i manifestet"))
            return
        report.wrong(
            _("mangler rettigheter: {scopes}").format(scopes=", ".join(missing)),
            _("Kjør {command}, lim det inn under App Manifest i appen hos Slack, og installer den på nytt.").format(
                command=self._manifest
            ),
        )

    def _not_asked(self, error: SendError) -> None:
        self._report.wrong(
            _("fikk ikke spurt Slack nå ({reason})").format(reason=str(error)),
            _("Kontroller at denne maskinen når {host}, og prøv igjen.").format(host="slack.com"),
        )

    def _api(self, token: str) -> SlackApi:
        return SlackApi(self._http, url=self._settings.slack_api_url, tokens=FixedToken(token), clock=self._clock)

    def _exchange(self, client_id: str, secret: SecretStr | None) -> Exchange:
        return Exchange(
            self._http,
            url=self._settings.slack_api_url,
            client_id=client_id,
            client_secret=secret.get_secret_value() if secret is not None else "",
            clock=self._clock,
        )


def _organisations(
    report: Report, settings: Settings, found: Found, reached: set[str], address: str | None, *, is_known: bool
) -> None:
    """Each workspace in the file. One is enough for an organisation on a Grid, where people are the same in each; where
    there is no Grid, whoever is only in another cannot be reached.

    `is_known`: which workspace SLACK_BOT_TOKEN is for, where it is set.
    """
    if not found.named:
        report.wrong(
            _("ingen virksomhet i filen har et arbeidsområde"),
            _("Skriv id-en under {field} på virksomheten i filen, og last filen.").format(field="slack:"),
        )
    through = {each.organisation_id: each.external_id for each in found.named if each.external_id in reached}
    for each in found.named:
        place = f"{each.organisation} ({each.external_id})"
        if each.external_id in reached:
            report.well(_("{place} har appen").format(place=place))
        elif each.organisation_id in through:
            report.note(
                _("{place} har ikke appen, men virksomheten har den i {other}").format(
                    place=place, other=through[each.organisation_id]
                )
            )
            report.advise(_("Er det ikke på samme Enterprise Grid, må appen installeres der også."))
        elif not is_known:
            report.note(_("{place}: ikke kjent, se SLACK_BOT_TOKEN over").format(place=place))
        else:
            report.wrong(
                _("{place} står i filen, og appen er ikke der").format(place=place), _install(settings, address)
            )


def _install(settings: Settings, address: str | None) -> str:
    if settings.slack_client_id is not None:
        return _("Be den som styrer arbeidsområdet, åpne {page}.").format(
            page=f"{(address or '…/').rstrip('/')}{INSTALL_PATH}"
        )
    return _(
        "SLACK_BOT_TOKEN er for ett arbeidsområde. Er dette et til, trengs SLACK_CLIENT_ID: se «Connect Slack» i "
        "README."
    )


def _install_again(settings: Settings) -> str:
    page = f"{(settings.public_url or '…/').rstrip('/')}{INSTALL_PATH}"
    return _("Be den som styrer arbeidsområdet, installere appen på nytt, fra {page}.").format(page=page)


async def _address(
    report: Report,
    settings: Settings,
    address: str | None,
    clock: Clock,
    connector: aiohttp.BaseConnector | None,
) -> None:
    """Asked as Slack asks it: by looking (`ssl_check`), and with a signed request that has to be answered with its own
    words (Slack: «url_verification event»)."""
    assert settings.slack_signing_secret  # noqa: S101 - only then there is such an address
    secret = settings.slack_signing_secret.get_secret_value()
    endpoint = f"{address or '…/'}{EVENTS_PATH.lstrip('/')}"
    advice = _("Slack når boten på {endpoint}: den adressen skal stå i manifestet hos Slack, og føre hit.").format(
        endpoint=endpoint
    )
    challenge = "bot-doctor"
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()

    async def asking(http: aiohttp.ClientSession) -> tuple[int, Answered, int]:
        async with http.get(endpoint, params={"ssl_check": "1"}, allow_redirects=False) as response:
            looked = response.status
        headers = {"Content-Type": "application/json", **signed(secret, body, clock.now())}
        async with http.post(endpoint, data=body, headers=headers, allow_redirects=False) as response:
            answered = Answered(response.status, await response.text())
        async with http.get(f"{address}{INSTALL_PATH.lstrip('/')}", allow_redirects=False) as response:
            return looked, answered, response.status

    told = await ask(report, address, advice, asking, connector)
    if told is None:
        return
    alive, (looked, answered, page) = told
    if not (alive and looked == 200):
        report.wrong(
            _("{endpoint} svarer {status}, og ikke som boten").format(endpoint=endpoint, status=looked), advice
        )
        return
    report.well(_("{endpoint} svarer").format(endpoint=endpoint))
    if answered.status == 200 and challenge in answered.text:
        report.well(_("boten der har den samme SLACK_SIGNING_SECRET, og klokken går rett"))
    else:
        report.wrong(
            _("boten der tar ikke det som er signert med SLACK_SIGNING_SECRET ({status})").format(
                status=answered.status
            ),
            _("Start den på nytt med disse innstillingene, og kontroller klokken på begge maskinene."),
        )
    if settings.slack_client_id is None:
        return
    if page == 200:
        report.well(_("siden {path} er der").format(path=INSTALL_PATH))
    else:
        report.wrong(
            _("siden {path} svarer {status}").format(path=INSTALL_PATH, status=page),
            _("Start boten på nytt med disse innstillingene, og la proxyen slippe siden gjennom."),
        )


def _manifest(settings: Settings, address: str | None) -> str:
    """How the manifest is printed that these settings take."""
    several, socket = settings.slack_client_id is not None, settings.slack_app_token is not None
    options = [
        *(["--several"] if several else []),
        *(["--socket"] if socket else []),
        *([f"--base-url {(address or 'https://…').rstrip('/')}"] if several or not socket else []),
    ]
    return " ".join(["python -m bot manifest slack", *options])


def _not_looked_at(report: Report, settings: Settings, manifest: str) -> None:
    report.about(_("Kan ikke sjekkes herfra"))
    if settings.slack_signing_secret is not None:
        report.note(_("Om SLACK_SIGNING_SECRET er den Slack bruker: skriv {line} til boten.").format(line="/hjelp"))
    report.note(
        _("Om manifestet hos Slack er som boten er nå: kjør {command}, og sammenlign.").format(command=manifest)
    )
    if settings.slack_client_id is not None:
        report.note(
            _("Om appen kan installeres andre steder: det står under {page} i appen hos Slack.").format(
                page="Manage Distribution"
            )
        )


def _owners(named: Iterable[Named], ids: Iterable[str]) -> Sequence[str]:
    """The organisations that have one of these workspaces in the file."""
    wanted = set(ids)
    return list(dict.fromkeys(each.organisation for each in named if each.external_id in wanted))


def _ids_of(told: Mapping[str, object]) -> frozenset[str]:
    return frozenset(str(told[name]) for name in ("team_id", "enterprise_id") if told.get(name))


def _code_of(error: SendError) -> str:
    return str(error).rpartition(": ")[2]


def _moment(moment: datetime) -> str:
    zone = LOCAL_ZONE.key
    return _("{day} kl. {clock}").format(day=dates.short_day(moment, zone), clock=dates.clock(moment, zone))
