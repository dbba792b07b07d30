"""Who reads a conversation, and what all of them may see.

What is put before several people at once is what each of them may see by themselves. Of those whom a platform calls
guests, of shared channels, and of whoever nobody knows to be at home there, only what is public is taken for granted.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from handlers.people.context import Actor, Context
from handlers.people.roles import Role
from storage import readers
from storage.readers import KnownReader


@dataclass(frozen=True)
class Reader:
    """Somebody in a conversation. `outsider`: the platform calls them a guest, or somebody from elsewhere. `homes`:
    every workspace that it says they belong to; empty where it does not say."""

    user_id: str
    outsider: bool = False
    homes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Readers:
    """Who reads a conversation, as its platform says.

    `workspaces`: the ids of where it stands, as in `Sender.workspaces`. `people` None: the platform does not say who
    they are. `open`: anybody who is at home there may come in and read; `entered_from`: where they are at home, if that
    is more than the workspace itself (all of an Enterprise Grid). `shared`: other organisations are in it.
    """

    surface: str
    workspaces: tuple[str, ...]
    people: Collection[Reader] | None
    open: bool = False
    shared: bool = False
    entered_from: frozenset[str] = frozenset()


UNKNOWN = Readers("", (), None)
"""Of a conversation that the platform says nothing of."""


@dataclass(frozen=True)
class Audience:
    """Everybody who reads something. `public`: among them there are some of whom nothing is known, so that they read
    only what everybody may."""

    actors: tuple[Actor, ...] = ()
    public: bool = True

    def may(self, sees: Callable[[Actor], bool]) -> bool:
        """Whether each of them may see it."""
        return not self.public and bool(self.actors) and all(map(sees, self.actors))


PUBLIC = Audience()
"""Anybody."""


async def audience_of(context: Context, there: Readers) -> Audience:
    """Everybody who reads a conversation: three statements, however many they are."""
    if there.people is None or there.shared:
        return PUBLIC
    found = await readers.known(
        context.session, there.surface, there.workspaces, [each.user_id for each in there.people], context.today
    )
    if found is None:
        return PUBLIC
    if there.open and there.entered_from and there.entered_from.isdisjoint(found.workspaces):
        return PUBLIC
    actors = []
    for each in there.people:
        known = found.found.get(each.user_id)
        # On a Grid there may be workspaces of which the partnership has none.
        outsider = each.outsider or (bool(each.homes) and each.homes.isdisjoint(found.workspaces))
        if known is None and outsider:
            return PUBLIC
        if known is not None and not _is_let_in(known, outsider=outsider):
            return PUBLIC
        actors.append(_actor(context, known))
    if there.open:
        actors.append(_actor(context, None))
    return Audience(tuple(actors), public=not actors)


def _is_let_in(known: KnownReader, *, outsider: bool) -> bool:
    """Whether they read as somebody of the partnership: the rule of `handlers.people.recognising.let_in`, but that who
    is called a guest there reads as one who is from elsewhere."""
    if known.removed or not known.at_home:
        return False
    return known.listed or not (outsider or known.outsider or known.guest)


def _actor(context: Context, known: KnownReader | None) -> Actor:
    """None: somebody who is at home there, and has not spoken to the bot: whoever they are, they have no role."""
    roles = {each: frozenset(map(Role, held)) for each, held in known.roles.items()} if known is not None else {}
    return Actor(
        person_id=known.person_id if known is not None else 0,
        name="",
        organisation_id=known.organisation_id if known is not None else 0,
        organisation_name="",
        language=context.actor.language,
        account_id=0,
        roles=roles,
        committees=context.actor.committees,
    )
