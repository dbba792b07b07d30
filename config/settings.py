"""Settings from the environment and `.env`."""

import ipaddress
import logging
import os
import re
from collections.abc import Iterator, Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Self

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.exc import ArgumentError

from config.misspelt import misspelt
from config.teams_apps import ANY_TENANT, TeamsApp, alike, is_id, not_an_id, read_teams_apps
from handlers.writing.language import _
from storage.database import DRIVERS, driver_url


class SettingsError(Exception):
    """Settings are missing, wrong or contradict each other.

    The text has a line for each problem, which names the variable and says what to do. It never has the value of a
    secret.
    """


def is_loopback(host: str) -> bool:
    """Whether `host` can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _database_url(text: str) -> str:
    # A wrong address is never quoted: it may have a password in it.
    try:
        known = driver_url(text).drivername in DRIVERS.values()
    except ArgumentError:
        known = False
    if not known:
        raise ValueError(_("skal være sqlite:///data/bot.sqlite eller postgresql://bruker:passord@tjener/database."))
    return text


def _log_level(text: str) -> str:
    if text.upper() not in logging.getLevelNamesMapping():
        raise ValueError(_("skal være en av {levels}.").format(levels="DEBUG, INFO, WARNING, ERROR"))
    return text.upper()


def _web_address(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError(_("skal være en adresse som begynner med https://."))
    return text.rstrip("/") + "/"


def _long_enough(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < KEY_LENGTH:
        raise ValueError(
            _("skal være på minst {count} tegn, og tilfeldig. Lag en med: {command}").format(
                count=KEY_LENGTH, command='python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        )
    return key


def _several(text: object) -> object:
    """Several in one, with commas or spaces between them."""
    return tuple(re.split(r"[\s,]+", text.strip().strip(","))) if isinstance(text, str) else text


def _long_enough_all(keys: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    return tuple(map(_long_enough, keys))


def _app_token(token: SecretStr) -> SecretStr:
    if not token.get_secret_value().startswith("xapp-"):
        raise ValueError(
            _(
                "skal begynne med {app}. Det er nøkkelen til selve appen, og ikke botens, som begynner med {bot}."
            ).format(app="xapp-", bot="xoxb-")
        )
    return token


_LONGEST_ADDRESS = 254
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_PLAIN_ADDRESS = re.compile(rf"{_ATOM}(\.{_ATOM})*@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)


def is_plain_address(text: str) -> bool:
    """Whether any mail server takes this address, and no header or command of its protocol can be hidden in it: a
    dot-string at a domain (RFC 5321, 4.1.2), in ASCII."""
    return len(text) <= _LONGEST_ADDRESS and _PLAIN_ADDRESS.fullmatch(text) is not None


def _sender_address(text: str) -> str:
    _name, address = parseaddr(text)
    if not (is_plain_address(address) and text.isprintable()):
        raise ValueError(_("skal være en e-postadresse, for eksempel bot@example.org."))
    return text


def _mailbox_address(text: str) -> str:
    if not is_plain_address(text):
        raise ValueError(_("skal være en e-postadresse, for eksempel bot@example.org."))
    return text


Port = Annotated[int, Field(ge=0, le=65535)]
KEY_LENGTH = 32
"""How many characters SECRET_KEY must have: as many bytes as HMAC-SHA256 uses (RFC 7518, 3.2)."""


class Settings(BaseSettings):
    """Every setting, named as its environment variable (in capitals). `load` reads them.

    Slack and Teams switch themselves on when their settings are there; half of them is a start-up error.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///data/bot.sqlite"
    host: str = "127.0.0.1"
    port: Port = 8080
    connections_per_address: Annotated[int, Field(ge=0, le=65535)] = 250
    """How many connections one address may have at once; behind a proxy all come from the proxy's. 0: any number."""
    partnership_file: Path | None = None
    log_level: Annotated[str, AfterValidator(_log_level)] = "INFO"

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_client_id: str | None = None
    """With SLACK_CLIENT_SECRET: whoever looks after a Slack workspace installs the app there themselves."""
    slack_client_secret: SecretStr | None = None
    secret_keys: Annotated[
        tuple[SecretStr, ...], NoDecode, BeforeValidator(_several), AfterValidator(_long_enough_all)
    ] = ()
    """They encrypt what is stored of Slack's tokens, the newest first: with it is encrypted, with any of them read."""
    slack_app_token: Annotated[SecretStr, AfterValidator(_app_token)] | None = None
    """Slack comes over a socket that the bot opens itself; without a signing secret, over nothing else."""
    slack_api_url: Annotated[str, AfterValidator(_web_address)] = "https://slack.com/api/"

    teams_app_id: str | None = None
    teams_app_password: SecretStr | None = None
    teams_tenant_id: str | None = None
    teams_apps: Annotated[tuple[TeamsApp, ...], NoDecode, BeforeValidator(read_teams_apps)] = ()
    """One for each organisation; the one that the three settings above say is one more."""
    teams_local: bool = False
    """Answer Teams activities without credentials: for a local client only, so only on loopback."""

    local_chat: bool | None = None
    """The local chat page. Not said: on for `bot run`, off for `bot web`."""
    local_chat_port: Port | None = None
    """In production the local page listens here, on loopback, and not on PORT, which a proxy may lead to."""

    public_url: Annotated[str, AfterValidator(_web_address)] | None = None
    """Where people's browsers reach this server, so that messages can link to files and pages."""
    secret_key: Annotated[SecretStr, AfterValidator(_long_enough)] | None = None
    """Signs the links, and what a platform hands back: the same in every process. Changed, it makes all earlier ones
    void."""

    smtp_host: str | None = None
    smtp_port: Port = 587
    """465 is encrypted from the first byte; on others STARTTLS comes first, unless SMTP_STARTTLS=0."""
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_starttls: bool = True
    mail_from: Annotated[str, AfterValidator(_sender_address)] | None = None

    imap_host: str | None = None
    """The mailbox in which answers to invitations come in, given in people's calendars. Not said: none is read."""
    imap_port: Port = 993
    """Encrypted from the first byte; on 143 STARTTLS comes first. Nothing is read unencrypted."""
    imap_user: str | None = None
    imap_password: SecretStr | None = None
    imap_folder: str = "INBOX"
    imap_address: Annotated[str, AfterValidator(_mailbox_address)] | None = None
    """The mailbox's address, where IMAP_USER is none."""
    imap_trusted_server: str | None = None
    """The name under which the receiving mail server says what it found out about senders (RFC 8601, authserv-id): then
    an answer counts only where it vouches for the sender."""

    @property
    def slack_on(self) -> bool:
        return self.slack_bot_token is not None or self.slack_client_id is not None

    @property
    def teams_on(self) -> bool:
        return bool(self.all_teams_apps) or self.teams_local

    @property
    def all_teams_apps(self) -> tuple[TeamsApp, ...]:
        if not (self.teams_app_id and self.teams_app_password and self.teams_tenant_id):
            return self.teams_apps
        one = TeamsApp(app_id=self.teams_app_id, tenant_id=self.teams_tenant_id, secret=self.teams_app_password)
        return (one, *self.teams_apps)

    @property
    def mail_on(self) -> bool:
        return self.smtp_host is not None

    @property
    def answers_to(self) -> str | None:
        """The address that answers to invitations are sent to; None: they are not read."""
        return (self.imap_address or self.imap_user) if self.imap_host is not None else None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        problems = list(self._contradictions())
        if problems:
            raise ValueError("\n".join(problems))
        return self

    def _contradictions(self) -> Iterator[str]:
        for names in (
            (
                "slack_client_id" if self.slack_client_id else "slack_bot_token",
                "slack_app_token" if self.slack_app_token else "slack_signing_secret",
            ),
            ("slack_client_id", "slack_client_secret"),
            ("teams_app_id", "teams_app_password", "teams_tenant_id"),
            ("smtp_host", "mail_from"),
            ("smtp_user", "smtp_password"),
            ("imap_host", "imap_user", "imap_password"),
        ):
            there = [name.upper() for name in names if getattr(self, name)]
            missing = [name.upper() for name in names if not getattr(self, name)]
            if there and missing:
                yield _("{missing} mangler, siden {there} er satt. Sett alle sammen, eller ingen.").format(
                    missing=_listed(missing), there=_listed(there)
                )
        if self.public_url and not self.secret_key:
            yield _("SECRET_KEY mangler, siden PUBLIC_URL er satt. Den signerer lenkene.")
        if self.slack_client_id and not self.secret_keys:
            yield _("SECRET_KEYS mangler, siden SLACK_CLIENT_ID er satt: nøklene til Slack lagres kryptert.")
        if self.slack_client_id and self.public_url is None:
            yield _("PUBLIC_URL mangler, siden SLACK_CLIENT_ID er satt: Slack må finne tilbake hit.")
        if self.teams_local and (self.teams_app_id or self.teams_apps):
            yield _("TEAMS_LOCAL=1 er for å prøve uten Teams-konto. Fjern den, eller fjern {names}.").format(
                names=_listed([name for name in ("TEAMS_APP_ID", "TEAMS_APPS") if getattr(self, name.lower())])
            )
        if self.teams_app_id and not is_id(self.teams_app_id):
            yield not_an_id("TEAMS_APP_ID")
        if self.teams_tenant_id and self.teams_tenant_id != ANY_TENANT and not is_id(self.teams_tenant_id):
            yield not_an_id("TEAMS_TENANT_ID")
        yield from alike(self.all_teams_apps)
        if self.teams_local and not is_loopback(self.host):
            yield _(
                "TEAMS_LOCAL=1 svarer hvem som helst, så HOST må være 127.0.0.1 (den er {host}). Sett HOST=127.0.0.1, "
                "eller gi Teams sine egne innstillinger."
            ).format(host=self.host)
        if self.mail_on and self.public_url is None:
            yield _("PUBLIC_URL mangler, siden SMTP_HOST er satt: en e-post har bare en lenke, og den må føre hit.")
        if self.smtp_user and self.smtp_host is None:
            yield _("SMTP_HOST mangler, siden SMTP_USER er satt.")
        if self.imap_host and self.smtp_host is None:
            yield _("SMTP_HOST mangler, siden IMAP_HOST er satt: uten e-post er det ingen invitasjoner å svare på.")
        if self.answers_to is not None and not is_plain_address(self.answers_to):
            yield _("IMAP_ADDRESS mangler, siden IMAP_USER ikke er en e-postadresse. Skriv adressen til postkassen.")
        if self.smtp_password and not self.smtp_starttls and not is_loopback(self.smtp_host or ""):
            yield _("SMTP_STARTTLS=0 ville sendt SMTP_PASSWORD ukryptert. Fjern SMTP_STARTTLS, eller passordet.")


def load(env_file: Path = Path(".env")) -> Settings:
    """Read the settings; what stands in the environment goes before what stands in `env_file`.

    Raises:
        SettingsError: with a line for each thing that is wrong.
    """
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        wrong = [_explain(item) for item in error.errors(include_input=False)]
        raise SettingsError("\n".join([*wrong, *unread(env_file)])) from None
    except UnicodeDecodeError as error:
        raise SettingsError(_("{file} er ikke lagret som UTF-8.").format(file=env_file)) from error


def unread(env_file: Path = Path(".env")) -> list[str]:
    """A sentence for each variable, in the environment or in `env_file`, that is no setting and is probably meant to be
    one. Never what it is set to."""
    # As pydantic reads them: it takes names in either case.
    there = {name.upper() for name in (*os.environ, *dotenv_values(env_file, interpolate=False))}
    return [
        _("{name} er ingen innstilling, og leses ikke. Mente du {meant}?").format(
            name=name, meant=_(" eller ").join(meant)
        )
        for name, meant in misspelt(there, [name.upper() for name in Settings.model_fields])
    ]


def _explain(error: Mapping[str, Any]) -> str:
    name = "".join(str(step).upper() for step in error["loc"])
    match error["type"]:
        case "value_error":
            return f"{name} {error['ctx']['error']}".strip()
        case "int_parsing" | "greater_than_equal" | "less_than_equal":
            return _("{name} skal være et helt tall fra 0 til 65535.").format(name=name)
        case "bool_parsing":
            return _("{name} skal være 1 eller 0.").format(name=name)
        case _other:
            return f"{name}: {error['msg']}"


def _listed(names: list[str]) -> str:
    return _(" og ").join(names)
