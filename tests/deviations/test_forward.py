"""«Send videre»: to another unit on the same side, never to itself, back once knowingly, a third time not at all."""

import re
from datetime import timedelta

import pytest

from storage import units
from storage.tables import DeviationStatus, Unit, UnitStaff
from tests.deviations import steps
from tests.surface import FakeSurface, errors, facts, form, labels, message


async def _send(surface: FakeSurface, who: str, added: int, unit: str, note: str = "", prefix: str = "") -> object:
    shown = await steps.opened(surface, who, added)
    value = f"{prefix}{surface.world.units[unit]}"
    return await steps.fill_in(surface, who, shown, "Send videre", unit=value, note=note)


async def _send_back(surface: FakeSurface, who: str, added: int, unit: str) -> object:
    asked = form(await _send(surface, who, added, unit, prefix="again"))
    return await surface.submit(who, asked, {"knowingly": "true"})


async def test_the_report_goes_to_the_other_unit_and_the_clock_goes_on(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    old = await steps.notice(surface, "surgeon")
    due = (await steps.stored(surface, added)).deviation.due_at
    surface.clock.forward(timedelta(days=3))
    done = message(await _send(surface, "surgeon", added, "medical", "Pasienten lå hos dere."))
    assert "sendte saken fra Ortopedisk avdeling til Medisinsk avdeling" in done.text
    report = await steps.stored(surface, added)
    assert report.unit.name == "Medisinsk avdeling"
    assert (report.deviation.status, report.deviation.handler_id, report.deviation.due_at) == ("sent", None, due)
    # The new unit reads the note; the reporter only that it was sent on.
    arrived = await steps.notice(surface, "internist")
    assert arrived.text.startswith("Eksempel Surgeon skrev til enheten: Pasienten lå hos dere.")
    assert "Ta saken" in labels(arrived)
    (gone,) = await surface.inbox("surgeon")
    assert (gone.text, labels(gone)) == (
        "Saken er ikke lenger hos deg. Den er hos Medisinsk avdeling, Eksempel sykehus.",
        [],
    )
    told = await steps.news(surface, "carer")
    assert (told.title, told.text) == (
        "AVV-2026-0001 er sendt videre til Medisinsk avdeling",
        "Fristen for svar er den samme.",
    )
    assert facts(await steps.receipt(surface, "carer"))["Sendt til"] == "Medisinsk avdeling, Eksempel sykehus"
    assert "Pasienten lå" not in repr(await surface.inbox("carer"))
    assert "Pasienten lå" not in repr(await steps.opened(surface, "carer", added))
    # A button from before says who did what and when.
    for label in ("Ta saken", "Svar og avslutt", "Be om opplysninger", "Send videre", "Avvis"):
        late = message(await surface.press("surgeon", old, label))
        assert late.title.startswith("Saken er ikke lenger hos dere. Eksempel Surgeon sendte saken fra Ortopedisk")
        assert late.title.endswith("(4. sep. 2026 kl. 10.00)")


async def test_whoever_sent_it_on_hears_nothing_of_what_comes_then(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    await _send(surface, "surgeon", added, "medical")
    shown = await steps.notice(surface, "internist")
    await steps.fill_in(surface, "internist", shown, "Be om opplysninger", question="Hvilken lege?")
    reply = form(await surface.press("carer", await steps.receipt(surface, "carer"), "Svar"))
    await surface.submit("carer", reply, {"answer": "Den på vakt."})
    shown = await steps.notice(surface, "internist")
    await steps.fill_in(surface, "internist", shown, "Avvis", reason="other", comment="Er tatt opp på annen måte.")
    (gone,) = await surface.inbox("surgeon")
    assert gone.text == "Saken er ikke lenger hos deg. Den er hos Medisinsk avdeling, Eksempel sykehus."
    # What they did themselves stays.
    assert gone.small.startswith("Eksempel Surgeon sendte saken fra Ortopedisk avdeling til Medisinsk avdeling")
    for secret in ("Hvilken lege?", "Den på vakt.", "Er tatt opp på annen måte.", "Internist"):
        assert secret not in repr(gone)


async def test_whoever_left_the_unit_hears_nothing_of_what_comes_then(surface: FakeSurface) -> None:
    await steps.report(surface, "carer", "ortho")
    await surface.arrive()
    async with surface.world.database.transaction() as session:
        staff = UnitStaff.__table__
        await session.execute(staff.delete().where(staff.c.person_id == surface.world.people["surgeon"]))
    own = await steps.receipt(surface, "carer")
    await steps.fill_in(surface, "carer", own, "Legg til opplysninger", text="Det hendte to ganger.")
    (gone,) = await surface.inbox("surgeon")
    assert (gone.sections, labels(gone), gone.small) == ((), [], "")
    assert "Det hendte to ganger." in repr(await steps.opened(surface, "registrar", 1))


async def test_whoever_handles_it_in_both_units_is_told_of_the_new_message(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    await _send(surface, "nurse", added, "nursinghome")
    before, now = [item for item in await surface.inbox("nurse") if item.title.startswith("AVV-2026-0001")]
    assert before.text == "Saken er nå hos Sykehjemmet, Eksempel kommune. Du har en ny melding om den."
    assert (labels(before), labels(now)[0]) == ([], "Ta saken")


async def test_a_form_from_before_the_hand_over_keeps_what_was_written(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = form(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Svar og avslutt"))
    await _send(surface, "registrar", added, "medical")
    refused = message(await surface.submit("surgeon", shown, {"finding": "Funnet.", "measure": "Gjort."}))
    assert refused.title.startswith("Saken er ikke lenger hos dere. Eksempel Registrar sendte saken")
    assert [fact.value for fact in refused.facts] == ["Funnet.", "Gjort."]


@pytest.mark.parametrize(
    ("unit", "sentence"),
    [
        ("ortho", "Saken er allerede hos Ortopedisk avdeling. Velg en annen enhet."),
        ("homecare", "Velg en enhet i listen. Skal saken til den andre siden, må den meldes på nytt derfra."),
        ("nursinghome", "Velg en enhet i listen. Skal saken til den andre siden, må den meldes på nytt derfra."),
    ],
)
async def test_not_to_itself_nor_to_the_other_side(surface: FakeSurface, unit: str, sentence: str) -> None:
    added = await steps.report(surface, "carer", "ortho")
    opened = form(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Send videre"))
    (choice,) = [field for field in opened.fields if field.name == "unit"]
    assert [option.value for option in choice.options] == [str(surface.world.units["medical"])]
    refused = form(await _send(surface, "surgeon", added, unit))
    assert errors(refused)["unit"] == sentence
    assert await steps.kinds(surface, added) == ["reported"]


async def test_where_there_is_no_other_unit_it_says_so(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        (await session.get_one(Unit, surface.world.units["medical"])).removed_at = surface.clock.now()
    await steps.report(surface, "carer", "ortho")
    refused = message(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Send videre"))
    assert refused.title.startswith("Det er ingen annen enhet å sende saken til.")


async def test_a_unit_is_found_by_its_other_name(surface: FakeSurface) -> None:
    await steps.report(surface, "surgeon", "nursinghome")
    opened = form(await surface.press("nurse", await steps.notice(surface, "nurse"), "Send videre"))
    found = await surface.bot.search(surface.world.sender("nurse"), opened.token, "unit", "hjemmesyke")
    assert [option.value for option in found] == [str(surface.world.units["homecare"])]


async def test_back_once_knowingly_and_the_leaders_hear_of_it(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    await _send(surface, "surgeon", added, "medical")
    surface.clock.forward(timedelta(days=2))
    asked = form(await _send(surface, "internist", added, "ortho", prefix="again"))
    assert asked.fields[0].label.startswith("AVV-2026-0001")
    assert asked.fields[1].label.startswith("Ortopedisk avdeling sendte saken videre 1. sep. 2026.")
    refused = form(await surface.submit("internist", asked))
    assert errors(refused)["knowingly"].startswith("Kryss av")
    assert (await steps.stored(surface, added)).unit.name == "Medisinsk avdeling"
    await surface.submit("internist", refused, {"knowingly": "true"})
    assert (await steps.stored(surface, added)).unit.name == "Ortopedisk avdeling"
    # Their message changes in place, which nobody would notice: the news ring.
    assert "Ta saken" in labels(await steps.notice(surface, "surgeon"))
    assert (await steps.news(surface, "surgeon")).title == "AVV-2026-0001 er sendt til dere igjen"
    assert (await steps.news(surface, "chief")).title == "AVV-2026-0001 sendes fram og tilbake mellom enheter"


async def test_not_a_third_time(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    await _send(surface, "surgeon", added, "medical")
    await _send_back(surface, "internist", added, "ortho")
    await _send_back(surface, "surgeon", added, "medical")
    refused = form(await _send(surface, "internist", added, "ortho", prefix="again"))
    assert errors(refused)["unit"] == (
        "Ortopedisk avdeling har hatt saken to ganger og sendt den videre begge gangene. Nå må dere snakke sammen om "
        "hvem som skal svare. Ledere: Eksempel Chief."
    )
    assert (await steps.stored(surface, added)).unit.name == "Medisinsk avdeling"


async def test_without_the_tick_a_unit_that_had_it_is_chosen_anew(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    await _send(surface, "surgeon", added, "medical")
    refused = form(await _send(surface, "internist", added, "ortho"))
    assert errors(refused)["unit"] == (
        "Ortopedisk avdeling har hatt saken før. Velg den på nytt hvis den skal ha saken igjen."
    )


async def test_sending_it_twice_sends_it_once(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    opened = form(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Send videre"))
    chosen = {"unit": str(surface.world.units["medical"])}
    first = message(await surface.submit("surgeon", opened, chosen))
    assert message(await surface.submit("surgeon", opened, chosen)) == first
    assert await steps.kinds(surface, added) == ["reported", "forwarded"]


async def test_a_question_goes_with_the_first_unit(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = await steps.notice(surface, "surgeon")
    await steps.fill_in(surface, "surgeon", shown, "Be om opplysninger", question="Hvilken dag?")
    answer = form(await surface.press("carer", await steps.news(surface, "carer"), "Svar"))
    await _send(surface, "surgeon", added, "medical")
    assert (await steps.stored(surface, added)).deviation.status == DeviationStatus.SENT
    # What the reporter has written meanwhile reaches the new unit all the same.
    await surface.submit("carer", answer, {"answer": "Det var tirsdag."})
    told = await steps.news(surface, "internist")
    assert (told.title, told.text) == ("Nytt fra melderen: AVV-2026-0001", "Det var tirsdag.")
    assert (await steps.kinds(surface, added))[-1] == "added"


# --- a unit that has nobody --------------------------------------------------------------------------------


@pytest.mark.parametrize("removed", [True, False])
async def test_a_leader_sends_on_what_lies_at_a_unit_that_has_nobody(surface: FakeSurface, removed: bool) -> None:
    added = await steps.report(surface, "carer", "medical")
    async with surface.world.database.transaction() as session:
        unit = await session.get_one(Unit, surface.world.units["medical"])
        unit.removed_at = surface.clock.now() if removed else None
        await session.execute(UnitStaff.__table__.delete().where(UnitStaff.__table__.c.unit_id == unit.id))
    listed = message(await steps.press(surface, "chief", "avvik.ko"))
    shown = message(await surface.press("chief", listed, "Vis saken"))
    assert labels(shown) == ["Send videre"]
    refused = message(await steps.press(surface, "chief", "avvik.ta", deviation="1", step="1"))
    assert refused.title == "Bare de som behandler avvik i Medisinsk avdeling, kan gjøre dette."
    await steps.fill_in(surface, "chief", shown, "Send videre", unit=str(surface.world.units["ortho"]))
    assert (await steps.stored(surface, added)).unit.name == "Ortopedisk avdeling"
    assert "Ta saken" in labels(await steps.notice(surface, "surgeon"))


async def test_a_report_to_a_unit_that_has_nobody_reaches_the_leaders(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        staff = UnitStaff.__table__
        await session.execute(staff.delete().where(staff.c.unit_id == surface.world.units["medical"]))
    await steps.report(surface, "carer", "medical")
    assert labels(await steps.notice(surface, "chief")) == ["Send videre", "Vis saken"]


# --- Husk dette for neste gang -----------------------------------------------------------------------------


async def test_the_name_that_led_astray_leads_to_the_right_unit(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    done = message(await _send(surface, "surgeon", added, "medical"))
    learnt = message(
        await steps.fill_in(surface, "surgeon", done, "Husk dette for neste gang", alias="Hjertesengeposten")
    )
    assert learnt.title == "Medisinsk avdeling finnes nå også som «Hjertesengeposten»"
    async with surface.world.database.transaction() as session:
        found = await units.listed(session, query="hjertesenge")
    assert [unit.name for unit in found] == ["Medisinsk avdeling"]
    # Where all units fit in a list, it shows the name: to whoever reports, and to whoever sends on.
    shown = await surface.open("carer", "avvik")
    (choice,) = [field for field in shown.fields if field.name == "unit"]
    assert [option.label for option in choice.options] == [
        "Medisinsk avdeling – Eksempel sykehus (også «Hjertesengeposten»)",
        "Ortopedisk avdeling – Eksempel sykehus",
    ]
    await steps.report(surface, "carer", "ortho")
    opened = form(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Send videre"))
    (choice,) = [field for field in opened.fields if field.name == "unit"]
    assert [option.label for option in choice.options] == [
        "Medisinsk avdeling – Eksempel sykehus (også «Hjertesengeposten»)"
    ]
    assert await steps.kinds(surface, added) == ["reported", "forwarded", "alias_learnt"]
    assert await steps.kinds(surface, added, internal=False) == ["reported", "forwarded"]
    # It changes nothing for whoever is about to take it.
    assert (
        "tok saken"
        in message(await surface.press("internist", await steps.notice(surface, "internist"), "Ta saken")).text
    )


@pytest.mark.parametrize("name", ["Ortopedisk avdeling", "ortopedisk AVDELING", "Beinposten"])
async def test_the_name_of_another_unit_is_not_learnt(surface: FakeSurface, name: str) -> None:
    async with surface.world.database.transaction() as session:
        await units.learn_alias(session, surface.world.units["ortho"], "Beinposten", surface.world.people["chief"])
    added = await steps.report(surface, "carer", "ortho")
    done = message(await _send(surface, "surgeon", added, "medical"))
    refused = form(await steps.fill_in(surface, "surgeon", done, "Husk dette for neste gang", alias=name))
    assert errors(refused)["alias"] == (
        f"«{name}» er allerede et navn på Ortopedisk avdeling. Velg et navn som bare passer på én enhet."
    )


async def test_only_whoever_sent_it_on_teaches_a_name(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    done = message(await _send(surface, "surgeon", added, "medical"))
    for somebody in ("registrar", "internist", "carer"):
        refused = message(await surface.press(somebody, done, "Husk dette for neste gang"))
        assert refused.title.startswith("Dette avviket er ikke blant dem du kan se")


async def test_whoever_takes_it_over_reads_what_the_reporter_has_said_since(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    await steps.fill_in(surface, "carer", await steps.receipt(surface, "carer"), "Legg til opplysninger", text="Og en.")
    await steps.fill_in(
        surface, "surgeon", await steps.notice(surface, "surgeon"), "Be om opplysninger", question="Når?"
    )
    await steps.fill_in(surface, "carer", await steps.receipt(surface, "carer"), "Svar", answer="I går.")
    medical = str(surface.world.units["medical"])
    await steps.fill_in(surface, "surgeon", await steps.notice(surface, "surgeon"), "Send videre", unit=medical)
    card = await steps.notice(surface, "internist")
    for shown in (card, message(await surface.press("internist", card, "Vis saken"))):
        texts = {section.title: section.text for section in shown.sections}
        assert re.sub(r"kl\. \d\d\.\d\d", "kl.", texts["Lagt til av melderen"]) == (
            "• 1. sep. 2026 kl.: Og en.\n• 1. sep. 2026 kl.: I går."
        )
    assert "Lagt til av melderen" not in repr(await steps.opened(surface, "carer", added))
