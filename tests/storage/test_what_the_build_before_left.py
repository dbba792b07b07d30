"""A database that an earlier build left, in the middle of everything, goes on after the migration.

The fixtures are dumps of databases that build fb105d8 filled itself; their heads tell what is in them.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

import storage.migrate
from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.messages.message import Button, Message
from handlers.people.links import Links, Purpose
from storage.database import Database
from storage.migrate import alembic_config, migrate
from storage.tables import AgendaItem, Delivery, DeliveryStatus, Deviation, Draft, DraftStatus
from tests.clock import FixedClock
from tests.conftest import MadeOnce
from tests.surface import FakeSurface, facts, form, message
from tests.world import World

FIXTURES = Path(__file__).parent / "fixtures"
OLD = "fb105d8"
KEY = "k" * 43


async def restore(database: Database) -> str:
    """What the older build left, in an empty database; its dump."""
    if database.is_sqlite:
        dump = (FIXTURES / f"{OLD}.sqlite.sql").read_text()
        file = Path(str(database.url.database))
        await asyncio.to_thread(_into_sqlite, file, dump)
        return dump
    dump = (FIXTURES / f"{OLD}.postgresql.sql").read_text()
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(dump)
    finally:
        await connection.close()
    return dump


def _into_sqlite(file: Path, dump: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file)
    connection.executescript(dump)
    connection.close()


async def brought_up_to_date(database: Database) -> None:
    await restore(database)
    assert await migrate(database) is True


@pytest.fixture(params=["sqlite", "postgresql"])
async def surface(request: pytest.FixtureRequest, made_once: MadeOnce, clock: FixedClock) -> AsyncIterator[FakeSurface]:
    """Everybody of the older build's partnership, after the migration."""
    async with made_once.copy(request, brought_up_to_date) as (database, _nothing):
        yield await _everybody(database, clock)


async def _everybody(database: Database, clock: FixedClock) -> FakeSurface:
    async with database.reading() as session:
        found = [
            {str(key).partition("@")[0]: int(row_id) for row_id, key in await session.execute(text(asked))}
            for asked in (
                "SELECT id, key FROM committee",
                "SELECT id, key FROM meeting",
                "SELECT id, email FROM person",
                "SELECT id, key FROM unit",
            )
        ]
    surface = FakeSurface(World(database, *found), clock, registry())
    async with database.reading() as session:
        for row in await session.scalars(select(Delivery)):
            if row.ref is not None:
                # It stands before them.
                number = row.ref["entry"]
                surface.messenger.seen.setdefault(str(row.person_id), {})[number] = Message.model_validate(row.message)
                surface.messenger.sends = max(surface.messenger.sends, number)
    return surface


async def draft_of(surface: FakeSurface, who: str, dialog: str) -> Draft:
    """The draft that `who` left open."""
    async with surface.world.database.reading() as session:
        asked = select(Draft).where(
            Draft.person_id == surface.world.people[who],  # type: ignore[arg-type]
            Draft.dialog == dialog,  # type: ignore[arg-type]
            Draft.status == DraftStatus.OPEN,  # type: ignore[arg-type]
        )
        return (await session.scalars(asked)).one()


async def go_on(surface: FakeSurface, who: str, dialog: str) -> Form:
    """The form that «Fortsett der du slapp?» leads to."""
    draft = await draft_of(surface, who, dialog)
    reply = await surface.bot.submit(surface.world.sender(who), f"{dialog}.resume.{draft.id}", {}, "resume")
    return form(reply)


async def delivered(surface: FakeSurface, who: str, title: str) -> Message:
    """The message to `who` with this in its title, as it was stored."""
    async with surface.world.database.reading() as session:
        asked = select(Delivery).where(Delivery.person_id == surface.world.people[who])  # type: ignore[arg-type]
        stored = [Message.model_validate(row.message) for row in await session.scalars(asked)]
    return next(each for each in stored if title in each.title)


# --- drafts ------------------------------------------------------------------------------------------------


async def test_a_case_half_filled_in_is_gone_on_with_and_sent(surface: FakeSurface) -> None:
    how = await go_on(surface, "secretary", "sak")
    summary = form(await surface.submit("secretary", how))
    assert facts(summary)["Tittel"] == "Halvferdig sak"
    assert "Halvferdig sak" in message(await surface.submit("secretary", summary)).title


async def test_a_case_that_was_being_looked_over_is_sent_from_the_form_on_the_screen(surface: FakeSurface) -> None:
    draft = await draft_of(surface, "member", "sak")
    token = f"sak.summary.{draft.id}"
    first = message(await surface.bot.submit(surface.world.sender("member"), token, {}))
    again = message(await surface.bot.submit(surface.world.sender("member"), token, {}))
    assert first.title == again.title
    async with surface.world.database.reading() as session:
        cases = [case for case in await session.scalars(select(AgendaItem)) if case.draft_id == draft.id]
    assert [case.title for case in cases] == ["Felles opplæring i utskrivning"]


async def test_a_report_half_filled_in_is_gone_on_with_and_gets_the_next_reference(surface: FakeSurface) -> None:
    outcome = await go_on(surface, "clinician", "avvik")
    last = form(await surface.submit("clinician", outcome, {"consequence": "none"}))
    receipt = message(await surface.submit("clinician", last, {"consent": "asked"}))
    assert "AVV-2026-0003" in receipt.title
    async with surface.world.database.reading() as session:
        stored = {row.reference: row.description for row in await session.scalars(select(Deviation))}
    assert stored["AVV-2026-0003"] == "Halvferdig melding"
    assert len(stored) == 3


async def test_the_last_step_of_a_report_is_sent(surface: FakeSurface) -> None:
    last = await go_on(surface, "internist", "avvik")
    assert "AVV-2026-0003" in message(await surface.submit("internist", last, {"consent": "asked"})).title


# --- buttons -----------------------------------------------------------------------------------------------


async def test_every_button_in_every_stored_message_has_something_that_runs_it(surface: FakeSurface) -> None:
    async with surface.world.database.reading() as session:
        stored = list(await session.scalars(select(Delivery)))
    names = {person_id: name for name, person_id in surface.world.people.items()}
    pressed: list[str] = []
    for row in stored:
        shown = Message.model_validate(row.message)
        assert surface.bot.registry.nowhere(shown) == []
        # What decides comes last, since others lead to nothing after it.
        for button in sorted(shown.buttons_within(), key=_decides):
            sender = surface.world.sender(names[row.person_id])
            reply = await surface.bot.press(sender, button.action, button.arguments)
            assert isinstance(reply, Form | Message)
            assert "noe gikk galt" not in reply.title.lower()
            pressed.append(button.action)
    assert set(pressed) == {
        *("sak.endre", "sak.trekk", "sak.godta", "sak.spor", "sak.senere", "sak.flytt", "sak.returner"),
        *("avvik.ta", "avvik.besvar", "avvik.spor", "avvik.videre", "avvik.avvis", "avvik.slipp", "avvik.vis"),
        *("avvik.tillegg", "avvik.trekk"),
    }


def _decides(button: Button) -> bool:
    return button.action in ("sak.godta", "sak.trekk", "avvik.ta", "avvik.slipp", "avvik.trekk")


async def test_a_proposal_is_put_on_the_agenda_from_its_old_message_with_the_next_number(surface: FakeSurface) -> None:
    shown = await delivered(surface, "secretary", "Forslag til sak")
    before = await _numbers(surface)
    reply = message(await surface.press("secretary", shown, "Sett på sakslisten"))
    assert "2/2026" in reply.text
    after = await _numbers(surface)
    assert len(after) == len(before) + 1 == len(set(after))


async def _numbers(surface: FakeSurface) -> list[str]:
    async with surface.world.database.reading() as session:
        return [case.number for case in await session.scalars(select(AgendaItem)) if case.number is not None]


async def test_a_report_is_taken_from_its_old_message_and_given_back(surface: FakeSurface) -> None:
    await surface.press("nurse", await delivered(surface, "nurse", "AVV-2026-0001"), "Ta saken")
    await surface.press("nurse", await delivered(surface, "nurse", "AVV-2026-0002"), "Gi fra deg saken")
    async with surface.world.database.reading() as session:
        status = {row.reference: row.status for row in await session.scalars(select(Deviation))}
    assert status == {"AVV-2026-0001": "taken", "AVV-2026-0002": "sent"}


# --- links and deliveries ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [0, 1], ids=["report", "case"])
async def test_an_old_link_opens_what_it_was_made_for(surface: FakeSurface, number: int) -> None:
    dump = (FIXTURES / f"{OLD}.{'sqlite' if surface.world.database.is_sqlite else 'postgresql'}.sql").read_text()
    token = re.findall(r"^-- http://127\.0\.0\.1/side/(\S+)$", dump, re.MULTILINE)[number]
    ticket = Links("http://127.0.0.1/", KEY, surface.clock).read(Purpose.PAGE, token)
    who = {person_id: name for name, person_id in surface.world.people.items()}[ticket.person_id]
    shown = message(await surface.bot.press(surface.world.sender(who), ticket.name, dict(ticket.arguments)))
    assert ("AVV-2026-0002" if number == 0 else "Felles opplæring") in shown.title


async def test_what_was_due_is_sent(surface: FakeSurface) -> None:
    # Receipts were left for a moment to the surface that was showing them.
    surface.clock.forward(timedelta(minutes=1))
    await surface.arrive()
    async with surface.world.database.reading() as session:
        stored = {row.key: row for row in await session.scalars(select(Delivery))}
    pending = [key for key, row in stored.items() if row.status == DeliveryStatus.PENDING]
    assert pending == []
    proposal = stored["item:3:secretariat:3:4"]
    assert (proposal.status, proposal.shown_revision) == (DeliveryStatus.SENT, proposal.revision)
    assert "Saken din: Felles opplæring i utskrivning" in [each.title for each in await surface.inbox("member")]


async def test_a_message_that_was_sent_is_changed_in_place(surface: FakeSurface) -> None:
    """With the reference that the older build got when it sent it."""
    async with surface.world.database.reading() as session:
        stored = {row.key: row for row in await session.scalars(select(Delivery))}
    sent = stored["item:2:secretariat:1:4"]
    assert sent.ref is not None
    await surface.press("secretary", await delivered(surface, "secretary", "Forslag til sak"), "Sett på sakslisten")
    surface.clock.forward(timedelta(minutes=2))
    await surface.arrive()
    now = surface.messenger.seen[str(sent.person_id)][sent.ref["entry"]]
    assert "2/2026" in now.title
    assert "Sett på sakslisten" not in [button.label for button in now.buttons_within()]


# --- migrations that fail ----------------------------------------------------------------------------------

BROKEN = '''"""Changes a table and fails after that."""

from alembic import op

revision = "9000"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE person SET name = 'changed'")
    op.execute("CREATE TABLE half_way (id INTEGER)")
    op.execute("INSERT INTO nowhere_at_all VALUES (1)")
'''


async def test_a_migration_that_fails_midway_leaves_the_old_state(empty: Database, tmp_path: Path) -> None:
    await restore(empty)
    async with empty.engine.connect() as connection:
        before = await connection.run_sync(_state)
    versions = tmp_path / "migrations"
    versions.mkdir()
    (versions / "9000_broken.py").write_text(BROKEN.format(before=storage.migrate.newest()))
    with pytest.raises(DBAPIError, match="nowhere_at_all"):
        await _upgrade_with(empty, versions)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(_state) == before
    # And the real ones do after that.
    assert await migrate(empty) is True


async def _upgrade_with(database: Database, more: Path) -> None:
    """As `migrate` does, with more migrations on top."""

    def upgrade(connection: Connection) -> None:
        config = alembic_config(connection)
        config.set_main_option("path_separator", "os")
        config.set_main_option("version_locations", f"{storage.migrate.MIGRATIONS / 'versions'}:{more}")
        command.upgrade(config, "head")

    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade)


def _state(connection: Connection) -> Any:
    """Version, tables with their columns, and every row of the larger ones."""
    found = inspect(connection)
    tables = {name: sorted(column["name"] for column in found.get_columns(name)) for name in found.get_table_names()}
    rows = {
        name: [tuple(map(str, row)) for row in connection.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))]
        for name in tables
        if len(tables[name]) > 1
    }
    return connection.scalar(text("SELECT version_num FROM alembic_version")), tables, rows
