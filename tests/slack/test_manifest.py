"""The manifest that an administrator pastes into Slack."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.slack.manifest import EVENTS, SCOPES, manifest
from handlers import capabilities
from tests.everything import registry

CHECK = Path(__file__).resolve().parents[3] / "shared" / "check-payloads"


def test_every_command_is_there() -> None:
    made = manifest(registry(), "https://bot.example.org/")
    commands = {command["command"]: command for command in made["features"]["slash_commands"]}
    assert set(commands) == {"/alt", "/vis", "/hjelp"}
    assert commands["/alt"]["usage_hint"] == "[tekst]"
    assert "usage_hint" not in commands["/vis"]
    assert {command["url"] for command in commands.values()} == {"https://bot.example.org/slack/events"}


def test_every_shortcut_stands_in_the_menu_of_messages_or_where_one_writes() -> None:
    made = manifest(registry(), "https://bot.example.org")["features"]["shortcuts"]
    assert [(each["name"], each["type"], each["callback_id"]) for each in made] == [
        ("Merk meldingen", "message", "merk"),
        ("Les meldingen", "message", "les"),
        ("Fyll ut alt", "global", "nytt"),
    ]


def test_everything_comes_to_one_address_and_may_be_answered() -> None:
    settings = manifest(registry(), "https://bot.example.org")["settings"]
    url = "https://bot.example.org/slack/events"
    assert settings["interactivity"] == {
        "is_enabled": True,
        "request_url": url,
        "message_menu_options_url": url,
    }
    assert settings["event_subscriptions"] == {"request_url": url, "bot_events": sorted(EVENTS)}


def test_for_several_workspaces() -> None:
    """Where it is installed by those who look after each; a token of one workspace alone would end after half a day."""
    one, several = (manifest(registry(), "https://bot.example.org", several=each) for each in (False, True))
    assert several["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert several["settings"] == {**one["settings"], "org_deploy_enabled": True, "token_rotation_enabled": True}
    assert "redirect_urls" not in one["oauth_config"]
    assert not one["settings"]["token_rotation_enabled"]


def test_over_a_socket_slack_is_told_of_no_address() -> None:
    made = manifest(registry(), None)
    assert made["settings"]["socket_mode_enabled"] is True
    assert "https://" not in json.dumps(made)
    other = manifest(registry(), "https://bot.example.org")
    assert other["settings"]["socket_mode_enabled"] is False
    # Nothing else is different.
    assert made["oauth_config"]["scopes"] == other["oauth_config"]["scopes"]
    assert made["settings"]["event_subscriptions"]["bot_events"]
    assert made["settings"]["interactivity"] == {"is_enabled": True}


def test_no_right_is_asked_for_without_a_reason() -> None:
    made = manifest(registry(), "https://bot.example.org")
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert all(SCOPES.values())
    assert made["features"]["app_home"]["messages_tab_enabled"] is True
    assert made["features"]["app_home"]["home_tab_enabled"] is True


def test_slack_s_own_limits() -> None:
    made = manifest(registry(), "https://bot.example.org")
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert 1 <= len(made["features"]["slash_commands"]) <= 50
    for command in made["features"]["slash_commands"]:
        assert command["command"].isascii()
        assert 2 <= len(command["command"]) <= 32
        assert 1 <= len(command["description"]) <= 2000
    assert 1 <= len(made["features"]["shortcuts"]) <= 10
    for shortcut in made["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert 1 <= len(shortcut["description"]) <= 150


@pytest.mark.skipif(not CHECK.exists(), reason=f"no {CHECK}: the published schema is not part of the project")
def test_it_follows_slack_s_published_schema(tmp_path: Path) -> None:
    """However it is made: for one workspace or several, reached by Slack or over a socket."""
    real, address = capabilities.registry(), "https://bot.example.org"
    made = {
        "toy": manifest(registry(), address),
        "one": manifest(real, address),
        "several": manifest(real, address, several=True),
        "socket": manifest(real, None),
        "several-socket": manifest(real, address, several=True, socket=True),
    }
    for name, document in made.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    done = subprocess.run(
        [sys.executable, CHECK, "slack-manifest", *sorted(tmp_path.glob("*.json"))],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "5 files, 0 errors\n"), done.stderr
    settings = {name: document["settings"] for name, document in made.items()}
    assert [name for name in settings if settings[name]["org_deploy_enabled"]] == ["several", "several-socket"]
    assert [name for name in settings if settings[name]["token_rotation_enabled"]] == ["several", "several-socket"]
    assert [name for name in settings if settings[name]["socket_mode_enabled"]] == ["socket", "several-socket"]


def test_several_workspaces_over_a_socket() -> None:
    """Behind a firewall: Slack reaches no address, and the browser of whoever installs the app does."""
    made = manifest(registry(), "https://bot.example.org", several=True, socket=True)
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.org/slack/oauth_redirect"]
    assert "/slack/events" not in json.dumps(made)
    assert made["settings"]["interactivity"] == {"is_enabled": True}


def test_links_to_its_own_pages_are_told_of() -> None:
    """Where others reach them: Slack takes no other domains (Slack: «Unfurling links in messages»)."""
    made = manifest(registry(), "https://bot.example.org/")
    assert made["features"]["unfurl_domains"] == ["bot.example.org"]
    assert "link_shared" in EVENTS
    assert {"links:read", "links:write", "channels:read", "groups:read"} <= SCOPES.keys()
    for nowhere in ("http://127.0.0.1:8080", "http://localhost:8080", "https://bot"):
        assert "unfurl_domains" not in manifest(registry(), nowhere)["features"]
