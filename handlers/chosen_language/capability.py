"""The language that somebody is spoken to in, chosen with `/sprak`."""

from handlers.capability import Action, Capability, Command
from handlers.chosen_language import choose
from handlers.chosen_language.actions import Do
from handlers.chosen_language.ways import WAYS
from handlers.writing.language import N_

CAPABILITY = Capability(
    name="sprak",
    commands=(
        Command(
            name="sprak",
            aliases=("språk", "language"),
            summary=N_("Velg språk: bokmål, nynorsk eller engelsk"),
            usage=N_("[bokmål | nynorsk | engelsk]"),
            run=choose.command,
            examples=choose.examples,
            ways=WAYS,
        ),
    ),
    does=Do,
    actions=(Action(Do.CHOOSE, choose.choose, whole=True),),
)
