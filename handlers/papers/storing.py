"""What an old paper becomes in the tables: the same rows as what was written here, marked with the paper.

Storing makes what is stored of the meeting agree with the paper. So it is how a later version of the same minutes takes
the place of an earlier one, and how the earlier one comes back: a case, a conclusion, a follow-up that both have is the
same row, with all that hangs on it.

The number of statements does not grow with the cases, only with what a later version leaves out.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from handlers.calendar.due import understand
from handlers.calendar.zone import local_day
from handlers.cases.views import TYPES
from handlers.meetings.minutes.verbs import verb_of
from handlers.meetings.settings import CommitteeSettings
from handlers.papers.closing import closed_under
from handlers.papers.comparing import plain
from handlers.papers.continuing import Raised, raise_series
from handlers.papers.matching import Matched, matched
from handlers.papers.planning import add_meeting, meeting_on, moments, plan
from handlers.papers.record import CaseRead, FollowUpRead, PaperKind, PaperRead, PresentRead
from handlers.papers.removing import take_away
from handlers.papers.who import Known, beside, capacity, names_in, owner
from storage import papers
from storage.pointing import pointed_at
from storage.tables import (
    AgendaItem,
    AgendaSlot,
    Attendance,
    Committee,
    Conclusion,
    FollowUp,
    FollowUpStatus,
    HowDecided,
    ItemStatus,
    Meeting,
    Minutes,
    MinutesEntry,
    MinutesStatus,
    Paper,
    SlotKind,
)

T = TypeVar("T")
_STALE = timedelta(days=365)
"""What was to be done without a date, in a meeting so long ago, is history."""
_SAME_TEXT = 0.5
"""So alike are a decision in a draft and the same one in the minutes that were approved."""
MAKES_MINUTES = (PaperKind.MINUTES, PaperKind.PROTOCOL, PaperKind.CASE_PROTOCOL)


@dataclass(frozen=True)
class Choices:
    """What was answered where the paper does not say.

    `follow`: what was to be done long ago is followed up from now on. `another`: a case whose number one with another
    title has already is a case of its own. `plan_next`: the next meetings that minutes name go into the plan.
    """

    follow: bool = False
    another: bool = False
    plan_next: bool = False


@dataclass
class Stored:
    """What storing came to. `live`: the numbers of cases that were in the bot before, which are the same. `kept`: what
    the version before said and this one does not, which stays since something hangs on it. `raised`: the series of
    numbers that go on after it: what they were, by name and year."""

    meeting: Meeting | None = None
    cases: int = 0
    conclusions: int = 0
    follow_ups: int = 0
    history: int = 0
    meetings: list[Meeting] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    raised: list[Raised] = field(default_factory=list)


# --- storing ------------------------------------------------------------------------------------------------


class _Storing:
    """One paper, one meeting."""

    def __init__(
        self,
        session: AsyncSession,
        paper: Paper,
        read: PaperRead,
        committee: Committee,
        known: Known,
        choices: Choices,
        now: datetime,
        own: Iterable[int],
    ) -> None:
        assert read.date is not None  # noqa: S101 - asked before
        self.session, self.paper, self.read, self.committee = session, paper, read, committee
        self.known, self.choices, self.now, self.day = known, choices, now, read.date
        self.own = {paper.id, *own}
        self.done = Stored()
        self.new_conclusions: list[Conclusion] = []
        self.new_follow_ups: list[FollowUp] = []
        self.gone: dict[type[SQLModel], set[int]] = {
            model: set() for model in (AgendaItem, AgendaSlot, MinutesEntry, Conclusion, FollowUp, Attendance)
        }

    async def run(self) -> Stored:
        meeting = await meeting_on(self.session, self.committee, self.day, self.read.begins)
        if meeting is None:
            read = self.read
            meeting = await add_meeting(
                self.session, self.committee, self.paper, self.day, read.begins, read.ends, read.place
            )
        elif meeting.paper_id in self.own:
            self._told_more_of(meeting)
        self.done.meeting = meeting
        self.laid = await papers.laid(self.session, meeting.id)
        found, _clashes = await matched(
            self.session,
            self.committee,
            self.read,
            self.day,
            self.laid,
            own=self.own,
            separate=self.choices.another,
        )
        items = await self._items(meeting, found)
        slots = await self._slots(meeting, found, items)
        if self.read.kind in MAKES_MINUTES:
            await self._minutes(meeting, found, slots)
            await self._attendance(meeting)
        await self._take_away(found)
        await self._raise_series(found)
        return self.done

    def _told_more_of(self, meeting: Meeting) -> None:
        """The paper made the meeting, so what it says of it holds."""
        settings = CommitteeSettings.model_validate(self.committee.settings)
        if self.read.begins is not None or meeting.day_only:
            zone = ZoneInfo(self.committee.zone)
            for name, value in moments(zone, self.day, self.read.begins, self.read.ends, settings).items():
                setattr(meeting, name, value)
        meeting.place = self.read.place or meeting.place

    async def _items(self, meeting: Meeting, found: Sequence[Matched]) -> list[AgendaItem | None]:
        items: list[AgendaItem | None] = []
        new: list[AgendaItem] = []
        for each in found:
            item = each.item if each.line is None else None
            if each.line is None:
                self.done.cases += 1
                if item is None:
                    item = AgendaItem(
                        draft_id=uuid.uuid4().hex,
                        committee_id=self.committee.id,
                        meeting_id=meeting.id,
                        status=ItemStatus.HANDLED,
                        title="",
                        paper_id=self.paper.id,
                        created_at=self.now,
                        changed_at=self.now,
                    )
                    new.append(item)
                elif item.status != ItemStatus.HANDLED:
                    self.done.live.append(item.number or item.title)
                if item.status == ItemStatus.HANDLED:
                    self._write(item, each, whole=item.paper_id in self.own)
            items.append(item)
        await papers.add_all(self.session, new)
        made = await papers.items_of_drafts(self.session, [each.draft_id for each in new])
        return [made.get(each.draft_id, each) if each is not None else None for each in items]

    def _write(self, item: AgendaItem, each: Matched, *, whole: bool) -> None:
        """What the paper says of the case; not `whole`: what nothing is known of yet."""
        case = each.case
        values: dict[str, object] = {
            "title": case.title,
            "types": [key for key in case.types if key in TYPES],
            "purpose": case.purpose,
            "presenters_text": case.presenter or "",
            "closed_under": closed_under(case),
        }
        for name, value in values.items():
            if (whole or not getattr(item, name)) and getattr(item, name, None) != value:
                setattr(item, name, value)
        if each.wanted is not None and item.number is None:
            item.number, item.number_series = each.wanted.text, each.wanted.series
            item.number_year, item.number_in_year = each.wanted.year, each.wanted.n

    async def _slots(
        self, meeting: Meeting, found: Sequence[Matched], items: Sequence[AgendaItem | None]
    ) -> list[AgendaSlot]:
        slots: list[AgendaSlot | None] = []
        new: list[AgendaSlot] = []
        after = 0
        for each, item in zip(found, items, strict=True):
            slot = each.slot
            if slot is None:
                kind = SlotKind.CASE if item is not None else SlotKind.STANDING if each.line else SlotKind.OTHER
                slot = AgendaSlot(
                    meeting_id=meeting.id,
                    kind=kind,
                    position=after,
                    item_id=item.id if item is not None else None,
                    standing=each.line or None,
                    title="" if item is not None else each.case.title,
                    paper_id=self.paper.id,
                )
                new.append(slot)
            elif slot.paper_id is not None and slot.position < after:
                slot.position = after
            if slot.paper_id in self.own and item is None and not slot.standing:
                slot.title = each.case.title
            if slot.paper_id is not None and item is not None and item.meeting_id != meeting.id and each.wanted:
                # As it was called here; where the case is at home it has its own.
                slot.number = each.wanted.text
            after = slot.position + 1
            slots.append(each.slot)
        made = iter(await self._added(meeting, new))
        return [slot if slot is not None else next(made) for slot in slots]

    async def _added(self, meeting: Meeting, new: Sequence[AgendaSlot]) -> Sequence[AgendaSlot]:
        await papers.add_all(self.session, new)
        last = max((each.id for each in self.laid.slots), default=0)
        return await papers.slots_after(self.session, meeting.id, last) if new else ()

    async def _minutes(self, meeting: Meeting, found: Sequence[Matched], slots: Sequence[AgendaSlot]) -> None:
        read = self.read
        row = self.laid.minutes
        if row is None:
            row = Minutes(meeting_id=meeting.id, created_at=self.now, changed_at=self.now)
            self.session.add(row)
        row.status = MinutesStatus.PUBLISHED if read.draft else MinutesStatus.APPROVED
        if not (self._is_part and row.paper_id is not None):
            row.paper_id = self.paper.id
            row.number = read.number
            row.chair_id = self.known.person(read.chair, self.day)
            row.minute_taker_id = self.known.person(read.referent, self.day)
        row.changed_at = self.now
        await self.session.flush()
        to_do = self._to_do(found)
        if to_do[None]:
            slots = [*slots, await self._slot_of_rest(meeting, slots)]
        there = self.laid.entries
        await papers.add_all(
            self.session,
            [
                MinutesEntry(minutes_id=row.id, slot_id=slot.id, changed_at=self.now)
                for slot in slots
                if slot.id not in there
            ],
        )
        by_slot = await papers.entries_by_slot(self.session, row.id)
        entries = [by_slot[slot.id] for slot in slots]
        for each, entry in zip(found, entries, strict=False):
            discussion, how = _discussion(each.case), _how(each.case)
            if (entry.discussion, entry.how_decided) != (discussion, how):
                entry.discussion, entry.how_decided, entry.changed_at = discussion, how, self.now
        await self.session.flush()
        for place, entry in enumerate(entries):
            case = found[place].case if place < len(found) else None
            self._conclusions(entry, case.decisions if case is not None else [])
            self._follow_ups(entry, to_do[place if case is not None else None])
        await papers.add_all(self.session, self.new_conclusions)
        await papers.add_all(self.session, self.new_follow_ups)

    @property
    def _is_part(self) -> bool:
        """The paper is of one case alone: what it does not say stays as it is."""
        return self.read.kind is PaperKind.CASE_PROTOCOL

    def _to_do(self, found: Sequence[Matched]) -> dict[int | None, list[FollowUpRead]]:
        """What is to be done, by the case's place; None: of no case. What stands in a table too is said once."""
        by_case: dict[int | None, list[FollowUpRead]] = {None: []}
        for place, each in enumerate(found):
            by_case[place] = list(each.case.followups)
        told = {said(each) for all_of in by_case.values() for each in all_of}
        for read in self.read.followups:
            if said(read) in told:
                continue
            wanted = plain(read.case or "")
            of = next((at for at, each in enumerate(found) if wanted and plain(each.case.number or "") == wanted), None)
            by_case[of].append(read)
            told.add(said(read))
        return by_case

    async def _slot_of_rest(self, meeting: Meeting, slots: Sequence[AgendaSlot]) -> AgendaSlot:
        """The line for what is to be done and belongs to no case."""
        slot = next((each for each in self.laid.slots if each.title == REST and each.paper_id is not None), None)
        if slot is None:
            slot = AgendaSlot(
                meeting_id=meeting.id,
                kind=SlotKind.OTHER,
                position=max((each.position for each in slots), default=0) + 1,
                title=REST,
                paper_id=self.paper.id,
            )
            self.session.add(slot)
            await self.session.flush()
        return slot

    def _conclusions(self, entry: MinutesEntry, wanted: Sequence[str]) -> None:
        """In this order. One whose text stays is the same as before, and else the one most like it."""
        left = list(self.laid.conclusions.get(entry.id, ()))
        kept = _paired(wanted, left, lambda row: row.text)
        for ordinal, (text, row) in enumerate(zip(wanted, kept, strict=True), 1):
            if row is None:
                self.new_conclusions.append(
                    Conclusion(entry_id=entry.id, ordinal=ordinal, verb=verb_of(text), text=text)
                )
            elif (row.ordinal, row.text) != (ordinal, text):
                row.ordinal, row.text, row.verb = ordinal, text, verb_of(text)
        self.done.conclusions += len(wanted)
        self.gone[Conclusion].update(each.id for each in left if each not in kept)

    def _follow_ups(self, entry: MinutesEntry, wanted: Sequence[FollowUpRead]) -> None:
        left = list(self.laid.follow_ups.get(entry.id, ()))
        kept = _paired([each.text for each in wanted], left, lambda row: row.text)
        for ordinal, (read, there) in enumerate(zip(wanted, kept, strict=True), 1):
            row = there or FollowUp(entry_id=entry.id, ordinal=ordinal, status=self._status(read))
            if there is None:
                # That it is followed up all the same is what somebody said here: it counts as touched.
                row.revision = int(row.status == FollowUpStatus.OPEN and is_over(read, self.day, self.now))
                self.new_follow_ups.append(row)
                self._say(row, read)
            elif row.status in (FollowUpStatus.OPEN, FollowUpStatus.HISTORY) and row.revision == 0:
                # Once its owner has done something with it, it is theirs.
                self._say(row, read)
            row.ordinal = ordinal
            self.done.history += row.status == FollowUpStatus.HISTORY
        self.done.follow_ups += len(wanted)
        self.gone[FollowUp].update(each.id for each in left if each not in kept)

    def _say(self, row: FollowUp, read: FollowUpRead) -> None:
        who = owner(read.owner, self.day, self.known)
        row.text, row.due_on, row.due_text = read.text, read.due, read.due_text
        row.owner_id, row.owner_committee_id = who.person_id, who.committee_id
        row.owner_organisation_id, row.owner_text = who.organisation_id, who.words

    def _status(self, read: FollowUpRead) -> FollowUpStatus:
        """History, if it was to be done by now: whether it was, the paper does not say."""
        return (
            FollowUpStatus.HISTORY
            if is_over(read, self.day, self.now) and not self.choices.follow
            else (FollowUpStatus.OPEN)
        )

    async def _attendance(self, meeting: Meeting) -> None:
        """Who was there. Where somebody has marked it here, that stands."""
        read = self.read
        rows = list(self.laid.attendance)
        if any(each.paper_id is None and each.present is not None for each in rows):
            return
        there = [(each, True) for each in read.present] + [(each, False) for each in read.absent]
        named = {plain(each.name) for each, _present in there}
        for name, role in ((read.chair, "møteleder"), (read.referent, "referent")):
            if name and plain(name) not in named:
                named.add(plain(name))
                there.append((PresentRead(name, role), True))
        if self._is_part and (not there or rows):
            return
        used: set[int] = set()
        new: list[Attendance] = []
        for each, present in there:
            person_id = self.known.person(each.name, self.day)
            if person_id in used:
                person_id = None
            instead = self.known.person(each.substitute_for, self.day)
            row = next((other for other in rows if _is_of(other, person_id, each.name)), None)
            if row is None:
                row = Attendance(meeting_id=meeting.id, person_id=person_id, paper_id=self.paper.id)
                new.append(row)
            else:
                rows.remove(row)
            if person_id is not None:
                used.add(person_id)
            row.name = "" if person_id is not None else each.name
            row.organisation = "" if person_id is not None else beside(each, knows_for=instead is not None)
            row.capacity, row.present = capacity(each, read), present
            row.stands_in_for_id = instead if present else None
        self.gone[Attendance].update(each.id for each in rows if each.paper_id in self.own)
        await papers.add_all(self.session, new)

    async def _take_away(self, found: Sequence[Matched]) -> None:
        """What an earlier version of the paper said and this one does not; unless something hangs on it."""
        if not self._is_part:
            matched_slots = {each.slot.id for each in found if each.slot is not None}
            for slot in self.laid.slots:
                if slot.paper_id not in self.own or slot.id in matched_slots or slot.title == REST:
                    continue
                self.gone[AgendaSlot].add(slot.id)
                item = pointed_at(self.laid.items, slot.item_id)
                if item is not None and item.paper_id in self.own:
                    self.gone[AgendaItem].add(item.id)
                entry = self.laid.entries.get(slot.id)
                if entry is not None:
                    self.gone[MinutesEntry].add(entry.id)
                    self.gone[Conclusion].update(each.id for each in self.laid.conclusions.get(entry.id, ()))
                    self.gone[FollowUp].update(each.id for each in self.laid.follow_ups.get(entry.id, ()))
        if any(self.gone.values()):
            said = {
                "agenda_item": {each.id: each.title for each in self.laid.items.values()},
                "conclusion": {each.id: each.text for rows in self.laid.conclusions.values() for each in rows},
                "follow_up": {each.id: each.text for rows in self.laid.follow_ups.values() for each in rows},
            }
            kept = (await take_away(self.session, self.gone)).rows
            self.done.kept += [texts[each] for name, texts in said.items() for each in sorted(kept.get(name, ()))]

    async def _raise_series(self, found: Sequence[Matched]) -> None:
        """The numbers of this year that the paper has are in use: the committee's own go on after them."""
        year = local_day(self.now).year
        highest: dict[str, int] = {}
        for each in found:
            wanted = each.wanted
            if wanted is not None and wanted.n is not None and wanted.year == year and ":d" not in f":{wanted.series}":
                highest[wanted.series] = max(highest.get(wanted.series, 0), wanted.n)
        for series, last in highest.items():
            raised = await raise_series(self.session, self.committee, series, year, last)
            if raised is not None:
                self.done.raised.append(raised)


REST = "Oppfølging uten sak"
"""The line of what is to be done that belongs to no case. It is stored, so it is not translated."""


def is_over(read: FollowUpRead, day: date, now: datetime) -> bool:
    """Whether it was to be done by now: its date has passed, or the day that its words come to at the latest; or they
    come to none, and it was said long ago."""
    today = local_day(now)
    due = read.due or (understand(read.due_text, day).day if read.due_text else None)
    return due < today if due is not None else day < today - _STALE


def said(read: FollowUpRead) -> tuple[str, str]:
    """By which the same thing is known, where a paper tells of it in a case and in a table too."""
    return plain(read.text), plain(read.owner)


def _is_of(row: Attendance, person_id: int | None, name: str) -> bool:
    if person_id is not None and row.person_id is not None:
        return row.person_id == person_id
    return row.person_id is None and plain(row.name) == plain(name)


def _paired(wanted: Sequence[str], rows: list[T], text_of: Callable[[T], str]) -> list[T | None]:
    """For each wanted text the row that it is: with the same text, then the most alike, then none."""
    left = list(rows)
    found: list[T | None] = []
    for text in wanted:
        same = next((row for row in left if plain(text_of(row)) == plain(text)), None)
        if same is not None:
            left.remove(same)
        found.append(same)
    for place, text in enumerate(wanted):
        if found[place] is None and left:
            row = max(left, key=lambda each: _likeness(text_of(each), text))
            if _likeness(text_of(row), text) >= _SAME_TEXT:
                left.remove(row)
                found[place] = row
    return found


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _discussion(case: CaseRead) -> str:
    """What is said of the case besides its decisions, as it stands in the paper."""
    said = [case.discussion.strip()]
    for more in (case.agreement, case.postponed):
        whole = plain(" ".join((case.discussion, *case.decisions)))
        if more and plain(more) not in whole and plain(more) not in plain("".join(said)):
            said.append(more.strip())
    if case.attachments:
        said.append(f"Vedlegg: {'; '.join(case.attachments)}")
    return "\n".join(filter(None, said))


def _how(case: CaseRead) -> str | None:
    if case.how_decided in set(HowDecided):
        return case.how_decided
    return HowDecided.POSTPONED if case.postponed else None


# --- what is called from outside ----------------------------------------------------------------------------


async def known_to(session: AsyncSession, read: PaperRead) -> Known:
    """The register as far as the paper's names go: four statements."""
    return Known.of(
        await papers.called(session, names_in(read)),
        await papers.committees_by_name(session),
        await papers.organisations(session),
    )


async def put(
    session: AsyncSession,
    paper: Paper,
    read: PaperRead,
    committee: Committee,
    choices: Choices,
    now: datetime,
    *,
    own: Iterable[int] = (),
) -> Stored:
    """Store the paper, which is of that committee and has a date.

    `own`: the ids of the other versions of it, whose place it takes: what they made is its own.
    """
    await papers.take_turn(session, committee.id)
    known = await known_to(session, read)
    if read.kind is PaperKind.PLAN:
        done = Stored()
    else:
        done = await _Storing(session, paper, read, committee, known, choices, now, own).run()
    if read.kind is PaperKind.PLAN or choices.plan_next:
        done.meetings = await plan(session, paper, read, committee, known, now)
    return done
