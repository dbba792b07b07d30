"""Migrations lead from nothing to the tables of the program, on both databases, once and only once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from storage import deviation_numbers
from storage.database import Database
from storage.migrate import MIGRATIONS, NOTHING, UnknownVersion, alembic_config, migrate, newest
from storage.migrations.metadata import METADATA, is_ours
from storage.tables import Attendance, Meeting
from tests.conftest import Postgres


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"include_object": is_ours}), METADATA))


async def test_from_nothing_to_the_tables_of_the_program(empty: Database) -> None:
    assert await migrate(empty) is True
    async with empty.transaction() as session:
        assert await (await session.connection()).run_sync(differences) == []


async def test_a_second_time_there_is_nothing_to_do(empty: Database) -> None:
    await migrate(empty)
    assert await migrate(empty) is False


async def test_several_processes_at_once(empty: Database) -> None:
    databases = [Database(empty.url.render_as_string(hide_password=False)) for _i in range(4)]
    done = await asyncio.gather(*(migrate(database) for database in databases))
    for database in databases:
        await database.close()
    assert sorted(done) == [False, False, False, True]


async def test_a_failing_migration_leaves_nothing_behind(empty: Database) -> None:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        # The last of the tables is in the way, so creating it fails after all the others were created.
        await session.execute(text("CREATE TABLE delivery (id integer)"))
    with pytest.raises(DBAPIError, match="delivery"):
        await migrate(empty)
    async with empty.transaction() as session:
        tables = await (await session.connection()).run_sync(lambda connection: inspect(connection).get_table_names())
    assert tables == ["delivery"]


async def test_a_database_from_a_newer_program_is_refused(empty: Database) -> None:
    await migrate(empty)
    async with empty.transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UnknownVersion, match=rf"at version 9999, .* up to {newest()}"):
        await migrate(empty)


def test_the_last_file_is_what_alembic_takes_for_the_head() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == newest() != NOTHING


def test_every_file_has_a_number_of_its_own_and_says_it_inside() -> None:
    names = sorted(path.name for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    numbers = [name.partition("_")[0] for name in names]
    assert len(set(numbers)) == len(numbers), names
    assert [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()] == numbers[::-1]


async def test_deliveries_are_vacuumed_eagerly_on_postgresql(postgres: Postgres) -> None:
    database = Database(postgres.create_empty())
    await migrate(database)
    async with database.transaction() as session:
        options = await session.scalar(text("SELECT reloptions FROM pg_class WHERE relname = 'delivery'"))
    await database.close()
    assert "autovacuum_vacuum_scale_factor=0.01" in options


def upgrade_to(connection: Connection, revision: str) -> None:
    command.upgrade(alembic_config(connection), revision)


async def test_reports_from_before_keep_their_meaning_and_tell_whether_they_were_answered_in_time(
    empty: Database,
) -> None:
    """Each is due on the 22nd. Asked once more after an answer, it has a later deadline than the answer had."""
    rows = {
        # answered, asked once more, due
        1: ("09-22 13:59", None, "09-22 14:00"),
        2: ("09-22 14:01", None, "09-22 14:00"),
        3: ("09-20 10:00", "09-25 10:00", "10-16 14:00"),
        4: ("09-24 10:00", "09-25 10:00", "10-16 14:00"),
        5: (None, None, "09-22 14:00"),
        6: ("09-24 10:00", "09-10 10:00", "10-01 14:00"),
    }

    def moment(written: str | None) -> str:
        zone = "" if empty.is_sqlite else "+00"
        return f"'2026-{written}:00.000000{zone}'" if written else "NULL"

    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        await (await session.connection()).run_sync(upgrade_to, "0007")
        await session.execute(
            text(
                "INSERT INTO organisation (id, key, name, kind, leaders_complete) VALUES (1, 'a', 'A', 'other', false)"
            )
        )
        await session.execute(
            text("INSERT INTO person (id, organisation_id, name, also_at, language) VALUES (1, 1, 'B', '[]', 'nb')")
        )
        for unit, days in ((1, 21), (2, 5)):
            await session.execute(
                text(
                    "INSERT INTO unit (id, organisation_id, key, name, service, response_days) "
                    f"VALUES ({unit}, 1, 'u{unit}', 'U', '', {days})"
                )
            )
        for number, (answered, asked, due) in rows.items():
            await session.execute(
                text(
                    "INSERT INTO deviation (id, draft_id, reference, year, number_in_year, direction, reporter_id, "
                    "reporter_organisation_id, unit_id, organisation_id, service, service_other, category_other, "
                    "description, immediate_measures, consequence, near_miss, prevention, consent, status, month, "
                    "created_at, sent_at, due_at, answered_at, asked_again_at, changed_at, finding, measure, "
                    "measure_by, measure_due, reject_reason, rating) "
                    f"VALUES ({number}, 'd{number}', 'r{number}', 2026, {number}, "
                    "'to_hospital', 1, 1, 1, 1, '', '', '', '', '', 'major', false, '', 'opposed', 'sent', '2026-09', "
                    f"{moment('09-01 08:00')}, {moment('09-01 08:00')}, {moment(due)}, {moment(answered)}, "
                    f"{moment(asked)}, {moment('09-01 08:00')}, '', '', '', '', '', '')"
                )
            )
    await migrate(empty)
    async with empty.transaction() as session:
        found = await session.execute(text("SELECT id, answered_in_time, consent FROM deviation ORDER BY id"))
        in_time = {row[0]: None if row[1] is None else bool(row[1]) for row in found if row[2] == "opposed"}
        assert in_time == {1: True, 2: False, 3: True, 4: False, 5: None, 6: True}
        days = await session.scalars(text("SELECT serious_response_days FROM unit ORDER BY id"))
        assert list(days) == [7, 5], "never longer than for others"
        counted = await deviation_numbers.counted(session, [deviation_numbers.EVERYTHING], "2026-09", "2026-09")
        assert {(one.key, one.number) for one in counted if one.what == deviation_numbers.What.CONSENT} == {
            ("opposed", 6)
        }
        assert {one.key: one.number for one in counted if one.what == deviation_numbers.What.IN_TIME} == {
            "yes": 3,
            "no": 2,
            "serious_yes": 3,
            "serious_no": 2,
        }


async def test_whose_language_the_file_had_said_is_known_after_the_migration(empty: Database) -> None:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        await (await session.connection()).run_sync(upgrade_to, "0005")
        await session.execute(text("INSERT INTO organisation (id, key, name, kind) VALUES (1, 'a', 'A', 'other')"))
        for number, spoken in enumerate(("nb", "nn", "en")):
            await session.execute(
                text("INSERT INTO person (id, organisation_id, name, language, also_at) VALUES (:n, 1, 'X', :l, '[]')"),
                {"n": number, "l": spoken},
            )
    assert await migrate(empty) is True
    async with empty.transaction() as session:
        found = await session.execute(text("SELECT language, language_from FROM person ORDER BY id"))
        assert [tuple(row) for row in found] == [("nb", ""), ("nn", "file"), ("en", "file")]


async def test_whoever_has_a_role_stands_in_the_file_and_everybody_is_to_be_asked_about(empty: Database) -> None:
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        await (await session.connection()).run_sync(upgrade_to, "0010")
        for statement in (
            "INSERT INTO organisation (id, key, name, kind) VALUES (1, 'a', 'A', 'other')",
            "INSERT INTO person (id, organisation_id, name, language, also_at) VALUES "
            "(1, 1, 'X', 'nb', '[]'), (2, 1, 'X', 'nb', '[]'), (3, 1, 'X', 'nb', '[]')",
            "INSERT INTO committee (id, key, name, number_template, proposals_from, zone, settings, standing_items) "
            "VALUES (1, 'F', 'F', '{n}', 'members', 'Europe/Oslo', '{}', '[]')",
            "INSERT INTO membership (committee_id, person_id, role) VALUES (1, 1, 'medlem')",
            "INSERT INTO unit (id, organisation_id, key, name, service, response_days) VALUES (1, 1, 'u', 'U', '', 21)",
            "INSERT INTO unit_staff (unit_id, person_id, role) VALUES (1, 2, 'handler')",
            "INSERT INTO account (person_id, surface, workspace, user_id, reach, seen_at) "
            "VALUES (3, 'slack', 'T', 'U', '{}', '2026-09-01 08:00:00')",
        ):
            await session.execute(text(statement))
    assert await migrate(empty) is True
    async with empty.transaction() as session:
        listed = await session.scalars(text("SELECT id FROM person WHERE listed ORDER BY id"))
        assert list(listed) == [1, 2]
        account = (await session.execute(text("SELECT outsider, unvouched, ask_at, asked FROM account"))).one()
        assert (bool(account[0]), *account[1:]) == (False, "", None, 0)


async def test_numbers_that_were_issued_before_stay_and_know_their_letters(empty: Database) -> None:
    """A case from before the letters were kept apart: its number is as it was."""
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        await (await session.connection()).run_sync(upgrade_to, "0008")
        for statement in _BEFORE_LETTERS:
            await session.execute(text(statement))
    await migrate(empty)
    async with empty.transaction() as session:
        rows = await session.execute(
            text("SELECT title, number, CAST(number_types AS VARCHAR) FROM agenda_item ORDER BY id")
        )
        found = [tuple(row) for row in rows]
    assert [(title, number) for title, number, _types in found] == [
        ("Med bokstaver", "1/2026 (O)"),
        ("Uten", "2026.1"),
        ("Foreslått", None),
    ]
    assert [types and types.replace(" ", "") for _title, _number, types in found] == ['["O"]', None, None]


_CASE = (
    "INSERT INTO agenda_item (draft_id, committee_id, proposer_id, status, number, number_year, number_in_year, title, "
    "types, purpose, presenter_ids, presenters_text, conclusion, links, late, created_at, changed_at) VALUES "
    "('{title}', {committee}, 1, '{status}', {number}, {year}, {year}, '{title}', '[\"O\"]', '', '[]', '', '', '[]', "
    "false, '2026-09-01', '2026-09-01')"
)
_BEFORE_LETTERS = (
    "INSERT INTO organisation (id, key, name, kind) VALUES (1, 'hospital', 'Eksempel sykehus', 'hospital')",
    "INSERT INTO person (id, organisation_id, name, language, also_at) VALUES (1, 1, 'Eksempel Member', 'nb', '[]')",
    *(
        "INSERT INTO committee (id, key, name, number_template, proposals_from, zone, standing_items, settings) VALUES "
        f"({number}, 'c{number}', 'Utvalg {number}', '{template}', 'members', 'Europe/Oslo', '[]', '{{}}')"
        for number, template in ((1, "{n}/{yyyy} ({types})"), (2, "{yyyy}.{n}"))
    ),
    _CASE.format(title="Med bokstaver", committee=1, status="accepted", number="'1/2026 (O)'", year=2026),
    _CASE.format(title="Uten", committee=2, status="accepted", number="'2026.1'", year=2026),
    _CASE.format(title="Foreslått", committee=1, status="proposed", number="NULL", year="NULL"),
)


async def test_meetings_and_answers_from_before_keep_their_meaning_and_are_followed(empty: Database) -> None:
    """A case on an agenda from before there were agendas, and somebody who answered while an answer had no moment."""
    if empty.is_sqlite:
        Path(str(empty.url.database)).parent.mkdir(parents=True)
    async with empty.transaction() as session:
        connection = await session.connection()
        await connection.run_sync(upgrade_to, "0016")
        for statement in (*_BEFORE_LETTERS, *_BEFORE_AGENDAS):
            await session.execute(text(statement))
        await connection.run_sync(upgrade_to, "0017")
        for statement in _BEFORE_MOMENTS:
            await session.execute(text(statement))
    await migrate(empty)
    async with empty.transaction() as session:
        item = await session.execute(text("SELECT number, closed_under, number_series FROM agenda_item WHERE id = 1"))
        assert tuple(item.one()) == ("1/2026 (O)", "", "")
        rows = list((await session.scalars(select(Attendance).order_by(col(Attendance.id)))).all())
        meeting, never_convened = await session.scalars(select(Meeting).order_by(col(Meeting.id)))
        assert meeting.uid == "in-calendars@example.org"
        assert (meeting.sequence, never_convened.sequence) == (3, 0)
        assert len(never_convened.uid) > len("@helsefellesskap-bot") + 30
        assert [(row.answer, row.guest_in, row.answered_for) for row in rows] == [
            ("coming", [1], meeting.starts_at),
            (None, [], None),
        ]
        await session.execute(text("DELETE FROM chore_changed"))
        # Who follows an agenda does so also where the case was there before.
        await session.execute(text("UPDATE agenda_item SET title = 'Nytt navn' WHERE id = 1"))
        chores = await session.scalars(text("SELECT chore FROM chore_changed ORDER BY chore"))
        assert set(chores) == {"meetings.agendas", "meetings.convocations", "searching.index"}
        await session.execute(text("DELETE FROM chore_changed"))
        await session.execute(text("UPDATE agenda_item SET presenter_ids = '[1]' WHERE id = 1"))
        chores = await session.scalars(text("SELECT chore FROM chore_changed"))
        assert set(chores) == {"meetings.convocations", "meetings.invitations", "meetings.reminders"}


_BEFORE_AGENDAS = (
    "INSERT INTO meeting (id, key, committee_id, starts_at, ends_at, deadline_at, zone, place) VALUES "
    "(1, 'c1-1', 1, '2026-09-21 08:00:00.000000+00:00', '2026-09-21 11:00:00.000000+00:00', "
    "'2026-09-07 10:00:00.000000+00:00', 'Europe/Oslo', '')",
    "INSERT INTO person (id, organisation_id, name, language, also_at) VALUES (2, 1, 'Eksempel Deputy', 'nb', '[]')",
    "INSERT INTO meeting (id, key, committee_id, starts_at, ends_at, deadline_at, zone, place) VALUES "
    "(2, 'c1-2', 1, '2026-10-21 08:00:00.000000+00:00', '2026-10-21 11:00:00.000000+00:00', "
    "'2026-10-07 10:00:00.000000+00:00', 'Europe/Oslo', '')",
    "UPDATE agenda_item SET meeting_id = 1 WHERE id = 1",
)
_BEFORE_MOMENTS = (
    "INSERT INTO agenda (id, meeting_id, revision, sequence, told, told_at, convened, convened_at) VALUES "
    "(1, 1, 0, 3, '{}', '2026-09-01 10:00:00.000000+00:00', '{\"uid\"\\: \"in-calendars@example.org\"}', "
    "'2026-09-01 10:00:00.000000+00:00')",
    "INSERT INTO agenda_slot (id, meeting_id, kind, position, item_id, title, text, presenters_text) VALUES "
    "(1, 1, 'case', 0, 1, '', '', '')",
    *(
        "INSERT INTO attendance (meeting_id, person_id, name, organisation, capacity, slot_id, answer, note, "
        f"substitute_name, revision) VALUES (1, {person}, '', '', 'gjest', {slot}, {answer}, '', '', 0)"
        for person, slot, answer in ((1, "1", "'coming'"), (2, "NULL", "NULL"))
    ),
)
