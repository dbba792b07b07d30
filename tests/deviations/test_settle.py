"""A report is answered or rejected; what the reporter gets, and what becomes of a second answer."""

from datetime import timedelta
from typing import Any

import pytest

from storage.tables import DeviationStatus
from tests.deviations import steps
from tests.dialogs.test_every_step import check_message
from tests.surface import FakeSurface, errors, facts, form, labels, message

ANSWER = {
    "finding": "Meldingen lå i feil kø.",
    "measure": "Ny rutine.",
    "measure_by": "Avdelingslederen",
    "measure_due": "før jul",
}


async def _answer(surface: FakeSurface, who: str = "nurse", **given: Any) -> Any:
    return await steps.fill_in(surface, who, await steps.notice(surface, who), "Svar og avslutt", **{**ANSWER, **given})


async def _reject(surface: FakeSurface, **given: Any) -> Any:
    return await steps.fill_in(surface, "nurse", await steps.notice(surface, "nurse"), "Avvis", **given)


async def test_the_reporter_gets_a_real_answer(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    surface.clock.forward(timedelta(days=2, hours=1))
    done = message(await _answer(surface))
    assert done.text.startswith("Eksempel Nurse besvarte saken")
    told = await steps.news(surface, "clinician")
    assert told.title == "Hjemmetjenesten har svart på AVV-2026-0001"
    assert [(part.title, part.text) for part in told.sections] == [
        ("Hva enheten fant", ANSWER["finding"]),
        ("Tiltak", ANSWER["measure"]),
    ]
    assert [(fact.label, fact.value) for fact in told.sections[1].facts] == [
        ("Hvem følger opp", "Avdelingslederen"),
        ("Innen", "før jul"),
    ]
    assert labels(told) == ["Svaret var nyttig", "Svaret hjalp ikke", "Spør en gang til"]
    own = await steps.receipt(surface)
    assert facts(own)["Status"] == "Besvart"
    assert own.sections[0].text == ANSWER["finding"]
    report = (await steps.stored(surface, added)).deviation
    assert (report.status, report.seconds_to_answer) == ("answered", 49 * 3600)
    assert report.answered_at == report.closed_at == surface.clock.now()
    assert labels(await steps.notice(surface, "nurse")) == ["Vis saken"]


@pytest.mark.parametrize("missing", ["finding", "measure"])
async def test_an_answer_says_what_was_found_and_what_is_done(surface: FakeSurface, missing: str) -> None:
    await steps.report(surface)
    refused = form(await _answer(surface, **{missing: " "}))
    assert list(errors(refused)) == [missing]


async def test_answering_what_is_closed_keeps_the_text(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = form(await surface.press("registrar", await steps.opened(surface, "registrar", added), "Svar og avslutt"))
    old = await steps.notice(surface, "surgeon")
    await _answer(surface, "surgeon")
    refused = message(await surface.submit("registrar", shown, {"finding": "Noe annet.", "measure": "Ingenting."}))
    assert refused.title.startswith("Saken er avsluttet. Eksempel Surgeon besvarte saken")
    assert [fact.value for fact in refused.facts] == ["Noe annet.", "Ingenting."]
    late = message(await surface.press("surgeon", old, "Svar og avslutt"))
    assert late.title.startswith("Saken er avsluttet. Eksempel Surgeon besvarte saken")
    assert (await steps.stored(surface, added)).deviation.finding == ANSWER["finding"]


async def test_the_same_answer_sent_twice_is_one(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    shown = form(await surface.press("nurse", await steps.notice(surface, "nurse"), "Svar og avslutt"))
    first = message(await surface.submit("nurse", shown, ANSWER))
    assert message(await surface.submit("nurse", shown, ANSWER)) == first
    assert await steps.kinds(surface, added) == ["reported", "answered"]


@pytest.mark.parametrize("text", ["Vi fant at meldingen lå i feil kø. " * 90, "👩‍⚕️" * 600])
async def test_the_longest_answer_is_read_to_its_end(surface: FakeSurface, text: str) -> None:
    text = text[:3000]
    values = dict.fromkeys(("description", "immediate_measures", "prevention"), text.strip())
    added = await steps.report(surface, **values)
    await _answer(surface, finding=text.strip(), measure=text.strip())
    for who, shown, texts in (
        # The news are the answer; the rest stands in the receipt.
        ("clinician", await steps.news(surface, "clinician"), {2, 5}),
        ("clinician", await steps.receipt(surface), {5}),
        ("nurse", await steps.notice(surface, "nurse"), {5}),
        ("nurse", await steps.opened(surface, "nurse", added), {5}),
    ):
        pages = [shown]
        while "Vis mer" in labels(pages[-1]):
            pages.append(message(await surface.press(who, pages[-1], "Vis mer")))
        for page in pages:
            check_message(page)
        assert [page.replace for page in pages[1:]] == [True] * len(pages[1:])
        read = [part.text for page in pages for part in page.sections]
        assert read.count(text.strip()) in texts


# --- Avvis -------------------------------------------------------------------------------------------------


async def test_a_rejection_is_explained_to_the_reporter(surface: FakeSurface) -> None:
    added = await steps.report(surface)
    refused = form(await _reject(surface, reason="not_ours"))
    assert list(errors(refused)) == ["comment"]
    await surface.submit("nurse", refused, {"comment": "Pasienten bor i en annen kommune."})
    told = await steps.news(surface, "clinician")
    assert told.title == "Hjemmetjenesten har avvist AVV-2026-0001"
    assert (told.text, facts(told)["Grunn"]) == ("Pasienten bor i en annen kommune.", "Gjelder ikke oss")
    assert labels(told) == ["Spør en gang til"]
    own = await steps.receipt(surface)
    assert (own.text, facts(own)["Status"]) == ("Pasienten bor i en annen kommune.", "Avvist: Gjelder ikke oss")
    report = (await steps.stored(surface, added)).deviation
    assert (report.status, report.reject_reason) == (DeviationStatus.REJECTED, "not_ours")
    # It is not an answer: nobody's time to answer gets better by rejecting.
    assert report.answered_at is None


async def test_a_duplicate_names_the_other_report(surface: FakeSurface) -> None:
    first = await steps.report(surface)
    second = await steps.report(surface, "surgeon", "homecare")
    elsewhere = await steps.report(surface, "carer", "medical")
    given = {"reason": "duplicate", "comment": "Samme hendelse."}
    references = ["", "AVV-2026-9999", (await steps.stored(surface, elsewhere)).deviation.reference, "AVV-2026-0002"]
    for reference in references:
        refused = form(await _reject(surface, **given, duplicate=reference))
        assert list(errors(refused)) == ["duplicate"]
    await _reject(surface, **given, duplicate=" avv-2026-0001 ")
    report = (await steps.stored(surface, second)).deviation
    assert (report.status, report.duplicate_of_id) == ("rejected", first)
    # The other reporter's reference is the unit's to know.
    assert "AVV-2026-0001" in (await steps.opened(surface, "nurse", second)).sections[-1].text
    assert "AVV-2026-0001" not in repr(await steps.opened(surface, "surgeon", second))
    assert "AVV-2026-0001" not in repr(await steps.news(surface, "surgeon"))
