"""The bot's own access token, which every call to the Bot Connector service carries.

Bot Framework: «Authenticate requests from your bot to the Bot Connector service».
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.messenger import Misconfigured, TryLater
from handlers.calendar.clock import Clock

_SCOPES = ["https://api.botframework.com/.default"]
_MARGIN = timedelta(minutes=5)
_SECONDS = 4.0


class Tokens(Protocol):
    """Where access tokens come from."""

    async def get(self) -> str | None:
        """A token that is good for some minutes more. None: none is used.

        Raises:
            SendError: there is none to be had.
        """

    def forget(self) -> None:
        """The last one was refused: fetch another the next time."""


class NoTokens:
    """For a local client, which asks for none."""

    async def get(self) -> str | None:
        return None

    def forget(self) -> None:
        return None


class MsalTokens:
    """From Microsoft Entra, for the whole life of the process. MSAL blocks, so it runs in a thread.

    Args:
        tenant_id: the tenant the bot is registered in, or `botframework.com` for one registered as multi-tenant.
        http_client: what MSAL calls the identity service with; None for its own.
    """

    def __init__(
        self, app_id: str, app_password: str, tenant_id: str, clock: Clock, *, http_client: Any = None
    ) -> None:
        self._app_id = app_id
        self._app_password = app_password
        self._authority = f"https://login.microsoftonline.com/{tenant_id}"
        self._clock = clock
        self._http_client = http_client
        self._application: Any = None
        self._token: str | None = None
        self._good_until: datetime | None = None
        self._fetching = asyncio.Lock()

    async def get(self) -> str | None:
        """Raises `Misconfigured` (the credentials are wrong) or `TryLater` (the identity service does not answer)."""
        if self._good():
            return self._token
        async with self._fetching:
            if not self._good():
                answer = await asyncio.to_thread(self._ask)
                if "access_token" not in answer:
                    # `error` is one of OAuth's codes; the description can hold the app's id, so it stays out.
                    raise Misconfigured(f"no token for Teams: {answer.get('error', 'unknown')}")
                self._token = str(answer["access_token"])
                self._good_until = self._clock.now() + timedelta(seconds=int(answer["expires_in"])) - _MARGIN
        return self._token

    def forget(self) -> None:
        self._good_until = None
        # MSAL has a memory of its own.
        self._application = None

    def _good(self) -> bool:
        return self._good_until is not None and self._clock.now() < self._good_until

    def _ask(self) -> dict[str, Any]:
        # Large, and this thread is where it disturbs nobody.
        import msal  # noqa: PLC0415

        try:
            if self._application is None:
                self._application = msal.ConfidentialClientApplication(
                    self._app_id,
                    client_credential=self._app_password,
                    authority=self._authority,
                    instance_discovery=False,
                    http_client=self._http_client,
                    timeout=_SECONDS,
                )
            return dict(self._application.acquire_token_for_client(scopes=_SCOPES))
        except (OSError, msal.exceptions.MsalServiceError) as error:
            # No connection, or a 5xx.
            raise TryLater(f"no token for Teams: {type(error).__name__}") from None
        except ValueError as error:
            raise Misconfigured(f"no token for Teams, is TEAMS_TENANT_ID right? ({type(error).__name__})") from None
