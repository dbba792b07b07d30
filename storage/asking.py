"""What a transaction asks and writes by constant statements, in as few ways there and back as can be.

A submitted form used to take nine statements in a transaction of its own. On PostgreSQL it now takes what is asked at
once, and one statement that writes all of it:

- What will be asked is **foreseen**: asked together with who is speaking, and given to whoever asks for it (`ask`), as
  it was then. Outside a transaction each statement sees the database as it is at that moment, as inside one.
- What is **written** (`write`, `write_rows`, `add`) waits until the end, or until something else is asked: so whoever
  asks sees what was written before.
- What was **kept** to be changed (`keep`) was read without a lock, and is written only if it is as it was read.
  Otherwise somebody else was there first (`Overtaken`), nothing is stored, and it is done anew, with the lock: two who
  press at once have the effect of one.
- A number that is given in order is given **last** (`number_last`), in the statement that writes: nobody waits for the
  next one while this program does something else.

A session that only reads (`Database.reading`) asks in the same way, and in no transaction: on the connection of
SQLAlchemy's session within, if that was made.

As soon as anything else is done in the session, its transaction begins, with what waits as the first thing in it. On
SQLite, and where it has to be sure, it begins with the first thing that is asked: there nothing waits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Executable, Text, bindparam, cast, column, event, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.util import await_only

from storage.direct import Driver, Numbering, Overtaken, Question, Written
from storage.statements import Insert, table, written_out
from storage.types import UtcDateTime, as_json

_STATE = "asking"
"""Where a session has its `_State`. One without is SQLAlchemy's alone."""


class Given(NamedTuple):
    """The `text` with the number that was given, which what is shown has to have where the `mark` stands in it."""

    mark: str
    text: str


@dataclass
class _State:
    driver: Driver
    is_sqlite: bool
    begins_at_once: bool
    foreseen: list[tuple[Question, Sequence[Any]]] = field(default_factory=list)
    waiting: list[Written] = field(default_factory=list)
    kept: list[Callable[[], Written | None]] = field(default_factory=list)
    numbering: Numbering | None = None
    number: Given | None = None
    only_reads: bool = False
    open: PoolProxiedConnection | None = None
    """The session's connection, once it has one of its own. Whoever has one asks on it: of many who each hold one and
    wait for another, none would come on."""


class BegunSession(Session):
    """A session that writes what waits when its transaction begins."""


class AskingSession(AsyncSession):
    """A session that is made in full by the first who needs SQLAlchemy's: a command that asks nothing, and a
    submission, never do. It forgets what waits to be written when it is rolled back."""

    def __init__(self, **options: Any) -> None:
        self._options: dict[str, Any] | None = options
        self.asking: _State | None = None

    def __getattr__(self, name: str) -> Any:
        # Asked for what is not there only, such as the session within.
        options, self._options = self._options, None
        if options is None:
            raise AttributeError(name)
        super().__init__(**options)
        self.sync_session.info[_STATE] = self.asking
        return getattr(self, name)

    def has_begun(self) -> bool:
        """Whether there is a transaction to end."""
        return self._options is None and self.in_transaction()

    async def rollback(self) -> None:
        if self.asking is not None:
            self.asking.waiting.clear()
            self.asking.kept.clear()
            self.asking.numbering = None
        if self.has_begun():
            await super().rollback()


def _state(session: AsyncSession) -> _State | None:
    return session.asking if isinstance(session, AskingSession) else None


@event.listens_for(BegunSession, "after_begin")
def _begun(session: Session, transaction: Any, connection: Any) -> None:
    state: _State | None = session.info.get(_STATE)
    if state is None or transaction.nested:
        return
    if state.numbering is not None:
        # It was not foreseen that more than what waits is to be done: the number has to be known before that.
        raise Overtaken
    state.open = connection.connection
    if not state.is_sqlite and not state.only_reads:
        # SQLAlchemy begins with the first statement that it runs itself.
        await_only(state.open.dbapi_connection._start_transaction())  # type: ignore[union-attr]
    waiting, state.waiting = state.waiting, []
    for each in waiting:
        await_only(_run(state, each))


@event.listens_for(BegunSession, "after_transaction_end")
def _ended(session: Session, transaction: Any) -> None:
    state: _State | None = session.info.get(_STATE)
    if state is not None and transaction.parent is None:
        state.open = None


def prepare(
    session: AskingSession,
    driver: Driver,
    *,
    is_sqlite: bool,
    sure: bool,
    foreseen: Sequence[tuple[Question, Sequence[Any]]] = (),
) -> None:
    """Let the session ask and write in this way. `sure`: with locks, since somebody else was there first."""
    session.asking = _State(driver, is_sqlite, is_sqlite or sure, list(foreseen))


def prepare_to_read(session: AskingSession, driver: Driver) -> None:
    """Let the session ask in this way, and never write: what it asks is in no transaction."""
    session.asking = _State(driver, is_sqlite=driver.is_sqlite, begins_at_once=False, only_reads=True)


async def commit(session: AskingSession) -> None:
    """End the session's work, if any was begun.

    Raises:
        Overtaken: see `keep`.
    """
    state = session.asking
    assert state is not None  # noqa: S101 - prepared by whoever made it
    for changed in state.kept:
        written = changed()
        if written is not None:
            await _write(session, written)
    if session.has_begun():
        if state.waiting:
            await session.connection()
        await session.commit()
    elif state.waiting:
        text = await state.driver.all_written(state.waiting, numbering=state.numbering)
        if state.numbering is not None:
            state.number = Given(state.numbering.mark, text)


async def foresee(session: AsyncSession, questions: Sequence[Question]) -> None:
    """Ask now, in one way there and back, what will be asked anyhow, each once for each time that it stands here.

    Nothing is asked where that spares nothing: on SQLite, and in a transaction, which sees what it has written.
    """
    state = _state(session)
    if state is None or state.open is not None or state.begins_at_once or state.waiting:
        return
    found = await state.driver.together(questions)
    state.foreseen.extend(zip(questions, found, strict=True))


async def ask(session: AsyncSession, statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
    """What a constant statement finds, as rows with the columns' names."""
    state = _state(session)
    if state is None:
        return (await session.execute(statement, values)).all()
    question = Question(statement, values)
    for place, (foreseen, rows) in enumerate(state.foreseen):
        if foreseen.statement is statement and foreseen.values == values:
            # Once: by the next time it may be otherwise.
            del state.foreseen[place]
            return rows
    if state.open is None and (state.begins_at_once or state.waiting):
        await session.connection()
    if state.open is None:
        return await state.driver.ask(question)
    return await state.driver.run(state.open, question)


async def ask_first(session: AsyncSession, statement: Executable, values: Mapping[str, Any]) -> Any:
    """The first row of what a constant statement finds; None: there is none."""
    rows = await ask(session, statement, values)
    return rows[0] if rows else None


async def ask_each(session: AsyncSession, statement: Executable, values: Mapping[str, Any]) -> list[Any]:
    """The single value of each row that a constant statement finds."""
    return [row[0] for row in await ask(session, statement, values)]


async def ask_value(session: AsyncSession, statement: Executable, values: Mapping[str, Any]) -> Any:
    """The single value of the first row that a constant statement finds; None: there is none."""
    rows = await ask(session, statement, values)
    return rows[0][0] if rows else None


async def write(session: AsyncSession, statement: Executable, values: Mapping[str, Any]) -> None:
    """Run a constant statement that writes."""
    await _write(session, Written(Question(statement, values)))


async def write_together(session: AsyncSession, parts: Sequence[Written]) -> None:
    """Write all of this: by one statement where one can (see `Driver.all_written`), also within a transaction."""
    state = _state(session)
    if parts and state is not None and state.open is not None and not state.is_sqlite:
        await state.driver.all_written(parts, on=state.open)
        return
    for each in parts:
        await _write(session, each)


def number_last(session: AsyncSession, numbering: Numbering) -> bool:
    """Have a number given in the statement that writes all that waits (see `given_number`). Until then its mark stands
    for the text that it is read in, and `NUMBER` for itself.

    False: it has to be asked for at once, since the transaction has begun, or begins with the first thing asked.
    """
    state = _state(session)
    if state is None or state.begins_at_once or state.open is not None or state.numbering is not None:
        return False
    state.numbering = numbering
    return True


def given_number(session: AsyncSession) -> Given | None:
    """What was given with the session's last statement, if anything."""
    state = _state(session)
    return state.number if state is not None else None


async def begin(session: AsyncSession) -> None:
    """What is asked from here on is asked within the transaction."""
    state = _state(session)
    if state is not None and state.open is None:
        await session.connection()


async def _write(session: AsyncSession, written: Written) -> None:
    state = _state(session)
    if state is None:
        await session.execute(*written.question)
        return
    if state.open is None and state.begins_at_once:
        await session.connection()
    if state.open is None:
        state.waiting.append(written)
    else:
        await _run(state, written)


async def _run(state: _State, written: Written) -> None:
    assert state.open is not None  # noqa: S101 - said by whoever calls it
    rows = await state.driver.run(state.open, written.question)
    if written.must and not rows:
        raise Overtaken


class Rows:
    """A statement that writes several rows of a table with `insert`, which is given as in `storage.statements`."""

    def __init__(self, model: Any, columns: Sequence[str], build: Callable[[Insert], Any]) -> None:
        self._one = build(sqlite_insert)
        self._moments = [name for name in columns if isinstance(table(model).c[name].type, UtcDateTime)]
        # All of them in one value: the text is the same for however many.
        given = func.jsonb_to_recordset(cast(bindparam("rows", type_=Text), JSONB)).table_valued(
            *(column(name, table(model).c[name].type) for name in columns)
        )
        self._all = build(postgresql_insert).from_select(
            columns, select(*given.render_derived(with_types=True).c), include_defaults=False
        )

    async def write(self, session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
        for each in await self.to_write(session, rows):
            await _write(session, each)

    async def to_write(self, session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> Sequence[Written]:
        """What is to be written, together with more (see `write_together`); on SQLite it has been written."""
        if not rows:
            return ()
        state = _state(session)
        if state.is_sqlite if state is not None else session.get_bind().dialect.name == "sqlite":
            await session.execute(self._one, list(rows))
            return ()
        self._demand_zones(rows)
        return (Written(Question(self._all, {"rows": as_json(rows)})),)

    def _demand_zones(self, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            for name in self._moments:
                moment = row.get(name)
                if moment is not None and moment.tzinfo is None:
                    raise ValueError("a stored moment needs a time zone")


class Adding:
    """Adds a row to a table, and tells its id."""

    def __init__(self, model: Any) -> None:
        rows = table(model)
        self._add = insert(rows)
        self._add_returning = insert(rows).returning(rows.c.id)
        # PostgreSQL, «Numeric Types», «Serial Types»: what it calls the sequence of a table's `id`. A name that stands
        # in the statement is looked up once, and not each time; that it is the right one is held by a test.
        self._next = select(func.nextval(written_out(f"{rows.name}_id_seq")).label("id"))

    @property
    def next_id(self) -> Question:
        """To be foreseen where a row will be added."""
        return Question(self._next, {})

    async def add(self, session: AsyncSession, values: Mapping[str, Any]) -> int:
        row_id, written = await self.to_add(session, values)
        for each in written:
            await _write(session, each)
        return row_id

    async def to_add(self, session: AsyncSession, values: Mapping[str, Any]) -> tuple[int, Sequence[Written]]:
        """The row's id, and what is to be written, together with more (see `write_together`). That is nothing where the
        row had to be written to know its id."""
        state = _state(session)
        in_transaction = state is None or state.begins_at_once or state.open is not None
        if in_transaction and not (state and any(question == self.next_id for question, _rows in state.foreseen)):
            ((found,),) = await ask(session, self._add_returning, values)
            return int(found), ()
        # Known beforehand, it can be written together with what refers to it.
        ((found,),) = await ask(session, self._next, {})
        return int(found), (Written(Question(self._add, {**values, "id": found})),)


def is_sure(session: AsyncSession) -> bool:
    """Whether what is read to be changed has to be locked: the transaction begins with it."""
    state = _state(session)
    return state is None or state.begins_at_once or state.open is not None


def keep(session: AsyncSession, changed: Callable[[], Written | None]) -> None:
    """Ask `changed` at the end what is to be written of something that was read to be changed."""
    state = _state(session)
    assert state is not None  # noqa: S101 - what only reads changes nothing
    state.kept.append(changed)
