"""Opening the protocol of a disagreement by hand, and letting the parties read each other."""

from collections.abc import Mapping

from handlers.decisions.disagreement import at_hand, happen, page
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, Gone, NotAllowed
from handlers.meetings import at_hand as meetings
from handlers.messages.arguments import id_of
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import _
from storage import disagreements
from storage.tables import ClosedHow, MinutesStatus


async def open_protocol(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The secretariat opens the protocol of the item in the place called `slot`, whatever the minutes say of how it was
    decided. Pressed twice, there is one."""
    meeting, _committee = await meetings.to_prepare(context, arguments)
    at = await disagreements.entry_at(context.session, meeting.id, id_of(arguments, "slot"))
    if at is None:
        raise Gone(_("Saken står ikke i referatet fra dette møtet."))
    if at.minutes.status == MinutesStatus.DRAFT:
        raise NotAllowed(_("Referatet er en kladd. Protokollen kan åpnes når referatet er sendt ut."))
    is_there = at.protocol is not None and at.protocol.closed_how != ClosedHow.GONE
    protocol = await happen.opened(context, at)
    if is_there:
        return page.whole(context, protocol).model_copy(update={"replace": True})
    return page.done(context, protocol, _("Protokollen er åpnet, og partene har fått beskjed."))


async def reveal(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Each party reads what the other wrote from now on, though not both have written."""
    protocol = await at_hand.to_prepare(context, arguments)
    if protocol.is_shown:
        raise AlreadyDone(_("Partene kan allerede lese hverandre."))
    if len(protocol.unwritten) == len(protocol.views):
        raise NotAllowed(_("Ingen av partene har skrevet ennå, så det er ikke noe å lese."))
    return page.done(context, await happen.revealed(context, protocol), _("Partene kan nå lese hverandre."))


async def reopen(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What was closed by mistake, or has come up again."""
    protocol = await at_hand.to_prepare(context, arguments, also_closed=True)
    if protocol.of.is_open:
        raise Settled(_("Protokollen er åpen."))
    return page.done(context, await happen.reopened(context, protocol), _("Protokollen er åpnet igjen."))
