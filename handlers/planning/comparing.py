"""A plan held against what is stored: which meetings are new, which change, which stay, and which are no longer there.

A meeting of the plan is a stored one where both are of the same committee and the same day, or where the plan says
that it was moved from that day. Of what is left, the nearest within three weeks is taken for the same meeting on
another day, and shown as one that moves, so that its cases go along; whoever stores the plan can say that it is another
one.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar.clock_changes import moment
from handlers.meetings.deadline_rule import deadline
from handlers.meetings.offsets import Offset
from handlers.planning.laying import LaidRow
from storage.tables import Meeting

_NEAR_DAYS = 21


class What(StrEnum):
    NEW = "new"
    MOVES = "moves"
    """Its time or place changes."""
    DETAILS = "details"
    """Only who hosts or leads it changes."""
    BACK = "back"
    """It was cancelled, and is to be held after all."""
    SAME = "same"
    CANCELLED = "cancelled"
    """The plan says that it is not held."""
    PAST = "past"
    """It is over, or has begun: nothing is done about it."""


class Times(NamedTuple):
    """UTC."""

    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime


@dataclass(frozen=True)
class Change:
    """What becomes of one meeting of the plan. `meeting`: the stored one that it is; None: it is new, or past. `times`:
    None where nothing is stored of it. `on_another_day`: it was taken for the stored one, which is on another day."""

    what: What
    row: LaidRow
    meeting: Meeting | None = None
    times: Times | None = None
    on_another_day: bool = False


@dataclass(frozen=True)
class Compared:
    """`gone`: stored meetings ahead, of committees and years in the plan, that the plan does not have."""

    changes: Sequence[Change]
    gone: Sequence[Meeting]

    def of(self, *what: What) -> Sequence[Change]:
        return [each for each in self.changes if each.what in what]

    @property
    def seen(self) -> str:
        """Stands for all that would be changed: whoever agrees to it says what they saw."""
        said = [
            (each.what, each.row.number, each.meeting and (each.meeting.id, each.meeting.sequence), each.times)
            for each in self.changes
        ]
        text = repr((said, [(each.id, each.sequence) for each in self.gone]))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def compare(rows: Sequence[LaidRow], stored: Sequence[Meeting], now: datetime, apart: Collection[int]) -> Compared:
    """`rows`: those whose committee is certain and that are not done. `stored`: all meetings of these committees around
    these years, also cancelled ones."""
    by_body: dict[int, list[LaidRow]] = {}
    for row in rows:
        assert row.body is not None  # noqa: S101 - they are certain
        by_body.setdefault(row.body.id, []).append(row)
    meetings: dict[int, list[Meeting]] = {}
    for meeting in stored:
        meetings.setdefault(meeting.committee_id, []).append(meeting)
    changes: list[Change] = []
    gone: list[Meeting] = []
    for body_id, own in by_body.items():
        pairs, left = _paired(own, meetings.get(body_id, []), now, apart)
        changes += [_change(row, pairs.get(row.number), now) for row in own]
        years = {row.planned.day.year for row in own}
        gone += [
            each
            for each in left
            if each.cancelled_at is None
            and each.starts_at > now
            and not each.extraordinary
            and local_day_of(each).year in years
        ]
    order = {row.number: place for place, row in enumerate(rows)}
    return Compared(sorted(changes, key=lambda each: order[each.row.number]), gone)


def local_day_of(meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).date()


class _Pair(NamedTuple):
    meeting: Meeting
    on_another_day: bool


def _paired(
    rows: Sequence[LaidRow], stored: Sequence[Meeting], now: datetime, apart: Collection[int]
) -> tuple[dict[int, _Pair], Sequence[Meeting]]:
    """Which stored meeting each row is, by the row's number; and the meetings that no row is."""
    free = list(stored)
    found: dict[int, _Pair] = {}

    def take(row: LaidRow, meeting: Meeting, *, on_another_day: bool) -> None:
        found[row.number] = _Pair(meeting, on_another_day)
        free.remove(meeting)

    # Those that are held before those that are not: a new meeting on the day of a cancelled one is that one again.
    for held in (True, False):
        for by_time in (True, False):
            for row in rows:
                days = (row.planned.day, row.planned.moved_from)
                if row.number in found:
                    continue
                same = next(
                    (
                        each
                        for each in free
                        if local_day_of(each) in days
                        and (each.cancelled_at is None) is held
                        and (not by_time or _clock(each) == row.planned.begins)
                    ),
                    None,
                )
                if same is not None:
                    take(row, same, on_another_day=False)
    near = sorted(
        (
            (abs((local_day_of(each) - row.planned.day).days), place, row, each)
            for place, row in enumerate(rows)
            if row.number not in found and not row.is_cancelled and _is_ahead(row, now)
            for each in free
            if each.cancelled_at is None and each.starts_at > now and not each.extraordinary and each.id not in apart
        ),
        key=lambda each: each[:2],
    )
    for away, _place, row, meeting in near:
        if away <= _NEAR_DAYS and row.number not in found and meeting in free:
            take(row, meeting, on_another_day=True)
    return found, free


def _clock(meeting: Meeting) -> time:
    return meeting.starts_at.astimezone(ZoneInfo(meeting.zone)).time()


def _is_ahead(row: LaidRow, now: datetime) -> bool:
    try:
        return row.starts_at() > now
    except ValueError:
        return True


def times_of(row: LaidRow) -> Times | None:
    """When the meeting is; None: the plan does not say, or no clock shows such a time."""
    body, each = row.body, row.planned
    if body is None or each.begins is None or each.ends is None:
        return None
    zone = ZoneInfo(body.zone)
    try:
        starts_at = row.starts_at()
        ends_at = moment(datetime.combine(each.day, each.ends), zone)
    except ValueError:
        return None
    if ends_at <= starts_at:
        return None
    return Times(starts_at, ends_at, deadline(Offset.parse(body.settings.deadline), starts_at, zone).moment)


def _change(row: LaidRow, pair: _Pair | None, now: datetime) -> Change:
    meeting = pair.meeting if pair is not None else None
    another = pair.on_another_day if pair is not None else False
    if not _is_ahead(row, now) or (meeting is not None and meeting.starts_at <= now):
        return Change(What.PAST, row, meeting)
    if row.is_cancelled:
        held = meeting is not None and meeting.cancelled_at is None
        return Change(What.CANCELLED if held else What.SAME, row, meeting)
    times = times_of(row)
    if meeting is None:
        return Change(What.NEW, row, None, times)
    if times is None:
        # The plan says the day alone; what is stored of the clock holds, if it is that day.
        return Change(What.NEW if another else What.SAME, row, None if another else meeting)
    place = row.planned.place or meeting.place
    if times[:2] == (meeting.starts_at, meeting.ends_at):
        # The deadline may have been set by somebody.
        times = times._replace(deadline_at=meeting.deadline_at)
    if meeting.cancelled_at is not None:
        return Change(What.BACK, row, meeting, times)
    if (*times[:2], place) != (meeting.starts_at, meeting.ends_at, meeting.place):
        return Change(What.MOVES, row, meeting, times, another)
    details = (row.chair_id or meeting.chair_id, row.host_id or meeting.host_id)
    what = What.SAME if details == (meeting.chair_id, meeting.host_id) else What.DETAILS
    return Change(what, row, meeting, times)
