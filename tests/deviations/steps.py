"""A report that has been sent, as `/avvik` leaves it, and what those concerned see of it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from handlers.deviations import announce
from handlers.deviations.deadlines import answer_due, days_to_answer
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.people.recognising import recognise
from storage import deviations, units
from storage.deviations import Report
from storage.tables import Deviation, DeviationStatus, Person
from tests.kept_world import kept
from tests.surface import FakeSurface, facts, form, message

DESCRIPTION = "Epikrisen kom ikke fram."


async def context_of(surface: FakeSurface, session: Any, who: str) -> Context:
    known = await recognise(surface.world.database, surface.world.sender(who), surface.clock.now())
    assert known is not None
    return Context(session, known.actor, surface.clock.now(), lasting=False)


@kept
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
            "due_at": answer_due(now, days_to_answer(target, values.get("consequence", "none"))),
            **values,
        }
        row, _step = await deviations.add(session, row, categories, year=2026, at=now)
        added = row.id
        stored = await deviations.report(session, added)
        last = await deviations.HISTORY.last(session, added)
        assert stored is not None
        assert last is not None
        await announce.reported(context, stored, last)
    return added


async def _count(session: Any) -> int:
    return await session.scalar(select(func.count()).select_from(Deviation)) or 0


async def stored(surface: FakeSurface, deviation_id: int) -> Report:
    async with surface.world.database.transaction() as session:
        found = await deviations.report(session, deviation_id)
        assert found is not None
        return found


async def kinds(surface: FakeSurface, deviation_id: int, *, internal: bool = True) -> list[str]:
    async with surface.world.database.transaction() as session:
        return [step.kind for step in await deviations.HISTORY.events(session, deviation_id, internal=internal)]


async def notice(surface: FakeSurface, who: str) -> Message:
    """The newest message with a report's particulars that a handler has."""
    return [item for item in await surface.inbox(who) if "Meldt av" in facts(item)][-1]


async def receipt(surface: FakeSurface, who: str = "clinician") -> Message:
    """The newest receipt that a reporter has."""
    return [item for item in await surface.inbox(who) if item.title.endswith("avviket du meldte")][-1]


async def news(surface: FakeSurface, who: str) -> Message:
    """The newest message of all."""
    return (await surface.inbox(who))[-1]


async def opened(surface: FakeSurface, who: str, deviation_id: int, **arguments: str) -> Message:
    """«Vis saken»."""
    return message(await press(surface, who, "avvik.vis", deviation=str(deviation_id), **arguments))


async def press(surface: FakeSurface, who: str, action: str, **arguments: str) -> Reply:
    """A button that nobody drew, or one from an old message."""
    return await surface.bot.press(surface.world.sender(who), action, arguments)


async def fill_in(surface: FakeSurface, who: str, shown: Message, label: str, **given: Any) -> Reply:
    """Press the button and submit the form that it opens."""
    return await surface.submit(who, form(await surface.press(who, shown, label)), given)


async def last(surface: FakeSurface, deviation_id: int) -> str:
    """The last step, as a button carries it."""
    async with surface.world.database.transaction() as session:
        found = await deviations.HISTORY.last(session, deviation_id)
        assert found is not None
        return str(found.id)


async def leaves(surface: FakeSurface, who: str) -> None:
    """`who` is no longer in the partnership."""
    async with surface.world.database.transaction() as session:
        person = await session.get_one(Person, surface.world.people[who])
        person.removed_at = surface.clock.now()
