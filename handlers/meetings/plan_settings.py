"""What a committee has decided about its year: which county's schools it minds, which committee it prepares for, how
often it meets at least, and how host and chair go round. Each holds from a date on.

None of it was found to be the same in two partnerships, so nothing holds where nothing is said. That AU meets 10 to 21
days before its SSU is how one real plan of 2024 was laid out; that chairs change every two years within four-year terms
stands in the rules of another partnership.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class _Dated(BaseModel):
    """`since`: the first local date on which it holds; None: as long as anybody knows."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)
    since: date | None = None


class Prepares(_Dated):
    """The committee meets before another (AU before SSU): `at_least` to `at_most` days, both included. `committee`: the
    other one's key."""

    committee: str
    at_least: Annotated[int, Field(ge=0, le=365)]
    at_most: Annotated[int, Field(ge=0, le=365)]


class Fewest(_Dated):
    """How many meetings the committee has in a calendar year at least."""

    at_least: Annotated[int, Field(ge=0, le=60)]


class By(StrEnum):
    """When the turn goes on to the next side. The values stand in the partnership file."""

    MEETING = "meeting"
    """With each meeting."""
    YEARS = "years"
    """Every so many years, within terms of so many."""


class Turns(_Dated):
    """How hosting or chairing goes round.

    `sides`: in their order, each an organisation's key or a kind of organisation (`hospital`). `by` years: the first
    side has its turn from `since` on, and each has `years` of them; terms are `term` years long, and the last turn of
    one is cut where it ends. `by` meeting: which side began is not said.
    """

    by: By = By.MEETING
    sides: tuple[str, ...]
    years: Annotated[int, Field(ge=1, le=10)] = 1
    term: Annotated[int, Field(ge=1, le=20)] | None = None


class PlanSettings(BaseModel):
    """Documented in `config/partnership.example.yaml`. `counties`: whose school holidays are minded, by name."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    counties: tuple[str, ...] = ()
    prepares: tuple[Prepares, ...] = ()
    fewest: tuple[Fewest, ...] = ()
    host: tuple[Turns, ...] = ()
    chair: tuple[Turns, ...] = ()


class _HasSince(Protocol):
    @property
    def since(self) -> date | None: ...


R = TypeVar("R", bound=_HasSince)


def in_force(rules: Sequence[R], day: date) -> R | None:
    """The rule that holds on that day: the one that began last; None: none does."""
    begun = [each for each in rules if each.since is None or each.since <= day]
    return max(begun, key=lambda each: each.since or date.min, default=None)
