"""Searching in cases and in what minutes say: what is found, and what is indexed."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    String,
    Text,
    and_,
    bindparam,
    cast,
    column,
    delete,
    false,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy import table as plain_table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession

from storage import looks
from storage.asking import ask
from storage.search_index import FTS
from storage.statements import among, later, table
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Committee,
    CommitteeAlias,
    FormerNumber,
    ItemStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    SearchDoc,
    SlotKind,
)

_doc, _item, _slot = table(SearchDoc), table(AgendaItem), table(AgendaSlot)
_former, _meeting, _entry, _minutes = table(FormerNumber), table(Meeting), table(MinutesEntry), table(Minutes)
_MATCH: Any = bindparam("match", type_=Text())
_LIMIT: Any = bindparam("limit", type_=Integer())
_fts = plain_table(FTS, column("rowid"))
_TERM = re.compile(r"[a-z0-9]+\*?")

Clause = Sequence[Sequence[str]]
"""Any of these, each of which is several terms that are all there. A term that ends in `*` is the beginning of one."""

ON_AGENDA = (ItemStatus.ACCEPTED, ItemStatus.HANDLED)


class Hit(NamedTuple):
    """What was found: a document (see `storage.tables.SearchDoc`)."""

    place: int
    item_id: int | None
    slot_id: int | None
    committee_id: int
    level: int


class Reader(NamedTuple):
    """Who searches: whose agendas they read (`reads`), of which they are members (`members`) and which of these they
    are the secretariat of (`decides`)."""

    person_id: int
    reads: Collection[int]
    members: Collection[int]
    decides: Collection[int]


class Level(IntEnum):
    """For whom a document is. The values stand in the database."""

    BOTH = 0
    """For whoever reads the committee's agenda."""
    MEMBERS = 1
    """For its members: also what a case is for, and what is proposed."""
    OTHERS = 2
    """For those who read the agenda and are no members."""


async def find(
    session: AsyncSession,
    wanted: Sequence[Clause],
    without: Sequence[Clause],
    reader: Reader,
    limit: int,
) -> Sequence[Hit]:
    """The newest documents that have all of `wanted` and not all of `without`, which the reader may see by what stands
    now about their cases: one statement.

    Documents are filtered before they are counted, so that a page is full.
    """
    if not wanted or not reader.reads:
        return []
    lite = session.get_bind().dialect.name == "sqlite"
    values = {
        "match": _matching(wanted, without, lite=lite),
        "person_id": reader.person_id,
        "reads": reader.reads,
        "members": reader.members,
        "decides": reader.decides,
        "limit": limit,
    }
    if lite:
        return [Hit(*row) for row in await ask(session, _find_on_sqlite(), values)]
    # What stands often is soon found among the newest; what does not is found by the index, without an order.
    newest = await ask(session, _find_on_postgresql(newest=True), values)
    if len(newest) < limit:
        newest = await ask(session, _find_on_postgresql(newest=False), values)
    return [Hit(*row) for row in newest]


async def plan_for_each(session: AsyncSession) -> None:
    """Let what is looked for in this transaction be planned for what it is, a rare word or a common one: PostgreSQL
    would else take one plan for all after a while."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(_PLAN_FOR_EACH())


_PLAN_FOR_EACH = later(lambda: select(func.set_config("plan_cache_mode", "force_custom_plan", True)))


_NEWEST = 1000
"""So many documents are looked through one by one: as long as a few milliseconds."""


@cache
def _find_on_sqlite() -> Any:
    rows = _fts.join(_doc, _doc.c.place == _fts.c.rowid).outerjoin(_item, _item.c.id == _doc.c.item_id)
    return (
        _of(_doc)
        .select_from(rows)
        .where(literal_column(FTS).op("MATCH")(_MATCH), _may_see(_doc))
        .order_by(_fts.c.rowid.desc())
        .limit(_LIMIT)
    )


@cache
def _find_on_postgresql(*, newest: bool) -> Any:
    matches = _doc.c.terms.op("@@")(cast(_MATCH, TSQUERY))
    if newest:
        since = select(_doc.c.place).order_by(_doc.c.place.desc()).offset(_NEWEST).limit(1).scalar_subquery()
        docs, condition = _doc, and_(_doc.c.place > func.coalesce(since, 0), matches)
    else:
        # OFFSET keeps PostgreSQL from going through all, the newest first, in hope of what is not there.
        docs, condition = select(_doc).where(matches).offset(0).subquery("found"), true()
    return (
        _of(docs)
        .select_from(docs.outerjoin(_item, _item.c.id == docs.c.item_id))
        .where(condition, _may_see(docs))
        .order_by(docs.c.place.desc())
        .limit(_LIMIT)
    )


def _of(docs: Any) -> Any:
    return select(docs.c.place, docs.c.item_id, docs.c.slot_id, docs.c.committee_id, docs.c.level)


def _may_see(docs: Any) -> Any:
    """By what stands now, whatever was indexed."""

    own = func.coalesce(_item.c.proposer_id == bindparam("person_id"), false())
    of_members = and_(docs.c.level.in_((Level.BOTH, Level.MEMBERS)), or_(among(docs.c.committee_id, "members"), own))
    of_others = and_(docs.c.level.in_((Level.BOTH, Level.OTHERS)), ~among(docs.c.committee_id, "members"), ~own)
    here = or_(~docs.c.held, _item.c.committee_id == docs.c.committee_id)
    on_agenda = and_(_item.c.status.in_(ON_AGENDA), among(docs.c.committee_id, "reads"))
    kept = and_(_item.c.status != ItemStatus.WITHDRAWN, or_(on_agenda, among(docs.c.committee_id, "decides"), own))
    is_open = or_(_item.c.closed_under == "", among(docs.c.committee_id, "members"), own)
    of_line = and_(docs.c.item_id.is_(None), among(docs.c.committee_id, "reads"))
    of_case = and_(_item.c.id.is_not(None), here, kept, is_open, or_(of_members, of_others))
    return or_(of_line, of_case)


def _matching(wanted: Sequence[Clause], without: Sequence[Clause], *, lite: bool) -> str:
    """What is looked for, as the database takes it. Terms have letters and digits only.

    Raises:
        ValueError: one has something else.
    """
    if not all(_TERM.fullmatch(term) for clause in (*wanted, *without) for terms in clause for term in terms):
        raise ValueError("a term of something else than letters and digits")
    all_of = _all(wanted, lite=lite)
    if not without:
        return all_of
    none_of = _all(without, lite=lite)
    return f"({all_of}) NOT ({none_of})" if lite else f"({all_of}) & !({none_of})"


def _all(clauses: Sequence[Clause], *, lite: bool) -> str:
    both, either = (" AND ", " OR ") if lite else (" & ", " | ")
    return both.join(
        "(" + either.join("(" + both.join(_term(each, lite=lite) for each in terms) + ")" for terms in clause) + ")"
        for clause in clauses
    )


def _term(term: str, *, lite: bool) -> str:
    if not term.endswith("*"):
        return term
    return f"{term[:-1]}*" if lite else f"{term[:-1]}:*"


# --- what is indexed ---------------------------------------------------------------------------------------


class CaseRow(NamedTuple):
    """What stands about a case itself. `starts_at` (UTC), `zone`: of its meeting."""

    id: int
    committee_id: int
    meeting_id: int | None
    status: str
    closed_under: str
    proposer_id: int | None
    title: str
    purpose: str
    conclusion: str
    presenters_text: str
    number: str | None
    number_year: int | None
    number_in_year: int | None
    created_at: datetime
    starts_at: datetime | None
    zone: str | None


class LineRow(NamedTuple):
    """What stands about a line of an agenda that is no case."""

    id: int
    committee_id: int
    title: str
    text: str
    number: str | None
    number_year: int | None
    number_in_year: int | None
    starts_at: datetime
    zone: str


_CASES = later(lambda: (
    select(
        _item.c.id, _item.c.committee_id, _item.c.meeting_id, _item.c.status, _item.c.closed_under, _item.c.proposer_id,
        _item.c.title, _item.c.purpose, _item.c.conclusion, _item.c.presenters_text, _item.c.number,
        _item.c.number_year, _item.c.number_in_year, _item.c.created_at, _meeting.c.starts_at, _meeting.c.zone,
    )
    .outerjoin(_meeting, _meeting.c.id == _item.c.meeting_id)
    .where(among(_item.c.id, "ids"))
))  # fmt: skip
_LINES = later(lambda: (
    select(
        _slot.c.id, _meeting.c.committee_id, _slot.c.title, _slot.c.standing, _slot.c.text, _slot.c.number,
        _slot.c.number_year, _slot.c.number_in_year, _meeting.c.starts_at, _meeting.c.zone,
    )
    .join(_meeting, _meeting.c.id == _slot.c.meeting_id)
    .where(among(_slot.c.id, "ids"), _slot.c.kind != SlotKind.CASE, ~_slot.c.left_out)
))  # fmt: skip
_NUMBERS = later(
    lambda: select(_former.c.item_id, _former.c.number_year, _former.c.number_in_year).where(
        among(_former.c.item_id, "ids")
    )
)


async def cases(session: AsyncSession, ids: Collection[int]) -> Mapping[int, CaseRow]:
    """These cases, by their ids."""
    if not ids:
        return {}
    rows: Any = await ask(session, _CASES(), {"ids": ids})
    return {row[0]: CaseRow(*row) for row in rows}


async def lines(session: AsyncSession, ids: Collection[int]) -> Mapping[int, LineRow]:
    """These lines of agendas, by their ids (those of their places)."""
    rows = await ask(session, _LINES(), {"ids": ids}) if ids else ()
    found = {}
    for slot_id, committee_id, title, standing, *rest in rows:
        found[slot_id] = LineRow(slot_id, committee_id, title or standing or "", *rest)
    return found


async def former_numbers(session: AsyncSession, ids: Collection[int]) -> Mapping[int, Sequence[tuple[int, int]]]:
    """(year, number) of each number that these cases had, by their ids."""
    found: dict[int, list[tuple[int, int]]] = {}
    for item_id, year, n in await ask(session, _NUMBERS(), {"ids": ids}) if ids else ():
        found.setdefault(item_id, []).append((year, n))
    return found


_alias = table(CommitteeAlias)
_NAMES = later(lambda: select(table(Committee).c.id, table(Committee).c.key, table(Committee).c.name))


_ALIASES = later(lambda: select(_alias.c.committee_id, _alias.c.alias).order_by(_alias.c.id))


async def short_names(session: AsyncSession) -> Mapping[int, Sequence[str]]:
    """What each committee is called in one word: its key, and such of its other and older names."""
    committees = await ask(session, _NAMES(), {})
    names = {row[0]: [row[1], *re.findall(r"\(([^\s()]+)\)", row[2])] for row in committees}
    for committee_id, alias in await ask(session, _ALIASES(), {}):
        if " " not in alias:
            names.setdefault(committee_id, []).append(alias)
    return names


class NewDoc(NamedTuple):
    """A document to be indexed (see `storage.tables.SearchDoc`)."""

    place: int
    subject: str
    item_id: int | None
    slot_id: int | None
    committee_id: int
    level: int
    held: bool
    digest: str
    terms: str


_THERE = later(lambda: select(_doc.c.place, _doc.c.digest).where(among(_doc.c.subject, "subjects")))


async def keep(session: AsyncSession, subjects: Collection[str], docs: Iterable[NewDoc]) -> int:
    """From now on these are the documents about these subjects; how many were written. Three statements at most."""
    there = {row.place: row.digest for row in await ask(session, _THERE(), {"subjects": list(subjects)})}
    wanted = {each.place: each for each in docs}
    gone = [place for place, digest in there.items() if place not in wanted or wanted[place].digest != digest]
    new = [each for place, each in wanted.items() if there.get(place) != each.digest]
    if gone:
        await session.execute(delete(_doc).where(_doc.c.place.in_(gone)))
    if new:
        await session.execute(insert(_doc), [each._asdict() for each in new])
    return len(new)


async def look_at_everything(session: AsyncSession, chore: str, now: datetime) -> None:
    """Let this chore look now at every case, at every line that minutes say something of, and at what is indexed."""
    of_cases = select((literal("i") + cast(_item.c.id, String)).label("subject"))
    of_lines = (
        select((literal("s") + cast(_slot.c.id, String)).label("subject"))
        .join(_entry, _entry.c.slot_id == _slot.c.id)
        .where(_slot.c.item_id.is_(None))
    )
    indexed = select(_doc.c.subject)
    await looks.look_at_all(session, chore, union_all(of_cases, of_lines, indexed).subquery().select().distinct(), now)
