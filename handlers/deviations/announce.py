"""Bringing what everybody sees of a report up to date, and telling those concerned of each event.

Each handler of the unit has one message about the report, and so has the reporter (the receipt); they change in
place. News are messages of their own, since a changed message rings no bell.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.deviations import describe, notice, views
from handlers.deviations.actions import Do, about
from handlers.messages.deliveries import take_away
from handlers.messages.message import Button, Message
from handlers.messages.standing import Build, Reader, Seen, places, show
from handlers.people.context import Context
from handlers.reminders.laying import take_back
from handlers.writing.language import speaking
from storage import deadlines, deviations, units
from storage.deliveries import Place
from storage.deviations import AT_UNIT, Report
from storage.history import Event
from storage.tables import DeviationStatus, StaffRole
from storage.units import Staff


def subject(report: Report) -> str:
    return f"deviation:{report.deviation.id}"


def receipt_key(report: Report) -> str:
    return f"{subject(report)}:receipt"


def _unit_keys(report: Report) -> str:
    """What the keys of the messages of units go on from, with the unit and the person."""
    return f"{subject(report)}:unit"


def _leader_keys(report: Report) -> str:
    """What the keys of the messages of the reporter's leaders go on from, with the person."""
    return f"{subject(report)}:leader"


class Holders(NamedTuple):
    """Who works with a report today.

    `readers`: those who have a message about it. `taken`: whoever has taken it still works there. `leaders`: the
    unit's. `nearest`: the reporter's nearest leaders. `led`: it is known who leads where the reporter works.
    `stranded`: the unit has nobody, so that the leaders of its organisation are to send it on. `off_chat`: nobody there
    is on chat, so that it goes by e-mail or on paper.
    """

    readers: Sequence[Reader]
    taken: bool
    leaders: Sequence[Reader]
    nearest: Sequence[Reader]
    led: bool
    stranded: bool
    off_chat: bool


async def holders(session: AsyncSession, report: Report, now: datetime) -> Holders:
    """Who works with the report today (local date): one statement, two where the unit has nobody.

    The handlers have a message about it; the deputies too where the unit has no handler today, and everybody at a
    serious event. Where the unit has nobody at all, the leaders of its organisation have it.
    """
    deviation = report.deviation
    day = local_day(now)
    found = await units.staff_of(session, deviation.unit_id, deviation.workplace_id, day)
    unit: Sequence[Staff] = [one for one in found if one.unit_id == deviation.unit_id]
    chosen: Sequence[Staff] = [
        one for one in unit if one.role is StaffRole.HANDLER or one.person_id == deviation.handler_id
    ]
    if describe.is_serious(report):
        chosen = unit
    elif not any(one.role is StaffRole.HANDLER for one in unit):
        chosen = [one for one in unit if one.role is StaffRole.DEPUTY] or unit
    if not unit:
        chosen = await units.leaders(session, deviation.organisation_id, day)
    lead_there = [one for one in found if one.unit_id == deviation.workplace_id and one.role is StaffRole.LEADER]
    return Holders(
        _each_once(chosen),
        any(one.person_id == deviation.handler_id for one in unit),
        _each_once([one for one in unit if one.role is StaffRole.LEADER]),
        _each_once([one for one in lead_there if one.person_id != deviation.reporter_id]),
        bool(lead_there),
        not unit,
        not any(one.on_chat for one in unit or chosen),
    )


def today(report: Report, found: Holders) -> Report:
    """The report as it stands today: taken by somebody who has left is not taken."""
    return report if found.taken else report._replace(handler=None)


def _each_once(found: Sequence[Staff]) -> Sequence[Reader]:
    return list({one.person_id: (one.person_id, one.language) for one in found}.values())


# --- what everybody sees -----------------------------------------------------------------------------------


async def reported(context: Context, report: Report, event: Event) -> Message:
    """Show a new report to those concerned; its receipt, which the surface shows to the reporter.

    Sent: the unit has it. At the leader: the nearest leader has it first.
    """
    receipt = await refresh(context, report, event, shown_by_surface=True)
    if describe.is_serious(report) and report.deviation.sent_at is not None:
        await tell_of_serious(context, report, event)
    return receipt.model_copy(update={"delivery_key": receipt_key(report)})


async def record(
    context: Context,
    report: Report,
    kind: str,
    *,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    internal: bool = False,
    draft_id: str | None = None,
) -> tuple[Event, Message]:
    """Append an event to the report, already changed, and show it to everybody concerned; the event, and the
    receipt."""
    deviation = report.deviation
    deviation.changed_at = context.now
    event = await deviations.HISTORY.add(
        context.session,
        deviation.id,
        kind,
        context.actor.person_id or None,
        context.now,
        actor=context.actor.name,
        note=note,
        data=data,
        internal=internal,
        draft_id=draft_id,
    )
    return event, await refresh(context, report, event)


async def refresh(context: Context, report: Report, last: Event, *, shown_by_surface: bool = False) -> Message:
    """Update every message about the report, whose last event is `last`; the receipt, as the reporter now sees it.

    A reminder that somebody concerned has not got yet is worked out anew: it may be of what is answered by now.
    """
    found = await holders(context.session, report, context.now)
    report = today(report, found)
    events = [last] if last.kind == "reported" else await _events(context, report)
    said = written(events, report)

    def receipt() -> Message:
        return views.for_reporter(
            report, last, taken=found.taken, led=found.led, off_chat=found.off_chat, question=said.to_reporter
        )

    deviation = report.deviation
    seen: list[Seen] = []
    if deviation.sent_at is not None:
        seen += _to_handlers(context, report, events, found, said)
    if deviation.status == DeviationStatus.AT_LEADER:
        seen.append(Seen(places(_leader_keys(report), found.nearest), lambda: views.for_leader(report, last)))
    if not report.reporter.left:
        reporter = (report.reporter.id, report.reporter.language)
        seen.append(Seen({receipt_key(report): reporter}, receipt, shown_by_surface=shown_by_surface))
    new = last.kind == "reported"
    gone = None if new else partial(_superseded, report, events, found)
    await show(context, subject(report), seen, gone)
    if deviation.status != DeviationStatus.ASKED and any(event.kind == "questioned" for event in events):
        await take_away(context.session, context.now, report.reporter.id, Do.REPLY, about(deviation))
    if not new:
        await take_back(context.session, [deadlines.reminder_subject(deviation.id)], context.now)
    with speaking(report.reporter.language):
        return receipt()


def _to_handlers(
    context: Context, report: Report, events: Sequence[Event], found: Holders, said: "Said"
) -> Sequence[Seen]:
    """Whoever has taken it can do other things with it than the others."""

    def message(reader_id: int) -> Message:
        buttons = list(buttons_for(report, events[-1], found, reader_id))
        shows = any(button.action == Do.SHOW for button in buttons)
        if not shows and report.deviation.status != DeviationStatus.WITHDRAWN:
            buttons.append(views.show(report))
        later = describe.added_later(events)
        return views.for_unit(report, events[-1], context.now, buttons=buttons, note=said.to_unit, later=later)

    handler_id = report.deviation.handler_id
    own = [reader for reader in found.readers if reader[0] == handler_id]
    others = [reader for reader in found.readers if reader[0] != handler_id]
    keys = f"{_unit_keys(report)}:{report.deviation.unit_id}"
    return [Seen(places(keys, readers), partial(message, readers[0][0])) for readers in (own, others) if readers]


def buttons_for(report: Report, last: Event, found: Holders, person_id: int) -> Sequence[Button]:
    """What somebody of the responsible side can do with the report now."""
    if found.stranded:
        return (views.send_on(report, last),) if report.deviation.status in AT_UNIT else ()
    return views.unit_buttons(report, last, reader_id=person_id, taken=found.taken, off_chat=found.off_chat)


class Said(NamedTuple):
    """What somebody wrote that is to be read now. `to_reporter`: an open question, or why it was rejected.
    `to_unit`: the note of those who sent it here."""

    to_reporter: str = ""
    to_unit: str = ""


def written(events: Sequence[Event], report: Report) -> Said:
    """What is to be read of these events, all of the report's, where it stands now."""
    kind = {DeviationStatus.ASKED: "questioned", DeviationStatus.REJECTED: "rejected"}.get(
        DeviationStatus(report.deviation.status), ""
    )
    moves = [number for number, event in enumerate(events) if event.kind == "forwarded"]
    to_unit = ""
    if moves and moves[-1] and events[moves[-1] - 1].kind == "noted" and report.deviation.status in AT_UNIT:
        to_unit = describe.who_did_what(events[moves[-1] - 1])
    return Said(next((event.note for event in reversed(events) if event.kind == kind), ""), to_unit)


async def _events(context: Context, report: Report) -> Sequence[Event]:
    return await deviations.HISTORY.events(context.session, report.deviation.id, internal=True)


def _superseded(report: Report, events: Sequence[Event], found: Holders, place: Place) -> Build | None:
    """What those have who do not work with the report any more: that they do not, without buttons, and nothing of what
    is done with it from then on."""
    of_units, of_leaders = f"{_unit_keys(report)}:", f"{_leader_keys(report)}:"
    if place.key.startswith(of_units):
        unit_id = place.key.removeprefix(of_units).partition(":")[0]
        anew = any(person_id == place.person_id for person_id, _language in found.readers)
        return partial(views.no_longer_yours, report, _last_left(events, unit_id), anew=anew)
    if place.key.startswith(of_leaders):
        if all(person_id != place.person_id for person_id, _language in found.nearest):
            return partial(views.no_longer_yours, report)
        if report.deviation.status != DeviationStatus.AT_LEADER:
            return partial(views.for_leader, report, events[-1])
    return None


def _last_left(events: Sequence[Event], unit_id: str) -> Event | None:
    """The event in which this unit last sent the report on."""
    left = [event for event in events if event.kind == "forwarded" and str(event.data.get("from_id")) == unit_id]
    return left[-1] if left else None


# --- news --------------------------------------------------------------------------------------------------


async def tell_reporter(context: Context, report: Report, event: Event, build: Build) -> None:
    """News for the reporter, but not when the reporter caused the event, nor when the reporter has left."""
    if not report.reporter.left:
        await tell_people(context, report, event, [(report.reporter.id, report.reporter.language)], build)


async def tell_unit(context: Context, report: Report, event: Event, headline: Build) -> None:
    """News for whoever has taken it, else for all who have a message about it."""

    def build() -> Message:
        return headline().model_copy(update={"buttons": (views.show(report),)})

    found = await holders(context.session, report, context.now)
    mine = [reader for reader in found.readers if reader[0] == report.deviation.handler_id]
    await tell_people(context, report, event, mine or found.readers, build)


async def tell_of_serious(context: Context, report: Report, event: Event, *, on_both_sides: bool = True) -> None:
    """A serious event: the leaders hear of it at once who have no message about it.

    On the reporter's side the nearest ones; on the other side, where the unit has no leader of its own (one that it has
    gets the message that handlers get), those of its organisation.
    """

    def build() -> Message:
        return Message(
            title=describe.title(report),
            text=notice.reminder_of(report),
            links=notice.links(report),
            buttons=(views.show(report),),
            small=describe.who_did_what(event),
        )

    found = await holders(context.session, report, context.now)
    told = list(found.nearest) if on_both_sides else []
    if not found.leaders and not found.stranded:
        day = context.today
        told += _each_once(await units.leaders(context.session, report.deviation.organisation_id, day))
    await tell_people(context, report, event, told, build)


async def tell_leaders_of_both(context: Context, report: Report, event: Event, build: Build) -> None:
    """News for the reporter's nearest leaders and those of the responsible unit."""
    found = await holders(context.session, report, context.now)
    await tell_people(context, report, event, list(dict.fromkeys((*found.nearest, *found.leaders))), build)


async def tell_people(
    context: Context, report: Report, event: Event, readers: Collection[Reader], build: Build
) -> None:
    """News for these readers, but not for whoever caused the event."""

    def with_page() -> Message:
        return build().model_copy(update={"page": views.page_of(report)})

    others = [reader for reader in readers if reader[0] != context.actor.person_id]
    news = places(f"{subject(report)}:news:{event.id}", others)
    await show(context, subject(report), [Seen(news, with_page)])
