"""What the clock does for a capability, as data: the worker knows chores, and no capability.

A chore finds the items that are due now, and does something with each. What is found is only read, and what is done
with an item stands in a transaction of its own, so that one that fails holds back no other. Whatever an item was found
for may have changed before it is done: doing it looks again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage.direct import Question


class Item(NamedTuple):
    """Something that is due: `what` it is, and which. The log names it like this, so neither is anything that people
    wrote."""

    what: str
    id: int | str

    def __str__(self) -> str:
        return f"{self.what} {self.id}"


FindDue = Callable[[AsyncSession, datetime], Awaitable[Sequence[Item]]]
"""What is due at this moment (UTC), most urgent first; asked outside any transaction, so it cannot write."""
DoThese = Callable[[AsyncSession, Sequence[Item], datetime], Awaitable[int]]
"""Do something with these items, in one transaction; how many messages that wrote."""
Stirs = Callable[[datetime], Question]
"""A constant statement that finds a row whenever something may be due at this moment; those of all chores are asked
together."""


@dataclass(frozen=True)
class Chore:
    """Something that the clock does, however many workers there are, once for each item that is due.

    `name`: unique among all chores; workers lease the chore under it, and the log has it. `every`: how often `due` is
    asked. `at_once`: how many items share a transaction where one is too small for its own; if that fails, each of
    them gets one. `stirs`: what tells beforehand that nothing is due, so that most ticks ask no chore by itself; None:
    `due` is asked at each tick.
    """

    name: str
    due: FindDue
    do: DoThese
    every: timedelta = timedelta(seconds=20)
    at_once: int = 1
    stirs: Stirs | None = None
