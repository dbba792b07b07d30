"""Loading units: their names, also those they had before, who works there, and what becomes of their reports."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from handlers.deviations import settings
from storage import units
from storage.database import Database
from storage.tables import (
    DeviationStatus,
    Organisation,
    Person,
    Setting,
    Unit,
    UnitAlias,
    UnitStaff,
    Workplace,
)
from tests.clock import FixedClock
from tests.deviations import reports
from tests.partnership.loader import Loader
from tests.world import World

FILE = """\
organisations:
  - {key: sykehuset, name: Eksempel sykehus, kind: hospital}
  - {key: kommunen, name: Eksempel kommune, kind: municipality, leaders_complete: true}
people:
  - {name: Eksempel Kirurg, email: kirurg@example.org, organisation: sykehuset}
  - {name: Eksempel Lege, email: lege@example.org, organisation: sykehuset, unit: ortopedi}
  - {name: Eksempel Sykepleier, email: sykepleier@example.org, organisation: kommunen}
  - {name: Eksempel Postmottak, email: postmottak@example.org, organisation: kommunen}
units:
  - key: ortopedi
    name: Ortopedisk avdeling
    organisation: sykehuset
    handlers: [kirurg@example.org]
    deputies: [{email: lege@example.org, from: 2026-01-01}]
  - key: hjemmetjenesten
    name: Hjemmetjenesten
    organisation: kommunen
    service: Hjemmebasert pleie og omsorgstjeneste
    aliases: [Hjemmesykepleien, {name: Pleie og omsorg, to: 2019-12-31}]
    response_days: 14
    handlers: [sykepleier@example.org]
    leaders: [postmottak@example.org]
committees:
  - key: FSU
    name: Faglig samarbeidsutvalg
    number: "{n}/{yyyy}"
    members: [{email: kirurg@example.org, role: sekretariat}]
"""
HOME_CARE = (
    FILE.partition("  - key: hjemmetjenesten")[1]
    + FILE.partition("  - key: hjemmetjenesten")[2].partition("committees:")[0]
)
NAME = "    name: Hjemmetjenesten\n"
TODAY = date(2026, 9, 1)


@pytest.fixture
def loader(database: Database, clock: FixedClock, tmp_path: Path) -> Loader:
    return Loader(database, clock, tmp_path, FILE)


async def unit(loader: Loader, key: str = "hjemmetjenesten") -> Unit:
    return next(row for row in await loader.rows(Unit) if row.key == key)


async def aliases(loader: Loader) -> dict[str, date | None]:
    """The other names of all units, each with its last day."""
    return {row.alias: row.valid_to for row in await loader.rows(UnitAlias)}


async def staff(loader: Loader, key: str = "hjemmetjenesten") -> set[str]:
    """Who works with the unit's reports today, and as what."""
    async with loader.database.transaction() as session:
        found = await units.staff(session, [(await unit(loader, key)).id], TODAY)
    return {f"{one.name}: {one.role}" for one in found}


async def found_by(loader: Loader, query: str) -> list[str]:
    async with loader.database.transaction() as session:
        return [one.name for one in await units.listed(session, query=query)]


async def world_of(loader: Loader) -> World:
    """What was loaded, to put reports into."""
    people = {str(row.email).partition("@")[0]: row.id for row in await loader.rows(Person)}
    return World(loader.database, {}, {}, people, {row.key: row.id for row in await loader.rows(Unit)})


async def report(loader: Loader, **given: Any) -> None:
    await reports.put(await world_of(loader), loader.clock, reporter="lege", unit="hjemmetjenesten", **given)


async def test_units_are_stored_with_their_names_and_people(loader: Loader) -> None:
    changes = await loader()
    assert "+ enhet Hjemmetjenesten, Eksempel kommune" in changes.lines
    assert "+ Ortopedisk avdeling, Eksempel sykehus: Eksempel Lege er stedfortreder" in changes.lines
    assert "+ Eksempel Lege arbeider i Ortopedisk avdeling, Eksempel sykehus" in changes.lines
    home_care = await unit(loader)
    assert (home_care.service, home_care.response_days) == ("home_care", 14)
    assert (await unit(loader, "ortopedi")).response_days == 21
    assert await aliases(loader) == {"Hjemmesykepleien": None, "Pleie og omsorg": date(2019, 12, 31)}
    assert await staff(loader) == {"Eksempel Sykepleier: handler", "Eksempel Postmottak: leader"}
    assert await staff(loader, "ortopedi") == {"Eksempel Kirurg: handler", "Eksempel Lege: deputy"}
    complete = {row.key: row.leaders_complete for row in await loader.rows(Organisation)}
    assert complete == {"sykehuset": False, "kommunen": True}


async def test_loading_twice_changes_nothing(loader: Loader) -> None:
    await loader()
    assert str(await loader()) == "Ingenting å endre."
    different = FILE + "deviations: {mask_below: 5}\n"
    await loader(different)
    assert str(await loader(different)) == "Ingenting å endre."


async def test_the_number_of_statements_does_not_grow_with_the_units(loader: Loader) -> None:
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    async def counted(text: str) -> int:
        statements.clear()
        await loader(text)
        return len(statements)

    def many(suffix: str) -> str:
        return FILE.replace(
            "committees:\n",
            "".join(
                f"  - {{key: e{n}, name: Enhet {n}{suffix}, organisation: kommunen, aliases: [Sone {n}], "
                "handlers: [sykepleier@example.org], leaders: [postmottak@example.org]}\n"
                for n in range(100)
            )
            + "committees:\n",
        )

    event.listen(loader.database.engine.sync_engine, "before_cursor_execute", count)
    small_first, small_again = await counted(FILE), await counted(FILE)
    large_first, large_again = await counted(many("")), await counted(many(""))
    assert small_again == large_again
    # SQLite inserts one row at a time when it is to tell their ids in order.
    if not loader.database.is_sqlite:
        assert large_first <= small_first
        assert await counted(many(" sør")) <= small_first
        assert await counted(FILE) <= small_first


# --- names -------------------------------------------------------------------------------------------------


async def test_a_unit_that_changes_its_name_is_found_by_the_old_one(loader: Loader) -> None:
    await loader()
    renamed = loader.changed((NAME, "    name: Hjemmebaserte tjenester\n"))
    changes = await loader(renamed)
    assert changes.lines == (
        "~ enhet Hjemmebaserte tjenester, Eksempel kommune (navn)",
        "+ Hjemmebaserte tjenester, Eksempel kommune: alias Hjemmetjenesten",
    )
    assert (await aliases(loader))["Hjemmetjenesten"] == date(2026, 8, 31)
    assert await found_by(loader, "hjemmetjenesten") == ["Hjemmebaserte tjenester"]
    assert not await loader(renamed)
    # And back again: then it is no other name any more, but the one it had meanwhile is.
    changes = await loader()
    assert changes.lines == (
        "~ enhet Hjemmetjenesten, Eksempel kommune (navn)",
        "+ Hjemmetjenesten, Eksempel kommune: alias Hjemmebaserte tjenester",
        "- Hjemmetjenesten, Eksempel kommune: alias Hjemmetjenesten",
    )
    assert not await loader()


async def test_a_name_in_other_letters_is_no_other_name(loader: Loader) -> None:
    await loader()
    changes = await loader.changing(NAME, "    name: HJEMMETJENESTEN\n")
    assert changes.lines == ("~ enhet HJEMMETJENESTEN, Eksempel kommune (navn)",)


async def test_the_old_name_is_the_files_to_say_more_about(loader: Loader) -> None:
    await loader()
    await loader(
        loader.changed(
            (NAME, "    name: Hjemmebaserte tjenester\n"),
            ("[Hjemmesykepleien,", "[{name: Hjemmetjenesten, to: 2026-06-30}, Hjemmesykepleien,"),
        )
    )
    assert (await aliases(loader))["Hjemmetjenesten"] == date(2026, 6, 30)


async def test_an_old_name_that_another_unit_takes_over_is_that_units(loader: Loader) -> None:
    await loader()
    await loader(
        loader.changed(
            (NAME, "    name: Hjemmebaserte tjenester\n"),
            ("    handlers: [sykepleier", "    handlers: [sykepleier"),
            (
                "committees:\n",
                "  - {key: ny, name: Hjemmetjenesten, organisation: kommunen, handlers: [sykepleier@example.org], "
                "leaders: [postmottak@example.org]}\ncommittees:\n",
            ),
        )
    )
    assert "Hjemmetjenesten" not in await aliases(loader)
    assert (await unit(loader, "ny")).name == "Hjemmetjenesten"


async def test_a_name_in_use_is_taken_out_and_one_out_of_use_stays(loader: Loader) -> None:
    await loader()
    changes = await loader.changing("    aliases: [Hjemmesykepleien, {name: Pleie og omsorg, to: 2019-12-31}]\n", "")
    assert changes.lines == ("- Hjemmetjenesten, Eksempel kommune: alias Hjemmesykepleien",)
    assert await found_by(loader, "pleie og") == ["Hjemmetjenesten"]


async def test_an_alias_at_the_wrong_unit_moves_to_the_right_one(loader: Loader) -> None:
    await loader()
    changes = await loader(
        loader.changed(
            (", {name: Pleie og omsorg, to: 2019-12-31}", ""),
            (
                "committees:\n",
                "  - {key: bo, name: Bosenteret, organisation: kommunen, handlers: [sykepleier@example.org], leaders: "
                "[postmottak@example.org], aliases: [{name: Pleie og omsorg, to: 2019-12-31}]}\ncommittees:\n",
            ),
        )
    )
    assert "- Hjemmetjenesten, Eksempel kommune: alias Pleie og omsorg" in changes.lines
    assert await found_by(loader, "pleie og") == ["Bosenteret"]


async def test_a_name_that_was_learnt_is_left_alone_until_the_file_has_it(loader: Loader) -> None:
    await loader()
    world = await world_of(loader)
    async with loader.database.transaction() as session:
        await units.learn_alias(session, world.units["hjemmetjenesten"], "Sone nord", world.people["kirurg"])
    assert not await loader()
    assert "Sone nord" in await aliases(loader)
    changes = await loader.changing("[Hjemmesykepleien,", "[Sone nord, Hjemmesykepleien,")
    assert changes.lines == ("~ Hjemmetjenesten, Eksempel kommune: alias Sone nord (ført opp i filen)",)
    assert (await loader()).lines == ("- Hjemmetjenesten, Eksempel kommune: alias Sone nord",)


# --- people ------------------------------------------------------------------------------------------------


async def test_people_come_and_go_and_get_terms(loader: Loader) -> None:
    await loader()
    changes = await loader(
        loader.changed(
            ("[{email: lege@example.org, from: 2026-01-01}]", "[{email: lege@example.org, to: 2026-12-31}]"),
            ("handlers: [kirurg@example.org]", "handlers: [lege@example.org]"),
        )
    )
    assert changes.lines == (
        "+ Ortopedisk avdeling, Eksempel sykehus: Eksempel Lege er saksbehandler",
        "~ Ortopedisk avdeling, Eksempel sykehus: Eksempel Lege er stedfortreder (fra, til)",
        "- Ortopedisk avdeling, Eksempel sykehus: Eksempel Kirurg er saksbehandler",
    )


async def test_whoever_leaves_a_unit_with_reports_in_hand_is_told_of(loader: Loader) -> None:
    await loader()
    for number in range(7):
        await report(loader, handler="sykepleier", measure_by=str(number), draft_id=str(number))
    await report(loader, handler="sykepleier", status=DeviationStatus.ANSWERED)
    changes = await loader.changing("handlers: [sykepleier@example.org]", "handlers: [postmottak@example.org]")
    assert changes.hints == (
        "! Eksempel Sykepleier har tatt AVV-2026-0001, AVV-2026-0002, AVV-2026-0003, AVV-2026-0004, AVV-2026-0005 og "
        "2 til, men arbeider ikke lenger i Hjemmetjenesten, Eksempel kommune. Be en annen der ta over.",
    )
    assert not (await loader()).hints


async def test_a_term_that_has_ended_is_told_of_too(loader: Loader) -> None:
    text = loader.changed(
        (
            "handlers: [sykepleier@example.org]",
            "handlers: [postmottak@example.org, {email: sykepleier@example.org, to: 2026-09-30}]",
        )
    )
    assert not (await loader(text)).hints
    await report(loader, handler="sykepleier")
    assert not (await loader(text)).hints
    loader.clock.go_to(datetime(2026, 10, 1, 8, 0, tzinfo=UTC))
    again = await loader(text)
    assert not again.lines
    assert again.hints[0].startswith("! Eksempel Sykepleier har tatt AVV-2026-0001, men arbeider ikke lenger i Hjemme")


async def test_the_workplace_in_the_file_counts_and_one_that_was_said_stays(loader: Loader) -> None:
    await loader()
    world = await world_of(loader)
    async with loader.database.transaction() as session:
        session.add(Workplace(person_id=world.people["sykepleier"], unit_id=world.units["hjemmetjenesten"]))
    assert not await loader()
    changes = await loader(
        loader.changed(
            (", unit: ortopedi", ""),
            ("sykehuset}\n  - {name: Eksempel Lege", "sykehuset, unit: ortopedi}\n  - {name: Eksempel Lege"),
        )
    )
    assert changes.lines == ("+ Eksempel Kirurg arbeider i Ortopedisk avdeling, Eksempel sykehus",)
    found = {row.person_id: row.unit_id for row in await loader.rows(Workplace)}
    assert found == {
        world.people["kirurg"]: world.units["ortopedi"],
        world.people["lege"]: world.units["ortopedi"],
        world.people["sykepleier"]: world.units["hjemmetjenesten"],
    }


# --- units that go -----------------------------------------------------------------------------------------


async def test_a_unit_that_is_taken_out_keeps_its_reports_and_says_that_they_wait(loader: Loader) -> None:
    await loader()
    await report(loader)
    without = loader.changed((HOME_CARE, ""), (", leaders_complete: true", ""))
    changes = await loader(without)
    assert "- enhet Hjemmetjenesten, Eksempel kommune" in changes.lines
    assert "- Hjemmetjenesten, Eksempel kommune: Eksempel Sykepleier er saksbehandler" in changes.lines
    one = (
        "! 1 åpent avvik venter ved Hjemmetjenesten, Eksempel kommune, som er tatt ut. En leder i virksomheten kan "
        "sende det videre. Eller ta enheten inn i filen igjen."
    )
    assert changes.hints == (one,)
    assert (await unit(loader)).removed_at == loader.clock.now()
    assert await found_by(loader, "hjemme") == []
    # It is told as long as they wait.
    await report(loader, draft_id="another")
    again = await loader(without)
    assert not again.lines
    assert again.hints[0].startswith("! 2 åpne avvik venter ved Hjemmetjenesten, Eksempel kommune, som er")
    # It comes back with everything it had.
    changes = await loader()
    assert "~ enhet Hjemmetjenesten, Eksempel kommune (hentet tilbake)" in changes.lines
    assert not changes.hints
    assert set(await aliases(loader)) == {"Hjemmesykepleien", "Pleie og omsorg"}
    assert await staff(loader) == {"Eksempel Sykepleier: handler", "Eksempel Postmottak: leader"}


async def test_a_unit_moves_to_another_organisation(loader: Loader) -> None:
    await loader()
    changes = await loader(
        loader.changed(
            ("\npeople:", "\n  - {key: bydelen, name: Eksempel bydel, kind: district}\npeople:"),
            ("organisation: kommunen\n    service: Hjemmebasert", "organisation: bydelen\n    service: Hjemmebasert"),
            ("sykepleier@example.org, organisation: kommunen", "sykepleier@example.org, organisation: bydelen"),
            ("postmottak@example.org, organisation: kommunen", "postmottak@example.org, organisation: bydelen"),
        )
    )
    assert "~ enhet Hjemmetjenesten, Eksempel bydel (virksomhet)" in changes.lines


# --- what goes for all -------------------------------------------------------------------------------------


async def test_what_the_partnership_decides_about_deviations(loader: Loader) -> None:
    await loader()
    assert settings.NAME not in {row.name for row in await loader.rows(Setting)}
    decided = "{response_days: 30, pattern_size: 3, pattern_days: 60, mask_below: 5, committee: fsu}"
    changes = await loader(f"{FILE}deviations: {decided}\n")
    assert changes.lines == (
        "~ avvik (svarfrist, hvor mange som er et mønster, innen hvor mange dager, grense for skjuling, utvalg)",
        "~ enhet Ortopedisk avdeling, Eksempel sykehus (svarfrist)",
    )
    async with loader.database.transaction() as session:
        assert (await settings.current(session)).model_dump() == {
            "response_days": 30,
            "serious_response_days": 7,
            "pattern_size": 3,
            "pattern_days": 60,
            "mask_below": 5,
            "committee": "fsu",
        }
    assert [(await unit(loader, key)).response_days for key in ("ortopedi", "hjemmetjenesten")] == [30, 14]
    assert [(await unit(loader, key)).serious_response_days for key in ("ortopedi", "hjemmetjenesten")] == [7, 7]
    # A unit's own, and what has to be shorter since the other one is.
    text = FILE.replace("response_days: 14", "response_days: 14\n    serious_response_days: 3")
    changes = await loader(f"{text}deviations: {{response_days: 5}}\n")
    assert "~ enhet Ortopedisk avdeling, Eksempel sykehus (svarfrist, svarfrist for alvorlige)" in changes.lines
    assert [(await unit(loader, key)).serious_response_days for key in ("ortopedi", "hjemmetjenesten")] == [5, 3]
    # Taken out, it is as if nothing had been said.
    assert (await loader()).lines[0].startswith("~ avvik (svarfrist")
    assert (await unit(loader, "ortopedi")).response_days == 21


# --- whoever has left --------------------------------------------------------------------------------------

LEFT = (
    "email: lege@example.org, organisation: sykehuset",
    "email: lege@example.org, organisation: sykehuset, left: {}",
)
NO_POST = ("    deputies: [{email: lege@example.org, from: 2026-01-01}]\n", "")


async def removed_at(loader: Loader) -> datetime | None:
    async with loader.database.transaction() as session:
        found: datetime | None = await session.scalar(
            select(col(Person.removed_at)).where(col(Person.email) == "lege@example.org")
        )
        return found


async def test_whoever_has_left_is_out_from_that_day_and_may_come_back(loader: Loader) -> None:
    await loader()
    left = loader.changed((LEFT[0], LEFT[1].format("1.9.2026")), NO_POST)
    changes = await loader(left)
    assert changes.lines == (
        "~ person Eksempel Lege (sluttet)",
        "- Ortopedisk avdeling, Eksempel sykehus: Eksempel Lege er stedfortreder",
    )
    assert await removed_at(loader) == datetime(2026, 8, 31, 22, 0, tzinfo=UTC)
    assert not await loader(left)
    assert (await loader()).lines == (
        "~ person Eksempel Lege (hentet tilbake)",
        "+ Ortopedisk avdeling, Eksempel sykehus: Eksempel Lege er stedfortreder",
    )
    assert await removed_at(loader) is None


async def test_whoever_is_going_to_leave_is_here_until_then(loader: Loader) -> None:
    await loader()
    leaving = loader.changed((LEFT[0], LEFT[1].format("1.2.2027")), ("from: 2026-01-01", "to: 31.1.2027"))
    changes = await loader(leaving)
    assert changes.hints == (
        "! Eksempel Lege slutter 1.2.2027. Last filen igjen da, så slipper ikke boten Eksempel Lege inn lenger.",
    )
    assert await removed_at(loader) is None
    loader.clock.go_to(datetime(2027, 1, 31, 22, 59, tzinfo=UTC))
    assert not await loader(leaving)
    loader.clock.go_to(datetime(2027, 1, 31, 23, 0, tzinfo=UTC))
    changes = await loader(leaving)
    assert changes.lines == ("~ person Eksempel Lege (sluttet)",)
    assert not changes.hints
    assert await removed_at(loader) == datetime(2027, 1, 31, 23, 0, tzinfo=UTC)


async def test_whoever_has_left_is_not_forgotten_when_they_are_taken_out(loader: Loader) -> None:
    await loader()
    await loader(loader.changed((LEFT[0], LEFT[1].format("1.9.2026")), NO_POST))
    person = next(line for line in FILE.splitlines(keepends=True) if "Eksempel Lege" in line)
    assert not await loader(loader.changed((person, ""), NO_POST))
    assert await removed_at(loader) is not None
    async with loader.database.transaction() as session:
        rows = await session.scalars(select(col(UnitStaff.id)).join(Person).where(col(Person.name) == "Eksempel Lege"))
        assert not rows.all()
