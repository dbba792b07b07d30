"""The case that somebody wants to do something with, if they may and it is still there to be done."""

from collections.abc import Mapping

from handlers.access import may_decide, require_decider
from handlers.agenda import views
from handlers.arguments import id_of
from handlers.context import Context
from handlers.errors import AlreadyDone, Gone, NotAllowed
from handlers.language import _
from storage import agenda
from storage.agenda import Case, Step


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    """Raises `Gone` if there is no such case."""
    case = await agenda.case(context.session, id_of(arguments, "item"), lock=lock)
    if case is None:
        raise Gone(_("Saken finnes ikke lenger."))
    return case


async def own(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    """The case, if it is the actor's own.

    Raises:
        Gone, NotAllowed: says why not.
    """
    case = await find(context, arguments, lock=lock)
    if case.item.proposer_id != context.actor.person_id:
        raise NotAllowed(_("Bare den som meldte saken, kan gjøre dette."))
    return case


async def to_decide(
    context: Context, arguments: Mapping[str, str], *, lock: bool = True, also_stranded: bool = False
) -> Case:
    """The case, for somebody of its secretariat, with nothing new since the button (`step`) was drawn.

    `also_stranded`: it may be on the agenda already, if that meeting has been cancelled.

    Raises:
        Gone, NotAllowed, AlreadyDone: says why not; AlreadyDone says who did what.
    """
    seen = id_of(arguments, "step")
    case = await find(context, arguments, lock=lock)
    steps = await agenda.steps(context.session, case.item.id or 0)
    if not may_decide(context.actor, case.item.committee_id):
        for step in reversed(steps):
            if step.kind == "moved" and may_decide(context.actor, step.data.get("from_id", 0)):
                raise _decided(step, case)
    require_decider(context, case.committee)
    if case.item.status not in agenda.UNDECIDED and not (also_stranded and views.is_stranded(case)):
        raise _decided(steps[-1], case)
    if steps[-1].id != seen:
        raise AlreadyDone(
            _("Det har skjedd noe med saken siden du så den: {what}. Se på den igjen før du bestemmer.").format(
                what=views.who_did_what(steps[-1], case)
            )
        )
    return case


def _decided(step: Step, case: Case) -> AlreadyDone:
    return AlreadyDone(_("Saken er allerede behandlet. {what}").format(what=views.who_did_what(step, case)))
