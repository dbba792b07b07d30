"""What was found, as a table for a reader."""

import platform
import statistics
from collections.abc import Sequence
from datetime import datetime

from bench.against.builds import Build
from bench.against.rows import Row, Size
from bench.common import machine


def table(builds: tuple[Build, Build], rows: Sequence[Row], size: Size, versions: Sequence[str], at: datetime) -> str:
    older, here = builds
    lines = [
        f"# {here.name} against {older.name}",
        "",
        f"{at:%Y-%m-%d %H:%M} UTC, {machine()}, Python {platform.python_version()}.",
        "",
        *(f"- {build.name}: {text}" for build, text in zip(builds, versions, strict=True)),
        "",
        f"Both builds in turn, {size.rounds} rounds: the middle one of each figure, the least and the most in "
        "brackets. The ratio is taken in each round, so that what the machine did besides counts for both; a star "
        "marks what this build does better.",
        "",
        f"| what | {older.name} | {here.name} | ratio |",
        "| --- | --- | --- | --- |",
        *(_line(row) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    older, here = row.found
    ratios = [new / old for old, new in zip(older, here, strict=True) if old]
    unit = f" {row.unit}" if row.unit else ""
    middle = statistics.median(ratios) if ratios else float("nan")
    star = " *" if (middle > 1.02 if row.more_is_better else middle < 0.98) else ""
    return f"| {row.what} | {_spread(older)}{unit} | {_spread(here)}{unit} | {_spread(ratios)}{star} |"


def _spread(values: Sequence[float]) -> str:
    if not values:
        return "–"
    middle = _number(statistics.median(values))
    return middle if len(set(values)) == 1 else f"{middle} ({_number(min(values))}–{_number(max(values))})"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
