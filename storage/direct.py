"""Constant statements, run on the database's own driver.

Of what a call costs, SQLAlchemy's execution of statements was the largest part: it works out anew for each one what is
the same every time. A statement that is a constant of its module (see `storage.statements`) is compiled here once, to
the text that the driver takes, the order of its values, and the functions that SQLAlchemy's types have for values on
their way in and out. Running it then costs what the driver costs. The statements themselves stay SQLAlchemy's.

On PostgreSQL, where each statement is a way there and back, several can be one: what is asked together comes back
together (`together`), and what is written together is written by one statement, whole or not at all (`all_written`).

What uses these is `storage.database`, for what is asked outside a transaction, and `storage.asking`, within one.
"""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import BindParameter, Dialect, Executable, Insert, literal_column
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ManagesConnection, PoolProxiedConnection
from sqlalchemy.sql.visitors import replacement_traverse
from sqlalchemy.util import greenlet_spawn

from storage.lending import LendingPool, is_closed


class Question(NamedTuple):
    """A constant statement, and the values for what varies in it."""

    statement: Executable
    values: Mapping[str, Any]


class Sought(NamedTuple):
    """Stands among the values of a question for one that is not known yet: what this question finds, a single value.

    Only where they are asked together, on PostgreSQL.
    """

    question: Question


class Written(NamedTuple):
    """A statement that writes. `must`: it gives back the rows that it concerns, and there has to be one."""

    question: Question
    must: bool = False


class Numbering(NamedTuple):
    """What gives a number in the very statement that writes what has it, on PostgreSQL: whoever else wants the next one
    waits for that statement, and for nothing else.

    Args:
        question: writes, and gives back the `number`, and the `text` that it is read in.
        mark: stands for `text` in each text that is written. Nobody can have written it, since it was made just now.
    """

    question: Question
    mark: str


NUMBER: Any = object()
"""Stands among the values of what is written for the number that a `Numbering` gives."""


class Overtaken(Exception):
    """What was to be changed has been changed by somebody else since it was read. Nothing was stored."""


def _picked(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Iterable[Any]]:
    """What takes the values with these names out of others, in this order: one by one takes three times as long."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: [values[name] for name in names]


class Compiled:
    """A constant statement as one kind of database reads it.

    Args:
        given: the columns that an `insert` gets values for.
    """

    def __init__(self, statement: Any, dialect: Dialect, given: Sequence[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=given)
        # A list that stands in the statement is as many values.
        varying = {bind.key: None for bind in compiled.binds.values() if bind.required}
        expanded = compiled.construct_expanded_state(varying)
        self.text = expanded.statement
        names = expanded.positiontup or ()
        self.count = len(names)
        # What stands in the statement itself; or what the columns of the model are by default, where it says nothing.
        defaults = {column.key: column.default.arg for column in compiled.insert_prefetch}
        self._values = {name: value for name, value in expanded.parameters.items() if name not in varying} | defaults
        self._in_order = _picked(names)
        into = [
            compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            if name in compiled.binds
            else expanded.processors.get(name)
            for name in names
        ]
        self._processes = [(place, process) for place, process in enumerate(into) if process is not None]
        columns = statement.exported_columns.values() if hasattr(statement, "exported_columns") else ()
        found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._results = [(place, process) for place, process in enumerate(found) if process is not None]
        names = [str(column.key) for column in columns]
        # Attributes by the columns' names; those that are no names, or stand twice, have none.
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._row = row._make

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order in which they stand in the text, as the driver takes them.

        Raises:
            KeyError: one that varies is not given.
        """
        given = [*self._in_order({**self._values, **values})]
        for place, process in self._processes:
            given[place] = process(given[place])
        return given

    def rows(self, found: Iterable[Any]) -> list[Any]:
        """The driver's rows, with the types that the columns have."""
        if not self._results:
            return [self._row(row) for row in found]
        made = []
        for row in found:
            values = list(row)
            for place, process in self._results:
                values[place] = process(values[place])
            made.append(self._row(values))
        return made


_TOGETHER: dict[tuple[Any, ...], "_Together"] = {}
_COMPILED: dict[tuple[str, Any, tuple[str, ...] | None], Compiled] = {}
_JOINED: dict[tuple[str, ...], str] = {}
_PLACE = re.compile(r"\$(\d+)")
_TYPED_PLACE = re.compile(r"\$(\d+)::(\w+)")
_GIVEN = "(SELECT numbered.{} FROM numbered)"
_SOUGHT = "(SELECT value FROM sought{})"


def compiled(question: Question, dialect: Dialect) -> Compiled:
    """The statement, compiled the first time it is asked. It is kept for ever, so it must be a constant."""
    statement, values = question
    given = tuple(values) if isinstance(statement, Insert) and statement.select is None else None
    key = (dialect.name, statement, given)
    found = _COMPILED.get(key)
    if found is None:
        found = _COMPILED[key] = Compiled(statement, dialect, given)
    return found


class _Together:
    """Questions that are asked together, put together once: what some of them seek stands before all of them, so it is
    found once, for however many.

    Args:
        sought: the statements that find what is sought.
        seeking: for each value that is: which question it is a value of, its name, and which of `sought` finds it.
    """

    def __init__(
        self,
        statements: Sequence[Any],
        sought: Sequence[Any],
        seeking: Iterable[tuple[int, str, int]],
        dialect: Dialect,
    ) -> None:
        places: dict[int, dict[str, Any]] = {}
        for question, name, which in seeking:
            places.setdefault(question, {})[name] = literal_column(_SOUGHT.format(which))
        asked = [_replaced(each, places[place]) if place in places else each for place, each in enumerate(statements)]
        self.sought = [Compiled(each, dialect) for each in sought]
        self.asked = [Compiled(each, dialect) for each in asked]
        parts = [*self.sought, *self.asked]
        numbered = _numbered_through([part.text for part in parts], [part.count for part in parts])
        before = ", ".join(f"sought{place}(value) AS ({text})" for place, text in enumerate(numbered[: len(sought)]))
        self.text = (f"WITH {before} " if before else "") + _as_columns(numbered[len(sought) :])


def _replaced(statement: Any, values: Mapping[str, Any]) -> Any:
    """The statement with these in the place of its values of the same name."""

    def replaced(element: Any, **_options: Any) -> Any:
        return values.get(element.key) if isinstance(element, BindParameter) else None

    return replacement_traverse(statement, {}, replaced)


def _joined(kind: str, texts: Sequence[str], counts: Sequence[int], join: Callable[[list[str]], str]) -> str:
    """These texts in one, with their values numbered through; put together once."""
    key = (kind, *texts)
    found = _JOINED.get(key)
    if found is None:
        found = _JOINED[key] = join(_numbered_through(texts, counts))
    return found


def _numbered_through(texts: Sequence[str], counts: Sequence[int]) -> list[str]:
    """The texts as they stand in one, in this order. `counts`: how many values each of them has."""
    numbered, before = [], 0
    for text, count in zip(texts, counts, strict=True):
        numbered.append(_PLACE.sub(partial(_moved, before), text))
        before += count
    return numbered


def _moved(by: int, place: re.Match[str]) -> str:
    return f"${int(place[1]) + by}"


def _numbered(text: str, values: list[Any], mark: str) -> str:
    """The text of what is written, with what a `Numbering` gives where `values` have the mark or `NUMBER`."""
    marked = tuple(place for place, value in enumerate(values, 1) if isinstance(value, str) and mark in value)
    counted = tuple(place for place, value in enumerate(values, 1) if value is NUMBER)
    if not marked and not counted:
        return text
    for place in counted:
        values[place - 1] = None
    if marked:
        values.append(mark)
    return _with_number(text, len(values), marked, counted)


@cache
def _with_number(text: str, mark: int, marked: tuple[int, ...], counted: tuple[int, ...]) -> str:
    left = {*marked, *counted}

    def put(place: re.Match[str]) -> str:
        at, kind = int(place[1]), place[2]
        left.discard(at)
        if at in marked:
            return f"replace(${at}::TEXT, ${mark}::TEXT, {_GIVEN.format('text')})::{kind}"
        return f"coalesce({place[0]}, {_GIVEN.format('number')})" if at in counted else place[0]

    whole = _TYPED_PLACE.sub(put, text)
    if left:
        raise ValueError("there is a place that no number can be put into")
    return whole


def _as_columns(texts: list[str]) -> str:
    # Nothing but the text of constant statements is put together, here and below.
    return "SELECT " + ", ".join(f"ARRAY(SELECT ROW(q.*) FROM ({text}) q)" for text in texts)  # noqa: S608


class Driver:
    """The driver under an engine, on connections of the same pool."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._dialect = engine.sync_engine.dialect
        self.is_sqlite = self._dialect.name == "sqlite"
        # What the driver raises where a constraint does not hold, and where something is divided by zero.
        self._not_held: type[Exception] = sqlite3.IntegrityError
        self._by_zero: type[Exception] = ZeroDivisionError
        if not self.is_sqlite:
            import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415 - large, and of no use to SQLite

            self._not_held = asyncpg.IntegrityConstraintViolationError
            self._by_zero = asyncpg.DivisionByZeroError
        self._reader: PoolProxiedConnection | None = None
        """On SQLite, where nothing is waited for while it reads, one connection does for all who ask."""

    async def ask(self, question: Question) -> Sequence[Any]:
        """What a statement finds or does, outside any transaction."""
        if self.is_sqlite:
            return await self.run(self._reader or await self._to_read_on(), question)
        found: Sequence[Any] = await self._lending(lambda lent: self.run(lent, question))
        return found

    async def _to_read_on(self) -> PoolProxiedConnection:
        lent = await self._engine.raw_connection()
        if self._reader is None:
            self._reader = lent
        else:
            # Somebody else was first.
            lent.close()
        return self._reader

    def close(self) -> None:
        """Give back what is kept of the pool."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    async def together(self, questions: Sequence[Question]) -> Sequence[Sequence[Any]]:
        """What each of these finds, outside any transaction: on PostgreSQL at the same moment, by one statement."""
        if self.is_sqlite or len(questions) < 2:
            return [await self.ask(each) for each in questions]
        seekers = [
            (place, name, value)
            for place, each in enumerate(questions)
            for name, value in each.values.items()
            if type(value) is Sought
        ]
        sought = {id(value): value.question for _place, _name, value in seekers}
        which = {each: number for number, each in enumerate(sought)}
        seeking = [(place, name, which[id(value)]) for place, name, value in seekers]
        key = (self._dialect.name, *(each.statement for each in (*sought.values(), *questions)), *seeking)
        whole = _TOGETHER.get(key)
        if whole is None:
            statements = [each.statement for each in questions]
            finding = [each.statement for each in sought.values()]
            whole = _TOGETHER[key] = _Together(statements, finding, seeking, self._dialect)
        values: list[Any] = []
        for part, each in zip((*whole.sought, *whole.asked), (*sought.values(), *questions), strict=True):
            values += part.arguments(each.values)
        (row,) = await self._lending(lambda lent: self._fetch(lent, whole.text, values))
        return [part.rows(found) for part, found in zip(whole.asked, row, strict=True)]

    async def all_written(
        self,
        written: Sequence[Written],
        on: PoolProxiedConnection | None = None,
        numbering: Numbering | None = None,
    ) -> str:
        """Write all of this on PostgreSQL, whole or not at all, by one statement; `on` this connection, in the
        transaction that is open there. The text with the number, if there is a `numbering`.

        None of it sees what another writes; references among them are checked at the end.

        Raises:
            Overtaken: something that must concern a row does not.
        """
        compilations = [compiled(each.question, self._dialect) for each in written]
        values = [text.arguments(each.question.values) for text, each in zip(compilations, written, strict=True)]
        texts = [text.text for text in compilations]
        musts = tuple(place for place, each in enumerate(written) if each.must)
        names = [f"w{place}" for place in range(len(written))]
        found = "''"
        if numbering is not None:
            texts = [_numbered(text, given, numbering.mark) for text, given in zip(texts, values, strict=True)]
            giving = compiled(numbering.question, self._dialect)
            texts, values = [giving.text, *texts], [giving.arguments(numbering.question.values), *values]
            names, found = ["numbered", *names], _GIVEN.format("text")

        def join(numbered: list[str]) -> str:
            parts = ", ".join(f"{name} AS ({text})" for name, text in zip(names, numbered, strict=True))
            # Where there is no row, the whole statement fails, and nothing of it has been.
            checks = "".join(f", 1 / (SELECT count(*) FROM w{place})" for place in musts)  # noqa: S608
            return f"WITH {parts} SELECT {found}{checks}"

        whole = _joined(f"write{musts}", texts, [len(each) for each in values], join)
        arguments = [each for of in values for each in of]
        try:
            if on is not None:
                (row,) = await self._fetch(on, whole, arguments)
            else:
                (row,) = await self._lending(lambda lent: self._fetch(lent, whole, arguments))
        except self._by_zero as error:
            raise Overtaken from error
        return str(row[0])

    async def run(self, connection: ManagesConnection, question: Question) -> Sequence[Any]:
        """What a statement finds or does on this connection, in whichever transaction is open on it."""
        text = compiled(question, self._dialect)
        arguments = text.arguments(question.values)
        return text.rows(await self._fetch(connection, text.text, arguments))

    async def _fetch(self, connection: ManagesConnection, text: str, arguments: Sequence[Any]) -> Sequence[Any]:
        # Whoever counts SQLAlchemy's statements counts these too.
        for note in self._engine.sync_engine.dispatch.before_cursor_execute:
            note(None, None, text, arguments, None, False)
        driver: Any = connection.driver_connection
        try:
            found: Sequence[Any] = (
                driver.execute(text, arguments).fetchall() if self.is_sqlite else await driver.fetch(text, *arguments)
            )
        except self._not_held as error:
            raise IntegrityError(text, None, error, hide_parameters=True) from error
        return found

    async def _lending(self, use: Callable[[ManagesConnection], Any]) -> Any:
        """Nothing is asked of the database when the connection is given back: no state of it is ever set."""
        pool = cast(LendingPool, self._engine.sync_engine.pool)
        lent = pool.at_once()
        if lent is not None:
            try:
                return await _used(lent, use)
            finally:
                pool.give_back(lent)
        had = await self._engine.raw_connection()
        while is_closed(had.driver_connection):
            # It broke while nobody used it.
            had.invalidate()
            had.close()
            had = await self._engine.raw_connection()
        try:
            return await _used(had, use)
        finally:
            had.close()


async def _used(lent: ManagesConnection, use: Callable[[ManagesConnection], Any]) -> Any:
    try:
        return await use(lent)
    except BaseException as error:
        # Cut off in the middle, or broken: nobody else is to have it.
        if not isinstance(error, Exception) or is_closed(lent.driver_connection):
            # So it is closed in order, which tells the server to stop: else it would go on, and write after all.
            await greenlet_spawn(lent.invalidate)
        raise
