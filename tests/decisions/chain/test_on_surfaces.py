"""A decision on its way through the real tools: the secretariat on Slack (signed requests), on Teams (the route) and on
the local page (HTTP), other committees and parties on Slack and Teams."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlmodel import col

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.people.links import Links
from handlers.people.roles import Role
from storage.tables import (
    Account,
    FollowUpStatus,
    Membership,
    Organisation,
)
from tests.cases.steps import too_late_to_undo
from tests.clock import FixedClock
from tests.decisions.chain import steps
from tests.decisions.chain.steps import PLAN, RECOMMENDED, called
from tests.decisions.chain.test_down import CONCLUDED, TITLE, TO_DO, case_of, handled_there, meeting_of
from tests.decisions.steps import decide
from tests.deviations.tools import OnPage, OnSlack, OnTeams, Tools, tools
from tests.meetings.steps import ACCEPT
from tests.people.links.conftest import KEY
from tests.surface import FakeSurface
from tests.world import World

MOST = 28 * 1024
"""Bytes that an activity may have on Teams."""
Tool = OnSlack | OnTeams | OnPage
ANSWERING = {"member": "nordre", "observer": "søndre", "clinician": "vestre", "nurse": "østre"}
"""Who answers for which party: people whom the tools know already."""


@dataclass
class Cast:
    tools: Tools
    surface: FakeSurface
    secretary: Tool
    who: str

    async def sees(self) -> str:
        """All that stands before the secretary."""
        tool = self.secretary
        if isinstance(tool, OnPage):
            return "\n".join(await tool.messages())
        if isinstance(tool, OnTeams):
            return "\n".join(tool.messages())
        shown = [tool.form()] if tool.tools.slack.view is not None else []
        return "\n".join([*tool.messages(), *tool.in_private(), *shown])


@pytest.fixture(params=["slack", "teams", "local"])
async def cast(world: World, clock: FixedClock, request: pytest.FixtureRequest) -> AsyncIterator[Cast]:
    """Four municipalities, each with somebody who answers for it."""
    surface = FakeSurface(world, clock, registry())
    async with world.database.transaction() as session:
        # Each is known at their own tool once they have written there.
        await session.execute(delete(Account))
        for name, key in ANSWERING.items():
            session.add(Organisation(key=key, name=called(key), kind="municipality", contacts=[f"{name}@example.org"]))
    surface.bot = Bot(world.database, registry(), clock, links=Links("https://bot.example.org/", KEY, clock))
    async with tools(world, clock, surface.bot, page=True) as running:
        match request.param:
            case "slack":
                who, secretary = "secretary", running.on_slack("secretary")
            case "teams":
                who, secretary = "deputy", running.on_teams("deputy")
            case _local:
                who, secretary = "secretary", running.on_page("secretary")
        yield Cast(running, surface, secretary, who)
        # Slack's limits are watched by its stand-in.
        assert all(len(json.dumps(call.body).encode()) <= MOST for call in running.teams.calls)


def _on_tool(cast: Cast, name: str) -> OnSlack | OnTeams:
    """Everybody of the hospital is on Slack, of the municipality on Teams."""
    hospital = name in ("member", "clinician", "secretary", "surgeon", "internist")
    return cast.tools.on_slack(name) if hospital else cast.tools.on_teams(name)


async def test_a_recommendation_to_four_municipalities_of_which_one_says_no(cast: Cast) -> None:
    parties = {name: _on_tool(cast, name) for name in ANSWERING}
    for tool in (*parties.values(), cast.secretary):
        await tool.writes("mote")
    decided = await decide(cast.surface, PLAN, RECOMMENDED)
    cast.tools.clock.forward(timedelta(days=1))
    await cast.secretary.writes("vedtak 1/2026")
    await cast.secretary.goes_on("Send som tilråding til parter")
    ids = await steps.organisations(cast.tools.world)
    await cast.secretary.fills(parties=[str(ids[key]) for key in ANSWERING.values()])
    assert "Sendt til 4 parter." in await cast.sees()
    cast.tools.clock.forward(timedelta(days=20))
    for name, key in ANSWERING.items():
        asked = [shown for shown in parties[name].messages() if f"Tilråding til {called(key)}" in shown]
        assert len(asked) == 1
        assert RECOMMENDED in asked[0]
        await parties[name].presses("Svar på tilrådingen")
        assert RECOMMENDED in parties[name].form()
        says = {"answer": "no", "text": "Kommunen har ikke råd."} if key == "søndre" else {"answer": "yes"}
        await parties[name].fills(**says)
        if key == "søndre":
            assert "Søndre Eksempel kommune sier nei til tilrådingen" in await cast.sees()
            assert "Alle har svart på tilrådingen" not in await cast.sees()
    assert "Alle har svart på tilrådingen: 3 ja, 1 nei, 0 ja med endringer." in await cast.sees()
    await cast.secretary.writes("vedtak 1/2026")
    await cast.secretary.goes_on("Se hvor det står")
    seen = await cast.sees()
    assert "«Kommunen har ikke råd.»" in seen
    assert "Nei: 1" in seen
    # Whoever answers for a party may correct it, and sees nothing of the others.
    await parties["observer"].presses("Rett svaret")
    await parties["observer"].fills(answer="changes", text="Fra 2028.")
    assert "sier ikke lenger nei til tilrådingen" in await cast.sees()
    for name in ("clinician", "nurse"):
        assert "Fra 2028." not in "\n".join(parties[name].messages())
    rows = await steps.legs_of(cast.tools.world, decided.entry)
    assert {key: row.answer for key, row in rows.items()} == {
        "nordre": "yes",
        "søndre": "changes",
        "vestre": "yes",
        "østre": "yes",
    }


async def test_a_decision_goes_from_a_committee_to_another_to_a_person_and_back(cast: Cast) -> None:
    world, clock = cast.tools.world, cast.tools.clock
    await meeting_of(world, "forum", "forum-1", clock)
    async with world.database.transaction() as session:
        # The one who serves the forum is not at the tool that is tried.
        await session.execute(delete(Membership).where(col(Membership.committee_id) == world.committees["forum"]))
        session.add(
            Membership(
                committee_id=world.committees["forum"], person_id=world.people["internist"], role=Role.SECRETARIAT
            )
        )
    forum, nurse = cast.tools.on_slack("internist"), cast.tools.on_teams("nurse")
    for tool in (forum, nurse, cast.secretary):
        await tool.writes("mote")
    decided = await decide(cast.surface, TITLE, CONCLUDED, to_do=TO_DO, owner_committee_id=world.committees["forum"])
    await _tick(cast)
    (proposed,) = [shown for shown in forum.messages() if f"Forslag til sak: {TO_DO}" in shown]
    assert f"Fra Faglig samarbeidsutvalg (FSU), sak 1/2026: {TITLE}" in proposed
    await forum.presses(ACCEPT)
    too_late_to_undo(cast.surface)
    await _tick(cast)
    await cast.secretary.writes("kjede FSU")
    await cast.secretary.goes_on("Se hvor det står")
    assert "På sakslisten (sak 1/26, møtet" in await cast.sees()

    clock.forward(timedelta(days=11))
    case = await case_of(world, decided.follow)
    assert case is not None
    there = await handled_there(
        cast.surface,
        case.id,
        "forum-1",
        text="Forumet lager planen.",
        to_do="Skrive planen",
        owner_id=world.people["nurse"],
    )
    await _tick(cast)
    await nurse.presses("Gjort")
    await _tick(cast)
    assert (await steps.follow_up(world, there.follow)).status == FollowUpStatus.DONE
    assert (await steps.follow_up(world, decided.follow)).status == FollowUpStatus.DONE
    assert f"Vedtaket er fulgt opp: Faglig samarbeidsutvalg (FSU), sak 1/2026: {TITLE}" in await cast.sees()


async def _tick(cast: Cast) -> None:
    await steps.clock_says(cast.surface, minutes=1)
    await cast.tools.settled()
