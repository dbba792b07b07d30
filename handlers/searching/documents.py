"""What a case, or another line of an agenda, is found by: its texts, for each kind of reader and in each committee.

The same for what is indexed and for what is shown: what somebody finds is made anew from what stands now, so nothing
that was taken away since is ever shown.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import LOCAL_ZONE
from handlers.words import terms
from handlers.writing.language import N_
from storage import published, search
from storage.published import Said
from storage.search import CaseRow, Level, LineRow, NewDoc
from storage.tables import ItemStatus

_SINCE = date(1900, 1, 1)
_MOST_DOCS = 16
"""So many documents there are at most about one thing: a power of two."""


class Where(IntEnum):
    """What a line of text is."""

    TITLE = 0
    DECISION = 1
    FOLLOW_UP = 2
    DISCUSSION = 3
    PURPOSE = 4
    PROPOSED = 5
    PRESENTERS = 6


CALLED = {
    Where.TITLE: N_("Tittel"),
    Where.DECISION: N_("Vedtak"),
    Where.FOLLOW_UP: N_("Oppfølging"),
    Where.DISCUSSION: N_("Referat"),
    Where.PURPOSE: N_("Hensikt"),
    Where.PROPOSED: N_("Forslag til konklusjon"),
    Where.PRESENTERS: N_("Legges fram av"),
}


@dataclass(frozen=True)
class TextLine:
    """A paragraph of something that may be found."""

    where: Where
    text: str


@dataclass
class Document:
    """See `storage.tables.SearchDoc`. `day`: of its last meeting, or when the case was proposed. `numbers`: (year,
    number) of each number that it has or had. `days`: of its meetings."""

    item_id: int | None
    slot_id: int | None
    committee_id: int
    level: Level
    held: bool
    day: date
    texts: list[TextLine]
    numbers: Sequence[tuple[int, int]] = ()
    days: Sequence[date] = ()
    names: Sequence[str] = ()
    proposer_id: int | None = None
    _terms: set[str] | None = field(default=None, repr=False)

    @property
    def subject(self) -> str:
        return f"i{self.item_id}" if self.item_id is not None else f"s{self.slot_id}"

    @property
    def terms(self) -> set[str]:
        """All that it is found by."""
        if self._terms is None:
            found = terms.of_texts(line.text for line in self.texts)
            title = terms.of_texts(line.text for line in self.texts if line.where is Where.TITLE)
            title |= {terms.of_case_number(year, n) for year, n in self.numbers}
            for day in self.days:
                found.update(terms.of_day(day.year, day.month, day.day))
            for name in self.names:
                found.update(terms.of_word(name))
            seen_by = {f"v{self.committee_id}"} | ({f"u{self.proposer_id}"} if self.proposer_id is not None else set())
            self._terms = found | title | {terms.in_title(term) for term in title} | seen_by
        return self._terms

    def stored(self, ordinal: int) -> NewDoc:
        """As it is indexed. `ordinal`: which it is of those about the same."""
        all_terms = " ".join(sorted(self.terms))
        what = f"{terms.VERSION} {self.level} {self.held} {self.committee_id} {all_terms}"
        if self.item_id is not None:
            code = 2 * self.item_id
        else:
            assert self.slot_id is not None  # noqa: S101 - it is about one or the other
            code = 2 * self.slot_id + 1
        return NewDoc(
            place=((self.day - _SINCE).days << 44) | (code * _MOST_DOCS + ordinal),
            subject=self.subject,
            item_id=self.item_id,
            slot_id=self.slot_id,
            committee_id=self.committee_id,
            level=self.level,
            held=self.held,
            digest=hashlib.sha256(what.encode()).hexdigest()[:32],
            terms=all_terms,
        )


async def about(
    session: AsyncSession, item_ids: Collection[int], slot_ids: Collection[int], *, numbers: bool = True
) -> Sequence[Document]:
    """The documents about these cases and lines, as they are now: eight statements at most, however many there are.

    `numbers`: with the numbers that the cases had before, and with what their committees are called.
    """
    cases = await search.cases(session, item_ids)
    lines = await search.lines(session, slot_ids)
    said = await published.said(session, item_ids=list(cases), slot_ids=list(lines))
    former = await search.former_numbers(session, list(cases)) if numbers else {}
    names = await search.short_names(session) if numbers else {}
    of_items: dict[int, list[Said]] = {}
    of_lines: dict[int, list[Said]] = {}
    for each in said:
        if each.item_id is not None:
            of_items.setdefault(each.item_id, []).append(each)
        else:
            of_lines.setdefault(each.slot_id, []).append(each)
    found: list[Document] = []
    for item_id, case in cases.items():
        found += _of_case(case, of_items.get(item_id, ()), former.get(item_id, ()), names)
    for slot_id, line in lines.items():
        if slot_id in of_lines:
            found.append(_of_line(line, of_lines[slot_id], names))
    return found


def _of_case(
    case: CaseRow, said: Sequence[Said], former: Sequence[tuple[int, int]], names: Mapping[int, Sequence[str]]
) -> list[Document]:
    own = [each for each in said if each.committee_id == case.committee_id]
    title = [TextLine(Where.TITLE, case.title)]
    shown = [*title, *_paragraphs(Where.PRESENTERS, case.presenters_text), *_said(own)]
    inner = [*_paragraphs(Where.PURPOSE, case.purpose), *_paragraphs(Where.PROPOSED, case.conclusion)]
    days = [_day(each.starts_at, each.zone) for each in own]
    if case.starts_at is not None:
        days.append(_day(case.starts_at, case.zone))
    number = [(case.number_year, case.number_in_year)] if case.number_year and case.number_in_year else []

    def document(level: Level, texts: list[TextLine]) -> Document:
        return Document(
            item_id=case.id,
            slot_id=None,
            committee_id=case.committee_id,
            level=level,
            held=True,
            day=max(days, default=_day(case.created_at, None)),
            texts=texts,
            numbers=[*number, *former],
            days=days,
            names=names.get(case.committee_id, ()),
            proposer_id=case.proposer_id,
        )

    on_agenda = case.status in (ItemStatus.ACCEPTED, ItemStatus.HANDLED)
    if case.status == ItemStatus.WITHDRAWN:
        found = []
    elif not on_agenda:
        found = [document(Level.MEMBERS, [*shown, *inner])]
    elif inner:
        found = [document(Level.MEMBERS, [*shown, *inner]), document(Level.OTHERS, shown)]
    else:
        found = [document(Level.BOTH, shown)]
    elsewhere: dict[int, list[Said]] = {}
    for each in said:
        if each.committee_id != case.committee_id:
            elsewhere.setdefault(each.committee_id, []).append(each)
    for committee_id, there in list(elsewhere.items())[: _MOST_DOCS - len(found)]:
        there_days = [_day(each.starts_at, each.zone) for each in there]
        found.append(
            Document(
                item_id=case.id,
                slot_id=None,
                committee_id=committee_id,
                level=Level.BOTH,
                held=False,
                day=max(there_days),
                texts=[*title, *_said(there)],
                numbers=former,
                days=there_days,
                names=names.get(committee_id, ()),
                proposer_id=case.proposer_id,
            )
        )
    return found


def _of_line(line: LineRow, said: Sequence[Said], names: Mapping[int, Sequence[str]]) -> Document:
    day = _day(line.starts_at, line.zone)
    number = [(line.number_year, line.number_in_year)] if line.number_year and line.number_in_year else []
    texts = [TextLine(Where.TITLE, line.title), *_paragraphs(Where.DISCUSSION, line.text), *_said(said)]
    return Document(
        item_id=None,
        slot_id=line.id,
        committee_id=line.committee_id,
        level=Level.BOTH,
        held=True,
        day=day,
        texts=texts,
        numbers=number,
        days=[day],
        names=names.get(line.committee_id, ()),
    )


def _said(said: Iterable[Said]) -> list[TextLine]:
    """What minutes say, the last meeting first: what was decided in it, what is to be done, what was said."""
    found: list[TextLine] = []
    for each in reversed(list(said)):
        for decided in each.conclusions:
            found += _paragraphs(Where.DECISION, decided.text)
        for to_do in each.follow_ups:
            found += _paragraphs(Where.FOLLOW_UP, " – ".join(filter(None, (to_do.text, to_do.due_text))))
        found += _paragraphs(Where.DISCUSSION, each.discussion)
    return found


def _paragraphs(where: Where, text: str) -> list[TextLine]:
    return [TextLine(where, line) for line in text.splitlines() if line.strip()]


def _day(moment: datetime, zone: str | None) -> date:
    return moment.astimezone(ZoneInfo(zone) if zone else LOCAL_ZONE).date()
