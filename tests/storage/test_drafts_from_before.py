"""Drafts that were open before their progress had a column of its own are gone on with as if nothing had happened."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from handlers.capabilities import registry
from handlers.dialogs import guard
from storage.database import Database
from storage.migrate import migrate
from storage.progress import Held, Progress
from storage.tables import Draft
from tests.clock import FixedClock
from tests.conftest import MadeOnce
from tests.storage.test_migrations import upgrade_to
from tests.surface import FakeSurface, errors, facts, form, message, values
from tests.world import World, build

NAME = "pasient Eksempel Person"
NOBODY = 9000
"""Who has them until the partnership is there."""
REPORT = {
    "direction": "to_municipality",
    "categories": ["communication"],
    "description": f"Gjaldt {NAME}",
    "consequence": "none",
}
DRAFTS: Mapping[str, tuple[str, str, dict[str, Any], dict[str, Any]]] = {
    # dialog, step, arguments, answers: as they were stored
    "lookedover": ("sak", "summary", {}, {"title": "Felles opplæring", "purpose": "Planen", "types": ["O"]}),
    "pending": (
        "sak",
        "what",
        {"_pending": {"title": "Ny tittel", "purpose": "Nytt"}, "_filled_in": False},
        {"title": "", "purpose": "Gammelt", "types": ["O"]},
    ),
    "filledin": (
        "sak",
        "what",
        {"_pending": {"title": "Ny tittel"}, "_filled_in": True},
        {"title": "", "types": ["O"]},
    ),
    "prefilled": (
        "avvik",
        "what",
        {"_prefilled": {"direction": "to_municipality"}, "_queries": {"unit": "sykehjem"}},
        {"direction": "to_municipality"},
    ),
    "confirmed": ("avvik", "happened", {"_confirmed": {"description": [NAME]}}, REPORT),
    "asked": ("avvik", "happened", {"_asked": {"description": [NAME]}}, REPORT),
    "held": ("avvik", "happened", {"_held": {"description": {"stamp": "0a1b2c3d", "kept_out": True}}}, REPORT),
    "about": ("avvik-tillegg", "add", {"deviation": "1", "_prefilled": {}, "_asked": {}}, {"text": "Mer"}),
}


async def before(database: Database) -> None:
    """The tables and the drafts of the build before."""
    if database.is_sqlite:
        Path(str(database.url.database)).parent.mkdir(parents=True, exist_ok=True)
    async with database.transaction() as session:
        await (await session.connection()).run_sync(upgrade_to, "0013")
        await session.execute(
            text("INSERT INTO organisation (id, key, name, kind) VALUES (:id, 'before', 'A', 'other')"), {"id": NOBODY}
        )
        await session.execute(
            text(
                "INSERT INTO person (id, organisation_id, name, language, also_at, listed) "
                "VALUES (:id, :id, 'X', 'nb', '[]', false)"
            ),
            {"id": NOBODY},
        )
        for draft_id, (dialog, step, arguments, answers) in DRAFTS.items():
            await session.execute(
                text(
                    "INSERT INTO draft (id, person_id, dialog, step, status, arguments, answers, created_at, "
                    f"changed_at, expires_at) VALUES (:id, {NOBODY}, :dialog, :step, 'open', "
                    f"{_json(database, 'arguments')}, {_json(database, 'answers')}, '2026-08-31 08:00:00', "
                    "'2026-08-31 08:00:00', '2026-09-30 08:00:00')"
                ),
                {
                    "id": draft_id,
                    "dialog": dialog,
                    "step": step,
                    "arguments": json.dumps(arguments),
                    "answers": json.dumps(answers),
                },
            )


def _json(database: Database, name: str) -> str:
    return f":{name}" if database.is_sqlite else f"CAST(:{name} AS JSONB)"


@pytest.fixture(params=["sqlite", "postgresql"])
async def surface(request: pytest.FixtureRequest, made_once: MadeOnce, clock: FixedClock) -> AsyncIterator[FakeSurface]:
    """Everybody, after the migration. Drafts of cases are the member's, those of deviations the clinician's."""
    async with made_once.copy(request, brought_up_to_date) as (database, world):
        yield FakeSurface(world.within(database), clock, registry())


async def brought_up_to_date(database: Database) -> World:
    await before(database)
    assert await migrate(database) is True
    world = await build(database, FixedClock().now())
    async with database.transaction() as session:
        await session.execute(update(Draft).values(person_id=world.people["clinician"]))
        await session.execute(update(Draft).where(Draft.dialog == "sak").values(person_id=world.people["member"]))  # type: ignore[arg-type]
        for draft_id in ("confirmed", "asked", "held"):
            draft = await session.get_one(Draft, draft_id)
            draft.answers = {**draft.answers, "unit": str(world.units["homecare"])}
        for draft_id in ("lookedover", "pending", "filledin"):
            draft = await session.get_one(Draft, draft_id)
            draft.answers = {**draft.answers, "committee": str(world.committees["fsu"]), "meeting": "any"}
    return world


async def submit(surface: FakeSurface, who: str, token: str, raw: dict[str, Any], intent: Any = "next") -> Any:
    return await surface.bot.submit(surface.world.sender(who), token, raw, intent)


async def test_what_a_draft_is_about_and_how_far_it_has_come_stand_apart(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        stored = {draft.id: draft for draft in await session.scalars(select(Draft))}
        as_it_stands = await session.scalar(
            text("SELECT count(*) FROM draft WHERE CAST(arguments AS VARCHAR) LIKE '%\"\\_%' ESCAPE '\\'")
        )
    assert as_it_stands == 0
    assert stored["about"].arguments == {"deviation": "1"}
    assert all(draft.arguments == {} for name, draft in stored.items() if name != "about")
    assert stored["lookedover"].progress == stored["about"].progress == Progress()
    assert stored["pending"].progress == Progress(pending={"title": "Ny tittel", "purpose": "Nytt"})
    assert stored["filledin"].progress == Progress(pending={"title": "Ny tittel"}, filled_in=True)
    assert stored["prefilled"].progress == Progress(
        prefilled={"direction": "to_municipality"}, queries={"unit": "sykehjem"}
    )
    assert stored["confirmed"].progress == Progress(confirmed={"description": [NAME]})
    assert stored["asked"].progress == Progress(asked={"description": [NAME]})
    assert stored["held"].progress == Progress(held={"description": Held("0a1b2c3d", kept_out=True)})


async def test_a_case_that_was_being_looked_over_is_sent(surface: FakeSurface) -> None:
    """Whether from the screen that it stood on, or from «Fortsett der du slapp?»."""
    again = form(await submit(surface, "member", "sak.resume.lookedover", {}, "resume"))
    assert again.title == "Se over saken"
    assert facts(again)["Tittel"] == "Felles opplæring"
    assert (again.step_number, again.step_count, again.submit) == (3, 3, "Send inn")
    assert [button.label for button in again.buttons] == ["Endre", "Avbryt"]
    assert "Felles opplæring" in message(await submit(surface, "member", "sak.summary.lookedover", {})).title


async def test_what_was_typed_after_the_command_is_put_where_nothing_stands_and_once(surface: FakeSurface) -> None:
    shown = values(form(await submit(surface, "member", "sak.resume.pending", {}, "resume")))
    assert (shown["title"], shown["purpose"]) == ("Ny tittel", "Gammelt")
    shown = values(form(await submit(surface, "member", "sak.resume.filledin", {}, "resume")))
    assert not shown["title"]


async def test_what_was_searched_for_stands_there(surface: FakeSurface) -> None:
    shown = form(await submit(surface, "clinician", "avvik.resume.prefilled", {}, "resume"))
    assert {field.name: field.query for field in shown.fields if field.query} == {"unit": "sykehjem"}


async def test_what_was_answered_for_is_not_asked_again(surface: FakeSurface) -> None:
    after = form(await submit(surface, "clinician", "avvik.happened.confirmed", REPORT))
    assert after.title == "Følger"
    # In another draft, where nobody has answered, it is.
    asked = form(await submit(surface, "clinician", "avvik.happened.asked", REPORT))
    assert NAME in errors(asked)["description"]


async def test_what_the_form_on_the_screen_asks_can_be_answered(surface: FakeSurface) -> None:
    ticked = {**REPORT, guard.CONFIRM: "true"}
    assert form(await submit(surface, "clinician", "avvik.happened.asked", ticked)).title == "Følger"
    async with surface.world.database.transaction() as session:
        draft = await session.get_one(Draft, "asked")
        assert draft.progress.confirmed == {"description": [NAME]}


async def test_what_was_kept_out_and_is_not_held_any_more_is_told_of(surface: FakeSurface) -> None:
    shown = form(await submit(surface, "clinician", "avvik.resume.held", {}, "resume"))
    assert "nå har jeg det ikke lenger" in errors(shown)["description"]


async def test_nothing_that_was_written_is_told_by_an_error(surface: FakeSurface) -> None:
    """Of a row that cannot be read."""
    async with surface.world.database.transaction() as session:
        broken = text("UPDATE draft SET progress = '{\"held\": \"hemmelig\"}' WHERE id = 'held'")
        await session.execute(broken)
    async with surface.world.database.transaction() as session:
        with pytest.raises(ValueError, match="held") as refused:
            await session.get_one(Draft, "held")
        assert "hemmelig" not in str(refused.value)
        assert await session.scalar(select(func.count()).select_from(Draft)) == len(DRAFTS)


async def test_hundreds_are_moved(empty: Database) -> None:
    """More than are looked at at once."""
    await before(empty)
    async with empty.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO draft (id, person_id, dialog, step, status, arguments, answers, created_at, changed_at, "
                f"expires_at) VALUES (:id, {NOBODY}, 'sak', 'what', 'open', {_json(empty, 'arguments')}, '{{}}', "
                "'2026-08-31 08:00:00', '2026-08-31 08:00:00', '2026-09-30 08:00:00')"
            ),
            [{"id": f"many{n:05}", "arguments": json.dumps({"_queries": {"unit": str(n)}})} for n in range(1203)],
        )
    await migrate(empty)
    async with empty.transaction() as session:
        found = await session.scalars(select(Draft).where(Draft.id.startswith("many")))  # type: ignore[attr-defined]
        moved = {draft.id: draft.progress.queries["unit"] for draft in found if draft.arguments == {}}
    assert moved == {f"many{n:05}": str(n) for n in range(1203)}
