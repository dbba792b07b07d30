"""In the code an action has a name, and the value on the wire stands in one place."""

import ast
from pathlib import Path

from handlers.capabilities import registry

ROOT = Path(__file__).parent.parent
VALUES = registry().actions.keys() | {"skjema.apne", "fil.hent"}


def _named(node: ast.AST) -> bool:
    """Whether the class is an enum of actions, or the call is of a dialog: their names are their own."""
    return (isinstance(node, ast.ClassDef) and node.name == "Do") or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Dialog", "Document")
    )


def strings_of(node: ast.AST) -> list[tuple[int, str]]:
    if _named(node):
        return []
    own = [(node.lineno, node.value)] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
    return own + [found for child in ast.iter_child_nodes(node) for found in strings_of(child)]


def test_no_action_is_written_as_a_string() -> None:
    files = [path for folder in ("bot", "handlers", "storage") for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 100
    written = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in files
        if "migrations" not in path.parts
        for line, text in strings_of(ast.parse(path.read_text()))
        if text in VALUES
    ]
    assert written == []
