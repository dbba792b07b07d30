"""One case, two tools: a report carried from the one side to the other and back, each side with its own view."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import select

from storage.tables import Deviation, DeviationEvent
from tests.clock import FixedClock
from tests.deviations.tools import Person, Tools, everything_sent_to, tools
from tests.world import World

TEXT = "Epikrisen kom ikke fram"
NOTE = "Dette er bare mellom oss"
REFERENCE = "AVV-2026-0001"
QUESTION, REPLY, FINDING, MEASURE = "Når ble det oppdaget?", "Mandag morgen", "Sendt feil", "Ny rutine"


@pytest.fixture
async def both(world: World, clock: FixedClock) -> AsyncIterator[Tools]:
    async with tools(world, clock) as running:
        yield running


async def report(person: Person, unit: str, text: str = TEXT, **what: object) -> None:
    """The four screens."""
    await person.writes(f"avvik {text}")
    await person.fills(unit=unit, categories=["medication"], **what)
    assert text in person.form()
    await person.fills()
    await person.fills(consequence="minor")
    assert text in person.form()
    await person.fills(consent="asked")


Cast = Callable[[Tools], tuple[Person, Person, str]]
SLACK_TO_TEAMS: Cast = lambda both: (both.on_slack("clinician"), both.on_teams("nurse"), "homecare")  # noqa: E731
TEAMS_TO_SLACK: Cast = lambda both: (both.on_teams("carer"), both.on_slack("surgeon"), "ortho")  # noqa: E731


@pytest.mark.parametrize("cast", [SLACK_TO_TEAMS, TEAMS_TO_SLACK], ids=["slack-to-teams", "teams-to-slack"])
async def test_a_case_from_report_to_rated_answer(both: Tools, cast: Cast) -> None:
    await carried(both, *cast(both))


async def carried(both: Tools, reporter: Person, handler: Person, unit: str) -> None:
    """A report, from the four screens to the rated answer."""
    await handler.writes("hjelp")

    await report(reporter, str(both.world.units[unit]))
    assert any(REFERENCE in message and TEXT in message for message in handler.messages())
    receipt = next(message for message in reporter.messages() if REFERENCE in message)
    assert "22. september 2026" in receipt
    assert not reporter.has_button("Ta saken")

    await handler.presses("Ta saken")
    assert any("har tatt saken" in message for message in reporter.messages())

    await handler.presses("Be om opplysninger")
    await handler.fills(question=QUESTION)
    assert any(QUESTION in message and REFERENCE in message for message in reporter.messages())

    await reporter.presses("Svar")
    assert QUESTION in reporter.form()
    await reporter.fills(answer=REPLY)
    assert any(REPLY in message and REFERENCE in message for message in handler.messages())
    # Neither the receipt nor the news has a question any more.
    assert not reporter.has_button("Svar")

    await handler.presses("Svar og avslutt")
    await handler.fills(finding=FINDING, measure=MEASURE)
    assert any(FINDING in message and MEASURE in message for message in reporter.messages())
    assert not handler.has_button("Svar og avslutt")

    await reporter.presses("Svaret var nyttig")
    async with both.world.database.transaction() as session:
        row = (await session.scalars(select(Deviation))).one()
        history = [
            (event.kind, event.actor_id)
            for event in await session.scalars(select(DeviationEvent).order_by(DeviationEvent.id))  # type: ignore[arg-type]
        ]
    assert (row.reference, row.status, row.rating) == (REFERENCE, "answered", "helpful")
    kinds = ["reported", "taken", "questioned", "replied", "answered", "rated"]
    assert [kind for kind, _actor in history] == kinds
    assert [actor == row.reporter_id for _kind, actor in history] == [True, False, False, True, False, True]


async def test_what_handlers_write_among_themselves_never_leaves_for_the_reporters_tool(both: Tools) -> None:
    reporter, handler = both.on_slack("clinician"), both.on_teams("nurse")
    await handler.writes("hjelp")
    await report(reporter, str(both.world.units["homecare"]))
    await handler.presses("Send videre")
    await handler.fills(unit=str(both.world.units["nursinghome"]), note=NOTE)
    assert any("Sykehjemmet" in message for message in reporter.messages())
    # The nurse handles it in both units, and has a new message about it with the note.
    assert any(NOTE in message and REFERENCE in message for message in handler.messages())
    await handler.presses("Ta saken")
    await handler.presses("Svar og avslutt")
    await handler.fills(finding=FINDING, measure=MEASURE)
    await reporter.presses("Vis saken")
    await reporter.writes("avvik mine")
    sent = everything_sent_to(both.slack)
    assert FINDING in sent
    assert NOTE not in sent
    assert NOTE in everything_sent_to(both.teams)


async def test_the_reporter_asks_once_more_and_the_same_handler_gets_it_back(both: Tools) -> None:
    reporter, handler = both.on_teams("carer"), both.on_slack("surgeon")
    await report(reporter, str(both.world.units["ortho"]))
    await handler.presses("Svar og avslutt")
    await handler.fills(finding=FINDING, measure=MEASURE)
    await reporter.presses("Spør en gang til")
    await reporter.fills(question="Hva er den nye rutinen?")
    assert any("spør en gang til" in message for message in handler.messages())
    await handler.presses("Svar og avslutt")
    await handler.fills(finding=FINDING, measure="Alt sendes elektronisk")
    assert any("Alt sendes elektronisk" in message for message in reporter.messages())
    await reporter.presses("Spør en gang til")
    assert "Du har allerede spurt en gang til" in reporter.answer()
