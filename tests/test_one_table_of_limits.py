"""What a platform takes stands in `handlers/limits.py`, and nowhere else as a number."""

import ast
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


def test_an_account_that_is_stored_has_an_id() -> None:
    """`id: int`: whoever writes `or 0` after one that is there points to nobody, should it ever be missing."""
    found = [f"{path.relative_to(ROOT)}" for path in FILES if ".id or 0" in path.read_text()]
    assert found == []


def test_today_is_the_contexts() -> None:
    home = ROOT / "handlers/people/context.py"
    found = [path.relative_to(ROOT).as_posix() for path in FILES if "local_day(context.now)" in path.read_text()]
    assert home.exists()
    assert found == []
