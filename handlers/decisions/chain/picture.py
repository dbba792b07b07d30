"""Where a decision stands on its way, and where it stopped: worked out from what was read, apart from reading it.

A *leg* is a step of the way: what a committee gave somebody to do. One that another committee has is a case there; what
that one decided in it hangs below. Reading never loops: what has been met on the way down is not gone into again.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import NamedTuple

from storage.chain import CaseThere, Party, Read
from storage.decided_at import At
from storage.follow_ups import OPEN, Task
from storage.pointing import pointed_at
from storage.tables import Conclusion, FollowUpStatus, HowDecided, ItemStatus, PartyAnswer


class Stand(StrEnum):
    """Where a leg stands."""

    NOT_SENT = "not_sent"
    """It is on its way to the committee: the clock sends it."""
    CIRCLE = "circle"
    """It would lead back to a committee that it came from, so it was not sent."""
    COMMITTEE_GONE = "committee_gone"
    """The committee was removed before it got it."""
    PROPOSED = "proposed"
    QUESTIONED = "questioned"
    DEFERRED = "deferred"
    ON_AGENDA = "on_agenda"
    HELD = "held"
    """The meeting has begun or is over, and its minutes are not published."""
    CANCELLED = "cancelled"
    """It is on the agenda of a meeting that is cancelled."""
    CARRIED_ON = "carried_on"
    """The committee has decided, and something that follows from that is not done."""
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    UNANSWERED = "unanswered"
    YES = "yes"
    NO = "no"
    CHANGES = "changes"
    NOT_A_PARTY = "not_a_party"
    """The organisation has left the partnership without an answer: nobody waits for it."""
    OPEN = "open"
    RECEIVED = "received"
    TAKEN = "taken"
    HAS_LEFT = "has_left"
    """Its owner is not there any more."""
    NO_OWNER = "no_owner"
    HISTORY = "history"
    """It stands in an old paper, and nobody is asked what became of it."""
    DONE = "done"
    DROPPED = "dropped"
    REVOKED = "revoked"
    """The decision that it follows from was revoked."""


class Whose(StrEnum):
    """Whose turn it is."""

    NOBODY = "nobody"
    SECRETARIAT = "secretariat"
    """That of the committee that has it."""
    PROPOSER = "proposer"
    COMMITTEE = "committee"
    """Its next meeting."""
    MINUTE_TAKER = "minute_taker"
    OWNER = "owner"
    SENDER = "sender"
    """The secretariat of the committee that decided it."""
    CLOCK = "clock"


_TURN = {
    Stand.NOT_SENT: Whose.CLOCK,
    Stand.CIRCLE: Whose.SENDER,
    Stand.COMMITTEE_GONE: Whose.SENDER,
    Stand.PROPOSED: Whose.SECRETARIAT,
    Stand.QUESTIONED: Whose.PROPOSER,
    Stand.DEFERRED: Whose.SECRETARIAT,
    Stand.ON_AGENDA: Whose.COMMITTEE,
    Stand.HELD: Whose.MINUTE_TAKER,
    Stand.CANCELLED: Whose.SECRETARIAT,
    Stand.RETURNED: Whose.SENDER,
    Stand.WITHDRAWN: Whose.SENDER,
    Stand.REMOVED: Whose.SECRETARIAT,
    Stand.UNANSWERED: Whose.OWNER,
    Stand.OPEN: Whose.OWNER,
    Stand.RECEIVED: Whose.OWNER,
    Stand.TAKEN: Whose.OWNER,
    Stand.HAS_LEFT: Whose.SENDER,
    Stand.NO_OWNER: Whose.SENDER,
}
STOPPED = frozenset(
    {
        Stand.CIRCLE,
        Stand.COMMITTEE_GONE,
        Stand.CANCELLED,
        Stand.RETURNED,
        Stand.WITHDRAWN,
        Stand.REMOVED,
        Stand.HAS_LEFT,
        Stand.NO_OWNER,
    }
)
"""It goes no further until somebody does something about it."""
ENDED = frozenset(
    {
        Stand.YES,
        Stand.NO,
        Stand.CHANGES,
        Stand.NOT_A_PARTY,
        Stand.HISTORY,
        Stand.DONE,
        Stand.DROPPED,
        Stand.REVOKED,
    }
)
"""Nobody waits for it any more."""
_ANSWERS = {PartyAnswer.YES: Stand.YES, PartyAnswer.NO: Stand.NO, PartyAnswer.CHANGES: Stand.CHANGES}
_OF_CASES = {
    ItemStatus.PROPOSED: Stand.PROPOSED,
    ItemStatus.QUESTIONED: Stand.QUESTIONED,
    ItemStatus.DEFERRED: Stand.DEFERRED,
    ItemStatus.RETURNED: Stand.RETURNED,
    ItemStatus.WITHDRAWN: Stand.WITHDRAWN,
    ItemStatus.REMOVED: Stand.REMOVED,
}
_OF_PERSONS = {
    FollowUpStatus.OPEN: Stand.OPEN,
    FollowUpStatus.RECEIVED: Stand.RECEIVED,
    FollowUpStatus.TAKEN: Stand.TAKEN,
    FollowUpStatus.DONE: Stand.DONE,
    FollowUpStatus.DROPPED: Stand.DROPPED,
}


CIRCLE, COMMITTEE_GONE = "circle", "committee_gone"
"""The kinds of the events that say why a leg could not be sent."""
_UNSENT = {CIRCLE: Stand.CIRCLE, COMMITTEE_GONE: Stand.COMMITTEE_GONE}
BY_ITSELF = "chain"
"""What stands in the data of an event that came of how a leg stands, and of nobody's pressing."""


_NEWS = timedelta(days=60)


def is_news(task: Task, now: datetime) -> bool:
    """Whether it was decided, or given to whoever has it, so lately that it is sent on by itself: not what stood in
    minutes long before the bot did that, nor what comes from old papers."""
    minutes = task.at.minutes
    out = (minutes.published_at, minutes.approved_at) if minutes.followed_from is None else ()
    moments = (*out, task.row.status_at)
    return minutes.paper_id is None and any(each is not None and each > now - _NEWS for each in moments)


class Leg(NamedTuple):
    """A step of the way. `number`: «2.1», its place in the tree. `since`: since when it stands so (UTC).

    `case`: what it became in the committee that has it; `below`: what that one decided in it, meeting by meeting.
    `note`: what was said, as when it was sent back. `party`: the organisation that it is with.
    """

    number: str
    task: Task
    stand: Stand
    since: datetime | None
    case: CaseThere | None
    below: Sequence["Decided"]
    note: str
    party: Party | None
    today: date

    @property
    def turn(self) -> Whose:
        """Whose turn it is. One that is carried on waits for those below."""
        if self.stand is Stand.UNANSWERED and (self.party is None or not self.party.contacts):
            return Whose.SENDER
        return _TURN.get(self.stand, Whose.NOBODY)

    @property
    def is_open(self) -> bool:
        """Somebody waits for it."""
        return self.stand not in ENDED

    @property
    def is_overdue(self) -> bool:
        """It was to be done by now."""
        return self.is_open and self.task.due is not None and self.task.due < self.today

    @property
    def has_stopped(self) -> bool:
        """It goes no further by itself."""
        return self.stand in STOPPED or (
            self.stand is Stand.UNANSWERED and (self.party is None or not self.party.contacts)
        )

    def all_below(self) -> Iterator["Leg"]:
        """It, and every leg below it."""
        yield self
        for decided in self.below:
            for leg in decided.legs:
                yield from leg.all_below()


class Decided(NamedTuple):
    """What a committee decided in a case at one meeting, and the legs that go on from it."""

    at: At
    conclusions: Sequence[Conclusion]
    legs: Sequence[Leg]

    def all_legs(self) -> Iterator[Leg]:
        """Every leg, whatever it hangs on."""
        for leg in self.legs:
            yield from leg.all_below()

    @property
    def recommended(self) -> Sequence[Leg]:
        """The legs that parties answer."""
        return [leg for leg in self.legs if leg.task.row.recommended]

    @property
    def is_open(self) -> bool:
        """Somebody waits for something that follows from it."""
        return any(leg.is_open for leg in self.legs)


class Tally(NamedTuple):
    """How many parties answered what; `waiting`: have not answered."""

    yes: int
    no: int
    changes: int
    waiting: int

    @property
    def is_complete(self) -> bool:
        """The last has answered."""
        return not self.waiting and bool(self.yes + self.no + self.changes)


def tally(legs: Iterable[Leg]) -> Tally:
    """What the parties have answered; those that are out of it are not counted."""
    stands = [leg.stand for leg in legs if leg.task.row.recommended]
    return Tally(*(stands.count(stand) for stand in (Stand.YES, Stand.NO, Stand.CHANGES, Stand.UNANSWERED)))


def decided(read: Read, entry_id: int, now: datetime, today: date) -> Decided:
    """What was decided in this line of minutes, with all that it led to. `now`: UTC, `today`: the local day."""
    return _Reading(read, now, today).decided(entry_id, "", frozenset())


class _Reading:
    def __init__(self, read: Read, now: datetime, today: date) -> None:
        self.read, self.now, self.today = read, now, today

    def decided(self, entry_id: int, number: str, met: frozenset[int]) -> Decided:
        at = self.read.at[entry_id]
        if not at.is_in_force:
            return Decided(at, (), ())
        tasks = self.read.tasks.get(entry_id, ())
        others, parties = count(1), count(1)
        legs = [
            self.leg(task, f"{number}{next(parties if task.row.recommended else others)}", at, met | {entry_id})
            for task in tasks
        ]
        return Decided(at, self.read.conclusions.get(entry_id, ()), legs)

    def leg(self, task: Task, number: str, at: At, met: frozenset[int]) -> Leg:
        row = task.row
        case = pointed_at(self.read.cases, row.became_item_id)
        party = pointed_at(self.read.parties, row.owner_organisation_id)
        entries = [each for each in pointed_at(self.read.handled_in, row.became_item_id, ()) if each not in met]
        loops = case is not None and len(entries) < len(self.read.handled_in.get(case.item.id, ()))
        below = [self.decided(each, f"{number}.", met | set(entries)) for each in entries]
        stand, since = self._stand(task, at, case, below, party)
        if loops and not below:
            stand = Stand.CIRCLE
        event, case_event = self.read.events.get(row.id), pointed_at(self.read.case_events, row.became_item_id)
        note = ""
        if stand in (Stand.RETURNED, Stand.WITHDRAWN, Stand.REMOVED, Stand.QUESTIONED) and case_event is not None:
            note, since = case_event.note, case_event.at
        elif stand in (Stand.DROPPED, Stand.CIRCLE) and event is not None:
            note = event.note
        return Leg(number, task, stand, since, case, below, note, party, self.today)

    def _stand(
        self, task: Task, at: At, case: CaseThere | None, below: Sequence[Decided], party: Party | None
    ) -> tuple[Stand, datetime | None]:
        row = task.row
        out = at.minutes.published_at or at.minutes.approved_at
        event = self.read.events.get(row.id)
        changed = row.status_at or (event.at if event is not None else out)
        if row.status == FollowUpStatus.HISTORY:
            return Stand.HISTORY, out
        if row.answer is not None:
            return _ANSWERS[PartyAnswer(row.answer)], changed
        if row.status == FollowUpStatus.DROPPED:
            return Stand.DROPPED, changed
        if task.revoked:
            return Stand.REVOKED, changed
        if row.recommended:
            gone = party is None or (party.row.removed_at is not None and party.row.merged_into_id is None)
            return (Stand.NOT_A_PARTY if gone else Stand.UNANSWERED), changed
        if task.goes_down:
            return self._of_committee(task, at, case, below, changed)
        if row.status in OPEN and task.has_left:
            return Stand.HAS_LEFT, changed
        if row.status in OPEN and not task.has_owner:
            return Stand.NO_OWNER, changed
        return _OF_PERSONS[FollowUpStatus(row.status)], changed

    def _of_committee(
        self, task: Task, at: At, case: CaseThere | None, below: Sequence[Decided], changed: datetime | None
    ) -> tuple[Stand, datetime | None]:
        row = task.row
        event = self.read.events.get(row.id)
        if row.status == FollowUpStatus.DONE and (event is None or not event.data.get(BY_ITSELF)):
            # Somebody has said so.
            return Stand.DONE, changed
        if case is None and event is not None and event.kind in _UNSENT:
            return _UNSENT[event.kind], changed
        if case is None:
            return (Stand.NOT_SENT if is_news(task, self.now) else _OF_PERSONS[FollowUpStatus(row.status)]), changed
        item, meeting = case.item, case.meeting
        case_event = self.read.case_events.get(item.id)
        since = case_event.at if case_event is not None else changed
        finished = [each for each in below if each.at.is_in_force and each.at.entry.how_decided != HowDecided.POSTPONED]
        if item.status in (ItemStatus.ACCEPTED, ItemStatus.HANDLED) and meeting is not None:
            here = next((each for each in finished if each.at.meeting.id == meeting.id), None)
            if here is not None:
                published = here.at.minutes.published_at or here.at.minutes.approved_at
                still = any(leg.is_open for each in finished for leg in each.legs)
                return (Stand.CARRIED_ON if still else Stand.DONE), published
            if meeting.cancelled_at is not None:
                return Stand.CANCELLED, meeting.cancelled_at
            if meeting.starts_at <= self.now:
                return Stand.HELD, meeting.starts_at
            return Stand.ON_AGENDA, since
        return _OF_CASES.get(ItemStatus(item.status), Stand.PROPOSED), since
