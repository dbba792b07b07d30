"""One poll, as whoever opens it may see it."""

from collections.abc import Mapping

from handlers.dialogs.dialog import Reply
from handlers.errors import Gone, NotAllowed
from handlers.messages import paging
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.polls import announce, at_hand, views
from handlers.polls.at_hand import Poll
from handlers.writing.language import _
from storage import deliveries


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """For whoever plans the committee's meetings all of it; for whoever is asked what they say."""
    read = await at_hand.find(context, arguments)
    if at_hand.may_run(context.actor, read):
        shown = await whole(context, read, at=paging.offset(arguments))
        return shown.model_copy(update={"replace": "page" in arguments})
    own = await at_hand.own_of(context, read, context.actor.person_id)
    if own is None:
        raise NotAllowed(_("Datovalget er for dem som er spurt."))
    return views.to_asked(read, own, context.now)


async def whole(context: Context, read: Poll, *, said: str = "", at: int = 0) -> Message:
    """For whoever runs it. `said`: what was just done. `at`: so many times come before those shown."""
    seen = await at_hand.picture(context, read)
    shown = views.to_runner(seen, context.now, at=at, said=said)
    return shown.model_copy(update={"replace": True}) if said else shown


async def people(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Who says what of one time, or who has answered at all."""
    read = await at_hand.to_run(context, arguments)
    seen = await at_hand.picture(context, read)
    page = arguments.get("page", "")
    number = int(page) if page.isdecimal() and len(page) < 5 else 0
    if "time" not in arguments:
        missing = await deliveries.not_delivered(context.session, announce.subject(read))
        return views.everybody(seen, missing, number, context.now)
    wanted = id_in(arguments["time"])
    outcome = next((each for each in seen.outcomes if each.time.id == wanted), None)
    if outcome is None:
        raise Gone(_("Tiden er ikke med i datovalget lenger."))
    return views.people_at(seen, outcome, number)
