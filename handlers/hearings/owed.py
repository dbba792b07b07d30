"""The rounds of written comments that somebody has not answered, with their deadlines."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.hearings.actions import Do, button
from handlers.people.context import Context
from handlers.writing.language import _
from storage import hearings


async def owes(context: Context) -> Sequence[Owed]:
    return [
        Owed(
            _("Svar på høringen «{title}»").format(title=each.hearing.row.title),
            (
                button(Do.ANSWER, _("Svar"), each.hearing.row, {}),
                button(Do.NO_REMARKS, _("Ingen merknader"), each.hearing.row, {}),
            ),
            each.hearing.row.deadline_at,
        )
        for each in await hearings.asked(context.session, context.actor.person_id, waiting=True)
    ]
