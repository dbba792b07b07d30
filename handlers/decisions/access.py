"""Who may read a decision, and who sees to a follow-up. Asked each time something is shown or done."""

from collections.abc import Collection, Sequence

from handlers.people.access import DECIDERS, LISTENERS, may_decide, may_read_agenda
from handlers.people.context import Actor
from handlers.people.roles import Role
from storage.decided_at import At
from storage.decisions import Decision, ItemOf
from storage.follow_ups import Served, Task
from storage.tables import ItemStatus

ANSWERING = (*DECIDERS, Role.LEADER)
"""Who sees to what a committee has got to do: its secretariat, and whoever leads it."""


def committees_read_by(actor: Actor) -> Sequence[int]:
    """The committees whose decisions the actor may read: those whose agendas they may."""
    return [each.id for each in actor.committees if may_read_agenda(actor, each)]


def reads_decisions_of(actor: Actor, committee_id: int) -> bool:
    """Whether the actor may read what this committee decides."""
    return committee_id in committees_read_by(actor)


def served_by(actor: Actor, organisations: Collection[int] = ()) -> Served:
    """Whose follow-ups the actor sees to. `organisations`: those that they answer for."""
    answering = [each for each in actor.roles if actor.has_role(each, *ANSWERING)]
    return Served(actor.person_id, answering, organisations, [each for each in actor.roles if may_decide(actor, each)])


def sees_to(actor: Actor, task: Task) -> bool:
    """Whether the follow-up is the actor's to see to."""
    row, served = task.row, served_by(actor)
    if row.owner_id is not None:
        return row.owner_id == actor.person_id or (task.has_left and task.at.committee.id in served.secretariats)
    if row.owner_committee_id is not None:
        return row.owner_committee_id in served.committees
    if row.owner_organisation_id is not None:
        if task.contacts:
            return actor.person_id in task.contacts
        is_contact = any(Role.CONTACT in held for held in actor.roles.values())
        answers = is_contact and actor.organisation_id == row.owner_organisation_id
        return answers or task.at.committee.id in served.secretariats
    return bool(row.owner_text) and task.at.committee.id in served.secretariats


def stands_in(actor: Actor, task: Task) -> bool:
    """Whether the actor only sees to it as the secretariat, until somebody has been found who does it."""
    row = task.row
    if row.owner_id is not None:
        return task.has_left and row.owner_id != actor.person_id
    if row.owner_organisation_id is not None and not task.contacts:
        is_contact = any(Role.CONTACT in held for held in actor.roles.values())
        return not (is_contact and actor.organisation_id == row.owner_organisation_id)
    return bool(row.owner_text)


def may_read(actor: Actor, decision: Decision) -> bool:
    """Whether the actor may read the decision: whoever may read the committee's agenda, and whoever sees to something
    that follows from it."""
    return may_read_agenda(actor, decision.at.committee) or any(sees_to(actor, task) for task in decision.tasks)


def may_read_task(actor: Actor, task: Task) -> bool:
    """The same for something that is to be done; because of a closed case, whoever may see what that is about."""
    return sees_to(actor, task) or (may_read_agenda(actor, task.at.committee) and sees(actor, task.at))


def sees(actor: Actor, at: At) -> bool:
    """Whether the actor may see what the case is about: it is open, their own, one that they present, or one of a
    committee that they are a member of (see `handlers.cases.closed`)."""
    item = at.item
    if item is None or not item.closed_under:
        return True
    if actor.person_id == item.proposer_id or actor.person_id in item.presenter_ids:
        return True
    held = [actor.roles.get(each, frozenset()) for each in (at.committee.id, item.committee_id)]
    return any(roles.difference(LISTENERS) for roles in held)


def sees_item(actor: Actor, found: ItemOf, decided_in: Collection[int] = ()) -> bool:
    """The same of a case. `decided_in`: the committees that have decided in it."""
    item = found.item
    if not item.closed_under or actor.person_id == item.proposer_id or actor.person_id in item.presenter_ids:
        return True
    held = [actor.roles.get(each, frozenset()) for each in (item.committee_id, *decided_in)]
    return any(roles.difference(LISTENERS) for roles in held)


ON_AN_AGENDA = (ItemStatus.ACCEPTED, ItemStatus.WITHDRAWN, ItemStatus.REMOVED, ItemStatus.HANDLED)
"""A case that stands so is known to the committee's people; one that is only proposed is not."""


def may_read_case(actor: Actor, found: ItemOf, decided: Sequence[Decision] = ()) -> bool:
    """Whether the actor may read the page of a case. `decided`: what was decided in it.

    Its proposer may, and who presents it; whoever may read the agenda that it is on; and whoever may read one of the
    decisions. Nobody finds a closed case who may not see it, but by a decision that they may read."""
    if any(may_read(actor, each) for each in decided):
        return True
    item = found.item
    if actor.person_id == item.proposer_id or actor.person_id in item.presenter_ids:
        return True
    if not sees_item(actor, found):
        return False
    if may_decide(actor, item.committee_id):
        return True
    return item.status in ON_AN_AGENDA and may_read_agenda(actor, found.committee)
