"""The Slack app's manifest, made from the commands that the bot has (Slack: «App manifest reference»)."""

from typing import Any

from handlers.capability import Command
from handlers.limits import SLACK
from handlers.registry import Registry
from handlers.writing.language import DEFAULT, N_, _, speaking
from handlers.writing.text import shorten

EVENTS_PATH = "/slack/events"
APP_NAME = N_("Helsefellesskap")
DESCRIPTION = N_("Meld inn saker, se møter og frister, og bli minnet på dem.")

SCOPES = {
    "app_mentions:read": "answer when it is mentioned",
    "channels:history": "look up what it has posted in a committee's channel, before it posts it once more",
    "chat:write": "send messages, and update them",
    "commands": "its slash commands and shortcuts",
    "files:write": "send files",
    "groups:history": "the same in a private channel",
    "im:history": "read what is written to it alone, and look up what it has sent there",
    "im:write": "begin a conversation with somebody",
    "users:read": "know the name of who is speaking",
    "users:read.email": "know that somebody here is the same person as on Teams",
}
"""What the app may do, and why. Slack's names."""

EVENTS = ("app_mention", "message.im")


def manifest(registry: Registry, base_url: str) -> dict[str, Any]:
    """The manifest, in Norwegian.

    Args:
        base_url: where the bot is reached from outside, e.g. `https://bot.example.org`.
    """
    url = base_url.rstrip("/") + EVENTS_PATH
    with speaking(DEFAULT):
        return {
            "_metadata": {"major_version": 1, "minor_version": 1},
            "display_information": {"name": _(APP_NAME), "description": _(DESCRIPTION)},
            "features": {
                "app_home": {
                    "home_tab_enabled": False,
                    "messages_tab_enabled": True,
                    "messages_tab_read_only_enabled": False,
                },
                "bot_user": {"display_name": _(APP_NAME), "always_online": True},
                "slash_commands": [_slash_command(command, url) for command in registry.commands.values()],
                **_shortcuts(registry),
            },
            "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
            "settings": {
                "event_subscriptions": {"request_url": url, "bot_events": sorted(EVENTS)},
                "interactivity": {"is_enabled": True, "request_url": url, "message_menu_options_url": url},
                "org_deploy_enabled": False,
                "socket_mode_enabled": False,
                "token_rotation_enabled": False,
            },
        }


def _slash_command(command: Command, url: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "command": f"/{command.name}",
        "url": url,
        "description": shorten(_(command.summary), SLACK.command_summary),
        # What people write is passed on as they wrote it, not with names and channels made into codes.
        "should_escape": False,
    }
    if command.hint:
        described["usage_hint"] = shorten(command.hint, SLACK.command_usage)
    return described


def _shortcuts(registry: Registry) -> dict[str, Any]:
    """In the menu of every message, or beside the field for a new one. Slack takes no empty list."""
    drawn = [
        {
            "name": _(each.label),
            "type": "message" if each.on_message else "global",
            "callback_id": each.name,
            "description": _(each.summary),
        }
        for each in registry.shortcuts.values()
    ]
    return {"shortcuts": drawn} if drawn else {}
