"""How much of a convocation somebody gets: all of it, without closed cases, or their own case."""

from collections.abc import Collection
from enum import StrEnum

from handlers.meetings.agenda.lines import Line
from handlers.meetings.agenda.shown import closed_title
from handlers.meetings.audience import Reader
from handlers.people.access import LISTENERS
from handlers.people.roles import Role


class Sees(StrEnum):
    """What somebody sees of an agenda."""

    EVERYTHING = "everything"
    """Members, and the secretariat: closed cases too."""
    OPEN = "open"
    """Observers: of closed cases only that there is one."""
    OWN = "own"
    """Whoever comes from outside: the cases that they present."""


def by_roles(roles: Collection[str]) -> Sees:
    """What these roles in the committee let somebody see."""
    if set(roles).difference(LISTENERS):
        return Sees.EVERYTHING
    return Sees.OPEN if Role.OBSERVER in roles else Sees.OWN


def of_reader(reader: Reader) -> Sees:
    return Sees.EVERYTHING if reader.sees_closed else by_roles(reader.roles)


def title(line: Line, sees: Sees) -> str:
    """What the line is about, as far as they may know."""
    if line.is_closed and sees is not Sees.EVERYTHING:
        return closed_title(line)
    return line.title


def is_told(line: Line, sees: Sees) -> bool:
    """Whether they may read more of it than its title."""
    return sees is Sees.EVERYTHING or not line.is_closed
