"""What a key leads to that may be empty (a nullable foreign key)."""

from collections.abc import Mapping
from typing import TypeVar, overload

Row = TypeVar("Row")
Other = TypeVar("Other")


@overload
def pointed_at(rows: Mapping[int, Row], key: int | None) -> Row | None: ...
@overload
def pointed_at(rows: Mapping[int, Row], key: int | None, otherwise: Other) -> Row | Other: ...


def pointed_at(rows: Mapping[int, Row], key: int | None, otherwise: Other | None = None) -> Row | Other | None:
    """The row with this key among `rows`; `otherwise`, where there is none, and where the key is empty.

    An empty key is no number: 0 in its place would be one that a row may have.
    """
    return otherwise if key is None else rows.get(key, otherwise)
