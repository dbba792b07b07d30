"""What whoever has a follow-up is reminded of: before it is due, on the day, and after it until it is done; and how it
goes, if they said that they would tell. Laid ahead, and each person's of a day are one message.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.decisions.following import announce, holders, reminder_rule, views
from handlers.decisions.following.holders import Held
from handlers.decisions.following.reminder_rule import Kind, Occasion
from handlers.decisions.views import task_named
from handlers.meetings.follow_up_actions import Do, button
from handlers.meetings.follow_up_settings import FollowUpSettings
from handlers.meetings.minutes import to_do
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.message import Button, Message
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Drawn, Due, Reason, Reminding
from handlers.reminders.laying import lay
from handlers.reminders.redrawing import redraw
from handlers.writing.language import N_, _, ngettext
from handlers.writing.typed import typed
from storage import deliveries, follow_ups, reminders
from storage.follow_ups import Task
from storage.reminders import SNOOZED, Laid
from storage.tables import FollowUpStatus, ReminderStatus

NAME = "oppfolging.frist"
_A_DAY = timedelta(days=1)


# --- laid ahead ------------------------------------------------------------------------------------------------


async def lay_of(
    session: AsyncSession, ids: Collection[int], tasks: Sequence[Task], held: Mapping[int, Held], now: datetime
) -> int:
    """Lay the reminders of the follow-ups with these ids as they stand now; none of what is not among `tasks`, or not
    to be followed up. What people were reminded of today says how it stands. A fixed number of statements."""
    subjects = [announce.subject(each) for each in ids]
    stored: dict[str, list[Laid]] = {}
    for each in await reminders.about(session, subjects, [NAME]):
        if each.status != ReminderStatus.WITHDRAWN and SNOOZED not in each.occurrence:
            stored.setdefault(each.subject, []).append(each)
    wanted: list[Reminding] = []
    missed: list[Reminding] = []
    for task in tasks:
        if announce.is_followed(task) and task.row.id in held:
            own, late = _wanted_of(task, held[task.row.id], stored.get(announce.subject(task.row.id), ()), now)
            wanted += own
            missed += late
    wanted += await _without_a_second_message(session, missed, now)
    changed = sum(await lay(session, subjects, [NAME], wanted, now))
    await redraw(session, KIND, subjects, _midnight(local_day(now)), now)
    return changed


def _rule(task: Task) -> FollowUpSettings:
    return CommitteeSettings.model_validate(task.at.committee.settings).follow_up


def _wanted_of(
    task: Task, held: Held, stored: Sequence[Laid], now: datetime
) -> tuple[Sequence[Reminding], Sequence[Reminding]]:
    """What is to be said of it, and what of that was to be said today before it was laid. What was laid before today is
    kept, as long as it is about how things stand; what never was is not said afterwards.

    Whoever was told of it on that day knows that it is due before long.
    """
    today, rule = local_day(now), _rule(task)
    due, report_on = task.due, task.row.report_on
    told = {local_day(each) for each in (task.row.status_at, task.at.minutes.published_at) if each is not None}
    known = {(each.occurrence, each.person_id): each for each in stored}
    before = {day for each in stored if (day := _day(each.occurrence)) < today}
    past = [
        Occasion(day, kind, reminder_rule.morning(day))
        for day in sorted(before)
        if (kind := reminder_rule.kind_on(day, due, report_on, rule)) is not None
    ]
    wanted, missed = [], []
    for occasion in (*past, *reminder_rule.ahead(today, due, report_on, rule)):
        for person_id in held.readers:
            each = _reminding(task, occasion, person_id)
            kept = known.get((each.occurrence, person_id))
            if kept is not None and occasion.at <= now:
                wanted.append(each._replace(due_at=kept.due_at))
            elif occasion.day < today or (occasion.kind is Kind.SOON and occasion.day in told):
                continue
            elif occasion.at <= now:
                missed.append(each)
            else:
                wanted.append(each)
    return wanted, missed


def _reminding(task: Task, occasion: Occasion, person_id: int) -> Reminding:
    ends = None
    if occasion.kind in (Kind.SOON, Kind.TODAY) and task.due is not None:
        # Then it is overdue, which is said by another one.
        ends = _midnight(task.due + _A_DAY)
    return Reminding(
        kind=NAME,
        occurrence=_occurrence(task, occasion.kind, occasion.day),
        person_id=person_id,
        subject=announce.subject(task.row.id),
        due_at=occasion.at,
        expires_at=ends,
        committee_id=task.at.committee.id,
    )


def _occurrence(task: Task, kind: Kind, day: date) -> str:
    """Holds the date that is reminded of, so what is given another date is reminded of again."""
    return f"{task.row.id}:{kind.name}:{task.row.report_on if kind is Kind.REPORT else task.due}:{day}"


def _midnight(day: date) -> datetime:
    """When that day begins (UTC)."""
    return datetime.combine(day, time(), LOCAL_ZONE).astimezone(UTC)


def _day(occurrence: str) -> date:
    return date.fromisoformat(occurrence.rpartition(":")[2])


def _kind(occurrence: str) -> Kind:
    return Kind[occurrence.split(":")[1]]


async def _without_a_second_message(
    session: AsyncSession, missed: Sequence[Reminding], now: datetime
) -> Sequence[Reminding]:
    """What was to be said today, at once; but whoever was reminded today already is so tomorrow, if it makes sense
    then. A message of before there were rows of reminders said all that was theirs."""
    if not missed:
        return []
    today = local_day(now)
    people = {each.person_id for each in missed}
    said_before = await deliveries.known(session, {_key_of_before(person, today) for person in people})
    reminded = await reminders.reminded_since(session, NAME, people, _midnight(today))
    tomorrow = reminder_rule.morning(today + _A_DAY)
    found = []
    for each in missed:
        if _key_of_before(each.person_id, today) in said_before:
            continue
        due_at = tomorrow if each.person_id in reminded else each.due_at
        if each.expires_at is None or due_at < each.expires_at:
            found.append(each._replace(due_at=due_at))
    return found


def _key_of_before(person_id: int, day: date) -> str:
    return f"todo:{person_id}:{day}"


# --- said ------------------------------------------------------------------------------------------------------


async def _draw(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    found: dict[int, Drawn | Reason] = {}
    tasks = {task.row.id: task for task in await follow_ups.tasks(session, sorted({_id(due) for due in dues}))}
    held = await holders.of(session, list(tasks.values()), local_day(now))
    for due in dues:
        task, own = tasks.get(_id(due)), held.get(_id(due))
        if task is not None:
            found[due.id] = _drawn(task, own, due, now)
    return found


def _id(due: Due) -> int:
    return int(due.subject.rpartition(":")[2])


def _drawn(task: Task, held: Held | None, due: Due, now: datetime) -> Drawn | Reason:
    occurrence = due.occurrence.partition(SNOOZED)[0]
    if task.row.status == FollowUpStatus.DONE:
        return Reason.DONE
    if not announce.is_followed(task) or occurrence != _occurrence(task, _kind(occurrence), _day(occurrence)):
        return Reason.CHANGED
    if held is None or due.person_id not in held.readers:
        return Reason.NOT_THEIRS
    day = local_day(max(now, due.send_at))
    return partial(_text, task, _kind_on(task, _kind(occurrence), day), day, is_fallback=held.is_fallback)


def _kind_on(task: Task, kind: Kind, day: date) -> Kind:
    """What it is when it is said, which may be later than it was to be."""
    if kind is Kind.REPORT or task.due is None:
        return kind
    if task.due < day:
        return Kind.OVERDUE
    return Kind.TODAY if task.due == day else Kind.SOON


def _text(task: Task, kind: Kind, day: date, *, is_fallback: bool) -> Message:
    titles = {
        Kind.OVERDUE: _("Forfalt"),
        Kind.TODAY: _("Frist i dag"),
        Kind.SOON: _("Frist snart"),
        Kind.REPORT: _("Hvordan går det?"),
    }
    return Message(
        title=f"{titles[kind]}: {task_named(task)}",
        text=f"{views.case(task.at)}. {to_do.due(task) or _('Ingen frist')}. {to_do.status(task, day)}.",
        buttons=_buttons(task, kind, is_fallback=is_fallback),
        page=views.page_of(task),
    )


def _buttons(task: Task, kind: Kind, *, is_fallback: bool) -> tuple[Button, ...]:
    row = task.row
    if is_fallback:
        return (views.to_choose(task), button(Do.DONE, _("Gjort"), row), views.show(task, _("Flere valg")))
    if kind is Kind.REPORT:
        return (button(Do.REPORT, _("Meld status"), row, style="primary"), button(Do.DONE, _("Gjort"), row))
    return (
        button(Do.DONE, _("Gjort"), row, style="primary"),
        button(Do.MORE_TIME, _("Trenger mer tid"), row),
        views.show(task, _("Flere valg")),
    )


def _several(count: int) -> str:
    return ngettext("{count} oppfølging venter på deg", "{count} oppfølginger venter på deg", count).format(count=count)


def _rest(count: int) -> str:
    return ngettext(
        "Det er {count} til. Skriv {command} for å se alle.",
        "Det er {count} til. Skriv {command} for å se alle.",
        count,
    ).format(count=count, command=typed("vedtak mine"))


def _rank(occurrence: str) -> int:
    """What is overdue comes first, by its date."""
    _id, kind, due, *_rest = occurrence.split(":")
    return date.fromisoformat(due).toordinal() - date.max.toordinal() if kind == Kind.OVERDUE.name else 0


KIND = reminding.Kind(NAME, N_("Oppfølginger"), _draw, _several, rest=_rest, rank=_rank)
