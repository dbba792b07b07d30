"""How a party sees a disagreement, which somebody is to write."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.decisions.disagreement.actions import Do, button
from handlers.decisions.disagreement.home import called
from handlers.decisions.owed import by
from handlers.people.context import Context
from handlers.writing.language import _
from storage import disagreements


async def owes(context: Context) -> Sequence[Owed]:
    return [
        Owed(
            _("Skriv hvordan {party} ser på uenigheten om {case}").format(party=party, case=called(of)),
            (button(Do.SHOW, _("Vis"), of.row),),
            by(of.row.views_due_on),
            whole_day=True,
        )
        for of, party in await disagreements.to_write(context.session, context.actor.person_id)
    ]
