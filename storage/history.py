"""The history of something: every event in its life, in order, each with who and when. Events are added, never changed.

One `History` for each kind of thing, bound to its table. The ids of events stand in buttons and in the keys of
messages.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.asking import Adding, write_together
from storage.direct import Written
from storage.statements import among, table
from storage.tables import Person
from storage.tables.history import HistoryEvent
from storage.types import JsonObject


class Event(NamedTuple):
    """An event in the life of something. `actor` is the name of who took it, empty where the clock did
    (`actor_id` None). `internal`: see `storage.tables.history.HistoryEvent`."""

    id: int
    kind: str
    actor_id: int | None
    actor: str
    at: datetime
    note: str
    data: JsonObject
    internal: bool = False


class History:
    """The events of every case, or every deviation, or …: `about` is the column of `events` that says which one's."""

    def __init__(self, events: type[HistoryEvent], about: str) -> None:
        rows, people = table(events), table(Person)
        self._about, self._rows, self._people = rows.c[about], rows, people
        of_these = among(self._about, "about")
        self.adding = Adding(events)
        self._events = (
            select(
                self._about,
                rows.c.id,
                rows.c.kind,
                rows.c.actor_id,
                func.coalesce(people.c.name, ""),
                rows.c.at,
                rows.c.note,
                rows.c.data,
                rows.c.internal,
            )
            .outerjoin(people, people.c.id == rows.c.actor_id)
            .where(of_these)
            .order_by(rows.c.id)
        )
        self._told = self._events.where(rows.c.internal.is_(False))
        newest = select(func.max(rows.c.id)).where(of_these).group_by(self._about)
        self._newest = self._events.where(rows.c.id.in_(newest))
        self._of_kinds = self._events.where(among(rows.c.kind, "kinds"))
        self._newest_among = self._events.where(rows.c.id.in_(newest.where(among(rows.c.kind, "kinds"))))
        self._newest_of_kind = self._events.where(rows.c.id.in_(newest.where(rows.c.kind == bindparam("of_kind"))))

    async def add(
        self,
        session: AsyncSession,
        about_id: int,
        kind: str,
        actor_id: int | None,
        at: datetime,
        *,
        actor: str = "",
        note: str = "",
        data: Mapping[str, Any] | None = None,
        internal: bool = False,
        draft_id: str | None = None,
    ) -> Event:
        """Append an event; it. The same form (`draft_id`) cannot be stored twice. `actor_id` None: the clock.

        `actor`: the name of who took it, where what comes back is to be read.
        """
        event, written = await self.to_add(
            session,
            about_id,
            kind,
            actor_id,
            at,
            actor=actor,
            note=note,
            data=data,
            internal=internal,
            draft_id=draft_id,
        )
        await write_together(session, written)
        return event

    async def to_add(
        self,
        session: AsyncSession,
        about_id: int,
        kind: str,
        actor_id: int | None,
        at: datetime,
        *,
        actor: str = "",
        note: str = "",
        data: Mapping[str, Any] | None = None,
        internal: bool = False,
        draft_id: str | None = None,
    ) -> tuple[Event, Sequence[Written]]:
        """The same, with what is to be written (see `Adding.to_add`)."""
        event = Event(0, kind, actor_id, actor, at, note, dict(data or {}), internal)
        event_id, written = await self.adding.to_add(
            session,
            {
                self._about.name: about_id,
                "kind": kind,
                "actor_id": actor_id,
                "at": at,
                "note": note,
                "data": event.data,
                "internal": internal,
                "draft_id": draft_id,
            },
        )
        return event._replace(id=event_id), written

    async def add_to_each(
        self,
        session: AsyncSession,
        about_ids: Sequence[int],
        kind: str,
        actor_id: int | None,
        at: datetime,
        *,
        note: str = "",
        data: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        draft_id: str | None = None,
    ) -> None:
        """Append the same event to the life of each of these: one statement. `draft_id`: the first one has it. `data`:
        the same for all, or one for each."""
        if about_ids:
            await session.execute(
                insert(self._rows),
                [
                    {
                        self._about.name: about_id,
                        "kind": kind,
                        "actor_id": actor_id,
                        "at": at,
                        "note": note,
                        "data": dict(data[place] if isinstance(data, Sequence) else data or {}),
                        "internal": False,
                        "draft_id": draft_id if place == 0 else None,
                    }
                    for place, about_id in enumerate(about_ids)
                ],
            )

    async def events(self, session: AsyncSession, about_id: int, *, internal: bool = True) -> Sequence[Event]:
        """Every event, first to last. If not `internal`, those among the handlers themselves are not even read."""
        rows = await session.execute(self._events if internal else self._told, {"about": [about_id]})
        return [Event(*event) for _about_id, *event in rows]

    async def events_of(self, session: AsyncSession, about_ids: Collection[int]) -> dict[int, list[Event]]:
        """Every event of each of these, first to last, by what it is about: one statement."""
        found: dict[int, list[Event]] = {}
        if about_ids:
            for about_id, *event in await session.execute(self._events, {"about": list(about_ids)}):
                found.setdefault(about_id, []).append(Event(*event))
        return found

    async def of_kinds(self, session: AsyncSession, about_id: int, kinds: Collection[str]) -> Sequence[Event]:
        """Every event that is of one of these kinds, first to last."""
        rows = await session.execute(self._of_kinds, {"about": [about_id], "kinds": list(kinds)})
        return [Event(*event) for _about_id, *event in rows]

    async def last(self, session: AsyncSession, about_id: int, kind: str = "") -> Event | None:
        """The last event, or the last one of this kind."""
        return (await self.last_of(session, [about_id], kind)).get(about_id)

    async def last_of(self, session: AsyncSession, about_ids: Collection[int], kind: str = "") -> dict[int, Event]:
        """The last event of each of these, or the last one of this kind, by what it is about: one statement."""
        if not about_ids:
            return {}
        wanted = {"about": list(about_ids), **({"of_kind": kind} if kind else {})}
        rows = await session.execute(self._newest_of_kind if kind else self._newest, wanted)
        return {about_id: Event(*event) for about_id, *event in rows}

    async def last_of_kinds(
        self, session: AsyncSession, about_ids: Collection[int], kinds: Collection[str]
    ) -> dict[int, Event]:
        """The last event of each of these that is of one of these kinds, by what it is about: one statement."""
        rows = await session.execute(self._newest_among, {"about": list(about_ids), "kinds": list(kinds)})
        return {about_id: Event(*event) for about_id, *event in rows}

    async def last_among(self, session: AsyncSession, about_id: int, kinds: Collection[str]) -> Event | None:
        """The last event that is of one of these kinds."""
        return (await self.last_of_kinds(session, [about_id], kinds)).get(about_id)

    def last_actor(self, kind: str, about: Any) -> Any:
        """For a statement: the name of who took the last event of this kind in the life of `about`, a column of ids."""
        return (
            select(self._people.c.name)
            .join(self._rows, self._rows.c.actor_id == self._people.c.id)
            .where(self._about == about, self._rows.c.kind == kind)
            .order_by(self._rows.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )

    def last_at(self, kind: str, about: Any) -> Any:
        """For a statement: when the last event of this kind in the life of `about` was, a column of ids."""
        return (
            select(func.max(self._rows.c.at)).where(self._about == about, self._rows.c.kind == kind).scalar_subquery()
        )
