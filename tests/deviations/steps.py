"""A report that has been sent, as `/avvik` leaves it, and what those concerned see of it."""

from collections.abc import Collection
from typing import Any

from handlers.context import Context
from handlers.deviations import announce
from handlers.deviations.deadlines import answer_due
from handlers.message import Message
from handlers.people import recognise
from storage import deviations, units
from storage.deviations import Report
from storage.tables import DeviationStatus
from tests.surface import FakeSurface, facts

DESCRIPTION = "Epikrisen kom ikke fram."


async def context_of(surface: FakeSurface, session: Any, who: str) -> Context:
    known = await recognise(surface.world.database, surface.world.sender(who), surface.clock.now())
    assert known is not None
    return Context(session, known.actor, surface.clock.now(), lasting=False)


async def report(
    surface: FakeSurface,
    who: str = "clinician",
    unit: str = "homecare",
    categories: Collection[str] = ("medication",),
    **values: Any,
) -> int:
    """`who` has reported something to `unit`; its id."""
    world, now = surface.world, surface.clock.now()
    async with world.database.transaction() as session:
        # Who is speaking is looked up in a connection of its own: before SQLite's only writer begins.
        context = await context_of(surface, session, who)
        target = await units.unit(session, world.units[unit])
        assert target is not None
        to_hospital = unit in ("ortho", "medical")
        row = {
            "draft_id": f"draft-{who}-{unit}-{await _count(session)}",
            "direction": "to_hospital" if to_hospital else "to_municipality",
            "reporter_id": context.actor.person_id,
            "reporter_organisation_id": context.actor.organisation_id,
            "unit_id": target.id,
            "organisation_id": target.organisation_id,
            "description": DESCRIPTION,
            "consequence": "none",
            "consent": "asked",
            "status": DeviationStatus.SENT,
            "month": "2026-09",
            "sent_at": now,
            "due_at": answer_due(now, target.response_days),
            **values,
        }
        added, _step = await deviations.add(session, row, categories, year=2026, at=now)
        stored = await deviations.report(session, added)
        last = await deviations.last_step(session, added)
        assert stored is not None
        assert last is not None
        await announce.reported(context, stored, last)
    return added


async def _count(session: Any) -> int:
    return len(await deviations.unanswered(session))


async def stored(surface: FakeSurface, deviation_id: int) -> Report:
    async with surface.world.database.transaction() as session:
        found = await deviations.report(session, deviation_id)
        assert found is not None
        return found


async def kinds(surface: FakeSurface, deviation_id: int, *, internal: bool = True) -> list[str]:
    async with surface.world.database.transaction() as session:
        return [step.kind for step in await deviations.steps(session, deviation_id, internal=internal)]


async def notice(surface: FakeSurface, who: str) -> Message:
    """The newest message with a report's particulars that a handler has."""
    return [item for item in await surface.inbox(who) if "Meldt av" in facts(item)][-1]


async def receipt(surface: FakeSurface, who: str = "clinician") -> Message:
    """The newest receipt that a reporter has."""
    return [item for item in await surface.inbox(who) if item.title.endswith("avviket du meldte")][-1]


async def news(surface: FakeSurface, who: str) -> Message:
    """The newest message of all."""
    return (await surface.inbox(who))[-1]
