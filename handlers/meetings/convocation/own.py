"""What somebody reads of a meeting who comes for a case only: when and where it is, and that case."""

from collections.abc import Mapping

from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.meetings.attendance import buttons, roll
from handlers.meetings.convocation import documents, told
from handlers.people.context import Context
from handlers.writing.language import _


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    convening, sees = await documents.find(context, arguments)
    row = convening.read.row
    if row is None or row.convened_at is None:
        raise Gone(_("Innkallingen er ikke sendt ennå."))
    attendee = (await roll.read(context.session, convening.read)).person(context.actor.person_id)
    substitute = attendee is not None and buttons.may_send_substitute(attendee)
    shown = told.message(convening, sees, context.actor.person_id, substitute=substitute)
    return buttons.answered(shown, attendee, convening.meeting) if attendee is not None else shown
