"""A plan that was read, laid out: whose each meeting is, who leads it and where, after what people have answered.

Nobody is guessed: a body that is not certain is asked about, and a chair who is not certain is not set.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.calendar.clock_changes import moment
from handlers.meetings.deadline_rule import deadline
from handlers.meetings.offsets import Offset
from handlers.papers.who import plain
from handlers.papers.whose import Certain, Whose
from handlers.planning.answers import LEFT_OUT, BodyAnswer, PlanAnswers, RowAnswer
from handlers.planning.checks.facts import Body, Sitting
from handlers.planning.gathering import Known
from handlers.planning.planned import Planned, PlanRead, Status


@dataclass(frozen=True)
class LaidRow:
    """One meeting of the plan. `number`: its place in what was read. `planned`: with what was answered in it.

    `body` None: it is not certain whose it is. `unknown_chair`, `unknown_host`: as it was written, where nobody and
    nothing of that name is certain. `done`: it is stored already.
    """

    number: int
    planned: Planned
    body: Body | None
    chair_id: int | None = None
    host_id: int | None = None
    unknown_chair: str = ""
    unknown_host: str = ""
    done: bool = False

    @property
    def ref(self) -> str:
        return f"r{self.number}"

    @property
    def is_cancelled(self) -> bool:
        return self.planned.status is Status.CANCELLED

    def starts_at(self) -> datetime:
        """When it begins (UTC); one without a time, at the end of its day.

        Raises:
            ValueError: no clock ever shows that time; says so.
        """
        assert self.body is not None  # noqa: S101 - whoever asks knows
        zone = ZoneInfo(self.body.zone)
        clock = self.planned.begins or datetime.max.time().replace(microsecond=0)
        return moment(datetime.combine(self.planned.day, clock), zone)

    def sitting(self) -> Sitting:
        """As the checks see it."""
        assert self.body is not None  # noqa: S101 - whoever asks knows
        each = self.planned
        rule = None
        if each.begins is not None:
            try:
                starts_at = self.starts_at()
            except ValueError:
                # Said when it is looked at; see `comparing`.
                starts_at = None
            if starts_at is not None:
                rule = deadline(Offset.parse(self.body.settings.deadline), starts_at, ZoneInfo(self.body.zone))
        return Sitting(
            ref=self.ref,
            body=self.body,
            day=each.day,
            begins=each.begins,
            ends=each.ends,
            place=each.place,
            chair_id=self.chair_id,
            host_id=self.host_id,
            weekday=each.weekday,
            deadline=rule,
            where=each.where,
        )


@dataclass(frozen=True)
class Unknown:
    """A body that is not certain. `name`: as written; `likely`: those that may be meant; `count`: of its meetings."""

    name: str
    likely: Sequence[Body]
    count: int


@dataclass(frozen=True)
class Laid:
    """`rows`: what is in the plan; of the same meeting, which two names may give, the first (`same`: how many others).
    `left_out`: how many people have taken out."""

    rows: Sequence[LaidRow]
    unknown: Sequence[Unknown]
    left_out: int
    same: int = 0

    @property
    def known(self) -> Sequence[LaidRow]:
        return [each for each in self.rows if each.body is not None]


def lay(read: PlanRead, answers: PlanAnswers, known: Known) -> Laid:
    """Everything that was read, in its order."""
    names = _Names(known)
    rows: list[LaidRow] = []
    seen: set[tuple[object, ...]] = set()
    asked: dict[str, Unknown] = {}
    left_out = same = 0
    for number, as_read in enumerate(read.rows):
        answer = answers.rows.get(number)
        written = as_read.committee.strip()
        meant = answers.bodies.get(written)
        if (answer is not None and answer.out) or meant == LEFT_OUT:
            left_out += 1
            continue
        planned = _answered(as_read, answer) if answer is not None else as_read
        found = names.whose(written, planned.day)
        body = known.bodies.get(meant) if meant is not None else None
        if body is None and found.certain is not None:
            body = known.bodies.get(found.certain.id)
        if body is None:
            before = asked.get(written)
            likely = [known.bodies[each.id] for each in found.likely if each.id in known.bodies]
            asked[written] = Unknown(written, before.likely if before else likely, (before.count if before else 0) + 1)
            rows.append(LaidRow(number, planned, None, done=number in answers.done))
            continue
        planned = _as_usual(planned, answers.usual.get(body.id))
        key = (body.id, planned.day, planned.begins, planned.ends)
        if key in seen and planned.status is not Status.CANCELLED:
            same += 1
            continue
        seen.add(key)
        chair_id = names.person(planned.chair, body, planned.day)
        host_id = names.party(planned.host)
        rows.append(
            LaidRow(
                number,
                planned,
                body,
                answer.chair_id if answer is not None and answer.chair_id is not None else chair_id,
                answer.host_id if answer is not None and answer.host_id is not None else host_id,
                planned.chair if planned.chair and chair_id is None else "",
                planned.host if planned.host and host_id is None else "",
                number in answers.done,
            )
        )
    return Laid(rows, list(asked.values()), left_out, same)


def _answered(planned: Planned, answer: RowAnswer) -> Planned:
    return replace(
        planned,
        day=answer.day or planned.day,
        begins=answer.begins or planned.begins,
        ends=answer.ends or planned.ends,
        place=planned.place if answer.place is None else answer.place,
        # What a person has said of the day holds, whatever weekday stood beside the old one.
        weekday=planned.weekday if answer.day is None else None,
    )


def _as_usual(planned: Planned, usual: BodyAnswer | None) -> Planned:
    if usual is None:
        return planned
    if planned.begins is None:
        return replace(planned, begins=usual.begins, ends=usual.ends, place=planned.place or usual.place)
    return replace(planned, ends=planned.ends or usual.ends, place=planned.place or usual.place)


class _Names:
    """What is looked up over and over in one plan."""

    def __init__(self, known: Known) -> None:
        self._certain = Certain(known.names)
        self._parties: Mapping[str, int] = {
            name: each.id for each in known.parties.values() for name in (plain(each.key), plain(each.name))
        }

    def whose(self, name: str, day: date) -> Whose:
        return self._certain.whose(name, day)

    def person(self, name: str, body: Body, day: date) -> int | None:
        """The only one of that name who sits there on that day."""
        wanted = plain(name)
        found = {each.person_id for each in body.seats if plain(each.name) == wanted and each.includes(day)}
        return next(iter(found)) if wanted and len(found) == 1 else None

    def party(self, name: str) -> int | None:
        return self._parties.get(plain(name)) if name else None
