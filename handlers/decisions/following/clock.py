"""What the clock does for follow-ups: who has them is told when the minutes leave the minute taker, and reminded before
they are due, on the day and after it: each person once a day, of all that is theirs.

What has changed is noted by triggers (see `handlers.lookout`), so a tick with nothing due costs one statement.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.decisions.following import announce, holders, reminder_rule, views
from handlers.decisions.following.holders import Held
from handlers.decisions.following.reminder_rule import Kind
from handlers.decisions.views import task_named
from handlers.lookout import Looked, Lookout
from handlers.meetings.follow_up_actions import Do, button
from handlers.meetings.follow_up_settings import FollowUpSettings
from handlers.meetings.minutes import to_do
from handlers.meetings.settings import CommitteeSettings
from handlers.messages import paging, standing
from handlers.messages.deliveries import in_language
from handlers.messages.message import Button, Message, Section
from handlers.messages.standing import Seen, Standing
from handlers.writing.language import _, ngettext
from handlers.writing.typed import typed
from storage import decisions, deliveries, looks
from storage.decisions import Task
from storage.deliveries import Wish
from storage.watched import EVERYTHING

_FARTHEST = timedelta(days=120)
"""Further ahead nothing is reminded of."""
_UNREACHED_AFTER = timedelta(minutes=10)
"""So long after somebody was told it is looked at whether they were reached at all."""
_WORTH_SAYING = timedelta(hours=24)
"""Whoever cannot be reached for long gets one reminder when they can, not one for each day."""


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """The follow-ups with these ids, of these minutes (`m1`), committees (`c1`) and organisations (`o1`), or all."""
    ids: set[int] = set()
    if EVERYTHING in changed:
        ids.update(await decisions.tasks_around(session, None))
    by_kind: dict[str, list[int]] = {}
    for each in set(changed) - {EVERYTHING}:
        kind = each[:1] if each[:1].isalpha() else ""
        by_kind.setdefault(kind, []).append(int(each.removeprefix(kind)))
    # What has just ended is not among all that is open.
    ids.update(by_kind.get("", ()))
    if "m" in by_kind:
        ids.update(await decisions.tasks_of_minutes(session, by_kind["m"]))
    if "c" in by_kind or "o" in by_kind:
        ids.update(await decisions.tasks_around(session, by_kind.get("c", ()), by_kind.get("o", ())))
    await looks.look_at(session, FOLLOW.name, dict.fromkeys(map(str, sorted(ids)), now))


async def _look(session: AsyncSession, subjects: Collection[str], now: datetime) -> Looked:
    """Whoever has these sees how they stand; whoever is to be reminded of any of them today is so of all of theirs. A
    fixed number of statements, however many they are."""
    ids = [int(each) for each in subjects]
    tasks = await decisions.tasks(session, ids)
    # Before anything is shown anew: then it does not wait any more, but is tried again.
    waiting = await decisions.not_reached(session, [announce.subject(each) for each in ids])
    held = await announce.stand(session, now, tasks, write=deliveries.wish_by_loading)
    left = set(ids) - {task.row.id for task in tasks}
    if left:
        await announce.removed(session, now, left)
    written = await _remind(session, tasks, held, now)
    written += await _tell_of_unreached(session, tasks, held, waiting, now)
    return Looked(written, {str(each): None for each in ids} | {str(t.row.id): _next(t, now) for t in tasks})


def _rule(task: Task) -> FollowUpSettings:
    return CommitteeSettings.model_validate(task.at.committee.settings).follow_up


def _next(task: Task, now: datetime) -> datetime | None:
    if not announce.is_followed(task):
        return None
    told_at = max(filter(None, (task.row.status_at, task.at.minutes.published_at)), default=None)
    soon = told_at + _UNREACHED_AFTER if told_at is not None and now < told_at + _UNREACHED_AFTER else None
    reminder = reminder_rule.following(now, task.due, task.row.report_on, _rule(task))
    return min(filter(None, (soon, reminder)), default=None)


_FOLLOWING = Lookout("decisions.following", "follow-up", _spread, _look)
FOLLOW = _FOLLOWING.chore(at_once=200)


# --- reminders -------------------------------------------------------------------------------------------------


def _why_now(task: Task, now: datetime) -> Kind | None:
    """Why whoever has it is reminded of it today; None: they are not. Whoever was told of it today knows that it is due
    before long."""
    if not announce.is_followed(task):
        return None
    kind = reminder_rule.now_is(now, task.due, task.row.report_on, _rule(task))
    told = [each for each in (task.row.status_at, task.at.minutes.published_at) if each is not None]
    is_news = any(local_day(each) == local_day(now) for each in told)
    return None if is_news and kind is Kind.SOON else kind


async def _remind(session: AsyncSession, looked: Sequence[Task], held: Mapping[int, Held], now: datetime) -> int:
    today = local_day(now)
    readers = {person: language for each in held.values() for person, language in each.readers.items()}
    keys = {_key(person, now): person for person in readers}
    written_before = await deliveries.known(session, keys) if keys else set()
    due_now = {task.row.id for task in looked if _why_now(task, now) is not None}
    wanted = {person for id_, each in held.items() if id_ in due_now for person in each.readers}
    wanted |= {keys[key] for key in written_before}
    if not wanted:
        return 0
    every = await decisions.tasks(session, await _due_for(session, wanted, now))
    every = sorted(every, key=lambda task: (task.due is None, task.due, task.row.id))
    mentioned = [(task, kind) for task in every if (kind := _why_now(task, now)) is not None]
    theirs = await holders.of(session, [task for task, _kind in mentioned], today)
    wishes = []
    for person in sorted(wanted):
        own = [
            (task, kind, theirs[task.row.id].is_fallback)
            for task, kind in mentioned
            if task.row.id in theirs and person in theirs[task.row.id].readers
        ]
        if not own and _key(person, now) not in written_before:
            continue
        wishes.append(
            Wish(
                key=_key(person, now),
                subject=f"todo:{person}",
                person_id=person,
                message=in_language(readers[person], partial(_reminder, sorted(own, key=lambda each: each[1]), now)),
                due_at=now,
                expires_at=now + _WORTH_SAYING,
            )
        )
    await deliveries.wish_by_loading(session, wishes)
    return len(wishes)


async def _due_for(session: AsyncSession, wanted: Collection[int], now: datetime) -> Sequence[int]:
    """What may be one of these people's and is to be reminded of today, going by its dates alone: ids."""
    found = await decisions.dated(session, local_day(now) + _FARTHEST)
    settings = await decisions.settings_of(session, {each.committee_id for each in found})
    rules = {key: CommitteeSettings.model_validate(value).follow_up for key, value in settings.items()}
    return [
        each.id
        for each in found
        if (each.owner_id is None or each.owner_id in wanted)
        and reminder_rule.now_is(now, each.due_on, each.report_on, rules[each.committee_id]) is not None
    ]


def _key(person_id: int, now: datetime) -> str:
    return f"todo:{person_id}:{local_day(now)}"


def _reminder(own: Sequence[tuple[Task, Kind, bool]], now: datetime) -> Message:
    if not own:
        return Message(title=_("Det du ble minnet om i dag, er gjort eller endret"))
    shown, more = own[: paging.SIZE], len(own) - paging.SIZE
    titles = {
        Kind.OVERDUE: _("Forfalt"),
        Kind.TODAY: _("Frist i dag"),
        Kind.SOON: _("Frist snart"),
        Kind.REPORT: _("Hvordan går det?"),
    }
    today = local_day(now)
    return Message(
        title=ngettext("{count} oppfølging venter på deg", "{count} oppfølginger venter på deg", len(own)).format(
            count=len(own)
        ),
        sections=tuple(
            Section(
                title=f"{titles[kind]}: {task_named(task)}",
                text=f"{views.case(task.at)}. {to_do.due(task) or _('Ingen frist')}. {to_do.status(task, today)}.",
                buttons=_buttons(task, kind, is_fallback=is_fallback),
                page=views.page_of(task),
            )
            for task, kind, is_fallback in shown
        ),
        small=ngettext(
            "Det er {count} til. Skriv {command} for å se alle.",
            "Det er {count} til. Skriv {command} for å se alle.",
            more,
        ).format(count=more, command=typed("vedtak mine"))
        if more > 0
        else "",
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


# --- who was not reached -----------------------------------------------------------------------------------------


async def _tell_of_unreached(
    session: AsyncSession, tasks: Sequence[Task], held: Mapping[int, Held], waiting: Mapping[str, str], now: datetime
) -> int:
    """The secretariat hears of whoever is in no chat, so that nothing waits for somebody who does not know of it."""
    keys = {
        announce.owner_key(task.row.id, person): (task, person)
        for task in tasks
        if announce.is_told(task) and task.row.id in held
        for person in held[task.row.id].readers
    }
    unreached = {key: name for key, name in waiting.items() if key in keys}
    if not unreached:
        return 0
    committees = {keys[key][0].at.committee.id for key in unreached}
    roles = await holders.secretariats(session, committees, local_day(now))
    found = []
    for key, name in unreached.items():
        task, person = keys[key]
        readers = {each: language for each, language in roles[task.at.committee.id].items() if each != person}
        subject = announce.subject(task.row.id)
        places = standing.places(f"{subject}:unreached:{person}", readers.items())
        found.append(Standing(subject, [Seen(places, partial(_unreached, task, name, now))]))
    await standing.show_all(session, now, found, write=deliveries.wish_by_loading)
    return len(found)


def _unreached(task: Task, name: str, now: datetime) -> Message:
    return Message(
        title=_("Ikke nådd: {name} har ikke fått en oppfølging").format(name=name),
        text=_(
            "{name} er ikke i noen chat som jeg kan skrive til. Meldingen venter til de skriver til meg. Gi beskjed på "
            "en annen måte, eller velg en annen: {text}"
        ).format(name=name, text=task_named(task)),
        facts=views.facts(task, local_day(now)),
        buttons=(button(Do.CHANGE, _("Endre eier og frist"), task.row), views.show(task)),
    )
