"""The follow-up that somebody wants to see or do something with, if they may."""

from collections.abc import Mapping

from handlers.decisions import access
from handlers.decisions.following import happen, views
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_in, id_of
from handlers.messages.settled import Settled
from handlers.people.access import may_decide, may_write_minutes, require_decider
from handlers.people.context import Context
from handlers.writing.language import _
from storage import follow_ups
from storage.follow_ups import Task


async def _find(context: Context, arguments: Mapping[str, str], *, lock: bool) -> Task:
    found = await follow_ups.task(context.session, id_of(arguments, "follow"), lock=lock)
    if found is None:
        raise Gone(_("Oppfølgingen er tatt bort fra referatet."))
    return found


def _in_force(task: Task) -> Task:
    if not task.at.is_in_force:
        raise Gone(_("Referatet er trukket tilbake og rettes. Du får beskjed når det gjelder igjen."))
    return task


def _theirs(task: Task) -> NotAllowed:
    return NotAllowed(
        _("Oppfølgingen er for den som har ansvaret, og for {committee}.").format(committee=task.at.committee.name)
    )


async def to_read(context: Context, arguments: Mapping[str, str]) -> Task:
    """The follow-up, for whoever may read it.

    Raises:
        Gone, NotAllowed: says why not.
    """
    found = await _find(context, arguments, lock=False)
    if not access.may_read_task(context.actor, found):
        raise _theirs(found)
    return _in_force(found)


async def to_answer(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Task:
    """The follow-up while it is to be done, for whoever has it, or the secretariat that has to see that it is done.

    Raises:
        Gone, NotAllowed, Settled: says why not; Settled, who has done what.
    """
    found = await _find(context, arguments, lock=lock)
    own = access.sees_to(context.actor, found)
    if not own and not may_decide(context.actor, found.at.committee.id):
        raise NotAllowed(
            _("Bare den som har ansvaret, kan svare på dette.")
            if access.may_read_task(context.actor, found)
            else str(_theirs(found))
        )
    return await _open(context, _not_a_recommendation(_in_force(found)))


def _not_a_recommendation(task: Task) -> Task:
    """Raises `Settled`: it is for a party to answer."""
    if task.row.recommended:
        raise Settled(_("Dette er en tilråding: {party} svarer på den.").format(party=task.owner), views.show(task))
    return task


def not_on_its_way(task: Task) -> Task:
    """Raises `Settled`: it is for a party to answer, or a case of another committee by now."""
    if task.goes_down and task.row.became_item_id is not None:
        raise Settled(
            _("Dette er en sak i {committee}. Det som skjer med saken, viser hvordan det går.").format(
                committee=task.owner
            ),
            views.show(task),
        )
    return _not_a_recommendation(task)


async def to_finish(context: Context, arguments: Mapping[str, str]) -> Task:
    """The same, also for whoever writes the minutes of the committee that looks at it in a meeting."""
    found = await _find(context, arguments, lock=True)
    looking = (found.at.committee.id, found.row.owner_committee_id)
    if not any(each is not None and may_write_minutes(context.actor, each) for each in looking):
        return await to_answer(context, arguments)
    return await _open(context, _in_force(found))


async def to_tend(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Task:
    """The follow-up while it is to be done, for the secretariat of the committee that decided it. Raises as
    `to_answer`."""
    found = await _find(context, arguments, lock=lock)
    require_decider(context, found.at.committee)
    return await _open(context, _in_force(found))


async def to_reopen(context: Context, arguments: Mapping[str, str]) -> Task:
    """The follow-up that was done or taken away, for its secretariat, and whoever has it. Raises as `to_answer`."""
    found = await _find(context, arguments, lock=True)
    if not may_decide(context.actor, found.at.committee.id) and not access.sees_to(context.actor, found):
        raise _theirs(found)
    found = _in_force(found)
    if found.is_open:
        raise Settled(_("Oppfølgingen er åpen allerede."), views.show(found))
    return found


async def _open(context: Context, task: Task) -> Task:
    if not task.is_open:
        event = await happen.last(context, task)
        said = views.line(event) if event is not None else ""
        raise Settled(_("Oppfølgingen er avsluttet. {what}").format(what=said).strip(), views.show(task))
    return task


async def unchanged(context: Context, task: Task, arguments: Mapping[str, str]) -> None:
    """Raises `Settled` where it has changed since the form about it was opened."""
    if id_in(arguments.get("seen", "")) not in (None, task.row.revision):
        event = await happen.last(context, task)
        said = views.line(event) if event is not None else ""
        raise Settled(
            _("Oppfølgingen er endret siden du åpnet skjemaet. {what}").format(what=said).strip(), views.show(task)
        )
