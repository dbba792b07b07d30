"""How well a paper of the corpus is read, by the bar that the importer is held to, for each paper by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]


@dataclass
class Measured:
    """`cases`: of those that stand there, how many were read with number and title, 0–1. `false_cases`: read, and no
    case. `misplaced`: decisions that are not on their own case, or are on none. `wrong`: other things, by key."""

    cases: float = 1.0
    false_cases: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    wrong: dict[str, tuple[object, object]] = field(default_factory=dict)

    @property
    def meets_the_bar(self) -> bool:
        return self.cases >= 0.95 and not self.false_cases and not self.misplaced and not self.wrong


EXACT = (
    "kind",
    "refused",
    "committee",
    "date",
    "from",
    "to",
    "place",
    "chair",
    "referent",
    "number",
    "present",
    "absent",
    "warnings",
)
"""Keys whose values are compared as they are."""
OF_A_CASE = ("series", "year", "types", "presenter", "how_decided", "decision")


def key_of(case: Json) -> tuple[object, ...]:
    """What tells a case from the others of its paper."""
    return (case.get("series"), case["number"]) if case["number"] else (None, case["title"])


def measured(expected: Json, read: Json) -> Measured:
    """`expected` holds the keys that are compared; `read` all of the form."""
    result = Measured()
    for name in EXACT:
        if name in expected and read[name] != expected[name]:
            result.wrong[name] = (expected[name], read[name])
    wanted = {key_of(case): case for case in expected.get("cases", [])}
    found = {key_of(case): case for case in read["cases"]}
    if len(found) != len(read["cases"]):
        result.false_cases.append("the same case twice")
    result.false_cases.extend(str(key) for key in found.keys() - wanted.keys())
    right = sum(key in found and found[key]["title"] == case["title"] for key, case in wanted.items())
    result.cases = right / len(wanted) if wanted else 1.0
    for key, case in wanted.items():
        other = found.get(key)
        if other is None:
            continue
        if other["decisions"] != case.get("decisions", []):
            result.misplaced.append(f"{key}: {case.get('decisions', [])} ≠ {other['decisions']}")
        for name in OF_A_CASE:
            if name in case and other[name] != case[name]:
                result.wrong[f"{key} {name}"] = (case[name], other[name])
        for name in ("agreement", "postponed"):
            if other[name] != case.get(name):
                result.wrong[f"{key} {name}"] = (case.get(name), other[name])
    for name, keys in (
        ("followups", ("case", "owner", "due", "due_text")),
        ("deadlines", ("date",)),
        ("next_meetings", ("date", "from", "to", "committee", "place")),
    ):
        if name in expected:
            values = _values(read[name], keys)
            if values != _values(expected[name], keys):
                result.wrong[name] = (_values(expected[name], keys), values)
    return result


def _values(rows: Sequence[Json], keys: Sequence[str]) -> list[tuple[object, ...]]:
    return [tuple(row.get(key) for key in keys) for row in rows]
