"""The disagreements that wait for somebody: to write how their party sees it, or to take it on."""

from collections.abc import Sequence

from handlers.calendar import dates
from handlers.capability import Waiting
from handlers.decisions.disagreement.actions import Do, button
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import disagreements
from storage.disagreements import DisagreementOf


async def home(context: Context) -> Sequence[Waiting]:
    """What is to be written first."""
    found = []
    for of, party in await disagreements.to_write(context.session, context.actor.person_id):
        text = _("Uenighet om {case}: {party} har ikke skrevet sitt syn").format(case=called(of), party=party)
        if of.row.views_due_on is not None:
            text += " " + _("(frist {day})").format(day=dates.short_date(of.row.views_due_on))
        found.append(Waiting(text, button(Do.SHOW, _("Vis"), of.row)))
    own = [each for each in context.actor.roles if may_decide(context.actor, each)]
    for of in await disagreements.overdue(context.session, own, context.today) if own else ():
        day = dates.short_date(of.row.due_on) if of.row.due_on is not None else ""
        text = _("Uenighet om {case}: fristen gikk ut {day}").format(case=called(of), day=day)
        found.append(Waiting(text, button(Do.SHOW, _("Vis"), of.row)))
    return found


def called(of: DisagreementOf) -> str:
    return shorten(f"{of.number} {of.title}".strip(), 100)
