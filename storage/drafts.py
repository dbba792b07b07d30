"""Answers so far."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from typing import cast as typing_cast

from sqlalchemy import BigInteger, Text, bindparam, case, cast, delete, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from storage import asking
from storage.direct import Question, Sought, Written
from storage.statements import table, written_out
from storage.tables import Draft, DraftStatus

_OPEN_DRAFTS = (
    select(Draft)
    .where(
        col(Draft.person_id) == bindparam("of_person"),
        # Two names, so that the statement is the same for every dialog.
        col(Draft.dialog).in_([bindparam("of_dialog"), bindparam("formerly")]),
        col(Draft.status) == DraftStatus.OPEN,
        col(Draft.expires_at) > bindparam("now"),
    )
    .order_by(col(Draft.changed_at).desc())
)


async def open_drafts(session: AsyncSession, person_id: int, names: Sequence[str], now: datetime) -> list[Draft]:
    """The person's unfinished drafts in the dialog that has, and perhaps had, these names, newest first."""
    rows = await session.scalars(
        _OPEN_DRAFTS, {"of_person": person_id, "of_dialog": names[0], "formerly": names[-1], "now": now}
    )
    return list(rows)


_NEWEST = (
    select(Draft)
    .where(
        col(Draft.person_id) == bindparam("of_person"),
        col(Draft.status) == DraftStatus.OPEN,
        col(Draft.expires_at) > bindparam("now"),
    )
    .order_by(col(Draft.changed_at).desc())
    .limit(20)
    .with_for_update()
)


async def newest_open(session: AsyncSession, person_id: int, now: datetime) -> list[Draft]:
    """The person's unfinished drafts in any dialog, newest first, at most 20, locked until the transaction ends."""
    return list(await session.scalars(_NEWEST, {"of_person": person_id, "now": now}))


_draft = table(Draft)
_MAY_CHANGE = [column.name for column in _draft.c if column.name not in ("id", "person_id", "dialog", "created_at")]
# PostgreSQL, «System Columns»: the transaction that wrote this version of the row, so any change to it shows.
_VERSION = cast(literal_column("draft.xmin"), Text)
_READ = select(*_draft.c).where(_draft.c.id == bindparam("draft_id"))
_LOCKED = _READ.with_for_update()
_AS_IT_IS = _READ.add_columns(_VERSION.label("version"))
_CHANGE = (
    update(_draft)
    .where(_draft.c.id == bindparam("draft_id"))
    .values({name: bindparam(f"new_{name}", type_=_draft.c[name].type) for name in _MAY_CHANGE})
    .returning(_draft.c.id)
)
_CHANGE_IF_AS_READ = _CHANGE.where(bindparam("version", type_=Text) == _VERSION)


class _Kept:
    """A stored draft, in the place of a mapped one: what is changed of it is written at the end."""

    def __init__(self, row: Any) -> None:
        self.__dict__.update(row._asdict())
        self._before = {name: self.__dict__[name] for name in _MAY_CHANGE}

    def changed(self) -> Written | None:
        now = {name: self.__dict__[name] for name in _MAY_CHANGE}
        if now == self._before:
            return None
        values = {"draft_id": self.__dict__["id"], **{f"new_{name}": value for name, value in now.items()}}
        if "version" not in self.__dict__:
            return Written(Question(_CHANGE, values))
        return Written(Question(_CHANGE_IF_AS_READ, {**values, "version": self.__dict__["version"]}), must=True)


def asked(draft_id: str) -> Question:
    """What `draft` asks where it need not be sure, to be foreseen."""
    return Question(_AS_IT_IS, {"draft_id": draft_id})


# An id always fits in so many digits (see `handlers.messages.arguments`).
_ID = "[0-9]{1,18}"


@cache
def _id_answered(name: str) -> Any:
    """Names stand in dialogs, so they are few; what stands in the statement need not be sent each time."""
    text = func.jsonb_extract_path_text(_draft.c.answers, written_out(name))
    is_id = text.regexp_match(written_out(f"^{_ID}$"))
    return select(case((is_id, cast(text, BigInteger)))).where(_draft.c.id == bindparam("answer_of"))


def id_to_be_read(draft_id: str, name: str) -> Sought:
    """The id that stands as the answer `name` in a draft, where another question asked together needs it."""
    return Sought(Question(_id_answered(name), {"answer_of": draft_id}))


_OWNER = select(_draft.c.person_id).where(_draft.c.id == bindparam("owned_draft"))


def owner_to_be_read(draft_id: str) -> Sought:
    """Whose a draft is, where another question asked together needs it."""
    return Sought(Question(_OWNER, {"owned_draft": draft_id}))


def id_that_was_read(answers: Mapping[str, Any], name: str) -> int | None:
    """The same, once it is known what stands there; None: no id, and nothing was found by it."""
    text = str(answers.get(name))
    return int(text) if re.fullmatch(_ID, text) else None


async def draft(session: AsyncSession, draft_id: str) -> Draft | None:
    """The draft, to be changed: two presses of «Send inn» come one after the other.

    It is locked until the transaction ends, or it is written only if nobody changed it meanwhile (`storage.asking`).
    """
    locked = Question(_LOCKED, {"draft_id": draft_id})
    found = await asking.ask(session, *(locked if asking.is_sure(session) else asked(draft_id)))
    if not found:
        return None
    kept = _Kept(found[0])
    asking.keep(session, kept.changed)
    return typing_cast(Draft, kept)


async def forget_expired(session: AsyncSession, now: datetime) -> None:
    """Delete drafts that are past their time, also those that became something: that stands for itself."""
    await session.execute(delete(Draft).where(col(Draft.expires_at) < now))
