"""Who is calling: the signed token that the Bot Connector service sends with every activity.

Bot Framework: «Authenticate requests from the Bot Connector service to your bot», whose requirements are the checks
below. Nothing blocks the event loop, and a rotated key is found at once (platforms.md, «Teams: what botbuilder gets
wrong»).
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import aiohttp

from handlers.calendar.clock import Clock

if TYPE_CHECKING:
    import jwt

log = logging.getLogger(__name__)

METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ISSUER = "https://api.botframework.com"
_ALGORITHMS = ["RS256"]
_SKEW = timedelta(minutes=5)
_KEYS_GOOD_FOR = timedelta(hours=24)
_NOT_AGAIN_WITHIN = timedelta(minutes=1)
_SECONDS = aiohttp.ClientTimeout(total=5.0)


class NotVouchedFor(Exception):
    """The request is not from the Bot Connector service to this bot. The text goes to the log."""


class NoKeys(Exception):
    """The identity service cannot be reached, so nobody's token can be checked."""


@dataclass(frozen=True)
class Caller:
    """What a verified token says."""

    app_id: str
    """Whom the token is for: one of ours."""
    service_url: str
    channels: frozenset[str]
    """The channels that the signing key may speak for; empty where the key does not say."""

    def speaks_for(self, service_url: str, channel: str) -> bool:
        """Whether an activity with this service URL may come with the token: where answers, with the bot's token on
        them, are sent is decided by what was signed."""
        same = self.service_url.rstrip("/").casefold() == service_url.rstrip("/").casefold()
        return same and (not self.channels or channel in self.channels)


class CallerCheck:
    """Checks tokens.

    Args:
        app_ids: whom the token must be for: one of these.
        metadata_url: the identity service's OpenID metadata.
    """

    def __init__(self, http: aiohttp.ClientSession, clock: Clock, app_ids: Iterable[str], *, metadata_url: str) -> None:
        self._clock = clock
        self._app_ids = frozenset(app_ids)
        self._keys = _Keys(http, clock, metadata_url)

    async def check(self, authorization: str | None) -> Caller:
        """The caller behind an `Authorization` header.

        Raises:
            NotVouchedFor: there is no token, or it is not a valid one.
            NoKeys: it cannot be checked now.
        """
        # It brings cryptography with it: not at every start.
        import jwt  # noqa: PLC0415

        scheme, _space, token = (authorization or "").partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise NotVouchedFor("no bearer token")
        try:
            key_id = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.get(key_id) if isinstance(key_id, str) else None
            if key is None:
                raise NotVouchedFor("a key that is not known")
            claims = jwt.decode(
                token,
                key.signs,
                algorithms=_ALGORITHMS,
                audience=self._app_ids,
                issuer=ISSUER,
                # The times are checked below, by the clock that the rest of the program goes by.
                options={
                    "require": ["exp", "iss", "aud"],
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except jwt.InvalidTokenError as error:
            raise NotVouchedFor(f"{type(error).__name__}") from None
        self._check_times(claims)
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str):
            raise NotVouchedFor("no service URL in the token")
        if not isinstance(claims["aud"], str):
            raise NotVouchedFor("a token for several")
        return Caller(claims["aud"], service_url, key.channels)

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        expires, begins = claims["exp"], claims.get("nbf", 0)
        if not isinstance(expires, int | float) or not isinstance(begins, int | float):
            raise NotVouchedFor("times that are no numbers")
        if now > expires + _SKEW.total_seconds():
            raise NotVouchedFor("expired")
        if now < begins - _SKEW.total_seconds():
            raise NotVouchedFor("not valid yet")


@dataclass(frozen=True)
class _Key:
    signs: "jwt.PyJWK"
    channels: frozenset[str]


class _Keys:
    """The identity service's keys: fetched when first needed, once a day, and when an unknown one turns up, though
    not more than once a minute, since anybody can name a key that does not exist."""

    def __init__(self, http: aiohttp.ClientSession, clock: Clock, metadata_url: str) -> None:
        self._http = http
        self._clock = clock
        self._metadata_url = metadata_url
        self._keys: dict[str, _Key] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking = asyncio.Lock()

    async def get(self, key_id: str) -> _Key | None:
        """Raises `NoKeys` when none have been fetched and none can be."""
        if key_id not in self._keys or self._old():
            async with self._asking:
                if (key_id not in self._keys or self._old()) and self._may_ask():
                    await self._fetch()
        if not self._keys:
            raise NoKeys
        return self._keys.get(key_id)

    def _old(self) -> bool:
        return self._fetched_at is None or self._clock.now() - self._fetched_at > _KEYS_GOOD_FOR

    def _may_ask(self) -> bool:
        return self._asked_at is None or self._clock.now() - self._asked_at > _NOT_AGAIN_WITHIN

    async def _fetch(self) -> None:
        self._asked_at = self._clock.now()
        try:
            metadata = await self._json(self._metadata_url)
            found = await self._json(str(metadata["jwks_uri"]))
            keys = [(str(each["kid"]), _read(each)) for each in found["keys"]]
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            # Keys that were fetched before go on working.
            log.warning("the identity service's keys could not be fetched: %s", type(error).__name__)
            return
        self._keys = {key_id: key for key_id, key in keys if key is not None}
        self._fetched_at = self._clock.now()

    async def _json(self, url: str) -> Any:
        async with self._http.get(url, timeout=_SECONDS) as response:
            response.raise_for_status()
            return await response.json(content_type=None)


def _read(each: Mapping[str, Any]) -> _Key | None:
    import jwt  # noqa: PLC0415 - see `check`

    try:
        return _Key(jwt.PyJWK(dict(each), "RS256"), frozenset(map(str, each.get("endorsements", ()))))
    except (jwt.PyJWKError, jwt.InvalidKeyError):
        # A key of a kind that is not used here.
        return None
