"""The deviations on somebody's home: those that wait for their unit, for them as a leader, or for them themselves to
answer; and those that they have reported."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.deviations import describe
from handlers.deviations.access import Posts, own_posts
from handlers.deviations.actions import Do, button
from handlers.messages import paging
from handlers.messages.message import Button, Fact, Section
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import deviations, units
from storage.direct import Question

_SHOWN = 4


async def queues(context: Context) -> Sequence[Waiting]:
    """Two statements at most."""
    return await _queue(context, await own_posts(context))


async def _queue(context: Context, posts: Posts) -> Sequence[Waiting]:
    if not posts.handles and not posts.leads:
        return ()
    count = await deviations.count_at(context.session, posts.handles, posts.leads, context.today)
    if not count:
        return ()
    text = ngettext("{count} avvik venter på svar", "{count} avvik venter på svar", count).format(count=count)
    return (Waiting(text, Button(label=_("Vis"), action=Do.QUEUE)),)


async def home(context: Context) -> Sequence[Waiting]:
    posts = await own_posts(context)
    found = [*await _queue(context, posts)]
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


async def begins(_context: Context) -> Sequence[Button]:
    return (Button(label=_("Meld avvik"), action=Do.REPORT, style="primary"),)


async def theirs(context: Context) -> Sequence[Section]:
    """What the actor has reported, the ones that changed last, and where they stand: two statements."""
    found = await deviations.reported_by(context.session, context.actor.person_id, 0, _SHOWN + 1)
    if not found:
        return ()
    facts = [
        Fact(
            label=report.deviation.reference,
            value=f"{describe.unit_name(report)} – {describe.status(report, own=True)}",
        )
        for report in found[:_SHOWN]
    ]
    return (
        Section(
            title=_("Avvikene du har meldt"),
            facts=tuple(facts),
            buttons=(Button(label=_("Vis alle avvikene du har meldt"), action=Do.MINE),),
        ),
    )


def foresees(context: Context) -> Sequence[Question]:
    """What is asked whatever is found; of posts for what somebody owes as well (see `handlers.deviations.owed`)."""
    person_id = context.actor.person_id
    posts = units.asked_posts_of(person_id, context.today)
    return posts, posts, deviations.asked_reported_by(person_id, 0, _SHOWN + 1)
