"""Saying which times suit: one press for each, or one for all of them. Pressing again changes it."""

from collections.abc import Mapping, Sequence

from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone, Gone
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.polls import announce, at_hand, reminding, views
from handlers.polls.at_hand import Own, Poll
from handlers.polls.ranking import Numbered
from handlers.writing.language import _
from storage import polls
from storage.tables import Suits


async def own(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the actor says, with the buttons to say it."""
    read, mine = await at_hand.to_see_own(context, arguments)
    return views.to_asked(read, mine, context.now)


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the actor says of one time."""
    read, mine = await at_hand.to_answer(context, arguments)
    time = read.called(id_of(arguments, "time"))
    if time is None or arguments.get("suits") not in set(Suits):
        raise Gone(_("Tiden er ikke med i datovalget lenger."))
    if time.row.starts_at <= context.now:
        raise AlreadyDone(_("{when} har vært, så det er ikke noe å svare på.").format(when=read.when(time)))
    suits = Suits(arguments["suits"])
    said = _("Lagret: {number} {suits}.").format(number=time.number, suits=views.in_words(suits))
    return await _say(context, read, mine, [time], suits, said)


async def all_suit(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Every time that is still to come suits the actor."""
    return await _of_all(context, arguments, Suits.YES)


async def none_suits(context: Context, arguments: Mapping[str, str]) -> Reply:
    """None of them does."""
    return await _of_all(context, arguments, Suits.NO)


async def _of_all(context: Context, arguments: Mapping[str, str], suits: Suits) -> Reply:
    read, mine = await at_hand.to_answer(context, arguments)
    said = _("Lagret: alle tidene passer.") if suits is Suits.YES else _("Lagret: ingen av tidene passer.")
    return await _say(context, read, mine, read.coming(context.now), suits, said)


async def _say(context: Context, read: Poll, mine: Own, times: Sequence[Numbered], suits: Suits, said: str) -> Message:
    row = mine.asked.row
    await polls.say(context.session, read.row.id, row.person_id, {each.id: suits for each in times}, context.now)
    mine = mine._replace(said={**mine.said, **{each.id: suits for each in times}})
    first = row.answered_at is None and read.has_answered(mine.said, context.now)
    if first:
        row.answered_at = context.now
        read = await at_hand.refreshed(context, read)
        await reminding.not_waited_for(context, read, row.person_id)
    await announce.stand_as(context, read, [mine])
    if first and read.progress.answered == read.progress.asked:
        await announce.all_have_answered(context, read)
    return views.to_asked(read, mine, context.now, said=said).model_copy(update={"replace": True})


async def turn(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Another page of the times; what stands before the actor shows it from now on."""
    read, mine = await at_hand.to_answer(context, arguments)
    page = arguments.get("page", "")
    mine.asked.row.page = int(page) if page.isdecimal() and len(page) < 3 else 0
    await context.session.flush()
    await announce.stand_as(context, read, [mine])
    return views.to_asked(read, mine, context.now).model_copy(update={"replace": True})
