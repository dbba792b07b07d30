"""The tick, for deviations: each who is waited for gets one message a day at most, with a line for each report.

What has been told is read from the deliveries themselves, so nothing has to be kept in event.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.chore import Chore, Item
from handlers.deviations import describe, notice, views
from handlers.deviations.actions import Do, button
from handlers.deviations.handling.reminder_rule import Clock, Reached, To, Waiting, due_now, notice_reached, reached
from handlers.messages import paging
from handlers.messages.deliveries import in_language
from handlers.messages.message import Message, Section
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed
from storage import deadlines, deliveries, deviations, units
from storage.deadlines import Open, Unsettled
from storage.deliveries import Wish
from storage.deviations import Report
from storage.tables import StaffRole
from storage.tables.deviations import SERIOUS
from storage.units import Staff

_WORTH_SAYING = timedelta(hours=24)
"""Whoever cannot be reached for long gets one reminder when they can, not one for each day."""

_NOTICE_IS_OVER = timedelta(days=2 * notice.MOST_DAYS + 2)
"""Longer ago than any deadline of a notice, counted in working days and with holidays among them."""

Reader = tuple[int, str]
"""Person id, language."""


async def _due(_session: AsyncSession, now: datetime) -> Sequence[Item]:
    return [Item("day", local_day(now).isoformat())]


async def _write(session: AsyncSession, _items: Sequence[Item], now: datetime) -> int:
    """Write a delivery for each person who is to be reminded of deviations now; how many were new.

    The key holds the local date, so nobody gets two on a day, however many workers tick. A handful of statements,
    however many reports and people (and one for each organisation that has left a unit with nobody).
    """
    due = [(report, reminder) for report in await deadlines.still_open(session) for reminder in _reached(report, now)]
    notices = await _notices_due(session, now)
    if not due and not notices:
        return 0
    waiting = await _by_reader(session, due, notices, now)
    told = await deadlines.last_reminded(session, {person_id for person_id, _language in waiting})
    chosen = {reader: due_now(found, told.get(reader[0]), now) for reader, found in waiting.items()}
    lists = {reader: _most_urgent_first(found) for reader, found in chosen.items() if found}
    shown = {one.deviation_id for found in lists.values() for one in found[: paging.SIZE]}
    reports = await deviations.reports(session, shown)
    return await deliveries.wish_once(
        session,
        [
            Wish(
                key=f"{deadlines.reminder_subject(reader[0])}:{local_day(now)}",
                subject=deadlines.reminder_subject(reader[0]),
                person_id=reader[0],
                message=in_language(reader[1], partial(_message, found, reports, now)),
                due_at=now,
                expires_at=now + _WORTH_SAYING,
            )
            for reader, found in lists.items()
        ],
    )


def _reached(report: Open, now: datetime) -> Sequence[Reached]:
    return reached(Clock(report.since, report.due_at, report.changed_at, report.asked_at), now)


async def _notices_due(session: AsyncSession, now: datetime) -> Sequence[tuple[Unsettled, Reached]]:
    """The reports whose statutory notice somebody is to be reminded of: none where the partnership has set no rule."""
    unsettled = await deadlines.unsettled(session, now - _NOTICE_IS_OVER)
    if not unsettled:
        return ()
    rules = await units.setting(session, notice.NAME)
    found = []
    for report in unsettled:
        known = local_day(report.created_at)
        rule = notice.holding(rules, known)
        reminder = notice_reached(known, notice.last_day(rule, known), now) if rule else None
        if reminder is not None:
            found.append((report, reminder))
    return found


REMIND = Chore("deviations.reminders", _due, _write)


# --- who -----------------------------------------------------------------------------------------------------


async def _by_reader(
    session: AsyncSession,
    due: Sequence[tuple[Open, Reached]],
    notices: Sequence[tuple[Unsettled, Reached]],
    now: datetime,
) -> Mapping[Reader, Sequence[Waiting]]:
    """What waits for each person, each report once, and once more if its statutory notice does; by deadline."""
    staff: dict[int, list[Staff]] = {}
    today = local_day(now)
    for one in await units.staff(session, {report.unit_id for report, _reminder in due}, today):
        staff.setdefault(one.unit_id, []).append(one)
    for organisation_id in sorted({report.organisation_id for report, _to in due if report.unit_id not in staff}):
        # A unit with nobody in it is its organisation's leaders' to look after.
        leaders = list(await units.leaders(session, organisation_id, today))
        staff |= {
            report.unit_id: leaders
            for report, _to in due
            if report.organisation_id == organisation_id and report.unit_id not in staff
        }
    found: dict[Reader, dict[tuple[int, bool], Waiting]] = {}
    consider = await _to_consider(session, [report for report, _of_notice in notices], today)
    for reminded, of_notice in notices:
        for reader in consider[reminded.id]:
            waiting = Waiting(reminded.id, of_notice.to, of_notice.at, serious=True)
            found.setdefault(reader, {})[reminded.id, True] = waiting
    for report, reminder in due:
        waiting = Waiting(report.id, reminder.to, reminder.at, report.consequence in SERIOUS)
        for reader in _readers(report, reminder.to, staff.get(report.unit_id, ())):
            found.setdefault(reader, {})[report.id, False] = waiting
    return {reader: list(each.values()) for reader, each in found.items()}


async def _to_consider(
    session: AsyncSession, reports: Sequence[Unsettled], today: date
) -> Mapping[int, Collection[Reader]]:
    """By report: the reporter's nearest leaders; where none is known, the reporter; and where that one has left, the
    leaders of their organisation."""
    workplaces = {report.workplace_id for report in reports if report.workplace_id is not None}
    lead = await units.staff(session, workplaces, today, StaffRole.LEADER)
    found: dict[int, Collection[Reader]] = {}
    for report in reports:
        nearest = {(one.person_id, one.language) for one in lead if one.unit_id == report.workplace_id}
        if not nearest and report.reporter_left:
            nearest = _with(await units.leaders(session, report.organisation_id, today), StaffRole.LEADER)
        elif not nearest:
            nearest = {(report.reporter_id, report.reporter_language)}
        found[report.id] = nearest
    return found


def _readers(report: Open, to: To, staff: Sequence[Staff]) -> set[Reader]:
    if to is To.REPORTER:
        return {(report.reporter_id, report.reporter_language)}
    leaders = _with(staff, StaffRole.LEADER)
    if to is To.LEADER and leaders:
        return leaders
    taken = {(one.person_id, one.language) for one in staff if one.person_id == report.handler_id}
    return taken or _with(staff, StaffRole.HANDLER) or _with(staff, StaffRole.DEPUTY) or leaders


def _with(staff: Sequence[Staff], role: StaffRole) -> set[Reader]:
    return {(one.person_id, one.language) for one in staff if one.role is role}


# --- what ----------------------------------------------------------------------------------------------------


def _most_urgent_first(found: Sequence[Waiting]) -> Sequence[Waiting]:
    """Serious ones first; the order is else left as it is, by deadline."""
    return sorted(found, key=lambda one: not one.serious)


def _message(found: Sequence[Waiting], reports: Mapping[int, Report], now: datetime) -> Message:
    shown = [(one, reports[one.deviation_id]) for one in found[: paging.SIZE]]
    more = len(found) - len(shown)
    count = len({one.deviation_id for one in found})
    return Message(
        title=ngettext("{count} avvik venter på deg", "{count} avvik venter på deg", count).format(count=count),
        sections=tuple(_line(report, one.to, now) for one, report in shown),
        small=ngettext(
            "Det er {count} til. Skriv {command} for å se alle.",
            "Det er {count} til. Skriv {command} for å se alle.",
            more,
        ).format(count=more, command=typed("avvik kø"))
        if more
        else "",
    )


def _line(report: Report, to: To, now: datetime) -> Section:
    show = button(Do.SHOW, _("Vis"), report.deviation)
    if to is To.REPORTER:
        return Section(
            title=_("{reference}: avviket du meldte").format(reference=report.deviation.reference),
            text=_("{unit} har spurt deg om noe, og venter på svar.").format(unit=describe.unit_name(report)),
            buttons=(button(Do.REPLY, _("Svar"), report.deviation, style="primary"), show),
            page=views.page_of(report),
        )
    if to is To.NOTICE:
        stands = notice.clock(report, now)
        return Section(
            title=describe.title(report),
            text=f"{stands[:1].upper()}{stands[1:]}.",
            links=notice.links(report),
            buttons=(*views.notice_buttons(report), show),
            page=views.page_of(report),
        )
    return Section(
        title=describe.title(report),
        text=_("Frist: {deadline}. Alder: {age}. {status}.").format(
            deadline=describe.deadline(report, now), age=describe.age(report, now), status=describe.status(report)
        ),
        buttons=(show,),
        page=views.page_of(report),
    )
