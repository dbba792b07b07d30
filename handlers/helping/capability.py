"""What the bot can do, told with `/hjelp`, and found in what people write who do not know the commands."""

from collections.abc import Sequence

from handlers.capability import Action, Capability
from handlers.helping import help as help_
from handlers.helping.welcome import Welcome
from handlers.understanding.actions import Do
from handlers.understanding.lines import Understanding


def over(capabilities: Sequence[Capability]) -> Capability:
    """Over these, which it helps with, and itself."""
    command = help_.command_for(capabilities)
    understanding = Understanding([*(known for each in capabilities for known in each.commands), command])
    welcome = Welcome(capabilities)
    return Capability(
        name="hjelp",
        commands=(command,),
        does=Do,
        actions=(Action(Do.CHOOSE, understanding.choose), Action(Do.BEGIN, welcome.begin, whole=True)),
        answer=understanding.answer,
        shared_cards=(welcome.card(),),
        welcome=welcome,
    )
