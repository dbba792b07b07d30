"""The pool of connections, which lends one to a single statement at once.

SQLAlchemy's own way out of a pool, and back, costs a tenth of a submitted form: a switch of greenlets, and an object
that watches over each lending. Where the driver is asked directly (`storage.direct`), nothing of that is needed: a
connection that is idle and whole is taken from the queue, and put back. Whatever else there is to do (connecting,
waiting for one, replacing one that broke) is left to SQLAlchemy's way.
"""

from typing import Any

from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util.queue import Empty


class LendingPool(AsyncAdaptedQueuePool):
    """SQLAlchemy's pool, of which a connection can also be had without it."""

    _being_had = 0
    """So many are on SQLAlchemy's way to a connection."""

    def at_once(self) -> ConnectionPoolEntry | None:
        """A connection that waits to be used; to be given back with `give_back`. None: there is none now, or others
        wait for one already."""
        if self.is_awaited:
            return None
        try:
            entry: Any = self._pool.get(block=False)
        except Empty:
            return None
        if entry.dbapi_connection is None or self._is_old(entry) or is_closed(entry.driver_connection):
            self.give_back(entry)
            return None
        return entry  # type: ignore[no-any-return]

    @property
    def is_awaited(self) -> bool:
        """Whether somebody is on SQLAlchemy's way to a connection."""
        return self._being_had > 0

    def _do_get(self) -> ConnectionPoolEntry:
        self._being_had += 1
        try:
            return super()._do_get()
        finally:
            self._being_had -= 1

    def _is_old(self, entry: Any) -> bool:
        """Whether it was made before one broke and all that were made until then were given up."""
        return bool(self._invalidate_time > entry.starttime)

    def give_back(self, entry: ConnectionPoolEntry) -> None:
        self._do_return_conn(entry)


def is_closed(driver: Any) -> bool:
    """Whether the connection to PostgreSQL is gone; SQLite has none."""
    closed = getattr(driver, "is_closed", None)
    return closed is not None and bool(closed())
