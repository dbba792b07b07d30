"""Statements that are put together once and run many times.

Putting a statement together costs SQLAlchemy several times what running it does, so what is asked at each call stands
in a module as a constant, with `bindparam` for what varies.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any, Self, TypeVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Dialect,
    Executable,
    Integer,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    literal_column,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Boolean, TypeEngine

S = TypeVar("S", bound=Executable)
T = TypeVar("T")
Insert = Callable[[Any], Any]
"""The `insert` of a dialect; SQLite's and PostgreSQL's have the same `on_conflict_…`."""


def later(build: Callable[[], T]) -> Callable[[], T]:
    """A statement, or a part of some, that is put together when it is first asked for, and is the same each time.

    So it costs nobody anything who never asks: all of them together took a twentieth of the time until the program is
    ready, and 3 MB. What nearly every call asks stands as it is.
    """
    return cache(build)


class PerDialect:
    """A statement with `ON CONFLICT`, built once for each kind of database."""

    def __init__(self, build: Callable[[Insert], Any]) -> None:
        self._build = build
        self._built: dict[str, Any] = {}

    def on(self, session: AsyncSession) -> Any:
        """The statement for the session's database."""
        name = session.get_bind().dialect.name
        if name not in self._built:
            self._built[name] = self._build(sqlite_insert if name == "sqlite" else postgresql_insert)
        return self._built[name]


def table(model: Any) -> Any:
    """The plain table of a model: statements on it skip the ORM's own work."""
    return model.__table__


class Beside:
    """The columns of several tables beside each other, for a constant statement whose rows `of` takes apart again.

    Each part reads as the stored row does, and is to be read and not changed: it costs a fraction of a mapped object.
    """

    def __init__(self, *models: Any) -> None:
        tables = [table(model) for model in models]
        self.columns: tuple[Any, ...] = tuple(
            column.label(f"{each.name}_{column.name}") for each in tables for column in each.c
        )
        self._parts: list[tuple[int, int, Callable[[Any], Any]]] = []
        for each in tables:
            begins = self._parts[-1][1] if self._parts else 0
            row: Any = namedtuple(each.name, [column.name for column in each.c], rename=True)  # type: ignore[misc]
            self._parts.append((begins, begins + len(each.c), row._make))

    def of(self, row: Any) -> Sequence[Any]:
        """The parts of a row, in the order of the tables; None, where nothing was joined."""
        # Each table begins with its id.
        return [make(row[begins:ends]) if row[begins] is not None else None for begins, ends, make in self._parts]


async def as_it_is(session: AsyncSession, statement: S) -> S:
    """The statement, which gives rows as they stand now, also those that the session has read before.

    Whoever waits for a lock has often read already what they wait for; without this they would be given that once more.
    What is changed in the session, and not written yet, is written first.
    """
    await session.flush()
    return statement.execution_options(populate_existing=True)


async def rows_as_they_are(session: AsyncSession, statement: Any, values: Mapping[str, Any]) -> Any:
    """The result of a constant statement, with rows as in `as_it_is`. Unlike what that gives, the statement is no new
    one each time, of which SQLAlchemy would have to find out what it says."""
    await session.flush()
    return await session.execute(statement, values, execution_options={"populate_existing": True})


@cache
def locking(statement: Any, model: Any) -> Any:
    """A constant statement that gives rows of `model`, locked until the transaction ends, as they stand then."""
    return statement.with_for_update(of=table(model)).execution_options(populate_existing=True)


def written_out(word: StrEnum | str) -> Any:
    """A status, or another word of the program's own, that stands in the statement as such: only so is an index used
    that holds just the rows with it, and a constant statement has a list of them."""
    return literal_column(f"'{word}'")


class _Many(TypeDecorator[Collection[Any]]):
    """Values of a column as one value, however many they are."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of_ids = isinstance(of, Integer)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(ARRAY(BigInteger() if self.of_ids else Text()))

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = list(value or ())
        return values if dialect.name == "postgresql" else json.dumps(values)


class _Among(ColumnElement[bool]):
    type = Boolean()
    # What it consists of, by which SQLAlchemy knows it again.
    _traverse_internals = [  # noqa: RUF012 - so SQLAlchemy declares it
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, name: str) -> None:
        self.column = column
        self.values = bindparam(name, type_=_Many(column.type))

    def self_group(self, against: Any = None) -> Self:
        """It has its parentheses, and is a condition as it stands: with SQLAlchemy's «= 1» after it, SQLite looks
        through the whole table."""
        return self


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether a column of ids, or of words, has one of those given as `name`. Unlike `in_`, its text is the same for
    however many."""
    return _Among(column, name)


@compiles(_Among, "postgresql")
def _among_on_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.column, **options)} = ANY ({compiler.process(element.values, **options)}))"


@compiles(_Among)
def _among_elsewhere(element: _Among, compiler: Any, **options: Any) -> str:
    values = compiler.process(element.values, **options)
    return f"({compiler.process(element.column, **options)} IN (SELECT value FROM json_each({values})))"  # noqa: S608


class _List(FunctionElement[str]):
    inherit_cache = True


class _Every(FunctionElement[str]):
    inherit_cache = True


def in_one(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """All rows as one value, the JSON of a list of lists. They stand as the query that they come from puts them."""
    return cast(_Every(_List(*columns)), Text)


def in_columns(*columns: ColumnElement[Any]) -> ColumnElement[str]:
    """The same, but a list for each column. Of many rows that takes PostgreSQL half the time: it looks up once for a
    column how its values are written, and not for each row."""
    return cast(_List(*map(_Every, columns)), Text)


@compiles(_List, "postgresql")
def _list_on_postgresql(element: _List, compiler: Any, **options: Any) -> str:
    return f"json_build_array({compiler.process(element.clauses, **options)})"


@compiles(_List)
def _list_elsewhere(element: _List, compiler: Any, **options: Any) -> str:
    return f"json_array({compiler.process(element.clauses, **options)})"


@compiles(_Every, "postgresql")
def _every_on_postgresql(element: _Every, compiler: Any, **options: Any) -> str:
    return f"coalesce(json_agg({compiler.process(element.clauses, **options)}), '[]')"


@compiles(_Every)
def _every_elsewhere(element: _Every, compiler: Any, **options: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **options)})"
