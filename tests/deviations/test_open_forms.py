"""Forms about deviations: for whoever opened them, as long as they may; in other hands they open nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.errors import NotAllowed
from storage.tables import Delivery, Deviation, DeviationEvent, DeviationStatus, Draft, UnitStaff
from tests.deviations import steps
from tests.deviations.cast import ROLES, Scene, State, put, told
from tests.surface import form, message

DIALOGS: Mapping[str, tuple[str, State, str, Mapping[str, Any]]] = {
    # dialog: (action that opens it, the state it is opened in, who opens it, what is filled in)
    "avvik.spor": ("avvik.spor", State(DeviationStatus.TAKEN), "nurse", {"question": "Når ble det oppdaget?"}),
    "avvik.besvar": (
        "avvik.besvar",
        State(DeviationStatus.TAKEN),
        "nurse",
        {"finding": "En feil", "measure": "Rutine"},
    ),
    "avvik.avvis": ("avvik.avvis", State(DeviationStatus.TAKEN), "nurse", {"reason": "not_ours", "comment": "Ikke vi"}),
    "avvik.videre": ("avvik.videre", State(DeviationStatus.TAKEN), "nurse", {"unit": "nursinghome"}),
    "avvik.husk": ("avvik.husk", State(DeviationStatus.TAKEN), "former", {"alias": "Eksempelnavnet"}),
    "avvik.svar": ("avvik.svar", State(DeviationStatus.ASKED), "clinician", {"answer": "Klokka ti"}),
    "avvik.tillegg": ("avvik.tillegg", State(DeviationStatus.TAKEN), "clinician", {"text": "En ting til"}),
    "avvik.sporigjen": ("avvik.sporigjen", State(DeviationStatus.ANSWERED), "clinician", {"question": "Hvorfor?"}),
    "avvik.leder": ("avvik.seover", State(DeviationStatus.AT_LEADER, sent=False), "chief", {"prevention": "Ny mal"}),
}

# --- forms that were open while something changed ------------------------------------------------------------


REPORTING = {"avvik.meld"}
"""Everybody may report: the form is one's own until it is sent."""


def test_every_form_has_its_row() -> None:
    assert {name for name in registry().dialogs if name.startswith("avvik")} == DIALOGS.keys() | REPORTING


async def _open(scene: Scene, dialog: str) -> tuple[str, Form, dict[str, Any]]:
    action, state, who, filled = DIALOGS[dialog]
    await put(scene, state)
    surface = scene.surface
    shown = form(await surface.bot.press(surface.world.sender(who), action, scene.arguments or {}))
    given = {field.name: field.value for field in shown.fields} | filled
    if "unit" in filled:
        given["unit"] = str(surface.world.units[filled["unit"]])
    return who, shown, given


async def _written(scene: Scene) -> tuple[Any, ...]:
    async with scene.surface.world.database.transaction() as session:
        row = await session.get_one(Deviation, scene.deviation_id)
        counts = [await session.scalar(select(func.count()).select_from(table)) for table in (DeviationEvent, Delivery)]
        return (row.model_dump(), *counts)


@pytest.mark.parametrize("dialog", DIALOGS)
async def test_a_form_sent_by_whoever_it_is_for_has_its_effect(scene: Scene, dialog: str) -> None:
    who, shown, given = await _open(scene, dialog)
    before = await _written(scene)
    done = message(await scene.surface.bot.submit(scene.surface.world.sender(who), shown.token, given))
    assert "feil" not in done.title
    assert await _written(scene) != before


@pytest.mark.parametrize("dialog", DIALOGS)
async def test_a_form_in_anybody_elses_hands_opens_nothing(scene: Scene, dialog: str) -> None:
    who, shown, given = await _open(scene, dialog)
    before = await _written(scene)
    bot, world = scene.surface.bot, scene.surface.world
    for other in ROLES.keys() - {who}:
        for intent in ("next", "save", "back"):
            with pytest.raises(NotAllowed):
                await bot.submit(world.sender(other), shown.token, given, intent)  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            await bot.search(world.sender(other), shown.token, "unit", "a")
    assert await _written(scene) == before


@pytest.mark.parametrize("dialog", [name for name, row in DIALOGS.items() if row[2] == "nurse"])
@pytest.mark.parametrize("change", ["handed over", "left the unit"])
async def test_a_form_that_was_open_when_they_lost_the_report_changes_nothing(
    scene: Scene, dialog: str, change: str
) -> None:
    who, shown, given = await _open(scene, dialog)
    world = scene.surface.world
    async with world.database.transaction() as session:
        if change == "handed over":
            moved = {"unit_id": world.units["nursinghome"], "handler_id": None, "status": DeviationStatus.SENT}
            await session.execute(update(Deviation).values(**moved))
            # Handled there too, the world's nurse would still see it.
            await session.execute(
                update(UnitStaff)
                .where(
                    col(UnitStaff.unit_id) == world.units["nursinghome"],
                    col(UnitStaff.person_id) == world.people["nurse"],
                )
                .values(valid_to=scene.surface.clock.now().date() - timedelta(days=1))
            )
        else:
            await session.execute(
                update(UnitStaff)
                .where(col(UnitStaff.person_id) == world.people["nurse"])
                .values(valid_to=scene.surface.clock.now().date() - timedelta(days=1))
            )
    before = await _written(scene)
    # What they wrote is kept, with a sentence that says why it cannot be sent; of the report, no more than they saw.
    again = form(await scene.surface.bot.submit(world.sender(who), shown.token, given))
    assert again.errors or any(field.error for field in again.fields)
    assert not any(secret in told(again) for secret in (steps.DESCRIPTION, "Clinician"))
    assert await _written(scene) == before


@pytest.mark.parametrize("dialog", [name for name, row in DIALOGS.items() if row[2] != "former"])
async def test_a_form_that_was_open_when_the_report_was_closed_says_so(scene: Scene, dialog: str) -> None:
    who, shown, given = await _open(scene, dialog)
    async with scene.surface.world.database.transaction() as session:
        closed = {"status": DeviationStatus.WITHDRAWN, "closed_at": scene.surface.clock.now()}
        await session.execute(update(Deviation).values(**closed))
    before = await _written(scene)
    closed = message(await scene.surface.bot.submit(scene.surface.world.sender(who), shown.token, given))
    assert closed.text.startswith("Skjemaet er lukket."), "a sentence says why it cannot be sent"
    typed = {value for name, value in DIALOGS[dialog][3].items() if name not in ("unit", "reason")}
    assert {fact.value for fact in closed.facts} >= typed, "what was typed can be copied"
    assert await _written(scene) == before


async def test_a_report_that_is_being_written_is_its_writers(scene: Scene) -> None:
    bot, world = scene.surface.bot, scene.surface.world
    shown = form(await bot.command(world.sender("clinician"), f"avvik {steps.DESCRIPTION}"))
    for other in ROLES.keys() - {"clinician"}:
        with pytest.raises(NotAllowed) as refused:
            await bot.submit(world.sender(other), shown.token, {}, "back")
        assert steps.DESCRIPTION not in str(refused.value)
    async with world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Draft)) == 1
