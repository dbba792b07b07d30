"""What the clock does for minutes: it reminds whoever has not answered, once, and ends what is over.

`Minutes.clock_at` says when it is to look at them next, so a tick at which nothing is due costs one statement.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.chore import Chore, Item
from handlers.meetings.minutes.round import announce, happen, views
from handlers.meetings.minutes.round.at_hand import Round, load
from handlers.messages.message import Fact, Message
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


CLOSE = Chore("minutes.round", _due, _do)


async def _commented(context: Context, read: Round, until: datetime) -> None:
    comments = await minutes_round.comments(context.session, read.minutes.id)
    if context.now <= until:
        read.minutes.clock_at = until
        silent = announce.silent(read, comments)
        await announce.tell(context, read, f"remind:{read.minutes.round}", silent, partial(_remind_to_comment, read))
        return
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


def _remind_to_comment(read: Round) -> Message:
    return views.to_comment(read).model_copy(
        update={"title": views.title(read, _("Husk å se over {minutes}: fristen er i morgen"))}
    )


async def _approved(context: Context, read: Round, until: datetime) -> None:
    if context.now > until:
        await happen.settle(context, read, over=True)
        return
    read.minutes.clock_at = until
    answers = await minutes_round.answers(context.session, read.minutes.id, read.minutes.round)
    silent = {each.row.person_id: each.language for each in answers if each.row.approves is None}

    def build() -> Message:
        return views.to_approve(read).model_copy(
            update={
                "title": views.title(read, _("Påminnelse: {minutes} venter på svaret ditt")),
                "facts": (Fact(label=_("Frist"), value=dates.day(until, read.meeting.zone)),),
            }
        )

    await announce.tell(context, read, f"remind:{read.minutes.round}", silent, build)
