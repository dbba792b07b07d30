"""What the clock does for disagreements: it lays the reminders of whoever has not written, and the secretariat's of
deadlines.

`Disagreement.clock_at` says when it is to look at them next, so a tick at which nothing is due costs nothing of its
own.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.chore import Chore, Item
from handlers.decisions.disagreement import announce, moments, words
from handlers.decisions.disagreement.actions import Do, button
from handlers.decisions.disagreement.at_hand import Protocol, load
from handlers.decisions.disagreement.moments import Kind, Moment
from handlers.meetings.offsets import local_moment
from handlers.messages.message import Message
from handlers.people.context import CLOCK, Context
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Drawn, Due, Reason, Reminding
from handlers.reminders.laying import lay
from handlers.writing.language import N_, _
from storage import disagreements, reminders
from storage.disagreements import ViewOf
from storage.reminders import SNOOZED
from storage.tables import ReminderStatus


async def _due(session: AsyncSession, now: datetime) -> Sequence[Item]:
    return [Item("disagreement", each) for each in await disagreements.due(session, now)]


async def _do(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    context = Context(session, CLOCK, now)
    for item in items:
        of = await disagreements.disagreement(session, int(item.id), lock=True)
        if of is None or of.row.clock_at is None or of.row.clock_at > now:
            continue
        await _lay(context, await load(context, of, lock=True), of.row.clock_at)
    return len(items)


REMIND = Chore("disagreements.reminders", _due, _do, stirs=disagreements.stirs)
NAME = "uenighet.frist"


async def _lay(context: Context, protocol: Protocol, since: datetime) -> None:
    """Lay what is due since then, and what is to come, as it stands now. What was laid before is kept."""
    row, zone = protocol.row, protocol.meeting.zone
    due = [(Kind.STEP, row.due_on), *([(Kind.VIEWS, row.views_due_on)] if protocol.unwritten else [])]
    found = moments.moments(due, protocol.rule.remind_days, zone) if protocol.of.is_open else []
    subjects = [_subject(protocol, None), *(_subject(protocol, view) for view in protocol.views)]
    known = {
        (each.occurrence, each.person_id)
        for each in await reminders.about(context.session, subjects, [NAME])
        if each.status != ReminderStatus.WITHDRAWN
    }
    new = {*moments.passed(found, since, context.now), *(each for each in found if each.at > context.now)}
    wanted = [
        each
        for moment in found
        for each in _remindings(protocol, moment)
        if moment in new or (each.occurrence, each.person_id) in known
    ]
    await lay(context.session, subjects, [NAME], wanted, context.now)
    row.clock_at = moments.coming(found, context.now)


def _remindings(protocol: Protocol, moment: Moment) -> Iterator[Reminding]:
    """Who is to be reminded at this moment: the parties that have not written, and the secretariat of the step; also of
    a party that did not write in time, or for which nobody does."""
    if moment.kind is Kind.STEP:
        yield from _to_each(protocol, moment, None, protocol.secretariat)
        return
    for view in protocol.unwritten:
        writers = _writers(view)
        if not moment.is_over:
            yield from _to_each(protocol, moment, view, writers)
        if moment.is_over or not writers:
            yield from _to_each(protocol, moment, view, protocol.secretariat)


def _writers(view: ViewOf) -> Collection[int]:
    return {each.person_id for each in view.writers if not each.left}


def _to_each(protocol: Protocol, moment: Moment, view: ViewOf | None, people: Collection[int]) -> Iterator[Reminding]:
    """It makes sense as long as the day of the deadline lasts; then it is over, which is another one."""
    zone = ZoneInfo(protocol.meeting.zone)
    ends = local_moment(datetime.combine(moment.due_on + timedelta(days=1), time()), zone)
    for person_id in sorted(people):
        yield Reminding(
            kind=NAME,
            occurrence=_occurrence(protocol, moment, view),
            person_id=person_id,
            subject=_subject(protocol, view),
            due_at=moment.at,
            expires_at=None if moment.is_over else ends,
            committee_id=protocol.committee.id,
        )


def _subject(protocol: Protocol, view: ViewOf | None) -> str:
    """Each deadline is reminded of apart: that of the step, and that of each party."""
    return f"{announce.subject(protocol)}:{f'view:{view.row.id}' if view is not None else 'step'}"


def _occurrence(protocol: Protocol, moment: Moment, view: ViewOf | None) -> str:
    """Another deadline is reminded of anew."""
    of = f":{view.row.id}" if view is not None else ""
    return f"{protocol.row.id}:{moment.kind}{of}:{moment.due_on}:{moment.days_left}"


# --- said ------------------------------------------------------------------------------------------------------


async def _draw(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, Drawn | Reason]:
    """There are few disagreements: each is read by itself."""
    context = Context(session, CLOCK, now)
    found: dict[int, Drawn | Reason] = {}
    by_id: dict[int, list[Due]] = {}
    for due in dues:
        by_id.setdefault(int(due.subject.split(":")[1]), []).append(due)
    for number, own in by_id.items():
        of = await disagreements.disagreement(session, number)
        if of is not None and of.is_open:
            protocol = await load(context, of)
            found |= {due.id: _drawn(context, protocol, due) for due in own}
    return found


def _drawn(context: Context, protocol: Protocol, due: Due) -> Drawn | Reason:
    occurrence = due.occurrence.partition(SNOOZED)[0]
    kind = Kind(occurrence.split(":")[1])
    day, days_left = occurrence.split(":")[-2:]
    moment = Moment(due.due_at, kind, date.fromisoformat(day), int(days_left))
    row = protocol.row
    if moment.due_on != (row.due_on if kind is Kind.STEP else row.views_due_on):
        return Reason.CHANGED
    if kind is Kind.STEP:
        return partial(_step, context, protocol, moment) if due.person_id in protocol.secretariat else Reason.NOT_THEIRS
    view = protocol.view(int(due.subject.rpartition(":")[2]))
    if view is None:
        return Reason.CHANGED
    if view not in protocol.unwritten:
        return Reason.DONE
    writers = _writers(view)
    if not moment.is_over and due.person_id in writers:
        return partial(_to_write, context, protocol, view, moment)
    if due.person_id in protocol.secretariat and (moment.is_over or not writers):
        return partial(_not_written, context, protocol, view)
    return Reason.NOT_THEIRS


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


KIND = reminding.Kind(NAME, N_("Frister i saker med uenighet"), _draw)
