"""What was stored, sent or shown before dialogs carried their capability's name goes on meaning what it meant."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.dialogs.token import Token
from handlers.errors import Gone
from handlers.messages.message import Message
from storage.tables import AgendaItem, Deviation, Draft
from tests.cases.steps import propose, to_how
from tests.clock import FixedClock
from tests.deviations import test_open_forms, walk
from tests.deviations.cast import Scene, everybody
from tests.surface import FakeSurface, facts, form, labels, message, values
from tests.world import World

FORMER = {
    "sak": "sak.meld",
    "endre": "sak.endre",
    "spor": "sak.spor",
    "svar": "sak.svar",
    "returner": "sak.returner",
    "senere": "sak.senere",
    "flytt": "sak.flytt",
    "sak-av": "sak.av",
    "sak-omplasser": "sak.omplasser",
    "avvik": "avvik.meld",
    "avvik-leder": "avvik.leder",
    "avvik-videre": "avvik.videre",
    "avvik-husk": "avvik.husk",
    "avvik-spor": "avvik.spor",
    "avvik-svar": "avvik.svar",
    "avvik-tillegg": "avvik.tillegg",
    "avvik-besvar": "avvik.besvar",
    "avvik-avvis": "avvik.avvis",
    "avvik-sporigjen": "avvik.sporigjen",
}
"""As they stand in drafts, on screens and on buttons."""

ACTIONS = [
    "sak.mine",
    "sak.ubehandlet",
    "sak.vis",
    "sak.nummer",
    "sak.endre",
    "sak.trekk",
    "sak.godta",
    "sak.spor",
    "sak.svar",
    "sak.returner",
    "sak.senere",
    "sak.flytt",
    "sak.av",
    "sak.omplasser",
    "sak.angre",
    "mote.vis",
    "sprak.velg",
    "utkast.slett",
    "forslag.velg",
    "skjema.apne",
    "avvik.direkte",
    "avvik.tell",
    "avvik.angre",
    "avvik.send",
    "avvik.seover",
    "avvik.tall",
    "avvik.monster",
    "avvik.mine",
    "avvik.ko",
    "avvik.vis",
    "avvik.skriv",
    "avvik.ta",
    "avvik.slipp",
    "avvik.videre",
    "avvik.husk",
    "avvik.spor",
    "avvik.svar",
    "avvik.tillegg",
    "avvik.besvar",
    "avvik.avvis",
    "avvik.sporigjen",
    "avvik.vurder",
    "avvik.trekk",
    "avvik.varslet",
    "avvik.varselsendt",
]
"""As they stand on buttons and in links that were sent."""

CASES: Mapping[str, tuple[str, str, Mapping[str, Any]]] = {
    # dialog: who opens it, with which button, what is filled in
    "endre": ("member", "Endre", {"title": "En annen tittel"}),
    "spor": ("secretary", "Be om mer", {"question": "Hva er saken?"}),
    "svar": ("member", "Svar", {"answer": "Dette"}),
    "returner": ("secretary", "Send tilbake", {"reason": "Ikke for oss"}),
    "senere": ("secretary", "Ta senere", {}),
    "flytt": ("secretary", "Send til annet utvalg", {"committee": "au"}),
    "sak-av": ("secretary", "Ta av sakslisten", {"reason": "Trengs ikke"}),
    "sak-omplasser": ("secretary", "Flytt til et annet møte", {}),
}


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    """On both databases."""
    return FakeSurface(world, clock, registry())


@pytest.fixture
async def scene(small_world: World, clock: FixedClock) -> Scene:
    return await everybody(small_world, clock)


async def as_before(surface: FakeSurface, shown: Form, former: str) -> str:
    """The draft of the form has its dialog's former name, and so has the token on the screen, which it returns."""
    token = Token.parse(shown.token)
    assert token.dialog == FORMER[former]
    async with surface.world.database.transaction() as session:
        await session.execute(update(Draft).where(col(Draft.id) == token.draft_id).values(dialog=former))
    return f"{former}.{token.step}.{token.draft_id}"


def filled(surface: FakeSurface, shown: Form, given: Mapping[str, Any]) -> dict[str, Any]:
    raw = {field.name: field.value for field in shown.fields} | given
    if "committee" in given:
        raw["committee"] = str(surface.world.committees[given["committee"]])
    return raw


def test_every_former_name_is_known() -> None:
    known = registry()
    former = {dialog.formerly: dialog.name for dialog in known.dialogs.values() if dialog.formerly}
    assert former == FORMER
    assert all(known.forms[old] is known.dialogs[new] for old, new in FORMER.items())
    assert CASES.keys() | {"sak"} | {old for old in FORMER if old.startswith("avvik")} == FORMER.keys()


def test_every_action_that_was_sent_on_a_button_is_run() -> None:
    known = registry()
    assert [name for name in ACTIONS if known.action(name) is None] == []


# --- drafts and screens ------------------------------------------------------------------------------------


async def test_a_draft_of_a_case_is_offered_again_and_sent_from_the_screen_it_stood_on(surface: FakeSurface) -> None:
    how = await to_how(surface)
    token = await as_before(surface, how, "sak")
    offered = await surface.open("member", "sak")
    assert offered.title == "Fortsett der du slapp?"
    assert facts(offered)["Tittel"] == "Felles opplæring i utskrivning"
    sender = surface.world.sender("member")
    look = form(await surface.bot.submit(sender, token, filled(surface, how, {})))
    receipt = message(await surface.bot.submit(sender, look.token.replace("sak.meld.", "sak."), {}))
    assert receipt.title == "Saken din: Felles opplæring i utskrivning"
    async with surface.world.database.transaction() as session:
        assert len(list(await session.scalars(select(AgendaItem)))) == 1


async def test_a_draft_of_a_deviation_is_offered_again_and_gone_on_with(surface: FakeSurface) -> None:
    outcome = await walk.to_outcome(surface)
    await as_before(surface, outcome, "avvik")
    offered = await surface.open("clinician", "avvik")
    assert offered.title == "Fortsett der du slapp?"
    again = form(await surface.submit("clinician", offered))
    assert Token.parse(again.token).draft_id == Token.parse(outcome.token).draft_id
    last = form(await surface.submit("clinician", again, {"consequence": "none", "near_miss": "false"}))
    assert "AVV-2026-0001" in message(await surface.submit("clinician", last, {"consent": "asked"})).title
    async with surface.world.database.transaction() as session:
        assert len(list(await session.scalars(select(Deviation)))) == 1


async def test_a_form_that_was_open_and_never_written_down_is_gone_on_with(surface: FakeSurface) -> None:
    first = await surface.open("member", "sak")
    token = first.token.replace("sak.meld.", "sak.")
    assert await surface.bot.submit(surface.world.sender("member"), token, {"title": "Halvferdig"}, "save") is None
    offered = await surface.open("member", "sak")
    assert facts(offered)["Tittel"] == "Halvferdig"


async def test_a_draft_is_put_away_and_deleted(surface: FakeSurface) -> None:
    await as_before(surface, await to_how(surface), "sak")
    away = message(await surface.say("member", "avbryt"))
    assert away.title == "Ikke sendt inn"
    await surface.press("member", away, "Slett utkastet")
    assert (await surface.open("member", "sak")).title != "Fortsett der du slapp?"


async def test_the_button_of_a_form_that_was_held_opens_it(surface: FakeSurface) -> None:
    how = await to_how(surface)
    token = await as_before(surface, how, "sak")
    stored = {
        "title": "Hva gjelder saken?",
        "buttons": [
            {"label": "Åpne skjemaet", "action": "skjema.apne", "arguments": {"token": token, "intent": "resume"}}
        ],
    }
    opened = form(await surface.press("member", Message.model_validate(stored), "Åpne skjemaet"))
    assert Token.parse(opened.token).step == Token.parse(how.token).step


@pytest.mark.parametrize("former", CASES)
async def test_a_form_about_a_case_that_was_open_has_its_effect(
    small_world: World, clock: FixedClock, former: str
) -> None:
    surface = FakeSurface(small_world, clock, registry())
    await propose(surface)
    who, label, given = CASES[former]
    if former == "svar":
        notice = await _with(surface, "secretary", "Be om mer")
        asked = form(await surface.press("secretary", notice, "Be om mer"))
        await surface.submit("secretary", asked, {"question": "Mer?"})
    if former in ("sak-av", "sak-omplasser"):
        await surface.press("secretary", await _with(surface, "secretary", "Sett på sakslisten"), "Sett på sakslisten")
    clock.forward(timedelta(minutes=2))
    shown = form(await surface.press(who, await _with(surface, who, label), label))
    token = await as_before(surface, shown, former)
    before = await _status(surface)
    done = await surface.bot.submit(surface.world.sender(who), token, filled(surface, shown, given))
    if former == "endre":
        # Two more screens; the form that comes next has the name that it has now.
        assert Token.parse(form(done).token).dialog == "sak.endre"
        look = form(await surface.submit(who, form(done)))
        assert message(await surface.submit(who, look)).title == "Saken din: En annen tittel"
    else:
        assert "feil" not in message(done).title
        assert await _status(surface) != before


async def _with(surface: FakeSurface, who: str, label: str) -> Message:
    return next(shown for shown in reversed(await surface.inbox(who)) if label in labels(shown))


async def _status(surface: FakeSurface) -> tuple[Any, ...]:
    async with surface.world.database.transaction() as session:
        item = await session.get_one(AgendaItem, 1)
        return item.status, item.committee_id, item.meeting_id, item.number


@pytest.mark.parametrize("former", [name for name in FORMER if name.startswith("avvik-")])
async def test_a_form_about_a_deviation_that_was_open_has_its_effect(scene: Scene, former: str) -> None:
    who, shown, given = await test_open_forms._open(scene, FORMER[former])
    token = await as_before(scene.surface, shown, former)
    before = await test_open_forms._written(scene)
    done = message(await scene.surface.bot.submit(scene.surface.world.sender(who), token, given))
    assert "feil" not in done.title
    assert await test_open_forms._written(scene) != before


# --- messages ----------------------------------------------------------------------------------------------


async def test_a_message_to_the_secretariat_that_was_stored_is_decided_on(surface: FakeSurface) -> None:
    await propose(surface)
    stored = {
        "title": "Forslag til sak: Felles opplæring i utskrivning",
        "buttons": [
            {
                "label": "Sett på sakslisten",
                "action": "sak.godta",
                "arguments": {"item": "1", "step": "1"},
                "style": "primary",
            },
            {"label": "Be om mer", "action": "sak.spor", "arguments": {"item": "1", "step": "1"}},
        ],
        "page": {"reference": "", "action": "sak.vis", "arguments": {"item": "1"}},
    }
    notice = Message.model_validate(stored)
    assert registry().nowhere(notice) == []
    asked = form(await surface.press("secretary", notice, "Be om mer"))
    assert "question" in values(asked)
    accepted = message(await surface.press("secretary", notice, "Sett på sakslisten"))
    assert "Angre" in labels(accepted)


async def test_a_name_that_no_dialog_ever_had_opens_nothing(surface: FakeSurface) -> None:
    how = await to_how(surface)
    token = Token.parse(how.token)
    for name in ("spor", "sak.spor", "sak.ny", "meld", "sak-meld"):
        wrong = f"{name}.{token.step}.{token.draft_id}"
        with pytest.raises(Gone, match="ikke lenger åpent"):
            await surface.bot.submit(surface.world.sender("member"), wrong, {"minutes": "10"})
