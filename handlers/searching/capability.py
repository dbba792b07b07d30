"""Finding cases and decisions again: by a reference to one, or by words."""

from handlers.capability import Action, Capability
from handlers.searching import case
from handlers.searching.actions import Do

CAPABILITY = Capability(
    name="sok",
    does=Do,
    actions=(Action(Do.CASE, case.show, whole=True),),
)
