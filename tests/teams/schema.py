"""Cards and manifests against the schemas that their owners publish.

The schemas lie beside the project, not in it: where they are missing, these checks are skipped, and say so.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator

SHARED = Path(__file__).resolve().parents[3] / "shared"


@cache
def _validator() -> Draft6Validator:
    path = SHARED / "schemas" / "adaptive-card-1.5.0.schema.json"
    if not path.exists():
        pytest.skip(f"the Adaptive Cards schema is not at {path}")
    return Draft6Validator(json.loads(path.read_text()))


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
