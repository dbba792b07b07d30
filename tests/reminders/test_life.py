"""Whatever happens to plans, people and their wishes: what is pending is what a second, naive implementation says."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.chores import Doer
from handlers.capabilities import registry
from handlers.meetings.reminders import REMIND
from handlers.meetings.settings import CommitteeSettings
from handlers.reminders.laying import relay_person
from handlers.reminders.when import send_at
from handlers.reminders.wishes import DEFAULT, Wishes
from storage.tables import (
    AgendaItem,
    Attendance,
    Committee,
    ItemStatus,
    Meeting,
    Membership,
    Person,
    Reminder,
    ReminderWishes,
)
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.surface import FakeSurface
from tests.world import World

DAY = timedelta(days=1)
OFFSETS = ["14d", "7d 09:00", "2d 02:30", "1d 09:00", "5h", "30m"]
WISHES = [
    DEFAULT,
    Wishes(quiet_from=time(22), quiet_until=time(7)),
    Wishes(quiet_from=time(0), quiet_until=time(6, 30)),
    Wishes(weekdays=(0, 2, 4)),
    Wishes(gather_at=time(8)),
    Wishes(paused_from=date(2026, 9, 10), paused_until=date(2026, 10, 1)),
]


class Key(NamedTuple):
    kind: str
    meeting_id: int
    anchor: datetime
    offset: str
    person_id: int
    due_at: datetime


def _before(anchor: datetime, offset: str, zone: ZoneInfo) -> datetime:
    """So long before, read letter by letter."""
    number = int("".join(each for each in offset.split(" ", maxsplit=1)[0] if each.isdigit()))
    if offset.endswith(("h", "m")) and "d" not in offset:
        return anchor - timedelta(**{"hours" if offset.endswith("h") else "minutes": number})
    local = anchor.astimezone(zone)
    clock = offset.partition(" ")[2] or f"{local:%H:%M:%S.%f}"
    return datetime.fromisoformat(f"{local.date() - number * DAY}T{clock}").replace(tzinfo=zone).astimezone(UTC)


def _holds(row: Membership, day: date) -> bool:
    return (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or day <= row.valid_to)


async def _naive(session: AsyncSession, now: datetime) -> set[Key]:
    """What is still to come, worked out one person and one meeting at a time from all that is stored."""

    async def everything(model: Any) -> list[Any]:
        return list(await session.scalars(select(model).execution_options(populate_existing=True)))

    committees = {row.id: row for row in await everything(Committee)}
    people = {row.id for row in await everything(Person) if row.removed_at is None}
    memberships, asked, items = [await everything(model) for model in (Membership, Attendance, AgendaItem)]
    found = set()
    for meeting in await everything(Meeting):
        committee = committees[meeting.committee_id]
        if meeting.cancelled_at or committee.removed_at or meeting.starts_at <= now:
            continue
        settings, zone = CommitteeSettings.model_validate(committee.settings), ZoneInfo(meeting.zone)
        day = meeting.starts_at.astimezone(ZoneInfo("Europe/Oslo")).date()
        for person in people:
            own = {
                m.role
                for m in memberships
                if (m.committee_id, m.person_id) == (committee.id, person) and _holds(m, day)
            }
            presents = any(
                item.meeting_id == meeting.id and item.status == ItemStatus.ACCEPTED and person in item.presenter_ids
                for item in items
            )
            comes = any(
                (row.meeting_id, row.person_id) == (meeting.id, person) and row.answer != "absent" for row in asked
            )
            concerned = bool(own - {"gjest"}) or presents or comes
            for kind, anchor, offsets, theirs in (
                ("mote.frist", meeting.deadline_at, settings.remind_deadline, own - {"gjest", "observatør"}),
                ("mote.mote", meeting.starts_at, settings.remind_meeting, concerned),
            ):
                for offset in set(offsets) if theirs and anchor > now else ():
                    due_at = _before(anchor, offset, zone)
                    if due_at > now:
                        found.add(Key(kind, meeting.id, anchor, offset, person, due_at))
    return found


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_pending_is_what_a_naive_implementation_says(
    small_world: World, clock: FixedClock, seed: int
) -> None:
    world, chance = small_world, random.Random(seed)
    surface = FakeSurface(world, clock, registry())
    await propose(surface)
    doer = Doer(world.database, clock)
    wishes: dict[int, Wishes] = {}
    meetings, committees, people = (list(each.values()) for each in (world.meetings, world.committees, world.people))

    def moved() -> Any:
        starts = clock.now() + timedelta(minutes=chance.randrange(-3 * 24 * 60, 60 * 24 * 60))
        values = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
        values["deadline_at"] = starts - timedelta(minutes=chance.randrange(0, 20 * 24 * 60))
        return update(Meeting).where(col(Meeting.id) == chance.choice(meetings)).values(**values)

    def of_meeting(**values: Any) -> Callable[[], Any]:
        return lambda: update(Meeting).where(col(Meeting.id) == chance.choice(meetings)).values(**values)

    def settings() -> Any:
        chosen = {name: chance.sample(OFFSETS, chance.randrange(4)) for name in ("remind_deadline", "remind_meeting")}
        stored = CommitteeSettings.model_validate({**chosen, "remind_terms": []}).model_dump(mode="json")
        return update(Committee).where(col(Committee.id) == chance.choice(committees)).values(settings=stored)

    def term() -> Any:
        day = clock.now().date() + chance.randrange(0, 60) * DAY
        values: dict[str, Any] = chance.choice(
            [{"valid_to": day}, {"valid_from": day}, {"valid_from": None, "valid_to": None}, {"role": "observatør"}]
        )
        return update(Membership).where(col(Membership.person_id) == chance.choice(people)).values(**values)

    def presents() -> Any:
        ids = chance.sample(people, 2)
        status = chance.choice([ItemStatus.ACCEPTED, ItemStatus.PROPOSED])
        return update(AgendaItem).values(presenter_ids=ids, status=status, meeting_id=chance.choice(meetings))

    def asked() -> Any:
        values = {"meeting": chance.choice(meetings), "person": chance.choice(people)}
        return text(
            "INSERT INTO attendance (meeting_id, person_id, name, organisation, capacity, guest_in, note, "
            "substitute_name, revision) VALUES (:meeting, :person, '', '', 'gjest', '[]', '', '', 0) "
            "ON CONFLICT DO NOTHING"
        ).bindparams(**values)

    def person(**values: Any) -> Callable[[], Any]:
        return lambda: update(Person).where(col(Person.id) == chance.choice(people)).values(**values)

    changes: list[Callable[[], Any]] = [
        *[moved] * 4,
        of_meeting(cancelled_at=clock.now()),
        of_meeting(cancelled_at=None),
        settings,
        *[term] * 2,
        presents,
        asked,
        lambda: update(Attendance).values(answer=chance.choice(["absent", "coming", None])),
        person(removed_at=clock.now()),
        person(removed_at=None),
        lambda: update(Person).values(removed_at=None),
    ]
    compared = 0
    for step in range(40):
        clock.forward(timedelta(minutes=chance.randrange(600)))
        async with world.database.transaction() as session:
            if chance.random() < 0.25:
                who = chance.choice(people)
                wishes[who] = chance.choice(WISHES)
                stored = wishes[who].model_dump(mode="json")
                await session.merge(ReminderWishes(person_id=who, wishes=stored, changed_at=clock.now()))
                await relay_person(session, who, wishes[who], clock.now())
            else:
                await session.execute(chance.choice(changes)())
        await doer.do(REMIND)
        now = clock.now()
        async with world.database.reading() as session:
            wanted = await _naive(session, now)
            rows = list(await session.scalars(select(Reminder).where(col(Reminder.status) == "pending")))
        pending = {_key(row): row for row in rows if row.due_at > now and row.kind in ("mote.frist", "mote.mote")}
        assert pending.keys() == wanted, step
        compared += len(wanted)
        for row in pending.values():
            own = wishes.get(row.person_id, DEFAULT)
            at = send_at(row.due_at, row.expires_at, own, now)
            # Else it is said before it is due, at a moment that may have passed.
            assert row.send_at == at or row.send_at < row.due_at, step
    assert compared > 500


def _key(row: Reminder) -> Key:
    meeting, rest = row.occurrence.split(":", 1)
    anchor, offset = rest[: -len(_last(rest)) - 1], _last(rest)
    return Key(row.kind, int(meeting), datetime.fromisoformat(anchor), offset, row.person_id, row.due_at)


def _last(rest: str) -> str:
    """The offset, which may have a colon of its own: it follows the zone of the moment."""
    return rest.partition("+00:00:")[2]
