"""What the bot says unasked, by the code that says it: when the clock comes to it, when a meeting changes, when a
message does not arrive.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from handlers.calendar.zone import LOCAL_ZONE
from handlers.deviations.learning import pattern
from handlers.meetings import changes
from handlers.meetings.changes import MeetingTimes
from handlers.messages import undelivered
from handlers.messages.message import Message
from handlers.messages.undelivered import Missed
from handlers.writing.language import DEFAULT, _, speaking
from storage import oversight
from storage.tables import Delivery, DeliveryStatus, Meeting, Person, Reminder, ReminderStatus
from tests.cases.steps import propose
from tests.catalogue.walk import Look
from tests.chores import done
from tests.deviations import reports, seed
from tests.surface import FakeSurface

_WEEK = timedelta(days=7)


class Unasked:
    """Months in the life of the small partnership, told to everybody in one language."""

    def __init__(self, surface: FakeSurface, look: Look, language: str = DEFAULT) -> None:
        self.surface = surface
        self.world = surface.world
        self._look = look
        self._language = language
        self._before: Mapping[tuple[str, int], Message] = {}

    async def everything(self) -> None:
        async with self.world.database.transaction() as session:
            await session.execute(update(Person).values(language=self._language))
        await self._meeting_reminders()
        await self._meetings_change()
        await self._deviation_reminders()
        await self._patterns()
        await self._not_delivered()

    async def _told(self, how: str) -> None:
        """See what has come to everybody, and what has changed of what came before."""
        await self.surface.arrive()
        names = {str(person_id): who for who, person_id in self.world.people.items()}
        seen = {
            (person, number): shown
            for person, inbox in self.surface.messenger.seen.items()
            for number, shown in inbox.items()
        }
        for (person, number), shown in seen.items():
            if self._before.get((person, number)) != shown:
                self._look(f"{how}: {names[person]} is told", shown)
        self._before = seen

    async def _tick(self, moment: datetime, how: str) -> None:
        self.surface.clock.go_to(moment)
        await self.surface.worker.do_chores()
        await self._told(how)

    # --- meetings ------------------------------------------------------------------------------------------

    async def _meeting_reminders(self) -> None:
        surface = self.surface
        await propose(surface, presenters=[str(self.world.people["clinician"])])
        (notice,) = await surface.inbox("secretary")
        with speaking(self._language):
            label = _("Sett på sakslisten")
        await surface.press("secretary", notice, label)
        surface.clock.forward(timedelta(minutes=2))
        await self._told("a case is put on the agenda")
        await self._tick(surface.clock.now(), "a deadline for cases is a week away")
        await self._tick(surface.clock.now() + timedelta(days=19), "a meeting is the day after tomorrow")

    async def _meetings_change(self) -> None:
        # Back to before its deadline.
        surface = self.surface
        surface.clock.go_to(surface.clock.now() - timedelta(days=18))

        async def later(session: AsyncSession, meeting: Meeting) -> None:
            before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
            meeting.starts_at, meeting.ends_at = meeting.starts_at + _WEEK, meeting.ends_at + _WEEK
            meeting.deadline_at += _WEEK
            await changes.moved(session, meeting, before, surface.clock.now())

        async def elsewhere(session: AsyncSession, meeting: Meeting) -> None:
            before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
            meeting.place = "Lillesalen"
            await changes.moved(session, meeting, before, surface.clock.now())

        async def other_deadline(session: AsyncSession, meeting: Meeting) -> None:
            meeting.deadline_at -= timedelta(days=2)
            await changes.deadlines_moved(session, [meeting], surface.clock.now())

        async def off(session: AsyncSession, meeting: Meeting) -> None:
            meeting.cancelled_at = surface.clock.now()
            await changes.cancelled(session, meeting, surface.clock.now())

        async def on_again(session: AsyncSession, meeting: Meeting) -> None:
            meeting.cancelled_at = None
            await changes.reinstated(session, meeting, surface.clock.now())

        every: Mapping[str, Callable[[AsyncSession, Meeting], Awaitable[None]]] = {
            "a meeting is moved": later,
            "a meeting is held elsewhere": elsewhere,
            "a deadline for cases is moved": other_deadline,
            "a meeting is cancelled": off,
            "a cancelled meeting is held after all": on_again,
        }
        for how, change in every.items():
            surface.clock.forward(timedelta(minutes=5))
            async with self.world.database.transaction() as session:
                await change(session, await session.get_one(Meeting, self.world.meetings["fsu-1"]))
            await self._told(how)

    # --- deviations ----------------------------------------------------------------------------------------

    async def _deviation_reminders(self) -> None:
        surface = self.surface
        surface.clock.go_to(_local("2026-11-03 10:00"))
        await reports.put(self.world, surface.clock, handler="nurse")
        await reports.put(self.world, surface.clock, handler="nurse", consequence="major")
        homecare = self.world.units["homecare"]
        serious = {"consequence": "death", "workplace_id": homecare}
        await reports.put(self.world, surface.clock, reporter="carer", unit="ortho", **serious)
        for day, how in (
            ("04", "a statutory notice is to be considered today"),
            ("05", "the time for a statutory notice is over"),
            ("16", "half the time to answer deviations has passed"),
            ("23", "deviations are to be answered tomorrow"),
            ("25", "the time to answer deviations is over"),
        ):
            await self._tick(_local(f"2026-11-{day} 08:00"), how)

    async def _patterns(self) -> None:
        for how, kinds in (
            ("deviations are alike", (("medication", "home_care"),)),
            ("several kinds of deviations are alike", (("communication", "home_care"), ("equipment", "home_care"))),
        ):
            at = self.surface.clock.now() - timedelta(days=10)
            async with self.world.database.transaction() as session:
                places = await seed.Places.of(session)
                given = [{"categories": (category,), "service": service} for category, service in kinds]
                await seed.store(session, [seed.report(places, at, **each) for each in given for _number in range(5)])
            await done(pattern.OFFER, self.world.database, self.surface.clock)
            await self._told(how)

    # --- what does not arrive ------------------------------------------------------------------------------

    async def _not_delivered(self) -> None:
        subjects = self.surface.bot.registry.subjects
        clinician, member = self.world.people["clinician"], self.world.people["member"]
        for what, subject, person_id in (
            ("a case", "item:1", member),
            ("a meeting", f"meeting:{self.world.meetings['fsu-1']}", member),
            ("a deviation", "deviation:1", clinician),
        ):
            missed = Missed(subject, person_id, "Eksempel Kliniker", "7F3A21")
            for held in (False, True):
                self.surface.clock.forward(timedelta(minutes=5))
                async with self.world.database.transaction() as session:
                    await undelivered.tell(session, subjects, missed, self.surface.clock.now(), held=held)
                await self._told(f"a message about {what} is not delivered{', and is kept' if held else ''}")
            async with self.world.database.transaction() as session:
                await undelivered.arrived(session, subjects, missed, self.surface.clock.now())
            await self._told(f"a message about {what} has arrived after all")
        await self._reminders_not_delivered(member)

    async def _reminders_not_delivered(self, person_id: int) -> None:
        surface, key, now = self.surface, "reminders:0:said", self.surface.clock.now()
        async with self.world.database.transaction() as session:
            moments = {"due_at": now, "created_at": now}
            session.add(
                Reminder(
                    kind="mote.frist",
                    occurrence="0",
                    person_id=person_id,
                    subject="meeting:0",
                    meeting_id=self.world.meetings["fsu-1"],
                    send_at=now,
                    delivery_key=key,
                    status=ReminderStatus.HANDED,
                    **moments,
                )
            )
            session.add(
                Delivery(
                    key=key,
                    person_id=person_id,
                    message={"title": "Noe"},
                    status=DeliveryStatus.FAILED,
                    error="Rejected: user_is_restricted",
                    reference="7F3A21",
                    **moments,
                )
            )
            await session.flush()
            await oversight.note(session, key)
        await self._tick(now + timedelta(minutes=1), "reminders of a meeting are not delivered")
        async with self.world.database.transaction() as session:
            await session.execute(
                update(Delivery).where(col(Delivery.key) == key).values(status=DeliveryStatus.SENT, sent_at=now)
            )
        await self._tick(surface.clock.now() + timedelta(minutes=15), "they have arrived after all")


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL_ZONE).astimezone(UTC)
