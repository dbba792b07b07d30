"""Which of the proposed times is best: worked out from what people say, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar.working_days import is_working_day
from handlers.meetings.rights import Rule
from handlers.polls.whom import Voters
from storage.polls import Said
from storage.tables import DatePollTime, Suits


class Numbered(NamedTuple):
    """A time, and its number in the order in which they come, from 1."""

    number: int
    row: DatePollTime

    @property
    def id(self) -> int:
        return self.row.id


class Quorum(NamedTuple):
    """Whether those with a vote who can come are enough to decide. `needed`: so many must be there in all."""

    needed: int
    with_yes: bool
    if_needed: bool
    """Counting those who can if they must."""


class Outcome(NamedTuple):
    """How a time stands: who (by id) says what of it, and who nothing. `votes`: how many of those who can come have a
    vote; `votes_if_needed`: with those who can if they must. `quorum` None: the committee asks for none."""

    time: Numbered
    yes: Sequence[int]
    if_needed: Sequence[int]
    no: Sequence[int]
    silent: Sequence[int]
    votes: int
    votes_if_needed: int
    quorum: Quorum | None
    is_past: bool
    is_working_day: bool

    def of(self, suits: Suits | None) -> Sequence[int]:
        match suits:
            case Suits.YES:
                return self.yes
            case Suits.IF_NEEDED:
                return self.if_needed
            case Suits.NO:
                return self.no
            case None:
                return self.silent


def outcomes(
    times: Sequence[Numbered],
    asked: Sequence[int],
    said: Mapping[int, Said],
    rules: Mapping[int, tuple[Rule, Voters]],
    now: datetime,
    zone: ZoneInfo,
) -> Sequence[Outcome]:
    """The times, the best first: those that are still to come; at which those who can are enough to decide, or are if
    some come who can if they must; that suit the most with a vote, and then the most of all; working days; the first.

    Args:
        asked: ids of those who are asked, in the order in which they are to stand.
        said: what each says, by id.
        rules: what holds on each time's day, by the time's id, and who votes then.
    """
    found = [_outcome(time, asked, said, *rules[time.id], now, zone) for time in times]
    return sorted(found, key=_place)


def _outcome(
    time: Numbered,
    asked: Sequence[int],
    said: Mapping[int, Said],
    rule: Rule,
    voters: Voters,
    now: datetime,
    zone: ZoneInfo,
) -> Outcome:
    by: dict[Suits | None, list[int]] = {}
    for each in asked:
        by.setdefault(said.get(each, {}).get(time.id), []).append(each)
    yes, if_needed = by.get(Suits.YES, []), by.get(Suits.IF_NEEDED, [])
    surely, at_most = voters.among(yes), voters.among([*yes, *if_needed])
    quorum = None
    if rule.quorum is not None:
        needed = rule.quorum.needed(voters.seats)

        def is_enough(kinds: Sequence[str]) -> bool:
            wanted = rule.quorum.of_each if rule.quorum is not None else {}
            return len(kinds) >= needed and all(kinds.count(kind) >= count for kind, count in wanted.items())

        quorum = Quorum(needed, is_enough(surely), is_enough(at_most))
    return Outcome(
        time,
        yes,
        if_needed,
        by.get(Suits.NO, []),
        by.get(None, []),
        len(surely),
        len(at_most),
        quorum,
        time.row.starts_at <= now,
        is_working_day(time.row.starts_at.astimezone(zone).date()),
    )


def _place(outcome: Outcome) -> tuple[object, ...]:
    quorum = outcome.quorum
    return (
        outcome.is_past,
        not (quorum is not None and quorum.with_yes),
        not (quorum is not None and quorum.if_needed),
        -outcome.votes,
        -outcome.votes_if_needed,
        -len(outcome.yes),
        -len(outcome.if_needed),
        not outcome.is_working_day,
        outcome.time.number,
    )
