"""Every form can be cancelled: with its button on every surface, and with «avbryt» as a line."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.capabilities import registry
from handlers.messages.message import Message
from storage.tables import Draft, DraftStatus
from tests.cases.steps import propose, to_how
from tests.clock import FixedClock
from tests.surface import FakeSurface, facts, form, labels, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def _statuses(surface: FakeSurface) -> list[str]:
    async with surface.world.database.transaction() as session:
        return list(await session.scalars(select(Draft.status).order_by(Draft.created_at, Draft.id)))  # type: ignore[arg-type]


async def _asking(surface: FakeSurface) -> Message:
    await propose(surface)
    return (await surface.inbox("secretary"))[-1]


@pytest.mark.parametrize("line", ["avbryt", "/avbryt", "Avbryt", "/cancel"])
async def test_with_nothing_to_cancel_it_says_so(surface: FakeSurface, line: str) -> None:
    assert message(await surface.say("member", line)).title == "Det er ingenting å avbryte"


async def test_a_form_that_is_not_kept_is_thrown_away_and_what_was_typed_is_shown(surface: FakeSurface) -> None:
    shown = form(await surface.press("secretary", await _asking(surface), "Be om mer"))
    await surface.submit("secretary", shown, {"question": "Hvem skal delta?"}, "save")
    done = message(await surface.say("secretary", "avbryt"))
    assert done.title == "Avbrutt. Ingenting er sendt."
    assert facts(done) == {"Hva trenger dere å vite?": "Hvem skal delta?"}
    assert done.closes == shown.token.split(".")[-1]
    assert (await _statuses(surface))[-1] == DraftStatus.DISCARDED
    assert message(await surface.say("secretary", "avbryt")).title == "Det er ingenting å avbryte"


async def test_a_draft_that_can_be_gone_on_with_is_kept_and_can_be_thrown_away(surface: FakeSurface) -> None:
    await to_how(surface)
    done = message(await surface.say("member", "avbryt"))
    assert done.title == "Ikke sendt inn"
    assert "tatt vare på i 14 dager" in done.text
    assert labels(done) == ["Slett utkastet"]
    assert form(await surface.say("member", "sak")).title == "Fortsett der du slapp?"
    refused = message(await surface.press("colleague", done, "Slett utkastet"))
    assert refused.title == "Utkastet hører til en annen."
    assert message(await surface.press("member", done, "Slett utkastet")).title == "Utkastet er slettet."
    again = message(await surface.press("member", done, "Slett utkastet"))
    assert again.title == "Utkastet er ikke her lenger."
    assert form(await surface.say("member", "sak")).title != "Fortsett der du slapp?"


async def test_the_last_one_is_cancelled_first(surface: FakeSurface) -> None:
    await to_how(surface, "secretary")
    surface.clock.forward(timedelta(minutes=1))
    notice = await _asking(surface)
    shown = form(await surface.press("secretary", notice, "Be om mer"))
    await surface.submit("secretary", shown, {"question": "Hvem?"}, "save")
    assert message(await surface.say("secretary", "avbryt")).title == "Avbrutt. Ingenting er sendt."
    assert message(await surface.say("secretary", "avbryt")).title == "Ikke sendt inn"


@pytest.mark.parametrize(
    "line",
    ["Stopp av blodfortynnende ble ikke formidlet", "Stoppet medisin uten beskjed", "Avbrutt behandling hos fastlegen",
     "Stoppet", "avbrtt"],
)  # fmt: skip
async def test_a_text_that_begins_like_the_word_cancels_nothing(surface: FakeSurface, line: str) -> None:
    await surface.press("secretary", await _asking(surface), "Be om mer")
    before = await _statuses(surface)
    shown = message(await surface.say("secretary", line))
    assert await _statuses(surface) == before
    if len(line.split()) > 1:
        assert labels(shown)[:2] == ["Meld en sak", "Meld et avvik"]
    else:
        done = message(await surface.press("secretary", shown, "Avbryt skjemaet du holder på med"))
        assert done.title == "Avbrutt. Ingenting er sendt."


async def test_nobody_cancels_anothers_form(surface: FakeSurface) -> None:
    await to_how(surface)
    assert message(await surface.say("colleague", "avbryt")).title == "Det er ingenting å avbryte"
    assert await _statuses(surface) == [DraftStatus.OPEN]


async def test_the_button_of_an_empty_form_promises_no_draft(surface: FakeSurface) -> None:
    shown = await surface.open("member", "sak")
    done = message(await surface.submit("member", shown, {}, "cancel"))
    assert (done.title, done.replace) == ("Avbrutt. Ingenting er sendt.", True)
