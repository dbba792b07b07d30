"""How reminders arrive, for whoever plans a committee's meetings (see `handlers.oversight`)."""

from collections.abc import Sequence

from handlers.capability import Action, Capability
from handlers.oversight.actions import Do
from handlers.oversight.listing import Listing
from handlers.oversight.telling import Telling


def over(capabilities: Sequence[Capability]) -> Capability:
    """Over the kinds of reminders of these."""
    listing = Listing({kind.name: kind for each in capabilities for kind in each.reminders})
    return Capability(
        name="motepaminnelser",
        about="meeting",
        does=Do,
        actions=(Action(Do.SHOW, listing.show),),
        chores=(Telling(listing.label).chore,),
    )
