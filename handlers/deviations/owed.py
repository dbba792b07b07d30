"""The deviations that somebody's unit is to answer, or they themselves, by when."""

from collections.abc import Sequence
from datetime import datetime

from handlers.capability import Owed
from handlers.deviations import describe
from handlers.deviations.access import own_posts
from handlers.deviations.actions import Do, button
from handlers.people.context import Context
from handlers.writing.language import _
from storage import deviations
from storage.deviations import Report

_MOST = 100
"""More nobody reads."""


async def owes(context: Context) -> Sequence[Owed]:
    """Five statements at most."""
    posts = await own_posts(context)
    found = []
    if posts.handles or posts.leads:
        reports, _count = await deviations.queue(
            context.session, posts.handles, posts.leads, context.today, offset=0, limit=_MOST
        )
        found = [_owed(_("Svar på {title}"), report, report.deviation.due_at) for report in reports]
    if posts.leads_units:
        at_leader = await deviations.at_leader(context.session, posts.leads_units, _MOST)
        found += [_owed(_("Se over og send {title}"), report, None) for report in at_leader]
    for report in await deviations.asked(context.session, context.actor.person_id, _MOST):
        found.append(_owed(_("Svar enheten om {title}"), report, None))
    return found


def _owed(words: str, report: Report, due_at: datetime | None) -> Owed:
    return Owed(words.format(title=describe.title(report)), (button(Do.SHOW, _("Vis"), report.deviation),), due_at)
