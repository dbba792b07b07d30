"""Deliveries: sent once, updated in place, tried again, kept for whoever cannot be reached yet."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlmodel import col

from bot.delivering.deliverer import LEASE
from bot.messenger import Found, TryLater, Uncertain, Unreachable
from bot.worker import Worker
from handlers.capabilities import registry
from handlers.messages.message import Message
from storage import claims, deliveries
from storage.deliveries import Wish
from storage.tables import Account, Delivery, DeliveryStatus, Organisation, Person
from tests.clock import FixedClock
from tests.surface import FakeMessenger, FakeSurface
from tests.world import HOSPITAL_TEAM, World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def wish(surface: FakeSurface, title: str, key: str = "k", who: str = "member") -> None:
    async with surface.world.database.transaction() as session:
        content = Message(title=title).model_dump(mode="json", exclude_defaults=True)
        now = surface.clock.now()
        await deliveries.wish(session, [Wish(key, "s", surface.world.people[who], content, now)])


async def row(surface: FakeSurface, key: str = "k") -> Delivery:
    async with surface.world.database.transaction() as session:
        return (await session.scalars(select(Delivery).where(col(Delivery.key) == key))).one()


async def retry(surface: FakeSurface) -> None:
    """What the worker does at its start and each hour."""
    async with surface.world.database.transaction() as session:
        await deliveries.retry_waiting(session, surface.clock.now())


async def titles(surface: FakeSurface, who: str = "member") -> list[str]:
    return [item.title for item in await surface.inbox(who)]


async def test_a_changed_wish_updates_what_was_sent(surface: FakeSurface) -> None:
    await wish(surface, "én")
    assert await titles(surface) == ["én"]
    await wish(surface, "to")
    await wish(surface, "tre")
    assert await titles(surface) == ["tre"]
    assert (surface.messenger.sends, surface.messenger.updates) == (1, 1)


async def test_a_wish_that_changed_before_it_was_sent_is_sent_once(surface: FakeSurface) -> None:
    await wish(surface, "én")
    await wish(surface, "to")
    assert await titles(surface) == ["to"]
    assert surface.messenger.sends == 1


async def test_a_change_while_it_is_being_sent_follows(surface: FakeSurface) -> None:
    await wish(surface, "én")
    async with surface.world.database.transaction() as session:
        (claimed,) = await claims.claim(session, surface.clock.now(), LEASE, 10)
    await wish(surface, "to")
    assert await surface.worker.deliver_due() == 0, "another worker holds it"
    async with surface.world.database.transaction() as session:
        account = (await session.scalars(select(Account).where(col(Account.person_id) == claimed.person_id))).one()
        await claims.mark_shown(session, claimed, account.id, {"entry": 1}, surface.clock.now())
    surface.messenger.seen[str(claimed.person_id)] = {1: Message(title="én")}
    assert await titles(surface) == ["to"]


async def test_trouble_is_tried_again_and_nothing_is_lost(surface: FakeSurface) -> None:
    surface.messenger.trouble = [TryLater("429", 30)]
    await wish(surface, "hei")
    assert await titles(surface) == []
    assert (await row(surface)).error
    surface.clock.forward(timedelta(seconds=31))
    assert await titles(surface) == ["hei"]
    assert (await row(surface)).status == DeliveryStatus.SENT


async def test_retry_after_half_a_second(surface: FakeSurface) -> None:
    surface.messenger.trouble = [TryLater("429", 0.5)]
    await wish(surface, "hei")
    await surface.arrive()
    assert (await row(surface)).due_at == surface.clock.now() + timedelta(seconds=0.5)


async def test_an_uncertain_send_outlasts_an_outage(surface: FakeSurface) -> None:
    surface.messenger.trouble = [Uncertain("500"), Uncertain("500")]
    await wish(surface, "hei")
    await surface.arrive()
    assert (await row(surface)).uncertain == 1
    surface.clock.forward(timedelta(minutes=6))
    await surface.arrive()
    assert (await row(surface)).status == DeliveryStatus.WAITING
    await retry(surface)
    assert await titles(surface) == ["hei"]
    assert (await row(surface)).uncertain == 0


async def test_what_is_uncertain_again_and_again_is_not_sent_each_hour(surface: FakeSurface) -> None:
    surface.messenger.trouble = [Uncertain("500") for _send in range(6)]
    await wish(surface, "hei")
    await surface.arrive()
    for _hour in range(9):
        surface.clock.forward(timedelta(hours=1))
        await retry(surface)
        await surface.arrive()
    assert surface.messenger.trouble == []
    assert (await row(surface)).status == DeliveryStatus.WAITING
    await surface.say("member", "hjelp")
    assert await titles(surface) == ["hei"]


async def test_a_changed_wish_starts_counting_anew(surface: FakeSurface) -> None:
    surface.messenger.trouble = [Uncertain("500")]
    await wish(surface, "én")
    await surface.arrive()
    await wish(surface, "to")
    assert (await row(surface)).uncertain == 0


async def test_a_platform_that_says_when_is_not_given_up(surface: FakeSurface) -> None:
    surface.messenger.trouble = [TryLater("429", 1) for _send in range(70)]
    await wish(surface, "hei")
    for _second in range(70):
        await surface.arrive()
        surface.clock.forward(timedelta(seconds=1))
    assert await titles(surface) == ["hei"]


async def test_a_change_while_it_is_set_aside_is_not_lost(surface: FakeSurface) -> None:
    await wish(surface, "én")
    now = surface.clock.now()
    async with surface.world.database.transaction() as session:
        (claimed,) = await claims.claim(session, now, LEASE, 10)
    await wish(surface, "to")
    async with surface.world.database.transaction() as session:
        await claims.set_aside(session, claimed, DeliveryStatus.FAILED, "no")
    assert await titles(surface) == ["to"]


async def test_whoever_cannot_be_reached_gets_it_when_they_speak(surface: FakeSurface) -> None:
    surface.messenger.trouble = [Unreachable("not_in_channel")]
    await wish(surface, "hei")
    assert await titles(surface) == []
    assert (await row(surface)).status == DeliveryStatus.WAITING
    surface.clock.forward(timedelta(minutes=1))
    await surface.say("member", "hjelp")
    assert await titles(surface) == ["hei"]


async def test_somebody_without_an_account_gets_it_when_they_first_speak(surface: FakeSurface) -> None:
    async with surface.world.database.transaction() as session:
        person = surface.world.people["member"]
        await session.execute(update(Account).where(col(Account.person_id) == person).values(surface="elsewhere"))
    await wish(surface, "hei")
    await surface.arrive()
    assert (await row(surface)).status == DeliveryStatus.WAITING
    await surface.bot.command(surface.world.sender("member", "slack"), "hjelp")
    await Worker(surface.world.database, {"slack": surface.messenger}, surface.clock).deliver_due()
    assert [item.title for item in surface.messenger.seen["U-member"].values()] == ["hei"]


async def test_a_killed_worker_loses_nothing(surface: FakeSurface) -> None:
    await wish(surface, "hei")
    async with surface.world.database.transaction() as session:
        assert len(await claims.claim(session, surface.clock.now(), LEASE, 10)) == 1
    assert await titles(surface) == []
    surface.clock.forward(LEASE + timedelta(seconds=1))
    assert await titles(surface) == ["hei"]


async def test_a_message_that_cannot_be_read_does_not_stop_the_others(surface: FakeSurface) -> None:
    await wish(surface, "først", "a")
    await wish(surface, "sist", "b")
    async with surface.world.database.transaction() as session:
        await session.execute(update(Delivery).where(col(Delivery.key) == "a").values(message={"no": "title"}))
    assert await titles(surface) == ["sist"]
    assert (await row(surface, "a")).error


async def test_a_reference_means_something_only_where_it_was_made(surface: FakeSurface) -> None:
    await wish(surface, "én")
    assert await titles(surface) == ["én"]
    await surface.bot.command(surface.world.sender("member", "slack"), "hjelp")
    await wish(surface, "to")
    slack = FakeMessenger()
    await Worker(surface.world.database, {"slack": slack}, surface.clock).deliver_due()
    assert [item.title for item in slack.seen["U-member"].values()] == ["to"]
    await wish(surface, "tre")
    await Worker(surface.world.database, {"slack": slack}, surface.clock).deliver_due()
    assert (slack.sends, slack.updates) == (1, 1)


async def test_accounts_of_a_former_workplace_get_nothing(surface: FakeSurface) -> None:
    slack = FakeMessenger()
    await surface.bot.command(surface.world.sender("member", "slack"), "hjelp")
    await move(surface, "member", "municipality")
    await wish(surface, "hei")
    worker = Worker(surface.world.database, {"slack": slack}, surface.clock)
    await worker.deliver_due()
    assert (await row(surface)).status == DeliveryStatus.WAITING
    await move(surface, "member", "municipality", also_at="hospital")
    await retry(surface)
    await worker.deliver_due()
    assert [item.title for item in slack.seen["U-member"].values()] == ["hei"]


class Directory(FakeMessenger):
    """Finds whoever is looked for in one of its workspaces, and notes where it looked."""

    def __init__(self) -> None:
        super().__init__()
        self.looked_in: list[list[str]] = []

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        self.looked_in.append(sorted(workspaces))
        return None


async def test_people_are_looked_for_at_all_their_workplaces(surface: FakeSurface) -> None:
    await move(surface, "colleague", "municipality", also_at="hospital")
    async with surface.world.database.transaction() as session:
        await session.execute(delete(Account))
    await wish(surface, "hei", who="colleague")
    directory = Directory()
    await Worker(surface.world.database, {"slack": directory}, surface.clock).deliver_due()
    assert directory.looked_in == [[HOSPITAL_TEAM]]


async def test_a_worker_without_a_surface_touches_nothing(surface: FakeSurface) -> None:
    await wish(surface, "hei")
    assert await Worker(surface.world.database, {}, surface.clock).deliver_due() == 0
    assert (await row(surface)).attempts == 0


async def test_what_was_said_long_before_its_time_is_not_forgotten_and_said_again(surface: FakeSurface) -> None:
    now = surface.clock.now()
    message = Message(title="hei").model_dump(mode="json", exclude_defaults=True)
    early = Wish("k", "s", surface.world.people["member"], message, now, expires_at=now + timedelta(days=900))
    async with surface.world.database.transaction() as session:
        await deliveries.wish(session, [early])
    await surface.arrive()
    async with surface.world.database.transaction() as session:
        await deliveries.forget_before(session, now + timedelta(days=500))
    assert (await row(surface)).status == DeliveryStatus.SENT


async def move(surface: FakeSurface, who: str, organisation: str, *, also_at: str = "") -> None:
    """As the partnership file does."""
    async with surface.world.database.transaction() as session:
        person = await session.get_one(Person, surface.world.people[who])
        found = await session.scalars(select(Organisation).where(col(Organisation.key) == organisation))
        person.organisation_id = found.one().id
        person.also_at = [also_at] if also_at else []


async def test_whoever_left_meanwhile_gets_nothing_more(surface: FakeSurface) -> None:
    surface.messenger.trouble.append(TryLater("busy", 600))
    await wish(surface, "til en som slutter")
    await surface.arrive()
    async with surface.world.database.transaction() as session:
        (await session.get_one(Person, surface.world.people["member"])).removed_at = surface.clock.now()
    surface.clock.forward(timedelta(minutes=11))
    assert await titles(surface) == []
    assert (await row(surface)).status == DeliveryStatus.CANCELLED


async def test_what_cannot_be_given_back_ends_no_send_to_others(
    small_world: World, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    surface = FakeSurface(small_world, clock, registry())
    surface.messenger.apart = timedelta(seconds=1)
    for key, who in (("first", "member"), ("second", "member"), ("theirs", "secretary")):
        await wish(surface, key, key, who)
    async with small_world.database.transaction() as session:
        await session.execute(
            text(
                "CREATE TRIGGER poison BEFORE UPDATE OF claimed_by ON delivery"
                " WHEN NEW.claimed_by IS NULL AND NEW.status = 'pending'"
                " BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
            )
        )
    await surface.worker.deliver_due()
    assert surface.messenger.sends == 2
    assert "were not given back, reference" in caplog.text
    async with small_world.database.transaction() as session:
        await session.execute(text("DROP TRIGGER poison"))
    clock.forward(timedelta(seconds=1))
    assert await titles(surface) == ["first", "second"]
    assert await titles(surface, "secretary") == ["theirs"]
