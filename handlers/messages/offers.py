"""What somebody may put before others out of what they have found."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.messages.message import Arguments


class Offer(NamedTuple):
    """One thing, as whoever looks for it reads it. `arguments`: which it is (see `handlers.capability.Sharing`)."""

    title: str
    text: str
    arguments: Arguments


class Offers(NamedTuple):
    """What was found. `hidden`: so much more was, that not everybody there may see. `why`: instead of nothing."""

    found: Sequence[Offer]
    hidden: int = 0
    why: str = ""
