"""What the clock does for minutes: it ends what is over.

`Minutes.clock_at` says when that is, so a tick at which nothing is due costs nothing of its own.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.chore import Chore, Item
from handlers.meetings.minutes.round import announce, happen, reminding, views
from handlers.meetings.minutes.round.at_hand import Round, load
from handlers.messages.message import Message
from handlers.people.context import CLOCK, Context
from handlers.writing.language import _, ngettext
from storage import minutes_round
from storage.tables import MinutesStatus, Suggestion


async def _due(session: AsyncSession, now: datetime) -> Sequence[Item]:
    return [Item("minutes", each) for each in await minutes_round.due(session, now)]


async def _do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    context = Context(session, CLOCK, now)
    for item in items:
        of = await minutes_round.minutes_of(session, int(item.id), lock=True)
        if of is None or of.minutes.clock_at is None or of.minutes.clock_at > now:
            continue
        read = await load(context, of)
        if read.status is MinutesStatus.COMMENTS and read.minutes.comments_until is not None:
            await _commented(context, read, read.minutes.comments_until)
        elif read.status is MinutesStatus.PUBLISHED and read.minutes.approve_until is not None:
            await _approved(context, read, read.minutes.approve_until)
        else:
            read.minutes.clock_at = None
    return len(items)


CLOSE = Chore("minutes.round", _due, _do, stirs=minutes_round.stirs)


async def _commented(context: Context, read: Round, until: datetime) -> None:
    if context.now <= until:
        await _look_again(context, read, until)
        return
    comments = await minutes_round.comments(context.session, read.minutes.id)
    unanswered = sum(each.comment.status == Suggestion.OPEN for each in comments)
    if not unanswered:
        await happen.comments_over(context, read)
        return
    read.minutes.clock_at = None
    await announce.stand(context, read)

    def build() -> Message:
        return Message(
            title=views.title(read, _("Fristen for kommentarer til {minutes} er ute")),
            text=ngettext(
                "{count} kommentar venter på svar. Når den er besvart, kan referatet publiseres.",
                "{count} kommentarer venter på svar. Når de er besvart, kan referatet publiseres.",
                unanswered,
            ).format(count=unanswered),
            buttons=(*views.writer_buttons(read, unanswered), views.show(read)),
            page=views.page_of(read),
        )

    await announce.tell_writers(context, read, f"over:{read.minutes.round}", build)


async def _approved(context: Context, read: Round, until: datetime) -> None:
    if context.now > until:
        await happen.settle(context, read, over=True)
        return
    await _look_again(context, read, until)


async def _look_again(context: Context, read: Round, until: datetime) -> None:
    """It was begun by a version that reminded at this moment itself."""
    since, read.minutes.clock_at = read.minutes.clock_at or context.now, until
    await reminding.lay_all(context, read, since=since)
