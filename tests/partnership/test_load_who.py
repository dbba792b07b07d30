"""The partnership file says who somebody is on a platform, and whether guests are welcome."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from config.partnership_file import PartnershipFileError
from storage.database import Database
from storage.tables import Account, AgendaItem, Delivery, LookUp, Organisation, Person, Workspace
from tests.clock import FixedClock
from tests.partnership.loader import Loader

TENANT = "00000000-1111-2222-3333-444444444444"
ENTRA = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
FILE = f"""\
organisations:
  - {{key: sykehuset, name: Eksempel sykehus, kind: hospital, slack: [T0EXAMPLE1, E0EXAMPLE1]}}
  - {{key: kommunen, name: Eksempel kommune, kind: municipality, teams: [{TENANT}]}}
people:
  - {{name: Eksempel Sekretær, email: sekretar@example.org, organisation: sykehuset}}
  - {{name: Eksempel Medlem, email: medlem@example.org, organisation: kommunen}}
committees:
  - key: FSU
    name: Faglig samarbeidsutvalg
    number: "{{n}}/{{yyyy}}"
    members:
      - {{email: sekretar@example.org, role: sekretariat}}
      - {{email: medlem@example.org, role: medlem}}
"""
SECRETARY = "email: sekretar@example.org, organisation: sykehuset"
MEMBER = "email: medlem@example.org, organisation: kommunen"


@pytest.fixture
def loader(database: Database, clock: FixedClock, tmp_path: Path) -> Loader:
    return Loader(database, clock, tmp_path, FILE)


async def meet(loader: Loader, surface: str, workspace: str, user_id: str, **person: object) -> int:
    """Somebody has written to the bot before the file said who they are; their id."""
    async with loader.database.transaction() as session:
        key = "sykehuset" if surface == "slack" else "kommunen"
        owner = await session.scalar(select(col(Organisation.id)).where(col(Organisation.key) == key))
        met = Person(organisation_id=owner, name="Uten navn", **person)
        session.add(met)
        await session.flush()
        session.add(
            Account(
                person_id=met.id,
                surface=surface,
                workspace=workspace,
                user_id=user_id,
                reach={},
                seen_at=loader.clock.now(),
                unvouched="hidden",
            )
        )
        return met.id


async def person(loader: Loader, email: str) -> Person:
    return next(row for row in await loader.rows(Person) if row.email == email)


async def test_what_the_file_says_is_stored_and_taken_out_again(loader: Loader) -> None:
    await loader()
    changes = await loader(
        loader.changed(
            (SECRETARY, f"{SECRETARY}, slack_id: U0SECRET"),
            (MEMBER, f"{MEMBER}, teams_id: {ENTRA.upper()}"),
            ("kind: hospital,", "kind: hospital, guests: true,"),
        )
    )
    assert changes.lines == (
        "~ virksomhet Eksempel sykehus (om gjester slipper inn)",
        "~ person Eksempel Sekretær (Slack-id)",
        "~ person Eksempel Medlem (Teams-id)",
    )
    secretary, member = await person(loader, "sekretar@example.org"), await person(loader, "medlem@example.org")
    assert (secretary.slack_id, secretary.listed, member.teams_id) == ("U0SECRET", True, ENTRA)
    assert {row.key: row.guests for row in await loader.rows(Organisation)} == {"sykehuset": True, "kommunen": False}
    await loader()
    assert (await person(loader, "sekretar@example.org")).slack_id is None
    assert not any(row.guests for row in await loader.rows(Organisation))


async def test_whoever_is_taken_out_is_not_named_by_the_file_any_more(loader: Loader) -> None:
    await loader(loader.changed((MEMBER, f"{MEMBER}, teams_id: {ENTRA}")))
    await loader(
        loader.changed(
            (f"  - {{name: Eksempel Medlem, {MEMBER}}}\n", ""),
            ("      - {email: medlem@example.org, role: medlem}\n", ""),
        )
    )
    gone = await person(loader, "medlem@example.org")
    assert (gone.listed, gone.teams_id) == (False, None)


@pytest.mark.parametrize("workspace", ["T0EXAMPLE1", "E0EXAMPLE1"])
async def test_whoever_wrote_before_turns_out_to_be_the_person_in_the_file(loader: Loader, workspace: str) -> None:
    await loader()
    met = await meet(loader, "slack", workspace, "U0SECRET")
    changed = loader.changed((SECRETARY, f"{SECRETARY}, slack_id: U0SECRET"))
    dry = await loader(changed, dry_run=True)
    assert "~ Eksempel Sekretær er den som har skrevet fra Slack som «Uten navn»" in dry.lines
    assert {row.person_id for row in await loader.rows(Account)} == {met}
    assert (await loader(changed)).lines == dry.lines
    secretary = await person(loader, "sekretar@example.org")
    assert {row.person_id for row in await loader.rows(Account)} == {secretary.id}
    assert next(row for row in await loader.rows(Person) if row.id == met).joined_to_id == secretary.id
    assert "Eksempel Sekretær: Nå kjenner jeg deg igjen som Eksempel Sekretær" in await loader.told()
    assert not await loader(changed)


async def test_on_teams_too(loader: Loader) -> None:
    await loader()
    await meet(loader, "teams", TENANT, ENTRA)
    await loader(loader.changed((MEMBER, f"{MEMBER}, teams_id: {ENTRA}")))
    assert {row.person_id for row in await loader.rows(Account)} == {(await person(loader, "medlem@example.org")).id}


async def test_an_id_is_theirs_only_where_they_work(loader: Loader) -> None:
    await loader()
    met = await meet(loader, "slack", "T0EXAMPLE1", "U0SECRET")
    await loader(loader.changed((MEMBER, f"{MEMBER}, slack_id: U0SECRET")))
    assert {row.person_id for row in await loader.rows(Account)} == {met}


async def test_of_two_who_both_stand_in_the_file_only_the_account_is_the_others(loader: Loader) -> None:
    await loader()
    secretary = await person(loader, "sekretar@example.org")
    member = await person(loader, "medlem@example.org")
    async with loader.database.transaction() as session:
        session.add(
            Account(
                person_id=member.id,
                surface="slack",
                workspace="T0EXAMPLE1",
                user_id="U0SECRET",
                reach={},
                seen_at=loader.clock.now(),
            )
        )
    await loader(loader.changed((SECRETARY, f"{SECRETARY}, slack_id: U0SECRET")))
    assert {row.person_id for row in await loader.rows(Account)} == {secretary.id}
    assert (await person(loader, "medlem@example.org")).joined_to_id is None


async def test_a_changed_file_has_everybody_looked_for_anew_and_an_unchanged_one_does_not(loader: Loader) -> None:
    await loader()
    later = loader.clock.now() + timedelta(days=1)
    async with loader.database.transaction() as session:
        someone = (await session.scalars(select(Person).where(col(Person.email) == "sekretar@example.org"))).one()
        session.add(LookUp(surface="slack", person_id=someone.id, outcome="absent", times=3, ask_at=later))
    await loader()
    assert [row.ask_at for row in await loader.rows(LookUp)] == [later]
    await loader.changing("name: Eksempel Medlem", "name: Eksempel Nytt-Medlem")
    assert [row.ask_at for row in await loader.rows(LookUp)] == [loader.clock.now()]


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        (SECRETARY, f"{SECRETARY}, slack_id: sekretar", 5, "«sekretar» er ingen bruker-id i Slack."),
        (SECRETARY, f"{SECRETARY}, slack_id: T0EXAMPLE1", 5, "«T0EXAMPLE1» er ingen bruker-id i Slack."),
        (MEMBER, f"{MEMBER}, teams_id: '29:1abc'", 6, "«29:1abc» er ingen objekt-id."),
        ("E0EXAMPLE1", "W0EXAMPLE1", 2, "«W0EXAMPLE1» er ingen Slack-id."),
        ("kind: hospital,", "kind: hospital, guests: kanskje,", 2, "Skriv true eller false."),
    ],
)
async def test_what_cannot_be_is_said_with_its_line(
    loader: Loader, old: str, new: str, line: int, sentence: str
) -> None:
    with pytest.raises(PartnershipFileError) as error:
        await loader.changing(old, new)
    assert f"partnership.yaml:{line}: {sentence}" in str(error.value)


async def test_one_id_is_one_person(loader: Loader) -> None:
    both = (SECRETARY, f"{SECRETARY}, slack_id: U0SECRET"), (MEMBER, f"{MEMBER}, slack_id: U0SECRET")
    with pytest.raises(PartnershipFileError, match=r"partnership\.yaml:6: U0SECRET er ført opp på to personer"):
        await loader(loader.changed(*both))


async def test_several_organisations_have_slack(loader: Loader) -> None:
    assert await loader(loader.changed((f"teams: [{TENANT}]", "slack: [T0EXAMPLE2]")))
    workspaces = {(row.surface, row.external_id) for row in await loader.rows(Workspace)}
    assert {("slack", "T0EXAMPLE1"), ("slack", "T0EXAMPLE2")} <= workspaces
    twice = (f"teams: [{TENANT}]", "slack: [T0EXAMPLE1]")
    with pytest.raises(PartnershipFileError, match="Et arbeidsområde hører til én virksomhet"):
        await loader(loader.changed(twice))


async def test_several_ids_of_one_organisation_are_fine(loader: Loader) -> None:
    assert await loader(loader.changed(("[T0EXAMPLE1, E0EXAMPLE1]", "[T0EXAMPLE1, T0EXAMPLE2, E0EXAMPLE1]")))
    assert await loader.rows(AgendaItem) == await loader.rows(Delivery) == []
