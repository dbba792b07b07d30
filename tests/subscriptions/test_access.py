"""Calendar addresses are one's own: each action by somebody else, whatever is sent with it; and what words after
`/mote` lead those to who plan no meetings."""

from sqlalchemy import select
from sqlmodel import col

from handlers.capabilities import registry
from handlers.dialogs.dialog import Form
from handlers.messages.message import Message
from storage.tables import CalendarFeed
from tests.clock import FixedClock
from tests.meetings.convocation.steps import surface_with_links
from tests.world import World

ACTIONS = {"kalender.vis", "kalender.lag", "kalender.slett"}
"""They go by who presses, and by nothing that is sent with it."""


def test_everything_about_calendar_addresses_has_its_row() -> None:
    room = next(each for each in registry().capabilities if each.name == "kalender")
    assert {str(each.name) for each in room.actions} == ACTIONS
    assert (room.dialogs, room.documents, room.intakes) == ((), (), ())
    # A page that is about one thing has nothing of it.
    assert all(each.whole for each in room.actions)


async def test_nobody_sees_or_takes_away_anothers(small_world: World, clock: FixedClock) -> None:
    surface, member = surface_with_links(small_world, clock), small_world.people["member"]
    await surface.bot.press(small_world.sender("member"), "kalender.lag", {})
    claimed = {"person": str(member), "person_id": str(member)}
    titles = []
    for action in ("kalender.vis", "kalender.slett", "kalender.lag", "kalender.slett"):
        reply = await surface.bot.press(small_world.sender("clinician"), action, claimed)
        assert reply is not None
        titles.append(reply.title)
    assert titles == [
        "Møtene i kalenderen din",
        "Du har ingen kalenderadresse",
        "Her er kalenderadressen din",
        "Kalenderadressen er slettet",
    ]
    async with small_world.database.reading() as session:
        assert list(await session.scalars(select(col(CalendarFeed.person_id)))) == [member]


async def test_words_that_plan_meetings_lead_whoever_plans_none_to_no_form(
    small_world: World, clock: FixedClock
) -> None:
    surface = surface_with_links(small_world, clock)
    planning = ("motetid.", "moteplan.skriv", "moteplan.fil", "moteplan.lagre", "datovalg.ny")
    for words in ("ny", "flytt FSU", "avlys FSU", "likevel FSU", "finn FSU", "plan 2027"):
        for who in ("member", "observer", "clinician"):
            reply = await surface.say(who, f"mote {words}")
            assert isinstance(reply, Message), (words, who)
            told = {button.action for part in (reply, *reply.sections) for button in part.buttons}
            assert not [each for each in told if each.startswith(planning)], (words, who)
    for words in ("ny", "flytt FSU", "avlys FSU", "finn FSU"):
        assert isinstance(await surface.say("secretary", f"mote {words}"), Form), words
