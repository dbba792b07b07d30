"""The Teams app's manifest, made from the commands that the bot has (Teams: «App manifest schema»)."""

from typing import Any
from urllib.parse import urlsplit

from bot.teams.answers import FINDS, TEXT
from handlers.capability import Command
from handlers.limits import TEAMS
from handlers.registry import Registry
from handlers.writing.language import DEFAULT, N_, _, speaking
from handlers.writing.text import shorten

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json"
APP_NAME = N_("Helsefellesskap")
SHORT = N_("Meld inn saker, se møter og frister, og bli minnet på dem.")
LONG = N_(
    "Meld saker til utvalgene i helsefellesskapet, følg dem til de er behandlet, se kommende møter og frister, og bli "
    "minnet på dem. Skriv «hjelp» for å se hva du kan gjøre."
)
NO_APP_ID = "00000000-0000-0000-0000-000000000000"
SCOPES = ("personal", "team", "groupChat")


def manifest(registry: Registry, app_id: str | None, base_url: str, *, language: str = DEFAULT) -> dict[str, Any]:
    """The manifest. It is packed in a zip file with two icons, `color.png` and `outline.png` (see
    `bot.teams.packing`).

    Args:
        app_id: the bot's id. None leaves zeros, to be replaced.
        base_url: where the bot is reached from outside, e.g. `https://bot.example.org`. It also stands where the
            organisation's pages about support, privacy and terms should: replace those too.

    Raises:
        ValueError: there are more commands than a Teams app can list.
    """
    listed = [command for command in registry.commands.values() if not command.seldom]
    if len(listed) > TEAMS.commands:
        names = ", ".join(f"/{command.name}" for command in listed)
        raise ValueError(
            f"Teams lists at most {TEAMS.commands} commands, and there are {len(listed)}: {names}. "
            "One that few need is left out of the list by `Command.seldom`, and does the same when it is typed."
        )
    identity = app_id or NO_APP_ID
    with speaking(language):
        commands = [_listed(command) for command in listed]
        return {
            "$schema": SCHEMA,
            "manifestVersion": "1.29",
            "version": "1.0.0",
            "id": identity,
            "developer": {
                "name": _(APP_NAME),
                "websiteUrl": base_url,
                "privacyUrl": base_url,
                "termsOfUseUrl": base_url,
            },
            "localizationInfo": {"defaultLanguageTag": "nb-no"},
            "name": {"short": _(APP_NAME), "full": _(APP_NAME)},
            "description": {"short": shorten(_(SHORT), TEAMS.app_summary), "full": _(LONG)},
            "icons": {"color": "color.png", "outline": "outline.png"},
            "accentColor": "#005A70",
            "defaultInstallScope": "personal",
            "bots": [
                {
                    "botId": identity,
                    "scopes": list(SCOPES),
                    "supportsFiles": True,
                    "isNotificationOnly": False,
                    # Teams wants one list per scope.
                    "commandLists": [{"scopes": [scope], "commands": commands} for scope in SCOPES],
                }
            ],
            **_extension(registry, identity, urlsplit(base_url).hostname or ""),
            "permissions": ["identity", "messageTeamMembers"],
            "validDomains": [urlsplit(base_url).hostname or base_url],
        }


def _listed(command: Command) -> dict[str, str]:
    """Without a slash: Teams has none, and writes the title into the message as it stands."""
    usage = f" {command.hint}" if command.hint else ""
    return {
        "title": command.name,
        "description": shorten(
            f"{_(command.summary)}{': ' + command.name + usage if usage else ''}", TEAMS.command_summary
        ),
    }


def _extension(registry: Registry, identity: str, host: str) -> dict[str, Any]:
    """What stands in the menu of every message, or below the field for a new one and in the search field above.
    `fetchTask`: the bot draws the dialog (Teams: «Define message extension action commands», `context`).

    What finds things to put into a message is not in the search field above, where it is not known who is to read it.
    `host`: where our own links lead, which become cards (Teams: «Link unfurling»)."""
    drawn = [
        {
            "id": each.name,
            "type": "action",
            "title": _(each.label),
            "description": _(each.summary),
            "context": ["message"] if each.on_message else ["compose", "commandBox"],
            "fetchTask": True,
        }
        for each in registry.shortcuts.values()
    ]
    drawn += [
        {
            "id": f"{FINDS}{each.name}",
            "type": "query",
            "title": _(each.label),
            "description": _(each.summary),
            "context": ["compose"],
            "initialRun": True,
            "parameters": [{"name": TEXT, "title": _(each.asks), "description": _(each.summary), "inputType": "text"}],
        }
        for each in registry.finders.values()
    ]
    links = {"messageHandlers": [{"type": "link", "value": {"domains": [host]}}]} if registry.finders and host else {}
    return {"composeExtensions": [{"botId": identity, "commands": drawn, **links}]} if drawn else {}
