"""`/frister`: what somebody owes and when, over what every other capability says of it."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command
from handlers.owed.actions import Do
from handlers.owed.listing import Listing
from handlers.owed.ways import WAYS
from handlers.writing.language import N_


def over(capabilities: Sequence[Capability]) -> Capability:
    """Over what these say that people owe."""
    listing = Listing(capabilities)
    return Capability(
        name="frister",
        commands=(
            Command(
                name="frister",
                aliases=("frist", "fristar", "deadlines"),
                summary=N_("Det du skal gjøre, og når"),
                run=listing.command,
                examples=listing.examples,
                ways=WAYS,
            ),
        ),
        does=Do,
        actions=(Action(Do.SHOW, listing.show, whole=True),),
    )
