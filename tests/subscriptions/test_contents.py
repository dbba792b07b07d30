"""What stands in whose calendar: every role around a meeting, closed cases, what is cancelled, moved, over or owed."""

from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import delete, update
from sqlmodel import col

from config.translations import catalogs
from handlers.calendar.zone import local_day
from handlers.people.roles import Role
from handlers.writing.language import install
from storage import agenda, minutes
from storage.tables import (
    Answer,
    Attendance,
    Committee,
    FollowUp,
    Hearing,
    HearingRecipient,
    Meeting,
    Membership,
    Minutes,
    MinutesApproval,
    MinutesStatus,
    Person,
)
from tests.calendar.test_feed import breaks_the_rules
from tests.clock import FixedClock
from tests.meetings import cast
from tests.meetings import steps as meetings
from tests.meetings.cast import EVERYBODY, MEMBERS, OF_CASE, OPEN_TITLE, Who
from tests.meetings.convocation import steps as convening
from tests.meetings.convocation.steps import calendar
from tests.subscriptions.calendars import Answer as Got
from tests.subscriptions.calendars import Calendars, served
from tests.world import World

FSU, DEADLINE = "Møte i Faglig samarbeidsutvalg (FSU)", "Frist for saker til Faglig samarbeidsutvalg (FSU)"


@pytest.fixture
async def calendars(world: World, clock: FixedClock) -> AsyncIterator[Calendars]:
    async with served(world, clock) as found:
        yield found


@pytest.fixture
async def small(small_world: World, clock: FixedClock) -> AsyncIterator[Calendars]:
    async with served(small_world, clock) as found:
        yield found


async def fetched(calendars: Calendars, who: str) -> Got:
    """What stands in the calendar of `who`, which follows the rules."""
    got = await calendars.get(await calendars.make(who))
    assert got.status == 200
    assert not breaks_the_rules(got.body)
    return got


def of_meeting(got: Got, world: World, key: str, uids: dict[str, str]) -> dict[str, Any]:
    """The entries about one meeting: `meeting`, `deadline`."""
    found = {str(each["UID"]): each for each in Calendar.from_ical(got.body.decode()).walk("VEVENT")}
    names = {uids[key]: "meeting", f"frist-{uids[key]}": "deadline"}
    return {names[uid]: each for uid, each in found.items() if uid in names}


async def uids_of(world: World) -> dict[str, str]:
    async with world.database.transaction() as session:
        return {key: (await session.get_one(Meeting, each)).uid for key, each in world.meetings.items()}


async def change(world: World, key: str, **values: Any) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Meeting).where(col(Meeting.id) == world.meetings[key]).values(**values))


# --- who sees what ------------------------------------------------------------------------------------------

COMES: Who = {"observer", "chief", "carer", "surgeon", "registrar", "nurse"}
"""They come to the convened meeting, and propose no cases to it."""


async def test_everybody_sees_the_meetings_they_come_to_and_nobody_a_closed_case(calendars: Calendars) -> None:
    """Every role there is around a meeting with an open case and a closed one."""
    surface, world = calendars.surface, calendars.surface.world
    await cast.everybody(surface)
    uids = await uids_of(world)
    for who in sorted(EVERYBODY):
        got = await fetched(calendars, who)
        text = got.body.replace(b"\r\n ", b"").decode()
        assert not [words for words in OF_CASE if words in text], who
        one, two = (of_meeting(got, world, key, uids) for key in ("fsu-1", "fsu-2"))
        comes = who in MEMBERS | COMES
        assert one.keys() == ({"meeting", "deadline"} if who in MEMBERS else {"meeting"} if comes else set()), who
        # Whoever comes for a case, or in somebody's place, comes to that meeting only; a member to be has the next.
        later = {"meeting", "deadline"} if who in MEMBERS | {"coming"} else {"meeting"} if who == "observer" else set()
        assert two.keys() == later, who
        assert (OPEN_TITLE in text) is (who == "surgeon"), who
    carer = of_meeting(await fetched(calendars, "carer"), world, "fsu-1", uids)["meeting"]
    assert "Du møter for et medlem." in carer["DESCRIPTION"]


async def test_it_is_the_same_meeting_as_in_the_convocation(calendars: Calendars) -> None:
    """So a calendar that has both shows it once; and a later change is the newer in both."""
    surface, world = calendars.surface, calendars.surface.world
    before = of_meeting(await fetched(calendars, "member"), world, "fsu-1", await uids_of(world))["meeting"]
    await cast.everybody(surface)
    _calendar, convened = await calendar(surface, "member")
    after = of_meeting(await fetched(calendars, "member"), world, "fsu-1", await uids_of(world))["meeting"]
    for name in ("UID", "SUMMARY", "LOCATION", "SEQUENCE"):
        assert before[name] == after[name] == convened[name], name
    assert after.decoded("dtstart") == convened.decoded("dtstart")


async def test_who_is_in_no_committee_has_an_empty_calendar(small: Calendars) -> None:
    got = await fetched(small, "clinician")
    assert not got.events
    assert "Helsefellesskapet: møter og frister" in got.body.decode()


# --- what becomes of meetings -------------------------------------------------------------------------------


async def test_a_cancelled_meeting_is_shown_for_two_weeks_and_then_gone(
    calendars: Calendars, clock: FixedClock
) -> None:
    world = calendars.surface.world
    uids = await uids_of(world)
    url = await calendars.make("member")
    await change(world, "fsu-1", cancelled_at=clock.now(), sequence=1)
    got = await calendars.get(url)
    shown = of_meeting(got, world, "fsu-1", uids)
    assert shown.keys() == {"meeting"}, "there is nothing to propose cases to"
    assert (shown["meeting"]["STATUS"], shown["meeting"]["SEQUENCE"]) == ("CANCELLED", 1)
    assert shown["meeting"]["SUMMARY"] == f"Avlyst: {FSU}"
    clock.forward(timedelta(days=14) - timedelta(seconds=1))
    again = await calendars.get(url, If_None_Match=got.headers["ETag"])
    assert again.status == 304
    clock.forward(timedelta(seconds=2))
    over = await calendars.get(url, If_None_Match=got.headers["ETag"])
    assert over.status == 200
    assert not of_meeting(over, world, "fsu-1", uids)
    assert of_meeting(over, world, "fsu-2", uids).keys() == {"meeting", "deadline"}
    # Held after all, it is there again.
    await change(world, "fsu-1", cancelled_at=None, sequence=2)
    back = of_meeting(await calendars.get(url), world, "fsu-1", uids)
    assert (back["meeting"]["STATUS"], back["deadline"]["SEQUENCE"]) == ("CONFIRMED", 2)


async def test_a_meeting_that_moves_takes_its_deadline_along(small: Calendars, clock: FixedClock) -> None:
    world = small.surface.world
    uids = await uids_of(world)
    starts_at, deadline_at = clock.now() + timedelta(days=30), clock.now() + timedelta(days=16)
    await change(
        world,
        "fsu-1",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        deadline_at=deadline_at,
        place="Sal 2; annen etasje",
        join_url="https://example.org/m?a=b,c",
        extraordinary=True,
        sequence=3,
    )
    got = await fetched(small, "member")
    found = of_meeting(got, world, "fsu-1", uids)
    assert found["meeting"].decoded("dtstart") == starts_at
    assert found["deadline"].decoded("dtstart") == deadline_at
    assert {each["SEQUENCE"] for each in found.values()} == {3}
    assert (found["meeting"]["LOCATION"], found["meeting"]["URL"]) == (
        "Sal 2; annen etasje",
        "https://example.org/m?a=b,c",
    )
    for said in ("Ekstraordinært møte.", "Nettmøte: https://example.org/m?a=b,c", "Frist for saker: "):
        assert said in found["meeting"]["DESCRIPTION"]
    day = starts_at.date()
    on = recurring_ical_events.of(Calendar.from_ical(got.body.decode())).at(day)
    assert [str(each["SUMMARY"]) for each in on] == [FSU]


async def test_a_year_back_and_no_further(small: Calendars, clock: FixedClock) -> None:
    world = small.surface.world
    uids = await uids_of(world)
    for days, seen in ((364, True), (366, False)):
        at = clock.now() - timedelta(days=days)
        await change(world, "fsu-1", starts_at=at, ends_at=at, deadline_at=at)
        assert bool(of_meeting(await fetched(small, "member"), world, "fsu-1", uids)) is seen
    # Of an old paper only the day is known, and there is nothing to propose cases to.
    at = clock.now() - timedelta(days=30)
    await change(world, "fsu-1", starts_at=at, ends_at=at, deadline_at=at, day_only=True)
    found = of_meeting(await fetched(small, "member"), world, "fsu-1", uids)
    assert found.keys() == {"meeting"}
    assert found["meeting"].decoded("dtstart") == local_day(at)


async def test_who_does_not_come_has_the_time_free(small: Calendars, clock: FixedClock) -> None:
    world = small.surface.world
    uids = await uids_of(world)
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
        session.add(
            Attendance(
                meeting_id=meeting.id,
                person_id=world.people["member"],
                answer=Answer.ABSENT,
                answered_for=meeting.starts_at,
            )
        )
    for moved, free in ((0, "TRANSPARENT"), (1, "OPAQUE")):
        async with world.database.transaction() as session:
            meeting = await session.get_one(Meeting, world.meetings["fsu-1"])
            meeting.starts_at += timedelta(days=moved)
        found = of_meeting(await fetched(small, "member"), world, "fsu-1", uids)
        assert found["meeting"]["TRANSP"] == free


async def test_who_begins_or_leaves(small: Calendars, clock: FixedClock) -> None:
    """On the day, without anything else being changed; and a committee that is no more has no meetings."""
    world = small.surface.world
    today = local_day(clock.now())
    held = at = clock.now() - timedelta(days=5)
    await change(world, "fsu-1", starts_at=at, ends_at=at, deadline_at=held)
    async with world.database.transaction() as session:
        await session.execute(
            update(Membership)
            .where(col(Membership.person_id) == world.people["member"])
            .values(valid_from=today + timedelta(days=2), valid_to=today + timedelta(days=3))
        )
    url = await small.make("member")
    tags, counts = [], []
    for _day in range(5):
        got = await small.get(url)
        tags.append(got.headers["ETag"])
        counts.append(got.body.count(b"BEGIN:VEVENT"))
        clock.forward(timedelta(days=1))
    assert counts == [0, 0, 2, 2, 0]
    assert tags[0] == tags[1] != tags[2] == tags[3] != tags[4]
    async with world.database.transaction() as session:
        await session.execute(delete(Membership).where(col(Membership.person_id) == world.people["colleague"]))
        await session.execute(update(Committee).values(removed_at=clock.now()))
    assert not (await fetched(small, "secretary")).events


async def test_who_has_said_that_they_come_and_leaves_has_it_no_more(calendars: Calendars, clock: FixedClock) -> None:
    """Who was asked to come without a role keeps theirs."""
    surface, world = calendars.surface, calendars.surface.world
    fsu = world.meetings["fsu-1"]
    await convening.put(world, "Felles rutine")
    await convening.sent(surface)
    await surface.bot.press(world.sender("member"), "oppmote.kommer", {"meeting": str(fsu)})
    async with world.database.transaction() as session:
        await session.execute(delete(Membership).where(col(Membership.person_id) == world.people["member"]))
        session.add(Attendance(meeting_id=fsu, person_id=world.people["carer"], capacity=Role.GUEST))
    assert not (await fetched(calendars, "member")).events
    assert len((await fetched(calendars, "carer")).events) == 1


@pytest.fixture
def translated() -> Iterator[None]:
    install(catalogs())
    yield
    install({})


async def test_in_the_language_of_whoever_reads_it(translated: None, small: Calendars) -> None:
    world = small.surface.world
    url = await small.make("member")
    tags = set()
    for language, title in (("nb", "Frist for saker til"), ("nn", "Frist for saker til"), ("en", "Deadline for cases")):
        async with world.database.transaction() as session:
            await session.execute(
                update(Person).where(col(Person.id) == world.people["member"]).values(language=language)
            )
        got = await small.get(url)
        assert any(each.startswith(title) for each in got.events)
        tags.add(got.headers["ETag"])
    assert len(tags) == 3


# --- what is owed by a date ---------------------------------------------------------------------------------


async def test_what_somebody_owes_by_a_date(calendars: Calendars, clock: FixedClock) -> None:
    world = calendars.surface.world
    scene = await cast.everybody(calendars.surface)
    laid = await meetings.read(world, lay=True)
    clock.forward(timedelta(days=21))
    now, due = clock.now(), date(2026, 11, 2)
    slots = {line.title: line.slot.id for line in laid.lines if line.slot is not None}
    async with world.database.transaction() as session:
        fsu, member = world.committees["fsu"], world.people["member"]
        await agenda.locked(session, world.meetings["fsu-1"])
        await minutes.begin(session, world.meetings["fsu-1"], world.people["secretary"], now)
        row = await minutes.locked(session, world.meetings["fsu-1"])
        assert row is not None
        await minutes.begin_entries(session, row.id, list(slots.values()), now)
        entries = await minutes.entries(session, row.id)
        said: dict[str, dict[str, Any]] = {
            "Skriv plan; send den": {"due_on": due},
            "Uten dato": {},
            "Alt gjort": {"due_on": due, "status": "done"},
        }
        for number, (what, more) in enumerate(said.items(), 1):
            entry = entries[slots[OPEN_TITLE]].entry.id
            session.add(FollowUp(entry_id=entry, ordinal=number, text=what, owner_id=member, **more))
        closed = entries[slots[cast.TITLE]].entry.id
        session.add(FollowUp(entry_id=closed, ordinal=1, text=cast.TO_DO, owner_id=member, due_on=due))
        for name, item, status in (
            ("Åpen", None, "open"),
            ("Avsluttet", None, "closed"),
            ("Hemmelig", scene.ids["item"], "open"),
        ):
            hearing = Hearing(
                draft_id=name,
                committee_id=fsu,
                item_id=item,
                title=f"{name} høring",
                deadline_at=now + timedelta(days=9),
                status=status,
                created_by_id=member,
                created_at=now,
            )
            session.add(hearing)
            await session.flush()
            session.add(HearingRecipient(hearing_id=hearing.id, person_id=member, asked_at=now))
        session.add(MinutesApproval(minutes_id=row.id, round=1, person_id=member))
        minutes_id = row.id
    until = now + timedelta(days=7)
    await _stand(world, minutes_id, status=MinutesStatus.COMMENTS, comments_until=until)
    comments = "Frist for å kommentere referatet fra Faglig samarbeidsutvalg (FSU)"
    hearing_title = "Høringsfrist: Åpen høring"
    owed = {comments, hearing_title}
    titles = set((await fetched(calendars, "member")).events)
    assert titles - {FSU, DEADLINE} == owed
    assert comments not in (await fetched(calendars, "observer")).events

    await _stand(world, minutes_id, status=MinutesStatus.PUBLISHED, approve_until=until, round=1)
    approve = "Frist for å godkjenne referatet fra Faglig samarbeidsutvalg (FSU)"
    got = await fetched(calendars, "member")
    assert set(got.events) - {FSU, DEADLINE} == {"Frist: Skriv plan; send den", hearing_title, approve}
    assert got.events["Frist: Skriv plan; send den"].decoded("dtstart") == due
    assert got.events[approve].decoded("dtstart") == until
    assert got.events[hearing_title].decoded("dtstart") == now + timedelta(days=9)
    assert "emmelig" not in got.body.decode()

    async with world.database.transaction() as session:
        await session.execute(update(HearingRecipient).values(answered_at=now))
        await session.execute(update(FollowUp).values(status="done"))
        await session.execute(update(MinutesApproval).values(approves=True, at=now))
    assert set((await fetched(calendars, "member")).events) == {FSU, DEADLINE}


async def _stand(world: World, minutes_id: int, **values: Any) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Minutes).where(col(Minutes.id) == minutes_id).values(**values))
