"""The evaluation that somebody wants to answer or read, if they may."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from handlers.deviations import settings as deviations
from handlers.errors import Gone, NotAllowed
from handlers.meetings import at_hand
from handlers.meetings.evaluation.actions import Do, button
from handlers.meetings.evaluation.summary import Summed, summed_up
from handlers.messages.settled import Settled
from handlers.people.access import may_decide
from handlers.people.context import Actor, Context
from handlers.writing.language import _
from storage import agenda, evaluations
from storage.evaluations import Asked, EvaluationOf
from storage.tables import Committee, Evaluation, Meeting

SHARED = "evaluation_shared"
"""The event in the meeting's life that its committee may read what its evaluation came to."""


class Read(NamedTuple):
    """An evaluation with everybody who is asked. `least`: so many answers keep each of them unknown."""

    row: Evaluation
    meeting: Meeting
    committee: Committee
    asked: Sequence[Asked]
    least: int

    @property
    def answered(self) -> int:
        return sum(each.answered for each in self.asked)

    @property
    def waiting(self) -> Sequence[Asked]:
        return [each for each in self.asked if not each.answered]

    def of(self, person_id: int) -> Asked | None:
        return next((each for each in self.asked if each.person_id == person_id), None)

    def is_open(self, now: datetime) -> bool:
        return self.row.closed_at is None and now < self.row.closes_at


async def load(context: Context, of: EvaluationOf) -> Read:
    decided = await deviations.current(context.session)
    return Read(*of, await evaluations.asked(context.session, of.row.id), decided.mask_below)


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Read:
    """The evaluation of the meeting called `meeting`, whoever asks. Raises `Gone` if there is none."""
    meeting, _committee = await at_hand.find(context, arguments)
    of = await evaluations.of_meeting(context.session, meeting.id, lock=lock)
    if of is None:
        raise Gone(_("Møtet er ikke sendt til evaluering."))
    return await load(context, of)


async def to_answer(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Read:
    """The evaluation, for somebody who was there and has not answered.

    Raises:
        Gone, NotAllowed, Settled: says why not.
    """
    read = await find(context, arguments, lock=lock)
    own = read.of(context.actor.person_id)
    if own is None:
        raise NotAllowed(_("Bare de som var på møtet, evaluerer det."))
    show = button(Do.SHOW, _("Vis"), read.meeting)
    if own.answered:
        raise Settled(_("Du har allerede svart. Svarene er lagret uten navn, så de kan ikke endres."), show)
    if not read.is_open(context.now):
        raise Settled(_("Evalueringen er avsluttet."), show)
    return read


async def to_share(context: Context, arguments: Mapping[str, str]) -> Read:
    """The evaluation once it is closed, for the secretariat. Raises `Gone`, `NotAllowed`: says why not."""
    meeting, _committee = await at_hand.to_prepare(context, arguments)
    of = await evaluations.of_meeting(context.session, meeting.id, lock=True)
    if of is None or of.row.closed_at is None:
        raise Gone(_("Evalueringen er ikke avsluttet ennå."))
    return await load(context, of)


def may_run(actor: Actor, read: Read) -> bool:
    return may_decide(actor, read.committee.id)


async def is_shared(context: Context, meeting_id: int) -> bool:
    return await agenda.HISTORY.last(context.session, meeting_id, SHARED) is not None


async def what_it_came_to(context: Context, read: Read) -> Sequence[Summed] | None:
    """None: it is not closed, or too few have answered."""
    if read.row.closed_at is None:
        return None
    answers = await evaluations.answers(context.session, read.row.id)
    return summed_up(read.row.questions, answers, read.least)
