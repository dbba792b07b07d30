"""`/avvik mine` and `/avvik kø`: newest first, oldest first, by pages, in a fixed number of statements."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from storage.tables import DeviationStatus
from tests.deviations import steps, walk
from tests.dialogs.test_every_step import check_message
from tests.surface import FakeSurface, facts, labels, message


async def test_whoever_has_reported_nothing_is_told_how(surface: FakeSurface) -> None:
    empty = message(await steps.press(surface, "clinician", "avvik.mine"))
    assert empty.title == "Du har ikke meldt noen avvik"
    assert "/avvik direkte" in empty.text


async def test_ones_own_reports_with_the_newest_change_first(surface: FakeSurface) -> None:
    for _number in range(3):
        surface.clock.forward(timedelta(minutes=1))
        await steps.report(surface)
    await steps.report(surface, "surgeon", "nursinghome")
    surface.clock.forward(timedelta(minutes=1))
    await surface.press("nurse", await steps.opened(surface, "nurse", 1), "Ta saken")
    listed = message(await steps.press(surface, "clinician", "avvik.mine"))
    assert [(section.title, section.text) for section in listed.sections] == [
        ("AVV-2026-0001: Legemidler", "Hjemmetjenesten, Eksempel kommune – Eksempel Nurse har tatt saken"),
        ("AVV-2026-0003: Legemidler", "Hjemmetjenesten, Eksempel kommune – Sendt til Hjemmetjenesten"),
        ("AVV-2026-0002: Legemidler", "Hjemmetjenesten, Eksempel kommune – Sendt til Hjemmetjenesten"),
    ]
    shown = message(await surface.press("clinician", listed, "Vis saken"))
    assert shown.title == "AVV-2026-0001: avviket du meldte"
    assert shown.sections[-1].title == "Historikk"


@pytest.mark.parametrize("written", ["AVV-2026-0001", "avv 2026 1", "avv2026-0001"])
async def test_a_reference_alone_shows_that_report(surface: FakeSurface, written: str) -> None:
    await steps.report(surface)
    shown = message(await surface.say("clinician", f"avvik {written}"))
    assert shown.title == "AVV-2026-0001: avviket du meldte"
    for somebody, line in (("surgeon", written), ("clinician", "AVV-2026-0002")):
        refused = message(await surface.say(somebody, f"avvik {line}"))
        assert refused.title.startswith("Dette avviket er ikke blant dem du kan se")


async def test_the_queue_is_oldest_first_with_age_deadline_and_who_has_it(surface: FakeSurface) -> None:
    await steps.report(surface, "surgeon", "nursinghome", due_at=surface.clock.now() + timedelta(days=9, hours=6))
    surface.clock.forward(timedelta(days=12))
    await steps.report(surface)
    await steps.report(surface, "clinician", "homecare", status=DeviationStatus.ANSWERED)
    await surface.press("nurse", await steps.opened(surface, "nurse", 2), "Ta saken")
    await steps.report(surface, "carer", "ortho")
    listed = message(await steps.press(surface, "nurse", "avvik.ko"))
    assert [(section.title, section.text) for section in listed.sections] == [
        (
            "AVV-2026-0001: Legemidler, fra Eksempel sykehus",
            "Sykehjemmet · 12 dager · frist 10. sep. 2026, 3 dager over fristen · ingen har tatt den",
        ),
        (
            "AVV-2026-0002: Legemidler, fra Eksempel sykehus",
            "Hjemmetjenesten · kom i dag · frist 4. okt. 2026, om 21 dager · Eksempel Nurse har saken",
        ),
    ]
    shown = message(await surface.press("nurse", listed, "Vis saken"))
    assert labels(shown)[0] == "Ta saken"
    await steps.fill_in(surface, "nurse", shown, "Be om opplysninger", question="Når?")
    listed = message(await steps.press(surface, "nurse", "avvik.ko"))
    assert listed.sections[0].text.endswith("Eksempel Nurse har saken, venter på svar fra melderen")


async def test_serious_ones_stand_first_whatever_their_age_and_are_marked(surface: FakeSurface) -> None:
    """Also over several pages: nine ordinary ones are older."""
    for _number in range(9):
        await steps.report(surface)
        surface.clock.forward(timedelta(minutes=1))
    for consequence in ("death", "moderate", "major"):
        await steps.report(surface, consequence=consequence)
        surface.clock.forward(timedelta(minutes=1))
    first = message(await steps.press(surface, "nurse", "avvik.ko"))
    assert [section.title.partition(":")[0] for section in first.sections] == [
        "Alvorlig, AVV-2026-0010",
        "Alvorlig, AVV-2026-0012",
        *(f"AVV-2026-{number:04}" for number in range(1, 7)),
    ]
    second = message(await surface.press("nurse", first, "Neste"))
    assert [section.title[:13] for section in second.sections] == [f"AVV-2026-{number:04}" for number in (7, 8, 9, 11)]


async def test_serious_ones_have_a_deadline_of_their_own(surface: FakeSurface) -> None:
    for who, consequence, due in (
        ("nurse", "major", "8. sep. 2026, om 7 dager"),
        ("nurse", "death", "8. sep. 2026, om 7 dager"),
        ("nurse", "moderate", "22. sep. 2026, om 21 dager"),
    ):
        receipt = await walk.report(surface, consequence=consequence)
        assert f"senest {'tirsdag 8.' if due.startswith('8') else 'tirsdag 22.'} september 2026" in receipt.text
        assert facts((await surface.inbox(who))[-1])["Frist for svar"] == due
    # Asked once more, it has as long again.
    await surface.press("nurse", await steps.opened(surface, "nurse", 1), "Ta saken")
    shown = await steps.opened(surface, "nurse", 1)
    await steps.fill_in(surface, "nurse", shown, "Svar og avslutt", finding="Glemt.", measure="Ny rutine.")
    surface.clock.forward(timedelta(days=9))
    await steps.fill_in(
        surface, "clinician", await steps.opened(surface, "clinician", 1), "Spør en gang til", question="Og nå?"
    )
    assert facts(await steps.opened(surface, "nurse", 1))["Frist for svar"] == "17. sep. 2026, om 7 dager"


@pytest.mark.parametrize(("days", "in_time"), [(7, True), (8, False)])
async def test_whether_the_first_answer_came_in_time_stays_as_it_was(
    surface: FakeSurface, days: int, in_time: bool
) -> None:
    await steps.report(surface, consequence="major")
    surface.clock.forward(timedelta(days=days))
    given = {"finding": "Glemt.", "measure": "Ny rutine."}
    await steps.fill_in(surface, "nurse", await steps.opened(surface, "nurse", 1), "Svar og avslutt", **given)
    assert (await steps.stored(surface, 1)).deviation.answered_in_time is in_time
    await steps.fill_in(
        surface, "clinician", await steps.opened(surface, "clinician", 1), "Spør en gang til", question="Og nå?"
    )
    surface.clock.forward(timedelta(days=30) if in_time else timedelta(days=1))
    await steps.fill_in(surface, "nurse", await steps.opened(surface, "nurse", 1), "Svar og avslutt", **given)
    assert (await steps.stored(surface, 1)).deviation.answered_in_time is in_time


async def test_an_empty_queue_and_nobodys_queue(surface: FakeSurface) -> None:
    assert message(await steps.press(surface, "nurse", "avvik.ko")).title == "Ingen avvik venter på deg"
    nobody = message(await steps.press(surface, "carer", "avvik.ko"))
    assert nobody.title == "Du behandler ikke avvik for noen enhet"


async def test_the_queue_takes_the_same_number_of_statements_whatever_its_length(surface: FakeSurface) -> None:
    await steps.report(surface)
    async with counted(surface) as few:
        await steps.press(surface, "nurse", "avvik.ko")
    for _number in range(12):
        await steps.report(surface)
    async with counted(surface) as many:
        first = message(await steps.press(surface, "nurse", "avvik.ko"))
    assert len(few) == len(many) == 4, many
    check_message(first)
    assert len(first.sections) == 8
    assert (first.title, first.text) == ("13 avvik venter på svar", "Nummer 1 til 8.")
    second = message(await surface.press("nurse", first, "Neste"))
    assert (len(second.sections), second.replace, labels(second)[0]) == (5, True, "Forrige")
    async with counted(surface) as own:
        await steps.press(surface, "clinician", "avvik.mine")
    assert len(own) == 2


@asynccontextmanager
async def counted(surface: FakeSurface) -> AsyncIterator[list[str]]:
    """The statements asked meanwhile, without what SQLite says to begin a transaction."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            found.append(statement)

    engine = surface.world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)
