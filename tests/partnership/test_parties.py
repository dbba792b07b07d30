"""Who answers for a party, and what a party became part of, in the partnership file."""

from pathlib import Path

import pytest
import yaml

from handlers.partnership.check import check
from storage.database import Database
from storage.tables import Organisation
from tests.clock import FixedClock
from tests.partnership.loader import Loader
from tests.partnership.test_load import FILE

HOSPITAL = "kind: hospital, slack: [T0EXAMPLE1]}"
MUNICIPALITY = "teams: [00000000-1111-2222-3333-444444444444]}"


@pytest.fixture
def loader(database: Database, clock: FixedClock, tmp_path: Path) -> Loader:
    return Loader(database, clock, tmp_path, FILE)


async def organisations(loader: Loader) -> dict[str, Organisation]:
    return {row.key: row for row in await loader.rows(Organisation)}


async def test_whoever_answers_for_a_party_is_known_by_their_address(loader: Loader) -> None:
    await loader()
    changes = await loader.changing(MUNICIPALITY, f"{MUNICIPALITY[:-1]}, contacts: [Medlem@example.org]}}")
    assert changes.lines == ("~ virksomhet Eksempel kommune (kontaktpersoner)",)
    assert (await organisations(loader))["kommunen"].contacts == ["medlem@example.org"]
    assert (await loader()).lines == changes.lines
    assert (await organisations(loader))["kommunen"].contacts == []


async def test_what_a_party_became_part_of_stays_known_when_it_has_left_the_file(loader: Loader) -> None:
    new = "  - {key: nye, name: Nye Eksempel kommune, kind: municipality}\n"
    merged = FILE.replace(MUNICIPALITY, f"{MUNICIPALITY[:-1]}, merged_into: nye}}").replace(
        "people:\n", f"{new}people:\n"
    )
    await loader()
    changes = await loader(merged)
    assert changes.lines == (
        "+ virksomhet Nye Eksempel kommune",
        "~ virksomhet Eksempel kommune (hva den er slått sammen til)",
    )
    rows = await organisations(loader)
    assert rows["kommunen"].merged_into_id == rows["nye"].id
    assert not await loader(merged)
    gone = "\n".join(line for line in merged.splitlines() if "key: kommunen" not in line).replace("kommunen", "nye")
    assert "- virksomhet Eksempel kommune" in (await loader(gone)).lines
    rows = await organisations(loader)
    assert (rows["kommunen"].removed_at is not None, rows["kommunen"].merged_into_id) == (True, rows["nye"].id)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (HOSPITAL, f"{HOSPITAL[:-1]}, contacts: [ingen@example.org]}}", "Fant ikke «ingen@example.org» under people"),
        (
            HOSPITAL,
            f"{HOSPITAL[:-1]}, contacts: [vara@example.org]}}",
            "vara@example.org arbeider ikke i Eksempel sykehus",
        ),
        (
            MUNICIPALITY,
            f"{MUNICIPALITY[:-1]}, contacts: [vara@example.org, vara@example.org]}}",
            "vara@example.org er ført opp to ganger her",
        ),
        (HOSPITAL, f"{HOSPITAL[:-1]}, merged_into: ingen}}", "Fant ikke «ingen» under organisations"),
        (HOSPITAL, f"{HOSPITAL[:-1]}, merged_into: sykehuset}}", "Eksempel sykehus blir på denne måten slått sammen"),
    ],
)
def test_what_cannot_be_is_told(clock: FixedClock, old: str, new: str, said: str) -> None:
    checked = check(yaml.load(FILE.replace(old, new), yaml.BaseLoader), clock.now().date())
    assert [note.text[: len(said)] for note in checked.problems] == [said]


def test_parties_that_become_part_of_each_other_are_told_and_nothing_hangs(clock: FixedClock) -> None:
    text = FILE.replace(HOSPITAL, f"{HOSPITAL[:-1]}, merged_into: kommunen}}")
    text = text.replace(MUNICIPALITY, f"{MUNICIPALITY[:-1]}, merged_into: sykehuset}}")
    problems = check(yaml.load(text, yaml.BaseLoader), clock.now().date()).problems
    assert [note.place[-1] for note in problems] == ["merged_into", "merged_into"]
