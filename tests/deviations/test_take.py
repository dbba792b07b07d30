"""Who in the unit has the report: taken, taken over, given up; two at once, the wrong person, an old button."""

import asyncio

import pytest

from handlers.capabilities import registry
from storage.database import Database
from storage.tables import DeviationStatus
from tests.clock import FixedClock
from tests.deviations import steps
from tests.surface import FakeSurface, facts, form, labels, message, values
from tests.world import build

MINE = ["Svar og avslutt", "Be om opplysninger", "Send videre", "Avvis", "Gi fra deg saken"]
FREE = ["Ta saken", "Svar og avslutt", "Be om opplysninger", "Send videre", "Avvis"]


async def test_whoever_takes_it_has_it_and_everybody_sees_who(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho", consequence="major")
    taken = message(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Ta saken"))
    assert taken.text.startswith("Eksempel Surgeon tok saken")
    report = await steps.stored(surface, added)
    assert (report.deviation.status, report.deviation.handler_id) == ("taken", surface.world.people["surgeon"])
    assert labels(await steps.notice(surface, "surgeon")) == [*MINE, "Vis saken"]
    for who in ("registrar", "chief"):
        seen = await steps.notice(surface, who)
        assert facts(seen)["Status"] == "Eksempel Surgeon har tatt saken"
        assert labels(seen) == ["Ta over saken", "Vis saken"]
    own = await steps.receipt(surface, "carer")
    assert facts(own)["Status"] == "Eksempel Surgeon har tatt saken"
    # What is being looked at cannot be withdrawn.
    assert "Trekk meldingen" not in labels(own)


async def test_the_second_click_says_that_it_is_done(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = await steps.notice(surface, "surgeon")
    await surface.press("surgeon", shown, "Ta saken")
    again = message(await surface.press("surgeon", shown, "Ta saken"))
    assert again.title == "Du har allerede tatt saken."
    assert await steps.kinds(surface, added) == ["reported", "taken"]


async def test_the_second_handler_is_told_who_has_it(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    first, second = await steps.notice(surface, "surgeon"), await steps.opened(surface, "registrar", added)
    await surface.press("surgeon", first, "Ta saken")
    late = message(await surface.press("registrar", second, "Ta saken"))
    assert "Eksempel Surgeon tok saken" in late.title
    # A button that says so takes it over.
    over = message(await surface.press("registrar", await steps.opened(surface, "registrar", added), "Ta over saken"))
    assert over.text.startswith("Eksempel Registrar tok saken")
    assert (await steps.news(surface, "surgeon")).title == "Eksempel Registrar har tatt over AVV-2026-0001"


async def test_what_somebody_else_has_cannot_be_decided_on(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Ta saken")
    last = await steps.last(surface, added)
    for action in ("avvik.besvar", "avvik.avvis", "avvik.spor", "avvik.videre", "avvik.slipp"):
        refused = message(await steps.press(surface, "registrar", action, deviation=str(added), step=last))
        assert refused.title.startswith("Eksempel Surgeon har tatt saken. Trykk «Ta over saken»")


async def test_what_was_written_before_a_colleague_took_it_is_not_lost(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = await steps.opened(surface, "registrar", added)
    written = {"finding": "Vi fant feilen.", "measure": "Ny rutine."}
    opened = form(await surface.press("registrar", shown, "Svar og avslutt"))
    await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Ta saken")
    refused = form(await surface.submit("registrar", opened, written))
    assert refused.errors[0].startswith("Eksempel Surgeon har tatt saken.")
    assert values(refused)["finding"] == "Vi fant feilen."
    # Taken over, the same form goes through.
    await surface.press("registrar", await steps.opened(surface, "registrar", added), "Ta over saken")
    assert message(await surface.submit("registrar", refused)).text.startswith("Eksempel Registrar besvarte saken")


async def test_giving_it_up_leaves_it_to_the_others(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho", consequence="major")
    await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Ta saken")
    mine = await steps.notice(surface, "surgeon")
    await surface.press("surgeon", mine, "Gi fra deg saken")
    assert labels(await steps.notice(surface, "registrar")) == [*FREE, "Vis saken"]
    assert (await steps.news(surface, "registrar")).title == "AVV-2026-0001 er ledig: ta saken hvis du kan"
    again = message(await surface.press("surgeon", mine, "Gi fra deg saken"))
    assert again.title == "Du har ikke saken, så det er ingenting å gi fra deg."
    assert (await steps.stored(surface, added)).deviation.status == DeviationStatus.SENT


async def test_a_handler_who_left_has_nothing(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Ta saken")
    await steps.leaves(surface, "surgeon")
    shown = await steps.opened(surface, "registrar", added)
    assert labels(shown) == FREE
    assert facts(shown)["Status"] == "Ingen har tatt saken"
    sent = surface.messenger.sends
    assert "tok saken" in message(await surface.press("registrar", shown, "Ta saken")).text
    await surface.arrive()
    # The registrar's own message, now that they have it; nothing to whoever left.
    assert surface.messenger.sends == sent + 1


async def test_whoever_does_something_with_it_has_it(surface: FakeSurface) -> None:
    added = await steps.report(surface, "carer", "ortho")
    shown = await steps.notice(surface, "surgeon")
    await steps.fill_in(surface, "surgeon", shown, "Be om opplysninger", question="Når kom meldingen?")
    assert (await steps.stored(surface, added)).deviation.handler_id == surface.world.people["surgeon"]


UNIT_ACTIONS = ["avvik.ta", "avvik.slipp", "avvik.besvar", "avvik.avvis", "avvik.spor", "avvik.videre"]


@pytest.mark.parametrize("action", UNIT_ACTIONS)
async def test_nobody_outside_the_unit_can_handle_it(surface: FakeSurface, action: str) -> None:
    added = await steps.report(surface, "carer", "ortho")
    step = await steps.last(surface, added)
    for somebody in ("internist", "clinician", "observer"):
        refused = message(await steps.press(surface, somebody, action, deviation=str(added), step=step))
        assert refused.title.startswith("Dette avviket er ikke blant dem du kan se")
    for reader in ("carer", "manager"):
        refused = message(await steps.press(surface, reader, action, deviation=str(added), step=step))
        assert refused.title == "Bare de som behandler avvik i Ortopedisk avdeling, kan gjøre dette."
    assert await steps.kinds(surface, added) == ["reported"]


@pytest.mark.parametrize("arguments", [{}, {"deviation": "x"}, {"deviation": "9" * 30}, {"deviation": "999"}])
@pytest.mark.parametrize(
    "action",
    [
        *UNIT_ACTIONS,
        *("avvik.vis", "avvik.svar", "avvik.tillegg", "avvik.sporigjen"),
        *("avvik.vurder", "avvik.trekk", "avvik.varslet", "avvik.varselsendt", "avvik.husk"),
    ],
)
async def test_arguments_that_are_not_ours(surface: FakeSurface, action: str, arguments: dict[str, str]) -> None:
    reply = message(await steps.press(surface, "surgeon", action, **arguments))
    assert reply.title.startswith(("Knappen virker ikke lenger", "Dette avviket er ikke blant dem du kan se"))


# --- at the same moment, on PostgreSQL ---------------------------------------------------------------------


async def test_two_handlers_at_the_same_moment(postgresql: Database, clock: FixedClock) -> None:
    surface = FakeSurface(await build(postgresql, clock.now()), clock, registry())
    added = await steps.report(surface, "carer", "ortho", consequence="death")
    first, second = await steps.notice(surface, "surgeon"), await steps.notice(surface, "registrar")
    replies = await asyncio.gather(
        surface.press("surgeon", first, "Ta saken"), surface.press("registrar", second, "Ta saken")
    )
    titles = [message(reply).title for reply in replies]
    told = [title for title in titles if title.startswith("AVV-2026-0001: det har skjedd noe")]
    assert len(told) == 1
    handler = (await steps.stored(surface, added)).handler
    assert handler is not None
    assert f"{handler.name} tok saken" in told[0]
    assert await steps.kinds(surface, added) == ["reported", "taken"]


async def test_an_answer_and_a_hand_over_at_the_same_moment(postgresql: Database, clock: FixedClock) -> None:
    surface = FakeSurface(await build(postgresql, clock.now()), clock, registry())
    added = await steps.report(surface, "carer", "ortho")
    shown = await steps.opened(surface, "registrar", added)
    answer = form(await surface.press("surgeon", await steps.notice(surface, "surgeon"), "Svar og avslutt"))
    hand_over = form(await surface.press("registrar", shown, "Send videre"))
    replies = await asyncio.gather(
        surface.submit("surgeon", answer, {"finding": "Vi fant feilen.", "measure": "Ny rutine."}),
        surface.submit("registrar", hand_over, {"unit": str(surface.world.units["medical"])}),
    )
    # One of them is done; whoever came second reads who did what, and what they wrote themselves.
    done = await steps.kinds(surface, added)
    assert done in (["reported", "answered"], ["reported", "forwarded"])
    sentence = "Saken er avsluttet. Eksempel Surgeon" if "answered" in done else "Saken er ikke lenger hos dere."
    refused = message(replies[1 if "answered" in done else 0])
    assert refused.title.startswith(sentence)
    assert refused.text.startswith("Skjemaet er lukket")
    assert (await steps.stored(surface, added)).deviation.status == ("answered" if "answered" in done else "sent")


async def test_withdrawn_and_taken_at_the_same_moment(postgresql: Database, clock: FixedClock) -> None:
    surface = FakeSurface(await build(postgresql, clock.now()), clock, registry())
    added = await steps.report(surface, "carer", "ortho")
    own, shown = await steps.receipt(surface, "carer"), await steps.notice(surface, "surgeon")
    await asyncio.gather(surface.press("carer", own, "Trekk meldingen"), surface.press("surgeon", shown, "Ta saken"))
    done = await steps.kinds(surface, added)
    assert done in (["reported", "withdrawn"], ["reported", "taken"])
    assert (await steps.stored(surface, added)).deviation.status == done[-1]
