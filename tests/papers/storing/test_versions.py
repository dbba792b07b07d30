"""The same paper twice, two versions of the same minutes, and minutes that were written here."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.errors import BotError
from handlers.papers import settling
from handlers.papers.considering import Considered
from handlers.papers.record import CaseRead, FollowUpRead, PaperKind, PaperRead
from handlers.papers.settling import RESTORED
from handlers.papers.storing import Choices
from storage import papers
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Attendance,
    CaseFollower,
    Conclusion,
    FollowUp,
    FollowUpEvent,
    FollowUpStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Paper,
    PaperStatus,
)
from tests.papers.storing.papers import DAY, NOW, counts, minutes, paper, rows, store, stored, undo, waiting
from tests.world import World

EVERYTHING = (AgendaItem, AgendaSlot, Attendance, Conclusion, FollowUp, Meeting, Minutes, MinutesEntry)


async def _considered(world: World, paper_id: int) -> Considered:
    async with world.database.transaction() as session:
        row = await papers.paper(session, paper_id)
        assert row is not None
        return await settling.considered(session, row, NOW)


def _changed(read: PaperRead, place: int, **changes: Any) -> PaperRead:
    cases = list(read.cases)
    cases[place] = replace(cases[place], **changes)
    return replace(read, cases=cases)


async def _refused(world: World, paper_id: int) -> str:
    with pytest.raises(BotError) as error:
        await store(world, paper_id)
    return str(error.value)


# --- the same again -----------------------------------------------------------------------------------------


async def test_the_same_content_in_another_format_is_there_already(world: World) -> None:
    await stored(world, minutes())
    before = await counts(world, *EVERYTHING)
    read = _changed(minutes(), 0, decisions=["Rutinen  godkjen-\nnes.", "Saken følges opp i AU"])
    again = await waiting(world, read, "referat.pdf")
    assert await _refused(world, again) == "Finnes fra før: det er lest inn som «referat.docx»."
    # A PDF has lost a comment that the document had; the cases and the decisions are the same.
    shorter = await waiting(world, _changed(minutes(), 0, discussion=""), "kort.pdf")
    assert "Finnes fra før" in await _refused(world, shorter)
    assert await counts(world, *EVERYTHING) == before


async def test_the_same_file_under_two_names(world: World) -> None:
    first = await stored(world, minutes())
    async with world.database.transaction() as session:
        row = await session.get_one(Paper, first)
        twin = Paper(
            name="kopi.docx",
            digest=row.digest,
            kind=row.kind,
            committee_id=row.committee_id,
            read=row.read,
            at=NOW,
        )
        session.add(twin)
        await session.flush()
        twin_id = twin.id
    assert await _refused(world, twin_id) == "Finnes fra før: det er lest inn som «referat.docx»."


async def test_storing_twice_stores_once(world: World) -> None:
    paper_id = await waiting(world, minutes())
    await store(world, paper_id)
    assert await _refused(world, paper_id) == "Papiret «referat.docx» er allerede behandlet."


# --- versions -----------------------------------------------------------------------------------------------


async def test_the_final_minutes_take_the_place_of_a_draft_and_what_both_have_is_the_same(world: World) -> None:
    draft = await stored(world, minutes(draft=True), "utkast.docx")
    items = {each.number: each.id for each in await rows(world, AgendaItem)}
    conclusions = await rows(world, Conclusion)
    follow_ups = await rows(world, FollowUp)
    final = _changed(
        minutes(draft=False),
        0,
        decisions=["Rutinen godkjennes med en merknad.", "Saken følges opp i AU."],
        title="Felles rutine for utskriving",
    )
    final = replace(final, cases=[*final.cases, CaseRead(number="6/2019", year=2019, title="En sak til")])
    final_id = await waiting(world, final, "endelig.docx")
    considered = await _considered(world, final_id)
    assert [each.name for each in considered.replaces] == ["utkast.docx"]
    assert [each.case for each in considered.changes] == [
        "4/2019 Felles rutine for utskriving",
        "6/2019 En sak til",
    ]
    assert considered.changes[0].text == (
        "Felles rutine for [-utskrivning-]{+utskriving+} · Rutinen godkjennes{+ med en merknad+}."
    )
    assert considered.clashes == []
    await store(world, final_id)
    after = {each.number: each.id for each in await rows(world, AgendaItem)}
    assert {number: after[number] for number in items} == items
    assert "6/2019" in after
    assert [each.id for each in await rows(world, Conclusion)] == [each.id for each in conclusions]
    assert (await rows(world, Conclusion))[0].text == "Rutinen godkjennes med en merknad."
    assert [each.id for each in await rows(world, FollowUp)] == [each.id for each in follow_ups]
    (row,) = await rows(world, Minutes)
    assert (row.status, row.paper_id) == (MinutesStatus.APPROVED, final_id)
    assert (await paper(world, draft)).status == PaperStatus.REPLACED
    assert (await paper(world, final_id)).version_of_id == draft


async def test_an_older_draft_does_not_come_after_the_final_minutes(world: World) -> None:
    await stored(world, minutes(draft=False), "endelig.docx")
    draft = await waiting(world, _changed(minutes(draft=True), 1, decisions=["Noe annet."]), "utkast.docx")
    said = await _refused(world, draft)
    assert said.startswith("Dette er et utkast. Det endelige referatet fra møtet er lest inn fra før («endelig.docx»)")


async def test_what_the_final_minutes_leave_out_stays_where_something_hangs_on_it(world: World) -> None:
    await stored(world, minutes(draft=True), "utkast.docx")
    taken = (await rows(world, FollowUp))[0]
    async with world.database.transaction() as session:
        session.add(FollowUpEvent(follow_up_id=taken.id, kind="received", at=NOW, id=1))
    without = replace(minutes(draft=False), cases=minutes().cases[1:])
    done = await store(world, await waiting(world, without, "endelig.docx"))
    assert "Felles rutine for utskrivning" in done.kept
    assert [each.number for each in await rows(world, AgendaItem)] == ["4/2019", "5/2019"]
    # What nobody has touched is gone with its case, had it not stood beside what stays.
    assert len(await rows(world, Conclusion)) == 3
    bare = replace(minutes(draft=False), cases=minutes().cases[:1])
    await store(world, await waiting(world, bare, "endelig2.docx"))
    assert [each.number for each in await rows(world, AgendaItem)] == ["4/2019"]


async def test_minutes_that_were_written_here_are_never_replaced(world: World) -> None:
    async with world.database.transaction() as session:
        meeting = Meeting(
            committee_id=world.committees["fsu"],
            key="own",
            starts_at=NOW.replace(year=2019, month=3, day=12),
            ends_at=NOW.replace(year=2019, month=3, day=12),
            deadline_at=NOW,
            zone="Europe/Oslo",
        )
        session.add(meeting)
        await session.flush()
        session.add(Minutes(meeting_id=meeting.id, created_at=NOW, changed_at=NOW))
    said = await _refused(world, await waiting(world, minutes()))
    assert said == "Referatet fra møtet 12. mars 2019 er skrevet i boten, og blir ikke erstattet av et papir."


async def test_a_number_that_is_another_cases_is_asked_about(world: World) -> None:
    await stored(world, minutes())
    other = minutes(
        date=DAY.replace(day=20),
        cases=[CaseRead(number="4/2019", year=2019, title="Noe ganske annet", decisions=["Avvises."])],
    )
    paper_id = await waiting(world, other, "neste.docx")
    considered = await _considered(world, paper_id)
    assert [(each.number, each.there) for each in considered.clashes] == [("4/2019", "Felles rutine for utskrivning")]
    await store(world, paper_id, Choices(another=True))
    assert [each.number for each in await rows(world, AgendaItem)] == ["4/2019", "5/2019", "4/2019 (20.3.2019)"]
    same = await waiting(world, replace(other, date=DAY.replace(day=27)), "tredje.docx")
    await store(world, same)
    slots = [each for each in await rows(world, AgendaSlot) if each.number is not None]
    assert len(await rows(world, AgendaItem)) == 3
    assert len(slots) == 1


async def test_a_protocol_of_one_case_stands_beside_the_others(world: World) -> None:
    one = minutes(kind=PaperKind.CASE_PROTOCOL, cases=minutes().cases[:1])
    two = minutes(kind=PaperKind.CASE_PROTOCOL, cases=minutes().cases[1:2])
    await stored(world, one, "sak4.pdf")
    await stored(world, two, "sak5.pdf")
    assert [each.number for each in await rows(world, AgendaItem)] == ["4/2019", "5/2019"]
    assert len(await rows(world, Conclusion)) == 3
    again = await waiting(world, replace(two, place="Et annet sted", present=[]), "sak5-igjen.pdf")
    assert "Finnes fra før" in await _refused(world, again)
    await stored(world, minutes(), "referat.docx")
    assert len(await rows(world, AgendaItem)) == 2
    part = await waiting(world, replace(two, present=[]), "sak5-til.pdf")
    assert "Finnes fra før" in await _refused(world, part)


# --- taking back --------------------------------------------------------------------------------------------


async def test_taking_back_leaves_nothing(world: World) -> None:
    before = await counts(world, *EVERYTHING)
    paper_id = await stored(world, minutes())
    done = await undo(world, paper_id)
    assert (list(done.left), list(done.restored)) == ([], [])
    assert await counts(world, *EVERYTHING) == before
    assert (await paper(world, paper_id)).status == PaperStatus.UNDONE
    # And it may be read in again.
    await stored(world, minutes())
    assert len(await rows(world, AgendaItem)) == 2


async def test_what_others_have_hung_on_it_stays_and_is_told(world: World) -> None:
    paper_id = await stored(world, minutes())
    first, second = await rows(world, AgendaItem)
    async with world.database.transaction() as session:
        session.add(CaseFollower(item_id=first.id, person_id=world.people["member"], since=NOW))
    done = await undo(world, paper_id)
    assert list(done.left) == ["4/2019 Felles rutine for utskrivning: noen følger saken"]
    assert [each.id for each in await rows(world, AgendaItem)] == [first.id]
    assert await rows(world, Conclusion) == []
    assert second.id not in {each.id for each in await rows(world, AgendaItem)}


async def test_a_follow_up_that_somebody_has_taken_stays_with_its_case(world: World) -> None:
    paper_id = await stored(world, minutes())
    taken = (await rows(world, FollowUp))[0]
    async with world.database.transaction() as session:
        session.add(FollowUpEvent(follow_up_id=taken.id, kind="received", at=NOW, id=1))
    done = await undo(world, paper_id)
    assert list(done.left) == ["oppfølgingen «Sende ut rutinen»: noen har gjort noe med oppfølgingen"]
    assert [each.text for each in await rows(world, Conclusion)] == ["Rutinen godkjennes.", "Saken følges opp i AU."]
    assert [each.number for each in await rows(world, AgendaItem)] == ["4/2019"]
    assert len(await rows(world, Minutes)) == 1


async def test_taking_back_a_later_version_brings_the_earlier_one_back(world: World) -> None:
    draft = await stored(world, minutes(draft=True), "utkast.docx")
    ids = [each.id for each in await rows(world, Conclusion)]
    before = await counts(world, *EVERYTHING)
    final = _changed(minutes(draft=False), 0, decisions=["Rutinen godkjennes ikke.", "Saken følges opp i AU."])
    final = replace(final, cases=[*final.cases, CaseRead(number="6/2019", title="Ny", decisions=["Godkjennes."])])
    final_id = await stored(world, final, "endelig.docx")
    with pytest.raises(BotError, match="erstattet av en nyere utgave"):
        await undo(world, draft)
    done = await undo(world, final_id)
    assert [each.name for each in done.restored] == ["utkast.docx"]
    assert await counts(world, *EVERYTHING) == before
    assert [each.id for each in await rows(world, Conclusion)] == ids
    assert (await rows(world, Conclusion))[0].text == "Rutinen godkjennes."
    (row,) = await rows(world, Minutes)
    assert (row.paper_id, row.status) == (draft, MinutesStatus.PUBLISHED)
    assert (await paper(world, draft)).status == PaperStatus.STORED
    async with world.database.transaction() as session:
        event = await papers.HISTORY.last(session, draft)
        assert event is not None
        assert event.kind == RESTORED
    assert list((await undo(world, draft)).left) == []


async def test_a_convocation_taken_back_leaves_the_cases_to_the_minutes(world: World) -> None:
    cases = [CaseRead(number=each.number, year=each.year, title=each.title) for each in minutes().cases[:2]]
    first = await stored(world, minutes(kind=PaperKind.CONVOCATION, cases=cases), "innkalling.pdf")
    second = await stored(world, minutes())
    assert list((await undo(world, first)).left) == []
    assert {each.paper_id for each in await rows(world, AgendaItem)} == {second}
    assert len(await rows(world, Conclusion)) == 3
    assert list((await undo(world, second)).left) == []
    assert await rows(world, AgendaItem) == []


async def test_a_case_that_came_up_again_stays_in_the_later_meeting(world: World) -> None:
    first = await stored(world, minutes())
    later = minutes(date=DAY.replace(month=5), cases=minutes().cases[:1])
    second = await stored(world, later, "mai.docx")
    assert len(await rows(world, AgendaItem)) == 2
    assert list((await undo(world, first)).left) == []
    (item,) = await rows(world, AgendaItem)
    assert (item.number, item.paper_id) == ("4/2019", second)


async def test_a_status_that_its_owner_has_set_is_theirs(world: World) -> None:
    to_do = FollowUpRead("Sende ut rutinen", "Eksempel Member", None, "snarest")
    await stored(world, _changed(minutes(draft=True), 0, followups=[to_do]), "utkast.docx")
    async with world.database.transaction() as session:
        row = await session.get_one(FollowUp, (await rows(world, FollowUp))[0].id)
        row.status, row.revision = FollowUpStatus.DONE, 1
    changed = replace(to_do, text="Sende ut den nye rutinen")
    await stored(world, _changed(minutes(), 0, followups=[changed]), "endelig.docx")
    (row,) = await rows(world, FollowUp)
    assert (row.status, row.text) == (FollowUpStatus.DONE, "Sende ut rutinen")
