"""The identity guard in front of whatever is written: nothing is stored that tells who a patient is.

Each test searches all rows, the bytes of the SQLite file, and the log.
"""

import dataclasses
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from handlers import capabilities
from handlers.deviations.words import UNMARKED
from handlers.dialogs.dialog import Form, FormField, LongText, Raw, Reply, Text
from handlers.dialogs.guard import CONFIRM
from handlers.dialogs.token import Token
from handlers.errors import BotError
from handlers.messages.message import Message
from handlers.people.context import Profile
from handlers.writing.identity import REMOVED
from storage.tables import AgendaItem, Deviation, Draft, DraftStatus, Person
from tests import everything
from tests.clock import FixedClock
from tests.deviations.steps import fill_in, notice, receipt, report
from tests.identity_numbers import KINDS, written
from tests.stored import everything_in
from tests.surface import FakeSurface, errors, form, message, values
from tests.world import World

BAR = "ikke lagret"
NUMBERS = {kind: make(random.Random(kind)) for kind, make in KINDS.items()}
NUMBER = NUMBERS["fødselsnummer"]
FILLED = {"choice": "a", "choices": ["a"], "searched": "117", "person": "1", "day": "2026-12-03", "clock": "13:00"}


class Searched:
    """All that is stored and logged, by the end of a test."""

    def __init__(self, surface: FakeSurface, log: pytest.LogCaptureFixture) -> None:
        self.surface = surface
        self._log = log

    async def holds(self, *texts: str) -> list[str]:
        """Those of these texts that are stored or logged."""
        found = await everything_in(self.surface.world.database) + self._log.text
        return [each for each in texts if each in found]


@asynccontextmanager
async def searched(world: World, clock: FixedClock, log: pytest.LogCaptureFixture) -> AsyncIterator[FakeSurface]:
    """The bot's own dialogs. What is stored and logged is searched in the end."""
    log.set_level(logging.DEBUG)
    surface = FakeSurface(world, clock, capabilities.registry())
    yield surface
    assert await Searched(surface, log).holds(*NUMBERS.values()) == []


@pytest.fixture
async def avvik(small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> AsyncIterator[FakeSurface]:
    async with searched(small_world, clock, caplog) as surface:
        yield surface


@pytest.fixture
async def on_both(world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> AsyncIterator[FakeSurface]:
    """On both databases."""
    async with searched(world, clock, caplog) as surface:
        yield surface


async def what(surface: FakeSurface, text: str = "") -> Form:
    """The second screen of `/avvik`."""
    first = await surface.open("clinician", f"/avvik {text}")
    answers = {"unit": str(surface.world.units["homecare"]), "categories": ["medication"]}
    return form(await surface.submit("clinician", first, answers))


async def the_report(surface: FakeSurface) -> Deviation:
    async with surface.world.database.transaction() as session:
        return (await session.scalars(select(Deviation))).one()


async def to_the_end(surface: FakeSurface, happened: Form, description: str, consent: str = "asked") -> Reply:
    outcome = form(await surface.submit("clinician", happened, {"description": description}))
    assert errors(outcome) == {}, errors(outcome)
    last = form(await surface.submit("clinician", outcome, {"consequence": "none"}))
    return await surface.submit("clinician", last, {"consent": consent})


# --- identity numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NUMBERS)
async def test_a_number_is_taken_out_and_the_rest_stays(avvik: FakeSurface, kind: str) -> None:
    happened = await what(avvik)
    text = f"Pasienten {NUMBERS[kind]} fikk feil dose."
    given = {"description": text, "when": "i går", "immediate_measures": "Ringte legevakten"}
    again = form(await avvik.submit("clinician", happened, given))
    assert again.token == happened.token, "the same screen"
    assert BAR in errors(again)["description"]
    assert "saksreferansen" in errors(again)["description"]
    assert "godkjente kanalen" in errors(again)["description"]
    shown = values(again)
    assert shown["description"] == f"Pasienten {REMOVED} fikk feil dose."
    assert (shown["when"], shown["immediate_measures"]) == ("31.8.2026", "Ringte legevakten")
    # What is shown now can be sent as it is.
    told = await to_the_end(avvik, again, str(shown["description"]))
    assert REMOVED in str(told)
    assert (await the_report(avvik)).description == f"Pasienten {REMOVED} fikk feil dose."
    assert REMOVED in str(await notice(avvik, "nurse"))


async def test_it_is_told_of_as_often_as_it_is_written(avvik: FakeSurface) -> None:
    """A client may go on showing what was typed."""
    happened = await what(avvik)
    for _each in range(2):
        again = form(await avvik.submit("clinician", happened, {"description": f"Fnr {NUMBER} her"}))
        assert BAR in errors(again)["description"]


@pytest.mark.parametrize("intent", ["save", "back", "cancel", "resume"])
async def test_whatever_is_done_with_the_form(on_both: FakeSurface, intent: str) -> None:
    happened = await what(on_both)
    await on_both.submit("clinician", happened, {"description": f"Fnr {NUMBER} her"}, intent)  # type: ignore[arg-type]
    async with on_both.world.database.transaction() as session:
        draft = (await session.scalars(select(Draft))).one()
        assert draft.answers["description"] == f"Fnr {REMOVED} her"


async def test_letter_by_letter_as_it_is_typed(on_both: FakeSurface, caplog: pytest.LogCaptureFixture) -> None:
    """Nine digits are as good as all eleven: the others follow from them."""
    happened = await what(on_both)
    text = f"Fnr {NUMBER[:6]} {NUMBER[6:]} her"
    for end in range(1, len(text) + 1):
        await on_both.submit("clinician", happened, {"description": text[:end]}, "save")
    assert await Searched(on_both, caplog).holds(f"{NUMBER[:6]} {NUMBER[6:9]}") == []


@pytest.mark.parametrize(
    "line", ["/avvik Fnr {}", "avvik Fnr {}", "/sak Om {}", "/sak liste {}", "/tull {}", "{}", "/mote {}"]
)
async def test_in_a_command(avvik: FakeSurface, line: str) -> None:
    reply = await avvik.say("clinician", line.format(NUMBER))
    assert NUMBER not in str(reply)
    if isinstance(reply, Form):
        assert any(BAR in error for error in reply.errors)


async def test_what_came_with_the_command_is_in_its_field_without_the_number(on_both: FakeSurface) -> None:
    happened = await what(on_both, f"Pasient {NUMBER} falt")
    assert values(happened)["description"] == f"Pasient {REMOVED} falt"
    # A draft is open now, so the next command asks about it.
    resume = await on_both.open("clinician", f"/avvik En til med {NUMBER}")
    assert resume.title == "Fortsett der du slapp?"
    assert any(BAR in error for error in resume.errors)
    assert f"En til med {REMOVED}" in str(resume)


async def test_in_a_message_that_is_reported(avvik: FakeSurface) -> None:
    shown = form(await avvik.bot.shortcut(avvik.world.sender("clinician"), "avvik", f"Ser på {NUMBER}\ni morgen"))
    assert any(BAR in error for error in shown.errors)


async def test_in_a_case(avvik: FakeSurface) -> None:
    shown = await avvik.open("member", "/sak")
    given = {"committee": str(avvik.world.committees["fsu"]), "title": f"Om {NUMBER}", "aim": "Hensikt", "types": ["O"]}
    again = form(await avvik.submit("member", shown, given))
    assert BAR in errors(again)["title"]
    assert values(again)["title"] == f"Om {REMOVED}"
    async with avvik.world.database.transaction() as session:
        assert (await session.scalars(select(AgendaItem))).all() == []


async def test_in_an_answer_of_the_unit(avvik: FakeSurface) -> None:
    await report(avvik)
    shown = form(await avvik.press("nurse", await notice(avvik, "nurse"), "Svar og avslutt"))
    again = form(await avvik.submit("nurse", shown, {"finding": f"Gjaldt {NUMBER}", "measure": "Ny rutine"}))
    assert BAR in errors(again)["finding"]
    assert values(again)["measure"] == "Ny rutine"


async def test_in_what_the_unit_is_called(avvik: FakeSurface) -> None:
    """«Husk dette for neste gang»."""
    await report(avvik)
    sent_on = await fill_in(
        avvik, "nurse", await notice(avvik, "nurse"), "Send videre", unit=str(avvik.world.units["nursinghome"])
    )
    shown = form(await avvik.press("nurse", message(sent_on), "Husk dette for neste gang"))
    again = form(await avvik.submit("nurse", shown, {"alias": f"Bolig {NUMBER}"}))
    assert BAR in errors(again)["alias"]


async def test_in_what_a_button_carries(on_both: FakeSurface) -> None:
    """A client may send anything for a button of ours."""
    await report(on_both)
    sender = on_both.world.sender
    for action in on_both.bot.registry.actions:
        for who in ("clinician", "nurse", "secretary"):
            for name in ("deviation", "item", "step", "ticket", "direction", "meeting", "page", "at", NUMBER):
                carried = {"deviation": "1", "item": "1", "category": "medication", name: NUMBER}
                await on_both.bot.press(sender(who), action, carried, request_key=f"{action}{who}{name}:{NUMBER}")


async def test_in_what_a_platform_calls_somebody(avvik: FakeSurface) -> None:
    async def profile() -> Profile:
        return Profile(name=f"Eksempel {NUMBER}")

    stranger = dataclasses.replace(avvik.world.sender("clinician", "slack"), user_id="U-NEW", profile=profile)
    await avvik.bot.command(stranger, "/hjelp")
    async with avvik.world.database.transaction() as session:
        names = list(await session.scalars(select(Person.name)))
    assert f"Eksempel {REMOVED}" in names


async def said_to(surface: FakeSurface, token: str, raw: Raw, intent: str) -> str:
    """What a submission is answered with, whether it comes to something or not."""
    try:
        return str(await surface.bot.submit(surface.world.sender("clinician"), token, raw, intent))  # type: ignore[arg-type]
    except BotError as error:
        return str(error)


DIALOGS = list(capabilities.registry().dialogs.values())


@pytest.mark.parametrize("name", [dialog.name for dialog in DIALOGS])
@pytest.mark.parametrize("intent", ["save", "next"])
async def test_in_every_field_of_every_dialog(avvik: FakeSurface, name: str, intent: str) -> None:
    """Also in those that are no texts: a client may send anything."""
    dialog = avvik.bot.registry.dialogs[name]
    draw = random.Random(name)
    for place, step in enumerate(dialog.every_step):
        draft_id = f"draft-{place}"
        async with avvik.world.database.transaction() as session:
            session.add(
                Draft(
                    id=draft_id,
                    person_id=avvik.world.people["clinician"],
                    dialog=name,
                    step=step.name(),
                    arguments={},
                    answers={},
                    created_at=avvik.clock.now(),
                    changed_at=avvik.clock.now(),
                    expires_at=avvik.clock.now().replace(year=2027),
                )
            )
        numbers = [draw.choice(list(NUMBERS.values())) for _field in step.model_fields]
        raw = {field: f"Om {number}" for field, number in zip(step.model_fields, numbers, strict=True)}
        token = str(Token(name, step.name(), draft_id))
        said = await said_to(avvik, token, raw, intent)
        assert not any(number in said for number in numbers)
        async with avvik.world.database.transaction() as session:
            draft = await session.get_one(Draft, draft_id)
            texts = [field for field, widget, _required in step.widgets() if isinstance(widget, Text | LongText)]
            assert all(REMOVED in str(draft.answers.get(field)) or intent == "next" for field in texts)


async def test_hundreds_of_numbers_however_they_are_written(
    small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    surface = FakeSurface(small_world, clock, everything.registry())
    draw = random.Random(12)
    texts = [written(make(draw), draw) for make in KINDS.values() for _each in range(30)]
    shown = await surface.open("member", "/alt")
    for text in texts:
        intent = draw.choice(["save", "next", "back"])
        await surface.submit("member", shown, {"lines": f"Pasient {text} falt"}, intent)  # type: ignore[arg-type]
    assert await Searched(surface, caplog).holds(*texts) == []


def box(shown: Form) -> FormField:
    """The box to tick."""
    (found,) = [field for field in shown.fields if field.name == CONFIRM]
    return found


# --- doubts ------------------------------------------------------------------------------------------------


async def test_what_may_be_a_patients_is_asked_about_and_takes_a_tick(avvik: FakeSurface) -> None:
    happened = await what(avvik)
    text = "Ring vakta på 22 33 44 55."
    asked = form(await avvik.submit("clinician", happened, {"description": text}))
    assert errors(asked)["description"].startswith("Er dette en pasientopplysning? «22 33 44 55» ser ut som et telefon")
    assert values(asked)["description"] == text
    assert errors(asked)["description"].endswith("kryss av i ruten under hvis det ikke handler om en pasient.")
    # Right below the field that it is about, not at the end of the form.
    names = [field.name for field in asked.fields]
    assert names[names.index("description") + 1] == CONFIRM != names[-1]
    assert box(asked).label == "«22 33 44 55» er ikke opplysninger om en pasient"
    # Not ticked: asked again.
    asked = form(await avvik.submit("clinician", asked))
    assert "description" in errors(asked)
    outcome = form(await avvik.submit("clinician", asked, {CONFIRM: "true"}))
    assert outcome.title == "Følger"
    # Once is enough, also after going back.
    back = form(await avvik.submit("clinician", outcome, intent="back"))
    assert CONFIRM not in values(back)
    await to_the_end(avvik, back, text)
    assert (await the_report(avvik)).description == text


async def test_a_tick_is_for_what_was_asked_and_nothing_else(on_both: FakeSurface) -> None:
    asked = form(await on_both.submit("clinician", await what(on_both), {"description": "Ring 22 33 44 55."}))
    more = "Ring 22 33 44 55. Gjaldt pasient Eksempel Person."
    await on_both.submit("clinician", asked, {"description": more}, "save")
    again = form(await on_both.submit("clinician", asked, {"description": more, CONFIRM: "true"}))
    assert "«pasient Eksempel Person» ser ut som navnet på en pasient" in errors(again)["description"]
    assert form(await on_both.submit("clinician", again, {CONFIRM: "true"})).title == "Følger"


async def test_a_tick_that_nobody_was_offered_does_nothing(avvik: FakeSurface) -> None:
    happened = await what(avvik)
    asked = form(await avvik.submit("clinician", happened, {"description": "Ring 22 33 44 55.", CONFIRM: "true"}))
    assert "description" in errors(asked)


async def test_the_box_names_what_it_is_about(avvik: FakeSurface) -> None:
    text = "Ring 22 33 44 55 om pasient Eksempel Person."
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": text}))
    assert box(asked).label == (
        "Ingen av disse er opplysninger om en pasient: «pasient Eksempel Person», «22 33 44 55»"
    )


async def test_with_doubts_in_two_fields_the_box_stands_below_both(avvik: FakeSurface) -> None:
    given = {"description": "Ring 22 33 44 55.", "immediate_measures": "Ringte 22 33 44 66."}
    asked = form(await avvik.submit("clinician", await what(avvik), given))
    names = [field.name for field in asked.fields]
    assert names[names.index("immediate_measures") + 1] == CONFIRM
    assert box(asked).label.endswith("«22 33 44 55», «22 33 44 66»")
    assert form(await avvik.submit("clinician", asked, {CONFIRM: "true"})).title == "Følger"


async def test_beside_a_question_nobody_is_told_to_go_on(avvik: FakeSurface) -> None:
    """A number is taken out, and something else is asked about: one can go on once the box is ticked, no sooner."""
    number = next(iter(KINDS.values()))(random.Random(3))
    given = {"description": f"Pasient {number} falt.", "immediate_measures": "Ringte 22 33 44 66."}
    asked = form(await avvik.submit("clinician", await what(avvik), given))
    assert set(errors(asked)) == {"description", "immediate_measures"}
    assert not any("gå videre" in said for said in (*errors(asked).values(), *asked.errors, asked.intro))


async def test_a_tick_is_for_no_more_than_a_person_reads(avvik: FakeSurface) -> None:
    text = "\n".join(f"Ring 22 33 44 {last}." for last in range(50, 65))
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": text}))
    assert "«22 33 44 59»" in box(asked).label
    assert "«22 33 44 60»" not in box(asked).label
    asked = form(await avvik.submit("clinician", asked, {CONFIRM: "true"}))
    assert "«22 33 44 60»" in errors(asked)["description"]
    assert form(await avvik.submit("clinician", asked, {CONFIRM: "true"})).title == "Følger"


async def test_what_was_taken_away_is_asked_about_when_it_comes_back(avvik: FakeSurface) -> None:
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": "Ring 22 33 44 55."}))
    outcome = form(await avvik.submit("clinician", asked, {"description": "Ring vakta.", CONFIRM: "true"}))
    back = form(await avvik.submit("clinician", outcome, intent="back"))
    assert "description" in errors(form(await avvik.submit("clinician", back, {"description": "Ring 22 33 44 55."})))


async def test_an_account_number_takes_one_tick(avvik: FakeSurface) -> None:
    text = "Betalt til konto 1234.56.78911 ved en feil"
    asked = form(await avvik.submit("clinician", await what(avvik), {"description": text}))
    assert "fødselsnummer eller et kontonummer" in errors(asked)["description"]
    assert form(await avvik.submit("clinician", asked, {CONFIRM: "true"})).title == "Følger"


async def test_a_doubt_beside_another_error(avvik: FakeSurface) -> None:
    given = {"description": "Ring 22 33 44 55.", "when": "31. februar"}
    asked = form(await avvik.submit("clinician", await what(avvik), given))
    assert "description" in errors(asked)
    again = form(await avvik.submit("clinician", asked, {CONFIRM: "true"}))
    assert set(errors(again)) == {"when"}


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("description", "Pasient Eksempel Person falt"),
        ("immediate_measures", "Ringte fru Eksempelsen"),
        ("description", "Født 1.2.1950, falt i trappen"),
    ],
)
@pytest.mark.parametrize(("consent", "reason"), UNMARKED.items())
async def test_a_patient_who_opposes_or_was_not_asked_has_no_name_in_the_report(
    avvik: FakeSurface, field: str, text: str, consent: str, reason: str
) -> None:
    """Also where the reporter says that it is not about a patient."""
    given = {"description": "Falt i trappen", field: text}
    asked = form(await avvik.submit("clinician", await what(avvik), given))
    outcome = form(await avvik.submit("clinician", asked, {CONFIRM: "true"}))
    last = form(await avvik.submit("clinician", outcome, {"consequence": "none"}))
    again = form(await avvik.submit("clinician", last, {"consent": consent}))
    assert again.title == "Hva skjedde?"
    assert errors(again)[field].startswith(f"{reason}, så")
    assert values(again)[field] == text, "what was written is kept"
    await avvik.submit("clinician", again, {field: "Falt i trappen"})
    outcome = form(await avvik.submit("clinician", again, {field: "Falt i trappen"}))
    last = form(await avvik.submit("clinician", outcome))
    assert values(last)["consent"] == consent
    assert isinstance(await avvik.submit("clinician", last), Message)
    assert (await the_report(avvik)).consent == consent


@pytest.mark.parametrize(("consent", "reason"), UNMARKED.items())
async def test_a_patient_who_opposes_or_was_not_asked_is_not_named_later_either(
    avvik: FakeSurface, consent: str, reason: str
) -> None:
    await report(avvik, consent=consent)
    reply = await fill_in(
        avvik, "clinician", await receipt(avvik), "Legg til opplysninger", text="pasient Eksempel Person"
    )
    asked = form(reply)
    again = form(await avvik.submit("clinician", asked, {CONFIRM: "true"}))
    assert errors(again)["text"].startswith(f"{reason}, så")
    assert isinstance(await avvik.submit("clinician", again, {"text": "Skjedde på badet"}), Message)


@pytest.mark.parametrize(
    ("label", "given", "field"),
    [
        ("Be om opplysninger", {}, "question"),
        ("Svar og avslutt", {"measure": "Ny rutine"}, "finding"),
        ("Svar og avslutt", {"finding": "Glemt"}, "measure"),
        ("Avvis", {"reason": "other"}, "comment"),
        ("Send videre", {}, "note"),
    ],
)
@pytest.mark.parametrize(("consent", "reason"), UNMARKED.items())
async def test_nor_by_the_unit(
    avvik: FakeSurface, label: str, given: Raw, field: str, consent: str, reason: str
) -> None:
    await report(avvik, consent=consent)
    if label == "Send videre":
        given = {"unit": str(avvik.world.units["nursinghome"])}
    shown = form(await avvik.press("nurse", await notice(avvik, "nurse"), label))
    asked = form(await avvik.submit("nurse", shown, {**given, field: "Gjaldt pasient Eksempel Person"}))
    again = form(await avvik.submit("nurse", asked, {CONFIRM: "true"}))
    assert errors(again)[field].startswith(f"{reason}, så")
    assert isinstance(await avvik.submit("nurse", again, {field: "Gjaldt badet"}), Message)


# --- what is thrown away -----------------------------------------------------------------------------------


@pytest.mark.parametrize("intent", ["discard", "restart"])
async def test_what_is_thrown_away_is_not_kept(on_both: FakeSurface, intent: str) -> None:
    happened = await what(on_both)
    await on_both.submit("clinician", happened, {"description": "Pasient Eksempel Person"}, "save")
    resume = await on_both.open("clinician", "/avvik")
    await on_both.submit("clinician", resume, intent=intent)  # type: ignore[arg-type]
    async with on_both.world.database.transaction() as session:
        drafts = list(await session.scalars(select(Draft)))
        assert [draft.status for draft in drafts if draft.status == DraftStatus.DISCARDED] == [DraftStatus.DISCARDED]
        assert all("Eksempel Person" not in str(draft.answers) for draft in drafts)


async def test_what_was_left_out_in_the_end_is_not_kept(on_both: FakeSurface) -> None:
    """Nor what was sent: that stands for itself."""
    await report(on_both)
    shown = form(await on_both.press("clinician", await receipt(on_both), "Legg til opplysninger"))
    asked = form(await on_both.submit("clinician", shown, {"text": "Gjaldt pasient Eksempel Person"}))
    sent = await on_both.submit("clinician", asked, {"text": "Gjaldt badet"})
    async with on_both.world.database.transaction() as session:
        drafts = list(await session.scalars(select(Draft).where(Draft.dialog == "avvik.tillegg")))
    assert [(draft.status, draft.answers) for draft in drafts] == [(DraftStatus.SUBMITTED, {})]
    assert "Eksempel Person" not in str(drafts[0].arguments)
    # Sent twice, it is answered as the first time.
    assert await on_both.submit("clinician", asked, {"text": "Gjaldt badet"}) == sent
