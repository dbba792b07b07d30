"""What whoever says when a meeting is should have seen: a holiday, another meeting at the same time.

It comes from what checks meeting plans, which builds on this room (see `handlers.capabilities`).
"""

from collections.abc import Awaitable, Callable, Sequence

from handlers.meetings.making import NewMeeting
from handlers.people.context import Context

Remarks = Callable[[Context, NewMeeting, int | None], Awaitable[Sequence[str]]]
"""What there is to say of a meeting that is to be, each a sentence or two. The number is the id of the one that is
moved; None: it is new."""
