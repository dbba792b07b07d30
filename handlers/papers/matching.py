"""Which case of the register each case of an old paper is: by its number in the committee's series, or by its title
within the meeting. A number that another case has is shown and asked about (`Clash`)."""

from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.meetings.agenda.lines import StandingItem
from handlers.papers.comparing import plain, same_title
from handlers.papers.numbers import another, wanted_number
from handlers.papers.record import CaseRead, PaperRead
from storage import papers
from storage.papers import Laid, Wanted
from storage.tables import AgendaItem, AgendaSlot, Committee

_ALIKE = 0.8
"""So alike are two titles of the same case, as different programs read them."""


class Clash(NamedTuple):
    """A number that another case has already: the paper's title, and that one's."""

    number: str
    title: str
    there: str


class Matched(NamedTuple):
    """A case of the paper, and which of the register it is; `item`, `slot` None: there is none yet."""

    case: CaseRead
    wanted: Wanted | None
    item: AgendaItem | None
    slot: AgendaSlot | None
    line: str | None = None
    """It is no case, but a line of the agenda: the title of a standing item, or empty."""


def is_alike(one: str, other: str) -> bool:
    if same_title(one, other):
        return True
    first, second = plain(one), plain(other)
    return bool(first and second) and SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE


_LINES = (
    "godkjenning",
    "godkjenne",
    "godkjent",
    "godkjenningavinnkall",
    "innkalling",
    "eventuelt",
    "ymse",
    "neste mote",
    "neste møte",
    "evaluering av møte",
    "referatsak",
)


def _is_line(case: CaseRead) -> bool:
    """Whether it is what stands on each agenda, and no case: it has no number, and is called so."""
    title = case.title.strip().casefold()
    return not case.number and (not title or title.startswith(_LINES))


async def matched(
    session: AsyncSession,
    committee: Committee,
    read: PaperRead,
    day: date,
    laid: Laid | None,
    *,
    own: Iterable[int] = (),
    separate: bool = False,
) -> tuple[list[Matched], list[Clash]]:
    """Which case of the register each of the paper's is, and where the same number is another's.

    Args:
        own: the ids of the papers whose own cases these are: a title that was put right is no other case.
        separate: a number that another case has already is a case of its own.
    """
    numbers = [wanted_number(case, committee, day) for case in read.cases]
    there = await papers.numbered(session, committee.id, [each for each in numbers if each is not None])
    former = await papers.former_of(session, [each.id for each in there])
    had = {(each.number_series, each.number_year, each.number_in_year): each.item_id for each in former}
    had_text = {each.number: each.item_id for each in former}
    by_id = {each.id: each for each in there}
    slots = {each.item_id: each for each in laid.slots if each.item_id is not None} if laid else {}
    unnumbered = [each for each in laid.items.values() if each.number is None] if laid else []
    lines = [each for each in laid.slots if each.item_id is None] if laid else []
    own_ids, used, texts = set(own), set[int](), {each.number for each in there}
    found: list[Matched] = []
    clashes: list[Clash] = []
    for case, number in zip(read.cases, numbers, strict=True):
        wanted = number
        if _is_line(case):
            standing = next(
                (
                    title
                    for title in (StandingItem.of(each).title for each in committee.standing_items)
                    if same_title(title, case.title)
                ),
                "",
            )
            slot = next(
                (
                    each
                    for each in lines
                    if each.id not in used and same_title(each.title or each.standing or "", case.title or standing)
                ),
                None,
            )
            if slot is not None:
                used.add(slot.id)
            if slot is None and standing and any(each.line == standing for each in found):
                standing = ""
            found.append(Matched(case, None, None, slot, standing))
            continue
        item: AgendaItem | None = None
        if wanted is not None:
            same = [each for each in there if _has(each, wanted)]
            ids = {had.get((wanted.series, wanted.year, wanted.n or -1)), had_text.get(wanted.text)}
            same += [by_id[each] for each in ids if each in by_id and by_id[each] not in same]
            free = [each for each in same if each.id not in used]
            item = next((each for each in free if is_alike(each.title, case.title)), None)
            item = item or next((each for each in free if each.paper_id in own_ids), None)
            if item is None and same:
                if free and free[0].id:
                    clashes.append(Clash(wanted.text, case.title, free[0].title))
                if free and not separate:
                    item = free[0]
                else:
                    wanted = another(wanted, day)
                    # A number that a paper has twice, or that was told apart so before.
                    item = next((each for each in same if each.number == wanted.text and each.id not in used), None)
                    while item is None and wanted.text in texts:
                        wanted = wanted._replace(text=f"{wanted.text}*")
        if item is None:
            item = next(
                (each for each in unnumbered if each.id not in used and same_title(each.title, case.title)), None
            )
        if item is not None:
            used.add(item.id)
        if wanted is not None and item is None:
            while wanted.text in texts:
                wanted = (
                    another(wanted, day)
                    if f"({day.day}." not in wanted.text
                    else wanted._replace(text=f"{wanted.text}*")
                )
            texts.add(wanted.text)
        found.append(Matched(case, wanted, item, slots.get(item.id) if item is not None else None))
    return found, clashes


def _has(item: AgendaItem, wanted: Wanted) -> bool:
    return item.number == wanted.text or (
        wanted.n is not None
        and (item.number_series, item.number_year, item.number_in_year) == (wanted.series, wanted.year, wanted.n)
    )
