"""How columns are declared: the same on SQLite and PostgreSQL."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Text
from sqlmodel import Field

from storage.types import ID_TYPE, JSON_TYPE, JsonObject, UtcDateTime


def row_id() -> Any:
    """The id that the database gives a row. Declared as a plain `int`: a row that is read has one.

    A new row has it when it is flushed, and nothing asks for it before.
    """
    return Field(default=None, sa_column=Column(ID_TYPE, primary_key=True, autoincrement=True))


def moment(*, null: bool = False, index: bool = False) -> Any:
    column: Any = Column(UtcDateTime(), nullable=null, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def points_to(target: str, *, null: bool = False, index: bool = True) -> Any:
    column: Any = Column(ID_TYPE, ForeignKey(target), nullable=null, index=index)
    return Field(default=None, sa_column=column) if null else Field(sa_column=column)


def long_text(*, null: bool = False) -> Any:
    return Field(default=None if null else "", sa_column=Column(Text(), nullable=null))


def new_dict() -> JsonObject:
    return {}


def new_list() -> list[Any]:
    return []


def json_column(factory: Any = new_dict) -> Any:
    # Functions of our own: pydantic looks at a factory's signature each time, which is slow for built-in types.
    return Field(default_factory=factory, sa_column=Column(JSON_TYPE, nullable=False))


def json_or_none() -> Any:
    return Field(default=None, sa_column=Column(JSON_TYPE, nullable=True))
