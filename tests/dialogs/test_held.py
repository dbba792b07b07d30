"""A reply that a surface could not show is written down, and brought by the worker: on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from bot.messenger import Uncertain
from handlers.capabilities import registry
from handlers.messages.message import Message
from handlers.messages.outcomes import Fate, Trouble
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import Delivery
from tests.clock import FixedClock
from tests.surface import FakeSurface, form, labels, message
from tests.world import World

REPLY = Message(title="Dette er svaret")


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def rows(surface: FakeSurface) -> list[Delivery]:
    async with surface.world.database.transaction() as session:
        return list((await session.scalars(select(Delivery).order_by(col(Delivery.id)))).all())


async def hold(surface: FakeSurface, trouble: Trouble, *, key: str = "k", seconds: float | None = None) -> Fate | None:
    return await surface.bot.hold(surface.world.sender("member"), key, REPLY, trouble, "TryLater: why", seconds)


@pytest.mark.parametrize(
    ("trouble", "seconds", "fate", "kept"),
    [
        (Trouble.LATER, None, Fate.RETRY, ("pending", 5.0, 1, 0)),
        (Trouble.LATER, 30.0, Fate.RETRY, ("pending", 30.0, 0, 0)),
        (Trouble.UNCERTAIN, None, Fate.RETRY, ("pending", 300.0, 1, 1)),
        (Trouble.MISCONFIGURED, None, Fate.HOLD, ("pending", 0.0, 1, 0)),
        (Trouble.UNREACHABLE, None, Fate.WAIT, ("waiting", 0.0, 1, 0)),
    ],
)
async def test_what_becomes_of_it_is_as_for_every_delivery(
    surface: FakeSurface,
    clock: FixedClock,
    trouble: Trouble,
    seconds: float | None,
    fate: Fate,
    kept: tuple[str, float, int, int],
) -> None:
    assert await hold(surface, trouble, seconds=seconds) is fate
    if trouble is not Trouble.UNREACHABLE:
        # Whoever is heard of again can be reached: what waited for them is due.
        assert await hold(surface, trouble, seconds=seconds) is fate, "the same reply is held once"
    (row,) = await rows(surface)
    assert (row.status, (row.due_at - clock.now()).total_seconds(), row.attempts, row.uncertain) == kept
    assert row.may_have_arrived is (trouble is Trouble.UNCERTAIN), "the surface is asked before it is sent"
    assert row.error == "TryLater: why"
    assert row.account_id is not None, "it comes where they were speaking, not where else they are"


async def test_an_uncertain_one_is_sent_once_more_and_then_waits(surface: FakeSurface, clock: FixedClock) -> None:
    await hold(surface, Trouble.UNCERTAIN)
    assert await surface.inbox("member") == []
    clock.forward(timedelta(minutes=5))
    surface.messenger.trouble.append(Uncertain("hung up"))
    assert await surface.inbox("member") == []
    (row,) = await rows(surface)
    assert (row.status, row.uncertain) == ("waiting", 2)


async def test_it_is_not_shown_when_it_is_old(surface: FakeSurface, clock: FixedClock) -> None:
    await hold(surface, Trouble.LATER)
    clock.forward(timedelta(days=15))
    assert await surface.inbox("member") == []
    assert [row.status for row in await rows(surface)] == ["cancelled"]


async def test_a_reply_that_is_a_delivery_stays_that_one(surface: FakeSurface, clock: FixedClock) -> None:
    receipt = REPLY.model_copy(update={"delivery_key": "sak:1"})
    sender = surface.world.sender("member")
    async with surface.world.database.transaction() as session:
        content, held = receipt.model_dump(mode="json"), clock.now() + timedelta(seconds=15)
        person = surface.world.people["member"]
        await deliveries.wish(session, [Wish("sak:1", "item:1", person, content, clock.now(), held_until=held)])
    assert await surface.bot.hold(sender, "k", receipt, Trouble.UNCERTAIN, "why") is Fate.RETRY
    (row,) = await rows(surface)
    assert (row.key, row.uncertain, row.may_have_arrived) == ("sak:1", 1, True)
    assert row.due_at == clock.now() + timedelta(minutes=5)
    clock.forward(timedelta(minutes=5))
    assert [item.title for item in await surface.inbox("member")] == ["Dette er svaret"]
    # The worker has it now: what the surface says later changes nothing.
    await surface.bot.hold(sender, "k", receipt, Trouble.UNCERTAIN, "why")
    assert [row.status for row in await rows(surface)] == ["sent"]


async def test_a_form_is_opened_from_a_message_and_has_what_was_typed(surface: FakeSurface) -> None:
    opened = await surface.open("member", "sak Felles opplæring")
    await surface.bot.hold(surface.world.sender("member"), "k", opened, Trouble.UNREACHABLE, "why")
    await surface.say("member", "mote")
    (told,) = await surface.inbox("member")
    assert labels(told) == ["Åpne skjemaet"]
    again = form(await surface.press("member", told, "Åpne skjemaet"))
    assert next(field.value for field in again.fields if field.name == "title") == "Felles opplæring"
    refused = message(await surface.press("deputy", told, "Åpne skjemaet"))
    assert "hører til en annen" in refused.title


async def test_a_form_with_faults_says_them(surface: FakeSurface) -> None:
    opened = await surface.open("member", "sak")
    wrong = form(await surface.submit("member", opened, {"title": ""}))
    await surface.bot.hold(surface.world.sender("member"), "k", wrong, Trouble.UNREACHABLE, "why")
    await surface.say("member", "mote")
    (told,) = await surface.inbox("member")
    assert "Fyll ut «Tittel»." in told.text
