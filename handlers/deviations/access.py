"""Who may see and do what with a deviation. Asked each time something is done, never when a button is drawn.

The reporter sees own reports; a unit's handlers, deputies and leaders handle the unit's own; a leader of any unit
reads the own organisation's, whether it reported or is to answer. Everybody else sees numbers only.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import Enum, auto

from handlers.people.context import Context
from storage import units
from storage.deviations import Report
from storage.tables import StaffRole


class View(Enum):
    """From where somebody looks at a report; what they see and may do follows from it."""

    REPORTER = auto()
    UNIT = auto()
    """Handles it: handler, deputy or leader of the responsible unit."""
    ORGANISATION = auto()
    """Reads it: a leader elsewhere in the responsible organisation. Sees what the unit sees."""
    REPORTERS_LEADER = auto()
    """Reads it: a leader in the reporter's organisation. Sees what the reporter sees."""


@dataclass(frozen=True)
class Posts:
    """What somebody is in the units today. `handles`: units whose reports they handle; `leads`: organisations."""

    handles: Set[int] = frozenset()
    leads: Set[int] = frozenset()
    leads_units: Set[int] = frozenset()


async def own_posts(context: Context) -> Posts:
    """What the actor is in the units today (local date): one statement."""
    posts = await units.posts_of(context.session, context.actor.person_id, context.today)
    led = [post for post in posts if post.role is StaffRole.LEADER]
    return Posts(
        handles=frozenset(post.unit_id for post in posts),
        leads=frozenset(post.organisation_id for post in led),
        leads_units=frozenset(post.unit_id for post in led),
    )


def views(person_id: int, posts: Posts, report: Report) -> Set[View]:
    """Every way in which this person may look at the report; none: it is not for them."""
    deviation = report.deviation
    found = set()
    if deviation.reporter_id == person_id:
        found.add(View.REPORTER)
    # Before the nearest leader has sent it, the other side has not got it.
    if deviation.sent_at is not None:
        if deviation.unit_id in posts.handles:
            found.add(View.UNIT)
        if deviation.organisation_id in posts.leads:
            found.add(View.ORGANISATION)
    if deviation.reporter_organisation_id in posts.leads:
        found.add(View.REPORTERS_LEADER)
    return found


def may_complete(posts: Posts, report: Report) -> bool:
    """Whether they are the reporter's nearest leader, who completes the report before it is sent."""
    return report.deviation.workplace_id in posts.leads_units
