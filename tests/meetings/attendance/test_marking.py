"""Who was there: marked in the meeting, by two at once, and taken back."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from handlers.capabilities import registry
from handlers.meetings.attendance import present
from handlers.meetings.attendance.actions import Do
from handlers.meetings.attendance.present import Group
from handlers.messages.message import Message
from handlers.people.roles import Role
from storage.tables import Attendance
from tests.clock import FixedClock
from tests.meetings.attendance.steps import (
    at_roll,
    begin,
    comes,
    marking,
    newest,
    page,
    press_for,
    roll_of,
    seat,
    sends,
    stays_away,
    with_rules,
)
from tests.meetings.steps import accepted, with_standing
from tests.surface import FakeSurface, errors, facts, form, labels, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def mark(surface: FakeSurface, shown: Message, name: str, label: str = "Kom", who: str = "secretary") -> Message:
    return message(await press_for(surface, shown, name, label, who))


async def details(surface: FakeSurface, name: str, **what: str) -> Any:
    shown = message(await press_for(surface, await marking(surface), name, "Mer"))
    opened = form(await surface.press("secretary", shown, "Kom senere, gikk tidligere"))
    values = {}
    for field, label in what.items():
        options = next(each for each in opened.fields if each.name == field).options
        values[field] = next(option.value for option in options if label in option.label)
    return await surface.submit("secretary", opened, values)


async def remarks(surface: FakeSurface) -> list[str]:
    return [remark.words for remark in present.of(await roll_of(surface.world)).remarks]


async def test_one_click_for_each_and_the_list_stays_in_its_place(surface: FakeSurface) -> None:
    await begin(surface)
    shown = await marking(surface)
    assert shown.replace
    assert [section.title for section in shown.sections] == [
        "Eksempel Colleague",
        "Eksempel Member",
        "Eksempel Deputy",
        "Eksempel Secretary",
        "Eksempel Observer",
    ]
    shown = await mark(surface, shown, "Eksempel Member")
    member = next(section for section in shown.sections if section.title == "Eksempel Member")
    assert member.text == "Kom · Eksempel sykehus"
    assert [button.label for button in member.buttons] == ["Kom ikke", "Mer"]
    await mark(surface, shown, "Eksempel Colleague", "Kom ikke")
    attended = present.of(await roll_of(surface.world))
    assert [row.name for row in attended.group(Group.PRESENT)] == ["Eksempel Member"]
    assert [row.name for row in attended.group(Group.ABSENT)] == ["Eksempel Colleague"]


async def test_all_who_said_that_they_come_came_and_undo(surface: FakeSurface) -> None:
    await comes(surface, "member", "colleague", "observer")
    await begin(surface)
    await mark(surface, await marking(surface), "Eksempel Observer", "Kom ikke")
    told = message(await surface.press("secretary", await marking(surface), "Alle som sa ja, kom"))
    assert told.title == "2 er ført som til stede"
    assert facts(told)["Oppmøte"] == "2 til stede, 1 ikke til stede, 2 ikke ført"
    # Somebody changes one of them before it is undone: that stays.
    await mark(surface, told, "Eksempel Member", "Kom ikke", "deputy")
    undone = message(await surface.press("secretary", told, "Angre"))
    assert undone.title == "Angret"
    assert (await at_roll(surface.world, "member")).present is False
    assert (await at_roll(surface.world, "colleague")).present is None
    twice = message(await surface.press("secretary", told, "Angre"))
    assert twice.title == "Det er angret allerede."


async def test_two_who_mark_at_once_both_keep_what_they_marked(surface: FakeSurface) -> None:
    await begin(surface)
    shown = await marking(surface)
    pressed = (("Eksempel Member", "Kom", "secretary"), ("Eksempel Member", "Kom", "deputy"))
    others = (("Eksempel Colleague", "Kom ikke", "secretary"), ("Eksempel Observer", "Kom", "deputy"))
    await asyncio.gather(*(press_for(surface, shown, *each) for each in (*pressed, *others)))
    roll = await roll_of(surface.world)
    assert {each.name: each.present for each in roll.attendees if each.present is not None} == {
        "Eksempel Member": True,
        "Eksempel Colleague": False,
        "Eksempel Observer": True,
    }


async def test_two_who_change_different_things_of_one_person_both_keep_them(surface: FakeSurface) -> None:
    await with_standing(surface.world, "Første punkt", "Andre punkt")
    await begin(surface)
    shown = message(await press_for(surface, await marking(surface), "Eksempel Member", "Mer"))
    first = form(await surface.press("secretary", shown, "Kom senere, gikk tidligere"))
    second = form(await surface.press("deputy", shown, "Kom senere, gikk tidligere"))
    slots = [option.value for option in next(each for each in first.fields if each.name == "since").options]
    await surface.submit("secretary", first, {"since": slots[1]})
    await surface.submit("deputy", second, {"until": slots[2]})
    assert await remarks(surface) == [
        "Eksempel Member kom til sak «Første punkt».",
        "Eksempel Member gikk etter sak «Andre punkt».",
    ]


async def test_who_came_late_and_left_early(surface: FakeSurface) -> None:
    await accepted(surface, "Første sak")
    await accepted(surface, "Andre sak")
    await begin(surface)
    wrong = form(await details(surface, "Eksempel Member", since="Andre sak", until="Første sak"))
    assert errors(wrong) == {"until": "Velg en sak som kom etter den personen kom til."}
    await details(surface, "Eksempel Member", since="Andre sak", until="Andre sak")
    assert (await at_roll(surface.world, "member")).present is True
    assert await remarks(surface) == [
        "Eksempel Member kom til sak 2/2026 (O/D).",
        "Eksempel Member gikk etter sak 2/2026 (O/D).",
    ]
    # It is taken back the same way.
    await details(surface, "Eksempel Member", since="fra begynnelsen", until="til slutten")
    assert await remarks(surface) == []


async def test_a_substitute_who_turns_up_stands_in_for_the_one_who_is_away(surface: FakeSurface) -> None:
    await seat(surface.world, "nurse", Role.SUBSTITUTE, "member")
    await begin(surface)
    shown = await mark(surface, await marking(surface), "Eksempel Member", "Kom ikke")
    await mark(surface, shown, "Eksempel Nurse")
    assert await remarks(surface) == ["Eksempel Nurse møtte for Eksempel Member."]
    roll = await roll_of(surface.world)
    assert [each.name for each in roll.voters(roll.was_there)] == ["Eksempel Nurse"]


async def test_whom_somebody_stood_in_for_is_said_and_nobody_has_two_votes(surface: FakeSurface) -> None:
    await begin(surface)
    wrong = form(await details(surface, "Eksempel Member", stands_in_for="Colleague"))
    assert errors(wrong) == {"stands_in_for": "Eksempel Member er selv med i utvalget og har én stemme."}
    await details(surface, "Eksempel Deputy", stands_in_for="Colleague")
    wrong = form(await details(surface, "Eksempel Observer", stands_in_for="Colleague"))
    assert errors(wrong) == {"stands_in_for": "Eksempel Deputy møter allerede for Eksempel Colleague."}


async def test_somebody_who_was_not_on_the_list(surface: FakeSurface) -> None:
    await accepted(surface, "Første sak")
    await begin(surface)
    opened = form(await surface.press("secretary", await marking(surface), "Legg til"))
    wrong = form(await surface.submit("secretary", opened))
    assert errors(wrong) == {"who": "Velg en person, eller skriv et navn under. Ikke begge deler."}
    wrong = form(await surface.submit("secretary", opened, {"who": str(surface.world.people["member"])}))
    assert errors(wrong) == {"who": "Eksempel Member står på listen fra før."}
    case = next(field for field in opened.fields if field.name == "guest_in").options[0].value
    named = {"other": "Eksempel Utenfra", "organisation": "Eksempel etat", "guest_in": [case], "who": ""}
    told = message(await surface.submit("secretary", opened, named))
    assert told.title == "Eksempel Utenfra står nå på listen"
    attended = present.of(await roll_of(surface.world))
    assert [row.words for row in attended.group(Group.GUESTS)] == ["Eksempel Utenfra, Eksempel etat (sak 1/2026 (O/D))"]
    shown = message(await press_for(surface, await marking(surface), "Eksempel Utenfra", "Mer"))
    await surface.press("secretary", shown, "Ta bort fra listen")
    assert present.of(await roll_of(surface.world)).group(Group.GUESTS) == ()
    gone = message(await surface.press("secretary", shown, "Ta bort fra listen"))
    assert gone.title == "Personen står ikke på listen over oppmøtet lenger."


async def test_a_guest_is_invited_to_their_cases(surface: FakeSurface) -> None:
    await accepted(surface, "Første sak")
    opened = form(await surface.press("secretary", await marking(surface), "Legg til"))
    case = next(field for field in opened.fields if field.name == "guest_in").options[0].value
    await surface.submit("secretary", opened, {"who": str(surface.world.people["clinician"]), "guest_in": [case]})
    invited = await newest(surface, "clinician")
    assert invited.title == "Du er invitert til sak 1/2026 (O/D) i Faglig samarbeidsutvalg (FSU)"
    assert labels(invited) == ["Kommer", "Forfall"]
    (found,) = invited.pages_within()
    assert found.action == "oppmote.mitt"
    told = message(await surface.press("clinician", invited, "Kommer"))
    assert told.title.startswith("Du kommer til sak 1/2026 (O/D)")
    assert (await at_roll(surface.world, "clinician")).present is None


@pytest.mark.parametrize("who", ["secretary", "member", "clinician"])
@pytest.mark.parametrize(
    "arguments",
    [{}, {"who": "p9999"}, {"who": "a1"}, {"who": "x"}, {"event": "1", "out": "1", "slot": "x", "page": "-1"}],
)
async def test_arguments_that_are_not_ours(surface: FakeSurface, who: str, arguments: dict[str, str]) -> None:
    sender = surface.world.sender(who)
    for action in Do:
        for meeting in (str(surface.world.meetings["fsu-1"]), "999", "x"):
            reply = await surface.bot.press(sender, action, {"meeting": meeting, **arguments})
            assert "Noe gikk galt" not in str(reply), action
    roll = await roll_of(surface.world)
    # The secretary said that they come, and that all who did came.
    assert {each.name for each in roll.attendees if each.present is not None} <= {"Eksempel Secretary"}
    assert roll.out == []


async def test_only_the_minute_taker_and_the_secretariat_mark(surface: FakeSurface) -> None:
    await seat(surface.world, "nurse", Role.MINUTE_TAKER)
    await begin(surface)
    shown = await marking(surface, "nurse")
    assert message(await press_for(surface, shown, "Eksempel Member", "Kom", "nurse")).title.startswith("Oppmøte")
    assert "Før oppmøte" not in labels(await page(surface, "member"))
    for who in ("member", "observer", "clinician"):
        refused = message(await press_for(surface, shown, "Eksempel Member", "Kom ikke", who))
        assert refused.title == ("Bare referenten og sekretariatet for Faglig samarbeidsutvalg (FSU) kan gjøre dette.")
    assert (await at_roll(surface.world, "member")).present is True


# --- how it stands -------------------------------------------------------------------------------------------


async def test_the_page_says_who_comes_and_whether_enough_do(surface: FakeSurface) -> None:
    await with_rules(
        surface.world,
        {"quorum": {"more_than": "1/2", "of_each": {"municipality": 1}}, "seats": {"hospital": 1, "municipality": 1}},
    )
    assert "Vedtaksført" not in facts(await page(surface)), "nobody has answered yet"
    await comes(surface, "member", "observer", "secretary")
    shown = await page(surface)
    assert facts(shown)["Oppmøte"] == "3 kommer, 2 har ikke svart"
    assert facts(shown)["Vedtaksført"] == "Nei, 1 med stemmerett (minst 2). Mangler 1 til fra kommuner."
    assert facts(shown)["Plasser"] == "Sykehus: 1 av 1, Kommuner: 0 av 1"
    sections = {section.title: section.text for section in shown.sections}
    assert sections["Kommer"] == (
        "Eksempel Member, Eksempel sykehus\nEksempel Secretary, Eksempel sykehus (sekretariat)"
    )
    assert sections["Observatører"] == "Eksempel Observer, Eksempel kommune"
    assert sections["Har ikke svart"] == (
        "Eksempel Colleague, Eksempel kommune\nEksempel Deputy, Eksempel kommune (sekretariat)"
    )
    await comes(surface, "colleague")
    assert facts(await page(surface))["Vedtaksført"] == "Ja, 2 med stemmerett (minst 2)"


async def test_the_rights_of_each_are_the_committees_own(surface: FakeSurface) -> None:
    async def rights(name: str) -> str:
        shown = message(await press_for(surface, await marking(surface), f"Eksempel {name}", "Mer"))
        return facts(shown)["Rettigheter"]

    assert await rights("Member") == "Stemme, tale, forslag"
    assert await rights("Observer") == "Tale, forslag"
    await with_rules(surface.world, {"proposing": ["medlem"], "voting": ["medlem", "sekretariat"]})
    assert await rights("Observer") == "Tale"
    assert await rights("Secretary") == "Stemme, tale"


async def test_those_who_have_not_answered_are_reminded_once_a_day_and_the_others_not(surface: FakeSurface) -> None:
    await comes(surface, "member")
    await stays_away(surface, "observer")
    told = message(await surface.press("secretary", await marking(surface), "Minn dem som ikke har svart"))
    assert told.title == "3 er minnet på å svare"
    reminder = await newest(surface, "colleague")
    assert reminder.title == "Kommer du til møtet i Faglig samarbeidsutvalg (FSU) 21. sep. 2026?"
    assert labels(reminder) == ["Kommer", "Forfall", "Stedfortreder"]
    assert await surface.inbox("member") == []
    assert await surface.inbox("observer") == []
    again = message(await surface.press("deputy", await marking(surface, "deputy"), "Minn dem som ikke har svart"))
    assert again.title == "Alle som ikke har svart, er minnet på det i dag."
    surface.clock.forward(timedelta(days=1))
    await surface.press("colleague", reminder, "Kommer")
    told = message(await surface.press("secretary", await marking(surface), "Minn dem som ikke har svart"))
    assert told.title == "2 er minnet på å svare"


@pytest.mark.parametrize("many", [2, 30])
async def test_the_page_costs_the_same_however_many_come(surface: FakeSurface, many: int) -> None:
    async with surface.world.database.transaction() as session:
        session.add_all(
            Attendance(meeting_id=surface.world.meetings["fsu-1"], name=f"Eksempel Gjest {number}", capacity="gjest")
            for number in range(many)
        )
    asked: list[str] = []

    @event.listens_for(surface.world.database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if "attendance" in statement or "disqualification" in statement:
            asked.append(statement)

    await page(surface)
    assert len(asked) == 2
    asked.clear()
    shown = await marking(surface)
    assert len(shown.sections) <= 8


async def test_a_list_of_many_has_pages(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        session.add_all(
            Attendance(meeting_id=surface.world.meetings["fsu-1"], name=f"Eksempel Gjest {number}", capacity="gjest")
            for number in range(10)
        )
    shown = await marking(surface)
    assert shown.small == "Nummer 1 til 8."
    second = message(await surface.press("secretary", shown, "Neste"))
    marked = await mark(surface, second, "Eksempel Gjest 5")
    assert marked.small == "Nummer 9 til 15."


async def test_a_substitute_who_was_sent_and_came(surface: FakeSurface) -> None:
    await sends(surface, "member", "clinician")
    await surface.press("clinician", await newest(surface, "clinician"), "Kommer")
    await begin(surface)
    await surface.press("secretary", await marking(surface), "Alle som sa ja, kom")
    attended = present.of(await roll_of(surface.world))
    assert [row.words for row in attended.group(Group.PRESENT)] == [
        "Eksempel Clinician, Eksempel sykehus (for Eksempel Member)"
    ]
    async with surface.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Attendance)) == 2
