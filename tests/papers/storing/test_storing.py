"""What minutes, convocations and plans become in the tables, and that chores stay quiet about them."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from handlers.capabilities import registry
from handlers.meetings.agenda import lines
from handlers.meetings.attendance import present, roll
from handlers.papers.record import CaseRead, FollowUpRead, MeetingRead, PaperKind, PaperRead, PresentRead
from handlers.papers.storing import Choices
from storage import papers
from storage.cases import numbers_of
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Attendance,
    Committee,
    Conclusion,
    Delivery,
    FollowUp,
    FollowUpStatus,
    HowDecided,
    ItemStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Person,
    SlotKind,
)
from tests.chores import done
from tests.clock import FixedClock
from tests.papers.storing.papers import minutes, rows, store, stored, undo, waiting
from tests.world import World


async def _made(world: World, model: type) -> list:  # type: ignore[type-arg]
    return [each for each in await rows(world, model) if each.paper_id is not None]


async def test_minutes_become_the_same_rows_as_what_is_written_here(world: World) -> None:
    paper_id = await stored(world, minutes())
    (meeting,) = await _made(world, Meeting)
    assert (meeting.committee_id, meeting.place, meeting.day_only) == (world.committees["fsu"], "Eksempelsalen", False)
    assert meeting.starts_at == datetime(2019, 3, 12, 11, 30, tzinfo=UTC)
    assert meeting.ends_at == datetime(2019, 3, 12, 14, 0, tzinfo=UTC)
    items = await _made(world, AgendaItem)
    assert [(each.number, each.title, each.status, each.proposer_id) for each in items] == [
        ("4/2019", "Felles rutine for utskrivning", ItemStatus.HANDLED, None),
        ("5/2019", "Orientering om legemidler", ItemStatus.HANDLED, None),
    ]
    assert [(each.number_year, each.number_in_year, each.number_series) for each in items] == [
        (2019, 4, ""),
        (2019, 5, ""),
    ]
    assert (items[0].types, items[0].presenters_text) == (["O", "D"], "Eksempel Innleder")
    slots = await _made(world, AgendaSlot)
    assert [(each.kind, each.position, each.item_id, each.title) for each in slots] == [
        (SlotKind.CASE, 0, items[0].id, ""),
        (SlotKind.CASE, 1, items[1].id, ""),
        (SlotKind.OTHER, 2, None, "Eventuelt"),
    ]
    (row,) = await rows(world, Minutes)
    assert (row.status, row.paper_id, row.meeting_id) == (MinutesStatus.APPROVED, paper_id, meeting.id)
    assert (row.chair_id, row.minute_taker_id, row.clock_at) == (world.people["member"], None, None)
    entries = await rows(world, MinutesEntry)
    assert [(each.discussion, each.how_decided) for each in entries] == [
        ("Det ble drøftet hvordan meldingene sendes.\nVedlegg: Rutine v3", HowDecided.AGREED),
        ("", None),
        ("Ingen saker.", None),
    ]
    assert [(each.entry_id, each.ordinal, each.verb, each.text) for each in await rows(world, Conclusion)] == [
        (entries[0].id, 1, "approved", "Rutinen godkjennes."),
        (entries[0].id, 2, "", "Saken følges opp i AU."),
        (entries[1].id, 1, "information", "Saken tas til orientering."),
    ]


async def test_owners_are_people_and_committees_where_that_is_certain_and_old_ones_are_history(world: World) -> None:
    await stored(world, minutes())
    first, second = await rows(world, FollowUp)
    assert (first.owner_id, first.owner_text) == (world.people["member"], "")
    assert (first.due_on, first.due_text, first.status) == (date(2019, 6, 1), "innen 1. juni", FollowUpStatus.HISTORY)
    assert (second.owner_committee_id, second.due_on) == (world.committees["au"], None)
    assert (second.due_text, second.status) == ("før sommeren", FollowUpStatus.HISTORY)


async def test_what_was_to_be_done_is_followed_up_where_that_is_wanted_or_its_day_is_to_come(world: World) -> None:
    coming = FollowUpRead("Rapportere", "en arbeidsgruppe", date(2027, 1, 1), "1.1.2027")
    past = FollowUpRead("Sende ut", "Eksempel kommune", date(2026, 8, 1), "1.8.")
    case = CaseRead(number="1/2026", year=2026, title="Samhandling", followups=[coming, past])
    await stored(world, minutes(date=date(2026, 6, 1), cases=[case]))
    first, second = await rows(world, FollowUp)
    assert (first.status, first.owner_text) == (FollowUpStatus.OPEN, "en arbeidsgruppe")
    assert second.status == FollowUpStatus.HISTORY
    assert second.owner_organisation_id is not None
    await stored(world, minutes(date=date(2018, 6, 1)), "annet.docx", Choices(follow=True))
    assert {each.status for each in (await rows(world, FollowUp))[2:]} == {FollowUpStatus.OPEN}


async def test_words_that_come_to_a_day_that_has_passed_are_history_too(world: World) -> None:
    past = FollowUpRead("Legge fram planen", "en arbeidsgruppe", None, "innen utgangen av juni 2026")
    coming = FollowUpRead("Rapportere", "en arbeidsgruppe", None, "innen utgangen av mai 2027")
    told = FollowUpRead("Kalle inn", "en arbeidsgruppe", None, "snarest")
    case = CaseRead(number="1/2026", year=2026, title="Samhandling", followups=[past, coming, told])
    await stored(world, minutes(date=date(2026, 6, 1), cases=[case]))
    found = await rows(world, FollowUp)
    assert [each.status for each in found] == [FollowUpStatus.HISTORY, FollowUpStatus.OPEN, FollowUpStatus.OPEN]
    assert [each.due_on for each in found] == [None, None, None]


async def test_attendance_is_tied_to_a_person_only_where_the_name_is_one_persons(world: World) -> None:
    async with world.database.transaction() as session:
        one = await session.get(Person, world.people["colleague"])
        other = await session.get(Person, world.people["nurse"])
        assert one is not None
        assert other is not None
        one.name = other.name = "Eksempel Navnebror"
    twins = [PresentRead("Eksempel Navnebror"), PresentRead("Eksempel Navnebror", "Eksempel kommune")]
    await stored(world, minutes(present=[PresentRead("Eksempel Member"), *twins], absent=[PresentRead("Secretary")]))
    there = await rows(world, Attendance)
    assert [(each.person_id, each.name, each.organisation, each.present, each.capacity) for each in there] == [
        (world.people["member"], "", "", True, "møteleder"),
        (None, "Eksempel Navnebror", "", True, "medlem"),
        (None, "Eksempel Navnebror", "Eksempel kommune", True, "medlem"),
        (None, "Secretary", "", False, "medlem"),
        (None, "Eksempel Ukjent", "", True, "referent"),
    ]


async def test_somebody_who_had_left_by_then_is_not_meant(world: World) -> None:
    async with world.database.transaction() as session:
        row = await session.get(Person, world.people["member"])
        assert row is not None
        row.removed_at = datetime(2015, 1, 1, tzinfo=UTC)
    await stored(world, minutes())
    assert {each.person_id for each in await rows(world, Attendance)} == {world.people["colleague"], None}


async def test_a_meeting_that_is_there_is_used(world: World) -> None:
    day = date(2026, 8, 20)
    async with world.database.transaction() as session:
        session.add(
            Meeting(
                committee_id=world.committees["fsu"],
                key="held",
                starts_at=datetime(2026, 8, 20, 10, 0, tzinfo=UTC),
                ends_at=datetime(2026, 8, 20, 12, 0, tzinfo=UTC),
                deadline_at=datetime(2026, 8, 1, tzinfo=UTC),
                zone="Europe/Oslo",
            )
        )
    before = len(await rows(world, Meeting))
    await stored(world, minutes(date=day))
    found = await rows(world, Meeting)
    assert len(found) == before
    assert {each.meeting_id for each in await rows(world, Minutes)} == {each.id for each in found if each.key == "held"}


async def test_without_a_clock_only_the_day_is_known(world: World) -> None:
    await stored(world, minutes(begins=None, ends=None))
    (meeting,) = await _made(world, Meeting)
    assert (meeting.day_only, meeting.starts_at) == (True, datetime(2019, 3, 11, 23, 0, tzinfo=UTC))


async def test_a_draft_is_minutes_that_are_not_approved(world: World) -> None:
    await stored(world, minutes(draft=True))
    assert [each.status for each in await rows(world, Minutes)] == [MinutesStatus.PUBLISHED]


async def test_a_convocation_has_cases_and_no_decisions_and_the_minutes_have_the_same_cases(world: World) -> None:
    cases = [CaseRead(number=each.number, year=each.year, title=each.title) for each in minutes().cases]
    first = await stored(world, minutes(kind=PaperKind.CONVOCATION, cases=cases), "innkalling.pdf")
    assert await rows(world, Minutes) == []
    items = await _made(world, AgendaItem)
    assert [each.number for each in items] == ["4/2019", "5/2019"]
    await stored(world, minutes())
    assert [each.id for each in await _made(world, AgendaItem)] == [each.id for each in items]
    assert [each.paper_id for each in await _made(world, AgendaItem)] == [first, first]
    assert [each.types for each in await rows(world, AgendaItem)] == [["O", "D"], ["O"]]
    assert len(await rows(world, AgendaSlot)) == 3


async def test_a_plan_makes_meetings_and_those_to_come_only_with_a_clock(world: World) -> None:
    plan = PaperRead(
        kind=PaperKind.PLAN,
        committee="FSU",
        next_meetings=[
            MeetingRead(date(2019, 1, 25), time(12, 30), time(15, 30), "FSU", "Eksempelsalen"),
            MeetingRead(date(2019, 2, 8), None, None, "AU"),
            MeetingRead(date(2027, 2, 8), None, None, "AU"),
            MeetingRead(date(2027, 2, 9), time(10, 0), None, "AU"),
            MeetingRead(date(2027, 2, 9), time(10, 0), None, "et utvalg som ingen kjenner"),
        ],
    )
    done = await store(world, await waiting(world, plan, "plan.xlsx"))
    assert [(each.committee_id, each.starts_at.date(), each.day_only) for each in done.meetings] == [
        (world.committees["fsu"], date(2019, 1, 25), False),
        (world.committees["au"], date(2019, 2, 7), True),
        (world.committees["au"], date(2027, 2, 9), False),
    ]


async def test_numbers_of_each_meeting_and_in_other_forms_are_kept_apart(world: World) -> None:
    def of(number: str, title: str, year: int | None = None, series: str | None = None) -> CaseRead:
        return CaseRead(number=number, year=year, title=title, series=series)

    await stored(world, minutes(cases=[of("1", "Den første saken"), of("2", "Den andre saken")]))
    await stored(world, minutes(cases=[of("1", "En helt annen sak")], date=date(2019, 4, 1)), "neste.docx")
    await stored(world, minutes(cases=[of("12-18", "Gammelt nummer", 2018)], date=date(2018, 4, 1)), "eldre.docx")
    await stored(world, minutes(cases=[of("6/26", "Med serie", 2026, "PS")], date=date(2026, 4, 1)), "serie.docx")
    found = await rows(world, AgendaItem)
    assert [(each.number, each.number_year, each.number_in_year, each.number_series) for each in found] == [
        ("1 (12.3.2019)", 2019, 1, "d2019-03-12"),
        ("2 (12.3.2019)", 2019, 2, "d2019-03-12"),
        ("1 (1.4.2019)", 2019, 1, "d2019-04-01"),
        ("12-18", 2018, 12, ""),
        ("PS 6/26", 2026, 6, "PS"),
    ]


async def test_the_committees_own_numbers_go_on_after_those_of_this_year(world: World) -> None:
    case = CaseRead(number="7/2026", year=2026, title="Tidligere i år")
    paper_id = await stored(world, minutes(cases=[case], date=date(2026, 2, 1)))
    await stored(world, minutes(), "gammelt.docx")
    name = numbers_of(world.committees["fsu"]).name
    async with world.database.transaction() as session:
        assert await papers.series_at(session, name, 2026) == 7
        assert await papers.series_at(session, name, 2019) == 0
    await undo(world, paper_id)
    async with world.database.transaction() as session:
        assert await papers.series_at(session, name, 2026) == 0


async def test_chores_stay_quiet(world: World, clock: FixedClock) -> None:
    await _chores(world, clock)
    before = len(await rows(world, Delivery))
    for year in range(2016, 2026):
        await stored(world, minutes(date=date(year, 3, 12)), f"{year}.docx")
    disputed = CaseRead(number="9/2026", title="Uenighet", decisions=["Avvises."], how_decided="disagreed")
    advised = CaseRead(
        number="10/2026", title="Tilråding", decisions=["Utvalget tilrår det."], how_decided="recommended"
    )
    await stored(world, minutes(date=date(2026, 8, 31), cases=[disputed, advised, minutes().cases[0]]), "ny.docx")
    for _day in range(3):
        await _chores(world, clock)
        assert len(await rows(world, Delivery)) == before
        clock.forward(timedelta(days=1))


async def _chores(world: World, clock: FixedClock) -> None:
    for chore in registry().chores:
        await done(chore, world.database, clock)


async def test_those_who_did_not_come_are_named_as_away_and_nobody_of_today_is_missing(world: World) -> None:
    await stored(world, minutes())
    async with world.database.transaction() as session:
        found = next(each for each in await session.scalars(select(Meeting)) if each.paper_id is not None)
        committee = await session.get_one(Committee, found.committee_id)
        read = await lines.read(session, found, committee)
        attended = present.of(await roll.read(session, read))
    assert [(section.title, [row.name for row in section.rows]) for section in attended.groups] == [
        ("Til stede", ["Eksempel Member", "Eksempel Ukjent", "Eksempel Vara"]),
        ("Forfall", ["Eksempel Colleague"]),
    ]
    assert attended.unmarked == ()
