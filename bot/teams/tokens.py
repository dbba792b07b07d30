"""The bot's own access token, which every call to the Bot Connector service carries.

Bot Framework: «Authenticate requests from your bot to the Bot Connector service».
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.messenger import Misconfigured, TryLater
from bot.teams.credentials import Answer, Credential
from handlers.calendar.clock import Clock

_MARGIN = timedelta(minutes=5)


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
        tenant_id: the tenant the app is registered in, or `botframework.com` for one registered as multi-tenant.
        http_client: what MSAL calls the identity service with; None for its own.
    """

    def __init__(
        self, app_id: str, credential: Credential, tenant_id: str, clock: Clock, *, http_client: Any = None
    ) -> None:
        self._app_id = app_id
        self._credential = credential
        self._tenant_id = tenant_id
        self._clock = clock
        self._http_client = http_client
        self._ask: Callable[[], Answer] | None = None
        self._asks_as: object = None
        self._token: str | None = None
        self._good_until: datetime | None = None
        self._fetching = asyncio.Lock()

    async def get(self) -> str | None:
        """Raises `Misconfigured` (the credentials are wrong) or `TryLater` (the identity service does not answer)."""
        if self._good():
            return self._token
        async with self._fetching:
            if not self._good():
                answer = await asyncio.to_thread(self._asked)
                if "access_token" not in answer:
                    raise Misconfigured(f"no token for Teams in the tenant {self._tenant_id}: {_reason(answer)}")
                self._token = str(answer["access_token"])
                self._good_until = self._clock.now() + timedelta(seconds=int(answer["expires_in"])) - _MARGIN
        return self._token

    def forget(self) -> None:
        self._good_until = None
        # MSAL has a memory of its own.
        self._ask = None

    def _good(self) -> bool:
        return self._good_until is not None and self._clock.now() < self._good_until

    def _asked(self) -> Answer:
        # Large, and this thread is where it disturbs nobody.
        import msal  # noqa: PLC0415

        try:
            state = self._credential.state()
            if self._ask is None or state != self._asks_as:
                authority = f"https://login.microsoftonline.com/{self._tenant_id}"
                self._ask = self._credential.asker(self._app_id, authority, self._http_client)
                self._asks_as = state
            return self._ask()
        except (OSError, msal.exceptions.MsalServiceError) as error:
            # No connection, or a 5xx.
            raise TryLater(f"no token for Teams in the tenant {self._tenant_id}: {type(error).__name__}") from None
        except ValueError as error:
            raise Misconfigured(
                f"no token for Teams, is the tenant {self._tenant_id} right? ({type(error).__name__})"
            ) from None


def _reason(answer: Answer) -> str:
    """OAuth's code, and Entra's own (Entra: «AADSTS error codes»). The description can hold the app's id and more, so
    it stays out."""
    codes = answer.get("error_codes")
    own = [f"AADSTS{code}" for code in codes if isinstance(code, int)] if isinstance(codes, list) else []
    return " ".join([str(answer.get("error", "unknown")), *own])
