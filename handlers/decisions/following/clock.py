"""What the clock does for follow-ups: who has them is told when the minutes leave the minute taker, and their reminders
are laid (see `handlers.decisions.following.reminders`).

What has changed is noted by triggers (see `handlers.lookout`), so a tick with nothing due costs one statement.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.decisions.following import announce, holders, reminders, views
from handlers.decisions.following.holders import Held
from handlers.decisions.views import task_named
from handlers.lookout import Looked, Lookout
from handlers.meetings.follow_up_actions import Do, button
from handlers.messages import standing
from handlers.messages.message import Message
from handlers.messages.standing import Seen, Standing
from handlers.writing.language import _
from storage import deliveries, follow_ups, looks
from storage.follow_ups import Task
from storage.watched import EVERYTHING

_UNREACHED_AFTER = timedelta(minutes=10)
"""So long after somebody was told it is looked at whether they were reached at all."""


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """The follow-ups with these ids, of these minutes (`m1`), committees (`c1`) and organisations (`o1`), or all."""
    ids: set[int] = set()
    if EVERYTHING in changed:
        ids.update(await follow_ups.tasks_around(session, None))
    by_kind: dict[str, list[int]] = {}
    for each in set(changed) - {EVERYTHING}:
        kind = each[:1] if each[:1].isalpha() else ""
        by_kind.setdefault(kind, []).append(int(each.removeprefix(kind)))
    # What has just ended is not among all that is open.
    ids.update(by_kind.get("", ()))
    if "m" in by_kind:
        ids.update(await follow_ups.tasks_of_minutes(session, by_kind["m"]))
    if "c" in by_kind or "o" in by_kind:
        ids.update(await follow_ups.tasks_around(session, by_kind.get("c", ()), by_kind.get("o", ())))
    await looks.look_at(session, FOLLOW.name, dict.fromkeys(map(str, sorted(ids)), now))


async def _look(session: AsyncSession, subjects: Collection[str], now: datetime) -> Looked:
    """Whoever has these sees how they stand, and is reminded of them as they stand. A fixed number of statements,
    however many they are. What goes on until it is done is laid anew each midnight, when all of it is looked at."""
    ids = [int(each) for each in subjects]
    tasks = await follow_ups.tasks(session, ids)
    # Before anything is shown anew: then it does not wait any more, but is tried again.
    waiting = await deliveries.not_reached(session, [announce.subject(each) for each in ids])
    held = await announce.stand(session, now, tasks, write=deliveries.wish_by_loading)
    left = set(ids) - {task.row.id for task in tasks}
    if left:
        await announce.removed(session, now, left)
    written = await reminders.lay_of(session, ids, tasks, held, now)
    written += await _tell_of_unreached(session, tasks, held, waiting, now)
    return Looked(written, {str(each): None for each in ids} | {str(t.row.id): _next(t, now) for t in tasks})


def _next(task: Task, now: datetime) -> datetime | None:
    if not announce.is_followed(task):
        return None
    told_at = max(filter(None, (task.row.status_at, task.at.minutes.published_at)), default=None)
    return told_at + _UNREACHED_AFTER if told_at is not None and now < told_at + _UNREACHED_AFTER else None


_FOLLOWING = Lookout("decisions.following", "follow-up", _spread, _look)
FOLLOW = _FOLLOWING.chore(at_once=200)


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
