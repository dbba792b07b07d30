"""Figures without a database: from plain numbers, as `handlers.deviations.learning.numbers` masks them."""

from collections.abc import Mapping
from datetime import date

from handlers.deviations.learning.numbers import Figures, Numbers, View, Whose, built
from handlers.deviations.learning.period import parse
from handlers.deviations.words import DIRECTIONS, Direction
from storage.deviation_numbers import Counted, UnitName, What

TODAY = date(2026, 11, 24)
UNITS = (
    UnitName(1, "Ortopedisk avdeling", 1, "Eksempel sykehus", active=True),
    UnitName(2, "Hjemmetjenesten", 2, "Nordre Eksempel kommune", active=True),
    UnitName(3, "Legevakten", 2, "Nordre Eksempel kommune", active=True),
)
SPREAD = {
    What.CATEGORY: {
        "communication": 45,
        "logistics": 25,
        "treatment": 8,
        "diagnostics": 3,
        "information": 6,
        "medication": 20,
        "equipment": 1,
        "other": 2,
    },
    What.CONSEQUENCE: {"none": 55, "minor": 28, "moderate": 12, "major": 4, "death": 1},
    What.CONSENT: {"asked": 52, "kin_asked": 10, "opposed": 4, "not_asked": 14, "no_patient": 20},
    What.SERVICE: {"home_care": 48, "institution": 25, "emergency_clinic": 12, "gp": 9, "mental_health": 4, "": 2},
    What.STATE: {"answered": 76, "rejected": 9, "waiting": 15},
    What.NEAR_MISS: {"yes": 11, "no": 89},
    What.RATING: {"helpful": 31, "not_helpful": 6},
}
"""Per cent of the reports that are of each kind."""


def figures(
    period: str,
    to_hospital: Mapping[str, int],
    to_municipality: Mapping[str, int],
    *,
    below: int = 3,
    fixed: Mapping[str, int] | None = None,
) -> Figures:
    """The figures of `period` with so many reports in each month (`2026-03`), of all kinds as `SPREAD` says."""
    found: list[Counted] = []
    for way, months in zip(DIRECTIONS, (to_hospital, to_municipality), strict=True):
        total = sum(months.values())
        found += [Counted(way, What.MONTH, month, number) for month, number in months.items()]
        for what, kinds in SPREAD.items():
            found += [Counted(way, what, key, number) for key, number in _shared(total, kinds, what).items()]
        in_time = _shared(
            _shared(total, SPREAD[What.STATE], What.STATE)["answered"], {"yes": 80, "no": 20}, What.IN_TIME
        )
        serious = {f"serious_{key}": number // 20 for key, number in in_time.items()}
        found += [Counted(way, What.IN_TIME, key, number) for key, number in {**in_time, **serious}.items()]
        answered = total * 3 // 4
        days = {day: len(range(day, answered, 19)) for day in range(19)}
        found += [Counted(way, What.HOURS, str(24 * (day + 1)), number) for day, number in days.items()]
        ours, theirs = (1, 2) if way == Direction.TO_HOSPITAL else (2, 1)
        found += [Counted(way, What.UNIT, str(ours), total), Counted(way, What.WORKPLACE, str(theirs), total)]
        found += [Counted(way, What.FIXED_MONTH, month, number) for month, number in (fixed or {}).items()]
        on_the_spot = {"logistics": 60, "communication": 30, "medication": 10}
        found += [
            Counted(way, What.FIXED_CATEGORY, key, number)
            for key, number in _shared(sum((fixed or {}).values()), on_the_spot, What.FIXED_CATEGORY).items()
        ]
    return built(
        Numbers(one for one in found if one.number),
        UNITS,
        parse(period, TODAY),
        View() if below > 1 else View(Whose.UNITS),
        below=below,
        of="Hele helsefellesskapet",
    )


def _shared(total: int, kinds: Mapping[str, int], what: What) -> Mapping[str, int]:
    """`total` in these shares; where each counts once, what is left over goes to the first."""
    shared = {key: total * percent // 100 for key, percent in kinds.items()}
    if what not in (What.CATEGORY, What.RATING):
        first = next(iter(kinds))
        shared[first] += total - sum(shared.values())
    elif what is What.CATEGORY:
        first = next(iter(kinds))
        shared[first] = max(shared[first], total - sum(shared.values()) + shared[first])
    return shared
