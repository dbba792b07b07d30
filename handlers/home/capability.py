"""`hjem`: what waits for somebody and what is theirs, over what every other capability says of it."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command
from handlers.home.actions import Do
from handlers.home.composing import Home
from handlers.home.ways import WAYS
from handlers.writing.language import N_


def over(capabilities: Sequence[Capability]) -> Capability:
    """Over these."""
    home = Home(capabilities)
    return Capability(
        name="hjem",
        commands=(
            Command(
                name="hjem",
                aliases=("heim", "home"),
                summary=N_("Det som venter på deg, og det som er ditt"),
                run=home.command,
                examples=home.examples,
                ways=WAYS,
                seldom=True,
            ),
        ),
        does=Do,
        actions=(Action(Do.SHOW, home.show, whole=True),),
        draw=home.drawn,
    )
