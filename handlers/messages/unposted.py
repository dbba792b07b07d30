"""That nothing gets through to a channel: why, and who sees to it that those who can do something about it hear of it.

Whoever posts knows no capability; one of them says what is told (`Capability.unposted`), as it is for messages that do
not arrive (`handlers.messages.undelivered`).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from storage.tables import CommitteeChannel


class Why(StrEnum):
    """Why nothing gets through. The values are kept in the database."""

    NOT_IN = "not_in"
    """The bot is not in the channel, or it is not there: Slack says the same of both where it is private."""
    ARCHIVED = "archived"
    GONE = "gone"
    """It was removed, or the bot was."""
    RESTRICTED = "restricted"
    """Only some may write there."""
    NOT_MET = "not_met"
    """Nothing was ever heard from that workspace or tenant, so there is no way there."""
    NOT_SET_UP = "not_set_up"
    """The app itself may not write: its token or its rights."""
    LEFT = "left"
    """The workspace or tenant belongs to nobody in the partnership (any more)."""
    OFF = "off"
    """The surface is not on."""
    REFUSED = "refused"
    """The platform refuses a message."""


class Unposted(NamedTuple):
    """`tell`: nothing gets through for this reason. `over`: it gets through. Each is called as often as that is found,
    and says it once."""

    tell: Callable[[AsyncSession, CommitteeChannel, Why, datetime], Awaitable[None]]
    over: Callable[[AsyncSession, CommitteeChannel, datetime], Awaitable[None]]


async def _nobody_is_told(*_about: object) -> None:
    return None


NOBODY = Unposted(_nobody_is_told, _nobody_is_told)
"""Where no capability has a say."""
