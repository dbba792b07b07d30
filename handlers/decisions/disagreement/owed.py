"""What somebody owes about a disagreement: how their party sees it; a secretariat, its next step."""

from collections.abc import Sequence
from datetime import timedelta

from handlers.capability import Owed
from handlers.decisions.disagreement.actions import Do, button
from handlers.decisions.disagreement.home import called
from handlers.decisions.owed import by
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _
from storage import disagreements

_AHEAD = timedelta(days=30)
"""A step that ends later is nothing to do yet."""


async def owes(context: Context) -> Sequence[Owed]:
    """Two statements at most."""
    found = [
        Owed(
            _("Skriv hvordan {party} ser på uenigheten om {case}").format(party=party, case=called(of)),
            (button(Do.SHOW, _("Vis"), of.row),),
            by(of.row.views_due_on),
            whole_day=True,
        )
        for of, party in await disagreements.to_write(context.session, context.actor.person_id)
    ]
    own = [each for each in context.actor.roles if may_decide(context.actor, each)]
    for of in await disagreements.overdue(context.session, own, context.today + _AHEAD) if own else ():
        found.append(
            Owed(
                _("Før uenigheten om {case} videre").format(case=called(of)),
                (
                    button(Do.STEP, _("Neste trinn eller ny frist"), of.row),
                    button(Do.SHOW, _("Vis"), of.row),
                ),
                by(of.row.due_on),
                whole_day=True,
            )
        )
    return found
