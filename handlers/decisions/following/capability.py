"""What is to be done because of a decision: received, taken on, done, given more time."""

from handlers.capability import Action, Capability
from handlers.decisions.following import task_page
from handlers.meetings.follow_up_actions import Do

CAPABILITY = Capability(
    name="oppfolging",
    about="follow",
    does=Do,
    actions=(Action(Do.SHOW, task_page.show),),
)
