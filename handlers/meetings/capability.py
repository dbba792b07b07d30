"""Meetings: when they are, and when cases for them must be in. Everybody concerned is reminded, and told of changes."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example
from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand, choosing, listing, page, reminders, undelivered
from handlers.meetings.actions import Do
from handlers.meetings.ways import WAYS
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _


async def _examples(_context: Context) -> Sequence[Example]:
    return (Example("/mote", _("møtene, med frister for å melde saker")),)


async def _agenda(context: Context, text: str) -> Reply:
    found = await choosing.choose(context, text, command="saksliste", do=Do.PAGE)
    return found if isinstance(found, Message) else await page.show(context, at_hand.about(found.meeting))


async def _agenda_examples(context: Context) -> Sequence[Example]:
    own = [committee for committee in context.actor.committees if committee.id in context.actor.roles]
    of_whom = f" {own[0].name}" if own else ""
    return (Example(f"/saksliste{of_whom}", _("sakslisten for neste møte")),)


CAPABILITY = Capability(
    name="mote",
    commands=(
        Command(
            name="mote",
            aliases=("møte", "moter", "møter"),
            summary=N_("Kommende møter og frister"),
            run=listing.command,
            examples=_examples,
            ways=WAYS,
        ),
        Command(
            name="saksliste",
            aliases=("sakliste", "sakslista", "dagsorden", "agenda"),
            summary=N_("Sakslisten for et møte"),
            usage=N_("[utvalg] [møte]"),
            run=_agenda,
            examples=_agenda_examples,
        ),
    ),
    does=Do,
    actions=(Action(Do.SHOW, listing.coming), Action(Do.PAGE, page.show)),
    chores=(reminders.REMIND,),
    subjects={"meeting": undelivered.about},
)
