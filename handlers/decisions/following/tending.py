"""What a committee's secretariat does with what is to be done: who has it, by when, and whether at all."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from handlers.decisions.following import at_hand, happen, owners, task_page, views
from handlers.decisions.said import remember_what_was_said
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Day, Dialog, Note, Raw, Reply, Step
from handlers.meetings.follow_up_actions import about
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.tables import FollowUpStatus


async def _which(context: Context, answers: Answers) -> str:
    task = await at_hand.to_tend(context, answers.arguments, lock=False)
    return f"{views.case(task.at)}: {task.row.text}"


class OwnerAndDate(Step):
    """Hvem som skal gjøre det, og innen når."""

    about = About(title=N_("Eier og frist"), submit=N_("Lagre"))
    which: Annotated[None, Note("", text=_which)] = None
    owner: Annotated[str, Choice(N_("Hvem følger opp?"), options=owners.to_choose)]
    due: Annotated[date, Day(N_("Frist"))]


async def _current(context: Context, arguments: Mapping[str, str]) -> Raw:
    task = at_hand.not_on_its_way(await at_hand.to_tend(context, arguments, lock=False))
    return {"owner": owners.chosen(task.row), "due": task.due.isoformat() if task.due is not None else None}


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    at_hand.not_on_its_way(await at_hand.to_tend(context, arguments, lock=False))


async def _changed(context: Context, answers: Answers) -> Message:
    task = at_hand.not_on_its_way(await at_hand.to_tend(context, answers.arguments))
    await at_hand.unchanged(context, task, answers.arguments)
    step = answers[OwnerAndDate]
    remember_what_was_said(task)
    owners.give(task.row, step.owner)
    happen.give_date(task.row, step.due)
    await context.session.flush()
    task = await at_hand.to_tend(context, answers.arguments, lock=False)
    task = await happen.record(
        context,
        task,
        "changed",
        data={"owner": task.owner, "due": step.due.isoformat()},
        draft_id=answers.draft_id,
    )
    return task_page.draw(context, task, said=_("Lagret. {owner} får beskjed.").format(owner=task.owner))


CHANGE = Dialog(name="oppfolging.endre", steps=(OwnerAndDate,), finish=_changed, prefill=_current, still=_still)


async def change(context: Context, arguments: Mapping[str, str]) -> Reply:
    task = await at_hand.to_tend(context, arguments, lock=False)
    return await conversation.start(context, CHANGE, about(task.row))


async def drop(context: Context, arguments: Mapping[str, str]) -> Reply:
    """It is not to be done after all."""
    task = await at_hand.to_tend(context, arguments)
    task = await happen.record(context, task, "dropped", status=FollowUpStatus.DROPPED)
    return task_page.draw(context, task, said=_("Oppfølgingen er tatt bort."))


async def reopen(context: Context, arguments: Mapping[str, str]) -> Reply:
    """It was done or taken away by mistake."""
    task = await at_hand.to_reopen(context, arguments)
    task = await happen.record(context, task, "reopened", status=FollowUpStatus.OPEN)
    return task_page.draw(context, task, said=_("Oppfølgingen er åpen igjen."))
