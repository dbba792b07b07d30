"""Whoever wants to follows a case."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.messages.message import Message
from storage import case_followers, cases
from storage.tables import AgendaItem, CaseFollower, Meeting, Membership, Minutes, MinutesStatus
from tests.clock import FixedClock
from tests.decisions.steps import Decided, decide
from tests.meetings.convocation.steps import change
from tests.meetings.steps import accepted
from tests.surface import FakeSurface, button_called, form, labels, message
from tests.world import World


@pytest.fixture
def surface(world: World, clock: FixedClock) -> FakeSurface:
    return FakeSurface(world, clock, registry())


async def draft(surface: FakeSurface) -> Decided:
    due = surface.clock.now().date() + timedelta(days=30)
    return await decide(
        surface,
        "Felles opplæring",
        "Planen vedtas.",
        to_do="Lage planen.",
        status=MinutesStatus.DRAFT,
        owner_id=surface.world.people["surgeon"],
        due_on=due,
    )


async def page(surface: FakeSurface, made: Decided, who: str = "observer") -> Message:
    return message(await surface.bot.press(surface.world.sender(who), "vedtak.sak", {"item": str(made.item)}))


async def publish(surface: FakeSurface) -> None:
    surface.clock.forward(timedelta(minutes=5))
    async with surface.world.database.transaction() as session:
        await session.execute(update(Minutes).values(status=MinutesStatus.PUBLISHED, published_at=surface.clock.now()))


async def heard(surface: FakeSurface, who: str = "observer") -> list[str]:
    await surface.worker.do_chores()
    return [each.title for each in await surface.inbox(who)]


async def test_a_follower_hears_of_the_decision_and_that_it_is_done(surface: FakeSurface) -> None:
    made = await draft(surface)
    shown = message(await surface.press("observer", await page(surface, made), "Følg saken"))
    assert "Du følger saken" in shown.text
    assert await heard(surface) == []
    await publish(surface)
    decided = "Vedtak i en sak du følger: 1/2026 Felles opplæring"
    assert await heard(surface) == [decided]
    surface.clock.forward(timedelta(minutes=5))
    await surface.bot.press(surface.world.sender("surgeon"), "oppfolging.gjort", {"follow": str(made.follow)})
    done = "Gjort i en sak du følger: 1/2026 Felles opplæring"
    assert await heard(surface) == [decided, done]
    updates = surface.messenger.updates
    assert await heard(surface) == [decided, done]
    assert surface.messenger.updates == updates


async def test_following_twice_is_once_and_nothing_more_is_heard_after_leaving(surface: FakeSurface) -> None:
    made = await draft(surface)
    shown = await page(surface, made)
    button = button_called(shown, "Følg saken")
    for _time in range(2):
        await surface.bot.press(surface.world.sender("observer"), button.action, button.arguments)
    async with surface.world.database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(CaseFollower)) == 1
    shown = await page(surface, made)
    left = message(await surface.press("observer", shown, "Slutt å følge saken"))
    assert "Følg saken" in labels(left)
    await publish(surface)
    assert await heard(surface) == []


async def test_what_was_decided_before_somebody_followed_is_no_news(surface: FakeSurface) -> None:
    made = await draft(surface)
    await publish(surface)
    surface.clock.forward(timedelta(minutes=5))
    await surface.press("observer", await page(surface, made), "Følg saken")
    assert await heard(surface) == []


async def test_a_follower_hears_where_a_case_goes_once_that_stands(surface: FakeSurface) -> None:
    await accepted(surface, "Ny avtale")
    async with surface.world.database.transaction() as session:
        item = await session.scalar(select(AgendaItem.id))
    sender = surface.world.sender("observer")
    await surface.bot.press(sender, "vedtak.folg", {"item": str(item)})
    shown = message(await surface.bot.press(surface.world.sender("secretary"), "sak.vis", {"item": str(item)}))
    moved = form(await surface.press("secretary", shown, "Flytt til et annet møte"))
    await surface.submit("secretary", moved, {"meeting": str(surface.world.meetings["fsu-2"])})
    assert await heard(surface) == []
    surface.clock.forward(timedelta(minutes=3))
    (title,) = await heard(surface)
    assert title.startswith("Flyttet til et annet møte: ")


async def test_nothing_more_is_heard_of_a_case_that_is_closed_later(surface: FakeSurface) -> None:
    made = await draft(surface)
    for who in ("observer", "member"):
        await surface.press(who, await page(surface, made, who), "Følg saken")
    await publish(surface)
    assert len(await heard(surface)) == 1
    await change(surface.world, AgendaItem, made.item, closed_under="offl. § 13")
    assert await heard(surface) == ["1/2026 Unntatt offentlighet (offl. § 13)"]
    assert "Felles opplæring" not in repr(await surface.inbox("observer"))
    surface.clock.forward(timedelta(minutes=5))
    await surface.bot.press(surface.world.sender("surgeon"), "oppfolging.gjort", {"follow": str(made.follow)})
    assert len(await heard(surface)) == 1
    # A member may see it, and goes on hearing.
    assert len(await heard(surface, "member")) == 2


async def test_nobody_follows_what_they_may_not_see(surface: FakeSurface) -> None:
    made = await draft(surface)
    await publish(surface)
    await change(surface.world, AgendaItem, made.item, closed_under="offl. § 13")
    assert "Følg saken" not in labels(await page(surface, made))
    answer = await surface.bot.press(surface.world.sender("observer"), "vedtak.folg", {"item": str(made.item)})
    assert "unntatt offentlighet" in message(answer).title
    answer = await surface.bot.press(surface.world.sender("nurse"), "vedtak.folg", {"item": str(made.item)})
    assert "for medlemmene" in message(answer).title


async def _follow(surface: FakeSurface, made: Decided, who: str) -> None:
    async with surface.world.database.transaction() as session:
        await case_followers.follow_case(session, made.item, surface.world.people[who], surface.clock.now())
    surface.clock.forward(timedelta(minutes=1))


async def test_whoever_is_in_the_committee_no_longer_hears_nothing_more(surface: FakeSurface) -> None:
    made = await draft(surface)
    await _follow(surface, made, "observer")
    await _follow(surface, made, "member")
    async with surface.world.database.transaction() as session:
        await session.execute(delete(Membership).where(col(Membership.person_id) == surface.world.people["observer"]))
    await publish(surface)
    assert await heard(surface) == []
    assert len(await heard(surface, "member")) == 1


async def test_a_decision_of_a_committee_that_somebody_may_not_read_is_not_told_them(surface: FakeSurface) -> None:
    """A case goes on to another committee, and is decided there: who reads the first one's decisions alone hears that
    it went, and no more."""
    made = await draft(surface)
    for who in ("observer", "colleague"):
        await _follow(surface, made, who)
    au = surface.world.committees["au"]
    async with surface.world.database.transaction() as session:
        fsu = surface.world.committees["fsu"]
        data = {"from_id": fsu, "from_committee": "FSU", "to_committee": "AU"}
        await cases.HISTORY.add(session, made.item, "moved", None, surface.clock.now(), data=data)
        (await session.get_one(AgendaItem, made.item)).committee_id = au
        meeting = (await session.scalars(select(Minutes))).one().meeting_id
        (await session.get_one(Meeting, meeting)).committee_id = au
    surface.clock.forward(timedelta(minutes=5))
    await publish(surface)
    went = "Sendt til et annet utvalg: 1/2026 Felles opplæring"
    assert await heard(surface) == [went]
    assert "Planen vedtas" not in repr(await surface.inbox("observer"))
    # Somebody of both hears of it.
    assert set(await heard(surface, "colleague")) == {went, "Vedtak i en sak du følger: 1/2026 Felles opplæring"}


async def test_whoever_is_to_do_something_hears_of_that_decision_though_they_read_no_others(
    surface: FakeSurface,
) -> None:
    made = await draft(surface)
    for who in ("surgeon", "nurse"):
        await _follow(surface, made, who)
    await publish(surface)
    assert "Vedtak i en sak du følger: 1/2026 Felles opplæring" in await heard(surface, "surgeon")
    assert await heard(surface, "nurse") == []
