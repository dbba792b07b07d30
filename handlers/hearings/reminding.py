"""Reminders to answer a round of written comments: laid ahead for whoever has not, at the committee's moments."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.hearings import moments, views
from handlers.hearings.at_hand import Round, load
from handlers.messages.message import Message
from handlers.people.context import CLOCK, Context
from handlers.reminders.kind import Drawn, Due, Kind, Reason, Reminding
from handlers.reminders.laying import lay
from handlers.writing.language import N_, _, ngettext
from storage import hearings
from storage.hearings import Recipient
from storage.tables import HearingStatus


def subject(hearing_id: int) -> str:
    """What all reminders of a round are about."""
    return f"hearing:{hearing_id}"


def wanted(read: Round, now: datetime) -> Sequence[Reminding]:
    """The reminders of a round as it stands: none of whoever has answered, or has left, nor when it is over."""
    if read.status is not HearingStatus.OPEN or now >= read.row.deadline_at:
        return ()
    until = read.row.deadline_at
    return [
        Reminding(
            kind=REMIND.name,
            occurrence=f"{read.row.id}:{until.isoformat()}:{at.isoformat()}",
            person_id=each.row.person_id,
            subject=subject(read.row.id),
            due_at=at,
            expires_at=until,
            committee_id=read.committee.id,
        )
        for each in read.waiting
        if each.row.person_id is not None
        for at in moments.reminders(until, read.rules.remind_days)
    ]


async def lay_all(context: Context, read: Round, *, since: datetime | None = None) -> None:
    """Make the reminders of a round what they are to be by now. `since`: see `handlers.reminders.laying.lay`; if not
    now."""
    ahead = wanted(read, context.now)
    await lay(context.session, [subject(read.row.id)], [REMIND.name], ahead, context.now, since=since or context.now)


async def _draw(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    """A few statements for each round that somebody is reminded of."""
    context = Context(session, CLOCK, now)
    by_round: dict[int, list[Due]] = {}
    for due in dues:
        by_round.setdefault(int(due.subject.split(":")[1]), []).append(due)
    found: dict[int, Drawn | Reason] = {}
    for hearing_id, own in by_round.items():
        of = await hearings.hearing(session, hearing_id)
        if of is not None:
            read = await load(context, of)
            found |= {due.id: _said(read, due) for due in own}
    return found


def _said(read: Round, due: Due) -> Drawn | Reason:
    recipient = read.of(due.person_id)
    if read.status is not HearingStatus.OPEN or due.expires_at != read.row.deadline_at:
        return Reason.CHANGED
    if recipient is None or read.has_left(recipient):
        return Reason.NOT_THEIRS
    return Reason.DONE if recipient.has_answered else _text(read, recipient)


def _text(read: Round, recipient: Recipient) -> Drawn:
    def build() -> Message:
        words = _("Husk å svare på høringen «{title}»: fristen er {day}")
        title = words.format(title=read.row.title, day=views.deadline(read))
        return views.to_recipient(read, recipient, late=False).model_copy(update={"title": title})

    return build


def _several(count: int) -> str:
    return ngettext("{count} høring venter på svar", "{count} høringer venter på svar", count).format(count=count)


REMIND = Kind("horing.svarfrist", N_("Svar på høring"), _draw, several=_several)
