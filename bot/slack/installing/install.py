"""Letting the app into a workspace: Bolt's own flow (OAuth 2.0), with pages and stores of ours.

`GET /slack/install` says what is about to happen and leads to Slack; Slack leads back to `GET /slack/oauth_redirect`.
Only a workspace or an Enterprise Grid that the partnership file names keeps the app; from another it is taken out at
once (Slack: «Installing with OAuth», «Token rotation»).
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import time
from urllib.parse import urlencode, urljoin

import aiohttp
from aiohttp import web
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from bot.slack.installing.exchange import Exchange, Fresh
from bot.slack.installing.rotating import sealed_record
from bot.slack.installing.seals import Seals
from bot.slack.installing.states import COOKIE, StateCookie, States
from bot.slack.installing.workspaces import InstalledWorkspaces
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.web import draw
from bot.web.guard import linked
from handlers import faults
from handlers.calendar.clock import Clock
from handlers.writing.language import _
from storage import deliveries, look_ups, slack_installations, threads
from storage.database import Database, DatabaseUnavailable

log = logging.getLogger(__name__)

_WORKSPACE = re.compile(r"[TE][A-Z0-9]{2,30}")
_WORD = re.compile(r"[a-z_]{1,40}")


class _NotNamed(BoltError):
    """The partnership file names neither the workspace nor its Grid."""

    def __init__(self, name: str, id: str) -> None:
        super().__init__("a workspace that is not in the partnership file")
        self.name = name
        self.id = id


class Store(AsyncInstallationStore):
    """Keeps an installation, if the partnership has such a workspace. Bolt asks it for nothing else."""

    def __init__(
        self,
        database: Database,
        seals: Seals,
        clock: Clock,
        exchange: Exchange,
        workspaces: InstalledWorkspaces,
        changed: Callable[[], None],
    ) -> None:
        self._database = database
        self._seals = seals
        self._clock = clock
        self._exchange = exchange
        self._workspaces = workspaces
        self._changed = changed

    @property
    def logger(self) -> logging.Logger:
        return log

    async def async_save(self, installation: Installation) -> None:
        """
        Raises:
            _NotNamed: the app has been taken out again.
            BoltError: Slack gave no token for the bot itself.
            DatabaseUnavailable: nothing is stored; whoever installs it once more gets another token.
        """
        token = installation.bot_token
        if not token:
            raise BoltError("no token for the bot")
        grid = installation.enterprise_id or ""
        id = grid if installation.is_enterprise_install else installation.team_id or ""
        name = (installation.enterprise_name if installation.is_enterprise_install else installation.team_name) or id
        now = self._clock.now()
        async with self._database.transaction() as session:
            owner = await slack_installations.owner_of(session, [id, grid])
            if owner is not None:
                await slack_installations.save(session, id, self._values(installation, token, grid, name, now))
                # Whoever is there can be looked up now, and what waits for them and for its channels be sent.
                await look_ups.look_anew(session, now)
                await deliveries.retry_waiting(session, now)
                await threads.try_again(session, now)
        if owner is None:
            log.warning("the app was installed in %s, which the partnership file does not name", id)
            # Without rotation a workspace has one token, however often the app is installed: not what is in use.
            if not await self._workspaces.is_fixed([id]):
                await self._exchange.give_back(token)
            raise _NotNamed(name, id)
        log.info("the app is installed in the Slack workspace %s", id)
        self._workspaces.forget()
        self._changed()

    def _values(
        self, installation: Installation, token: str, grid: str, name: str, now: datetime
    ) -> Mapping[str, object]:
        ends = installation.bot_token_expires_at
        # Bolt goes by the machine's clock.
        seconds = None if ends is None else ends - int(time())
        fresh = Fresh(token, installation.bot_refresh_token or "", seconds)
        return {
            "grid": grid,
            "name": name,
            "app_id": installation.app_id or "",
            "bot_user_id": installation.bot_user_id or "",
            "scopes": list(installation.bot_scopes or ()),
            "installed_at": now,
            "installed_by": installation.user_id or "",
            "sealed": self._seals.seal(sealed_record(fresh)),
            "expires_at": None if seconds is None else now + timedelta(seconds=seconds),
        }


class _Flow(AsyncOAuthFlow):
    async def build_authorize_url(self, state: str, request: AsyncBoltRequest) -> str:
        """Where Slack asks. Bolt would put the query's `team` there as it is."""
        team = next(iter(request.query.get("team", ())), "")
        query = {
            "client_id": self.settings.client_id,
            "scope": ",".join(self.settings.scopes or ()),
            "redirect_uri": self.settings.redirect_uri or "",
            "state": state,
            **({"team": team} if _WORKSPACE.fullmatch(team) else {}),
        }
        return f"{self.settings.authorization_url}?{urlencode(query)}"

    async def build_install_page_html(self, url: str, request: AsyncBoltRequest) -> str:
        return await _drawn("slack_install.html", url=url)


class Installing:
    """The two pages.

    Args:
        public_url: where browsers reach this server.
        api_url: where Slack's API is; its page for whoever installs is beside it.
        changed: called when what waited for somebody may be sent.
    """

    def __init__(
        self,
        database: Database,
        exchange: Exchange,
        seals: Seals,
        workspaces: InstalledWorkspaces,
        clock: Clock,
        *,
        public_url: str,
        api_url: str,
        changed: Callable[[], None],
    ) -> None:
        settings = AsyncOAuthSettings(
            client_id=exchange.client_id,
            client_secret=exchange.client_secret,
            scopes=sorted(SCOPES),
            user_scopes=[],
            redirect_uri=urljoin(public_url, REDIRECT_PATH.lstrip("/")),
            install_path=INSTALL_PATH,
            redirect_uri_path=REDIRECT_PATH,
            authorization_url=urljoin(api_url, "../oauth/v2/authorize"),
            installation_store=Store(database, seals, clock, exchange, workspaces, changed),
            installation_store_bot_only=True,
            state_store=States(database, seals, clock),
            state_cookie_name=COOKIE,
            callback_options=AsyncCallbackOptions(success=self._installed, failure=self._not_installed),
        )
        settings.state_utils = StateCookie()
        # Its log would quote the code.
        self._flow = _Flow(client=exchange.client, logger=exchange.client._logger, settings=settings)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(INSTALL_PATH, linked(self._install)),
            web.get(REDIRECT_PATH, linked(self._callback)),
        ]

    async def _install(self, request: web.Request) -> web.StreamResponse:
        return await _answered(self._flow.handle_installation(_as_bolts(request)))

    async def _callback(self, request: web.Request) -> web.StreamResponse:
        return await _answered(self._flow.handle_callback(_as_bolts(request)))

    async def _installed(self, args: AsyncSuccessArgs) -> BoltResponse:
        installation = args.installation
        is_grid = bool(installation.is_enterprise_install)
        html = await _drawn(
            "slack_installed.html",
            name=(installation.enterprise_name if is_grid else installation.team_name) or "",
            is_grid=is_grid,
        )
        return self._page(200, html)

    async def _not_installed(self, args: AsyncFailureArgs) -> BoltResponse:
        if isinstance(args.error, _NotNamed):
            text = _(
                "{name} står ikke i helsefellesskapets fil, så boten er tatt ut igjen, og ingenting er lagret. Hører "
                "dere til helsefellesskapet? Be koordinatoren føre opp arbeidsområdet {id}, og prøv igjen etterpå."
            ).format(name=args.error.name, id=args.error.id)
            return self._page(403, await _problem(text))
        reason = args.reason if _WORD.fullmatch(args.reason) else "?"
        log.info("an installation came to nothing: %s", reason)
        match reason:
            case "access_denied":
                text = _("Installasjonen ble avbrutt i Slack. Ingenting er endret.")
                return self._page(200, await _problem(text))
            case "invalid_browser" | "invalid_state":
                text = _(
                    "Installasjonen ble begynt for mer enn ti minutter siden, i en annen nettleser, eller er alt "
                    "fullført. Begynn på nytt her."
                )
                return self._page(400, await _problem(text))
            case "invalid_code" | "missing_code":
                text = _("Slack godtok ikke installasjonen. Begynn på nytt her.")
                return self._page(400, await _problem(text))
            case _other:
                text = _("Slack avbrøt installasjonen ({reason}). Prøv igjen, eller spør den som drifter boten.")
                return self._page(400, await _problem(text.format(reason=reason)))

    def _page(self, status: int, html: str) -> BoltResponse:
        headers: dict[str, str | Sequence[str]] = {
            "Content-Type": "text/html; charset=utf-8",
            "Set-Cookie": self._flow.settings.state_utils.build_set_cookie_for_deletion(),
        }
        return BoltResponse(status=status, body=html, headers=headers)


async def _answered(work: Awaitable[BoltResponse]) -> web.Response:
    """What comes of it; a page that says what to do, whatever goes wrong."""
    try:
        return _as_http(await work)
    except DatabaseUnavailable as error:
        log.warning("an installation could not be stored: %s", error)
        status, text = 503, _("Jeg fikk ikke lagret installasjonen. Prøv igjen om litt.")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("Slack does not answer whoever installs the app: %s", type(error).__name__)
        status, text = 503, _("Slack svarte ikke. Prøv igjen om litt.")
    except Exception as error:
        status, text = 500, str(faults.unexpected(error))
    return web.Response(status=status, text=await _problem(text), content_type="text/html")


async def _drawn(template: str, **values: object) -> str:
    """In a thread: the first time, the templates are read and put together."""
    return await asyncio.to_thread(partial(draw.page, template, static="../side/static", **values))


async def _problem(text: str) -> str:
    return await _drawn("slack_not_installed.html", text=text)


def _as_bolts(request: web.Request) -> AsyncBoltRequest:
    query: dict[str, Sequence[str]] = {name: request.query.getall(name) for name in request.query}
    return AsyncBoltRequest(body="", query=query, headers={"cookie": request.headers.get("Cookie", "")})


def _as_http(response: BoltResponse) -> web.Response:
    answer = web.Response(status=response.status, text=response.body, content_type="text/html")
    for cookie in response.headers.get("set-cookie", ()):
        answer.headers.add("Set-Cookie", cookie)
    return answer
