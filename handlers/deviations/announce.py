"""Bringing what everybody sees of a report up to date, and telling those concerned of each step.

Each handler of the unit has one message about the report, and so has the reporter (the receipt); they change in
place. News are messages of their own, since a changed message rings no bell.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.context import Context
from handlers.deliveries import tell, wish_for
from handlers.deviations import describe, views
from handlers.language import _, speaking
from handlers.message import Button, Message
from handlers.people import LOCAL_ZONE
from storage import deliveries, deviations, units
from storage.deliveries import Wish
from storage.deviations import Report, Step
from storage.tables import DeviationStatus, StaffRole
from storage.units import Staff

Build = Callable[[], Message]
Reader = tuple[int, str]
"""Person id, language."""


def subject(report: Report) -> str:
    return f"deviation:{report.deviation.id}"


def receipt_key(report: Report) -> str:
    return f"{subject(report)}:receipt"


def unit_key(report: Report, unit_id: int, person_id: int) -> str:
    return f"{subject(report)}:unit:{unit_id}:{person_id}"


def _leader_keys(report: Report) -> str:
    return f"{subject(report)}:leader:"


class Holders(NamedTuple):
    """Who works with a report today.

    `readers`: those who have a message about it. `taken`: whoever has taken it still works there. `leaders`: the
    unit's. `nearest`: the reporter's nearest leaders.
    """

    readers: Sequence[Reader]
    taken: bool
    leaders: Sequence[Reader]
    nearest: Sequence[Reader]


async def holders(session: AsyncSession, report: Report, now: datetime) -> Holders:
    """Who works with the report today (local date): one statement.

    The handlers have a message about it; the deputies too where the unit has no handler today, and everybody at a
    serious event.
    """
    deviation = report.deviation
    wanted = {deviation.unit_id, deviation.workplace_id} - {None}
    found = await units.staff(session, [each for each in wanted if each], now.astimezone(LOCAL_ZONE).date())
    unit = [one for one in found if one.unit_id == deviation.unit_id]
    chosen = [one for one in unit if one.role is StaffRole.HANDLER or one.person_id == deviation.handler_id]
    if describe.is_serious(report):
        chosen = unit
    elif not any(one.role is StaffRole.HANDLER for one in unit):
        chosen = [one for one in unit if one.role is StaffRole.DEPUTY] or unit
    nearest = [
        one
        for one in found
        if one.unit_id == deviation.workplace_id
        and one.role is StaffRole.LEADER
        and one.person_id != deviation.reporter_id
    ]
    return Holders(
        _each_once(chosen),
        any(one.person_id == deviation.handler_id for one in unit),
        _each_once([one for one in unit if one.role is StaffRole.LEADER]),
        _each_once(nearest),
    )


def _each_once(found: Sequence[Staff]) -> Sequence[Reader]:
    return list({one.person_id: (one.person_id, one.language) for one in found}.values())


# --- what everybody sees -----------------------------------------------------------------------------------


async def reported(context: Context, report: Report, step: Step) -> Message:
    """Show a new report to those concerned; its receipt, which the surface shows to the reporter.

    Sent: the unit has it. At the leader: the nearest leader has it first.
    """
    receipt = await refresh(context, report, step, shown_by_surface=True)
    if describe.is_serious(report) and report.deviation.sent_at is not None:
        await tell_nearest_leaders(context, report, step)
    return receipt.model_copy(update={"delivery_key": receipt_key(report)})


async def take_step(
    context: Context,
    report: Report,
    kind: str,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    internal: bool = False,
    draft_id: str | None = None,
) -> tuple[Step, Message]:
    """Append a step to the report, already changed, and show it to everybody concerned; the step, and the receipt."""
    deviation = report.deviation
    deviation.changed_at = context.now
    step_id = await deviations.add_step(
        context.session,
        deviation.id or 0,
        kind,
        context.actor.person_id or None,
        context.now,
        note=note,
        data=data,
        internal=internal,
        draft_id=draft_id,
    )
    step = Step(
        step_id,
        kind,
        context.actor.person_id or None,
        context.actor.name,
        context.now,
        note,
        dict(data or {}),
        internal,
    )
    return step, await refresh(context, report, step)


async def refresh(context: Context, report: Report, last: Step, *, shown_by_surface: bool = False) -> Message:
    """Update every message about the report, whose last step is `last`; the receipt, as the reporter now sees it."""
    found = await holders(context.session, report, context.now)
    question = await _question(context, report)

    def receipt() -> Message:
        return views.for_reporter(report, last, taken=found.taken, question=question)

    wishes = await _superseded(context, report, last, found)
    if report.deviation.sent_at is not None:
        wishes += [_for_handler(context, report, last, found, reader) for reader in found.readers]
    if report.deviation.status == DeviationStatus.AT_LEADER:
        wishes += [
            wish_for(
                context,
                f"{_leader_keys(report)}{reader[0]}",
                subject(report),
                reader,
                lambda: views.for_leader(report, last),
            )
            for reader in found.nearest
        ]
    reporter = (report.reporter.id, report.reporter.language)
    if not report.reporter.left:
        wishes.append(
            wish_for(
                context,
                receipt_key(report),
                subject(report),
                reporter,
                receipt,
                shown_by_surface=shown_by_surface,
            )
        )
    await tell(context, wishes)
    with speaking(report.reporter.language):
        return receipt()


def _for_handler(context: Context, report: Report, last: Step, found: Holders, reader: Reader) -> Wish:
    def build() -> Message:
        return views.for_unit(report, last, context.now, reader_id=reader[0], taken=found.taken)

    return wish_for(context, unit_key(report, report.deviation.unit_id, reader[0]), subject(report), reader, build)


async def _question(context: Context, report: Report) -> str:
    """What the unit asked the reporter, as long as it waits for an answer."""
    if report.deviation.status != DeviationStatus.ASKED:
        return ""
    asked = await deviations.last_step(context.session, report.deviation.id or 0, kind="questioned")
    return asked.note if asked else ""


async def _superseded(context: Context, report: Report, last: Step, found: Holders) -> list[Wish]:
    """The messages of those who do not work with the report any more: they say so and lose their buttons."""
    current = {unit_key(report, report.deviation.unit_id, person_id) for person_id, _language in found.readers}
    at_leader = report.deviation.status == DeviationStatus.AT_LEADER
    wishes = []
    for key, person_id, language in await deliveries.shown_to(context.session, subject(report)):
        if key.startswith(f"{subject(report)}:unit:") and key not in current:
            wishes.append(
                wish_for(
                    context, key, subject(report), (person_id, language), lambda: views.no_longer_yours(report, last)
                )
            )
        elif key.startswith(_leader_keys(report)) and not at_leader:
            wishes.append(
                wish_for(context, key, subject(report), (person_id, language), lambda: views.for_leader(report, last))
            )
    return wishes


# --- news --------------------------------------------------------------------------------------------------


def _show(report: Report) -> Button:
    return Button(label=_("Vis saken"), action="avvik.vis", arguments={"deviation": str(report.deviation.id)})


async def tell_reporter(context: Context, report: Report, step: Step, build: Build) -> None:
    """News for the reporter, but not when the reporter took the step, nor when the reporter has left."""
    if not report.reporter.left:
        await _tell(context, report, step, [(report.reporter.id, report.reporter.language)], build)


async def tell_unit(context: Context, report: Report, step: Step, headline: Build) -> None:
    """News for whoever has taken it, else for all who have a message about it."""

    def build() -> Message:
        return headline().model_copy(update={"buttons": (_show(report),)})

    found = await holders(context.session, report, context.now)
    mine = [reader for reader in found.readers if reader[0] == report.deviation.handler_id]
    await _tell(context, report, step, mine or found.readers, build)


async def tell_nearest_leaders(context: Context, report: Report, step: Step) -> None:
    """A serious event: the reporter's nearest leaders hear of it at once."""

    def build() -> Message:
        return Message(
            title=describe.title(report),
            text=describe.statutory_reminder(),
            buttons=(_show(report),),
            small=describe.who_did_what(step),
        )

    found = await holders(context.session, report, context.now)
    await _tell(context, report, step, found.nearest, build)


async def tell_leaders(context: Context, report: Report, step: Step, headline: Build) -> None:
    """News for the leaders of the responsible unit."""

    def build() -> Message:
        return headline().model_copy(update={"buttons": (_show(report),)})

    found = await holders(context.session, report, context.now)
    await _tell(context, report, step, found.leaders, build)


async def _tell(context: Context, report: Report, step: Step, readers: Collection[Reader], build: Build) -> None:
    await tell(
        context,
        [
            wish_for(context, f"{subject(report)}:news:{step.id}:{reader[0]}", subject(report), reader, build)
            for reader in readers
            if reader[0] != context.actor.person_id
        ],
    )
