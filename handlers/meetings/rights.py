"""Who may vote, speak and propose at a meeting, how many must be there, and how many seats each party has.

A committee decides it for itself, with the date from which it holds (`CommitteeSettings.attendance`); where it says
nothing, what is usual in such committees does.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handlers.people.roles import Role
from handlers.writing.language import _

VOTERS = (
    Role.LEADER,
    Role.CHAIR,
    Role.MEMBER,
    Role.AU_MEMBER,
    Role.GP_REPRESENTATIVE,
    Role.PATIENT_REPRESENTATIVE,
)
"""Who votes where the committee says nothing: its members. Others have the right to meet and to speak (so at
Universitetssykehuset Nord-Norge, UNN: 16 with a vote and 8 without)."""
SPEAKERS = tuple(role for role in Role if role is not Role.CONTACT)
"""Who may speak: everybody who is there for the matter, guests too; observers as in Bergen and Østfold."""
PROPOSERS = tuple(role for role in SPEAKERS if role is not Role.GUEST)
"""Who may make proposals: observers may too (Bergen, Østfold), guests may not."""


def _share(text: str) -> str:
    try:
        share = Fraction(text.replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 1:
        raise ValueError(_("«{text}» er ingen andel. Skriv for eksempel 1/2 eller 2/3.").format(text=text))
    return str(share)


Share = Annotated[str, AfterValidator(_share)]
"""A part of a whole, as text: `1/2`."""
Count = Annotated[int, Field(ge=1, le=1000)]


class Quorum(BaseModel):
    """What it takes to decide anything (vedtaksfør). What is left out is not asked for; what is there, all of it is.

    `at_least`: so many with a vote. `share`: that part of those who could vote; `more_than`: more than that part.
    `of_each`: so many with a vote from organisations of that kind (`hospital`, `municipality`, …).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    at_least: Count | None = None
    share: Share | None = None
    more_than: Share | None = None
    of_each: Mapping[str, Count] = {}

    def needed(self, seats: int) -> int:
        """How many with a vote must be there, where there are so many seats with one."""
        return max(
            self.at_least or 0,
            ceil(Fraction(self.share) * seats) if self.share else 0,
            floor(Fraction(self.more_than) * seats) + 1 if self.more_than else 0,
        )


class Rule(BaseModel):
    """What holds for a committee's meetings from the local date `since` on (None: always so far), until another does.

    `seats`: with a vote, by kind of organisation (`hospital`, `municipality`, …). `quorum` None: none is asked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    since: date | None = None
    voting: tuple[Role, ...] = VOTERS
    speaking: tuple[Role, ...] = SPEAKERS
    proposing: tuple[Role, ...] = PROPOSERS
    quorum: Quorum | None = None
    seats: Mapping[str, Count] = {}


def holding(rules: Sequence[Rule], day: date) -> Rule:
    """The rule that holds on this local date."""
    begun = [rule for rule in rules if rule.since is None or rule.since <= day]
    return max(begun, key=lambda rule: rule.since or date.min, default=Rule())
