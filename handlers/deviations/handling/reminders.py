"""What whoever is waited for is reminded of: reports that want an answer, and statutory notices. Each hears once a day
at most, of all of theirs.

Who is reminded, and whether now, depends on the moment (their roles, their last such reminder, office hours), so these
reminders are laid when their moment has come. They reach each person when and where they wish.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import faults
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
from handlers.lookout import Looked, Lookout
from handlers.messages.message import Message, Section
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Drawn, Due, Reason, Reminding
from handlers.reminders.laying import lay
from handlers.writing.language import N_, _, ngettext
from handlers.writing.typed import typed
from storage import deadlines, deviations, looks, units
from storage import reminders as stored
from storage.deadlines import Open, Unsettled
from storage.deviations import Report
from storage.tables import ReminderStatus, StaffRole
from storage.tables.deviations import SERIOUS
from storage.units import Staff
from storage.watched import EVERYTHING

log = logging.getLogger(__name__)

DEADLINE, NOTICE = _NAMES = ("avvik.frist", "avvik.varsel")
"""Kinds of reminders; the values stand in their rows."""
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
    """Something about these reports is due: lay what each person is to be reminded of now, of all that waits for them.

    A handful of statements, however many reports and people (and one for each organisation that has left a unit with
    nobody).
    """
    still_open, unsettled = (
        await deadlines.still_open(session),
        await deadlines.unsettled(session, now - _NOTICE_IS_OVER),
    )
    waiting = await _waiting(session, still_open, unsettled, now)
    people = {person_id for person_id, _language in waiting}
    told = await deadlines.last_reminded(session, people, _NAMES) if waiting else {}
    chosen = {reader: due_now(found, told.get(reader[0]), now) for reader, found in waiting.items()}
    lists = {reader: found for reader, found in chosen.items() if found}
    looked_at = {int(each) for each in ids}
    await _lay(session, looked_at, waiting, lists, now)
    untold = {
        one.deviation_id
        for reader, found in waiting.items()
        if reader not in lists
        for one in found
        if reader[0] not in told or one.at > told[reader[0]]
    }
    following = {report.id: next_reached(_clock(report), now) for report in still_open if report.id in looked_at}
    soon = next_allowed(now)
    for report_id in looked_at & {*untold, *(report.id for report in unsettled)}:
        following[report_id] = min(following.get(report_id) or soon, soon)
    return Looked(0, {each: following.get(int(each)) for each in ids})


async def _lay(
    session: AsyncSession,
    looked_at: Collection[int],
    waiting: Mapping[Reader, Sequence[Waiting]],
    chosen: Mapping[Reader, Sequence[Waiting]],
    now: datetime,
) -> None:
    """Lay what is chosen to be said now. What was laid before and has not been said is kept, of the reports that are
    `looked_at` only as long as it still waits for them."""
    reports = {*looked_at, *(one.deviation_id for of in chosen.values() for one in of)}
    subjects = {deadlines.reminder_subject(each) for each in reports}
    laid = {
        (each.kind, each.occurrence, each.person_id): each.due_at
        for each in await stored.about(session, subjects, _NAMES)
        if each.status != ReminderStatus.WITHDRAWN
    }
    wanted = []
    for (person_id, language), found in waiting.items():
        now_said = set(chosen.get((person_id, language), ()))
        for one in _most_urgent_first([each for each in found if each.deviation_id in reports]):
            each = _reminding(one, person_id, now)
            before = laid.get((each.kind, each.occurrence, person_id))
            if before is not None:
                wanted.append(each._replace(due_at=before))
            elif one in now_said:
                wanted.append(each)
    await lay(session, subjects, _NAMES, wanted, now)


def _reminding(one: Waiting, person_id: int, now: datetime) -> Reminding:
    """The occurrence holds the moment that was reached, so each is said once."""
    return Reminding(
        kind=NOTICE if one.to is To.NOTICE else DEADLINE,
        occurrence=f"{one.deviation_id}:{one.to}:{one.at.isoformat()}",
        person_id=person_id,
        subject=deadlines.reminder_subject(one.deviation_id),
        due_at=now,
        expires_at=one.ends,
    )


async def _waiting(
    session: AsyncSession, still_open: Sequence[Open], unsettled: Sequence[Unsettled], now: datetime
) -> Mapping[Reader, Sequence[Waiting]]:
    """What of these reports waits for each person now."""
    due = [(report, reminder) for report in still_open for reminder in reached(_clock(report), now)]
    notices = await _notices_due(session, unsettled, now)
    return await _by_reader(session, due, notices, now) if due or notices else {}


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
            waiting = Waiting(reminded.id, of_notice.to, of_notice.at, serious=True, ends=of_notice.ends)
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


async def _draw(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    """Whoever is waited for no more is not reminded: the report is answered, somebody else has it, or it moved on."""
    ids = sorted({_id(due) for due in dues})
    still_open, unsettled = (
        await deadlines.still_open(session, ids),
        await deadlines.unsettled(session, now - _NOTICE_IS_OVER, ids),
    )
    waits = {
        (person_id, one.deviation_id, one.to is To.NOTICE): one
        for (person_id, _language), found in (await _waiting(session, still_open, unsettled, now)).items()
        for one in found
    }
    reports = await deviations.reports(session, ids)
    wanted = {False: {report.id for report in still_open}, True: {report.id for report in unsettled}}
    found: dict[int, Drawn | Reason] = {}
    for due in dues:
        number, of_notice = _id(due), To.NOTICE in due.occurrence.split(":")
        one = waits.get((due.person_id, number, of_notice))
        if number not in wanted[of_notice]:
            found[due.id] = Reason.DONE
        elif one is not None and number in reports:
            found[due.id] = partial(_said, reports[number], one.to, now)
    return found


def _id(due: Due) -> int:
    return int(due.subject.rpartition(":")[2])


def _said(report: Report, to: To, now: datetime) -> Message:
    line = _line_or_reference(report, to, now)
    return Message(**{name: getattr(line, name) for name in Section.model_fields if name in line.model_fields_set})


def _several(count: int) -> str:
    return ngettext("{count} avvik venter på deg", "{count} avvik venter på deg", count).format(count=count)


def _rest(count: int) -> str:
    return ngettext(
        "Det er {count} til. Skriv {command} for å se alle.",
        "Det er {count} til. Skriv {command} for å se alle.",
        count,
    ).format(count=count, command=typed("avvik kø"))


def _line_or_reference(report: Report, to: To, now: datetime) -> Section:
    """A line about the report; only what it is called where that fails: one report holds back none of the others."""
    try:
        return _line(report, to, now)
    except Exception as error:
        faults.untold(log, error, "no line for deviation %s", report.deviation.id)
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


KINDS = (
    reminding.Kind(DEADLINE, N_("Avvik som venter på svar"), _draw, _several, optional=False, rest=_rest),
    reminding.Kind(NOTICE, N_("Lovpålagte varsler"), _draw, _several, optional=False, rest=_rest),
)
