"""Loading the file where meetings were made or changed in the bot: what was said there is not undone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.partnership_file import read
from handlers.calendar.zone import local_day
from handlers.meetings import changes, life, making
from handlers.meetings.life import By, MeetingTimes
from handlers.meetings.making import NewMeeting
from handlers.partnership.differing import KEPT, Difference, Holds, nobody_says
from handlers.partnership.load import load
from handlers.partnership.rows import Changes
from storage import agenda
from storage.database import Database
from storage.tables import Committee, Meeting, MeetingSource, Organisation, Person
from tests.clock import FixedClock
from tests.partnership.loader import Loader

FILE = """
organisations:
  - key: sykehuset
    name: Sykehuset
people:
  - {name: Eksempel Sekretær, email: sekretaer@example.org, organisation: sykehuset}
  - {name: Eksempel Medlem, email: medlem@example.org, organisation: sykehuset}
committees:
  - key: fsu
    name: FSU
    number: "{n}/{yyyy}"
    members:
      - {email: sekretaer@example.org, role: sekretariat}
      - {email: medlem@example.org, role: medlem}
plans:
  - year: 2027
    meetings:
      fsu:
        time: 13.00–15.30
        place: Rådhuset
        dates: [22.2, 25.5]
"""


class Loaded(Loader):
    """A loader whose user says which holds."""

    async def deciding(self, decide: Callable[[Difference], Holds], text: str | None = None) -> Changes:
        self.path.write_text(self.text if text is None else text, encoding="utf-8")
        now = self.clock.now()
        async with self.database.transaction() as session:
            return await load(session, read(self.path, local_day(now)), now, decide=decide)

    async def change(self, key: str, *, days: int = 7, cancel: bool = False) -> None:
        """The secretary moves the meeting in chat, or cancels it."""
        found = await self.meeting(key)
        secretary = next(row for row in await self.rows(Person) if row.name == "Eksempel Sekretær")
        async with self.database.transaction() as session:
            meeting = await session.get_one(Meeting, found.id)
            before, by = MeetingTimes.of(meeting), By(secretary.id, "Vinterferie")
            meeting.source = MeetingSource.CHAT
            if cancel:
                meeting.cancelled_at = self.clock.now()
                await changes.cancelled(session, meeting, self.clock.now(), by)
                return
            for name in ("starts_at", "ends_at", "deadline_at"):
                setattr(meeting, name, getattr(meeting, name) + timedelta(days=days))
            await changes.moved(session, meeting, before, self.clock.now(), by)

    async def add(self, starts: datetime) -> None:
        """An extra meeting is made in chat."""
        (committee,) = await self.rows(Committee)
        async with self.database.transaction() as session:
            wanted = NewMeeting(committee, starts, starts + timedelta(hours=1), MeetingSource.CHAT)
            await making.make(session, wanted, self.clock.now(), By())


def the_file(_difference: Difference) -> Holds:
    return Holds.FILE


def the_bot(_difference: Difference) -> Holds:
    return Holds.BOT


@pytest.fixture
async def loaded(database: Database, clock: FixedClock, tmp_path: Path) -> Loaded:
    found = Loaded(database, clock, tmp_path, FILE)
    await found()
    clock.forward(timedelta(days=1))
    return found


async def test_a_meeting_that_was_moved_in_chat_stays_and_the_difference_is_shown(loaded: Loaded) -> None:
    await loaded.change("2027-02-22")
    told = await loaded.told()
    found = await loaded()
    (difference,) = found.differences
    assert str(difference) == (
        "møte i FSU: filen: mandag 22. februar 2027 kl. 13.00–15.30, Rådhuset; i boten: flyttet til "
        "mandag 1. mars 2027 kl. 13.00–15.30, Rådhuset av Eksempel Sekretær 2. sep. 2026"
    )
    assert f"! {difference}" in str(found)
    assert found.lines == ()
    meeting = await loaded.meeting("2027-02-22")
    assert (meeting.starts_at.day, meeting.source) == (1, MeetingSource.CHAT)
    assert await loaded.told() == told


async def test_the_file_holds_where_somebody_says_so(loaded: Loaded) -> None:
    await loaded.change("2027-02-22")
    found = await loaded.deciding(the_file)
    assert found.differences == ()
    assert len(found.lines) == 1
    meeting = await loaded.meeting("2027-02-22")
    assert (meeting.starts_at.day, meeting.source, meeting.sequence) == (22, MeetingSource.FILE, 2)
    # Nobody had got the news that it was moved, so there is none.
    assert [each for each in await loaded.told() if "flyttet" in each] == []
    assert (await loaded()).differences == ()


async def test_whoever_says_that_the_bot_holds_is_not_asked_of_the_same_again(loaded: Loaded) -> None:
    await loaded.change("2027-02-22")
    assert (await loaded.deciding(the_bot)).differences == ()
    again = await loaded.deciding(nobody_says)
    assert again.differences == ()
    assert "Boten gjelder, som avtalt." in str(again)
    # But of what the file says anew they are.
    changed = loaded.changed(("22.2", "{date: 22.2, moved_to: 23.2}"))
    (difference,) = (await loaded.deciding(nobody_says, changed)).differences
    assert "tirsdag 23. februar" in difference.file
    # And of what is changed in the bot.
    loaded.clock.forward(timedelta(days=1))
    await loaded.change("2027-02-22")
    assert len((await loaded()).differences) == 1
    meeting = await loaded.meeting("2027-02-22")
    async with loaded.database.transaction() as session:
        kinds = [each.kind for each in await agenda.HISTORY.events(session, meeting.id)]
    assert kinds == [life.MOVED, KEPT, life.MOVED]


async def test_what_both_say_alike_is_the_files_from_then_on(loaded: Loaded) -> None:
    await loaded.change("2027-02-22")
    caught_up = loaded.changed(("22.2", "{date: 22.2, moved_to: 1.3}"))
    assert (await loaded(caught_up)).differences == ()
    assert (await loaded.meeting("2027-02-22")).source == MeetingSource.FILE
    await loaded(caught_up.replace("moved_to: 1.3", "moved_to: 8.3"))
    assert (await loaded.meeting("2027-02-22")).starts_at.day == 8


async def test_also_where_the_new_date_is_written_in_the_place_of_the_old_one(loaded: Loaded) -> None:
    await loaded.change("2027-02-22")
    assert (await loaded(loaded.changed(("22.2", "1.3")))).differences == ()
    meeting = await loaded.meeting("2027-03-01")
    assert (meeting.source, meeting.cancelled_at, meeting.sequence) == (MeetingSource.FILE, None, 1)
    assert len(await loaded.rows(Meeting)) == 2


async def test_one_that_was_cancelled_in_chat_is_not_held_again(loaded: Loaded) -> None:
    await loaded.change("2027-02-22", cancel=True)
    (difference,) = (await loaded()).differences
    assert difference.bot.startswith("avlyst (mandag 22. februar 2027")
    assert (await loaded.meeting("2027-02-22")).cancelled_at is not None
    await loaded.deciding(the_file)
    assert (await loaded.meeting("2027-02-22")).cancelled_at is None


async def test_an_extra_meeting_is_not_cancelled_because_the_file_lacks_it(loaded: Loaded) -> None:
    await loaded.add(datetime(2027, 3, 10, 9))
    found = await loaded()
    assert (found.differences, bool(found.removals)) == ((), False)
    assert "! 1 møte er satt opp i boten, og står ikke i filen. Det er ikke avlyst: møte i FSU onsdag 10. mars" in str(
        found
    )
    # Once it is in the file, it is that one.
    (difference,) = (await loaded(loaded.changed(("22.2", "10.3, 22.2")))).differences
    assert "onsdag 10. mars 2027 kl. 13.00–15.30" in difference.file
    assert "onsdag 10. mars 2027 kl. 09.00–10.00" in difference.bot
    assert len(await loaded.rows(Meeting)) == 3


async def test_one_that_was_moved_in_chat_and_left_the_file_is_asked_about(loaded: Loaded) -> None:
    await loaded.change("2027-02-22")
    without = loaded.changed(("22.2, 25.5", "25.5"))
    found = await loaded(without)
    (difference,) = found.differences
    assert (difference.file, bool(found.removals)) == ("står ikke i planen", False)
    gone = await loaded.deciding(the_file, without)
    assert len(gone.removals.meetings) == 1
    assert (await loaded.meeting("2027-02-22")).cancelled_at is not None


HOSTED = ("22.2", "{date: 22.2, host: sykehuset, chair: medlem@example.org}")


async def test_host_and_chair_are_stored_and_changed(loaded: Loaded) -> None:
    found = await loaded(loaded.changed(HOSTED))
    assert len(found.lines) == 1
    assert found.lines[0].endswith("(vertskap og møteleder)")
    (hospital,) = await loaded.rows(Organisation)
    ids = {row.name: row.id for row in await loaded.rows(Person)}
    meeting = await loaded.meeting("2027-02-22")
    assert (meeting.host_id, meeting.chair_id) == (hospital.id, ids["Eksempel Medlem"])
    by_another = loaded.changed((HOSTED[0], HOSTED[1].replace("medlem", "sekretaer")))
    await loaded(by_another)
    assert (await loaded.meeting("2027-02-22")).chair_id == ids["Eksempel Sekretær"]
    # Where the file does not say, what is known stands, and nobody is told that the meeting moved.
    assert (await loaded()).lines == ()
    meeting = await loaded.meeting("2027-02-22")
    assert (meeting.host_id, meeting.chair_id) == (hospital.id, ids["Eksempel Sekretær"])
    assert [each for each in await loaded.told() if "møte" in each.casefold()] == []
    # The other one has neither.
    other = await loaded.meeting("2027-05-25")
    assert (other.host_id, other.chair_id) == (None, None)


@pytest.mark.parametrize("source", [MeetingSource.PLAN, MeetingSource.CHAT, MeetingSource.PAGE])
async def test_who_leads_it_is_no_more_undone_than_when_it_is(loaded: Loaded, source: MeetingSource) -> None:
    """Whatever it was said by; and once the file holds, the file alone is asked."""
    ids = {row.name: row.id for row in await loaded.rows(Person)}
    async with loaded.database.transaction() as session:
        meeting = await session.get_one(Meeting, (await loaded.meeting("2027-02-22")).id)
        meeting.source, meeting.chair_id = source, ids["Eksempel Sekretær"]
    hosted = loaded.changed(HOSTED)
    found = await loaded(hosted)
    assert [str(each) for each in found.differences] == [
        "møte i FSU 22. feb. 2027: filen: vertskap: Sykehuset, møteleder: Eksempel Medlem; "
        "i boten: vertskap: ikke bestemt, møteleder: Eksempel Sekretær"
    ]
    meeting = await loaded.meeting("2027-02-22")
    assert (meeting.source, meeting.host_id, meeting.chair_id) == (source, None, ids["Eksempel Sekretær"])
    # The bot holds: the same is not asked again, but what the file says anew is.
    await loaded.deciding(the_bot, hosted)
    assert (await loaded(hosted)).differences == ()
    assert len((await loaded(loaded.changed((HOSTED[0], "{date: 22.2, host: sykehuset}")))).differences) == 1
    await loaded.deciding(the_file, hosted)
    meeting = await loaded.meeting("2027-02-22")
    assert (meeting.source, meeting.chair_id) == (MeetingSource.FILE, ids["Eksempel Medlem"])
    assert meeting.host_id is not None
    # From then on the file changes it unasked.
    moved = await loaded(loaded.changed(("22.2", "{date: 22.2, moved_to: 23.2}")))
    assert (moved.differences, len(moved.lines)) == ((), 1)


async def test_what_the_file_alone_has_said_is_changed_unasked(loaded: Loaded) -> None:
    found = await loaded(loaded.changed(("22.2", "{date: 22.2, moved_to: 23.2}")))
    assert (found.differences, len(found.lines)) == ((), 1)
