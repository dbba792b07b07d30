"""Finding a date on Slack (signed requests), on Teams (its route), by e-mail and on the page that a link opens."""

from handlers.capabilities import registry
from handlers.polls.actions import Do
from tests.clock import FixedClock
from tests.deviations.tools import tools
from tests.people.links.conftest import serve
from tests.people.links.visitor import Visitor, pressing
from tests.polls.steps import LINES, TITLE
from tests.world import World


async def test_asked_on_slack_answered_on_teams_and_chosen(small_world: World, clock: FixedClock) -> None:
    async with tools(small_world, clock) as running:
        slack, member, teams = running.on_slack("secretary"), running.on_slack("member"), running.on_teams("colleague")
        # Whoever is to get something has written before.
        await teams.writes("hjelp")
        await member.writes("hjelp")
        await slack.writes("mote finn FSU")
        await slack.fills(times=LINES)
        await slack.fills(place="Eksempelsalen")
        assert "16. september 2026 kl. 09.00–11.00. 2 har et annet møte da." in slack.form()
        await slack.fills()
        assert "Datovalget er sendt til 5 personer." in slack.form()
        got = next(shown for shown in teams.messages() if TITLE in shown)
        assert "Merk: du har møte i Arbeidsutvalg (AU) kl. 10.00–13.00." in got
        assert "Merk: helg." in got
        await teams.presses("2 passer")
        assert any("Svaret ditt: passer." in shown for shown in teams.messages())
        await member.presses("Ingen av tidene passer")
        await member.presses("2 om nødvendig")
        assert any("Svaret ditt: passer om nødvendig." in shown for shown in member.messages())
        assert any("1 av 5 har svart" in shown for shown in slack.messages())
        await slack.presses("Se datovalget")
        assert "Passer for 1, om nødvendig for 1, passer ikke for 0. Ikke svart: 3." in slack.answer()
        await slack.goes_on("Velg 2")
        assert "Fristen for å melde saker blir torsdag 3. september 2026" in slack.form()
        await slack.fills()
        assert "Møtet er laget, og de det gjelder, får beskjed." in slack.form()
        blir = "Møtet i Faglig samarbeidsutvalg (FSU) blir torsdag 17. september 2026 kl. 12.00–14.00"
        for each in (teams, member):
            assert any(blir in shown for shown in each.messages())
            assert any("Nytt møte i Faglig samarbeidsutvalg (FSU)" in shown for shown in each.messages())
            assert not each.has_button("2 passer")
            assert each.has_button("Kommer")


async def test_whoever_is_on_no_chat_answers_on_the_page(small_world: World, clock: FixedClock) -> None:
    async with tools(small_world, clock) as running:
        slack = running.on_slack("secretary")
        await slack.writes("mote finn FSU")
        await slack.fills(times=LINES)
        await slack.fills(persons=[str(small_world.people["mailbox"])])
        await slack.fills()
    async with serve(small_world, clock, registry()) as served:
        address = served.links.page(small_world.people["mailbox"], str(Do.SHOW), {"poll": "1"})
        assert address is not None
        visitor = Visitor(served.http, address)
        page = await visitor.open()
        assert TITLE in page.words
        page = await visitor.press("1 passer")
        assert "Lagret: 1 passer." in page.words
        await visitor.open()
        page = await visitor.press("Alle tidene passer")
        assert "Du har svart på alle tidene." in page.words
        page = await visitor.post(pressing(str(Do.ANSWER), poll="2", time="1", suits="no"))
        assert "Denne siden gjelder én sak." in page.words
