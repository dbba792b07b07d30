"""One follow-up, with what has happened to it."""

from collections.abc import Mapping

from handlers.decisions import views
from handlers.decisions.following import at_hand
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.people.context import Context
from storage.decisions import Task


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The follow-up, for whoever may read it."""
    return draw(context, await at_hand.to_read(context, arguments))


def draw(context: Context, task: Task, *, said: str = "") -> Message:
    """The follow-up as it was read. `said`: what has just been done."""
    return Message(
        title=views.task_title(task),
        text="\n\n".join(filter(None, (said, task.row.text))),
        facts=(*views.decided_in(context, task), *views.task_facts(task, context.today)),
        replace=bool(said),
    )
