"""What the list of what the bot can do refuses, before anybody meets it."""

from collections.abc import Iterable

import pytest

from handlers.capability import Command, Registry, Shortcut
from handlers.dialogs.dialog import Reply
from handlers.people.context import Context


async def nothing(_context: Context, _text: str) -> Reply:
    return None


def registry_of(shortcuts: Iterable[Shortcut] = (), commands: Iterable[Command] = ()) -> Registry:
    return Registry(commands, (), (), shortcuts=shortcuts)


def test_two_of_the_same_name_are_refused() -> None:
    command, shortcut = Command("merk", "Merk", nothing), Shortcut("merk", "Merk", "Merk", nothing)
    registry_of([shortcut], [command])
    for twice in ({"shortcuts": [shortcut] * 2}, {"commands": [command] * 2}):
        with pytest.raises(ValueError, match="merk"):
            registry_of(**twice)


@pytest.mark.parametrize(
    ("label", "summary"), [("x" * 25, "Merk"), ("", "Merk"), ("Merk", "x" * 129), ("Merk", ""), ("👩" * 13, "Merk")]
)
def test_a_shortcut_has_a_label_and_a_summary_that_every_platform_shows(label: str, summary: str) -> None:
    registry_of([Shortcut("merk", "x" * 24, "x" * 128, nothing)])
    with pytest.raises(ValueError, match="merk"):
        registry_of([Shortcut("merk", label, summary, nothing)])


def test_more_shortcuts_than_an_app_may_have_are_refused() -> None:
    many = [Shortcut(f"merk{number}", "Merk", "Merk", nothing) for number in range(11)]
    registry_of(many[:10])
    with pytest.raises(ValueError, match="10"):
        registry_of(many)
