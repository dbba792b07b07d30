"""The Teams apps that the settings name."""

import aiohttp

from bot.teams.apps import Apps
from bot.teams.tokens import MsalTokens
from config.settings import Settings
from handlers.calendar.clock import Clock


def apps_of(settings: Settings, http: aiohttp.ClientSession, clock: Clock) -> Apps:
    """Each app, with its own access tokens; with TEAMS_LOCAL the one for a client on this machine."""
    if settings.teams_local:
        return Apps.local(http, clock)
    assert settings.teams_app_id  # noqa: S101 - checked by Settings
    assert settings.teams_app_password  # noqa: S101 - checked by Settings
    assert settings.teams_tenant_id  # noqa: S101 - checked by Settings
    tokens = MsalTokens(
        settings.teams_app_id, settings.teams_app_password.get_secret_value(), settings.teams_tenant_id, clock
    )
    return Apps.of(http, clock, [(settings.teams_app_id, settings.teams_tenant_id, tokens)])
