"""Settings from the environment and `.env`."""

import ipaddress
from pathlib import Path
from typing import Self

from pydantic import SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class SettingsError(Exception):
    """A setting is missing or contradicts another. The text names the variable and says what to do."""


def is_loopback(host: str) -> bool:
    """Whether `host` can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(BaseSettings):
    """Every setting, named as its environment variable (in capitals).

    Slack and Teams switch themselves on when their settings are there; half of them is a start-up error.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    database_url: str = "sqlite:///data/bot.sqlite"
    host: str = "127.0.0.1"
    port: int = 8080
    partnership_file: Path | None = None
    log_level: str = "INFO"

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"

    teams_app_id: str | None = None
    teams_app_password: SecretStr | None = None
    teams_tenant_id: str | None = None
    teams_local: bool = False
    """Answer Teams activities without credentials: for a local client only, so only on loopback."""

    local_chat: bool | None = None
    """The local chat page. Not said: on for `bot run`, off for `bot web`."""
    local_chat_port: int | None = None
    """In production the local page listens here, on loopback, and not on PORT, which a proxy may lead to."""

    @property
    def slack_on(self) -> bool:
        return self.slack_bot_token is not None

    @property
    def teams_on(self) -> bool:
        return self.teams_app_id is not None or self.teams_local

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _all_or_none(self, "slack_bot_token", "slack_signing_secret")
        _all_or_none(self, "teams_app_id", "teams_app_password", "teams_tenant_id")
        if self.teams_local and self.teams_app_id:
            raise ValueError("TEAMS_LOCAL=1 is for trying out without credentials: remove it, or remove TEAMS_APP_ID.")
        if self.teams_local and not is_loopback(self.host):
            raise ValueError(
                f"TEAMS_LOCAL=1 answers anybody, so HOST must be 127.0.0.1 (it is {self.host}). "
                "Set HOST=127.0.0.1, or give Teams its credentials."
            )
        return self


def _all_or_none(settings: Settings, *names: str) -> None:
    missing = [name.upper() for name in names if not getattr(settings, name)]
    present = [name.upper() for name in names if getattr(settings, name)]
    if missing and present:
        raise ValueError(
            f"{' and '.join(missing)} must be set too, since {' and '.join(present)} is. Set all of them, or none."
        )
