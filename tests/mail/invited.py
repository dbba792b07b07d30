"""The small partnership whose FSU sends invitations by e-mail, a server that takes them, and a mailbox for answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar
from sqlalchemy import delete, select
from sqlmodel import col

from bot.mail.imap import Encryption, Mailbox
from bot.mail.inbox import Inbox
from bot.mail.messenger import MailMessenger
from bot.messenger import MAIL
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.meetings import changes
from handlers.meetings.attendance.roll import Attendee
from handlers.meetings.changes import MeetingTimes
from handlers.meetings.invitations.inviting import INVITE
from handlers.meetings.invitations.taking import take
from handlers.people.links import Links
from storage.tables import Committee, Meeting, Membership, ReminderWishes
from tests.chores import done
from tests.clock import FixedClock
from tests.mail.conftest import reached
from tests.mail.imap_standin import PASSWORD, USER, Mailboxes
from tests.mail.replies import Said
from tests.mail.standin import MailServer, Received
from tests.meetings.attendance import steps
from tests.surface import FakeSurface
from tests.world import World, email_of

SENDER = "Helsefellesskap <bot@example.org>"
FSU = ("colleague", "deputy", "member", "observer", "secretary")
"""Who is asked to FSU's meetings."""


@dataclass
class Entry:
    """What a calendar takes in of an e-mail."""

    received: Received

    @property
    def parts(self) -> list[EmailMessage]:
        return [part for part in self.received.email.iter_parts() if isinstance(part, EmailMessage)]

    @property
    def part(self) -> EmailMessage:
        return self.parts[-1]

    @property
    def text(self) -> str:
        return str(self.parts[0].get_content()).replace("\r\n", "\n")

    @property
    def ics(self) -> str:
        return str(self.part.get_content())

    @property
    def calendar(self) -> Any:
        return Calendar.from_ical(self.ics)

    @property
    def event(self) -> Any:
        (found,) = self.calendar.walk("VEVENT")
        return found

    @property
    def said(self) -> tuple[str, int]:
        """The method, and the sequence."""
        return str(self.calendar["METHOD"]), int(self.event["SEQUENCE"])


@dataclass
class Scene:
    surface: FakeSurface
    post_office: MailServer
    links: Links
    trusted: Any

    @property
    def world(self) -> World:
        return self.surface.world

    @property
    def clock(self) -> FixedClock:
        return self.surface.clock

    def send_by(self, answers_to: str | None = USER) -> None:
        """E-mail is on; answers are read at this address."""
        world, known = self.world, self.surface.bot.registry
        server = reached(self.post_office, self.trusted)
        mail = MailMessenger(world.database, self.links, self.clock, server, SENDER, answers_to)
        self.surface.worker = Worker(
            world.database,
            {"local": self.surface.messenger, MAIL: mail},
            self.clock,
            known.chores,
            subjects=known.subjects,
        )

    async def mailed(self) -> Mapping[str, Entry]:
        """What came of what is due now, by who got it; each gets one at most."""
        before = len(self.post_office.received)
        await self.lay()
        await self.surface.arrive()
        names = {email_of(name): name for name in self.world.people}
        new = self.post_office.received[before:]
        found = {names[each.readers[0]]: Entry(each) for each in new}
        assert len(found) == len(new), "somebody got two"
        return found

    async def lay(self) -> None:
        """What is due now is written, and not sent."""
        await done(INVITE, self.world.database, self.clock)

    async def wants(self, committee: str = "fsu", *, invitations: bool = True) -> None:
        """As the partnership file says it."""
        async with self.world.database.transaction() as session:
            row = await session.get_one(Committee, self.world.committees[committee])
            row.settings = {**row.settings, "invitations": invitations}

    async def wishes(self, who: str, invitations: bool | None) -> None:
        """As somebody chooses for themselves."""
        async with self.world.database.transaction() as session:
            person_id = self.world.people[who]
            await session.execute(delete(ReminderWishes).where(col(ReminderWishes.person_id) == person_id))
            stored = {} if invitations is None else {"invitations": invitations}
            session.add(ReminderWishes(person_id=person_id, wishes=stored, changed_at=self.clock.now()))

    async def meeting(self, key: str = "fsu-1") -> Meeting:
        async with self.world.database.transaction() as session:
            return await session.get_one(Meeting, self.world.meetings[key])

    async def move(self, by: timedelta = timedelta(days=7), place: str = "") -> None:
        async with self.world.database.transaction() as session:
            meeting = await session.get_one(Meeting, self.world.meetings["fsu-1"])
            before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
            meeting.starts_at += by
            meeting.ends_at += by
            meeting.place = place or meeting.place
            await changes.moved(session, meeting, before, self.clock.now())

    async def cancel(self) -> None:
        async with self.world.database.transaction() as session:
            meeting = await session.get_one(Meeting, self.world.meetings["fsu-1"])
            meeting.cancelled_at = self.clock.now()
            await changes.cancelled(session, meeting, self.clock.now())

    async def reinstate(self) -> None:
        async with self.world.database.transaction() as session:
            meeting = await session.get_one(Meeting, self.world.meetings["fsu-1"])
            meeting.cancelled_at = None
            await changes.reinstated(session, meeting, self.clock.now())

    async def leaves(self, who: str) -> None:
        async with self.world.database.transaction() as session:
            await session.execute(delete(Membership).where(col(Membership.person_id) == self.world.people[who]))

    async def only(self, *keys: str) -> None:
        """There are no other meetings."""
        async with self.world.database.transaction() as session:
            for meeting in await session.scalars(select(Meeting).where(col(Meeting.key).not_in(keys))):
                await session.delete(meeting)

    # --- what comes back -----------------------------------------------------------------------------------

    def inbox(self, mailboxes: Mailboxes, **values: Any) -> Inbox:
        mailbox = Mailbox(
            "127.0.0.1",
            mailboxes.port,
            user=USER,
            password=PASSWORD,
            folder=mailboxes.folder,
            encryption=Encryption.AT_ONCE if mailboxes.at_once else Encryption.STARTTLS,
            trusted=self.trusted,
            **{name: values.pop(name) for name in ("seconds",) if name in values},
        )
        return Inbox(self.world.database, self.clock, mailbox, take, **values)

    async def said(self, who: str, says: str = "ACCEPTED", **more: Any) -> Said:
        """What somebody answers to their invitation to FSU's next meeting, a second from now."""
        meeting = await self.meeting()
        self.clock.forward(timedelta(seconds=1))
        values = {
            "sequence": meeting.sequence,
            "at": self.clock.now(),
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
        }
        return Said(meeting.uid, email_of(who), says=says, **{**values, **more})

    async def answer_of(self, who: str) -> Attendee:
        return await steps.at_roll(self.world, who)


def scene(world: World, clock: FixedClock, post_office: MailServer, trusted: Any) -> Scene:
    links = Links("https://bot.example.org/", "x" * 32, clock)
    made = Scene(FakeSurface(world, clock, registry()), post_office, links, trusted)
    made.send_by()
    return made
