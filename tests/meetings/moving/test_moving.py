"""When and where meetings are, said in chat: moved, cancelled, held after all, made; seen over before it is done."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.meetings import life
from handlers.messages.message import Message
from handlers.people.roles import Role
from storage import agenda, cases, minutes
from storage.history import Event
from storage.tables import AgendaItem, Committee, Meeting, MeetingSource
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.meetings.agenda.test_work import counted, on_agenda
from tests.meetings.attendance.steps import comes
from tests.meetings.convocation import steps
from tests.surface import FakeSurface, errors, facts, form, labels, message, values
from tests.world import World

FSU = "Faglig samarbeidsutvalg (FSU)"


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def stored(world: World, name: str = "fsu-1") -> Meeting:
    async with world.database.transaction() as session:
        return await session.get_one(Meeting, world.meetings[name])


async def _last(world: World) -> Event:
    async with world.database.transaction() as session:
        found = await agenda.HISTORY.last_among(session, world.meetings["fsu-1"], life.KINDS)
    assert found is not None
    return found


async def looked_over(surface: FakeSurface, who: str = "secretary", day_now: str = "", **changed: Any) -> Form:
    """FSU's next meeting, or the one on that day, as it is to be, before it is done."""
    shown = await surface.open(who, f"mote flytt FSU {day_now}")
    return form(await surface.submit(who, shown, changed))


async def move(surface: FakeSurface, who: str = "secretary", **changed: Any) -> Message:
    return message(await surface.submit(who, await looked_over(surface, who, **changed)))


# --- moved -------------------------------------------------------------------------------------------------


async def test_moving_thirty_cases_takes_as_many_statements_as_moving_three(surface: FakeSurface) -> None:
    taken = []
    for day, first, more in ((22, 1, 2), (23, 3, 1), (24, 4, 27)):
        await on_agenda(surface.world, more, first=first)
        async with surface.world.database.transaction() as session:
            added = await session.scalars(select(col(AgendaItem.id)).where(col(AgendaItem.number_in_year) >= first))
            for item in added.all():
                await cases.HISTORY.add(session, item, "proposed", surface.world.people["member"], surface.clock.now())
        over = await looked_over(surface, day=f"2026-09-{day}")
        async with counted(surface) as statements:
            await surface.submit("secretary", over)
        assert (await stored(surface.world)).starts_at.day == day
        taken.append(len(statements))
        surface.clock.forward(timedelta(minutes=2))
    # The first has told nobody anything yet.
    assert taken[2] == taken[1]


async def test_a_meeting_is_moved_after_a_look_at_what_it_brings_about(surface: FakeSurface) -> None:
    await propose(surface, presenters=[str(surface.world.people["clinician"])])
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    await comes(surface, "member", "colleague")
    shown = await surface.open("secretary", "mote flytt FSU")
    assert shown.fields[0].label == (
        f"{FSU}, møtet 21. sep. 2026: mandag 21. september 2026 kl. 10.00–13.00, Eksempelsalen"
    )
    assert {name: values(shown)[name] for name in ("day", "starts", "ends", "place", "deadline")} == {
        "day": "2026-09-21",
        "starts": "10:00",
        "ends": "13:00",
        "place": "Eksempelsalen",
        # Another than the committee's rule gives.
        "deadline": "kept",
    }
    changed = {"day": "2026-09-26", "reason": "Vinterferie", "deadline": "rule"}
    over = form(await surface.submit("secretary", shown, changed))
    assert facts(over) == {
        "Utvalg": FSU,
        "Før": "mandag 21. september 2026 kl. 10.00–13.00, Eksempelsalen",
        "Nå": "lørdag 26. september 2026 kl. 10.00–13.00, Eksempelsalen",
        "Frist for å melde saker": "lørdag 12. september 2026 kl. 12.00",
        "Grunn": "Vinterferie",
        "Dette skjer": "Flytter 1 frist; 1 foredragsholder får beskjed",
        "Frister som flyttes": "Melde saker: 7. sep. 2026 kl. 10.00 → 12. sep. 2026 kl. 12.00",
        "Får beskjed": "6 personer",
        "Svar": "2 har svart, og blir spurt på nytt",
        "Legg merke til": "FSU lørdag 26. september 2026 er i en helg. Mandag 28. september 2026 er ledig.\n"
        "Fristen for å melde saker til FSU lørdag 26. september 2026 er i en helg: lørdag 12. september 2026.",
    }
    # Nothing is done yet.
    assert (await stored(surface.world)).sequence == 0
    done = message(await surface.submit("secretary", over))
    assert done.title == f"Møtet i {FSU} er flyttet"
    meeting = await stored(surface.world)
    assert meeting.starts_at == datetime(2026, 9, 26, 8, tzinfo=UTC)
    assert (meeting.sequence, meeting.source) == (1, MeetingSource.CHAT)
    told = next(shown for shown in await surface.inbox("member") if "flyttet" in shown.title)
    assert facts(told)["Grunn"] == "Vinterferie"
    assert labels(told) == ["Kommer", "Forfall", "Stedfortreder"]
    event = await _last(surface.world)
    assert (event.kind, event.note) == (life.MOVED, "Vinterferie")
    page = message(await surface.press("secretary", done, "Vis møtet"))
    assert facts(page)["Siste endring"] == (
        "Eksempel Secretary flyttet møtet fra 21. sep. 2026 kl. 10.00 til 26. sep. 2026 kl. 10.00 "
        "(1. sep. 2026 kl. 10.00)"
    )


async def test_the_new_day_is_typed_after_the_command(surface: FakeSurface) -> None:
    shown = await surface.open("secretary", "mote flytt FSU 21.9. til 28.9.")
    assert values(shown)["day"] == "2026-09-28"


async def test_the_new_day_goes_along_where_it_is_asked_which_meeting(surface: FakeSurface) -> None:
    asked = message(await surface.say("secretary", "mote flytt FSU 22.9. til 28.9."))
    assert asked.text.endswith("/mote flytt fsu 12.3.")
    assert not asked.text.endswith("..")
    shown = form(await surface.press("secretary", asked, "21. sep. 2026"))
    assert values(shown)["day"] == "2026-09-28"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("21.9. TIL 28.9.", "2026-09-28"),
        # What is said of the time of day is for the form; the day is not lost with it.
        ("21.9. til 28.9. kl. 12", "2026-09-28"),
        ("21.9. til 28. september kl. 9-11", "2026-09-28"),
        # Over in this year, so it is the next one.
        ("21.9. til 11.1.", "2027-01-11"),
        ("til 28.9.", "2026-09-28"),
        ("til 11.1.2026", "2026-01-11"),
        ("21.9. til", "2026-09-21"),
    ],
)
async def test_the_new_day_is_read_as_it_is_written(surface: FakeSurface, typed: str, day: str) -> None:
    assert values(form(await surface.open("secretary", f"mote flytt FSU {typed}")))["day"] == day


@pytest.mark.parametrize("day", ["31.9.", "en gang", "uke"])
async def test_a_new_day_that_is_none_is_said(surface: FakeSurface, day: str) -> None:
    said = message(await surface.say("secretary", f"mote flytt FSU 21.9. til {day}"))
    assert said.title.startswith(f"Jeg finner ikke dagen «{day}» i kalenderen. Skriv den nye datoen slik: ")


async def test_only_what_is_different_is_told(surface: FakeSurface) -> None:
    link = "https://meet.example.org/fsu?pwd=abc"
    done = await move(surface, join_url="meet.example.org/fsu?pwd=abc")
    assert done.title == f"Møtet i {FSU} er endret"
    (told,) = await surface.inbox("member")
    assert told.title == f"Møtet i {FSU} har fått ny lenke til nettmøtet"
    assert facts(told)["Nettmøte"] == link
    page = message(await surface.press("secretary", done, "Vis møtet"))
    assert [each.url for section in page.sections for each in section.links] == [link]
    surface.clock.forward(timedelta(minutes=5))
    await move(surface, deadline="own", deadline_day="2026-09-10", deadline_clock="09:00")
    _link, told = await surface.inbox("member")
    assert told.title == f"Ny frist for å melde saker til {FSU}"
    assert facts(told)["Nå"] == "torsdag 10. september 2026 kl. 09.00"
    # Who may not propose need not know.
    assert len(await surface.inbox("observer")) == 1
    # Nothing of this was a new time or place but the link.
    assert (await stored(surface.world)).sequence == 1


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, {"day": "Slik er møtet nå. Endre noe, eller avbryt."}),
        ({"ends": "09:00"}, {"ends": "Møtet må slutte etter at det har begynt. Rett tidene."}),
        (
            {"day": "2026-08-31"},
            {"starts": "mandag 31. august 2026 kl. 10.00 er passert. Velg et tidspunkt som kommer."},
        ),
        (
            {"day": "2027-03-28", "starts": "02:30", "ends": "04:00"},
            {
                "starts": "Klokka 02.30 finnes ikke 28. mars 2027: da stilles klokka en time fram. "
                "Velg et annet klokkeslett."
            },
        ),
        (
            {"day": "2026-09-08", "deadline": "rule"},
            {
                "deadline": "Etter regelen var fristen tirsdag 25. august 2026 kl. 12.00, og den er ute. Velg "
                "«En annen frist» og skriv den, eller velg «Fristen er ute»: da kan bare sekretariatet føre opp saker."
            },
        ),
        (
            {"deadline": "own"},
            {"deadline_day": "Skriv når den andre fristen er, eller velg en annen under «Frist»."},
        ),
        (
            {"deadline": "own", "deadline_day": "2026-09-22", "deadline_clock": "12:00"},
            {"deadline_day": "Fristen for å melde saker er etter at møtet begynner. Rett fristen."},
        ),
        (
            {"deadline": "own", "deadline_day": "2026-08-31", "deadline_clock": "12:00"},
            {"deadline_day": "mandag 31. august 2026 kl. 12.00 er passert. Velg et tidspunkt som kommer."},
        ),
        (
            {"day": "2026-09-28", "deadline": "passed"},
            {
                "deadline": "Etter regelen er fristen mandag 14. september 2026 kl. 12.00, og den er ikke ute. "
                "Velg noe annet."
            },
        ),
        (
            {"join_url": "javascript:alert(1)"},
            {
                "join_url": "«javascript:alert(1)» er ikke en nettadresse. Kopier lenken fra nettmøtet; den begynner "
                "med https://."
            },
        ),
    ],
)
async def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    surface: FakeSurface, changed: Mapping[str, Any], wrong: Mapping[str, str]
) -> None:
    shown = await looked_over(surface, reason="Vinterferie", **changed)
    assert errors(shown) == wrong
    assert values(shown)["reason"] == "Vinterferie"


async def test_a_deadline_that_would_have_passed_is_chosen(surface: FakeSurface) -> None:
    over = await looked_over(surface, day="2026-09-08", deadline="passed")
    assert facts(over)["Legg merke til"] == (
        "Fristen for å melde saker, tirsdag 25. august 2026 kl. 12.00, er allerede ute."
    )
    await surface.submit("secretary", over)
    assert (await stored(surface.world)).deadline_at == datetime(2026, 8, 25, 10, tzinfo=UTC)


async def test_into_the_night_when_the_clock_is_put_back(surface: FakeSurface) -> None:
    over = await looked_over(surface, day="2026-10-25", starts="02:30", ends="03:30")
    assert "Det er den første, sommertid, som gjelder." in facts(over)["Legg merke til"]
    await surface.submit("secretary", over)
    meeting = await stored(surface.world)
    assert meeting.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert meeting.ends_at == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)


async def test_during_the_night_when_the_clock_is_put_back(surface: FakeSurface) -> None:
    """A meeting is moved in the hour that comes twice: it is said once, and is where it was put."""
    clock = surface.clock
    clock.go_to(datetime(2026, 9, 1, 8, tzinfo=UTC))
    await move(surface, day="2026-12-10")
    await surface.arrive()
    clock.go_to(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    await move(surface, day_now="10.12.", day="2026-12-17")
    clock.go_to(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    await move(surface, day_now="17.12.", day="2026-12-14")
    told = [facts(shown)["Nå"][:24] for shown in await surface.inbox("member") if "flyttet" in shown.title]
    assert told == ["torsdag 10. desember 202", "mandag 14. desember 2026"]
    assert (await stored(surface.world)).starts_at == datetime(2026, 12, 14, 9, tzinfo=UTC)


async def test_not_where_the_committee_meets_already(surface: FakeSurface) -> None:
    second = await stored(surface.world, "fsu-2")
    day = second.starts_at.date().isoformat()
    shown = await looked_over(surface, day=day)
    assert errors(shown)["starts"].startswith(f"{FSU} har allerede møte ")


# --- two at once -------------------------------------------------------------------------------------------


async def test_of_two_who_move_the_same_meeting_the_second_reads_what_the_first_did(surface: FakeSurface) -> None:
    mine = await surface.open("secretary", "mote flytt FSU")
    over = form(await surface.submit("secretary", mine, {"place": "Lillesalen", "reason": "Salen er opptatt"}))
    await move(surface, "deputy", day="2026-09-28")
    again = form(await surface.submit("secretary", over))
    assert errors(again) == {
        "day": "Eksempel Deputy flyttet møtet fra 21. sep. 2026 kl. 10.00 til 28. sep. 2026 kl. 10.00 "
        "(1. sep. 2026 kl. 10.00), mens du skrev. Det du skrev, står her. Se over, og send på nytt."
    }
    # What they left alone is as it is by now, and what they wrote stays.
    shown = values(again)
    assert (shown["day"], shown["place"], shown["reason"]) == ("2026-09-28", "Lillesalen", "Salen er opptatt")
    over = form(await surface.submit("secretary", again))
    assert facts(over)["Før"] == "mandag 28. september 2026 kl. 10.00–13.00, Eksempelsalen"
    await surface.submit("secretary", over)
    meeting = await stored(surface.world)
    assert (meeting.starts_at, meeting.place) == (datetime(2026, 9, 28, 8, tzinfo=UTC), "Lillesalen")
    # Nobody had got the first message: each gets one.
    (told,) = await surface.inbox("member")
    assert facts(told)["Nå"] == "mandag 28. september 2026 kl. 10.00–13.00, Lillesalen"


async def test_one_that_was_cancelled_meanwhile_is_not_moved(surface: FakeSurface) -> None:
    over = await looked_over(surface, day="2026-09-28", reason="Vinterferie")
    await _cancel(surface, "deputy")
    closed = message(await surface.submit("secretary", over))
    assert closed.title == "Eksempel Deputy avlyste møtet (1. sep. 2026 kl. 10.00)."
    assert facts(closed) == {"Grunn": "Vinterferie"}
    assert labels(closed) == ["Hold møtet likevel"]


@pytest.mark.parametrize("what", ["begun", "minutes"])
async def test_one_that_has_begun_or_has_minutes_stays(surface: FakeSurface, what: str) -> None:
    meeting = await stored(surface.world)
    surface.clock.go_to(meeting.starts_at - timedelta(minutes=5))
    over = await looked_over(surface, day="2026-09-28", deadline="rule")
    if what == "begun":
        surface.clock.go_to(meeting.starts_at)
        said = "Møtet mandag 21. september 2026 kl. 10.00–13.00 har begynt, og kan ikke flyttes eller avlyses."
    else:
        async with surface.world.database.transaction() as session:
            await minutes.begin(session, meeting.id, None, surface.clock.now())
        said = "Møtet har et referat, og kan ikke flyttes eller avlyses. Forkast referatet først, om det er feil."
    assert message(await surface.submit("secretary", over)).title == said
    assert (await stored(surface.world)).sequence == 0


# --- cancelled, and held after all -------------------------------------------------------------------------


async def _cancel(surface: FakeSurface, who: str = "secretary", reason: str = "For få kan") -> Message:
    return message(await surface.submit(who, await surface.open(who, "mote avlys FSU"), {"reason": reason}))


async def test_a_meeting_is_cancelled_with_a_reason_that_is_read(surface: FakeSurface) -> None:
    await propose(surface)
    shown = await surface.open("secretary", "mote avlys FSU")
    assert facts(shown)["Dette skjer"] == "1 sak venter på et annet møte"
    assert "reason" in errors(form(await surface.submit("secretary", shown, {"reason": ""})))
    done = message(await surface.submit("secretary", shown, {"reason": "For få kan"}))
    assert done.title == f"Møtet i {FSU} er avlyst"
    told = next(each for each in await surface.inbox("colleague") if "avlyst" in each.title)
    assert facts(told) == {"Grunn": "For få kan"}
    meeting = await stored(surface.world)
    assert (meeting.cancelled_at, meeting.source) == (surface.clock.now(), MeetingSource.CHAT)
    # And the second click.
    again = message(await surface.submit("secretary", shown, {"reason": "For få kan"}))
    assert again.title == done.title
    assert (await stored(surface.world)).sequence == 1


async def test_one_that_was_cancelled_is_held_after_all(surface: FakeSurface) -> None:
    done = await _cancel(surface)
    await surface.arrive()
    page = message(await surface.press("secretary", done, "Vis møtet"))
    assert facts(page)["Status"] == "Avlyst"
    assert facts(page)["Grunn"] == "For få kan"
    assert "Hold møtet likevel" in labels(page)
    assert "Avlys møtet" not in labels(page)
    listed = message(await surface.say("deputy", "mote likevel"))
    held = form(await surface.press("deputy", listed, "Hold møtet likevel"))
    await surface.submit("deputy", held)
    told = (await surface.inbox("member"))[-1]
    assert told.title == f"Møtet i {FSU} holdes likevel"
    # Whoever comes second is told who was first.
    again = message(await surface.press("secretary", page, "Hold møtet likevel"))
    assert again.title == "Eksempel Deputy bestemte at møtet holdes likevel (1. sep. 2026 kl. 10.00)."
    assert message(await surface.say("secretary", "mote likevel")).title == "Ingen avlyste møter"


async def test_not_where_another_took_its_place(surface: FakeSurface) -> None:
    await _cancel(surface)
    await _new(surface, day="2026-09-21", starts="11:00", ends="12:00", deadline="rule")
    listed = message(await surface.say("secretary", "mote likevel"))
    shown = form(await surface.press("secretary", listed, "Hold møtet likevel"))
    assert errors(form(await surface.submit("secretary", shown)))["reason"].startswith(f"{FSU} har allerede møte ")


# --- made --------------------------------------------------------------------------------------------------


async def _new(surface: FakeSurface, who: str = "secretary", line: str = "mote ny FSU", **given: Any) -> Message:
    over = form(await surface.submit(who, await surface.open(who, line), given))
    return message(await surface.submit(who, over))


async def test_an_extraordinary_meeting_in_two_steps(surface: FakeSurface) -> None:
    shown = await surface.open("secretary", "mote ny FSU ekstra")
    assert values(shown)["extraordinary"] == "true"
    wanted = {"day": "2026-09-09", "starts": "08:30", "ends": "10:00", "place": "Lillesalen"}
    wrong = form(await surface.submit("secretary", shown, wanted))
    assert "Etter regelen var fristen" in errors(wrong)["deadline"]
    own = {"deadline": "own", "deadline_day": "2026-09-07", "deadline_clock": "12:00"}
    over = form(await surface.submit("secretary", wrong, own))
    assert facts(over) == {
        "Utvalg": FSU,
        "Slag": "Ekstraordinært møte",
        "Møte": "onsdag 9. september 2026 kl. 08.30–10.00, Lillesalen",
        "Frist for å melde saker": "mandag 7. september 2026 kl. 12.00",
        "Får beskjed": "5 personer",
    }
    done = message(await surface.submit("secretary", over))
    assert done.title == f"Møtet i {FSU} er satt opp"
    (told,) = await surface.inbox("member")
    assert told.title == f"Ekstraordinært møte i {FSU}"
    page = message(await surface.press("secretary", done, "Vis møtet"))
    assert facts(page)["Slag"] == "Ekstraordinært møte"
    # The second click makes no second meeting.
    assert message(await surface.submit("secretary", over)).title == done.title
    assert len(await surface.inbox("member")) == 1


async def test_a_meeting_on_a_holiday_is_made_by_whoever_has_seen_that(surface: FakeSurface) -> None:
    shown = await surface.open("secretary", "mote ny FSU")
    over = form(await surface.submit("secretary", shown, {"day": "2026-12-25", "starts": "13:00", "ends": "15:00"}))
    assert facts(over)["Legg merke til"] == (
        "FSU fredag 25. desember 2026 er på første juledag. Fredag 18. desember 2026 er ledig."
    )


@pytest.mark.usefixtures("customary_known")
async def test_a_day_that_most_are_off_by_custom_is_said_before_it_is_moved_there(surface: FakeSurface) -> None:
    over = await looked_over(surface, day="2026-12-24")
    assert facts(over)["Legg merke til"].startswith(
        "FSU torsdag 24. desember 2026 er på julaften, da de fleste har fri. Torsdag 17. desember 2026 er ledig."
    )


# --- who may -----------------------------------------------------------------------------------------------


async def test_who_may_not_is_told_so(surface: FakeSurface) -> None:
    for line in ("mote flytt FSU", "mote avlys FSU", "mote ny FSU", "mote likevel"):
        for who in ("member", "observer"):
            told = message(await surface.say(who, line))
            assert told.title.startswith("Bare sekretariatet og møtelederen for "), (who, line)


async def test_whoever_leads_the_meetings_may(surface: FakeSurface) -> None:
    await steps.member_of(surface.world, "carer", Role.CHAIR)
    assert (await move(surface, "carer", day="2026-09-28")).title == f"Møtet i {FSU} er flyttet"


async def test_an_own_deadline_stays_unless_somebody_says_otherwise(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        meeting = await session.get_one(Meeting, surface.world.meetings["fsu-1"])
        meeting.deadline_at = datetime(2026, 9, 10, 10, tzinfo=UTC)
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        assert committee.zone == "Europe/Oslo"
    await move(surface, day="2026-09-28")
    assert (await stored(surface.world)).deadline_at == datetime(2026, 9, 10, 10, tzinfo=UTC)
    await move(surface, day="2026-10-05", deadline="rule")
    assert (await stored(surface.world)).deadline_at == datetime(2026, 9, 21, 10, tzinfo=UTC)


async def test_a_form_that_is_opened_again_has_what_was_written_over_what_is_there_now(surface: FakeSurface) -> None:
    shown = await surface.open("secretary", "mote flytt FSU")
    await surface.submit("secretary", shown, {"place": "Lillesalen"}, "save")
    await move(surface, "deputy", day="2026-09-28")
    surface.clock.forward(timedelta(minutes=5))
    again = await surface.open("secretary", "mote flytt FSU")
    assert (values(again)["day"], values(again)["place"]) == ("2026-09-28", "Lillesalen")
    done = message(await surface.submit("secretary", form(await surface.submit("secretary", again))))
    assert done.title == f"Møtet i {FSU} er endret"


async def test_two_meetings_of_the_same_people_at_once_are_seen_before(surface: FakeSurface) -> None:
    """The secretary and a member of FSU are in AU too."""
    other = await stored(surface.world, "au-1")
    local = other.starts_at + timedelta(hours=2)
    over = await looked_over(
        surface, day=local.date().isoformat(), starts=f"{local:%H:%M}", ends=f"{local + timedelta(hours=1):%H:%M}"
    )
    assert "møtes samtidig" in facts(over)["Legg merke til"]
