"""By when something is to be done, as it was said: what the referent confirms, and how it follows a meeting."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.meetings import due_meetings
from handlers.meetings.changes import MeetingTimes, cancelled, moved, reinstated
from handlers.messages.message import Message
from storage.tables import FollowUp, FollowUpStatus, Meeting
from tests.clock import FixedClock
from tests.kept_world import kept
from tests.meetings.minutes.steps import begun, is_held, press_at
from tests.surface import FakeSurface, errors, form, message, values
from tests.world import World

TITLE = "Felles opplæring"
_NONE = "Ingen dato: ordene står for seg"


async def at_case(world: World, clock: FixedClock) -> tuple[FakeSurface, Message]:
    """The meeting of 21 September is being held, and its minutes stand at a case."""
    surface = FakeSurface(world, clock, registry())
    return surface, await _at_case(surface)


@kept
async def _at_case(surface: FakeSurface) -> Message:
    await is_held(surface, TITLE)
    return message(await press_at(surface, "secretary", await begun(surface), TITLE, "Se mer"))


async def said(surface: FakeSurface, at: Message, due: str, who: str = "secretary") -> Form:
    """What is asked when somebody writes this deadline."""
    opened = form(await surface.press(who, at, "Legg til oppfølging"))
    return form(await surface.submit(who, opened, {"text": "Lage et utkast", "due": due}))


def days(shown: Form) -> list[str]:
    """What can be chosen."""
    return [option.label for field in shown.fields if field.name == "when" for option in field.options]


def why(shown: Form) -> str:
    return next(field.label for field in shown.fields if field.name == "why")


async def stored(world: World) -> FollowUp:
    async with world.database.reading() as session:
        return (await session.scalars(select(FollowUp).order_by(col(FollowUp.id)))).one()


async def test_a_written_date_is_asked_nothing_about(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    opened = form(await surface.press("secretary", at, "Legg til oppfølging"))
    done = message(await surface.submit("secretary", opened, {"text": "Lage et utkast", "due": "innen 12.3."}))
    assert done.sections[0].text == "Lage et utkast (ingen ansvarlig, innen 12.3.)"
    row = await stored(world)
    assert (row.due_text, row.due_on, row.due_meeting_id) == ("innen 12.3.", date(2027, 3, 12), None)


async def test_vague_words_become_a_proposal_that_is_confirmed_and_the_words_stay(
    world: World, clock: FixedClock
) -> None:
    surface, at = await at_case(world, clock)
    asked = await said(surface, at, "før sommeren")
    assert why(asked) == "«før sommeren»: siste arbeidsdag før er onsdag 30. juni 2027."
    assert days(asked) == ["onsdag 30. juni 2027", _NONE]
    assert values(asked)["when"] == "d2027-06-30"
    assert "when" not in errors(asked)
    done = message(await surface.submit("secretary", asked))
    assert done.sections[0].text == "Lage et utkast (ingen ansvarlig, før sommeren: 30. juni 2027)"
    row = await stored(world)
    assert (row.due_text, row.due_on) == ("før sommeren", date(2027, 6, 30))


async def test_another_day_than_the_proposed_one(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    asked = await said(surface, at, "medio februar")
    early = form(await surface.submit("secretary", asked, {"day": "2026-02-15"}))
    assert errors(early) == {"day": "Datoen er før møtet. Velg en senere dato."}
    await surface.submit("secretary", early, {"day": "2027-02-12"})
    row = await stored(world)
    assert (row.due_text, row.due_on) == ("medio februar", date(2027, 2, 12))


async def test_what_is_odd_about_a_written_date_is_said(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    asked = await said(surface, at, "torsdag 9. oktober")
    assert why(asked) == "fredag 9. oktober 2026 Ukedagen passer ikke: fredag 9. oktober 2026."
    assert days(asked)[0] == "fredag 9. oktober 2026"
    await surface.submit("secretary", asked)
    assert (await stored(world)).due_on == date(2026, 10, 9)


@pytest.mark.parametrize("words", ["snarest", "løpende", "når prosjektet er ferdig", "høstferien"])
async def test_words_without_a_day_ask_for_one(world: World, clock: FixedClock, words: str) -> None:
    surface, at = await at_case(world, clock)
    asked = await said(surface, at, words)
    assert words in why(asked)
    neither = form(await surface.submit("secretary", asked))
    assert errors(neither) == {"day": "Velg en dato, eller at ordene skal stå uten."}
    both = form(await surface.submit("secretary", neither, {"day": "2026-10-05", "when": "none"}))
    assert errors(both) == {"when": "Du har valgt en dato også. Ta bort det ene."}
    done = message(await surface.submit("secretary", both, {"when": None}))
    assert done.sections[0].text == f"Lage et utkast (ingen ansvarlig, {words}: 5. oktober 2026)"
    assert (await stored(world)).due_on == date(2026, 10, 5)


async def test_words_may_stand_without_a_date_and_the_check_says_so(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    done = message(await surface.submit("secretary", await said(surface, at, "løpende"), {"when": "none"}))
    assert done.sections[0].text == "Lage et utkast (ingen ansvarlig, løpende)"
    whole = message(await surface.say("secretary", "referat FSU"))
    checked = message(await surface.press("secretary", whole, "Sjekk referatet"))
    found = "\n".join(section.text for section in checked.sections)
    assert "Oppfølgingen «Lage et utkast» har ingen dato, bare ordene «løpende»." in found


async def test_what_was_settled_is_offered_first_when_it_is_changed(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    done = message(await surface.submit("secretary", await said(surface, at, "snarest"), {"day": "2026-10-05"}))
    change = form(await surface.press("secretary", done, "Endre"))
    asked = form(await surface.submit("secretary", change, {"text": "Lage to utkast"}))
    assert days(asked) == ["Som nå: mandag 5. oktober 2026", _NONE]
    done = message(await surface.submit("secretary", asked))
    assert done.sections[0].text == "Lage to utkast (ingen ansvarlig, snarest: 5. oktober 2026)"
    change = form(await surface.press("secretary", done, "Endre"))
    # Other words: what was settled for the old ones does not stand.
    asked = form(await surface.submit("secretary", change, {"due": "uke 50"}))
    assert days(asked) == ["fredag 11. desember 2026", _NONE]
    await surface.submit("secretary", asked)
    change = form(await surface.press("secretary", done, "Endre"))
    done = message(await surface.submit("secretary", change, {"due": ""}))
    assert done.sections[0].text == "Lage to utkast (ingen ansvarlig, ingen frist)"
    row = await stored(world)
    assert (row.due_text, row.due_on) == ("", None)


async def test_two_settle_the_same_deadline(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    at = message(await surface.submit("secretary", await said(surface, at, "uke 50")))
    own, theirs = form(await surface.press("secretary", at, "Endre")), form(await surface.press("deputy", at, "Endre"))
    theirs = form(await surface.submit("deputy", theirs))
    await surface.submit("deputy", theirs, {"day": "2026-12-07"})
    mine = form(await surface.submit("secretary", own))
    back = form(await surface.submit("secretary", mine, {"day": "2026-12-09"}))
    said_so = "Eksempel Deputy skrev «uke 50: 7. desember 2026» her samtidig. Se over og lagre igjen."
    assert errors(back) == {"due": said_so}
    again = form(await surface.submit("secretary", back))
    done = message(await surface.submit("secretary", again, {"day": "2026-12-09"}))
    assert done.sections[0].text == "Lage et utkast (ingen ansvarlig, uke 50: 9. desember 2026)"


async def test_what_only_the_other_settled_stands(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    at = message(await surface.submit("secretary", await said(surface, at, "uke 50")))
    own, theirs = form(await surface.press("secretary", at, "Endre")), form(await surface.press("deputy", at, "Endre"))
    await surface.submit("deputy", theirs, {"due": "1.12."})
    mine = form(await surface.submit("secretary", own, {"text": "Lage to utkast"}))
    done = message(await surface.submit("secretary", mine))
    assert done.sections[0].text == "Lage to utkast (ingen ansvarlig, 1.12.)"
    assert (await stored(world)).due_on == date(2026, 12, 1)


# --- at a meeting ------------------------------------------------------------------------------------------


async def test_the_next_meeting_is_tied_to_that_meeting(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    asked = await said(surface, at, "neste møte")
    assert why(asked) == "«neste møte»: fristen følger møtet. Flyttes det, flyttes fristen også."
    assert days(asked) == ["Møtet 31. okt. 2026"]
    done = message(await surface.submit("secretary", asked))
    assert done.sections[0].text == "Lage et utkast (ingen ansvarlig, neste møte: 31. oktober 2026)"
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on) == (world.meetings["fsu-2"], date(2026, 10, 31))
    change = form(await surface.press("secretary", done, "Endre"))
    asked = form(await surface.submit("secretary", change))
    assert days(asked) == ["Som nå: Møtet 31. okt. 2026"]


async def test_before_another_committees_next_meeting(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    asked = await said(surface, at, "før neste AU-møte")
    assert days(asked) == ["Før møtet 21. okt. 2026"]
    await surface.submit("secretary", asked)
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on) == (world.meetings["au-2"], date(2026, 10, 20))


async def test_a_committee_that_nobody_knows_is_said(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    asked = await said(surface, at, "neste møte i styret")
    assert why(asked) == "Fant ikke noe utvalg som heter «styret»."
    assert days(asked) == [_NONE]


async def _second(world: World, clock: FixedClock, what: str, days: int = 0) -> None:
    async with world.database.transaction() as session:
        meeting = await session.get_one(Meeting, world.meetings["fsu-2"])
        before = MeetingTimes(meeting.starts_at, meeting.ends_at, meeting.place)
        meeting.starts_at += timedelta(days=days)
        meeting.ends_at += timedelta(days=days)
        meeting.cancelled_at = clock.now() if what == "cancelled" else None
        match what:
            case "moved":
                await moved(session, meeting, before, clock.now())
            case "cancelled":
                await cancelled(session, meeting, clock.now())
            case _:
                await reinstated(session, meeting, clock.now())


async def _third(world: World, clock: FixedClock) -> int:
    """One more meeting is planned, for 30 November."""
    async with world.database.transaction() as session:
        second = await session.get_one(Meeting, world.meetings["fsu-2"])
        later = {"starts_at": second.starts_at + timedelta(days=30), "ends_at": second.ends_at + timedelta(days=30)}
        third = Meeting(
            key="fsu-3",
            committee_id=second.committee_id,
            deadline_at=second.deadline_at,
            zone=second.zone,
            place="",
            **later,
        )
        session.add(third)
        await due_meetings.follow(session, second.committee_id, clock.now())
        return third.id


async def test_it_moves_with_the_meeting(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    await surface.submit("secretary", await said(surface, at, "før neste møte"))
    assert (await stored(world)).due_on == date(2026, 10, 30)
    await _second(world, clock, "moved", days=4)
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on, row.due_text) == (
        world.meetings["fsu-2"],
        date(2026, 11, 3),
        "før neste møte",
    )


async def test_where_the_meeting_is_cancelled_it_is_due_at_the_one_after(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    await surface.submit("secretary", await said(surface, at, "neste møte"))
    third = await _third(world, clock)
    assert (await stored(world)).due_meeting_id == world.meetings["fsu-2"]
    await _second(world, clock, "cancelled")
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on) == (third, date(2026, 11, 30))
    await _second(world, clock, "reinstated")
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on) == (world.meetings["fsu-2"], date(2026, 10, 31))


async def test_while_no_meeting_is_planned_it_has_no_date_and_gets_one_then(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    await _second(world, clock, "cancelled")
    asked = await said(surface, at, "neste møte")
    assert why(asked).endswith("neste møte er ikke planlagt ennå. Fristen får en dato når det er det.")
    assert days(asked) == ["Neste møte, når det er planlagt"]
    done = message(await surface.submit("secretary", asked))
    assert done.sections[0].text == "Lage et utkast (ingen ansvarlig, neste møte)"
    third = await _third(world, clock)
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on) == (third, date(2026, 11, 30))


async def test_what_is_done_or_was_due_at_a_meeting_that_is_over_stays(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    await surface.submit("secretary", await said(surface, at, "neste møte"))
    clock.forward(timedelta(days=45))
    await _third(world, clock)
    assert (await stored(world)).due_meeting_id == world.meetings["fsu-2"]
    clock.forward(timedelta(days=-45))
    async with world.database.transaction() as session:
        await session.execute(update(FollowUp).values(status=FollowUpStatus.DONE))
    await _second(world, clock, "moved", days=4)
    assert (await stored(world)).due_on == date(2026, 10, 31)


async def test_what_was_due_at_a_meeting_that_has_been_held_is_not_due_at_the_one_now(
    world: World, clock: FixedClock
) -> None:
    """As in minutes from before what was due at «the next meeting» was tied to one."""
    surface, at = await at_case(world, clock)
    await surface.submit("secretary", await said(surface, at, "neste møte"))
    async with world.database.transaction() as session:
        await session.execute(update(FollowUp).values(due_meeting_id=None, due_on=None))
    clock.forward(timedelta(days=45))
    await _third(world, clock)
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on, row.revision) == (None, None, 0)


async def test_a_deadline_that_is_a_day_stays_when_a_meeting_moves(world: World, clock: FixedClock) -> None:
    surface, at = await at_case(world, clock)
    await surface.submit("secretary", await said(surface, at, "neste møte"), {"day": "2026-11-05"})
    await _second(world, clock, "moved", days=4)
    row = await stored(world)
    assert (row.due_meeting_id, row.due_on) == (None, date(2026, 11, 5))
