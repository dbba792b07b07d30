"""The manifest that an administrator uploads to Teams."""

from pathlib import Path

import pytest

from bot.teams.manifest import NO_APP_ID, manifest
from handlers import capabilities
from handlers.capability import Command
from handlers.dialogs.dialog import Reply
from handlers.people.context import Context
from handlers.registry import Registry
from tests.everything import capability, registry
from tests.teams.schema import assert_checked

APP_ID = "11111111-2222-3333-4444-555555555555"


def test_every_command_is_listed_wherever_the_bot_may_be() -> None:
    made = manifest(registry(), APP_ID, "https://bot.example.org")
    (bot,) = made["bots"]
    assert (made["id"], bot["botId"]) == (APP_ID, APP_ID)
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [listed["scopes"] for listed in bot["commandLists"]] == [["personal"], ["team"], ["groupChat"]]
    for listed in bot["commandLists"]:
        assert [command["title"] for command in listed["commands"]] == ["alt", "vis", "hjelp"]
    assert bot["commandLists"][0]["commands"][0]["description"] == "Alt på én gang: alt [tekst]"
    assert made["validDomains"] == ["bot.example.org"]


def test_every_shortcut_stands_in_the_menu_of_messages_or_where_one_writes() -> None:
    (extension,) = manifest(registry(), APP_ID, "https://bot.example.org")["composeExtensions"]
    assert extension["botId"] == APP_ID
    assert [(each["id"], each["title"], each["context"]) for each in extension["commands"]] == [
        ("merk", "Merk meldingen", ["message"]),
        ("les", "Les meldingen", ["message"]),
        ("nytt", "Fyll ut alt", ["compose", "commandBox"]),
    ]
    for each in extension["commands"]:
        assert (each["type"], each["fetchTask"]) == ("action", True)


def test_without_shortcuts_there_is_no_extension() -> None:
    made = manifest(Registry(()), APP_ID, "https://bot.example.org")
    assert "composeExtensions" not in made


def test_without_an_id_there_is_one_to_replace() -> None:
    assert manifest(registry(), None, "https://bot.example.org")["id"] == NO_APP_ID


def test_teams_takes_it(tmp_path: Path) -> None:
    made = [manifest(each, APP_ID, "https://bot.example.org/") for each in (registry(), capabilities.registry())]
    assert_checked("teams-manifest", made, tmp_path)


def test_more_commands_than_teams_lists_are_refused() -> None:
    async def nothing(_context: Context, _text: str) -> Reply:
        return None

    few = [Command(f"k{number}", "K", nothing, seldom=number > 11) for number in range(13)]
    (listed, *_same) = manifest(Registry([capability(commands=few)]), APP_ID, "https://bot.example.org")["bots"][0][
        "commandLists"
    ]
    assert [each["title"] for each in listed["commands"]] == [f"k{number}" for number in range(12)]
    many = Registry([capability(commands=[Command(f"k{number}", "K", nothing) for number in range(13)])])
    with pytest.raises(ValueError, match="12"):
        manifest(many, APP_ID, "https://bot.example.org")


def test_what_is_put_before_others_is_sought_where_a_message_is_written() -> None:
    """And not in the search field above, where nobody can say who is to read it."""
    (extension,) = manifest(capabilities.registry(), APP_ID, "https://bot.example.org/")["composeExtensions"]
    ids = [each["id"] for each in extension["commands"]]
    assert len(set(ids)) == len(ids), "one that acts and one that searches are two"
    found = {each["id"].removeprefix("finn."): each for each in extension["commands"] if each["type"] == "query"}
    assert [each["title"] for each in found.values()] == ["Finn en sak", "Finn et vedtak"]
    for each in found.values():
        assert (each["context"], each["initialRun"]) == (["compose"], True)
        assert [parameter["name"] for parameter in each["parameters"]] == ["text"]
    assert extension["messageHandlers"] == [{"type": "link", "value": {"domains": ["bot.example.org"]}}]
    assert len(extension["commands"]) <= 10
