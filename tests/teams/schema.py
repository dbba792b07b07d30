"""Cards and manifests against the schemas that their owners publish.

The schemas lie beside the project, not in it: where they are missing, these checks are skipped, and say so.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

SHARED = Path(__file__).resolve().parents[3] / "shared"


_EVERY_WAY = Draft6Validator.VALIDATORS["anyOf"]


def _any_of(validator: Any, ways: Sequence[Any], instance: Any, schema: Any) -> Iterator[ValidationError]:
    """As `anyOf` says. The way that is called as the element itself comes first, and one that holds is enough: a part
    of a card may be one of thirty elements, and to find out what all keeps it from being each of them took most of the
    time of whoever draws cards. Where none holds, all that is wrong is said."""
    kind = instance.get("type") if isinstance(instance, dict) else None
    if not any(
        validator.evolve(schema=way).is_valid(instance) for way in sorted(ways, key=lambda way: _not(kind, way))
    ):
        yield from _EVERY_WAY(validator, ways, instance, schema)


def _not(kind: str | None, way: Any) -> bool:
    called = [each.get("$ref", "") for each in (way, *way.get("allOf", ()))]
    return f"#/definitions/{kind}" not in called


_Validator = extend(Draft6Validator, {"anyOf": _any_of})


@cache
def _validator() -> Any:
    path = SHARED / "schemas" / "adaptive-card-1.5.0.schema.json"
    if not path.exists():
        pytest.skip(f"the Adaptive Cards schema is not at {path}")
    return _Validator(json.loads(path.read_text()))


def assert_valid(card: dict[str, Any]) -> None:
    """Whether it is an Adaptive Card of version 1.5."""
    assert _wrong(json.dumps(card, sort_keys=True)) == []


@cache
def _wrong(card: str) -> list[str]:
    """The same card comes by in many tests."""
    errors = _validator().iter_errors(json.loads(card))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def assert_checked(kind: str, documents: list[dict[str, Any]], folder: Path) -> None:
    """Whether the project's own checker takes the documents, as `card` or `teams-manifest`."""
    check = SHARED / "check-payloads"
    if not check.exists():
        pytest.skip(f"the checker is not at {check}")
    files = []
    for number, document in enumerate(documents):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(document, ensure_ascii=False))
        files.append(str(file))
    done = subprocess.run([sys.executable, str(check), kind, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
