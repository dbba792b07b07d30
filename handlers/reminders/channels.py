"""Where somebody can be reached, and what each such surface is called."""

from collections.abc import Mapping, Sequence

from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.recipients import recipients

NAMES: Mapping[str, str] = {
    "slack": "Slack",
    "teams": "Microsoft Teams",
    "mail": N_("E-post"),
    "local": N_("Den lokale siden"),
}
"""Surface → what people call it, marked by `N_()`."""


def name(surface: str) -> str:
    """What people call it."""
    return _(NAMES.get(surface, surface))


async def open_to(context: Context) -> Sequence[str]:
    """The surfaces that are on, and on which the actor can be: they have used it, their organisation is there, or it
    takes no more than an address."""
    found = (await recipients(context.session, [context.actor.person_id])).get(context.actor.person_id)
    if found is None:
        return ()
    used = {account.surface for account in found.accounts}
    there = {
        "local": True,
        "mail": bool(found.email),
        **{surface: bool(ids) for surface, ids in found.workspaces.items()},
    }
    return [surface for surface in context.channels if surface in used or there.get(surface, False)]
