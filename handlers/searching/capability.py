"""Finding cases and decisions again: by a reference to one, or by words."""

from handlers.capability import Capability
from handlers.decisions.case_page import CasePage
from handlers.searching import case
from handlers.searching.actions import Do


def over(page: CasePage) -> Capability:
    """`page`: what is shown of a case that minutes tell of."""
    return Capability(name="sok", does=Do, actions=(case.action(page),))
