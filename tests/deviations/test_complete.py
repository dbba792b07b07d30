"""The nearest leader completes a report before it is sent, and does not stop it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.calendar.working_days import working_days_after
from handlers.deviations.handling import complete
from handlers.deviations.words import UNMARKED
from handlers.messages.message import Message
from storage.tables import Deviation, Organisation, StaffRole, Unit, UnitStaff
from tests.chores import done
from tests.clock import FixedClock
from tests.deviations import steps, walk
from tests.surface import FakeSurface, button_called, errors, facts, form, labels, message, values


@pytest.fixture(autouse=True)
async def leaders_complete(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        await session.execute(
            update(Organisation).where(col(Organisation.key) == "municipality").values(leaders_complete=True)
        )


async def reported(surface: FakeSurface, **answers: Any) -> Message:
    """What the leader got."""
    await walk.report(surface, "carer", "ortho", workplace=str(surface.world.units["homecare"]), **answers)
    return await at_leader(surface)


async def at_leader(surface: FakeSurface) -> Message:
    return (await surface.inbox("manager"))[0]


async def the_only(surface: FakeSurface) -> Deviation:
    async with surface.world.database.transaction() as session:
        return (await session.scalars(select(Deviation))).one()


async def send_overdue(surface: FakeSurface) -> int:
    return await done(complete.SEND_OVERDUE, surface.world.database, surface.clock)


def text_of(shown: Message) -> str:
    return str(shown.model_dump())


async def test_the_leader_sends_it_as_it_is(surface: FakeSurface) -> None:
    told = await reported(surface)
    assert walk.DESCRIPTION in text_of(told)
    surface.clock.forward(timedelta(hours=5))
    done = message(await surface.press("manager", told, "Send som den er"))
    assert "Eksempel Manager så over meldingen og sendte den" in done.text
    stored = await the_only(surface)
    assert (stored.status, stored.sent_at) == ("sent", surface.clock.now())
    assert stored.due_at is not None
    assert stored.due_at.date().isoformat() == "2026-09-22"
    assert walk.DESCRIPTION in text_of(await steps.notice(surface, "surgeon"))
    assert facts(await steps.receipt(surface, "carer"))["Status"] == "Sendt til Ortopedisk avdeling"
    news = (await surface.inbox("carer"))[-1]
    assert news.title == "AVV-2026-0001 er sendt til Ortopedisk avdeling"
    # The leader's own message has no buttons any more.
    assert "Send som den er" not in labels(await at_leader(surface))


async def test_the_leader_adds_and_corrects_and_the_reporter_sees_what_was_sent(surface: FakeSurface) -> None:
    told = await reported(surface, when="i går 14.30")
    shown = form(await surface.press("manager", told, "Se over og send"))
    assert values(shown) == {
        "report": None,
        "unit": str(surface.world.units["ortho"]),
        "categories": ["communication"],
        "category_other": "",
        "description": walk.DESCRIPTION,
        "when": "31.8.2026 kl. 14.30",
        "immediate_measures": "",
        "consequence": "none",
        "near_miss": "false",
        "prevention": "",
    }
    changes = {
        "unit": str(surface.world.units["medical"]),
        "categories": ["communication", "medication"],
        "immediate_measures": "Ringte avdelingen.",
        "prevention": "Ring før utskrivning.",
    }
    surface.clock.forward(timedelta(days=1))
    await surface.submit("manager", shown, changes)
    stored = await the_only(surface)
    assert (stored.unit_id, stored.immediate_measures) == (surface.world.units["medical"], "Ringte avdelingen.")
    assert stored.happened_on is not None
    assert stored.happened_on.isoformat() == "2026-08-31"
    assert (await steps.notice(surface, "internist")).title.startswith("AVV-2026-0001: Kommunikasjon")
    assert await surface.inbox("surgeon") == []
    receipt = await steps.receipt(surface, "carer")
    assert facts(receipt)["Sendt til"] == "Medisinsk avdeling, Eksempel sykehus"
    assert facts(receipt)["Gjelder"] == "Kommunikasjon/dokumentasjon, Legemidler"
    assert "Ringte avdelingen." in text_of(receipt)
    assert await steps.kinds(surface, stored.id) == ["reported", "completed"]
    news = (await surface.inbox("carer"))[-1]
    assert (
        "Lederen din endret dette: «Hvilken enhet gjelder det?», «Hva slags avvik er det?», «Strakstiltak», "
        "«Hva kan hindre at det skjer igjen?»." in news.text
    )


async def test_the_leaders_form_is_checked_as_the_reporters(surface: FakeSurface) -> None:
    told = await reported(surface)
    shown = form(await surface.press("manager", told, "Se over og send"))
    wrong = {
        "unit": str(surface.world.units["nursinghome"]),
        "description": "...",
        "when": "31. februar",
        "consequence": "minor",
        "near_miss": "true",
    }
    shown = form(await surface.submit("manager", shown, wrong))
    assert sorted(errors(shown)) == ["description", "near_miss", "unit", "when"]
    shown = form(await surface.submit("manager", shown, {**wrong, "unit": str(surface.world.units["ortho"])}))
    assert sorted(errors(shown)) == ["description", "near_miss", "when"]
    shown = form(await surface.submit("manager", shown, {"description": "Noe skjedde.", "near_miss": "false"}))
    assert list(errors(shown)) == ["when"]
    assert (await the_only(surface)).status == "at_leader"


@pytest.mark.parametrize(("consent", "reason"), UNMARKED.items())
async def test_the_leader_names_no_patient_who_opposes_or_was_not_asked(
    surface: FakeSurface, consent: str, reason: str
) -> None:
    told = await reported(surface, consent=consent)
    shown = form(await surface.press("manager", told, "Se over og send"))
    bare = {"description": "Eksempel Eksempelsen kom hjem uten epikrise."}
    asked = form(await surface.submit("manager", shown, bare))
    assert "«Eksempel Eksempelsen» ser ut som navnet på en pasient" in errors(asked)["description"]
    named = {"description": "Pasienten Eksempel Eksempelsen kom hjem uten epikrise.", "no_patient": "true"}
    refused = form(await surface.submit("manager", asked, named))
    refused = form(await surface.submit("manager", refused, {"no_patient": "true"}))
    assert errors(refused)["description"].startswith(f"{reason}, så")
    assert (await the_only(surface)).description == walk.DESCRIPTION


async def test_made_serious_by_the_leader_the_units_leader_hears_of_it(surface: FakeSurface) -> None:
    told = await reported(surface)
    shown = form(await surface.press("manager", told, "Se over og send"))
    surface.clock.forward(timedelta(minutes=1))
    await surface.submit("manager", shown, {"consequence": "major"})
    assert [item.title.startswith("Alvorlig") for item in await surface.inbox("chief")] == [True]
    assert "§ 3-3 a" in (await steps.receipt(surface, "carer")).text


@pytest.mark.parametrize("who", ["nurse", "carer", "surgeon", "chief", "member"])
@pytest.mark.parametrize("label", ["Send som den er", "Se over og send"])
async def test_nobody_but_the_nearest_leader_sends_it(surface: FakeSurface, who: str, label: str) -> None:
    told = await reported(surface)
    refused = message(await surface.press(who, told, label))
    assert "Bare melderens nærmeste leder" in refused.title or "ikke blant dem du kan se" in refused.title
    assert (await the_only(surface)).status == "at_leader"


async def test_a_leader_who_no_longer_leads_hears_nothing_of_the_answer(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        session.add(
            UnitStaff(
                unit_id=surface.world.units["homecare"],
                person_id=surface.world.people["deputy"],
                role=StaffRole.LEADER,
            )
        )
    told = await reported(surface)
    assert walk.DESCRIPTION in text_of((await surface.inbox("deputy"))[0])
    async with surface.world.database.transaction() as session:
        staff = UnitStaff.__table__
        await session.execute(staff.delete().where(staff.c.person_id == surface.world.people["deputy"]))
    await surface.press("manager", told, "Send som den er")
    shown = await steps.notice(surface, "surgeon")
    await steps.fill_in(surface, "surgeon", shown, "Svar og avslutt", finding="Feil kø.", measure="Ny rutine.")
    (gone,) = await surface.inbox("deputy")
    assert (gone.text, labels(gone)) == (
        "Saken er ikke lenger hos deg. Den er hos Ortopedisk avdeling, Eksempel sykehus.",
        [],
    )
    assert walk.DESCRIPTION not in text_of(gone)
    assert "Feil kø." not in text_of(gone)
    assert "Feil kø." in text_of(await at_leader(surface))


async def test_a_leader_who_left_before_it_was_sent_is_not_told_where_it_is(surface: FakeSurface) -> None:
    await reported(surface)
    async with surface.world.database.transaction() as session:
        staff = UnitStaff.__table__
        await session.execute(staff.delete().where(staff.c.person_id == surface.world.people["manager"]))
    surface.clock.forward(timedelta(minutes=1))
    await surface.press("carer", await steps.receipt(surface, "carer"), "Trekk meldingen")
    (gone,) = await surface.inbox("manager")
    assert (gone.text, labels(gone), gone.sections) == ("Saken er ikke lenger hos deg.", [], ())


@pytest.mark.parametrize("label", ["Send som den er", "Se over og send"])
async def test_of_two_leaders_the_second_is_told_who_sent_it(surface: FakeSurface, label: str) -> None:
    async with surface.world.database.transaction() as session:
        session.add(
            UnitStaff(
                unit_id=surface.world.units["homecare"],
                person_id=surface.world.people["deputy"],
                role=StaffRole.LEADER,
            )
        )
    told = await reported(surface)
    await surface.press("deputy", told, "Send som den er")
    late = message(await surface.press("manager", told, label))
    assert "Eksempel Deputy så over meldingen og sendte den" in late.title


async def test_sent_while_the_form_was_open_nothing_is_overwritten(surface: FakeSurface) -> None:
    told = await reported(surface)
    shown = form(await surface.press("manager", told, "Se over og send"))
    await surface.press("manager", told, "Send som den er")
    late = message(await surface.submit("manager", shown, {"description": "En annen beskrivelse."}))
    assert "venter ikke på deg lenger" in late.title
    # What they wrote is there to be copied.
    assert "En annen beskrivelse." in text_of(late)
    assert (await the_only(surface)).description == walk.DESCRIPTION


async def test_a_unit_that_was_removed_meanwhile_must_be_chosen_anew(surface: FakeSurface) -> None:
    told = await reported(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(update(Unit).where(col(Unit.key) == "ortho").values(removed_at=surface.clock.now()))
    refused = message(await surface.press("manager", told, "Send som den er"))
    assert "velg en annen" in refused.title
    shown = form(await surface.press("manager", told, "Se over og send"))
    assert values(shown)["unit"] is None
    await surface.submit("manager", shown, {"unit": str(surface.world.units["medical"])})
    assert (await the_only(surface)).status == "sent"


# --- and if nobody does ------------------------------------------------------------------------------------


async def test_after_two_working_days_it_is_sent_as_it_is(surface: FakeSurface) -> None:
    told = await reported(surface)
    surface.clock.forward(timedelta(days=2, minutes=-1))
    assert await send_overdue(surface) == 0
    surface.clock.forward(timedelta(minutes=1))
    assert await send_overdue(surface) == 1
    assert await send_overdue(surface) == 0
    stored = await the_only(surface)
    assert (stored.status, stored.sent_at) == ("sent", surface.clock.now())
    assert "Meldingen ble sendt til enheten" in (await steps.notice(surface, "surgeon")).small
    assert (await surface.inbox("carer"))[-1].title == "AVV-2026-0001 er sendt til Ortopedisk avdeling"
    late = message(await surface.press("manager", told, "Send som den er"))
    assert "Meldingen ble sendt til enheten" in late.title


async def test_a_weekend_is_no_working_day(surface: FakeSurface, clock: FixedClock) -> None:
    clock.forward(timedelta(days=3))  # Friday 4 September
    await reported(surface)
    clock.forward(timedelta(days=3, hours=23))
    assert await send_overdue(surface) == 0
    clock.forward(timedelta(hours=1))
    assert await send_overdue(surface) == 1


async def test_what_was_withdrawn_is_not_sent(surface: FakeSurface) -> None:
    await reported(surface)
    async with surface.world.database.transaction() as session:
        await session.execute(update(Deviation).values(status="withdrawn"))
    surface.clock.forward(timedelta(days=9))
    assert await send_overdue(surface) == 0


def test_working_days_keep_the_local_time_of_day(clock: FixedClock) -> None:
    thursday = clock.now() + timedelta(days=51)  # 22 October: the clocks go back on Sunday
    assert (working_days_after(thursday, 2) - thursday) == timedelta(days=4, hours=1)


async def test_the_buttons_carry_no_text(surface: FakeSurface) -> None:
    told = await reported(surface)
    for label in ("Send som den er", "Se over og send"):
        assert set(button_called(told, label).arguments) == {"deviation", "step"}
