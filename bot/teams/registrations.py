"""The Teams apps that the settings name."""

from typing import Any

import aiohttp

from bot.teams.apps import Apps
from bot.teams.credentials import credential_of
from bot.teams.tokens import MsalTokens
from config.settings import Settings
from config.teams_apps import TeamsApp
from handlers.calendar.clock import Clock


def apps_of(settings: Settings, http: aiohttp.ClientSession, clock: Clock) -> Apps:
    """Each app, with its own access tokens; with TEAMS_LOCAL the one for a client on this machine."""
    if settings.teams_local:
        return Apps.local(http, clock)
    return Apps.of(http, clock, [(app.app_id, app.tenant_id, tokens_of(app, clock)) for app in settings.all_teams_apps])


def tokens_of(app: TeamsApp, clock: Clock, *, http_client: Any = None) -> MsalTokens:
    """`http_client`: see `MsalTokens`."""
    return MsalTokens(app.app_id.lower(), credential_of(app), app.tenant_id.lower(), clock, http_client=http_client)
