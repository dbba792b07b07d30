"""What is written for whoever runs the bot: it names every setting, and its commands and links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bot.__main__ import cli
from config.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:)([^)\s]*)\)")
_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_RUN = re.compile(r"python -m bot ((?:[a-z-]+ ?)+)")


def read(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def anchors(document: Path) -> set[str]:
    """What headings are linked to as: small letters, no signs, a hyphen for each space."""
    titles = re.findall(r"^#+ (.+)$", _CODE.sub("", read(document)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    lost = []
    for link in _LINK.findall(read(document)):
        name, _hash, anchor = link.partition("#")
        to = (document.parent / name).resolve() if name else document
        if not to.exists() or (anchor and to.suffix == ".md" and anchor not in anchors(to)):
            lost.append(link)
    assert lost == []


def test_every_setting_is_in_the_readme_and_in_the_example() -> None:
    readme, example = read(ROOT / "README.md"), read(ROOT / ".env.example")
    names = [name.upper() for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in readme and f"`{name}=" not in readme] == []
    assert [name for name in names if not re.search(rf"^# {name}=", example, re.MULTILINE)] == []


def commands(app: typer.Typer, before: str = "") -> Iterator[str]:
    """Each command, with the name of its group before it."""
    for command in app.registered_commands:
        yield f"{before}{command.name or (command.callback.__name__ if command.callback else '')}"
    for group in app.registered_groups:
        if group.typer_instance is not None:
            yield from commands(group.typer_instance, f"{group.name} ")


def test_every_command_that_is_told_of_is_there() -> None:
    there = set(commands(cli))
    firsts = {each.split()[0] for each in there}
    told = {words.strip() for document in DOCUMENTS for words in _RUN.findall(read(document))}
    assert told
    for words in told:
        first, _space, rest = words.partition(" ")
        assert first in firsts, words
        group = {each.split()[1] for each in there if each.startswith(f"{first} ")}
        assert not group or rest.split()[0] in group, words
