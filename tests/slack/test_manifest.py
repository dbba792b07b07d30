"""The manifest that an administrator pastes into Slack."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.slack.manifest import SCOPES, manifest
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
    assert settings["event_subscriptions"] == {"request_url": url, "bot_events": ["app_mention", "message.im"]}


def test_no_right_is_asked_for_without_a_reason() -> None:
    made = manifest(registry(), "https://bot.example.org")
    assert made["oauth_config"]["scopes"]["bot"] == sorted(SCOPES)
    assert all(SCOPES.values())
    assert made["features"]["app_home"]["messages_tab_enabled"] is True


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
    files = [tmp_path / "sample.json", tmp_path / "real.json"]
    for file, made in zip(files, (registry(), capabilities.registry()), strict=True):
        file.write_text(json.dumps(manifest(made, "https://bot.example.org")))
    done = subprocess.run(
        [sys.executable, CHECK, "slack-manifest", *files], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
