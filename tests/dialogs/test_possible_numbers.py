"""What may be an identity number and may be something else: asked about, and not stored before it is answered for.

Each test searches all rows, the bytes of the SQLite file, and the log.
"""

import dataclasses
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers import capabilities
from handlers.bot import Bot
from handlers.dialogs.dialog import Form, Intent, LongText, Raw, Reply, Text
from handlers.dialogs.guard import CONFIRM
from handlers.dialogs.held import as_message
from handlers.errors import Busy
from handlers.messages.message import Message
from handlers.partnership import doctor
from handlers.people.context import Profile
from handlers.writing import withheld
from handlers.writing.identity import REMOVED, Kind, doubts
from handlers.writing.withheld import CHARACTERS, Withheld
from storage.database import Database
from storage.tables import Delivery, Draft, Person
from tests import everything
from tests.clock import FixedClock
from tests.deviations.steps import fill_in, notice, report
from tests.dialogs.test_guard import Searched, searched, the_report, to_the_end, what
from tests.identity_numbers import KINDS, written
from tests.no_identity_numbers import NO_NUMBERS
from tests.stored import everything_in
from tests.surface import FakeSurface, errors, form, message, values
from tests.world import World

NUMBER = KINDS["fødselsnummer"](random.Random(31))
SPREAD = f"{NUMBER[:2]}.{NUMBER[2:4]}.{NUMBER[4:6]}-{NUMBER[6:]}"
LOOSE = " ".join(NUMBER)
ASKED = "Er dette et fødselsnummer?"
PUT_BACK = "Det var ikke et fødselsnummer"


def asked_by_accident(kind: str) -> str:
    """A text without any identity number, in which there is one all the same."""
    draw = random.Random(kind)
    for _each in range(100_000):
        text = " ".join(NO_NUMBERS[kind](draw).split())
        if Kind.NUMBER in [doubt.kind for doubt in doubts(text)]:
            return text
    raise AssertionError(f"no text of the kind {kind} is asked about")


CASES = next(doubt.text for doubt in doubts(asked_by_accident("to saksnumre")))


@pytest.fixture
async def on_both(world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> FakeSurface:
    caplog.set_level(logging.DEBUG)
    return FakeSurface(world, clock, capabilities.registry())


@pytest.fixture
async def avvik(small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> AsyncIterator[FakeSurface]:
    async with searched(small_world, clock, caplog) as surface:
        yield surface


def intents(shown: Form) -> list[str]:
    return [button.intent for button in shown.buttons]


async def stored_draft(surface: FakeSurface) -> Draft:
    async with surface.world.database.transaction() as session:
        return (await session.scalars(select(Draft))).one()


# --- asked ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written_as", [SPREAD, LOOSE, f"<b>{NUMBER[:6]}</b>{NUMBER[6:]}", f"konto {NUMBER}"])
@pytest.mark.parametrize("intent", ["next", "save", "back", "cancel", "resume", "putback"])
async def test_it_is_not_stored_before_it_is_answered_for(
    on_both: FakeSurface, caplog: pytest.LogCaptureFixture, written_as: str, intent: str
) -> None:
    happened = await what(on_both)
    typed = {"description": f"Gjaldt {written_as} i går"}
    await on_both.submit("clinician", happened, typed, intent)  # type: ignore[arg-type]
    assert REMOVED in (await stored_draft(on_both)).answers["description"]
    # It is shown to whoever wrote it all the same, as long as it is in memory.
    again = form(await on_both.bot.submit(on_both.world.sender("clinician"), happened.token, {}, "resume"))
    if intent != "back":
        assert values(again)["description"] == typed["description"]
    assert await Searched(on_both, caplog).holds(NUMBER, written_as, f"Gjaldt {written_as}") == []


# Days with times are known for a plan, and are not asked about.
@pytest.mark.parametrize("kind", sorted(NO_NUMBERS.keys() - {"timeplan"}))
async def test_what_is_something_else_takes_one_tick_and_is_then_whole(avvik: FakeSurface, kind: str) -> None:
    text = f"Dette: {asked_by_accident(kind)}."
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": text}))
    assert "description" in errors(asked)
    assert values(asked)["description"] == text
    assert CONFIRM in [field.name for field in asked.fields]
    outcome = form(await avvik.submit("clinician", asked, {CONFIRM: "true"}))
    assert errors(outcome) == {}, errors(outcome)
    back = form(await avvik.submit("clinician", outcome, intent="back"))
    assert values(back)["description"] == text
    await to_the_end(avvik, back, text)
    assert (await the_report(avvik)).description == text


async def test_the_question_names_the_whole_expression(avvik: FakeSurface) -> None:
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": f"Dette: {CASES}."}))
    assert ASKED in errors(asked)["description"]
    assert f"«{CASES}»" in errors(asked)["description"]
    assert f"«{CASES}»" in next(field.label for field in asked.fields if field.name == CONFIRM)
    assert "ikke lagret" in errors(asked)["description"]


async def test_a_tick_is_for_the_number_that_was_asked_about(on_both: FakeSurface) -> None:
    asked = form(await on_both.submit("clinician", await what(on_both), {"description": f"Dette: {CASES}."}))
    more = {"description": f"Dette: {CASES}. Og {LOOSE} her", CONFIRM: "true"}
    again = form(await on_both.submit("clinician", asked, more))
    assert f"«{LOOSE}»" in errors(again)["description"]
    draft = await stored_draft(on_both)
    assert draft.answers["description"] == f"Dette: {CASES}. Og {REMOVED} her"
    assert LOOSE not in await everything_in(on_both.world.database)


async def test_after_a_restart_a_tick_is_asked_for_once_more(on_both: FakeSurface) -> None:
    """What was asked about a number is in memory only. The client has the text."""
    asked = form(await on_both.submit("clinician", await what(on_both), {"description": f"Dette: {CASES}."}))
    restarted(on_both)
    asked = form(await on_both.submit("clinician", asked, {CONFIRM: "true"}))
    assert ASKED in errors(asked)["description"]
    assert errors(form(await on_both.submit("clinician", asked, {CONFIRM: "true"}))) == {}


def restarted(surface: FakeSurface) -> None:
    surface.bot = Bot(surface.world.database, surface.bot.registry, surface.clock)


@pytest.mark.parametrize("intent", ["resume", "next"])
async def test_after_a_restart_the_person_is_told_that_it_is_to_be_written_again(
    on_both: FakeSurface, intent: str
) -> None:
    happened = await what(on_both)
    await on_both.submit("clinician", happened, {"description": f"Dette: {CASES}."}, "save")
    restarted(on_both)
    sender = on_both.world.sender("clinician")
    shown = form(await on_both.bot.submit(sender, happened.token, {}, intent))  # type: ignore[arg-type]
    assert shown.title == "Hva skjedde?"
    assert "Skriv det på nytt" in errors(shown)["description"]
    assert values(shown)["description"] == f"Dette: {REMOVED}."
    # Told once, it may go on as it stands.
    assert form(await on_both.submit("clinician", shown)).title == "Følger"


async def test_another_process_does_not_show_an_older_text(on_both: FakeSurface) -> None:
    """Both have the same mark in the place of another number."""
    happened = await what(on_both)
    await on_both.submit("clinician", happened, {"description": f"Gjaldt {CASES}"}, "save")
    here = on_both.bot
    restarted(on_both)
    await on_both.submit("clinician", happened, {"description": f"Gjaldt {LOOSE}"}, "save")
    on_both.bot = here
    shown = form(await on_both.bot.submit(on_both.world.sender("clinician"), happened.token, {}, "resume"))
    assert values(shown)["description"] == f"Gjaldt {REMOVED}"


async def test_a_patient_who_opposes_has_no_such_number_in_the_report(avvik: FakeSurface) -> None:
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": f"Gjaldt {CASES}"}))
    outcome = form(await avvik.submit("clinician", asked, {CONFIRM: "true"}))
    last = form(await avvik.submit("clinician", outcome, {"consequence": "none"}))
    again = form(await avvik.submit("clinician", last, {"consent": "opposed"}))
    assert "Pasienten motsetter seg" in errors(again)["description"]


# --- put back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [f"Ordre {NUMBER} kom ikke", f"Fra {NUMBER[:6]} {NUMBER[6:]} til {NUMBER}"])
async def test_what_was_taken_out_can_be_put_back(world: World, clock: FixedClock, typed: str) -> None:
    surface = FakeSurface(world, clock, capabilities.registry())
    asked = form(await surface.submit("clinician", await what(surface), {"description": typed}))
    assert REMOVED in str(values(asked)["description"])
    assert PUT_BACK in [button.label for button in asked.buttons]
    assert PUT_BACK in errors(asked)["description"]
    assert NUMBER not in await everything_in(world.database)
    back = form(await surface.submit("clinician", asked, {"immediate_measures": "Ringte"}, "putback"))
    assert values(back)["description"] == typed
    assert values(back)["immediate_measures"] == "Ringte", "what was typed meanwhile is kept"
    assert "putback" not in intents(back)
    # It has been answered for.
    await to_the_end(surface, back, typed)
    assert (await the_report(surface)).description == typed


async def test_it_is_put_back_where_it_stood_when_the_text_was_changed_meanwhile(avvik: FakeSurface) -> None:
    other = KINDS["D-nummer"](random.Random(32))
    typed = {"description": f"Ordre {NUMBER} og faktura {other} mangler"}
    asked = form(await avvik.submit("clinician", await what(avvik), typed))
    assert values(asked)["description"] == f"Ordre {REMOVED} og faktura {REMOVED} mangler"
    changed = {"description": f"Nå: faktura {REMOVED} mangler"}
    back = form(await avvik.submit("clinician", asked, changed, "putback"))
    assert values(back)["description"] == f"Nå: faktura {other} mangler"


async def test_what_is_taken_out_and_what_is_asked_about_are_told_at_once(avvik: FakeSurface) -> None:
    typed = {"description": f"Gjelder sak {CASES}, ordre {NUMBER}"}
    asked = form(await avvik.submit("clinician", await what(avvik), typed))
    assert PUT_BACK in errors(asked)["description"]
    assert f"Sifrene i «{CASES}»" in errors(asked)["description"]
    assert values(asked)["description"] == f"Gjelder sak {CASES}, ordre {REMOVED}"


async def test_another_number_is_taken_out_all_the_same(avvik: FakeSurface) -> None:
    other = KINDS["D-nummer"](random.Random(33))
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": f"Ordre {other} mangler"}))
    back = form(await avvik.submit("clinician", asked, intent="putback"))
    again = form(await avvik.submit("clinician", back, {"description": f"Ordre {other} mangler, gjaldt {NUMBER}"}))
    assert values(again)["description"] == f"Ordre {other} mangler, gjaldt {REMOVED}"
    assert "putback" in intents(again)


@pytest.mark.parametrize("intent", ["next", "save"])
@pytest.mark.parametrize("instead", ["Ordren mangler", ""])
async def test_what_was_put_back_and_then_taken_away_is_not_in_the_draft(
    on_both: FakeSurface, intent: Intent, instead: str
) -> None:
    """It may have been one after all: what the person has said of it goes with it."""
    asked = form(await on_both.submit("clinician", await what(on_both), {"description": f"Ordre {NUMBER} mangler"}))
    back = form(await on_both.submit("clinician", asked, intent="putback"))
    await on_both.submit("clinician", back, {"description": instead}, intent)
    async with on_both.world.database.transaction() as session:
        (draft,) = await session.scalars(select(Draft))
    assert NUMBER not in f"{draft.answers} {draft.arguments}"
    again = form(await on_both.submit("clinician", back, {"description": f"Ordre {NUMBER} mangler"}))
    assert values(again)["description"] == f"Ordre {REMOVED} mangler"


async def test_what_was_typed_after_a_command_can_be_put_back(avvik: FakeSurface) -> None:
    other = KINDS["D-nummer"](random.Random(34))
    shown = await avvik.open("clinician", f"/avvik Ordre {other} kom ikke")
    assert any(PUT_BACK in error for error in shown.errors)
    assert other not in await everything_in(avvik.world.database)
    answers = {"unit": str(avvik.world.units["homecare"]), "categories": ["medication"]}
    happened = form(await avvik.submit("clinician", shown, answers))
    assert values(happened)["description"] == f"Ordre {REMOVED} kom ikke"
    back = form(await avvik.submit("clinician", happened, intent="putback"))
    assert values(back)["description"] == f"Ordre {other} kom ikke"


async def test_what_was_typed_after_a_command_is_asked_about_in_its_form(avvik: FakeSurface) -> None:
    happened = await what(avvik, f"Gjaldt {SPREAD}")
    assert values(happened)["description"] == f"Gjaldt {SPREAD}"
    assert ASKED in errors(form(await avvik.submit("clinician", happened)))["description"]
    assert SPREAD not in await everything_in(avvik.world.database)


async def test_what_was_typed_beside_a_draft_comes_into_it_whole(avvik: FakeSurface) -> None:
    happened = await what(avvik)
    await avvik.submit("clinician", happened, {"immediate_measures": "Ringte"}, "save")
    resume = await avvik.open("clinician", f"/avvik Gjaldt {SPREAD}")
    assert SPREAD in str(resume)
    assert SPREAD not in await everything_in(avvik.world.database)
    again = form(await avvik.submit("clinician", resume))
    assert values(again)["description"] == f"Gjaldt {SPREAD}"
    assert SPREAD not in await everything_in(avvik.world.database)


async def test_after_a_restart_it_is_said_kindly_that_it_is_not_there(avvik: FakeSurface) -> None:
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": f"Ordre {NUMBER} mangler"}))
    restarted(avvik)
    again = form(await avvik.submit("clinician", asked, intent="putback"))
    assert any("Skriv det på nytt" in error for error in again.errors)
    assert "putback" not in intents(again)


async def test_what_is_held_goes_when_the_form_does(avvik: FakeSurface) -> None:
    async def held_after(intent: str) -> int:
        happened = await what(avvik)
        shown = form(await avvik.submit("clinician", happened, {"description": f"Ordre {NUMBER} mangler"}))
        assert len(avvik.bot._calls.withheld) == 1
        await avvik.submit("clinician", shown, intent=intent)  # type: ignore[arg-type]
        return len(avvik.bot._calls.withheld)

    assert await held_after("discard") == 0
    happened = await what(avvik)
    await avvik.submit("clinician", happened, {"description": f"Ordre {NUMBER} mangler"})
    avvik.clock.forward(timedelta(hours=3))
    await avvik.say("clinician", "/hjelp")
    assert len(avvik.bot._calls.withheld) == 0


# --- when nothing was stored -------------------------------------------------------------------------------


@asynccontextmanager
async def others_at_the_draft(surface: FakeSurface) -> AsyncIterator[None]:
    """Nobody else can write it."""
    async with surface.world.database.transaction() as session:
        await session.execute(update(Draft).values(step=col(Draft.step)))
        yield


@pytest.fixture
async def impatient(on_both: FakeSurface) -> AsyncIterator[FakeSurface]:
    """Who does not wait long for others."""
    database = Database(on_both.world.database.url.render_as_string(hide_password=False), patience=0.1)
    on_both.bot = Bot(database, on_both.bot.registry, on_both.clock)
    yield on_both
    await database.close()


async def test_what_was_taken_out_can_be_put_back_if_nothing_came_of_a_change(impatient: FakeSurface) -> None:
    typed = f"Ordre {NUMBER} mangler"
    asked = form(await impatient.submit("clinician", await what(impatient), {"description": typed}))
    async with others_at_the_draft(impatient):
        with pytest.raises(Busy):
            await impatient.submit("clinician", asked, {"description": "Noe annet"}, "save")
        with pytest.raises(Busy):
            await impatient.submit("clinician", asked, intent="discard")
    back = form(await impatient.submit("clinician", asked, intent="putback"))
    assert values(back)["description"] == typed


def test_no_more_is_held_than_there_is_room_for(clock: FixedClock) -> None:
    held = Withheld(drafts=3)
    for number in range(10):
        call = held.of_call()
        call.of(f"draft-{number}", clock.now()).asked = {"line": ["x"]}
        call.keep()
    assert len(held) == 3
    assert held.of_call().known("draft-9").asked
    assert not held.of_call().known("draft-0").asked


def test_a_call_that_came_to_nothing_has_changed_nothing(clock: FixedClock) -> None:
    held = Withheld()
    first = held.of_call()
    first.of("draft", clock.now()).texts["line"] = withheld.Text("Hei")
    first.keep()
    overtaken = held.of_call()
    overtaken.of("new", clock.now()).pending = {"line": "Hei"}
    overtaken.known("draft").texts.clear()
    overtaken.known("draft").asked["line"] = ["x"]
    assert overtaken.known("draft") != held.of_call().known("draft")
    overtaken.forget("draft")
    assert overtaken.known("draft").texts == {}
    again = held.of_call()
    assert (again.known("draft").texts, again.known("draft").asked) == ({"line": withheld.Text("Hei")}, {})
    assert again.known("new").pending == {}
    overtaken.keep()
    assert (len(held), held.of_call().known("draft").texts) == (1, {})


def test_whoever_only_looked_changes_nothing(clock: FixedClock) -> None:
    """Nor does a call that took from what another was done with meanwhile bring it back."""
    held = Withheld()
    first = held.of_call()
    first.of("draft", clock.now()).texts["line"] = withheld.Text("Hei")
    first.keep()
    looked, took = held.of_call(), held.of_call()
    assert looked.known("draft").texts
    took.known("draft").texts.clear()
    other = held.of_call()
    other.of("draft", clock.now()).texts["line"] = withheld.Text("Hei igjen")
    other.keep()
    looked.keep()
    assert held.of_call().known("draft").texts == {"line": withheld.Text("Hei igjen")}
    done = held.of_call()
    done.forget("draft")
    done.keep()
    took.keep()
    assert len(held) == 0


async def test_a_text_that_is_longer_than_any_field_is_not_held(avvik: FakeSurface) -> None:
    text = "x " * CHARACTERS + NUMBER
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": text}))
    assert str(values(asked)["description"]).endswith(REMOVED)
    assert "putback" not in intents(asked)


# --- where there is no form to ask in ----------------------------------------------------------------------


@pytest.mark.parametrize("line", ["/tull {}", "/sak liste {}", "/mote {}", "{}", "/avvik tall {}", "/ventende {}"])
@pytest.mark.parametrize("spread", [SPREAD, LOOSE, CASES])
async def test_in_a_line_all_of_it_is_taken_out_and_the_person_is_told(
    avvik: FakeSurface, line: str, spread: str
) -> None:
    reply = await avvik.say("secretary", line.format(spread))
    assert spread not in str(reply) or isinstance(reply, Form)
    if isinstance(reply, Message):
        assert "Jeg tok bort noe som kan være et fødselsnummer" in reply.small
    assert spread not in await everything_in(avvik.world.database)


async def test_in_a_message_that_is_reported(avvik: FakeSurface) -> None:
    sender = avvik.world.sender("clinician")
    shown = form(await avvik.bot.shortcut(sender, "avvik", f"Ser på {SPREAD}\ni morgen"))
    answers = {"unit": str(avvik.world.units["homecare"]), "categories": ["medication"]}
    happened = form(await avvik.submit("clinician", shown, answers))
    assert values(happened)["description"] == f"Ser på {SPREAD}\ni morgen"
    assert ASKED in errors(form(await avvik.submit("clinician", happened)))["description"]
    assert SPREAD not in await everything_in(avvik.world.database)


async def test_in_what_a_button_carries(on_both: FakeSurface) -> None:
    await report(on_both)
    for action in on_both.bot.registry.actions:
        for who in ("clinician", "nurse", "secretary"):
            carried = {"deviation": "1", "item": "1", "category": "medication", "ticket": SPREAD, "text": SPREAD}
            await on_both.bot.press(on_both.world.sender(who), action, carried)
    assert SPREAD not in await everything_in(on_both.world.database)


@pytest.mark.parametrize("name", [NUMBER, SPREAD, f"{NUMBER[:6]} {NUMBER[6:]}"])
async def test_in_what_a_platform_says_of_somebody(avvik: FakeSurface, name: str) -> None:
    async def profile() -> Profile:
        return Profile(name=f"Eksempel {name}", email=f"{name.replace(' ', '.')}@example.org")

    stranger = dataclasses.replace(avvik.world.sender("clinician", "slack"), user_id="U-NEW", profile=profile)
    await avvik.bot.command(stranger, "/hjelp")
    async with avvik.world.database.transaction() as session:
        found = [(person.name, person.email) for person in await session.scalars(select(Person))]
    assert (f"Eksempel {REMOVED}", None) in found
    assert NUMBER not in await everything_in(avvik.world.database)
    # They are told what to do, and so is the operator.
    async with avvik.world.database.transaction() as session:
        told = [delivery.message["title"] for delivery in await session.scalars(select(Delivery))]
        assert "E-postadressen din i Slack kan ha et fødselsnummer i seg, så jeg bruker den ikke" in told
        assert "kan ha et fødselsnummer i seg" in str(await doctor.people(session, avvik.clock.now()))


async def test_in_a_form_that_did_not_come_through(avvik: FakeSurface) -> None:
    """It is kept as a message."""
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": f"Gjaldt {SPREAD}"}))
    assert SPREAD in str(asked)
    assert SPREAD not in str(as_message(asked))


async def test_in_a_form_about_something_settled(avvik: FakeSurface) -> None:
    """What was written is shown, and stored in some conversations."""
    closed = message(await settled_meanwhile(avvik, f"Gjaldt {SPREAD}"))
    assert f"Gjaldt {REMOVED}" in [fact.value for fact in closed.facts]
    assert "Jeg tok bort noe" in closed.small


async def settled_meanwhile(surface: FakeSurface, text: str) -> Reply:
    await report(surface)
    told = await notice(surface, "nurse")
    shown = form(await surface.press("nurse", told, "Be om opplysninger"))
    await fill_in(surface, "nurse", told, "Svar og avslutt", finding="Glemt", measure="Ny rutine")
    return await surface.submit("nurse", shown, {"question": text})


# --- every field, however it is written --------------------------------------------------------------------


async def test_hundreds_of_numbers_however_they_are_written_in_every_text_of_a_form(
    small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    surface = FakeSurface(small_world, clock, everything.registry())
    draw = random.Random("every text")
    shown = await surface.open("member", "/alt")
    step = surface.bot.registry.dialogs["prove.alt"].every_step[0]
    fields = [name for name, widget, _required in step.widgets() if isinstance(widget, Text | LongText)]
    texts: list[str] = []
    for make in KINDS.values():
        for _each in range(20):
            raw: Raw = {}
            for name in fields:
                texts.append(written(make(draw), draw))
                raw[name] = f"Pasient {texts[-1]} falt"
            intent = draw.choice(["save", "next", "back"])
            await surface.submit("member", shown, {**raw, CONFIRM: "true"}, intent)  # type: ignore[arg-type]
            # A tick that was for other numbers is none for these.
            assert await Searched(surface, caplog).holds(*texts[-len(fields) :]) == []
