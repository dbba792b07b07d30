"""What the clock does for disagreements: whoever has not written is reminded, and the secretariat of deadlines.

`Disagreement.clock_at` says when it is to look at them next, so a tick at which nothing is due costs one statement.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.chore import Chore, Item
from handlers.decisions.disagreement import announce, moments, words
from handlers.decisions.disagreement.actions import Do, button
from handlers.decisions.disagreement.at_hand import Protocol, load
from handlers.decisions.disagreement.moments import Kind, Moment
from handlers.messages.message import Message
from handlers.people.context import CLOCK, Context
from handlers.writing.language import _
from storage import disagreements
from storage.disagreements import ViewOf


async def _due(session: AsyncSession, now: datetime) -> Sequence[Item]:
    return [Item("disagreement", each) for each in await disagreements.due(session, now)]


async def _do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    context = Context(session, CLOCK, now)
    for item in items:
        of = await disagreements.disagreement(session, int(item.id), lock=True)
        if of is None or of.row.clock_at is None or of.row.clock_at > now:
            continue
        await _remind(context, await load(context, of, lock=True), of.row.clock_at)
    return len(items)


REMIND = Chore("disagreements.reminders", _due, _do)


async def _remind(context: Context, protocol: Protocol, since: datetime) -> None:
    row, zone = protocol.row, protocol.meeting.zone
    if not protocol.of.is_open:
        row.clock_at = None
        return
    due = [(Kind.STEP, row.due_on), *([(Kind.VIEWS, row.views_due_on)] if protocol.unwritten else [])]
    found = moments.moments(due, protocol.rule.remind_days, zone)
    for moment in moments.passed(found, since, context.now):
        what = f"remind:{moment.kind}:{moment.due_on}:{moment.days_left}"
        if moment.kind is Kind.STEP:
            build = partial(_step, context, protocol, moment)
            await announce.tell(context, protocol, what, protocol.secretariat, build)
            continue
        for view in protocol.unwritten:
            readers = {each.person_id: each.language for each in view.writers if not each.left}
            own = f"{what}:{view.row.id}"
            if not moment.is_over:
                await announce.tell(
                    context, protocol, own, readers, partial(_to_write, context, protocol, view, moment)
                )
            if moment.is_over or not readers:
                build = partial(_not_written, context, protocol, view)
                await announce.tell(context, protocol, f"{own}:silent", protocol.secretariat, build)
    row.clock_at = moments.coming(found, context.now)


def _to_write(context: Context, protocol: Protocol, view: ViewOf, moment: Moment) -> Message:
    return words.news(
        protocol,
        _("Påminnelse om {case}"),
        context.now,
        text=_("{party} har ikke skrevet sitt syn. Fristen er {day}.").format(
            party=view.row.party, day=dates.short_date(moment.due_on)
        ),
        more=(words.to_write(protocol, view),),
    )


def _not_written(context: Context, protocol: Protocol, view: ViewOf) -> Message:
    text = _(
        "{party} har ikke skrevet sitt syn. Minn dem på det, la partene lese hverandre, eller ta saken videre."
    ).format(party=view.row.party)
    if words.nobody_writes(view):
        text = _("Ingen er valgt til å skrive for {party}. Velg noen, så får de beskjed.").format(
            party=words.party_in_text(view)
        )
    return words.news(
        protocol,
        _("Det mangler et syn i protokollen om {case}"),
        context.now,
        text=text,
        more=(button(Do.PARTIES, _("Velg parter og hvem som skriver"), protocol.row),),
    )


def _step(context: Context, protocol: Protocol, moment: Moment) -> Message:
    step = protocol.rule.called(protocol.row.step)
    text = _("Fristen for «{step}» er {day}.")
    if moment.is_over:
        text = _("Fristen for «{step}» gikk ut {day}. Velg neste trinn, sett en ny frist, eller lukk protokollen.")
    return words.news(
        protocol,
        _("Frist i protokollen om {case}"),
        context.now,
        text=text.format(step=step, day=dates.short_date(moment.due_on)),
        more=(button(Do.STEP, _("Neste trinn eller ny frist"), protocol.row),),
    )
