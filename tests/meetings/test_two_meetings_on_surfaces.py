"""One committee through two meetings, its secretariat on Slack (signed requests), on Teams (the route) and on the local
page (HTTP), and its members on Slack and Teams."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.people.links import Links
from storage.tables import MinutesStatus
from tests.cases.steps import too_late_to_undo
from tests.clock import FixedClock
from tests.deviations.tools import OnPage, OnSlack, OnTeams, Tools, tools
from tests.meetings.minutes.round import steps
from tests.meetings.minutes.round.test_documents import all_of, word
from tests.meetings.steps import accepted, read, titles, with_standing
from tests.people.links.conftest import KEY
from tests.surface import FakeSurface
from tests.world import World

STANDING = ("Godkjenning av innkalling og dagsorden", "Godkjenning av forrige referat", "Eventuelt")
TRAINING, PLAN = "Felles opplæring", "Handlingsplan 2027"
FIRST, SECOND = "saksliste FSU 21.9.", "saksliste FSU 31.10."
MINUTES, FURTHER = "referat FSU 21.9.", "Videre med referatet"
INSTEAD = "Planen godkjennes, og gjelder fra januar."
MOST = 28 * 1024
"""Bytes that an activity may have on Teams."""
REMARK = "Tid for neste møte føyes til."

Tool = OnSlack | OnTeams | OnPage


@dataclass
class Cast:
    """Who does what: the secretariat at the tool that is tried, and two members, the first of them at another tool."""

    tools: Tools
    surface: FakeSurface
    secretary: Tool
    coming: OnSlack | OnTeams
    coming_name: str
    absent: OnSlack | OnTeams
    absent_name: str
    substitute: OnTeams

    def secretary_sees(self) -> str:
        """What the last command, button or form has come to; on Teams, where things stand in one chat, all of it."""
        tool = self.secretary
        return "\n".join(tool.messages()) if isinstance(tool, OnTeams) else tool.answer()

    async def slot(self, title: str) -> str:
        """The place of this line on the agenda, as it is chosen in forms."""
        found = (line.slot for line in (await read(self.tools.world)).lines if line.title == title)
        slot = next(found)
        assert slot is not None
        return str(slot.id)


def _cast(surface: FakeSurface, tools: Tools, secretary: Tool) -> Cast:
    member, colleague, carer = tools.on_slack("member"), tools.on_teams("colleague"), tools.on_teams("carer")
    if isinstance(secretary, OnTeams):
        return Cast(tools, surface, secretary, member, "member", colleague, "colleague", carer)
    return Cast(tools, surface, secretary, colleague, "colleague", member, "member", carer)


@pytest.fixture(params=["slack", "teams", "local"])
async def cast(small_world: World, clock: FixedClock, request: pytest.FixtureRequest) -> AsyncIterator[Cast]:
    """The committee has two cases and its standing items, and everybody has written to the bot."""
    surface = FakeSurface(small_world, clock, registry())
    await with_standing(small_world, *STANDING)
    await accepted(surface, TRAINING)
    await accepted(surface, PLAN, types=["B"])
    too_late_to_undo(surface)
    await surface.arrive()
    surface.bot = Bot(small_world.database, registry(), clock, links=Links("https://bot.example.org/", KEY, clock))
    async with tools(small_world, clock, surface.bot, page=True) as running:
        match request.param:
            case "slack":
                secretary: Tool = running.on_slack("secretary")
            case "teams":
                secretary = running.on_teams("deputy")
            case _local:
                secretary = running.on_page("secretary")
        cast = _cast(surface, running, secretary)
        for somebody in (cast.coming, cast.absent, cast.substitute):
            await somebody.writes("mote")
        yield cast
        # Slack's limits are watched by its stand-in.
        assert all(len(json.dumps(call.body).encode()) <= MOST for call in running.teams.calls)


async def _prepare(cast: Cast) -> None:
    await cast.secretary.writes(FIRST)
    await cast.secretary.goes_on("Arbeid med sakslisten")
    await cast.secretary.goes_on("Begynn å arbeide med sakslisten")
    before = len(cast.coming.messages())
    await cast.secretary.goes_on("Opp", after=PLAN)
    assert f"Flyttet til plass 3: 2/2026 (B)  {PLAN}" in cast.secretary.answer()
    assert titles(await read(cast.tools.world)) == [*STANDING[:2], PLAN, TRAINING, STANDING[2]]
    cast.tools.clock.forward(timedelta(hours=1))
    await cast.tools.settled()
    assert len(cast.coming.messages()) == before, "nobody is told of a draft"


async def _convene(cast: Cast) -> None:
    await cast.secretary.writes(FIRST)
    await cast.secretary.goes_on("Send innkalling")
    assert "ingen legger den fram" in cast.secretary.answer()
    await cast.secretary.goes_on("Send likevel")
    assert "Innkallingen er sendt" in cast.secretary_sees()
    for somebody in (cast.coming, cast.absent):
        (told,) = [shown for shown in somebody.messages() if "Innkalling: Faglig samarbeidsutvalg" in shown]
        assert told.index(f"2/2026 (B)  {PLAN}") < told.index(f"1/2026 (O/D)  {TRAINING}")
    await cast.coming.presses("Kommer")
    await cast.absent.presses("Stedfortreder")
    await cast.absent.fills(who=str(cast.tools.world.people["carer"]))
    await cast.substitute.presses("Kommer")
    await cast.secretary.writes(FIRST)
    assert "2 kommer, 1 har forfall, 3 har ikke svart" in cast.secretary.answer()


async def _attend(cast: Cast) -> None:
    world = cast.tools.world
    cast.tools.clock.go_to((await read(world)).meeting.starts_at + timedelta(minutes=5))
    await cast.secretary.writes(FIRST)
    await cast.secretary.goes_on("Før oppmøte")
    await cast.secretary.goes_on("Alle som sa ja, kom")
    await cast.secretary.goes_on("Inhabil i en sak")
    unfit = f"p{world.people[cast.coming_name]}"
    await cast.secretary.fills(item=await cast.slot(PLAN), who=[unfit], other="Eksempel Vara")
    assert f"Inhabil i sak 2/2026 (B): Eksempel {cast.coming_name.title()}" in cast.secretary.form()


async def _write(cast: Cast) -> None:
    await cast.secretary.writes(MINUTES)
    await cast.secretary.goes_on("Begynn på referatet")
    for title, written in (
        (PLAN, {"discussion": "Planen ble gjennomgått.", "conclusions": "Planen godkjennes.", "how": "agreed"}),
        (TRAINING, {"discussion": "Opplæringen ble drøftet.", "how": "postponed"}),
    ):
        await cast.secretary.writes(MINUTES)
        await cast.secretary.goes_on("Skriv", after=title)
        assert title in cast.secretary.form()
        await cast.secretary.fills(**written)
        assert written["discussion"] in cast.secretary.form()


async def _postpone(cast: Cast) -> None:
    """The case comes back in the next meeting, under a number of that one's series."""
    await cast.secretary.writes("sak 1/2026")
    await cast.secretary.goes_on("Utsett til et senere møte")
    await cast.secretary.fills()
    too_late_to_undo(cast.surface)
    await cast.tools.settled()
    await cast.secretary.writes(SECOND)
    assert f"3/2026 (O/D)  {TRAINING}" in cast.secretary_sees()
    assert "1/2026 (O/D)" in [line.number for line in (await read(cast.tools.world)).lines]


async def _go_round(cast: Cast) -> None:
    """Out for comment; a comment from the other tool, taken in; then published."""
    await cast.secretary.writes(MINUTES)
    await cast.secretary.goes_on(FURTHER)
    await cast.secretary.goes_on("Send til kommentar")
    assert "Oppmøtet er ikke ført for Eksempel" in cast.secretary_sees()
    assert f"ført for Eksempel {cast.absent_name.title()}" not in cast.secretary_sees(), "somebody took their place"
    await cast.secretary.goes_on("Send likevel")
    assert await steps.status(cast.tools.world) == MinutesStatus.COMMENTS
    await cast.coming.presses("Kommenter")
    await cast.coming.fills(item=await cast.slot(PLAN), text="Fra når?", propose="true")
    await cast.coming.fills(part="1", instead=INSTEAD)

    await cast.secretary.presses("1 ubesvart kommentar")
    await cast.secretary.goes_on("Ta inn")
    assert "Fra når?" in cast.secretary.form()
    await cast.secretary.fills(answer="Takk.")
    assert "Kommentaren er tatt inn." in cast.secretary.form()
    await steps.clock_says(cast.surface, days=8)
    await cast.tools.settled()
    await cast.secretary.writes(MINUTES)
    await cast.secretary.goes_on(FURTHER)
    await cast.secretary.goes_on("Publiser")
    await cast.secretary.goes_on("Publiser likevel")
    assert await steps.status(cast.tools.world) == MinutesStatus.PUBLISHED
    await cast.coming.presses("Les referatet")
    assert INSTEAD in cast.coming.answer()
    said = all_of(await word(cast.surface, cast.coming_name))
    assert INSTEAD in said
    assert "Eksempel Carer" in said
    assert "inhabil" in said.casefold()


async def _approve(cast: Cast) -> None:
    """At the second meeting, with a remark; and then they are locked."""
    world = cast.tools.world
    cast.tools.clock.go_to((await read(world, "fsu-2")).meeting.starts_at + timedelta(minutes=5))
    await cast.secretary.writes(SECOND)
    await cast.secretary.goes_on("Referatet er godkjent")
    await cast.secretary.fills(remark=REMARK)
    assert await steps.status(world) == MinutesStatus.APPROVED
    await cast.secretary.writes(MINUTES)
    await cast.secretary.goes_on(FURTHER)
    await cast.coming.writes(MINUTES)
    for somebody in (cast.secretary, cast.coming):
        assert "Godkjent lørdag 31. oktober 2026" in somebody.answer()
        assert REMARK in somebody.answer()


async def test_one_committee_through_two_meetings(cast: Cast) -> None:
    for step in (_prepare, _convene, _attend, _write, _postpone, _go_round, _approve):
        await step(cast)
