"""What happens to the evaluation of a meeting, for people and for the clock alike: it opens, and it closes."""

from datetime import datetime, timedelta

from handlers.meetings.evaluation import announce, questions
from handlers.meetings.evaluation.at_hand import Read, load
from handlers.meetings.minutes.round.moments import last_moment, reminder
from handlers.meetings.settings import CommitteeSettings
from handlers.people.context import Context
from storage import agenda, evaluations
from storage.tables import Evaluation


async def open_(context: Context, meeting_id: int, least: int) -> bool:
    """Ask those who were there; whether anybody was. Where fewer were there than would keep each of them unknown,
    nobody is: no answer could ever be read."""
    found = await agenda.meeting(context.session, meeting_id)
    people = await evaluations.present(context.session, meeting_id)
    if found is None or len(people) < max(least, 2):
        return False
    if await evaluations.of_meeting(context.session, meeting_id) is not None:
        return False
    meeting, committee = found
    rules = CommitteeSettings.model_validate(committee.settings).evaluation
    closes_at = last_moment(context.now, rules.days, meeting.zone)
    row = Evaluation(
        meeting_id=meeting_id,
        questions=questions.of_committee(rules),
        opened_at=context.now,
        closes_at=closes_at,
        clock_at=_next_look(context.now, closes_at, meeting.zone),
    )
    context.session.add(row)
    await context.session.flush()
    await evaluations.ask(context.session, row.id, people)
    read = await _again(context, row.id)
    await announce.stand(context, read)
    return True


def _next_look(now: datetime, closes_at: datetime, zone: str) -> datetime:
    return reminder(now, closes_at, zone) or closes_at + timedelta(seconds=1)


async def also_there(context: Context, read: Read) -> Read:
    """Whoever was marked as there since it was opened is asked too."""
    known = {each.person_id for each in read.asked}
    new = [each for each in await evaluations.present(context.session, read.meeting.id) if each not in known]
    if not new:
        return read
    await evaluations.ask(context.session, read.row.id, new)
    read = await _again(context, read.row.id)
    await announce.stand(context, read)
    return read


async def close(context: Context, read: Read) -> None:
    """Nobody answers any more, and the secretariat reads what it came to."""
    read.row.closed_at, read.row.clock_at = context.now, None
    await context.session.flush()
    await announce.stand(context, read)
    await announce.closed(context, read)


async def _again(context: Context, evaluation_id: int) -> Read:
    of = await evaluations.evaluation(context.session, evaluation_id)
    assert of is not None  # noqa: S101 - it was written in this transaction
    return await load(context, of)


after = _again
"""The evaluation as it is after something was written."""
