"""Where somebody is reached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from storage.tables import Account


@dataclass(frozen=True)
class Address:
    """Where somebody is reached: on which surface, in which workspace (or tenant) there, and as which user of it.

    `reach` is what the surface needs besides to get there, opaque to all but the surface; empty where it is not known.
    """

    surface: str
    workspace: str
    user_id: str
    reach: Mapping[str, Any]

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(account.surface, account.workspace, account.user_id, account.reach)
