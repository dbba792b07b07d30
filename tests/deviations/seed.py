"""Many reports at once, written straight into the tables: for numbers, patterns and measurements."""

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.deviations.words import CATEGORIES, CONSENTS, CONSEQUENCES, QUICK_CATEGORIES, SERVICES, Direction
from storage.deviations import reference_of
from storage.statements import table
from storage.tables import (
    Deviation,
    DeviationCategory,
    DeviationStatus,
    DirectFix,
    Organisation,
    Person,
    Unit,
)

OSLO = ZoneInfo("Europe/Oslo")
_AT_ONCE = 5000


class Places:
    """The units and people of a small partnership, by side, to make up reports between."""

    def __init__(self, units: Sequence[Any], people: Mapping[int, int]) -> None:
        self.hospital = [unit for unit in units if unit.kind == "hospital"]
        self.municipality = [unit for unit in units if unit.kind == "municipality"]
        self.people = people

    @classmethod
    async def of(cls, session: AsyncSession) -> "Places":
        organisation, unit = table(Organisation), table(Unit)
        units = await session.execute(
            select(unit.c.id, unit.c.organisation_id, unit.c.service, organisation.c.kind)
            .join_from(unit, organisation, organisation.c.id == unit.c.organisation_id)
            .order_by(unit.c.id)
        )
        people: Any = await session.execute(
            select(col(Person.organisation_id), func.min(col(Person.id))).group_by(col(Person.organisation_id))
        )
        return cls(units.all(), {row[0]: row[1] for row in people})


def report(places: Places, at: datetime, direction: str = Direction.TO_HOSPITAL, **given: Any) -> Any:
    """The columns of one report, sent at `at` and not answered, with `given` put in their place.

    `categories` may be given too; `reporting` and `responsible` are the two units.
    """
    theirs, ours = places.municipality, places.hospital
    if direction == Direction.TO_MUNICIPALITY:
        theirs, ours = ours, theirs
    reporting, responsible = given.pop("reporting", theirs[0]), given.pop("responsible", ours[0])
    columns = [column for column in table(Deviation).columns if column.key != "id"]
    row = {column.key: None if column.nullable else "" for column in columns} | {
        "year": at.astimezone(OSLO).year,
        "direction": str(direction),
        "reporter_id": places.people[reporting.organisation_id],
        "reporter_organisation_id": reporting.organisation_id,
        "workplace_id": reporting.id,
        "unit_id": responsible.id,
        "organisation_id": responsible.organisation_id,
        "happened_on": at.astimezone(OSLO).date(),
        "description": "Et eksempel på noe som skjedde.",
        "consequence": "none",
        "near_miss": False,
        "consent": "no_patient",
        "status": DeviationStatus.SENT,
        "month": f"{at.astimezone(OSLO):%Y-%m}",
        "created_at": at,
        "sent_at": at,
        "due_at": at + timedelta(days=21),
        "changed_at": at,
        "categories": ("communication",),
    }
    row |= given
    if "seconds_to_answer" in given:
        answered = at + timedelta(seconds=given["seconds_to_answer"])
        row |= {"answered_at": answered, "closed_at": answered, "answered_in_time": answered <= row["due_at"]}
        row |= {"status": given.get("status", DeviationStatus.ANSWERED)}
    return row


async def store(session: AsyncSession, reports: Iterable[Any]) -> None:
    """Store these rows (see `report`) with their categories."""
    first = (await session.scalar(select(func.coalesce(func.max(col(Deviation.id)), 0)))) or 0
    rows, categories = [], []
    for deviation_id, row in enumerate(reports, first + 1):
        number = 100_000 + deviation_id
        columns = {
            **row,
            "id": deviation_id,
            "draft_id": f"seed-{deviation_id}",
            "reference": reference_of(row["year"], number),
            "number_in_year": number,
        }
        chosen = columns.pop("categories")
        rows.append(columns)
        categories += [{"deviation_id": deviation_id, "category": category} for category in chosen]
    for target, values in ((Deviation, rows), (DeviationCategory, categories)):
        for start in range(0, len(values), _AT_ONCE):
            await session.execute(insert(table(target)), values[start : start + _AT_ONCE])
    if session.get_bind().dialect.name == "postgresql":
        # The next one that the bot stores is to have the next id.
        await session.execute(text("SELECT setval(pg_get_serial_sequence('deviation', 'id'), max(id)) FROM deviation"))


def random_reports(places: Places, count: int, since: datetime, until: datetime, *, seed: int = 1) -> Iterable[Any]:
    """So many reports spread evenly over the time, of every kind; the same ones for the same `seed`."""
    dice, asked = random.Random(seed), random.Random(seed)
    span = (until - since).total_seconds()
    for number in range(count):
        at = since + timedelta(seconds=span * (number + 0.5) / count)
        direction = dice.choices(list(Direction), (3, 1))[0]
        to_hospital = direction == Direction.TO_HOSPITAL
        municipal, hospital = dice.choice(places.municipality), dice.choice(places.hospital)
        given: dict[str, Any] = {
            "reporting": municipal if to_hospital else hospital,
            "responsible": hospital if to_hospital else municipal,
            "service": municipal.service or dice.choice(list(SERVICES)),
            "categories": dice.sample(list(CATEGORIES), dice.choices((1, 2, 3), (6, 3, 1))[0]),
            "consequence": dice.choices(list(CONSEQUENCES), (50, 30, 15, 4, 1))[0],
            "near_miss": dice.random() < 0.1,
            "consent": asked.choice(list(CONSENTS)),
        }
        fate = dice.random()
        if fate < 0.75:
            given["seconds_to_answer"] = min(
                int(dice.lognormvariate(12.7, 0.8)), int((until - at).total_seconds()) + 3600
            )
            given["rating"] = dice.choices(("", "helpful", "not_helpful"), (5, 4, 1))[0]
        elif fate < 0.8:
            given |= {"status": DeviationStatus.REJECTED, "reject_reason": "not_ours"}
        elif fate < 0.82:
            given |= {"status": DeviationStatus.WITHDRAWN}
        yield report(places, at, direction, **given)


async def store_fixes(
    session: AsyncSession, places: Places, count: int, since: datetime, until: datetime, *, seed: int = 1
) -> None:
    """So many events fixed on the spot, spread evenly over the time."""
    dice = random.Random(seed)
    span = (until - since).total_seconds()
    rows = []
    for number in range(count):
        at = since + timedelta(seconds=span * (number + 0.5) / count)
        direction = dice.choice(list(Direction))
        side = places.municipality if direction == Direction.TO_HOSPITAL else places.hospital
        rows.append(
            {
                "organisation_id": dice.choice(side).organisation_id,
                "direction": direction.value,
                "category": dice.choice(QUICK_CATEGORIES),
                "month": f"{at.astimezone(OSLO):%Y-%m}",
                "at": at,
            }
        )
    for start in range(0, len(rows), _AT_ONCE):
        await session.execute(insert(table(DirectFix)), rows[start : start + _AT_ONCE])


def oslo(year: int, month: int, day: int = 1, hour: int = 12) -> datetime:
    """A moment, given in local time."""
    return datetime(year, month, day, hour, tzinfo=OSLO).astimezone(UTC)
