"""Reminders for whoever prepares meetings and sees to a committee: convocations, papers, terms, yearly duties."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlmodel import col

from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.capabilities import registry
from handlers.dialogs.dialog import Reply
from handlers.meetings.duties.due import LATE, duties
from handlers.meetings.reminder_settings import YearlyDuty
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.message import Section
from handlers.people.context import Context
from handlers.people.recognising import recognise
from storage.tables import AgendaItem, Committee, Membership, Reminder
from tests.cases.steps import propose
from tests.clock import FixedClock
from tests.meetings.convocation import steps
from tests.surface import FakeSurface, labels, message
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def surface(small_world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(small_world, clock, registry())


async def _set(surface: FakeSurface, **settings: Any) -> None:
    """FSU has these settings, and nothing else is reminded of."""
    quiet = {"remind_deadline": [], "remind_meeting": [], "remind_terms": []}
    async with surface.world.database.transaction() as session:
        committee = await session.get_one(Committee, surface.world.committees["fsu"])
        committee.settings = CommitteeSettings.model_validate({**quiet, **settings}).model_dump(mode="json")


async def _told(surface: FakeSurface, who: str, day: datetime, word: str) -> list[Section]:
    """What somebody has got until then that has this word in its title, also as a part of a longer message."""
    surface.clock.go_to(day)
    await surface.worker.do_chores()
    found: list[Section] = []
    for each in await surface.inbox(who):
        found += [section for section in (each, *each.sections) if word in section.title]
    return found


async def _press(surface: FakeSurface, who: str, shown: Section) -> Reply:
    """Press the first button of it."""
    button = shown.buttons[0]
    return await surface.bot.press(surface.world.sender(who), button.action, button.arguments)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- convocations --------------------------------------------------------------------------------------------


async def test_the_secretariat_is_reminded_of_a_convocation_that_is_to_be_sent(surface: FakeSurface) -> None:
    # FSU meets on 21 September at 10.00.
    await _set(surface, convocation="14d 15:00")
    day = _at("2026-09-05T10:00+02:00")
    (told,) = await _told(surface, "secretary", day, "Innkallingen")
    assert told.title == (
        "Innkallingen til møtet i Faglig samarbeidsutvalg (FSU) skal sendes senest mandag 7. september 2026 kl. 15.00"
    )
    assert [button.label for button in told.buttons][:1] == ["Kontroller og send"]
    assert await _told(surface, "member", day, "Innkallingen") == []
    late = _at("2026-09-08T08:00+02:00")
    # On the day it is said once more; nobody ran then, and it still makes sense.
    assert (await _told(surface, "deputy", late, "Innkallingen"))[-1].title.startswith(
        "Innkallingen til møtet i Faglig samarbeidsutvalg (FSU) skulle vært sendt"
    )


async def test_nobody_is_reminded_of_a_convocation_that_was_sent(surface: FakeSurface) -> None:
    await _set(surface, convocation="14d 15:00")
    await steps.put(surface.world, "Felles opplæring", 1)
    await steps.sent(surface)
    assert await _told(surface, "secretary", _at("2026-09-05T10:00+02:00"), "Innkallingen") == []
    async with surface.world.database.reading() as session:
        rows = await session.scalars(select(Reminder).where(col(Reminder.kind) == "mote.innkalling"))
        assert {row.reason for row in rows if row.status == "skipped"} == {"done"}


async def test_without_a_rule_there_is_nothing_to_be_reminded_of(surface: FakeSurface) -> None:
    await _set(surface)
    await surface.worker.do_chores()
    async with surface.world.database.reading() as session:
        fsu = col(Reminder.committee_id) == surface.world.committees["fsu"]
        assert list(await session.scalars(select(Reminder).where(fsu))) == []


# --- papers --------------------------------------------------------------------------------------------------


async def test_whoever_presents_a_case_without_papers_is_reminded_of_them(surface: FakeSurface) -> None:
    world = surface.world
    await _set(surface, papers="7d 12:00")
    await steps.put(world, "Uten papirer", 1, presenter_ids=[world.people["surgeon"]])
    await steps.put(world, "Med papirer", 2, presenter_ids=[world.people["nurse"]], links=["https://example.org/a"])
    day = _at("2026-09-11T09:00+02:00")
    (told,) = await _told(surface, "surgeon", day, "Papirene")
    assert told.title.endswith("skal være inne senest mandag 14. september 2026 kl. 12.00")
    assert "Uten papirer" in told.text
    assert "Med papirer" not in told.text
    assert "Send papirene til sekretariatet" in told.text
    (told,) = await _told(surface, "secretary", day, "Papirene")
    assert "Uten papirer" in told.text
    assert "Send papirene" not in told.text
    for who in ("nurse", "member"):
        assert await _told(surface, who, day, "Papirene") == []
    async with world.database.transaction() as session:
        await session.execute(update(AgendaItem).values(links=["https://example.org/b"]))
    assert len(await _told(surface, "surgeon", _at("2026-09-14T09:00+02:00"), "Papirene")) == 1


async def test_whoever_proposed_it_themselves_adds_them_there(surface: FakeSurface) -> None:
    await _set(surface, papers="7d 12:00")
    await propose(surface, presenters=[str(surface.world.people["member"])], links="")
    (notice,) = await surface.inbox("secretary")
    await surface.press("secretary", notice, "Sett på sakslisten")
    (told,) = await _told(surface, "member", _at("2026-09-11T09:00+02:00"), "Papirene")
    assert [button.label for button in told.buttons][:2] == ["Endre Felles opplæring i utskrivning", "Vis sakslisten"]


# --- terms ---------------------------------------------------------------------------------------------------


async def _ends(surface: FakeSurface, who: str, day: date | None) -> None:
    async with surface.world.database.transaction() as session:
        own = col(Membership.person_id) == surface.world.people[who]
        fsu = col(Membership.committee_id) == surface.world.committees["fsu"]
        await session.execute(update(Membership).where(own, fsu).values(valid_to=day))


async def test_a_term_that_runs_out(surface: FakeSurface) -> None:
    await _set(surface, remind_terms=["30d 09:00"])
    for who in ("member", "colleague"):
        await _ends(surface, who, date(2026, 12, 31))
    day = _at("2026-12-02T09:00+01:00")
    assert await _told(surface, "member", day - timedelta(minutes=1), "går ut") == []
    (told,) = await _told(surface, "member", day, "går ut")
    assert told.title == "Perioden din i Faglig samarbeidsutvalg (FSU) går ut torsdag 31. desember 2026"
    (told,) = await _told(surface, "deputy", day, "går ut")
    assert told.title == "2 perioder i Faglig samarbeidsutvalg (FSU) går ut torsdag 31. desember 2026"
    assert told.text.splitlines()[:2] == ["Eksempel Colleague (medlem)", "Eksempel Member (medlem)"]
    assert await _told(surface, "observer", day, "går ut") == []


async def test_a_term_that_was_prolonged_is_nothing_to_be_reminded_of(surface: FakeSurface) -> None:
    await _set(surface, remind_terms=["30d 09:00"])
    await _ends(surface, "member", date(2026, 12, 31))
    await surface.worker.do_chores()
    await _ends(surface, "member", None)
    assert await _told(surface, "member", _at("2026-12-02T09:00+01:00"), "går ut") == []
    async with surface.world.database.reading() as session:
        rows = await session.scalars(select(Reminder).where(col(Reminder.kind) == "mote.periode"))
        assert {(row.status, row.reason) for row in rows} == {("withdrawn", "changed")}


# --- yearly duties -------------------------------------------------------------------------------------------

REPORT = {"name": "Årsmelding", "by": "31.10.", "remind": ["7d 09:00", "1d 09:00"]}


async def test_a_yearly_duty_until_it_is_done(surface: FakeSurface) -> None:
    await _set(surface, yearly=[REPORT])
    day = _at("2026-10-25T09:00+01:00")
    (told,) = await _told(surface, "secretary", day, "Årsmelding")
    assert told.title == "Årsmelding 2026 skal være klar lørdag 31. oktober 2026"
    assert await _told(surface, "member", day, "Årsmelding") == []
    done = message(await _press(surface, "secretary", told))
    assert done.title == "Årsmelding 2026 er gjort"
    assert message(await _press(surface, "deputy", told)).title == done.title
    assert len(await _told(surface, "deputy", _at("2026-10-31T10:00+01:00"), "Årsmelding")) == 1
    # Next year anew.
    (_before, told) = await _told(surface, "secretary", _at("2027-10-26T09:00+02:00"), "Årsmelding")
    assert told.title == "Årsmelding 2027 skal være klar søndag 31. oktober 2027"


async def test_a_yearly_duty_that_was_not_done_after_all(surface: FakeSurface) -> None:
    await _set(surface, yearly=[REPORT])
    (told,) = await _told(surface, "secretary", _at("2026-10-25T09:00+01:00"), "Årsmelding")
    done = message(await _press(surface, "secretary", told))
    again = message(await surface.press("secretary", done, "Angre"))
    assert again.replace
    assert labels(again) == ["Gjort"]
    assert len(await _told(surface, "secretary", _at("2026-10-31T10:00+01:00"), "Årsmelding")) == 2


async def test_who_may_say_that_a_duty_is_done(surface: FakeSurface) -> None:
    await _set(surface, yearly=[{**REPORT, "who": ["leder", "observatør"]}])
    (told,) = await _told(surface, "observer", _at("2026-10-25T09:00+01:00"), "Årsmelding")
    button = told.buttons[0]
    for who in ("member", "colleague", "clinician"):
        refused = message(await surface.bot.press(surface.world.sender(who), button.action, button.arguments))
        assert refused.title == (
            "Bare den plikten hører til hos, og sekretariatet for Faglig samarbeidsutvalg (FSU), kan gjøre dette."
        )
    for who in ("observer", "secretary"):
        assert message(await _press(surface, who, told)).title == "Årsmelding 2026 er gjort"
    for wrong in ({}, {"duty": "x"}, {"year": "x"}, {"year": "9" * 30}, {"year": "99999"}, {"committee": "0"}):
        arguments = {**button.arguments, **wrong} if wrong else {}
        shown = message(await surface.bot.press(surface.world.sender("secretary"), button.action, arguments))
        assert shown.buttons == ()
        assert "referanse" not in shown.title
    await _set(surface)
    assert message(await _press(surface, "secretary", told)).title == (
        "Denne plikten står ikke lenger i partnerskapsfilen."
    )


async def test_what_is_owed_of_them(surface: FakeSurface) -> None:
    await _set(surface, yearly=[REPORT])
    room = next(each for each in registry().capabilities if each.name == "arsplikt")
    owed: dict[str, list[str]] = {}
    for who in ("secretary", "member", "clinician"):
        async with surface.world.database.transaction() as session:
            known = await recognise(surface.world.database, surface.world.sender(who), surface.clock.now())
            assert known is not None
            found = await room.owes(Context(session, known.actor, surface.clock.now()))
            owed[who] = [each.text for each in found]
            # Its last day is the last day to do it on, and not midnight of the one after.
            days = [f"{local_day(each.due_at):%d.%m.}" for each in found if each.whole_day and each.due_at]
            assert days == ["31.10." for _each in found]
    assert owed == {
        "secretary": ["Årsmelding 2026 for Faglig samarbeidsutvalg (FSU)"],
        "member": [],
        "clinician": [],
    }


def _committee(**rule: Any) -> Committee:
    duty = YearlyDuty.model_validate({"name": "Plikt", "by": "29.02.", **rule})
    return Committee(
        id=1,
        key="k",
        name="Utvalg",
        number_template="{n}",
        settings=CommitteeSettings(yearly=(duty,)).model_dump(mode="json"),
    )


@given(st.datetimes(datetime(2023, 1, 1), datetime(2032, 1, 1)), st.integers(0, 365))
def test_there_is_always_one_to_come_and_none_is_forgotten_at_once(moment: datetime, number: int) -> None:
    by = date(2023, 1, 1) + number % 365 * DAY
    now = moment.replace(tzinfo=LOCAL_ZONE)
    found = duties(_committee(by=f"{by:%d.%m.}"), now)
    assert [each.over > now for each in found] in ([True], [False, True])
    assert all(each.over > now - LATE for each in found)
    assert found[-1].over <= now + 367 * DAY
    ends = datetime.combine(found[-1].by + DAY, time(), LOCAL_ZONE)
    assert found[-1].over == ends


def test_the_last_of_february_and_the_years_in_which_it_holds() -> None:
    now = datetime(2027, 1, 1, tzinfo=LOCAL_ZONE)
    assert [each.by for each in duties(_committee(), now)] == [date(2027, 2, 28)]
    assert [each.by for each in duties(_committee(), now + 365 * DAY)] == [date(2028, 2, 29)]
    assert duties(_committee(until=2026), now) == []
    assert [each.year for each in duties(_committee(since=2028), now)] == [2028]


@pytest.mark.parametrize("by", ["31.04.", "0.1.", "32.1.", "1.13.", "mars", "", "1.1.2026"])
def test_a_day_that_is_none(by: str) -> None:
    with pytest.raises(ValueError, match="er ingen dag i året"):
        YearlyDuty.model_validate({"name": "Plikt", "by": by})
