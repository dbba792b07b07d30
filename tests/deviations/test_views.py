"""What the unit and the reporter have in front of them: short things first, long texts whole, nobody's secrets."""

from typing import Any

import pytest

from storage.tables import DeviationStatus
from tests.deviations import steps
from tests.dialogs.test_every_step import check_message
from tests.surface import FakeSurface, facts, labels

LONG = ("Meldingen om utskrivning kom først etter at pasienten var hjemme. " * 60)[:3000]


async def test_the_unit_and_the_reporter_each_see_their_side(surface: FakeSurface) -> None:
    await steps.report(surface, happened_on=None)
    told = await steps.notice(surface, "nurse")
    assert told.title == "AVV-2026-0001: Legemidler, fra Eksempel sykehus"
    assert facts(told)["Meldt av"] == "Eksempel Clinician, Eksempel sykehus"
    assert facts(told)["Frist for svar"] == "22. sep. 2026, om 21 dager"
    assert [(section.title, section.text) for section in told.sections] == [("Hva skjedde", steps.DESCRIPTION)]
    assert labels(told) == ["Ta saken", "Svar og avslutt", "Be om opplysninger", "Send videre", "Avvis", "Vis saken"]
    own = await steps.receipt(surface)
    assert "senest tirsdag 22. september 2026" in own.text
    assert facts(own)["Sendt til"] == "Hjemmetjenesten, Eksempel kommune"
    assert "godkjente kanalen" in own.small
    assert labels(own) == ["Legg til opplysninger", "Trekk meldingen"]


@pytest.mark.parametrize("text", [LONG, "👩‍⚕️" * 600, "<!channel> [x](http://evil) *fet* & " * 90])
@pytest.mark.parametrize("status", [DeviationStatus.SENT, DeviationStatus.ANSWERED])
async def test_the_longest_texts_stay_within_the_platforms_limits(
    surface: FakeSurface, text: str, status: DeviationStatus
) -> None:
    text = text[:3000]
    values: dict[str, Any] = {"description": text, "immediate_measures": text, "prevention": text}
    if status == DeviationStatus.ANSWERED:
        values |= {"finding": text, "measure": text, "measure_by": text[:250], "measure_due": text[:250]}
    values |= {"category_other": text[:250], "service": "other", "service_other": text[:250], "consequence": "death"}
    await steps.report(surface, status=status, categories=["other"], **values)
    for shown in (await steps.notice(surface, "nurse"), await steps.receipt(surface)):
        check_message(shown)
        assert labels(shown)[-1] == "Vis mer"
