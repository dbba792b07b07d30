"""What changes after a meeting is convened: the difference once a day, the meeting itself at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from handlers.meetings import changes
from handlers.meetings.convocation.change_rule import GATHERED, due
from handlers.meetings.convocation.changed import CHANGES
from handlers.meetings.life import MeetingTimes
from handlers.messages.message import Message
from handlers.people.roles import Role
from storage import agenda
from storage.tables import Agenda, AgendaItem, ChoreChanged, ItemStatus, Meeting, Membership
from tests.chores import done
from tests.clock import FixedClock
from tests.kept_world import kept
from tests.meetings.convocation import steps
from tests.surface import FakeSurface, facts
from tests.world import World

CHANGED = "Endret siden innkallingen: Faglig samarbeidsutvalg (FSU) 21. sep. 2026"


@pytest.fixture
async def surface(world: World, clock: FixedClock) -> FakeSurface:
    """A meeting that is convened with one case, which the surgeon presents."""
    found = steps.surface_with_links(world, clock)
    await _convened(found)
    return found


@kept
async def _convened(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine", presenter_ids=[surface.world.people["surgeon"]])
    await steps.sent(surface)
    await _look(surface)


async def _look(surface: FakeSurface) -> int:
    return await done(CHANGES, surface.world.database, surface.clock)


async def _later(surface: FakeSurface, after: timedelta = GATHERED) -> int:
    """What the clock writes a while after what changed just now."""
    await _look(surface)
    surface.clock.forward(after)
    return await _look(surface)


async def _news(surface: FakeSurface, who: str, title: str = CHANGED) -> list[Message]:
    return [shown for shown in await surface.inbox(who) if shown.title == title]


async def test_the_difference_goes_out_once_to_everybody_it_concerns(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Ny sak", 2)
    await _look(surface)
    assert await _news(surface, "member") == []
    await steps.put(surface.world, "Enda en", 3)
    assert await _later(surface) == 5
    for who in ("member", "colleague", "observer", "secretary"):
        (told,) = await _news(surface, who)
        assert facts(told) == {"Nytt": "2/2026 Ny sak\n3/2026 Enda en"}, who
        assert [file.label for file in told.files] == ["Innkalling (Word)"]
    assert await _news(surface, "surgeon") == []
    # The convocation says so where it stands, and nothing more is to be done.
    shown = await steps.convocation(surface, "member")
    assert shown is not None
    assert shown.sections[0].text == "1/2026  Felles rutine\n2/2026  Ny sak\n3/2026  Enda en"
    assert await _later(surface, timedelta(days=1)) == 0
    async with surface.world.database.transaction() as session:
        left = select(func.count()).select_from(ChoreChanged).where(col(ChoreChanged.chore) == CHANGES.name)
        assert await session.scalar(left) == 0


async def test_nobody_gets_two_on_the_same_day(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Ny sak", 2)
    assert await _later(surface) == 5
    await steps.put(surface.world, "Enda en", 3)
    assert await _later(surface) == 0
    assert len(await _news(surface, "member")) == 1
    # At midnight everything is looked at; at night nobody is told.
    for moment in (datetime(2026, 9, 1, 22, 0, tzinfo=UTC), datetime(2026, 9, 2, 5, 59, tzinfo=UTC)):
        surface.clock.go_to(moment)
        assert await _look(surface) == 0
    surface.clock.go_to(datetime(2026, 9, 2, 6, 0, tzinfo=UTC))
    assert await _look(surface) == 5
    _first, second = await _news(surface, "member")
    assert facts(second) == {"Nytt": "3/2026 Enda en"}


async def test_what_is_changed_back_is_not_told(surface: FakeSurface) -> None:
    item = await steps.put(surface.world, "Ny sak", 2)
    await _look(surface)
    await steps.change(surface.world, AgendaItem, item, status=ItemStatus.REMOVED)
    assert await _later(surface) == 0
    assert await _news(surface, "member") == []


async def test_a_draft_is_told_of_when_it_is_finished(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        row = (await session.scalars(select(Agenda))).one()
        row.draft_since = surface.clock.now()
    await steps.put(surface.world, "Ny sak", 2)
    assert await _later(surface) == 0
    async with surface.world.database.transaction() as session:
        row = (await session.scalars(select(Agenda))).one()
        row.draft_since = None
    assert await _later(surface) == 5


async def test_whoever_presents_hears_of_their_own_case_only(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
        item.title = "Felles rutine, revidert"
    assert await _later(surface) == 6
    (told,) = await _news(surface, "surgeon")
    assert facts(told) == {"Endret": "1/2026 Felles rutine → 1/2026 Felles rutine, revidert"}


async def test_a_closed_case_is_not_named_to_others(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Personalsak", 2, closed_under="offl. § 23")
    await _later(surface)
    (told,) = await _news(surface, "member")
    assert facts(told) == {"Nytt": "2/2026 Personalsak"}
    (told,) = await _news(surface, "observer")
    assert facts(told) == {"Nytt": "2/2026 Sak unntatt offentlighet"}


async def test_whoever_comes_to_present_gets_the_convocation_and_whoever_does_not_any_more_is_told(
    surface: FakeSurface,
) -> None:
    async with surface.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
        item.presenter_ids = [surface.world.people["nurse"]]
    assert await _later(surface) == 1
    shown = await steps.convocation(surface, "nurse")
    assert shown is not None
    assert shown.sections[0].text == "1/2026  Felles rutine"
    (told,) = await surface.inbox("surgeon")
    assert told.title == "Innkallingen til Faglig samarbeidsutvalg (FSU) 21. sep. 2026 gjelder ikke deg lenger"
    assert await _news(surface, "member") == []


async def test_a_new_member_gets_the_convocation(surface: FakeSurface) -> None:
    await steps.member_of(surface.world, "carer", Role.MEMBER)
    assert await _later(surface) == 1
    assert await steps.convocation(surface, "carer") is not None
    async with surface.world.database.transaction() as session:
        rows = select(Membership).where(col(Membership.person_id) == surface.world.people["carer"])
        await session.delete((await session.scalars(rows)).one())
    await _later(surface)
    (told,) = await surface.inbox("carer")
    assert told.title.endswith("gjelder ikke deg lenger")


# --- the meeting itself --------------------------------------------------------------------------------------


async def _moved(surface: FakeSurface, **fields: Any) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
        for name, value in fields.items():
            setattr(meeting, name, value)
        await changes.moved(session, meeting, before, surface.clock.now())


async def test_a_new_place_is_told_at_once_with_the_calendar_entry(surface: FakeSurface) -> None:
    _calendar, before = await steps.calendar(surface, "member")
    await _moved(surface, place="Lillesalen")
    for who in ("member", "surgeon"):
        (told,) = await _news(surface, who, "Møtet i Faglig samarbeidsutvalg (FSU) har fått nytt sted")
        assert [file.file.document for file in told.files] == ["innkalling.kalender"]
        shown = await steps.convocation(surface, who)
        assert shown is not None
        assert facts(shown)["Sted"] == "Lillesalen"
        _calendar, after = await steps.calendar(surface, who)
        assert (after["UID"], after["SEQUENCE"], after["LOCATION"]) == (before["UID"], 1, "Lillesalen")
    assert await _later(surface, timedelta(days=1)) == 0


async def test_the_link_to_join_by_is_in_the_convocation_and_the_calendar_entry(surface: FakeSurface) -> None:
    await _moved(surface, join_url="https://meet.example.org/fsu")
    shown = await steps.convocation(surface, "member")
    assert shown is not None
    assert facts(shown)["Nettmøte"] == "https://meet.example.org/fsu"
    _calendar, event = await steps.calendar(surface, "member")
    assert event["DESCRIPTION"].startswith("Nettmøte: https://meet.example.org/fsu")


async def test_a_meeting_that_moves_past_midnight(surface: FakeSurface) -> None:
    starts = datetime(2026, 9, 22, 20, 0, tzinfo=UTC)
    await _moved(surface, starts_at=starts, ends_at=starts + timedelta(hours=4))
    for who in ("member", "surgeon"):
        (told,) = await _news(surface, who, "Møtet i Faglig samarbeidsutvalg (FSU) er flyttet")
        assert [file.file.document for file in told.files] == ["innkalling.kalender"]
    calendar, event = await steps.calendar(surface, "member")
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 1)
    assert event.decoded("dtend") == starts + timedelta(hours=4)
    assert event.decoded("dtend").date() == datetime(2026, 9, 23, tzinfo=UTC).date()
    front = (await steps.word(surface, "member")).tables[0]
    assert front.rows[2].cells[1].text == "tirsdag 22. september 2026, kl. 22.00–02.00, Eksempelsalen"


async def test_one_that_is_cancelled_is_taken_out_of_the_calendar(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.cancelled_at = surface.clock.now()
        await changes.cancelled(session, meeting, surface.clock.now())
    (told,) = await _news(surface, "member", "Møtet i Faglig samarbeidsutvalg (FSU) er avlyst")
    assert [file.file.document for file in told.files] == ["innkalling.kalender"]
    calendar, event = await steps.calendar(surface, "member")
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    titles = [shown.title for shown in await surface.inbox("member")]
    assert titles[0] == "Møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026 er avlyst"
    await steps.put(surface.world, "Ny sak", 2)
    assert await _later(surface) == 0
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.cancelled_at = None
        await changes.reinstated(session, meeting, surface.clock.now())
    calendar, event = await steps.calendar(surface, "member")
    assert (calendar["METHOD"], event["SEQUENCE"]) == ("REQUEST", 2)


async def test_who_was_not_convened_gets_no_calendar_entry(world: World, clock: FixedClock) -> None:
    surface = steps.surface_with_links(world, clock)
    await _moved(surface, place="Lillesalen")
    (told,) = await surface.inbox("member")
    assert told.files == ()


async def test_to_hold_an_agenda_is_not_to_change_it(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(delete(ChoreChanged))
        await agenda.locked(session, surface.world.meetings["fsu-1"])
    async with surface.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(ChoreChanged)) == 0


# --- the rule ------------------------------------------------------------------------------------------------

ZONE = "Europe/Oslo"
MEETING = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "told_at", "moment"),
    [
        (_at(1, 8), None, _at(1, 8, 30)),
        (_at(2, 8), _at(1, 8), _at(2, 8, 30)),
        # Told today already: tomorrow morning, at 8 on the meeting's own clock.
        (_at(2, 8), _at(2, 7), _at(3, 6)),
        # A day ends at midnight there, not in UTC.
        (_at(2, 22, 30), _at(2, 21, 30), _at(3, 6)),
        (_at(2, 21, 15), None, _at(2, 21, 45)),
        # Nobody is woken.
        (_at(2, 21, 50), None, _at(3, 6)),
        (_at(3, 1), None, _at(3, 6)),
        # Shortly before the meeting it is said at once.
        (_at(21, 6, 50), None, _at(21, 7)),
        (_at(21, 7, 30), None, _at(21, 7, 30)),
        # On the day of the meeting nobody gets a second one.
        (_at(21, 7, 30), _at(21, 5), None),
        (_at(20, 20), _at(20, 8), _at(21, 6)),
    ],
)
def test_when_it_is_told(now: datetime, told_at: datetime | None, moment: datetime | None) -> None:
    assert due(now, told_at, MEETING, ZONE) == moment


async def test_a_case_that_is_closed_afterwards_is_not_named_to_others_any_more(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        item = (await session.scalars(select(AgendaItem))).one()
        item.closed_under = "offl. § 23"
    await _later(surface)
    for who, named in (("member", True), ("observer", False)):
        shown = await steps.convocation(surface, who)
        assert shown is not None
        assert ("Felles rutine" in shown.sections[0].text) is named
