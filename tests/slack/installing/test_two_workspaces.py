"""Two organisations with a Slack workspace each: one case and one deviation between them, and two tokens that Slack
takes nowhere else."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlmodel import col

from storage.tables import AgendaItem, Workspace
from tests.cases.steps import WHAT
from tests.clock import FixedClock
from tests.deviations.test_two_tools import carried
from tests.deviations.tools import Tools, tools
from tests.slack.installing.several import MUNICIPALITY, name_workspace, workspaces_of
from tests.slack.installing.test_tokens import put
from tests.slack.limits import shown_text
from tests.slack.standin import TOKEN
from tests.world import PEOPLE, World


@pytest.fixture
async def both(small_world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    """The app is installed in the municipality's workspace, beside the token in the settings, which is the
    hospital's. Each workspace has its own people, and Slack knows no others there."""
    await name_workspace(small_world.database, MUNICIPALITY)
    at = {side: frozenset(f"U-{name}" for name, (where, _roles) in PEOPLE.items() if where == side)
          for side in ("hospital", "municipality")}  # fmt: skip
    async with tools(
        small_world,
        clock,
        several=lambda http, slack: workspaces_of(small_world.database, http, slack, clock, fixed=TOKEN),
    ) as running:
        running.slack.members = at["hospital"]
        there = running.slack.workspace(MUNICIPALITY, members=at["municipality"])
        await put(small_world.database, running.slack, there, clock)
        yield running
        assert running.slack.refused_tokens == []
        assert there.refused == []
        # Whoever is somewhere else would be a mistake, and nobody was written to by it.
        for workspace, side in ((running.slack, "hospital"), (there, "municipality")):
            written_to = {call["channel"] for call in workspace.made("chat.postMessage")}
            assert written_to
            assert written_to <= at[side]


async def test_a_deviation_from_the_one_to_the_other_and_back(both: Tools) -> None:
    there = both.slack.workspaces[MUNICIPALITY]
    await carried(both, both.on_slack("clinician"), both.on_slack("nurse", there), "homecare")


async def test_a_case_that_is_proposed_in_the_one_and_accepted_in_the_other(both: Tools) -> None:
    there = both.slack.workspaces[MUNICIPALITY]
    member, deputy, secretary = both.on_slack("member"), both.on_slack("deputy", there), both.on_slack("secretary")
    await member.writes("sak")
    await member.fills(committee=str(both.world.committees["fsu"]), **WHAT)
    await member.fills()
    await member.fills()
    # Neither secretary has written to the bot: each is found in the workspace of their own organisation.
    for each in (deputy, secretary):
        assert any(WHAT["title"] in message for message in each.messages())
        assert each.has_button("Sett på sakslisten")
    await deputy.presses("Sett på sakslisten")
    await both.settled()
    async with both.world.database.reading() as session:
        assert (await session.scalars(select(AgendaItem.status))).one() == "accepted"
    # It is updated where it stands, in both.
    assert not secretary.has_button("Sett på sakslisten")
    assert not deputy.has_button("Sett på sakslisten")


async def test_a_workspace_that_leaves_the_file_is_spoken_to_no_more_though_the_app_is_there(both: Tools) -> None:
    """Who is there may do nothing, reads nothing new, and gets nothing; what they do leaves no trace."""
    there, clock = both.slack.workspaces[MUNICIPALITY], both.clock
    member, deputy, secretary = both.on_slack("member"), both.on_slack("deputy", there), both.on_slack("secretary")

    async def proposes() -> None:
        await member.writes("sak")
        await member.fills(committee=str(both.world.committees["fsu"]), **WHAT)
        await member.fills()
        await member.fills()

    await proposes()
    await deputy.client.open_home()
    await both.settled()
    assert "Dette venter på deg" in shown_text(there.homes["U-deputy"]["blocks"])
    async with both.world.database.transaction() as session:
        await session.execute(delete(Workspace).where(col(Workspace.external_id) == MUNICIPALITY))
    clock.forward(timedelta(minutes=1))
    sent = len(there.conversations["U-deputy"])
    await deputy.presses("Sett på sakslisten")
    await both.settled()
    assert "arbeidsområdet ditt er ikke blant dem" in shown_text(there.last("response_url")["blocks"])
    await proposes()
    async with both.world.database.reading() as session:
        assert set(await session.scalars(select(AgendaItem.status))) == {"proposed"}
        assert await session.scalar(select(func.count()).select_from(AgendaItem)) == 2
    await deputy.client.open_home()
    await both.settled()
    assert "arbeidsområdet ditt er ikke blant dem" in shown_text(there.homes["U-deputy"]["blocks"])
    assert len(there.conversations["U-deputy"]) == sent
    assert WHAT["title"] in secretary.messages()[-1]
