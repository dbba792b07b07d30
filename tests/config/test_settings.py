"""Settings: what is read, and what is said of those that cannot stand."""

from pathlib import Path

import pytest

from config.misspelt import misspelt
from config.settings import Settings, SettingsError, is_loopback, load, unread

SECRETS = {
    "SLACK_BOT_TOKEN": "xoxb-example-secret-1",
    "SLACK_SIGNING_SECRET": "example-secret-2",
    "SLACK_APP_TOKEN": "xapp-example-secret-8",
    "TEAMS_APP_PASSWORD": "example-secret-3",
    "SECRET_KEY": "example-secret-4-that-is-long-enough",
    "SMTP_PASSWORD": "example-secret-5",
    "IMAP_PASSWORD": "example-secret-6",
}
LINKS = {"PUBLIC_URL": "https://bot.example.org", "SECRET_KEY": SECRETS["SECRET_KEY"]}
MAIL = {**LINKS, "SMTP_HOST": "mail.example.org", "MAIL_FROM": "Helsefellesskap <bot@example.org>"}

AN_ID = "11111111-2222-3333-4444-555555555555"
ANOTHER_ID = "99999999-2222-3333-4444-555555555555"
MAILBOX = {
    "IMAP_HOST": "imap.example.org",
    "IMAP_USER": "bot@example.org",
    "IMAP_PASSWORD": SECRETS["IMAP_PASSWORD"],
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine's, and a folder without .env."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def problems(monkeypatch: pytest.MonkeyPatch, **environment: str) -> list[str]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load()
    text = str(caught.value)
    assert not [value for value in SECRETS.values() if value in text]
    # Nothing of the values in what a traceback would show either.
    assert caught.value.__cause__ is None
    return text.splitlines()


def test_without_any_setting_nothing_outside_is_on() -> None:
    settings = load()
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8080, "sqlite:///data/bot.sqlite")
    assert not settings.slack_on
    assert not settings.teams_on


def test_dot_env_is_read_and_the_environment_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("# comment\nPORT=9000\nHOST=::1\nOTHER=x\nSLACK_API_URL=http://127.0.0.1:1/api\n")
    monkeypatch.setenv("PORT", "9001")
    settings = load()
    assert (settings.host, settings.port) == ("::1", 9001)
    assert settings.slack_api_url == "http://127.0.0.1:1/api/"


def test_a_file_in_another_character_set() -> None:
    Path(".env").write_bytes("HOST=bø\n".encode("latin-1"))
    with pytest.raises(SettingsError, match=r"^\.env er ikke lagret som UTF-8\.$"):
        load()


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    monkeypatch.setenv("PORT", "")
    assert not load().slack_on


@pytest.mark.parametrize(
    ("given", "missing", "there"),
    [
        (["SLACK_BOT_TOKEN"], "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN"),
        (["SLACK_SIGNING_SECRET"], "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"),
        (["TEAMS_APP_PASSWORD"], "TEAMS_APP_ID og TEAMS_TENANT_ID", "TEAMS_APP_PASSWORD"),
        (["SLACK_APP_TOKEN"], "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
        (["SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"], "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"),
    ],
)
def test_half_a_platform(monkeypatch: pytest.MonkeyPatch, given: list[str], missing: str, there: str) -> None:
    assert problems(monkeypatch, **{name: SECRETS[name] for name in given}) == [
        f"{missing} mangler, siden {there} er satt. Sett alle sammen, eller ingen."
    ]


def test_a_key_without_an_address_signs_what_platforms_hand_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", SECRETS["SECRET_KEY"])
    assert load().secret_key is not None


def test_with_a_socket_slack_needs_no_signing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.setenv(name, SECRETS[name])
    assert load().slack_on
    (problem,) = problems(monkeypatch, SLACK_APP_TOKEN="xoxb-the-wrong-secret")
    assert problem.startswith("SLACK_APP_TOKEN skal begynne med xapp-")
    assert "wrong" not in problem


def test_half_of_both_platforms_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, SLACK_BOT_TOKEN=SECRETS["SLACK_BOT_TOKEN"], TEAMS_APP_ID=AN_ID)
    assert [line.split(" mangler")[0] for line in found] == [
        "SLACK_SIGNING_SECRET",
        "TEAMS_APP_PASSWORD og TEAMS_TENANT_ID",
    ]


def test_whole_platforms_are_on(monkeypatch: pytest.MonkeyPatch) -> None:
    users = {"SMTP_USER": "bot", "TEAMS_APP_ID": AN_ID, "TEAMS_TENANT_ID": ANOTHER_ID, **MAILBOX}
    for name, value in {**MAIL, **SECRETS, **users}.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.slack_on
    assert settings.teams_on
    assert not [value for value in SECRETS.values() if value in repr(settings)]


def test_slack_in_several_workspaces(monkeypatch: pytest.MonkeyPatch) -> None:
    client = {"SLACK_CLIENT_ID": "1.1", "SLACK_CLIENT_SECRET": "example-secret-7"}
    keys = [f"example-secret-key-{number}-that-is-long-enough" for number in range(3)]
    assert problems(monkeypatch, SLACK_CLIENT_ID="1.1") == [
        "SLACK_SIGNING_SECRET mangler, siden SLACK_CLIENT_ID er satt. Sett alle sammen, eller ingen.",
        "SLACK_CLIENT_SECRET mangler, siden SLACK_CLIENT_ID er satt. Sett alle sammen, eller ingen.",
        "SECRET_KEYS mangler, siden SLACK_CLIENT_ID er satt: nøklene til Slack lagres kryptert.",
        "PUBLIC_URL mangler, siden SLACK_CLIENT_ID er satt: Slack må finne tilbake hit.",
    ]
    (short,) = problems(monkeypatch, **client, **LINKS, SLACK_SIGNING_SECRET="s", SECRET_KEYS=f"{keys[0]}, kort")
    assert short.startswith("SECRET_KEYS skal være på minst 32 tegn, og tilfeldig.")
    for written in (", ".join(keys), " ".join(keys), f"{keys[0]},{keys[1]}\n{keys[2]},"):
        monkeypatch.setenv("SECRET_KEYS", written)
        settings = load()
        assert settings.slack_on
        assert settings.slack_bot_token is None
        assert [key.get_secret_value() for key in settings.secret_keys] == keys
        assert not [secret for secret in (*keys, client["SLACK_CLIENT_SECRET"]) if secret in repr(settings)]


def test_links_and_mail_switch_themselves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**MAIL, "SMTP_USER": "bot", "SMTP_PASSWORD": SECRETS["SMTP_PASSWORD"]}.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert settings.mail_on
    assert settings.smtp_starttls
    assert settings.public_url == "https://bot.example.org/"
    assert not [value for value in SECRETS.values() if value in repr(settings)]


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (["MAIL_FROM"], "MAIL_FROM mangler, siden SMTP_HOST er satt."),
        (["SMTP_HOST"], "SMTP_HOST mangler, siden MAIL_FROM er satt."),
        (["SECRET_KEY"], "SECRET_KEY mangler, siden PUBLIC_URL er satt."),
        (["PUBLIC_URL", "SECRET_KEY"], "PUBLIC_URL mangler, siden SMTP_HOST er satt: en e-post har bare en lenke"),
    ],
)
def test_half_of_what_mail_takes(monkeypatch: pytest.MonkeyPatch, without: list[str], said: str) -> None:
    found = problems(monkeypatch, **{name: value for name, value in MAIL.items() if name not in without})
    assert [line for line in found if line.startswith(said)]


def test_answers_to_invitations_are_read_where_there_is_a_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().answers_to is None
    for name, value in {**MAIL, **MAILBOX}.items():
        monkeypatch.setenv(name, value)
    assert load().answers_to == "bot@example.org"
    assert (load().imap_port, load().imap_folder, load().imap_trusted_server) == (993, "INBOX", None)
    monkeypatch.setenv("IMAP_USER", "HF\\bot")
    monkeypatch.setenv("IMAP_ADDRESS", "svar@example.org")
    assert load().answers_to == "svar@example.org"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"IMAP_PASSWORD": ""}, "IMAP_PASSWORD mangler, siden IMAP_HOST og IMAP_USER er satt."),
        ({"IMAP_HOST": ""}, "IMAP_HOST mangler, siden IMAP_USER og IMAP_PASSWORD er satt."),
        ({"IMAP_USER": "HF\\bot"}, "IMAP_ADDRESS mangler, siden IMAP_USER ikke er en e-postadresse."),
        ({"IMAP_ADDRESS": "svar@"}, "IMAP_ADDRESS skal være en e-postadresse"),
        ({"SMTP_HOST": "", "MAIL_FROM": ""}, "SMTP_HOST mangler, siden IMAP_HOST er satt"),
        ({"IMAP_PORT": "x"}, "IMAP_PORT skal være et helt tall fra 0 til 65535."),
    ],
)
def test_half_of_what_a_mailbox_takes(monkeypatch: pytest.MonkeyPatch, change: dict[str, str], said: str) -> None:
    found = problems(monkeypatch, **{**MAIL, **MAILBOX, **change})
    assert [line for line in found if line.startswith(said)], found


def test_a_password_is_not_sent_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    login = {"SMTP_USER": "bot", "SMTP_PASSWORD": SECRETS["SMTP_PASSWORD"], "SMTP_STARTTLS": "0"}
    (line,) = problems(monkeypatch, **MAIL, **login)
    assert line.startswith("SMTP_STARTTLS=0 ville sendt SMTP_PASSWORD ukryptert")
    monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
    assert load().mail_on


def test_a_login_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = problems(monkeypatch, SMTP_USER="bot", SMTP_PASSWORD=SECRETS["SMTP_PASSWORD"])
    assert line == "SMTP_HOST mangler, siden SMTP_USER er satt."


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "bot.example.org"])
def test_teams_without_credentials_only_on_this_machine(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    (line,) = problems(monkeypatch, TEAMS_LOCAL="1", HOST=host)
    assert f"HOST må være 127.0.0.1 (den er {host})" in line


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_teams_without_credentials_on_loopback(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("TEAMS_LOCAL", "1")
    monkeypatch.setenv("HOST", host)
    assert load().teams_on


def test_teams_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"TEAMS_APP_PASSWORD": SECRETS["TEAMS_APP_PASSWORD"], "TEAMS_APP_ID": AN_ID}
    environment["TEAMS_TENANT_ID"] = ANOTHER_ID
    (line,) = problems(monkeypatch, TEAMS_LOCAL="1", **environment)
    assert line.startswith("TEAMS_LOCAL=1 er for å prøve")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "åtti", "PORT skal være et helt tall fra 0 til 65535."),
        ("PORT", "70000", "PORT skal være et helt tall fra 0 til 65535."),
        ("LOCAL_CHAT_PORT", "-1", "LOCAL_CHAT_PORT skal være et helt tall fra 0 til 65535."),
        ("TEAMS_LOCAL", "kanskje", "TEAMS_LOCAL skal være 1 eller 0."),
        ("LOG_LEVEL", "mye", "LOG_LEVEL skal være en av DEBUG, INFO, WARNING, ERROR."),
        ("SLACK_API_URL", "slack.com", "SLACK_API_URL skal være en adresse som begynner med https://."),
        ("PUBLIC_URL", "bot.example.org", "PUBLIC_URL skal være en adresse som begynner med https://."),
        ("SECRET_KEY", "hemmelig", "SECRET_KEY skal være på minst 32 tegn, og tilfeldig. Lag en med: python -c"),
        ("MAIL_FROM", "boten", "MAIL_FROM skal være en e-postadresse, for eksempel bot@example.org."),
        ("MAIL_FROM", "bot@localhost", "MAIL_FROM skal være en e-postadresse"),
        ("MAIL_FROM", "Bot <bot@ex@ample.org>", "MAIL_FROM skal være en e-postadresse"),
        ("MAIL_FROM", "b..ot@example.org", "MAIL_FROM skal være en e-postadresse"),
        ("MAIL_FROM", "Bot <bot@example.org>\nBcc: x@example.org", "MAIL_FROM skal være en e-postadresse"),
        ("SMTP_PORT", "x", "SMTP_PORT skal være et helt tall fra 0 til 65535."),
        ("DATABASE_URL", "mysql://a:hemmelig@b/c", "DATABASE_URL skal være sqlite:///data/bot.sqlite eller postgresql"),
        ("DATABASE_URL", "postgresql+psycopg://a:hemmelig@b/c", "DATABASE_URL skal være sqlite:///data/bot.sqlite"),
        ("DATABASE_URL", "hemmelig", "DATABASE_URL skal være sqlite:///data/bot.sqlite eller postgresql"),
    ],
)
def test_a_wrong_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str) -> None:
    (line,) = problems(monkeypatch, **{name: value})
    assert line.startswith(expected)
    assert "hemmelig" not in line


def test_every_wrong_value_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problems(monkeypatch, PORT="x", LOG_LEVEL="y", TEAMS_LOCAL="z")
    assert sorted(line.split()[0] for line in found) == ["LOG_LEVEL", "PORT", "TEAMS_LOCAL"]


def test_loopback() -> None:
    assert is_loopback("[::1]")
    assert not is_loopback("localhost.example.org")


# --- variables that look like a setting ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("SLACK_SIGNING_SECERT", "SLACK_SIGNING_SECRET"),
        ("SLAKC_BOT_TOKEN", "SLACK_BOT_TOKEN"),
        ("TEAMS_LOCL", "TEAMS_LOCAL"),
        ("TEAMS_APP_TENANT_ID", "TEAMS_TENANT_ID"),
        ("SMTP_USERNAME", "SMTP_USER"),
        ("SMTP_PASS", "SMTP_PASSWORD"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("PUBLIC-URL", "PUBLIC_URL"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("PARTNERSHIPFILE", "PARTNERSHIP_FILE"),
        ("public_ulr", "PUBLIC_URL"),
    ],
)
def test_a_variable_that_is_misspelt_is_named(monkeypatch: pytest.MonkeyPatch, name: str, meant: str) -> None:
    monkeypatch.setenv(name, "example-secret-2")
    assert unread() == [f"{name.upper()} er ingen innstilling, og leses ikke. Mente du {meant}?"]
    monkeypatch.delenv(name)
    Path(".env").write_text(f"{name.replace('-', '_')}=example-secret-2\n")
    assert len(unread()) == (name != "PUBLIC-URL")


@pytest.mark.parametrize(
    "name",
    [
        "TEST_DATABASE_URL", "DATABASE_URL_UNPOOLED", "DATABASE_HOST", "HEROKU_POSTGRESQL_AMBER_URL",
        "POSTGRES_PASSWORD", "HOSTNAME", "PORTS", "SNMP_PORT", "FTP_PORT", "APP_PORT", "LDAP_HOST",
        "SMTP_SERVICE_HOST", "SMTP_PORT_587_TCP", "SMTP_SERVER", "SECRET_KEY_BASE", "PUBLIC_DNS", "MAIL_HOST",
        "LOG_FILE", "LOCAL_PATH", "HTTPS_PROXY", "NO_PROXY", "SLACK_CHANNEL_ID", "SLACK_WEBHOOK_URL",
        "SLACK_USER_TOKEN", "AZURE_TENANT_ID", "PATH", "HOME", "LANG", "SHELL", "TMPDIR", "VIRTUAL_ENV",
        "LD_LIBRARY_PATH", "SSH_CONNECTION", "DBUS_SESSION_BUS_ADDRESS", "KUBERNETES_SERVICE_PORT",
    ],
)  # fmt: skip
def test_of_other_variables_nothing_is_said(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")
    assert unread() == []


def test_what_is_set_as_well_is_not_what_was_meant() -> None:
    assert misspelt(["SLACK_TOKEN"], ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]) == [
        ("SLACK_TOKEN", ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"])
    ]
    assert misspelt(["SLACK_TOKEN", "SLACK_APP_TOKEN"], ["SLACK_APP_TOKEN", "SLACK_BOT_TOKEN"]) == [
        ("SLACK_TOKEN", ["SLACK_BOT_TOKEN"])
    ]
    assert misspelt(["DATABASE_URI", "DATABASE_URL"], ["DATABASE_URL"]) == []


def test_where_another_is_missing_both_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = dict.fromkeys(("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECERT"), SECRETS["SLACK_BOT_TOKEN"])
    missing, misspelt_name = problems(monkeypatch, **secrets)
    assert missing.startswith("SLACK_SIGNING_SECRET mangler")
    assert misspelt_name == "SLACK_SIGNING_SECERT er ingen innstilling, og leses ikke. Mente du SLACK_SIGNING_SECRET?"
