"""A history only grows, whatever it is the history of, and whoever tries to change it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from storage import agenda, cases, deviations, minutes
from storage.database import Database
from storage.history import Event
from storage.migrate import alembic_config, migrate
from storage.statements import table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    DatePoll,
    DatePollEvent,
    Disagreement,
    DisagreementEvent,
    FollowUp,
    FollowUpEvent,
    Hearing,
    HearingEvent,
    Minutes,
    MinutesEntry,
    Paper,
    PaperEvent,
    SlotKind,
)
from storage.tables.history import HistoryEvent
from tests.clock import FixedClock
from tests.conftest import Postgres
from tests.world import World

HISTORIES = HistoryEvent.__subclasses__()


def names() -> list[str]:
    return [table(history).name for history in HISTORIES]


async def case_of(world: World, clock: FixedClock, draft_id: str = "d1") -> int:
    async with world.database.transaction() as session:
        row, _event_id = await cases.add_case(
            session,
            {
                "draft_id": draft_id,
                "committee_id": world.committees["fsu"],
                "title": "Felles opplæring",
                "purpose": "",
                "types": [],
                "presenter_ids": [],
                "presenters_text": "",
                "conclusion": "",
                "links": [],
            },
            proposer_id=world.people["clinician"],
            at=clock.now(),
        )
        return row.id


async def test_events_are_read_in_order_with_who_and_when(world: World, clock: FixedClock) -> None:
    first, second = await case_of(world, clock), await case_of(world, clock, "d2")
    by = world.people["secretary"]
    async with world.database.transaction() as session:
        asked = await cases.HISTORY.add(
            session, first, "questioned", by, clock.now(), actor="Eksempel Secretary", note="Når?", data={"a": 1}
        )
        await cases.HISTORY.add(session, first, "answered", None, clock.now(), internal=True)
    async with world.database.reading() as session:
        found = await cases.HISTORY.events(session, first)
        told = await cases.HISTORY.events(session, first, internal=False)
        both = await cases.HISTORY.events_of(session, [first, second])
        last = await cases.HISTORY.last_of(session, [first, second])
        last_asked = await cases.HISTORY.last_of(session, [first, second], "questioned")
        never = await cases.HISTORY.last(session, second, "questioned")
        nothing = await cases.HISTORY.events(session, 0), await cases.HISTORY.last_of(session, [])
    assert [event.kind for event in found] == ["proposed", "questioned", "answered"]
    assert found[1] == asked == Event(asked.id, "questioned", by, "Eksempel Secretary", clock.now(), "Når?", {"a": 1})
    assert (found[2].actor, found[2].actor_id, found[2].internal) == ("", None, True), "the clock took it"
    assert [event.kind for event in told] == ["proposed", "questioned"]
    assert (both[first], [event.kind for event in both[second]]) == (found, ["proposed"])
    assert {about: event.kind for about, event in last.items()} == {first: "answered", second: "proposed"}
    assert (last_asked, never) == ({first: asked}, None)
    assert nothing == ([], {})


async def test_the_same_form_is_one_event(world: World, clock: FixedClock) -> None:
    item = await case_of(world, clock)
    async with world.database.transaction() as session:
        await cases.HISTORY.add(session, item, "changed", None, clock.now(), draft_id="form")
    with pytest.raises(IntegrityError):
        async with world.database.transaction() as session:
            await cases.HISTORY.add(session, item, "changed", None, clock.now(), draft_id="form")


@pytest.mark.parametrize("name", names())
async def test_no_event_is_changed_or_removed(world: World, clock: FixedClock, name: str) -> None:
    await case_of(world, clock)
    by = world.people["clinician"]
    async with world.database.transaction() as session:
        unit = await session.scalar(text("SELECT min(id) FROM unit"))
        organisation = await session.scalar(text("SELECT min(id) FROM organisation"))
        await deviations.add(
            session,
            {
                "draft_id": "d2",
                "direction": "to_municipality",
                "reporter_id": by,
                "reporter_organisation_id": organisation,
                "unit_id": unit,
                "organisation_id": organisation,
                "description": "Epikrisen kom ikke fram.",
                "consequence": "none",
                "consent": "no_patient",
                "status": "sent",
                "month": "2026-11",
            },
            ["other"],
            year=2026,
            at=clock.now(),
        )
        meeting = world.meetings["fsu-1"]
        await agenda.HISTORY.add(session, meeting, "convened", by, clock.now())
        written = Minutes(meeting_id=meeting, created_at=clock.now(), changed_at=clock.now())
        session.add(written)
        await session.flush()
        await minutes.HISTORY.add(session, written.id, "started", by, clock.now())
        await what_becomes_of_it(session, world, written.id, clock.now())
    changes = [
        f"UPDATE {name} SET note = 'noe annet'",
        f"UPDATE {name} SET actor_id = {world.people['secretary']}",
        f"UPDATE {name} SET actor_id = NULL",
        f"UPDATE {name} SET id = id + 1000",
        f"DELETE FROM {name}",
        f"REPLACE INTO {name} SELECT * FROM {name}" if world.database.is_sqlite else f"TRUNCATE {name}",
    ]
    for change in changes:
        with pytest.raises(DBAPIError, match=f"{name} is append-only"):
            async with world.database.transaction() as session:
                await session.execute(text(change))
    async with world.database.reading() as session:
        assert await session.scalar(text(f"SELECT count(*) FROM {name}")) == 1


async def what_becomes_of_it(session: AsyncSession, world: World, minutes_id: int, now: datetime) -> None:
    """A follow-up, a disagreement, a round of comments, a poll and a paper that was read in, each with an event."""
    meeting, committee, by = world.meetings["fsu-1"], world.committees["fsu"], world.people["clinician"]
    slot = AgendaSlot(meeting_id=meeting, kind=SlotKind.OTHER, position=1)
    session.add(slot)
    await session.flush()
    entry = MinutesEntry(minutes_id=minutes_id, slot_id=slot.id, changed_at=now)
    session.add(entry)
    await session.flush()
    follow_up = FollowUp(entry_id=entry.id, ordinal=1, text="Lage en plan.")
    disagreement = Disagreement(entry_id=entry.id, meeting_id=meeting, committee_id=committee, opened_at=now)
    hearing = Hearing(
        draft_id="d3", committee_id=committee, title="Ny avtale", deadline_at=now, created_by_id=by, created_at=now
    )
    paper = Paper(name="referat.docx", digest="0" * 64, kind="referat", at=now)
    poll = DatePoll(
        draft_id="d4", committee_id=committee, zone="Europe/Oslo", closes_at=now, created_by_id=by, created_at=now
    )
    session.add_all([follow_up, disagreement, hearing, paper, poll])
    await session.flush()
    session.add_all(
        [
            FollowUpEvent(follow_up_id=follow_up.id, kind="received", actor_id=by, at=now),
            DisagreementEvent(disagreement_id=disagreement.id, kind="opened", actor_id=by, at=now),
            HearingEvent(hearing_id=hearing.id, kind="opened", actor_id=by, at=now),
            PaperEvent(paper_id=paper.id, kind="read", actor_id=by, at=now),
            DatePollEvent(poll_id=poll.id, kind="created", actor_id=by, at=now),
        ]
    )
    await session.flush()


async def test_history_follows_who_somebody_turns_out_to_be_and_never_back(world: World, clock: FixedClock) -> None:
    item = await case_of(world, clock)
    old, new = world.people["clinician"], world.people["registrar"]
    async with world.database.transaction() as session:
        await session.execute(text(f"UPDATE person SET joined_to_id = {new} WHERE id = {old}"))
        await session.execute(text(f"UPDATE agenda_item_event SET actor_id = {new} WHERE actor_id = {old}"))
    for change in (f"actor_id = {old}", f"actor_id = {new}, note = 'noe annet'"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with world.database.transaction() as session:
                await session.execute(text(f"UPDATE agenda_item_event SET {change}"))
    async with world.database.reading() as session:
        assert [event.actor_id for event in await cases.HISTORY.events(session, item)] == [new]


# --- where it comes from -----------------------------------------------------------------------------------


async def triggers(database: Database) -> list[Any]:
    """Every trigger on a history's table, with what it does."""
    listed = ", ".join(f"'{name}'" for name in names())
    on_sqlite = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({listed}) ORDER BY name"
    on_postgresql = (
        "SELECT tgname, pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger "
        "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
        f"WHERE NOT tgisinternal AND relname IN ({listed}) ORDER BY tgname"
    )
    async with database.transaction() as session:
        rows = await session.execute(text(on_sqlite if database.is_sqlite else on_postgresql))
        return [tuple(row) for row in rows]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/migrated.sqlite"
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.create_empty()


async def test_the_migrations_make_the_same_triggers_as_the_tables(empty_url: str, tmp_path: Path) -> None:
    migrated = Database(empty_url)
    await migrate(migrated)
    made = await triggers(migrated)
    async with migrated.transaction() as session:
        for name in names():
            await session.execute(text(f"DROP TABLE {name}"))
        await (await session.connection()).run_sync(SQLModel.metadata.create_all)
    assert await triggers(migrated) == made
    assert len(made) == 2 * len(HISTORIES)
    await migrated.close()


_BEFORE = (
    "INSERT INTO organisation (id, key, name, kind) VALUES (1, 'a', 'A', 'hospital')",
    "INSERT INTO person (id, organisation_id, name, language, also_at) VALUES (1, 1, 'Eksempel Kliniker', 'nb', '[]')",
    *(
        "INSERT INTO committee (id, key, name, number_template, proposals_from, zone, standing_items, settings) VALUES "
        f"({number}, 'c{number}', 'Utvalg {number}', '{{n}}', 'members', 'Europe/Oslo', '[]', '{{}}')"
        for number in (1, 2)
    ),
    "INSERT INTO agenda_item (id, draft_id, committee_id, proposer_id, status, title, types, purpose, presenter_ids, "
    "presenters_text, conclusion, links, late, created_at, changed_at) VALUES (7, 'd', 1, 1, 'proposed', 'Kurs', '[]', "
    "'', '[]', '', '', '[]', false, '2026-09-01', '2026-09-01')",
    "INSERT INTO agenda_item_event (id, item_id, kind, actor_id, at, note, data, draft_id) VALUES "
    "(41, 7, 'proposed', 1, '2026-09-01 08:00:00', '', '{}', 'd'), "
    "(43, 7, 'questioned', 1, '2026-09-02 08:00:00', 'Når?', '{\"a\": 1}', NULL)",
    "INSERT INTO number_series (committee_id, year, last) VALUES (1, 2025, 12), (1, 2026, 3), (2, 2026, 9)",
    "INSERT INTO deviation_series (year, last) VALUES (2025, 104), (2026, 17)",
)


async def test_what_was_there_before_stays_and_numbers_go_on(empty_url: str, clock: FixedClock) -> None:
    database = Database(empty_url)
    before = (
        "SELECT id, item_id, kind, actor_id, CAST(at AS VARCHAR), note, CAST(data AS VARCHAR), draft_id "
        "FROM agenda_item_event ORDER BY id"
    )

    def upgrade_to(connection: Connection, revision: str) -> None:
        command.upgrade(alembic_config(connection), revision)

    async with database.transaction() as session:
        await (await session.connection()).run_sync(upgrade_to, "0012")
        for statement in _BEFORE:
            await session.execute(text(statement))
        stood = [tuple(row) for row in await session.execute(text(before))]
    await migrate(database)
    async with database.transaction() as session:
        assert [tuple(row) for row in await session.execute(text(before))] == stood
        if not database.is_sqlite:  # the rows above did not ask the sequence
            await session.execute(text("SELECT setval('agenda_item_event_id_seq', 43)"))
    async with database.transaction() as session:
        found = await cases.HISTORY.events(session, 7)
        assert [(event.id, event.note, event.data, event.internal) for event in found] == [
            (41, "", {}, False),
            (43, "Når?", {"a": 1}, False),
        ]
        assert (await cases.HISTORY.add(session, 7, "changed", None, clock.now())).id == 44
        assert [await cases.numbers_of(committee).next(session, 2026) for committee in (1, 2, 1)] == [4, 10, 5]
        assert [await cases.numbers_of(1).next(session, year) for year in (2025, 2027)] == [13, 1]
        assert [await deviations.NUMBERS.next(session, year) for year in (2025, 2026, 2027)] == [105, 18, 1]
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await cases.HISTORY.add(session, 7, "changed", 1, clock.now(), draft_id="d")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text("UPDATE agenda_item_event SET note = 'noe annet' WHERE id = 41"))
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await cases.HISTORY.add(session, 999, "changed", 1, clock.now())
    async with database.reading() as session:
        assert await session.get(AgendaItem, 7) is not None
    await database.close()
