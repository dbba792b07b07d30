"""Constant statements, run on the database's own driver.

Of what a call costs, SQLAlchemy's execution of statements was the largest part: it works out anew for each one what is
the same every time. A statement that is a constant of its module (see `storage.statements`) is compiled here once, to
the text that the driver takes, the order of its values, and the functions that SQLAlchemy's types have for values on
their way in and out. Running it then costs what the driver costs. The statements themselves stay SQLAlchemy's.

Nobody else needs to know: `storage.database` runs these, on connections of the same pool.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Executable


class Question(NamedTuple):
    """A constant statement, and the values for what varies in it."""

    statement: Executable
    values: Mapping[str, Any]


class _Value(NamedTuple):
    name: str
    default: Any
    """What stands in the statement itself."""
    process: Callable[[Any], Any] | None


class Compiled:
    """A constant statement as one kind of database reads it.

    Args:
        given: the columns that values are given for, where an `insert` or `update` does not name them itself.
    """

    def __init__(self, statement: Any, dialect: Dialect, given: Sequence[str] | None = None) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=given, compile_kwargs={"render_postcompile": True})
        self.text = str(compiled)
        self._values = [
            _Value(name, bind.value, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for name in compiled.positiontup or ()
            for bind in [compiled.binds[name]]
        ]
        columns = statement.exported_columns.values() if hasattr(statement, "exported_columns") else ()
        found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._results = [(place, process) for place, process in enumerate(found) if process is not None]
        names = [str(column.key) for column in columns]
        # Attributes by the columns' names; those that are no names, or stand twice, have none.
        row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._row = row._make

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order in which they stand in the text, as the driver takes them."""
        found = []
        for name, default, process in self._values:
            value = values.get(name, default)
            found.append(value if process is None else process(value))
        return found

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


_COMPILED: dict[tuple[str, Any], Compiled] = {}


def compiled(statement: Executable, dialect: Dialect) -> Compiled:
    """The statement, compiled the first time it is asked for. It is kept for ever, so it must be a constant."""
    key = (dialect.name, statement)
    found = _COMPILED.get(key)
    if found is None:
        found = _COMPILED[key] = Compiled(statement, dialect)
    return found
