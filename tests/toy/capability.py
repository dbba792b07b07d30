"""All that it can do."""

from collections.abc import Mapping

from handlers.capability import Action, Capability
from handlers.dialogs.dialog import Reply
from handlers.people.context import Context
from tests.toy.actions import Do
from tests.toy.views import MESSAGE


async def show(_context: Context, _arguments: Mapping[str, str]) -> Reply:
    return MESSAGE


CAPABILITY = Capability(name="leke", does=Do, actions=(Action(Do.SHOW, show),))
