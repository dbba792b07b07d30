"""Rows as short lines, so that a test says what a reader sees."""

from datetime import date

from handlers.planning.planned import Planned, PlanRead, Status, Wrong
from handlers.planning.reading import reader

TODAY = date(2026, 11, 27)


def read(name: str, content: bytes, year: int | None = 2026, today: date = TODAY) -> PlanRead:
    return reader.read(name, content, year, today)


def text(written: str, year: int | None = 2026, today: date = TODAY) -> PlanRead:
    return reader.read_text(written, year, today)


def rows(plan: PlanRead) -> list[str]:
    """`FSU 25.01.26 12.30-15.30 @Rådhuset`, with what else there is."""
    return [row(each) for each in plan.rows]


def row(planned: Planned) -> str:
    parts = [planned.committee or "?", f"{planned.day:%d.%m.%y}"]
    if planned.begins is not None:
        parts.append(f"{planned.begins:%H.%M}" + (f"-{planned.ends:%H.%M}" if planned.ends is not None else ""))
    for mark, said in (("@", planned.place), ("leder ", planned.chair), ("vert ", planned.host)):
        if said:
            parts.append(mark + said)
    if planned.title and planned.title != planned.committee:
        parts.append(f"«{planned.title}»")
    if planned.status is not Status.HELD:
        parts.append(planned.status.value)
    if planned.moved_from is not None:
        parts.append(f"fra {planned.moved_from:%d.%m}")
    return " ".join(parts)


def problems(plan: PlanRead) -> list[tuple[Wrong, str]]:
    return [(each.wrong, each.text) for each in plan.problems]


def wrong(plan: PlanRead) -> list[tuple[Wrong, str]]:
    """What is the matter, and where."""
    return [(each.wrong, each.where) for each in plan.problems]
