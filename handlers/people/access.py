"""Who may do what. Asked each time something is done, never when a button is drawn."""

from handlers.errors import NotAllowed
from handlers.people.context import Actor, Context
from handlers.people.roles import Role
from handlers.writing.language import _
from storage.people import Seat
from storage.tables import Committee

DECIDERS = (Role.SECRETARIAT, Role.COORDINATOR)
"""The roles that decide on proposed cases. Partnerships call the same job sekretariat or koordinator."""

PLANNERS = (*DECIDERS, Role.CHAIR)
"""The roles that say when and where a committee meets: they plan its meetings, move them and cancel them."""

LISTENERS = (Role.OBSERVER, Role.GUEST)
"""Roles that follow a committee without proposing cases to it."""


def may_propose(actor: Actor, committee: Committee | Seat) -> bool:
    """Members may; everyone in the partnership may where the committee has opened for it."""
    held = actor.roles.get(committee.id, frozenset())
    return committee.proposals_from == "everyone" or bool(held.difference(LISTENERS))


def may_read_agenda(actor: Actor, committee: Committee | Seat) -> bool:
    """Whoever has a role in the committee, or may propose to it."""
    return bool(actor.roles.get(committee.id)) or may_propose(actor, committee)


def may_decide(actor: Actor, committee_id: int) -> bool:
    return actor.has_role(committee_id, *DECIDERS)


def may_write_minutes(actor: Actor, committee_id: int) -> bool:
    """Minute takers may, and the secretariat."""
    return actor.has_role(committee_id, Role.MINUTE_TAKER, *DECIDERS)


def require_decider(context: Context, committee: Committee) -> None:
    """Raises `NotAllowed` for anybody but the committee's secretariat."""
    if not may_decide(context.actor, committee.id):
        raise NotAllowed(
            _("Bare sekretariatet for {committee} kan gjøre dette. Ta kontakt med dem om saken.").format(
                committee=committee.name
            )
        )


def may_plan(actor: Actor, committee_id: int) -> bool:
    """The committee's secretariat may, and who leads its meetings (møteleder)."""
    return actor.has_role(committee_id, *PLANNERS)


def require_planner(context: Context, committee: Committee) -> None:
    """Raises `NotAllowed` for anybody who may not plan the committee's meetings."""
    if not may_plan(context.actor, committee.id):
        raise NotAllowed(
            _("Bare sekretariatet og møtelederen for {committee} kan gjøre dette. Ta kontakt med dem om møtet.").format(
                committee=committee.name
            )
        )
