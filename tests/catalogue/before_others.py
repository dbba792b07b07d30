"""What is put before others: cards of things that there are by now, for those who may see them and for anybody; what
whoever posts a link of their own is told; and how the bot is met: a welcome to one and to several, and the question
where somebody who is on two chats wants to be written to."""

from sqlmodel import col, select

from handlers.messages import shared
from handlers.people.audience import PUBLIC, Audience
from handlers.people.context import Context
from handlers.people.recognising import recognise
from handlers.people.shared_link import SharedLink
from handlers.people.ticket import Purpose, Ticket
from handlers.reminders import which_chat
from handlers.reminders.wishes import Wishes
from handlers.writing.language import speaking
from storage.published import PUBLISHED
from storage.tables import AgendaItem, AgendaSlot, Conclusion, Minutes, MinutesEntry
from tests.catalogue.walk import Look
from tests.surface import FakeSurface


async def everything(surface: FakeSurface, look: Look, language: str) -> None:
    """`surface`: after something was decided in an open case."""
    world, sharing = surface.world, surface.bot.registry.sharing
    assert sharing is not None
    known = await recognise(world.database, world.sender("secretary"), surface.clock.now())
    assert known is not None
    async with world.database.transaction() as session:
        found = await session.execute(
            select(Conclusion.id, AgendaSlot.item_id, AgendaSlot.meeting_id)
            .join(MinutesEntry, col(MinutesEntry.id) == col(Conclusion.entry_id))
            .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
            .join(AgendaSlot, col(AgendaSlot.id) == col(MinutesEntry.slot_id))
            .join(AgendaItem, col(AgendaItem.id) == col(AgendaSlot.item_id))
            .where(col(Minutes.status).in_(PUBLISHED), col(AgendaItem.closed_under) == "")
            .order_by(col(Conclusion.id))
        )
        decision, item, meeting = found.first() or (0, 0, 0)
        context = Context(session, known.actor, surface.clock.now())
        with speaking(language):
            for who, audience in (
                ("those who may see it", Audience((known.actor,), public=False)),
                ("anybody", PUBLIC),
            ):
                for what, arguments in (
                    ("a case", {"item": str(item)}),
                    ("a decision", {"decision": str(decision)}),
                    ("a meeting", {"meeting": str(meeting)}),
                ):
                    card = await sharing.card(context, audience, arguments)
                    assert card is not None, what
                    look(f"{what} on a card for {who}", card)
            page, file = (SharedLink(Ticket(1, "", {}), purpose) for purpose in (Purpose.PAGE, Purpose.FILE))
            for what, link, own, card_there in (
                ("a link of their own", page, True, True),
                ("a link to a file", file, True, False),
                ("somebody else's link", page, False, False),
                ("the address of a calendar", SharedLink(None), True, False),
            ):
                note = shared.note(link, own=own, card=card_there)
                assert note is not None
                look(f"whoever posts {what} is told", note)
            welcome = surface.bot.registry.welcome
            assert welcome is not None
            look("somebody meets the bot", welcome.to_one())
            look("the bot is added where several are", welcome.to_several())
            look("somebody is on two chats", which_chat.question())
            for wishes in (Wishes(channels=("teams", "slack")), Wishes()):
                look("somebody has chosen where to be written to", which_chat.answered(wishes))
