"""Forms that are not finished: put away with `/avbryt`."""

from collections.abc import Iterable

from handlers.capability import Action, Capability
from handlers.unfinished import cancel
from handlers.unfinished.actions import Do


def over(capabilities: Iterable[Capability]) -> Capability:
    """Over the forms of these."""
    dialogs = [dialog for each in capabilities for dialog in each.dialogs]
    return Capability(
        name="utkast",
        commands=(cancel.command_for(dialogs),),
        does=Do,
        actions=(Action(Do.DISCARD, cancel.discard),),
    )
