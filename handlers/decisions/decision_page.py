"""One decision, with all that stands about it."""

from collections.abc import Mapping

from handlers.decisions import at_hand, views
from handlers.decisions.access import sees
from handlers.dialogs.dialog import Reply
from handlers.meetings.minutes.verbs import how_decided
from handlers.meetings.minutes.views import STATUS
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import _
from storage.decisions import Decision
from storage.tables import MinutesStatus


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The decision, for whoever may read it."""
    return draw(context, await at_hand.to_read(context, arguments))


def draw(context: Context, decision: Decision, *, said: str = "") -> Message:
    """The decision as it was read. `said`: what has just been done."""
    actor, at = context.actor, decision.at
    files, links = views.papers(context, at)
    facts = (
        (_("Utvalg"), at.committee.name),
        (_("Møte"), views.day(at)),
        (_("Avgjort ved"), how_decided(at.entry.how_decided) if sees(actor, at) else ""),
        (_("Status"), views.revoked_by(actor, decision) or views.status(decision, context.today)),
        (_("Referat"), at.paper or _(STATUS[MinutesStatus(at.minutes.status)])),
    )
    return Message(
        title=views.title(actor, at),
        text="\n\n".join(filter(None, (said, views.wording(actor, decision)))),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=tuple(views.task_line(context, task) for task in views.tasks(actor, decision)),
        files=files,
        links=links,
        buttons=views.to_case(at),
        replace=bool(said),
    )
