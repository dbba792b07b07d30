"""What a convocation is made of beside the agenda: the committee's own Word template, and the minutes of the meeting
before."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage.asking import ask, ask_each, ask_first, ask_value
from storage.last_meeting import last_before
from storage.statements import Insert, PerDialect, later, table
from storage.tables import Agenda, AgendaItem, DocumentTemplate, ItemStatus, Meeting, Minutes, Person
from storage.types import JsonObject


class Previous(NamedTuple):
    """The committee's meeting before. `status`: of its minutes; None: nobody has begun on them."""

    meeting_id: int
    starts_at: datetime
    zone: str
    status: str | None


class KeptTemplate(NamedTuple):
    """A committee's own template: what the file was called, and who put it there when."""

    file_name: str
    added_at: datetime
    added_by: str


def _put(insert: Insert) -> Any:
    statement = insert(table(DocumentTemplate))
    changed = ("content", "file_name", "added_at", "added_by_id")
    return statement.on_conflict_do_update(
        index_elements=["committee_id", "kind"], set_={name: statement.excluded[name] for name in changed}
    )


_PUT = PerDialect(_put)


class Convened(NamedTuple):
    """A coming meeting that was convened: what the convocation said (`Agenda.convened`), and when it begins (UTC)."""

    meeting_id: int
    starts_at: datetime
    zone: str
    convened: JsonObject


async def convened(session: AsyncSession, meeting_ids: Collection[int] | None, now: datetime) -> Sequence[Convened]:
    """Those of these meetings that were convened and have not begun; of all, if None."""
    statement = (
        select(Meeting.id, Meeting.starts_at, Meeting.zone, Agenda.convened)  # type: ignore[call-overload]
        .join(Agenda, col(Agenda.meeting_id) == col(Meeting.id))
        .where(col(Meeting.starts_at) > now, col(Meeting.cancelled_at).is_(None), col(Agenda.convened_at).is_not(None))
    )
    if meeting_ids is not None:
        statement = statement.where(col(Meeting.id).in_(meeting_ids))
    return [Convened(*row) for row in await session.execute(statement)]


_PREVIOUS = later(
    lambda: last_before(
        select(Meeting.id, Meeting.starts_at, Meeting.zone, Minutes.status).outerjoin(  # type: ignore[call-overload]
            Minutes, col(Minutes.meeting_id) == col(Meeting.id)
        )
    )
)


async def previous(session: AsyncSession, meeting: Meeting) -> Previous | None:
    """The last meeting that the committee held before this one."""
    row = await ask_first(session, _PREVIOUS(), {"committee_id": meeting.committee_id, "starts_at": meeting.starts_at})
    return Previous(*row) if row else None


@later
def _undecided_for_statement() -> Any:
    waiting = (ItemStatus.PROPOSED, ItemStatus.QUESTIONED)
    return (
        select(col(AgendaItem.title))
        .where(col(AgendaItem.meeting_id) == bindparam("meeting_id"), col(AgendaItem.status).in_(waiting))
        .order_by(col(AgendaItem.id))
    )


async def undecided_for(session: AsyncSession, meeting_id: int) -> Sequence[str]:
    """The titles of the cases that wait for a decision whether they come on this meeting's agenda."""
    return await ask_each(session, _undecided_for_statement(), {"meeting_id": meeting_id})


_TEMPLATE = later(
    lambda: select(col(DocumentTemplate.content)).where(
        col(DocumentTemplate.committee_id) == bindparam("committee_id"), col(DocumentTemplate.kind) == bindparam("kind")
    )
)


async def template(session: AsyncSession, committee_id: int, kind: str) -> bytes | None:
    """The committee's own template of this kind; None: it uses the one that ships."""
    found: bytes | None = await ask_value(session, _TEMPLATE(), {"committee_id": committee_id, "kind": kind})
    return found


_KEPT_TEMPLATES = later(
    lambda: (
        select(DocumentTemplate.kind, DocumentTemplate.file_name, DocumentTemplate.added_at, Person.name)  # type: ignore[call-overload]
        .join(Person, col(Person.id) == col(DocumentTemplate.added_by_id))
        .where(col(DocumentTemplate.committee_id) == bindparam("committee_id"))
    )
)


async def kept_templates(session: AsyncSession, committee_id: int) -> dict[str, KeptTemplate]:
    """Which templates of its own the committee has, by kind, without their content."""
    rows = await ask(session, _KEPT_TEMPLATES(), {"committee_id": committee_id})
    return {kind: KeptTemplate(*kept) for kind, *kept in rows}


async def put_template(
    session: AsyncSession, committee_id: int, kind: str, content: bytes, file_name: str, by_id: int, at: datetime
) -> None:
    """From now on the committee uses this template, in place of what it used before."""
    values = {"committee_id": committee_id, "kind": kind, "content": content, "file_name": file_name}
    await session.execute(_PUT.on(session), {**values, "added_by_id": by_id, "added_at": at})


async def remove_template(session: AsyncSession, committee_id: int, kind: str) -> None:
    """From now on the committee uses the template that ships."""
    await session.execute(
        delete(DocumentTemplate).where(
            col(DocumentTemplate.committee_id) == committee_id, col(DocumentTemplate.kind) == kind
        )
    )
