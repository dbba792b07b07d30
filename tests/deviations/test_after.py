"""What the reporter can do later: ask once more, rate the answer, withdraw; and the statutory notice."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from storage.tables import DeviationStatus
from tests.deviations import steps
from tests.dialogs.test_every_step import check_message
from tests.surface import FakeSurface, facts, form, labels, message

ANSWER = {"finding": "Meldingen lå i feil kø.", "measure": "Ny rutine."}


async def _answer(surface: FakeSurface, **given: Any) -> None:
    shown = await steps.notice(surface, "nurse")
    await steps.fill_in(surface, "nurse", shown, "Svar og avslutt", **{**ANSWER, **given})


async def _ask_again(surface: FakeSurface, question: str = "Hvem har ansvaret?") -> Any:
    own = await steps.receipt(surface)
    return await steps.fill_in(surface, "clinician", own, "Spør en gang til", question=question)


async def test_asking_once_more_opens_the_report_with_a_new_deadline(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    await _answer(surface)
    first = (await steps.stored(surface, added)).deviation
    surface.clock.go_to(datetime(2026, 10, 1, 8, 0, tzinfo=UTC))
    await surface.press("clinician", await steps.receipt(surface), "Svaret hjalp ikke")
    await _ask_again(surface)
    report = (await steps.stored(surface, added)).deviation
    assert (report.status, report.handler_id) == ("taken", surface.world.people["nurse"])
    assert report.due_at == datetime(2026, 10, 22, 14, 0, tzinfo=UTC)
    assert (report.closed_at, report.rating) == (None, "")
    # The time to answer is the first answer's.
    assert (report.answered_at, report.seconds_to_answer) == (first.answered_at, first.seconds_to_answer)
    told = await steps.news(surface, "nurse")
    assert (told.title, told.text) == ("Melderen spør en gang til: AVV-2026-0001", "Hvem har ansvaret?")
    # The unit reads what it is asked, and begins anew.
    again = form(await surface.press("nurse", await steps.notice(surface, "nurse"), "Svar og avslutt"))
    assert again.fields[0].label == (
        "AVV-2026-0001: Legemidler, fra Eksempel sykehus\n\nMelderen spør en gang til: Hvem har ansvaret?"
    )
    assert [field.value for field in again.fields[1:]] == [None] * 4
    await surface.submit("nurse", again, {"finding": "Avdelingslederen har ansvaret.", "measure": "Ingenting mer."})
    report = (await steps.stored(surface, added)).deviation
    assert (report.status, report.seconds_to_answer) == ("answered", first.seconds_to_answer)
    own = await steps.receipt(surface)
    assert labels(own) == ["Svaret var nyttig", "Svaret hjalp ikke"]
    late = message(await steps.press(surface, "clinician", "avvik.sporigjen", deviation=str(added)))
    assert late.title == (
        "Du har allerede spurt en gang til (1. okt. 2026). "
        "Ta kontakt med Hjemmetjenesten hvis du fortsatt lurer på noe."
    )


async def test_the_first_answer_can_be_read_when_there_is_a_second(surface: FakeSurface) -> None:
    added = await steps.report(surface, workplace_id=surface.world.units["ortho"])
    await _answer(surface, measure_by="Avdelingslederen", measure_due="før jul")
    assert "Tidligere svar" not in repr(await steps.opened(surface, "nurse", added))
    await _ask_again(surface)
    surface.clock.go_to(datetime(2026, 10, 1, 8, 0, tzinfo=UTC))
    await _answer(surface, finding="Ansvaret er plassert.", measure="Ingenting mer.")
    # The handlers, the reporter, and a leader of the reporter's.
    for who in ("nurse", "clinician", "chief"):
        shown = await steps.opened(surface, who, added)
        check_message(shown)
        texts = {section.title: section.text for section in shown.sections}
        assert texts["Hva enheten fant"] == "Ansvaret er plassert."
        assert texts["Tidligere svar (1. sep. 2026): hva enheten fant"] == ANSWER["finding"]
        assert texts["Tidligere svar (1. sep. 2026): tiltak"] == ANSWER["measure"]
        (followed_up,) = [part for part in shown.sections if part.title.endswith(": tiltak")]
        assert [(fact.label, fact.value) for fact in followed_up.facts] == [
            ("Hvem følger opp", "Avdelingslederen"),
            ("Innen", "før jul"),
        ]
        assert shown.sections[-1].title == "Historikk"


async def test_a_rejection_can_be_asked_about_too(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    shown = await steps.notice(surface, "nurse")
    await steps.fill_in(surface, "nurse", shown, "Avvis", reason="cannot_assess", comment="For lite å gå på.")
    await _ask_again(surface)
    report = (await steps.stored(surface, added)).deviation
    assert report.status == DeviationStatus.TAKEN
    assert "For lite å gå på." not in (await steps.receipt(surface)).text


async def test_asked_again_when_the_handler_has_left_it_is_anybodys(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = await steps.notice(surface, "surgeon")
    await steps.fill_in(surface, "surgeon", shown, "Svar og avslutt", **ANSWER)
    own = await steps.receipt(surface, "carer")
    await steps.leaves(surface, "surgeon")
    await steps.fill_in(surface, "carer", own, "Spør en gang til", question="Og nå?")
    report = (await steps.stored(surface, added)).deviation
    assert (report.status, report.handler_id) == ("sent", None)
    # With no handler left, the deputy gets it.
    assert "Ta saken" in labels(await steps.notice(surface, "registrar"))


async def test_asking_again_before_there_is_an_answer(surface: FakeSurface) -> None:
    await steps.report(surface)
    early = message(await steps.press(surface, "clinician", "avvik.sporigjen", deviation="1"))
    assert early.title == "Du kan spørre en gang til når enheten har svart."


async def test_the_answer_is_rated_once(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    await _answer(surface)
    own = await steps.receipt(surface)
    thanks = message(await surface.press("clinician", own, "Svaret var nyttig"))
    assert thanks.title == "Takk for tilbakemeldingen"
    again = message(await surface.press("clinician", own, "Svaret hjalp ikke"))
    assert again.title == "Takk, du har allerede vurdert svaret."
    assert (await steps.stored(surface, added)).deviation.rating == "helpful"
    assert labels(await steps.receipt(surface)) == ["Spør en gang til"]
    assert (await steps.notice(surface, "nurse")).small.startswith(
        "Eksempel Clinician vurderte svaret: Svaret var nytt"
    )


@pytest.mark.parametrize("rating", ["", "x", "nyttig"])
async def test_a_rating_that_is_none(surface: FakeSurface, rating: str) -> None:
    await steps.report(surface)
    await _answer(surface)
    told = message(await steps.press(surface, "clinician", "avvik.vurder", deviation="1", rating=rating))
    assert told.title.startswith("Det er ikke noe svar å vurdere nå.")


async def test_only_the_reporter_rates_asks_again_and_withdraws(surface: FakeSurface) -> None:
    await steps.report(surface)
    await _answer(surface)
    for action in ("avvik.vurder", "avvik.sporigjen", "avvik.trekk"):
        for somebody in ("nurse", "manager", "chief"):
            told = message(await steps.press(surface, somebody, action, deviation="1", rating="helpful"))
            assert told.title == "Bare den som meldte avviket, kan gjøre dette."
        told = message(await steps.press(surface, "internist", action, deviation="1", rating="helpful"))
        assert told.title.startswith("Dette avviket er ikke blant dem du kan se")


async def test_a_report_is_withdrawn_until_somebody_takes_it(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    own, shown = await steps.receipt(surface), await steps.notice(surface, "nurse")
    assert own.buttons[-1].confirm is not None
    await surface.press("clinician", own, "Trekk meldingen")
    assert (await steps.stored(surface, added)).deviation.status == DeviationStatus.WITHDRAWN
    # What was withdrawn is nobody else's to read.
    gone = await steps.notice(surface, "nurse")
    assert facts(gone)["Status"] == "Trukket av melderen"
    assert (labels(gone), gone.sections) == ([], ())
    assert steps.DESCRIPTION not in repr(await steps.opened(surface, "nurse", added))
    late = message(await surface.press("nurse", shown, "Ta saken"))
    assert late.title.startswith("Saken er avsluttet. Eksempel Clinician trakk meldingen")
    assert message(await surface.press("clinician", own, "Trekk meldingen")).title == "Meldingen er allerede trukket."


async def test_what_was_added_to_a_withdrawn_report_is_nobody_elses_to_read(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    await steps.fill_in(surface, "clinician", await steps.receipt(surface), "Legg til opplysninger", text="Et tillegg")
    assert "Et tillegg" in repr(await steps.opened(surface, "nurse", added))
    await surface.press("clinician", await steps.receipt(surface), "Trekk meldingen")
    for who in ("nurse", "manager"):
        assert "Et tillegg" not in repr(await steps.opened(surface, who, added))
    assert "Et tillegg" in repr(await steps.opened(surface, "clinician", added))


@pytest.mark.parametrize("considered", [False, True])
async def test_the_leaders_hear_that_a_serious_report_was_withdrawn(surface: FakeSurface, considered: bool) -> None:
    await steps.report(surface, "carer", "ortho", consequence="death", workplace_id=surface.world.units["homecare"])
    own = await steps.receipt(surface, "carer")
    if considered:
        await surface.press("carer", own, "Lovpålagt varsel er vurdert")
    await surface.press("carer", own, "Trekk meldingen")
    for who in ("manager", "chief"):
        told = await steps.news(surface, who)
        assert told.title == "AVV-2026-0001 er trukket av melderen"
        assert ("må vurderes likevel" in told.text) is not considered


async def test_what_somebody_has_taken_is_not_withdrawn(surface: FakeSurface) -> None:
    await steps.report(surface)
    own = await steps.receipt(surface)
    await surface.press("nurse", await steps.notice(surface, "nurse"), "Ta saken")
    late = message(await surface.press("clinician", own, "Trekk meldingen"))
    assert late.title == "Meldingen kan ikke trekkes lenger. Eksempel Nurse har tatt saken."


# --- serious events ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("consequence", ["major", "death"])
async def test_a_serious_event_reaches_everybody_at_once_with_the_statutory_reminder(
    surface: FakeSurface, consequence: str
) -> None:
    # In the middle of a Saturday night.
    surface.clock.go_to(datetime(2026, 9, 5, 1, 0, tzinfo=UTC))
    added = await steps.report(
        surface, "carer", "ortho", consequence=consequence, workplace_id=surface.world.units["homecare"]
    )
    for who in ("surgeon", "registrar", "chief"):
        shown = await steps.notice(surface, who)
        assert shown.title == "Alvorlig, AVV-2026-0001: Legemidler, fra Eksempel kommune"
        assert facts(shown)["Lovpålagt varsel"].startswith("Ikke krysset av")
    own = await steps.receipt(surface, "carer")
    for basis in ("spesialisthelsetjenesteloven § 3-3 a", "helse- og omsorgstjenesteloven § 12-3 a", "erstatter ikke"):
        assert basis in own.text
    # The reporter's own leader hears of it too, and may say that the notice has been considered.
    told = await steps.news(surface, "manager")
    assert told.title == shown.title
    leader = message(await surface.press("manager", told, "Vis saken"))
    assert labels(leader) == ["Lovpålagt varsel er vurdert", "Lovpålagt varsel er sendt"]
    await surface.press("manager", leader, "Lovpålagt varsel er vurdert")
    assert (await steps.stored(surface, added)).deviation.notice_considered_at == surface.clock.now()
    shown = await steps.notice(surface, "surgeon")
    assert facts(shown)["Lovpålagt varsel"] == "Vurdert av Eksempel Manager, 5. sep. 2026 kl. 03.00"
    own = await steps.receipt(surface, "carer")
    assert "Lovpålagt varsel er vurdert" not in labels(own)
    assert "§ 3-3 a" not in own.text
    again = message(await surface.press("manager", leader, "Lovpålagt varsel er vurdert"))
    assert again.title == "Lovpålagt varsel: vurdert av Eksempel Manager, 5. sep. 2026 kl. 03.00"


YOURSELF = "Jeg vet ikke hvem lederen din er. Gi lederen din beskjed selv, med en gang."


async def test_a_reporter_whose_leader_is_not_known_is_asked_to_tell_them(surface: FakeSurface) -> None:
    await steps.report(surface, "carer", "ortho", consequence="death")
    assert YOURSELF in (await steps.receipt(surface, "carer")).text
    assert YOURSELF in (await steps.opened(surface, "carer", 1)).text
    # Where the leader is told, and where the reporter is the leader, there is nobody left to tell.
    for who in ("carer", "manager"):
        await steps.report(surface, who, "ortho", consequence="death", workplace_id=surface.world.units["homecare"])
        assert YOURSELF not in (await steps.receipt(surface, who)).text
    await steps.report(surface, "carer", "ortho")
    assert YOURSELF not in (await steps.receipt(surface, "carer")).text


async def test_where_the_unit_has_no_leader_the_leaders_of_its_organisation_hear_of_it(surface: FakeSurface) -> None:
    await steps.report(surface, "carer", "medical", consequence="major")
    assert "Ta saken" in labels(await steps.notice(surface, "internist"))
    told = await steps.news(surface, "chief")
    assert told.title.startswith("Alvorlig, AVV-2026-0001")
    assert "§ 3-3 a" in told.text
    # They read it, and it is the unit's to handle.
    assert labels(message(await surface.press("chief", told, "Vis saken"))) == []
    await steps.report(surface, "carer", "medical")
    assert len(await surface.inbox("chief")) == 1


async def test_handed_over_to_a_unit_without_a_leader_the_organisations_leaders_hear_of_it(
    surface: FakeSurface,
) -> None:
    surface.clock.forward(timedelta(hours=12))
    await steps.report(surface, "carer", "ortho", consequence="death")
    medical = str(surface.world.units["medical"])
    await steps.fill_in(surface, "surgeon", await steps.notice(surface, "surgeon"), "Send videre", unit=medical)
    gone, told = await surface.inbox("chief")
    assert gone.text == "Saken er ikke lenger hos deg. Den er hos Medisinsk avdeling, Eksempel sykehus."
    assert told.small.startswith("Eksempel Surgeon sendte saken fra Ortopedisk avdeling til Medisinsk avdeling")


async def test_the_notice_is_the_reporting_sides_to_consider(surface: FakeSurface) -> None:
    await steps.report(surface, "carer", "ortho", consequence="death")
    for somebody, action in product(("surgeon", "chief"), ("avvik.varslet", "avvik.varselsendt")):
        refused = message(await steps.press(surface, somebody, action, deviation="1"))
        assert refused.title == "Bare den som meldte avviket, eller en leder i samme virksomhet, kan gjøre dette."
    await steps.report(surface, "carer", "ortho")
    refused = message(await steps.press(surface, "carer", "avvik.varslet", deviation="2"))
    assert refused.title == "Lovpålagt varsel eller melding gjelder bare alvorlige hendelser."


async def test_an_event_that_is_not_serious_rings_for_the_handlers_only(surface: FakeSurface) -> None:
    surface.clock.forward(timedelta(hours=1))
    await steps.report(surface, "carer", "ortho", workplace_id=surface.world.units["homecare"])
    for who in ("registrar", "chief", "manager"):
        assert await surface.inbox(who) == []
