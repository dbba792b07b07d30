"""Kommer, forfall, stedfortreder: from the reminder, the meeting's page and a linked page; and once more."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.capabilities import registry
from handlers.errors import NotAllowed
from handlers.meetings.changes import moved
from handlers.meetings.life import MeetingTimes
from handlers.people.links import Links
from handlers.people.recognising import by_link
from handlers.people.roles import Role
from handlers.people.ticket import Ticket
from storage import agenda
from storage.history import Event
from storage.tables import AgendaItem, Answer, Meeting, Membership
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.meetings.attendance.steps import (
    at_roll,
    begin,
    comes,
    marking,
    newest,
    page,
    press_for,
    remind,
    roll_of,
    seat,
    sends,
    stays_away,
)
from tests.meetings.steps import accepted
from tests.surface import FakeSurface, errors, facts, form, labels, message
from tests.world import World

ANSWERS = ["Kommer", "Forfall", "Stedfortreder"]


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def events(surface: FakeSurface, kind: str = "answered") -> list[Event]:
    async with surface.world.database.transaction() as session:
        found = await agenda.HISTORY.events(session, surface.world.meetings["fsu-1"])
    return [each for each in found if each.kind == kind]


async def move(surface: FakeSurface, by: timedelta = timedelta(days=7), place: str = "") -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
        meeting.starts_at += by
        meeting.ends_at += by
        meeting.place = place or meeting.place
        await moved(session, meeting, before, surface.clock.now())


# --- kommer, and the message that was answered on ------------------------------------------------------------


async def test_the_reminder_asks_whoever_has_not_answered_and_shows_the_answer_in_its_place(
    surface: FakeSurface,
) -> None:
    await remind(surface)
    reminder = await newest(surface, "member", "Påminnelse")
    assert labels(reminder) == [*ANSWERS, "Minn meg i morgen"]
    assert "Du har ikke svart ennå." in reminder.text
    before = len(await surface.inbox("member"))
    told = message(await surface.press("member", reminder, "Kommer"))
    assert told.title == "Du kommer til møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert facts(await newest(surface, "member", "Påminnelse"))["Svaret ditt"] == "Kommer"
    assert len(await surface.inbox("member")) == before
    shown = await newest(surface, "member", "Påminnelse")
    assert [button.style for button in shown.buttons] == ["primary", "default", "default", "default"]
    assert "Svaret ditt" not in facts(await newest(surface, "colleague", "Påminnelse"))


async def test_whoever_has_answered_is_reminded_of_what(surface: FakeSurface) -> None:
    await comes(surface, "member")
    await remind(surface)
    reminder = await newest(surface, "member", "Påminnelse")
    assert "Du har ikke svart" not in reminder.text
    assert facts(reminder)["Svaret ditt"] == "Kommer"


async def test_answering_again_changes_the_answer_and_the_history_has_both(surface: FakeSurface) -> None:
    await comes(surface, "member")
    shown = await stays_away(surface, "member", "Ferie")
    assert facts(shown)["Svaret ditt"] == "Forfall"
    assert (await at_roll(surface.world, "member")).answer is Answer.ABSENT
    await surface.press("member", shown, "Kommer")
    assert (await at_roll(surface.world, "member")).note == ""
    assert [each.data["answer"] for each in await events(surface)] == ["coming", "absent", "coming"]
    assert [each.note for each in await events(surface)] == ["", "Ferie", ""]


async def test_the_same_answer_twice_is_one(surface: FakeSurface) -> None:
    await comes(surface, "member", "member")
    roll = await roll_of(surface.world)
    assert [each.name for each in roll.attendees if each.comes] == ["Eksempel Member"]


async def test_why_somebody_does_not_come_is_for_the_secretariat(surface: FakeSurface) -> None:
    await stays_away(surface, "member", "Er syk")
    for who in ("colleague", "member", "observer"):
        assert "Er syk" not in str(await page(surface, who))
    shown = message(await press_for(surface, await marking(surface), "Eksempel Member", "Mer"))
    assert facts(shown)["Grunn"] == "Er syk"


async def test_a_patients_number_in_a_reason_is_taken_out(surface: FakeSurface) -> None:
    opened = form(await surface.press("member", await page(surface), "Forfall"))
    number = "13097248022"
    shown = await surface.submit("member", opened, {"reason": f"Pasient {number} venter"})
    assert number not in str(shown)
    assert await events(surface) == []


# --- who may answer, and when --------------------------------------------------------------------------------


async def test_whoever_is_not_asked_is_told_so(surface: FakeSurface) -> None:
    shown = await page(surface)
    told = message(await surface.press("clinician", shown, "Kommer"))
    assert told.title.startswith("Du er ikke innkalt til møtet i Faglig samarbeidsutvalg (FSU)")
    opened = message(await surface.press("clinician", shown, "Forfall"))
    assert opened.title == told.title
    assert await events(surface) == []


async def test_a_guest_comes_for_their_case_and_sees_nothing_else(surface: FakeSurface) -> None:
    await propose(surface, presenters=[str(surface.world.people["clinician"])])
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    await remind(surface)
    reminder = await newest(surface, "clinician", "Påminnelse")
    assert labels(reminder) == ["Kommer", "Forfall", "Minn meg i morgen"]
    told = message(await surface.press("clinician", reminder, "Kommer"))
    assert told.title == "Du kommer til sak 1/2026 (O/D) i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert "Vis sakslisten" not in labels(told)
    assert [section.text for section in told.sections] == ["1/2026 (O/D)  Felles opplæring i utskrivning"]
    refused = message(await surface.press("clinician", await page(surface), "Stedfortreder"))
    assert refused.title.startswith("Du er gjest i møtet.")
    guests = next(section for section in (await page(surface)).sections if section.title == "Gjester")
    assert guests.text == "Eksempel Clinician, Eksempel sykehus (sak 1/2026 (O/D)) · kommer"


async def test_a_meeting_that_has_begun_takes_answers_and_says_so(surface: FakeSurface) -> None:
    shown = await page(surface)
    await begin(surface, timedelta(minutes=10))
    told = message(await surface.press("member", shown, "Kommer"))
    assert told.text == "Møtet har begynt, så si også fra til referenten."
    await begin(surface, timedelta(hours=4))
    told = message(await surface.press("member", shown, "Kommer"))
    assert told.title == "Møtet er over. Si fra til referenten hvis oppmøtet er ført feil."


async def test_a_form_left_open_until_the_meeting_was_over_closes_with_what_was_written(surface: FakeSurface) -> None:
    await begin(surface)
    opened = form(await surface.press("member", await page(surface), "Forfall"))
    await begin(surface, timedelta(hours=4))
    closed = message(await surface.submit("member", opened, {"reason": "Ferie"}))
    assert closed.title.startswith("Møtet er over.")
    assert facts(closed)["Grunn"] == "Ferie"


async def test_a_cancelled_meeting_asks_for_no_answer(surface: FakeSurface) -> None:
    shown = await page(surface)
    async with surface.world.database.transaction() as session:
        (await session.get_one(Meeting, surface.world.meetings["fsu-1"])).cancelled_at = surface.clock.now()
    told = message(await surface.press("member", shown, "Kommer"))
    assert told.title == "Møtet er avlyst, så du trenger ikke å svare."


async def test_a_member_outside_chat_answers_on_a_linked_page(surface: FakeSurface) -> None:
    await seat(surface.world, "mailbox", Role.MEMBER)
    links = Links("https://bot.example.org/", "k" * 40, surface.clock)
    arguments = {"meeting": str(surface.world.meetings["fsu-1"])}
    ticket = Ticket(surface.world.people["mailbox"], "mote.side", arguments)
    shown = await surface.bot.look(ticket)
    assert labels(shown) == ANSWERS
    assert links.page(ticket.person_id, ticket.name, arguments)
    button = shown.buttons[0]
    told = message(await surface.bot.press(by_link(ticket), button.action, button.arguments))
    assert facts(told)["Svaret ditt"] == "Kommer"
    other = {**button.arguments, "meeting": str(surface.world.meetings["fsu-2"])}
    refused = message(await surface.bot.press(by_link(ticket), button.action, other))
    assert refused.title.startswith("Denne siden gjelder én sak.")


async def test_a_reminder_can_be_read_on_a_page(surface: FakeSurface) -> None:
    await remind(surface)
    reminder = await newest(surface, "member", "Påminnelse")
    (found,) = reminder.pages_within()
    assert found.arguments == {"meeting": str(surface.world.meetings["fsu-1"])}
    assert (found.action, found.reference) == ("mote.side", "møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026")


# --- stedfortreder -------------------------------------------------------------------------------------------


async def test_a_substitute_is_asked_gets_the_papers_and_comes(surface: FakeSurface) -> None:
    told = message(await sends(surface, "member", "clinician"))
    assert facts(told)["Svaret ditt"] == "Stedfortreder: Eksempel Clinician"
    asked = await newest(surface, "clinician")
    assert asked.title == "Kan du møte for Eksempel Member i Faglig samarbeidsutvalg (FSU)?"
    assert labels(asked) == ["Kommer", "Forfall", "Vis sakslisten"]
    papers = message(await surface.press("clinician", asked, "Vis sakslisten"))
    assert papers.sections[0].title == "Saksliste"
    answered = message(await surface.press("clinician", asked, "Kommer"))
    assert answered.title == "Du møter for Eksempel Member i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert facts(await newest(surface, "clinician"))["Svaret ditt"] == "Kommer, for Eksempel Member"
    sections = {section.title: section.text for section in (await page(surface)).sections}
    assert sections["Kommer"] == "Eksempel Clinician, Eksempel sykehus (for Eksempel Member)"
    assert sections["Forfall"] == "Eksempel Member, Eksempel sykehus · Eksempel Clinician møter"


async def test_a_substitute_sees_closed_cases_as_the_member_does_until_they_say_no(surface: FakeSurface) -> None:
    await accepted(surface, "Noe som er unntatt")
    async with surface.world.database.transaction() as session:
        for item in await session.scalars(select(AgendaItem)):
            item.closed_under = "offl. § 13"
    await sends(surface, "member", "clinician")
    asked = await newest(surface, "clinician")
    papers = message(await surface.press("clinician", asked, "Vis sakslisten"))
    assert "Noe som er unntatt" in str(papers)
    await surface.submit("clinician", form(await surface.press("clinician", asked, "Forfall")))
    assert "Noe som er unntatt" not in str(await surface.press("clinician", asked, "Vis sakslisten"))


async def test_a_substitute_who_says_no_is_told_to_the_member_and_the_secretariat(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    asked = await newest(surface, "clinician")
    opened = form(await surface.press("clinician", asked, "Forfall"))
    await surface.submit("clinician", opened)
    told = await newest(surface, "member")
    assert told.title == "Eksempel Clinician kan ikke møte for Eksempel Member"
    assert labels(told) == ANSWERS
    for who in ("secretary", "deputy"):
        assert (await newest(surface, who)).title == told.title
    assert (await at_roll(surface.world, "member")).answer is Answer.ABSENT
    refused = message(await surface.press("clinician", asked, "Vis sakslisten"))
    assert "er for medlemmene" in refused.title


async def test_a_member_who_comes_after_all_releases_their_substitute(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    await surface.press("clinician", await newest(surface, "clinician"), "Kommer")
    await comes(surface, "member")
    released = await surface.inbox("clinician")
    assert {each.title for each in released} == {
        "Du trenger ikke å møte for Eksempel Member i Faglig samarbeidsutvalg (FSU) likevel"
    }
    assert all(not labels(each) for each in released)
    roll = await roll_of(surface.world)
    assert [each.name for each in roll.voters(roll.announced)] == ["Eksempel Member"]


async def test_a_substitute_who_has_not_seen_that_they_were_asked_hears_nothing(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    await comes(surface, "member")
    assert await surface.inbox("clinician") == []


async def test_another_substitute_takes_the_place_of_the_first(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    await surface.inbox("clinician")
    await sends(surface, "member", "surgeon")
    assert (await newest(surface, "clinician")).title.startswith("Du trenger ikke å møte")
    assert (await newest(surface, "surgeon")).title.startswith("Kan du møte for Eksempel Member")
    roll = await roll_of(surface.world)
    standing = roll.standing_in_for(surface.world.people["member"])
    assert standing is not None
    assert standing.name == "Eksempel Surgeon"


async def test_a_substitute_who_is_not_in_the_register_is_written_by_name(surface: FakeSurface) -> None:
    told = message(await sends(surface, "member", other="Eksempel Utenfra"))
    assert facts(told)["Svaret ditt"] == "Stedfortreder: Eksempel Utenfra"
    roll = await roll_of(surface.world)
    assert [(each.name, each.kind) for each in roll.voters(roll.announced)] == [("Eksempel Utenfra", "hospital")]
    await sends(surface, "member", other="Eksempel Annen")
    assert [each.name for each in (await roll_of(surface.world)).attendees if each.comes] == ["Eksempel Annen"]
    wrong = form(await sends(surface, "member", "clinician", other="Eksempel Utenfra"))
    assert errors(wrong) == {"other": "Velg en i listen, eller skriv et navn. Ikke begge deler."}
    wrong = form(await sends(surface, "colleague"))
    assert errors(wrong) == {"who": "Velg hvem som møter i stedet, eller skriv navnet under."}


async def test_the_members_own_substitute_is_chosen_to_begin_with(surface: FakeSurface) -> None:
    await seat(surface.world, "nurse", Role.SUBSTITUTE, "colleague")
    opened = form(await surface.press("colleague", await page(surface, "colleague"), "Stedfortreder"))
    who = next(field for field in opened.fields if field.name == "who")
    assert who.value == str(surface.world.people["nurse"])
    assert who.options[0].label == "Eksempel Nurse (stedfortreder)"


@pytest.mark.parametrize(
    ("substitute", "why"), [("colleague", "selv med i utvalget"), ("member", "finnes ikke lenger")]
)
async def test_who_has_a_vote_of_their_own_cannot_stand_in(surface: FakeSurface, substitute: str, why: str) -> None:
    wrong = form(await sends(surface, "member", substitute))
    assert why in errors(wrong)["who"]
    assert (await at_roll(surface.world, "member")).answer is None


async def test_a_substitute_of_two_stands_in_for_one(surface: FakeSurface) -> None:
    await seat(surface.world, "nurse", Role.SUBSTITUTE, "member")
    await sends(surface, "member", "nurse")
    wrong = form(await sends(surface, "colleague", "nurse"))
    assert errors(wrong)["who"] == (
        "Eksempel Nurse møter allerede for Eksempel Member. Én person har én stemme. Velg en annen, eller meld forfall."
    )


async def test_a_substitute_of_two_is_asked_whom_they_stand_in_for(surface: FakeSurface) -> None:
    world = surface.world
    await seat(world, "nurse", Role.SUBSTITUTE, "member")
    await seat(world, "carer", Role.SUBSTITUTE, "colleague")
    await seat(world, "manager", Role.SUBSTITUTE, "member", "colleague")
    for who in ("member", "colleague"):
        await stays_away(surface, who)
    opened = form(await surface.press("manager", await page(surface, "manager"), "Kommer"))
    (choice,) = [field for field in opened.fields if field.name == "member"]
    assert [option.label for option in choice.options] == ["Eksempel Colleague", "Eksempel Member"]
    told = message(await surface.submit("manager", opened, {"member": choice.options[0].value}))
    assert told.title == "Du møter for Eksempel Colleague i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert (await at_roll(world, "colleague")).answer is Answer.SUBSTITUTE
    # The other's own substitute comes for the other; and who is too late is told that nobody is left.
    nurse = message(await surface.press("nurse", await page(surface, "nurse"), "Kommer"))
    assert nurse.title.startswith("Du møter for Eksempel Member")
    carer = message(await surface.press("carer", await page(surface, "carer"), "Kommer"))
    assert carer.title.startswith("Eksempel Colleague kommer selv, eller har en annen stedfortreder.")
    roll = await roll_of(world)
    assert len(roll.voters(roll.announced)) == 2


async def test_a_substitute_of_two_is_offered_to_both_until_one_has_them(surface: FakeSurface) -> None:
    await seat(surface.world, "manager", Role.SUBSTITUTE, "member", "colleague")
    for who in ("member", "colleague"):
        opened = form(await surface.press(who, await page(surface, who), "Stedfortreder"))
        chosen = next(field for field in opened.fields if field.name == "who")
        assert chosen.value == str(surface.world.people["manager"])
    await sends(surface, "member", "manager")
    opened = form(await surface.press("colleague", await page(surface, "colleague"), "Stedfortreder"))
    assert next(field for field in opened.fields if field.name == "who").value is None


async def test_a_substitute_whom_nobody_has_named_chooses_among_those_who_are_away(surface: FakeSurface) -> None:
    await seat(surface.world, "manager", Role.SUBSTITUTE)
    told = message(await surface.press("manager", await page(surface, "manager"), "Kommer"))
    assert told.title.startswith("Ingen har bedt deg møte for seg.")
    await stays_away(surface, "member")
    opened = form(await surface.press("manager", await page(surface, "manager"), "Kommer"))
    await surface.submit("manager", opened, {"member": f"p{surface.world.people['member']}"})
    assert (await at_roll(surface.world, "manager")).stands_in_for == "Eksempel Member"


async def test_a_substitute_sends_no_other(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    shown = message(await surface.press("clinician", await newest(surface, "clinician"), "Vis sakslisten"))
    assert "Stedfortreder" not in labels(shown)
    refused = message(await surface.press("clinician", await page(surface), "Stedfortreder"))
    assert refused.title.startswith("En stedfortreder kan ikke sende en annen.")


# --- for another, and once more ------------------------------------------------------------------------------


async def test_the_secretariat_answers_for_somebody_who_telephones(surface: FakeSurface) -> None:
    shown = message(await press_for(surface, await marking(surface), "Eksempel Member", "Mer"))
    opened = form(await surface.press("secretary", shown, "Forfall"))
    told = message(await surface.submit("secretary", opened, {"reason": "Ringte"}))
    assert told.title == "Eksempel Member har forfall til møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026"
    assert (await at_roll(surface.world, "member")).answer is Answer.ABSENT
    button = next(each for each in shown.buttons_within() if each.label == "Kommer")
    refused = message(await surface.bot.press(surface.world.sender("colleague"), button.action, button.arguments))
    assert refused.title.startswith("Bare referenten og sekretariatet")


async def test_a_meeting_that_moves_asks_once_more_and_keeps_what_was_answered(surface: FakeSurface) -> None:
    await remind(surface)
    await surface.press("member", await newest(surface, "member", "Påminnelse"), "Kommer")
    await move(surface)
    told = await newest(surface, "member")
    assert (told.title, told.text) == (
        "Møtet i Faglig samarbeidsutvalg (FSU) er flyttet",
        "Svar på nytt om du kommer.",
    )
    assert labels(told) == ANSWERS
    assert facts(await newest(surface, "member", "Påminnelse"))["Svaret ditt"] == (
        "Ikke svart etter at møtet ble flyttet"
    )
    member = await at_roll(surface.world, "member")
    assert (member.answer, member.outdated) == (None, True)
    await surface.press("member", told, "Forfall")
    opened = form(await surface.press("member", told, "Forfall"))
    await surface.submit("member", opened)
    first, second = await events(surface)
    assert first.data["for"] < second.data["for"]
    assert facts(await newest(surface, "member"))["Svaret ditt"] == "Forfall"


async def test_whoever_marks_reads_once_that_an_answer_was_for_another_time(surface: FakeSurface) -> None:
    await comes(surface, "member")
    await move(surface)
    surface.clock.go_to((await roll_of(surface.world)).read.meeting.starts_at + timedelta(minutes=5))
    shown = await marking(surface)
    in_roll = next(each for each in shown.sections if each.title == "Eksempel Member")
    assert in_roll.text == "Ikke svart etter at møtet ble flyttet · Eksempel sykehus"
    shown = message(await press_for(surface, shown, "Eksempel Member", "Kom"))
    in_roll = next(each for each in shown.sections if each.title == "Eksempel Member")
    assert in_roll.text == "Kom · Eksempel sykehus"


async def test_a_new_place_asks_nobody_again(surface: FakeSurface) -> None:
    await comes(surface, "member")
    await move(surface, by=timedelta(), place="Lillesalen")
    told = await newest(surface, "member")
    assert labels(told) == []
    assert (await at_roll(surface.world, "member")).answer is Answer.COMING


async def test_a_substitute_hears_that_the_meeting_moves(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    await surface.press("clinician", await newest(surface, "clinician"), "Kommer")
    await move(surface)
    told = await newest(surface, "clinician", "Møtet")
    assert labels(told) == ["Kommer", "Forfall"]
    assert (await at_roll(surface.world, "clinician")).outdated


async def test_past_midnight_those_who_were_members_as_it_began_answer_and_mark(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        day = meeting.starts_at.date()
        meeting.starts_at = meeting.starts_at.replace(hour=20)
        meeting.ends_at = meeting.starts_at + timedelta(hours=5)
        await session.execute(update(Membership).values(valid_to=day))
    surface.clock.go_to(meeting.starts_at)
    shown, roll = await page(surface), await marking(surface)
    # 00.30 the next day, in Norway.
    surface.clock.forward(timedelta(hours=2, minutes=30))
    told = message(await surface.press("member", shown, "Kommer"))
    assert facts(told)["Svaret ditt"] == "Kommer"
    marked = message(await press_for(surface, roll, "Eksempel Member", "Kom"))
    assert marked.title.startswith("Oppmøte")
    assert (await at_roll(surface.world, "member")).present is True
    surface.clock.forward(timedelta(hours=20))
    refused = message(await press_for(surface, roll, "Eksempel Colleague", "Kom"))
    assert refused.title.startswith("Bare referenten og sekretariatet")


async def test_a_page_of_another_meeting_is_not_there(surface: FakeSurface) -> None:
    ticket = Ticket(surface.world.people["clinician"], "mote.side", {"meeting": str(surface.world.meetings["fsu-1"])})
    with pytest.raises(NotAllowed):
        await surface.bot.look(ticket)


async def test_who_was_released_stands_in_for_nobody_who_has_not_asked_them(surface: FakeSurface) -> None:
    """Somebody of the register without a role in the committee takes a member's place only where that member says."""
    await sends(surface, "member", "clinician")
    asked = await newest(surface, "clinician", "Kan du møte for")
    await comes(surface, "member")
    await stays_away(surface, "colleague")
    refused = message(await surface.press("clinician", asked, "Kommer"))
    assert refused.title.startswith("Ingen har bedt deg møte for seg.")
    assert (await at_roll(surface.world, "clinician")).stands_in_for_id is None


async def test_a_guest_in_a_closed_case_reads_no_more_than_that_it_is_closed(surface: FakeSurface) -> None:
    await accepted(surface, "Personalsak")
    opened = form(await surface.press("secretary", await marking(surface), "Legg til"))
    slot = next(field for field in opened.fields if field.name == "guest_in").options[0].value
    await surface.submit(
        "secretary",
        opened,
        {"who": str(surface.world.people["nurse"]), "guest_in": [slot], "stands_in_for": "0"},
    )
    invited = await newest(surface, "nurse", "Du er invitert")
    async with surface.world.database.transaction() as session:
        (await session.scalars(select(AgendaItem))).one().closed_under = "offl. § 23"
    shown = message(await surface.press("nurse", invited, "Kommer"))
    assert "Personalsak" not in str(shown)
    assert shown.sections[0].text == "1/2026 (O/D)  Unntatt offentlighet (offl. § 23)"
