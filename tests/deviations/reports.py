"""One report put straight into the tables, in whatever state a test wants it."""

from typing import Any

from handlers.calendar.zone import LOCAL_ZONE
from handlers.deviations.deadlines import answer_due, days_to_answer
from handlers.deviations.words import Direction
from storage import deviations
from storage.tables import DeviationStatus, Person, Unit
from tests.clock import FixedClock
from tests.world import World

SECRET = "Epikrisen kom ikke fram før helgen."
"""What stands in the report, and is nobody else's business."""


async def put(
    world: World,
    clock: FixedClock,
    *,
    reporter: str = "clinician",
    unit: str = "homecare",
    handler: str = "",
    **given: Any,
) -> int:
    """A report from `reporter` to `unit`, sent now, with three weeks to answer; its id. `given`: other columns."""
    now = clock.now()
    async with world.database.transaction() as session:
        person = await session.get_one(Person, world.people[reporter])
        responsible = await session.get_one(Unit, world.units[unit])
        to_hospital = unit in ("ortho", "medical")
        values = {
            "draft_id": f"put-{reporter}-{unit}-{now.isoformat()}-{sorted(given)}",
            "direction": Direction.TO_HOSPITAL if to_hospital else Direction.TO_MUNICIPALITY,
            "reporter_id": person.id,
            "reporter_organisation_id": person.organisation_id,
            "unit_id": responsible.id,
            "organisation_id": responsible.organisation_id,
            "description": SECRET,
            "consequence": "none",
            "consent": "no_patient",
            "status": DeviationStatus.TAKEN if handler else DeviationStatus.SENT,
            "handler_id": world.people[handler] if handler else None,
            "month": f"{now.astimezone(LOCAL_ZONE):%Y-%m}",
            "sent_at": now,
            "due_at": answer_due(now, days_to_answer(responsible, given.get("consequence", "none"))),
            **given,
        }
        row, _step = await deviations.add(session, values, ["medication"], year=now.year, at=now)
        return row.id
