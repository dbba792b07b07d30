"""The tick, for deviations: each who is waited for gets one message a day at most, with a line for each report.

What has been told is read from the deliveries themselves, so nothing has to be kept in event.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.deviations import describe, notice, views
from handlers.deviations.actions import Do, button
from handlers.deviations.handling.reminder_rule import (
    Clock,
    Reached,
    To,
    Waiting,
    due_now,
    next_allowed,
    next_reached,
    notice_reached,
    reached,
)
from handlers.errors import new_reference
from handlers.faults import place_of
from handlers.lookout import Looked, Lookout
from handlers.messages import paging
from handlers.messages.deliveries import in_language
from handlers.messages.message import Message, Section
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed
from storage import deadlines, deliveries, deviations, looks, units
from storage.deadlines import Open, Unsettled
from storage.deliveries import Wish
from storage.deviations import Report
from storage.tables import StaffRole
from storage.tables.deviations import SERIOUS
from storage.units import Staff
from storage.watched import EVERYTHING

log = logging.getLogger(__name__)

_WORTH_SAYING = timedelta(hours=24)
"""Whoever cannot be reached for long gets one reminder when they can, not one for each day."""

_NOTICE_IS_OVER = timedelta(days=2 * notice.MOST_DAYS + 2)
"""Longer ago than any deadline of a notice, counted in working days and with holidays among them."""

Reader = tuple[int, str]
"""Person id, language."""


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """The reports with these ids, or every one that somebody may be reminded of."""
    if EVERYTHING in changed:
        await deadlines.look_at_all(session, REMIND.name, now - _NOTICE_IS_OVER, now)
    else:
        await looks.look_at(session, REMIND.name, dict.fromkeys(changed, now))


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    """Something about these reports is due: write a delivery for each person who is to be reminded of deviations now,
    with all that waits for them.

    The key holds the local date, so nobody gets two on a day, however many workers tick. A handful of statements,
    however many reports and people (and one for each organisation that has left a unit with nobody).
    """
    still_open, unsettled = (
        await deadlines.still_open(session),
        await deadlines.unsettled(session, now - _NOTICE_IS_OVER),
    )
    due = [(report, reminder) for report in still_open for reminder in reached(_clock(report), now)]
    notices = await _notices_due(session, unsettled, now)
    waiting = await _by_reader(session, due, notices, now) if due or notices else {}
    told = await deadlines.last_reminded(session, {person_id for person_id, _language in waiting}) if waiting else {}
    chosen = {reader: due_now(found, told.get(reader[0]), now) for reader, found in waiting.items()}
    lists = {reader: _most_urgent_first(found) for reader, found in chosen.items() if found}
    shown = {one.deviation_id for found in lists.values() for one in found[: paging.SIZE]}
    reports = await deviations.reports(session, shown)
    written = await deliveries.wish_once(
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
    untold = {
        one.deviation_id
        for reader, found in waiting.items()
        if reader not in lists
        for one in found
        if reader[0] not in told or one.at > told[reader[0]]
    }
    looked_at = {int(each) for each in ids}
    following = {report.id: next_reached(_clock(report), now) for report in still_open if report.id in looked_at}
    soon = next_allowed(now)
    for report_id in looked_at & {*untold, *(report.id for report in unsettled)}:
        following[report_id] = min(following.get(report_id) or soon, soon)
    return Looked(written, {each: following.get(int(each)) for each in ids})


def _clock(report: Open) -> Clock:
    return Clock(report.since, report.due_at, report.changed_at, report.asked_at)


async def _notices_due(
    session: AsyncSession, unsettled: Sequence[Unsettled], now: datetime
) -> Sequence[tuple[Unsettled, Reached]]:
    """The reports whose statutory notice somebody is to be reminded of: none where the partnership has set no rule."""
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


REMIND = Lookout(deadlines.REMINDERS, "deviation", _spread, _look).chore(at_once=500)


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
        sections=tuple(_line_or_reference(report, one.to, now) for one, report in shown),
        small=ngettext(
            "Det er {count} til. Skriv {command} for å se alle.",
            "Det er {count} til. Skriv {command} for å se alle.",
            more,
        ).format(count=more, command=typed("avvik kø"))
        if more
        else "",
    )


def _line_or_reference(report: Report, to: To, now: datetime) -> Section:
    """A line about the report; only what it is called where that fails: one report holds back none of the others."""
    try:
        return _line(report, to, now)
    except Exception as error:
        number, where = report.deviation.id, place_of(error)
        log.error(
            "no line for deviation %s, reference %s: %s at %s", number, new_reference(), type(error).__name__, where
        )
        return Section(title=report.deviation.reference)


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
