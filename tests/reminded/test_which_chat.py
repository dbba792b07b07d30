"""Somebody on both Slack and Teams is asked once where the bot is to write to them, and gets each message once."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.reminders.wishes import Wishes
from storage import deliveries, reminders
from storage.deliveries import Wish
from storage.tables import Account, Delivery, Workspace
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.teams.standin import Answer
from tests.world import HOSPITAL_TEAM, World

TENANT = "tenant-hospital"
QUESTION = "Hvor vil du ha meldingene mine?"
HOUR = timedelta(hours=1, minutes=1)


class Member:
    """One person with two tools."""

    def __init__(self, running: Tools) -> None:
        self.running = running
        self.slack: OnSlack = running.on_slack("member")
        self.teams: OnTeams = running.on_teams("member")
        self.teams.client.tenant = TENANT
        self.id = running.world.people["member"]

    async def is_told(self, key: str, title: str) -> None:
        content = {"title": title}
        async with self.running.world.database.transaction() as session:
            wish = Wish(key, "", self.id, content, self.running.clock.now())
            await deliveries.wish(session, [wish])
        await self.running.settled()

    async def wants(self, wishes: Wishes) -> None:
        async with self.running.world.database.transaction() as session:
            chosen = wishes.model_dump(mode="json", exclude_defaults=True)
            await reminders.wish(session, self.id, chosen, self.running.clock.now())

    def asked(self) -> tuple[int, int]:
        """How often they are being asked on Slack, and on Teams."""
        return tuple(sum(QUESTION in each for each in where.messages()) for where in (self.slack, self.teams))  # type: ignore[return-value]

    def got(self, title: str) -> tuple[int, int]:
        """How often the message stands on Slack, and on Teams."""
        return tuple(sum(title in each for each in where.messages()) for where in (self.slack, self.teams))  # type: ignore[return-value]


async def _running(world: World, clock: FixedClock, channels: Sequence[str]) -> AsyncIterator[Member]:
    async with world.database.transaction() as session:
        hospital = await session.scalar(
            select(Workspace.organisation_id).where(col(Workspace.external_id) == HOSPITAL_TEAM)  # type: ignore[call-overload]
        )
        session.add(Workspace(organisation_id=hospital, surface="teams", external_id=TENANT))
    bot = Bot(world.database, registry(), clock, channels=channels)
    async with tools(world, clock, bot) as running:
        yield Member(running)


@pytest.fixture
async def member(small_world: World, clock: FixedClock) -> AsyncIterator[Member]:
    async for each in _running(small_world, clock, ("slack", "teams")):
        yield each


@pytest.fixture
async def member_without_slack(small_world: World, clock: FixedClock) -> AsyncIterator[Member]:
    """Slack is on in no process any more: their account there is from before."""
    async for each in _running(small_world, clock, ("teams", "mail")):
        yield each


async def test_they_are_asked_where_the_second_account_appears_and_never_again(member: Member) -> None:
    await member.slack.writes("mote")
    assert member.asked() == (0, 0)
    await member.teams.writes("mote")
    assert member.asked() == (0, 1)
    await member.teams.presses("Slack")
    assert "Meldingene mine kommer her: Slack" in member.teams.messages()[-1]
    assert not member.teams.has_button("Slack")
    # Wherever they write from by now.
    await member.is_told("one", "Til deg")
    assert member.got("Til deg") == (1, 0)
    for _day in range(3):
        member.running.clock.forward(timedelta(days=1))
        await member.slack.writes("mote")
        await member.teams.writes("mote")
    assert member.asked() == (0, 0)


async def test_whoever_does_not_answer_is_not_asked_again(member: Member) -> None:
    await member.teams.writes("mote")
    await member.slack.writes("mote")
    assert member.asked() == (1, 0)
    # What is said of it is forgotten in time; that they were asked is not.
    async with member.running.world.database.transaction() as session:
        await deliveries.forget_before(session, member.running.clock.now() + timedelta(days=500))
    member.running.clock.forward(HOUR)
    await member.teams.writes("mote")
    assert member.asked() == (1, 0)
    await member.is_told("one", "Til deg")
    assert member.got("Til deg") == (0, 1), "they wrote there last"


async def test_the_answer_can_be_where_they_wrote_last_and_be_changed_in_the_settings(member: Member) -> None:
    await member.slack.writes("mote")
    await member.teams.writes("mote")
    await member.teams.presses("Der jeg skrev sist")
    assert "Meldingene mine kommer der du skrev sist" in member.teams.messages()[-1]
    await member.teams.writes("paminnelser endre")
    await member.teams.fills(first="slack")
    await member.is_told("one", "Til deg")
    assert member.got("Til deg") == (1, 0)


async def test_what_is_chosen_in_the_settings_settles_the_question(member: Member) -> None:
    await member.slack.writes("mote")
    await member.teams.writes("mote")
    await member.slack.writes("paminnelser endre")
    await member.slack.fills(first="teams")
    assert not member.teams.has_button("Slack")
    assert any("Meldingene mine kommer her: Microsoft Teams" in each for each in member.teams.messages())


async def test_whoever_was_on_both_before_is_asked_when_they_write_again(member: Member) -> None:
    """Their accounts were there when nobody was asked yet."""
    world, clock = member.running.world, member.running.clock
    async with world.database.transaction() as session:
        for surface, workspace, user in (("slack", HOSPITAL_TEAM, "U-member"), ("teams", TENANT, "aad-member")):
            session.add(
                Account(
                    person_id=member.id,
                    surface=surface,
                    workspace=workspace,
                    user_id=user,
                    seen_at=clock.now() - HOUR,
                    ask_at=clock.now() + HOUR,
                )
            )
    await member.teams.writes("mote")
    assert member.asked() == (0, 1)


async def test_whoever_has_chosen_is_not_asked(member: Member) -> None:
    await member.wants(Wishes(channels=("mail",)))
    await member.slack.writes("mote")
    await member.teams.writes("mote")
    assert member.asked() == (0, 0)


async def test_an_account_in_a_workspace_that_is_nobodys_does_not_count(member: Member) -> None:
    await member.slack.writes("mote")
    async with member.running.world.database.transaction() as session:
        await session.execute(
            update(Workspace).where(col(Workspace.external_id) == HOSPITAL_TEAM).values(external_id="T-GONE")
        )
    await member.teams.writes("mote")
    assert member.asked() == (0, 0)


async def test_nobody_is_asked_where_one_of_the_two_is_off(member_without_slack: Member) -> None:
    member = member_without_slack
    await member.slack.writes("mote")
    await member.teams.writes("mote")
    assert member.asked() == (0, 0)


async def test_a_message_changes_where_it_stands_whatever_is_chosen_meanwhile(member: Member) -> None:
    await member.slack.writes("mote")
    await member.is_told("one", "Først")
    await member.teams.writes("mote")
    await member.teams.presses("Microsoft Teams")
    await member.is_told("one", "Deretter")
    assert (member.got("Først"), member.got("Deretter")) == ((0, 0), (1, 0))
    await member.is_told("two", "Noe nytt")
    assert member.got("Noe nytt") == (0, 1)


async def test_what_they_chose_is_taken_out_and_the_other_takes_over(member: Member) -> None:
    await member.slack.writes("mote")
    await member.teams.writes("mote")
    await member.wants(Wishes(channels=["slack"], asked=True))
    await member.is_told("one", "Første")
    slack = member.running.slack
    slack.uninstall(slack, "account_inactive")
    await member.is_told("two", "Andre")
    assert (member.got("Første"), member.got("Andre")) == ((1, 0), (0, 1))
    # What stands there cannot be changed any more, so the change is read where they are reached now.
    await member.is_told("one", "Endret")
    assert (member.got("Første"), member.got("Endret")) == ((1, 0), (0, 1))


async def test_what_teams_may_have_taken_is_not_said_on_slack(member: Member) -> None:
    """The connection broke after it was sent; they choose Slack before it is tried again."""
    await member.slack.writes("mote")
    member.running.clock.forward(timedelta(minutes=1))
    await member.teams.writes("mote")
    member.running.teams.next.append(Answer(hang_up=True))
    await member.is_told("one", "Til deg")
    assert member.got("Til deg") == (0, 0)
    await member.teams.presses("Slack")
    member.running.clock.forward(timedelta(minutes=6))
    await member.running.settled()
    assert member.got("Til deg") == (0, 1)
    async with member.running.world.database.reading() as session:
        row = (await session.scalars(select(Delivery).where(col(Delivery.key) == "one"))).one()
    assert (row.shown_revision, row.status) == (1, "sent")
