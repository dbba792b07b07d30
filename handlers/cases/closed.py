"""Closed cases (unntatt offentlighet): who may see what they are about, and what others read in their place."""

from collections.abc import Sequence

from handlers.people.access import LISTENERS
from handlers.people.context import Actor
from handlers.writing.language import _
from storage.cases import Case
from storage.tables import AgendaItem


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the actor may see what the case is about: an open one, their own, one that they present, or one of a
    committee that they are a member of. Observers and guests are not."""
    return may_see_item(actor, case.item)


def may_see_item(actor: Actor, item: AgendaItem) -> bool:
    """The same of a case alone."""
    if not item.closed_under or actor.person_id == item.proposer_id or actor.person_id in item.presenter_ids:
        return True
    return bool(actor.roles.get(item.committee_id, frozenset()).difference(LISTENERS))


def title(item: AgendaItem) -> str:
    """What stands in the place of its title."""
    return _("Unntatt offentlighet ({section})").format(section=item.closed_under)


def title_for(actor: Actor, case: Case) -> str:
    """The title, as the actor may read it."""
    return case.item.title if may_see(actor, case) else title(case.item)


def every_title(item: AgendaItem) -> Sequence[str]:
    """What it is called, in each committee that it has been in."""
    return [item.title, *(str(each["title"]) for each in item.levels or ())]
