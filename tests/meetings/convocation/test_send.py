"""A convocation is checked, and then sent once: to the committee with all of it, to others with their case only."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlmodel import col

from handlers.errors import Gone, NotAllowed
from handlers.meetings.settings import CommitteeSettings
from handlers.people.roles import Role
from storage.tables import AgendaItem, Attendance, Committee, Delivery, ItemStatus, Meeting, MeetingEvent, Minutes
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.meetings.steps import read, with_standing
from tests.surface import FakeSurface, facts, labels, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return steps.surface_with_links(world, clock)


async def _remarks(surface: FakeSurface) -> list[str]:
    asked = await steps.checked(surface)
    return asked.sections[0].text.split("\n") if asked.sections else []


async def test_it_is_sent_to_everybody_once(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    asked = await steps.checked(surface)
    assert asked.title == "Innkallingen er klar til å sendes"
    assert asked.text == "Den går til 5 personer."
    assert labels(asked) == ["Send innkallingen", "Vis møtet"]
    told = message(await surface.press("secretary", asked, "Send innkallingen"))
    assert (told.title, told.text) == ("Innkallingen er sendt", "5 personer får den.")
    for who in ("member", "colleague", "observer", "deputy", "secretary"):
        shown = await steps.convocation(surface, who)
        assert shown is not None, who
        assert shown.title == "Innkalling: Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
        assert facts(shown) == {"Tid": "mandag 21. september 2026 kl. 10.00–13.00", "Sted": "Eksempelsalen"}
        assert shown.sections[0].text == "1/2026  Felles rutine"
        assert [file.label for file in shown.files] == ["Innkalling (Word)", "Legg i kalenderen (.ics)"]
        assert shown.page is not None
    for who in ("secretary", "deputy"):
        again = message(await surface.press(who, asked, "Send innkallingen"))
        said = "Innkallingen er alt sendt, tirsdag 1. september 2026 kl. 10.00, av Eksempel Secretary."
        assert again.title == f"{said} Endringer går ut av seg selv."
    page = await steps.page(surface)
    assert facts(page)["Innkalling"] == "Sendt tirsdag 1. september 2026 kl. 10.00"
    assert "Send innkalling" not in labels(page)
    async with surface.world.database.transaction() as session:
        events = await session.scalars(select(col(MeetingEvent.kind)))
        assert list(events) == ["convocation.sent"]


async def test_two_who_press_at_once_send_it_once(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    asked = await steps.checked(surface)
    both = await asyncio.gather(*(surface.press(who, asked, "Send innkallingen") for who in ("secretary", "deputy")))
    first, second = sorted((message(each).title for each in both), key=len)
    assert first == "Innkallingen er sendt"
    assert second.startswith("Innkallingen er alt sendt")
    async with surface.world.database.transaction() as session:
        count = select(func.count()).select_from(Delivery).where(col(Delivery.subject).like("meeting:%:convocation"))
        assert await session.scalar(count) == 5


async def test_only_the_secretariat_sends(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    assert "Send innkalling" not in labels(await steps.page(surface, "member"))
    asked = await steps.checked(surface)
    refused = message(await surface.press("member", asked, "Send innkallingen"))
    assert refused.title.startswith("Bare sekretariatet")
    assert await steps.convocation(surface, "member") is None
    with pytest.raises(Gone, match="ikke sendt ennå"):
        await steps.opened(surface, "member")


# --- the check -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"presenter_ids": []}, "• 1/2026 Felles rutine: ingen legger den fram."),
        ({"purpose": " "}, "• 1/2026 Felles rutine: hensikten mangler."),
        (
            {"purpose": "Se vedlagte notat"},
            "• 1/2026 Felles rutine: teksten viser til vedlegg, men det er ingen.",
        ),
        (
            {"purpose": "Høring på torsdag 9. oktober"},
            "• 1/2026 Felles rutine: «torsdag 9. oktober» stemmer ikke, datoen er en fredag.",
        ),
        (
            {"title": "Seminar Måndag 2.2.2027"},
            "• 1/2026 Seminar Måndag 2.2.2027: «Måndag 2.2.2027» stemmer ikke, datoen er en tirsdag.",
        ),
    ],
)
async def test_what_a_case_lacks(surface: FakeSurface, fields: dict[str, Any], said: str) -> None:
    await steps.put(surface.world, **{"title": "Felles rutine", **fields})
    assert await _remarks(surface) == [said]
    asked = await steps.checked(surface)
    assert asked.title == "Se over før innkallingen sendes"
    assert message(await surface.press("secretary", asked, "Send likevel")).title == "Innkallingen er sendt"


async def test_what_is_as_it_should_be_is_not_remarked(surface: FakeSurface) -> None:
    await steps.put(
        surface.world,
        "Høring fredag 9. oktober",
        purpose="Notatet er vedlagt, møte tirsdag 29/9",
        links=["https://example.org/notat"],
        presenter_ids=[],
        presenters_text="Eksempel Gjest",
    )
    assert await _remarks(surface) == []


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        (datetime(2026, 12, 25, 9, tzinfo=UTC), "• Fredag 25. desember 2026 er en helligdag."),
        (datetime(2026, 12, 28, 9, tzinfo=UTC), "• Mandag 28. desember 2026 er i romjula, da de fleste har fri."),
        (datetime(2026, 10, 3, 9, tzinfo=UTC), "• Lørdag 3. oktober 2026 er i en helg."),
    ],
)
@pytest.mark.usefixtures("customary_known")
async def test_a_day_on_which_nobody_meets(surface: FakeSurface, starts: datetime, said: str) -> None:
    await steps.put(surface.world, "Felles rutine")
    fields = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
    await steps.change(surface.world, Meeting, surface.world.meetings["fsu-1"], **fields)
    asked = message(
        await surface.bot.press(
            surface.world.sender("secretary"),
            "innkalling.kontroller",
            {"meeting": str(surface.world.meetings["fsu-1"])},
        )
    )
    assert said in asked.sections[0].text


async def test_later_than_the_committees_rule(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    settings = CommitteeSettings(convocation="20d").model_dump(mode="json")
    await steps.change(surface.world, Committee, surface.world.committees["fsu"], settings=settings)
    assert await _remarks(surface) == []
    surface.clock.forward(timedelta(minutes=1))
    assert await _remarks(surface) == ["• Innkallingen skulle vært sendt senest tirsdag 1. september 2026 kl. 10.00."]


async def test_an_agenda_that_is_longer_than_the_meeting(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine", minutes=195)
    assert await _remarks(surface) == ["• Sakslisten tar 15 min mer enn det er tid til."]


async def test_the_minutes_of_the_meeting_before(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    held = surface.clock.now() - timedelta(days=100)
    async with surface.world.database.transaction() as session:
        meeting = Meeting(
            committee_id=surface.world.committees["fsu"],
            key="held",
            starts_at=held,
            ends_at=held + timedelta(hours=2),
            deadline_at=held,
            zone="Europe/Oslo",
        )
        session.add(meeting)
        await session.flush()
        held_id = meeting.id
    assert await _remarks(surface) == ["• Referatet fra møtet 24. mai 2026 er ikke skrevet, så det følger ikke med."]
    async with surface.world.database.transaction() as session:
        session.add(Minutes(meeting_id=held_id, created_at=held, changed_at=held))
    assert await _remarks(surface) == ["• Referatet fra møtet 24. mai 2026 er ikke publisert, så det følger ikke med."]
    async with surface.world.database.transaction() as session:
        (await session.scalars(select(Minutes))).one().status = "published"
    assert await _remarks(surface) == []
    await steps.sent(surface)
    front = (await steps.word(surface, "member")).tables[0]
    assert [cell.text for cell in front.rows[3].cells] == ["1 vedlegg", "Referat fra møtet 24. mai 2026"]


async def test_no_place_no_cases_a_draft_and_cases_that_wait(surface: FakeSurface) -> None:
    await steps.change(surface.world, Meeting, surface.world.meetings["fsu-1"], place="")
    await steps.put(surface.world, "Ny sak", status=ItemStatus.PROPOSED, number=None, number_year=None)
    assert await _remarks(surface) == [
        "• Møtet har ikke noe sted.",
        "• Det er ingen saker på sakslisten.",
        "• 1 meldt sak venter på at dere bestemmer: «Ny sak».",
    ]


async def test_a_meeting_without_cases_can_be_convened(surface: FakeSurface) -> None:
    await with_standing(surface.world, "Godkjenning av innkalling", "Eventuelt")
    await steps.sent(surface)
    shown = await steps.convocation(surface, "member")
    assert shown is not None
    assert shown.sections[0].text == "Godkjenning av innkalling\nEventuelt"
    assert await steps.agenda_of(surface, "member") == [
        ["", "Godkjenning av innkalling", ""],
        ["", "Eventuelt", ""],
    ]


async def test_what_cannot_be_sent(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    asked = await steps.checked(surface)
    await steps.change(surface.world, Meeting, surface.world.meetings["fsu-1"], cancelled_at=surface.clock.now())
    refused = message(await surface.press("secretary", asked, "Send innkallingen"))
    assert refused.title == "Innkallingen kan ikke sendes"
    assert refused.sections[0].text == "• Møtet er avlyst."
    assert labels(refused) == ["Vis møtet"]
    assert await steps.convocation(surface, "member") is None


async def test_what_came_since_it_was_checked_is_shown_first(surface: FakeSurface) -> None:
    item = await steps.put(surface.world, "Felles rutine")
    asked = await steps.checked(surface)
    await steps.change(surface.world, AgendaItem, item, purpose="")
    again = message(await surface.press("secretary", asked, "Send innkallingen"))
    assert again.title == "Se over før innkallingen sendes"
    assert await steps.convocation(surface, "member") is None
    assert message(await surface.press("secretary", again, "Send likevel")).title == "Innkallingen er sendt"


# --- who sees what -------------------------------------------------------------------------------------------


async def test_whoever_comes_for_a_case_gets_that_case(surface: FakeSurface) -> None:
    surgeon = surface.world.people["surgeon"]
    await steps.put(surface.world, "Felles rutine")
    await steps.put(surface.world, "Prehospital", 2, presenter_ids=[surgeon], conclusion="Tas til orientering")
    await steps.sent(surface)
    shown = await steps.convocation(surface, "surgeon")
    assert shown is not None
    assert shown.title == "Du legger fram sak i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert [(section.title, section.text) for section in shown.sections] == [("Din sak", "2/2026  Prehospital")]
    assert labels(shown) == ["Kommer", "Forfall", "Vis møtet"]
    assert message(await surface.press("surgeon", shown, "Vis møtet")).sections == shown.sections
    made = await steps.word(surface, "surgeon")
    assert made.tables[0].rows[0].cells[1].text == "Eksempel Surgeon"
    assert [row[0].split("\n")[0] for row in await steps.agenda_of(surface, "surgeon")] == ["2/2026"]
    _calendar, event = await steps.calendar(surface, "surgeon")
    assert "Felles rutine" not in str(event["DESCRIPTION"])
    with pytest.raises(NotAllowed):
        await steps.opened(surface, "clinician")
    page = await steps.convocation(surface, "clinician")
    assert page is None


async def test_a_guest_of_the_committee_gets_nothing_but_their_case(surface: FakeSurface) -> None:
    await steps.member_of(surface.world, "nurse", Role.GUEST)
    await steps.put(surface.world, "Felles rutine")
    await steps.sent(surface)
    assert await steps.convocation(surface, "nurse") is None
    with pytest.raises(NotAllowed):
        await steps.opened(surface, "nurse")


async def test_a_closed_case_is_for_members(surface: FakeSurface) -> None:
    guest = surface.world.people["nurse"]
    await steps.member_of(surface.world, "nurse", Role.GUEST)
    await steps.put(
        surface.world,
        "Personalsak X",
        closed_under="offl. § 23",
        purpose="Hemmelig hensikt",
        conclusion="Hemmelig konklusjon",
        links=["https://example.org/hemmelig"],
        presenter_ids=[guest],
        presenters_text="Hemmelig Person",
    )
    await steps.sent(surface)
    member = await steps.convocation(surface, "member")
    assert member is not None
    assert member.sections[0].text == "1/2026  Personalsak X (unntatt offentlighet)"
    (row,) = await steps.agenda_of(surface, "member")
    assert "Unntatt offentlighet (offl. § 23)\nHemmelig hensikt" in row[1]
    # Colleagues see what stands in a member's calendar.
    _calendar, event = await steps.calendar(surface, "member")
    assert str(event["DESCRIPTION"]) == "1/2026  Unntatt offentlighet (offl. § 23)"
    for who in ("observer", "nurse"):
        shown = await steps.convocation(surface, who)
        assert shown is not None, who
        assert "Unntatt offentlighet (offl. § 23)" in shown.sections[0].text
        everything = shown.model_dump_json()
        made = await steps.word(surface, who)
        for table in made.tables:
            everything += "\n".join(cell.text for each in table.rows for cell in each.cells)
        _calendar, event = await steps.calendar(surface, who)
        everything += event.to_ical().decode()
        for secret in ("Personalsak", "emmelig"):
            assert secret not in everything, who


# --- the files -----------------------------------------------------------------------------------------------


HOSTILE = 'Sak {{ x }} {% if %} <b> & "sitat" ' + "lang tittel " * 17


async def test_a_hostile_title_is_whole_in_the_document_and_the_calendar(surface: FakeSurface) -> None:
    title = HOSTILE.strip()
    assert 230 < len(title) <= 250
    await steps.put(surface.world, title, purpose="Linje én\nLinje to & {{ y }}", conclusion="<w:p/>")
    await steps.sent(surface)
    (row,) = await steps.agenda_of(surface, "member")
    assert row[1] == f"{title}\nLinje én\nLinje to & {{{{ y }}}}\nForeløpig konklusjon: <w:p/>"
    _calendar, event = await steps.calendar(surface, "member")
    assert title in str(event["DESCRIPTION"])


async def test_the_calendar_entry(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    await steps.sent(surface)
    calendar, event = await steps.calendar(surface, "member")
    assert calendar["METHOD"] == "REQUEST"
    assert str(event["SUMMARY"]) == "Møte i Faglig samarbeidsutvalg (FSU)"
    assert event.decoded("dtstart") == (await steps.meeting(surface.world)).starts_at
    assert str(event["ORGANIZER"]) == "mailto:secretary@example.org"
    assert str(event["ATTENDEE"]) == "mailto:member@example.org"
    assert event["SEQUENCE"] == 0
    _calendar, other = await steps.calendar(surface, "colleague")
    assert other["UID"] == event["UID"]


async def test_sixty_cases(surface: FakeSurface) -> None:
    for number in range(1, 61):
        await steps.put(surface.world, f"Sak nummer {number} " + "med en lang tittel " * 8, number)
    await steps.sent(surface)
    shown = await steps.convocation(surface, "member")
    assert shown is not None
    lines = "\n".join(section.text for section in shown.sections).split("\n")
    assert [line.split()[0] for line in lines] == [f"{number}/2026" for number in range(1, 61)]
    assert len(await steps.agenda_of(surface, "member")) == 60


async def test_a_link_in_a_message_that_waited_three_days_works(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    await steps.sent(surface)
    surface.clock.forward(timedelta(days=3))
    shown = await steps.convocation(surface, "member")
    assert shown is not None
    # The worker makes the link as it sends the message; here there is none that makes them.
    assert [file.file.document for file in shown.files] == ["innkalling.word", "innkalling.kalender"]
    assert (await steps.opened(surface, "member")).name == "Innkalling fsu 2026-09-21.docx"


async def test_the_number_of_statements_does_not_grow_with_the_cases(surface: FakeSurface) -> None:
    counted: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    async def of(work: Any) -> int:
        counted.clear()
        await work
        return len(counted)

    await steps.put(surface.world, "Sak", presenter_ids=[surface.world.people["surgeon"]])
    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        few = await of(steps.checked(surface))
        for number in range(2, 32):
            await steps.put(surface.world, f"Sak {number}", number, presenter_ids=[surface.world.people["surgeon"]])
        many = await of(steps.checked(surface))
        assert many == few
        asked = await steps.checked(surface)
        sending = await of(surface.press("secretary", asked, "Send innkallingen"))
        assert sending <= 25
        opening = await of(steps.opened(surface, "member"))
        assert opening <= 15
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def _written_down(surface: FakeSurface, who: str, **fields: Any) -> None:
    async with surface.world.database.transaction() as session:
        session.add(
            Attendance(meeting_id=surface.world.meetings["fsu-1"], person_id=surface.world.people[who], **fields)
        )


async def test_a_guest_of_one_item_gets_that_item(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    await steps.put(surface.world, "Prehospital", 2)
    laid = await read(surface.world, lay=True)
    slot = next(line.slot for line in laid.lines if line.title == "Prehospital")
    assert slot is not None
    await _written_down(surface, "surgeon", capacity=Role.GUEST, guest_in=[slot.id])
    await steps.sent(surface)
    shown = await steps.convocation(surface, "surgeon")
    assert shown is not None
    assert [section.text for section in shown.sections] == ["2/2026  Prehospital"]
    assert [row[0].split("\n")[0] for row in await steps.agenda_of(surface, "surgeon")] == ["2/2026"]


async def test_a_substitute_gets_all_of_it(surface: FakeSurface) -> None:
    await steps.put(surface.world, "Felles rutine")
    await steps.put(surface.world, "Personalsak", 2, closed_under="offl. § 23")
    await _written_down(
        surface, "surgeon", capacity=Role.SUBSTITUTE, stands_in_for_id=surface.world.people["member"], guest_in=[]
    )
    await steps.sent(surface)
    shown = await steps.convocation(surface, "surgeon")
    assert shown is not None
    assert shown.title.startswith("Innkalling:")
    assert shown.sections[0].text == "1/2026  Felles rutine\n2/2026  Personalsak (unntatt offentlighet)"
    assert [row[0].split("\n")[0] for row in await steps.agenda_of(surface, "surgeon")] == ["1/2026", "2/2026"]


async def test_what_is_convened_is_told_at_once_and_not_undone(surface: FakeSurface) -> None:
    """Sent within the minute in which the case could be taken off the agenda again: its proposer and whoever presents
    it hear of it as the others do, and what is said of undoing it is true."""
    world = surface.world
    await propose(surface, presenters=[str(world.people["colleague"])])
    notice = next(each for each in await surface.inbox("secretary") if "Sett på sakslisten" in labels(each))
    done = message(await surface.press("secretary", notice, "Sett på sakslisten"))
    surface.clock.forward(timedelta(seconds=20))
    assert not [each for each in await surface.inbox("member") if each.title.startswith("Saken din er satt")]
    arguments = {"meeting": str(world.meetings["fsu-1"])}
    asked = message(await surface.bot.press(world.sender("secretary"), "innkalling.kontroller", arguments))
    sent = "Send likevel" if "Send likevel" in labels(asked) else "Send innkallingen"
    assert message(await surface.press("secretary", asked, sent)).title == "Innkallingen er sendt"
    assert [each for each in await surface.inbox("member") if each.title.startswith("Saken din er satt")]
    assert [each for each in await surface.inbox("colleague") if each.title.startswith("Du er satt opp")]
    late = message(await surface.press("secretary", done, "Angre"))
    assert late.title == "Innkallingen er sendt med saken på sakslisten, og de det gjelder, har fått beskjed"
    assert late.text == "Trykk «Ta av sakslisten» eller «Flytt til et annet møte» på saken."
    assert labels(late) == ["Vis saken"]
