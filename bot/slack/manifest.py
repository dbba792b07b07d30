"""The Slack app's manifest, made from the commands that the bot has (Slack: «App manifest reference»)."""

from typing import Any
from urllib.parse import urlsplit

from config.settings import is_loopback
from handlers.capability import Command
from handlers.limits import SLACK
from handlers.registry import Registry
from handlers.writing.language import DEFAULT, N_, _, speaking
from handlers.writing.text import shorten

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
APP_NAME = N_("Helsefellesskap")
DESCRIPTION = N_("Meld inn saker, se møter og frister, og bli minnet på dem.")

SCOPES = {
    "app_mentions:read": "answer when it is mentioned",
    "channels:history": "look up what it has posted in a committee's channel, before it posts it once more",
    "channels:read": "know who reads a channel in which a link of its own is shown",
    "chat:write": "send messages, and update them",
    "commands": "its slash commands and shortcuts",
    "files:write": "send files",
    "groups:history": "the same in a private channel",
    "groups:read": "know who reads a private channel that it is in",
    "im:history": "read what is written to it alone, and look up what it has sent there",
    "im:write": "begin a conversation with somebody",
    "links:read": "hear of links to its own pages that are posted",
    "links:write": "show a card for them, with what everybody there may see",
    "mpim:read": "know who reads a group conversation that it is in",
    "users:read": "know the name of who is speaking",
    "users:read.email": "know that somebody here is the same person as on Teams",
}
"""What the app may do, and why. Slack's names."""

EVENTS = ("app_home_opened", "app_mention", "app_uninstalled", "link_shared", "message.im", "tokens_revoked")


def manifest(
    registry: Registry, base_url: str | None, *, several: bool = False, socket: bool = False
) -> dict[str, Any]:
    """The manifest, in Norwegian.

    Args:
        base_url: where the bot is reached, e.g. `https://bot.example.org`. None: nowhere, so that all comes over a
            socket.
        several: whether it is installed in more than one workspace, by those who look after them (SLACK_CLIENT_ID),
            whose browsers are led back to `base_url`. A token then lives for twelve hours; once that is so, Slack never
            lets it be otherwise.
        socket: whether all comes over a socket that the bot opens itself (Slack: «Using Socket Mode»), also where
            browsers reach `base_url`, as inside a firewall.
    """
    url = base_url.rstrip("/") + EVENTS_PATH if base_url is not None and not socket else None
    requests = {"request_url": url} if url else {}
    menus = {"message_menu_options_url": url} if url else {}
    with speaking(DEFAULT):
        return {
            "_metadata": {"major_version": 1, "minor_version": 1},
            "display_information": {"name": _(APP_NAME), "description": _(DESCRIPTION)},
            "features": {
                "app_home": {
                    "home_tab_enabled": True,
                    "messages_tab_enabled": True,
                    "messages_tab_read_only_enabled": False,
                },
                "bot_user": {"display_name": _(APP_NAME), "always_online": True},
                "slash_commands": [_slash_command(command, url) for command in registry.commands.values()],
                **_shortcuts(registry),
                **_links(base_url or ""),
            },
            "oauth_config": {
                **({"redirect_urls": [base_url.rstrip("/") + REDIRECT_PATH]} if several and base_url else {}),
                "scopes": {"bot": sorted(SCOPES)},
            },
            "settings": {
                "event_subscriptions": {**requests, "bot_events": sorted(EVENTS)},
                "interactivity": {"is_enabled": True, **requests, **menus},
                "org_deploy_enabled": several,
                "socket_mode_enabled": url is None,
                "token_rotation_enabled": several,
            },
        }


def _slash_command(command: Command, url: str | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "command": f"/{command.name}",
        **({"url": url} if url else {}),
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


def _links(base_url: str) -> dict[str, Any]:
    """Where the links lead that a card is shown for: Slack takes domains that others reach only."""
    host = urlsplit(base_url).hostname or ""
    return {"unfurl_domains": [host]} if "." in host and not is_loopback(host) else {}
