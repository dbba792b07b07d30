"""The deviations that wait for somebody: for their unit, for them as a leader, or for them themselves to answer."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.deviations import describe
from handlers.deviations.access import own_posts
from handlers.deviations.actions import Do, button
from handlers.messages import paging
from handlers.messages.message import Button
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import deviations


async def home(context: Context) -> Sequence[Waiting]:
    found = []
    posts = await own_posts(context)
    if posts.handles or posts.leads:
        _first, count = await deviations.queue(
            context.session, posts.handles, posts.leads, context.today, offset=0, limit=1
        )
        if count:
            text = ngettext("{count} avvik venter på svar", "{count} avvik venter på svar", count).format(count=count)
            found.append(Waiting(text, Button(label=_("Vis"), action=Do.QUEUE)))
    if posts.leads_units:
        # They stand in no list.
        for report in await deviations.at_leader(context.session, posts.leads_units, paging.SIZE):
            text = _("{title} venter på at du ser over og sender").format(title=describe.title(report))
            found.append(Waiting(text, button(Do.SHOW, _("Vis"), report.deviation)))
    count = await deviations.count_asked(context.session, context.actor.person_id)
    if count:
        text = ngettext(
            "{count} avvik du har meldt, venter på svar fra deg",
            "{count} avvik du har meldt, venter på svar fra deg",
            count,
        )
        found.append(Waiting(text.format(count=count), Button(label=_("Vis"), action=Do.MINE)))
    return found
