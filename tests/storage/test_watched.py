"""What is noted for the clock when something changes, whoever changes it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from handlers.capabilities import registry
from storage.database import Database
from storage.migrate import migrate
from storage.tables import ChoreChanged
from storage.watched import WATCHES
from tests.clock import FixedClock
from tests.conftest import Postgres, create_tables
from tests.decisions.steps import decide
from tests.deviations.reports import put
from tests.surface import FakeSurface
from tests.world import World

MEETINGS, DEVIATIONS, PATTERNS = "meetings.reminders", "deviations.reminders", "deviations.patterns"
AGENDAS = "meetings.agendas"
INVITATIONS = "meetings.invitations"
FOLLOWING = "decisions.following"
THREADS = "meetings.threads"


async def triggers(database: Database) -> list[Any]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%told%' ORDER BY name"
    if not database.is_sqlite:
        query = (
            "SELECT tgname, pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger "
            "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgname LIKE '%told%' ORDER BY tgname"
        )
    async with database.transaction() as session:
        return [tuple(row) for row in await session.execute(text(query))]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_the_migrations_make_the_same_triggers_as_the_tables(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        urls = [f"sqlite:///{tmp_path}/{name}.sqlite" for name in ("migrated", "created")]
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        urls = [postgres.create_empty(), postgres.create_empty()]
    await create_tables(urls[1])
    migrated, created = map(Database, urls)
    await migrate(migrated)
    made = await triggers(migrated)
    assert made == await triggers(created)
    assert {watch.table for watch in WATCHES} == {name.partition("_told_")[0] for name, *_rest in made}
    await migrated.close()
    await created.close()


async def noted(world: World, *changes: str) -> set[tuple[str, str]]:
    """What these changes have noted: chore and subject."""
    async with world.database.transaction() as session:
        await session.execute(text("DELETE FROM chore_changed"))
    async with world.database.transaction() as session:
        for change in changes:
            await session.execute(text(change))
    async with world.database.reading() as session:
        found = await session.scalars(select(ChoreChanged).order_by(col(ChoreChanged.id)))
        return {(row.chore, row.subject) for row in found}


async def test_what_a_meetings_reminders_follow_from(world: World) -> None:
    fsu, meeting = world.committees["fsu"], world.meetings["fsu-1"]
    its = {(MEETINGS, str(fsu))}
    in_calendars = {(INVITATIONS, f"m{meeting}")}
    assert await noted(world, f"UPDATE meeting SET place = 'Et annet sted' WHERE id = {meeting}") == its | in_calendars
    assert await noted(world, f"UPDATE meeting SET starts_at = ends_at WHERE id = {meeting}") == its | in_calendars
    assert await noted(world, f"UPDATE committee SET settings = '{{}}' WHERE id = {fsu}") == its | {
        (FOLLOWING, f"c{fsu}"),
        (INVITATIONS, f"c{fsu}"),
        (THREADS, f"c{fsu}"),
    }
    assert its <= await noted(world, f"UPDATE membership SET valid_to = '2026-12-31' WHERE committee_id = {fsu}")
    assert its <= await noted(world, f"DELETE FROM membership WHERE committee_id = {fsu}")


async def test_what_stands_in_a_channel_follows_from(world: World) -> None:
    fsu, meeting = world.committees["fsu"], world.meetings["fsu-1"]
    of_meeting = f"UPDATE meeting SET place = 'Et annet sted' WHERE id = {meeting}"
    assert (THREADS, f"m{meeting}") not in await noted(world, of_meeting)
    channel = (
        "INSERT INTO committee_channel (committee_id, surface, workspace, channel, source, since) "
        f"VALUES ({fsu}, 'slack', 'T1', 'C1', 'file', '2026-09-01 08:00:00')"
    )
    assert await noted(world, channel) == {(THREADS, f"c{fsu}")}
    assert (THREADS, f"m{meeting}") in await noted(world, of_meeting)
    agenda = f"INSERT INTO agenda (meeting_id, revision) VALUES ({meeting}, 1)"
    assert (THREADS, f"a{meeting}") in await noted(world, agenda)


async def test_whom_somebody_who_leaves_concerns(world: World) -> None:
    member = world.people["member"]
    everything = {(chore, "") for chore in (DEVIATIONS, PATTERNS, FOLLOWING)}
    leaves = await noted(world, f"UPDATE person SET removed_at = NULL WHERE id = {member}")
    assert leaves == {*everything, (INVITATIONS, f"p{member}"), (MEETINGS, f"p{member}")}
    assert await noted(world, f"UPDATE person SET name = 'Eksempel' WHERE id = {world.people['member']}") == set()


async def test_what_invitations_follow_from(world: World) -> None:
    fsu, meeting, member = world.committees["fsu"], world.meetings["fsu-1"], world.people["member"]
    for change, subject in (
        (f"UPDATE meeting SET sequence = 1 WHERE id = {meeting}", f"m{meeting}"),
        (f"DELETE FROM membership WHERE committee_id = {fsu}", f"c{fsu}"),
        (f"UPDATE person SET email = 'ny@example.org' WHERE id = {member}", f"p{member}"),
        (
            "INSERT INTO reminder_wishes (person_id, wishes, changed_at) "
            f"VALUES ({member}, '{{}}', '2026-09-01 08:00:00')",
            f"p{member}",
        ),
        (
            "INSERT INTO attendance (meeting_id, person_id, name, organisation, capacity, guest_in, note, "
            f"substitute_name, revision) VALUES ({meeting}, {member}, '', '', 'gjest', '[]', '', '', 0)",
            f"m{meeting}",
        ),
    ):
        assert (INVITATIONS, subject) in await noted(world, change), change
    answers = await noted(world, "UPDATE attendance SET answer = 'coming', note = 'x'")
    assert INVITATIONS not in {chore for chore, _subject in answers}


async def test_what_a_deviations_reminders_and_patterns_follow_from(world: World, clock: FixedClock) -> None:
    deviation = await put(world, clock)
    taken = f"UPDATE deviation SET status = 'taken' WHERE id = {deviation}"
    assert await noted(world, taken) == {(DEVIATIONS, str(deviation)), (PATTERNS, str(deviation))}
    assert await noted(world, f"UPDATE deviation SET rating = 'helpful' WHERE id = {deviation}") == set()
    assert await noted(world, "DELETE FROM unit_staff") == {(DEVIATIONS, "")}
    assert await noted(world, "INSERT INTO setting (name, value) VALUES ('x', '{}')") == {
        (DEVIATIONS, ""),
        (PATTERNS, ""),
    }


async def test_what_the_news_of_an_agenda_follow_from(world: World) -> None:
    fsu, meeting, member = world.committees["fsu"], world.meetings["fsu-1"], world.people["member"]
    case = (
        "INSERT INTO agenda_item (committee_id, meeting_id, proposer_id, status, title, number, number_year, "
        "number_in_year, late, purpose, types, presenter_ids, presenters_text, conclusion, links, created_at, "
        f"changed_at, draft_id) VALUES ({fsu}, {meeting}, {member}, 'accepted', 'Sak', '1/2026', 2026, 1, false, '', "
        "'[]', '[]', '', '', '[]', '2026-09-01 08:00:00', '2026-09-01 08:00:00', 'x')"
    )
    begun = f"INSERT INTO agenda (meeting_id, revision) VALUES ({meeting}, 0)"
    its = (AGENDAS, str(meeting))
    # Nobody was told of it yet.
    assert its not in await noted(world, begun, case, "UPDATE agenda SET revision = 1")
    assert its in await noted(world, "UPDATE agenda SET told_at = '2026-09-01 08:00:00', revision = 2")
    assert its in await noted(world, "UPDATE agenda SET draft_since = '2026-09-01 08:00:00'")
    assert its in await noted(world, "UPDATE agenda_item SET title = 'En annen sak'")
    assert its in await noted(world, f"UPDATE agenda_item SET meeting_id = {world.meetings['fsu-2']}")
    assert its not in await noted(world, "UPDATE agenda_item SET purpose = 'En annen hensikt'")


async def test_what_the_reminders_of_follow_ups_follow_from(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    made = await decide(surface, "Felles opplæring", "Planen vedtas.", to_do="Lage en plan.")
    its, minutes = (FOLLOWING, str(made.follow)), "SELECT minutes_id FROM minutes_entry"
    assert its in await noted(world, "UPDATE follow_up SET due_on = '2026-12-01'")
    assert its in await noted(world, "UPDATE follow_up SET owner_text = 'kommunene'")
    assert its in await noted(world, "UPDATE follow_up SET status = 'done'")
    assert its in await noted(world, "UPDATE agenda_item SET closed_under = 'offl. § 13'")
    assert its not in await noted(world, "UPDATE follow_up SET revision = revision + 1, answer_text = 'Ja'")
    published = await noted(world, f"UPDATE minutes SET status = 'refused' WHERE id IN ({minutes})")
    assert {chore for chore, subject in published if subject.startswith("m")} >= {FOLLOWING}
