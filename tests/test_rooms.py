"""What `pyproject.toml` says of the rooms holds for each that there is."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_whatever_is_a_capability_is_known_to_the_list_alone() -> None:
    """The contract names rooms, so a new one is named there too."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (listed,) = (each for each in contracts if each["name"].startswith("Only the list of capabilities knows them"))
    rooms = {path.relative_to(ROOT / "handlers").parts[0] for path in (ROOT / "handlers").rglob("capability.py")}
    rooms -= {"capability.py"}
    assert len(rooms) > 10
    assert {f"handlers.{room}" for room in rooms} - set(listed["forbidden_modules"]) == set()
