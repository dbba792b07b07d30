"""Who sees a follow-up now, and what: worked out from how it stands, after each event and whenever something about it
changes. Each of those who have it has one message, which changes where it stands; so nothing is told twice.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.decisions.following import holders, views
from handlers.decisions.following.holders import Held
from handlers.messages import standing
from handlers.messages.standing import Build, Gone, Seen, Standing, Write
from handlers.people.context import Context
from storage import deliveries, follow_ups
from storage.deliveries import Place
from storage.follow_ups import Task
from storage.history import Event


def subject(follow_up_id: int) -> str:
    """The subject of what is told about it."""
    return f"follow:{follow_up_id}"


def owner_key(follow_up_id: int, person_id: int) -> str:
    """The place of somebody who has it."""
    return f"{subject(follow_up_id)}:owner:{person_id}"


def is_followed(task: Task) -> bool:
    """Whether people are reminded of it: it is to be done, and was not long due, or without a date, in an old paper
    when that was read in, or in minutes when the bot began to follow up. A recommendation is answered by its party (see
    `handlers.decisions.chain`)."""
    if not task.is_open or task.row.recommended:
        return False
    minutes = task.at.minutes
    since = local_day(minutes.created_at) if minutes.paper_id is not None else minutes.followed_from
    if since is None or task.row.added_later or task.row.revision > 0:
        return True
    return task.due is not None and task.due >= since


def is_told(task: Task) -> bool:
    """Whether whoever has it is told of it here. Another committee gets it as a case (see `handlers.decisions.chain`),
    and is only reminded."""
    theirs = task.row.owner_committee_id
    return is_followed(task) and theirs in (None, task.at.committee.id)


async def stand(
    session: AsyncSession, now: datetime, tasks: Sequence[Task], *, write: Write = deliveries.wish
) -> Mapping[int, Held]:
    """Whoever has them sees how they stand, and who had them sees that they do not; who has them."""
    held = await holders.of(session, tasks, local_day(now))
    last = await follow_ups.HISTORY.last_of(session, [task.row.id for task in tasks])
    await standing.show_all(
        session,
        now,
        [_standing(task, held.get(task.row.id), last.get(task.row.id), now) for task in tasks],
        write=write,
    )
    return held


def _standing(task: Task, held: Held | None, last: Event | None, now: datetime) -> Standing:
    seen = []
    if held is not None and is_told(task):
        places = standing.places(f"{subject(task.row.id)}:owner", held.readers.items())
        seen = [Seen(places, partial(views.to_holder, task, held, local_day(now)))]

    def over(person_id: int) -> Build:
        # What was said of it since it was with somebody is for those who have it, and whoever said it.
        has_it = held is not None and person_id in held.readers
        said_it = last is not None and last.actor_id == person_id
        return partial(views.over, task, last, noted=has_it or said_it)

    return Standing(subject(task.row.id), seen, _owners(task.row.id, over))


def _owners(follow_up_id: int, build: Callable[[int], Build]) -> Gone:
    """`build`: what stands in the place of somebody who had it, by who they are."""
    beginning = f"{subject(follow_up_id)}:owner:"

    def gone(place: Place) -> Build | None:
        return build(place.person_id) if place.key.startswith(beginning) else None

    return gone


async def removed(session: AsyncSession, now: datetime, follow_up_ids: Collection[int]) -> None:
    """They are not there any more: they were taken out of the minutes."""
    found = [Standing(subject(each), (), _owners(each, lambda _person: views.gone)) for each in follow_up_ids]
    await standing.show_all(session, now, found, write=deliveries.wish_by_loading)


async def tell(context: Context, task: Task, what: str, readers: Mapping[int, str], build: Build) -> None:
    """Tell these people something that is said once; not the one who did it. `what`: the rest of its key."""
    others = [(each, language) for each, language in readers.items() if each != context.actor.person_id]
    places = standing.places(f"{subject(task.row.id)}:{what}", others)
    if places:
        await standing.show(context, subject(task.row.id), [Seen(places, build)])
