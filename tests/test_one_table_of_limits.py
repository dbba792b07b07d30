"""What a platform takes stands in `handlers/limits.py`, and nowhere else as a number."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FILES = [path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]
_SMALL = 20
"""Numbers up to this count something, and are no limit of a text."""


def _numbers(node: ast.AST) -> Iterator[int]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and type(each.value) is int and each.value > _SMALL:
            yield each.lineno


def _options(tree: ast.AST) -> Iterator[ast.AST]:
    """What makes something to choose among."""
    for each in ast.walk(tree):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name) and each.func.id == "Option":
            yield each


def test_what_can_be_chosen_is_shortened_to_what_the_table_says() -> None:
    trees = {path: ast.parse(path.read_text()) for path in FILES}
    assert sum(1 for tree in trees.values() for _each in _options(tree)) > 30
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in trees.items()
        for option in _options(tree)
        for line in _numbers(option)
    }
    assert found == set()


def test_what_is_stored_has_an_id() -> None:
    """`id: int`: whoever writes `or 0` after one that is there points to nobody, should it ever be missing."""
    found = [
        f"{path.relative_to(ROOT)}" for path in FILES if re.search(r"""\bid or 0|_id["')]* or 0""", path.read_text())
    ]
    assert found == []


def test_today_is_the_contexts() -> None:
    home = ROOT / "handlers/people/context.py"
    found = [path.relative_to(ROOT).as_posix() for path in FILES if "local_day(context.now)" in path.read_text()]
    assert home.exists()
    assert found == []


_OWN = {
    # A message's parts share what it may say: so much of each, wherever the others are long too.
    "bot/slack/blocks.py": {"_TITLE_UNITS", "_TEXT_UNITS", "_SMALL_UNITS"},
    # Words of one's own, quoted so that one knows them again.
    "bot/teams/fields.py": {"_BEGINNING"},
}
_SHORTENS = ("shorten", "plain", "context", "heard", "pieces")


def _shortened_to(tree: ast.Module) -> Iterator[str]:
    """What a renderer shortens to that is a number of its own module's."""
    own = {
        target.id
        for each in tree.body
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) and type(each.value.value) is int
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _SHORTENS:
            for each in call.args[1:]:
                yield from (node.id for node in ast.walk(each) if isinstance(node, ast.Name) and node.id in own)


def test_what_a_platform_is_shown_is_shortened_to_what_the_table_says() -> None:
    found: dict[str, set[str]] = {}
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if name.startswith(("bot/slack/", "bot/teams/")):
            for each in _shortened_to(ast.parse(path.read_text())):
                found.setdefault(name, set()).add(each)
    assert found == _OWN
