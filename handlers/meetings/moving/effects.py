"""What a change of a meeting would bring about, counted before it is done: «Flytter 3 frister; 14 påminnelser»."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.meetings.audience import everybody_at
from handlers.meetings.life import MeetingTimes
from handlers.meetings.offsets import Offset
from handlers.meetings.settings import CommitteeSettings
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from storage import agenda, attendance, cases, planned
from storage.tables import Committee, Meeting


class Effects(NamedTuple):
    """`told`: how many hear of it, presenters among them. `answered`: how many have answered for the time it was to be.
    `deadlines`: each that moves, in words; `follow_ups`: how many are due at the meeting. `reminders`: that are laid
    ahead. `cases`: that stand on its agenda or wish to."""

    told: int
    presenters: int
    answered: int
    deadlines: tuple[str, ...]
    follow_ups: int
    reminders: int
    cases: int

    @property
    def moved(self) -> int:
        """How many deadlines move."""
        return len(self.deadlines) + self.follow_ups


async def of(context: Context, meeting: Meeting, committee: Committee, after: MeetingTimes) -> Effects:
    """Of a meeting that will be as `after` says."""
    session = context.session
    readers = await everybody_at(session, meeting, context.now)
    proposed = await cases.of_meetings(session, [meeting.id])
    presenters = {reader.person_id for reader in readers if reader.presents}
    told = {reader.person_id for reader in readers} | {case.proposer.id for case in proposed}
    moves = after.starts_at != meeting.starts_at
    rows = await attendance.rows(session, meeting.id) if moves else ()
    answered = [row for row in rows if row.answer is not None and row.answered_for == meeting.starts_at]
    return Effects(
        told=len(told),
        presenters=len(presenters),
        answered=len(answered),
        deadlines=tuple(await _deadlines(context, meeting, committee, after)),
        follow_ups=await planned.due_at(session, meeting.id) if moves else 0,
        reminders=await planned.pending_reminders(session, meeting.id),
        cases=len(proposed),
    )


async def _deadlines(context: Context, meeting: Meeting, committee: Committee, after: MeetingTimes) -> list[str]:
    found = []
    if after.deadline_at is not None and after.deadline_at != meeting.deadline_at:
        found.append(_from_to(_("Melde saker"), meeting.deadline_at, after.deadline_at, meeting.zone))
    rule = CommitteeSettings.model_validate(committee.settings).convocation
    row = await agenda.agenda(context.session, meeting.id)
    if rule is not None and after.starts_at != meeting.starts_at and (row is None or row.convened_at is None):
        offset, zone = Offset.parse(rule), ZoneInfo(meeting.zone)
        moments = (offset.before(meeting.starts_at, zone), offset.before(after.starts_at, zone))
        found.append(_from_to(_("Sende innkalling"), *moments, meeting.zone))
    return found


def _from_to(what: str, before: datetime, after: datetime, zone: str) -> str:
    first, last = (
        _("{day} kl. {clock}").format(day=dates.short_day(at, zone), clock=dates.clock(at, zone))
        for at in (before, after)
    )
    return _("{what}: {before} → {after}").format(what=what, before=first, after=last)


def of_moving(effects: Effects) -> str:
    """«Flytter 3 frister; 14 påminnelser; 2 foredragsholdere får beskjed»; empty: nothing of it."""
    return "; ".join(
        filter(
            None,
            (
                _count(effects.moved, ngettext("Flytter {count} frist", "Flytter {count} frister", effects.moved)),
                _count(effects.reminders, ngettext("{count} påminnelse", "{count} påminnelser", effects.reminders))
                if effects.moved
                else "",
                _presenters(effects),
            ),
        )
    )


def of_cancelling(effects: Effects) -> str:
    """«14 påminnelser sendes ikke; 2 foredragsholdere får beskjed; 3 saker venter på et annet møte»."""
    reminders = ngettext("{count} påminnelse sendes ikke", "{count} påminnelser sendes ikke", effects.reminders)
    waiting = ngettext("{count} sak venter på et annet møte", "{count} saker venter på et annet møte", effects.cases)
    return "; ".join(
        filter(None, (_count(effects.reminders, reminders), _presenters(effects), _count(effects.cases, waiting)))
    )


def people(count: int) -> str:
    """«12 personer»."""
    return ngettext("{count} person", "{count} personer", count).format(count=count)


def answers(effects: Effects) -> str:
    """«9 har svart, og blir spurt på nytt»; empty: nobody has answered, or their answers hold."""
    return _count(
        effects.answered,
        ngettext(
            "{count} har svart, og blir spurt på nytt", "{count} har svart, og blir spurt på nytt", effects.answered
        ),
    )


def _presenters(effects: Effects) -> str:
    said = ngettext("{count} foredragsholder får beskjed", "{count} foredragsholdere får beskjed", effects.presenters)
    return _count(effects.presenters, said)


def _count(count: int, said: str) -> str:
    return said.format(count=count) if count else ""
