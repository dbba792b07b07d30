"""A round on Slack (signed requests), on Teams (its route), by e-mail and on the page that a signed link opens."""

from handlers.capabilities import registry
from handlers.hearings.actions import Do
from tests.clock import FixedClock
from tests.deviations.tools import tools
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor, pressing
from tests.world import World

_ASK = {"title": "Ny samhandlingsavtale", "question": "Hva mener dere?", "until": "2026-09-22"}


async def test_from_slack_to_teams_and_back(small_world: World, clock: FixedClock) -> None:
    async with tools(small_world, clock) as running:
        slack, teams = running.on_slack("secretary"), running.on_teams("nurse")
        # Whoever is to get something has written before.
        await teams.writes("hjelp")
        await slack.writes("horing ny")
        await slack.fills(committee=str(small_world.committees["fsu"]), **_ASK)
        await slack.fills(persons=[str(small_world.people["nurse"])])
        assert "Eksempel Nurse (Eksempel kommune)" in slack.form()
        await slack.fills()
        assert "Høringen er sendt." in slack.form()
        assert any("Hva mener dere?" in shown for shown in teams.messages())
        await teams.presses("Svar")
        assert "Høringen: Ny samhandlingsavtale" in teams.form()
        await teams.fills(text="Vi støtter den.", behalf="Eksempel kommune")
        assert "Vi støtter den." in teams.answer()
        assert any("Alle har svart på høringen «Ny samhandlingsavtale»" in shown for shown in slack.messages())


async def test_whoever_is_on_no_chat_answers_on_the_page(small_world: World, clock: FixedClock) -> None:
    async with tools(small_world, clock) as running:
        slack = running.on_slack("secretary")
        await slack.writes("horing ny")
        await slack.fills(committee=str(small_world.committees["fsu"]), **_ASK)
        await slack.fills(persons=[str(small_world.people["mailbox"])])
        await slack.fills()
    async with serve(small_world, clock, registry()) as served:
        address = served.links.page(small_world.people["mailbox"], str(Do.SHOW), {"hearing": "1"})
        assert address is not None
        visitor = Visitor(served.http, address)
        page = await visitor.open()
        assert "Hva mener dere?" in page.words
        await visitor.press("Svar")
        page = await visitor.press("Send svaret", text="Skrevet på siden.")
        assert "Svaret er sendt." in page.words
        assert "Skrevet på siden." in page.words
        await visitor.open()
        await visitor.press("Endre svaret")
        page = await visitor.press("Send svaret", text="Endret på siden.")
        assert "Endret på siden." in page.words
        page = await visitor.post(pressing(str(Do.SHOW), hearing="2"))
        assert "Denne siden gjelder én sak." in page.words
