"""Who leads this meeting, and who writes its minutes: chosen per meeting, since both may change."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.cases.forms import presenters_to_choose
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, Note, Option, Raw, Reply, Step
from handlers.meetings.agenda import lines
from handlers.meetings.at_hand import about
from handlers.meetings.attendance import roll
from handlers.meetings.minutes import at_hand, page, record, views
from handlers.meetings.minutes.chair import ROLES, only_chair
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import N_
from storage import minutes, people

_FIRST = {
    "chair": ROLES,
    "minute_taker": (Role.MINUTE_TAKER, Role.SECRETARIAT, Role.COORDINATOR),
}
"""Whoever has one of these roles in the committee stands first."""


async def _chairs(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    return await _people(context, answers, values, query, "chair")


async def _minute_takers(
    context: Context, answers: Answers, values: Sequence[str] | None, query: str
) -> Sequence[Option]:
    return await _people(context, answers, values, query, "minute_taker")


async def _people(
    context: Context, answers: Answers, values: Sequence[str] | None, query: str, name: str
) -> Sequence[Option]:
    found = await presenters_to_choose(context, answers, values, query)
    meeting, _committee = await at_hand.meeting_to_write(context, answers.arguments)
    held = await people.holding_roles(context.session, meeting.committee_id, context.today, _FIRST[name])
    first = {str(each.person_id) for each in held}
    return sorted(found, key=lambda option: option.value not in first)


async def _which(context: Context, answers: Answers) -> str:
    meeting, committee = await at_hand.meeting_to_write(context, answers.arguments)
    return views.title_of(meeting, committee)


class Who(Step):
    """Hvem som ledet møtet, og hvem som skriver."""

    about = About(title=N_("Møteleder og referent"), submit=N_("Lagre"))
    minutes: Annotated[None, Note("", text=_which)] = None
    chair: Annotated[str, Choice(N_("Møteleder"), options=_chairs)] = ""
    minute_taker: Annotated[str, Choice(N_("Referent"), options=_minute_takers)] = ""


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    """As it is; where nobody has chosen a chair and there is no doubt who it was, that one."""
    held = await at_hand.to_write(context, arguments, lock=False)
    chair = held.row.chair_id
    if chair is None:
        agenda = await lines.read(context.session, held.meeting, held.committee)
        chair = only_chair(await roll.read(context.session, agenda))
    taker = held.row.minute_taker_id
    return {"chair": str(chair) if chair else None, "minute_taker": str(taker) if taker else None}


async def _chosen(context: Context, answers: Answers) -> Message:
    held = await at_hand.to_write(context, answers.arguments)
    step = answers[Who]
    held.row.chair_id = int(step.chair) if step.chair else None
    held.row.minute_taker_id = int(step.minute_taker) if step.minute_taker else None
    held.row.revision += 1
    held.row.changed_at = context.now
    await context.session.flush()
    await minutes.HISTORY.add(
        context.session, held.row.id, "chosen", context.actor.person_id, context.now, draft_id=answers.draft_id
    )
    found = await record.read(context.session, held.meeting, held.committee)
    return page.whole(found, {}).model_copy(update={"replace": True})


WHO = Dialog(name="referat.hvem", steps=(Who,), finish=_chosen, prefill=_current, still=at_hand.still)


async def who(context: Context, arguments: Mapping[str, str]) -> Reply:
    held = await at_hand.to_write(context, arguments, lock=False)
    return await conversation.start(context, WHO, about(held.meeting))
