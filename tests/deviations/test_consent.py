"""That the patient was not asked is said as it is, wherever a report is read or counted."""

import pytest

from handlers.calendar.zone import local_day
from handlers.deviations.learning import tables
from handlers.deviations.learning.numbers import View, figures
from handlers.deviations.learning.period import parse
from handlers.dialogs.dialog import Choice
from tests.clock import FixedClock
from tests.deviations import steps, walk
from tests.deviations.seed import Places, oslo, report, store
from tests.deviations.walk import to_send
from tests.surface import FakeSurface, facts, form
from tests.world import World

NOT_ASKED = "Pasienten er ikke spurt: meldes uten kjennetegn"
OPPOSES = "Pasienten motsetter seg: meldes uten kjennetegn"


async def test_it_is_an_answer_of_its_own_and_nobody_is_sent_to_another(surface: FakeSurface) -> None:
    shown = await to_send(surface)
    (field,) = [field for field in shown.fields if field.name == "consent"]
    assert isinstance(field.widget, Choice)
    assert [option.label for option in field.options] == [
        "Pasienten er spurt og har ikke motsatt seg",
        "Pasienten kan ikke ta stilling; nærmeste pårørende har ikke motsatt seg",
        OPPOSES,
        NOT_ASKED,
        "Ingen pasient er involvert",
    ]
    assert "ikke spurt" not in field.help


async def test_both_sides_read_it_as_what_it_is(surface: FakeSurface) -> None:
    receipt = await walk.report(surface, consent="not_asked")
    told = await steps.notice(surface, "nurse")
    for shown in (receipt, told, await steps.opened(surface, "clinician", 1), await steps.opened(surface, "nurse", 1)):
        assert facts(shown)["Samtykke"] == NOT_ASKED
        assert "motsetter seg" not in shown.model_dump_json()
    assert receipt.small.startswith("Pasienten er ikke spurt: oppgi ikke hvem det er i andre kanaler heller.")


@pytest.mark.parametrize(
    ("consent", "said"),
    [
        ("asked", "går det i den godkjente kanalen"),
        ("kin_asked", "går det i den godkjente kanalen"),
        ("opposed", "Pasienten motsetter seg: det skal ikke oppgis hvem det er, heller ikke i andre kanaler."),
        ("not_asked", "Pasienten er ikke spurt: det skal ikke oppgis hvem det er, heller ikke i andre kanaler."),
    ],
)
async def test_whoever_asks_the_reporter_knows_what_may_be_told(surface: FakeSurface, consent: str, said: str) -> None:
    await steps.report(surface, consent=consent)
    shown = form(await surface.press("nurse", await steps.notice(surface, "nurse"), "Be om opplysninger"))
    assert said in shown.fields[0].label
    assert ("godkjente kanalen" in shown.fields[0].label) is (consent in ("asked", "kin_asked"))


async def test_a_serious_event_asks_it_too(surface: FakeSurface) -> None:
    await walk.report(surface, consequence="death", consent="not_asked")
    assert facts(await steps.notice(surface, "nurse"))["Samtykke"] == NOT_ASKED


async def test_the_numbers_keep_the_two_apart(world: World, clock: FixedClock, surface: FakeSurface) -> None:
    async with world.database.transaction() as session:
        places = await Places.of(session)
        rows = [("opposed", 4), ("not_asked", 6)]
        await store(
            session,
            [report(places, oslo(2026, 3), consent=consent) for consent, number in rows for _one in range(number)],
        )
    async with world.database.transaction() as session:
        context = await steps.context_of(surface, session, "member")
        today = local_day(clock.now())
        found = tables.consents(await figures(context, parse("2026", today), View()))
    counted = {row[0]: str(row[1]) for row in found.rows}
    assert (counted[OPPOSES], counted[NOT_ASKED]) == ("4", "6")
    assert sum(map(int, counted.values())) == 10
