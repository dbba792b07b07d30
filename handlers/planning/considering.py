"""What a plan would come to if it were stored now, and what is to be looked at first. Nothing is stored by it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.planning import gathering
from handlers.planning.answers import PlanAnswers
from handlers.planning.checks.check import check
from handlers.planning.checks.facts import Sitting
from handlers.planning.checks.finding import Finding, Rule, Severity
from handlers.planning.comparing import Compared, What, compare
from handlers.planning.gathering import Known
from handlers.planning.kept import from_json
from handlers.planning.laying import Laid, LaidRow, lay
from handlers.planning.planned import PlanRead, Wrong
from handlers.writing.language import _, ngettext
from storage import plans
from storage.tables import Meeting, MeetingPlan

_TOLD = (Wrong.OTHER_YEAR, Wrong.NO_ZONE, Wrong.TWICE)
"""What was read all the same. What else was wrong was left out, so somebody is to have seen it."""


@dataclass(frozen=True)
class Considered:
    """`others`: how many meetings are of committees whose meetings the actor does not plan, by committee. `findings`:
    what stops first. `hears`: how many people hear of what changes."""

    read: PlanRead
    known: Known
    laid: Laid
    compared: Compared
    findings: Sequence[Finding]
    others: Mapping[int, int]
    hears: int

    @property
    def stops(self) -> Sequence[Finding]:
        return [each for each in self.findings if each.severity is Severity.STOPS]

    @property
    def asks(self) -> Sequence[Finding]:
        return [each for each in self.findings if each.severity is Severity.ASKS]

    @property
    def tells(self) -> Sequence[Finding]:
        return [each for each in self.findings if each.severity is Severity.TELLS]

    @property
    def changes_something(self) -> bool:
        return bool(self.compared.gone) or any(
            each.what not in (What.SAME, What.PAST) for each in self.compared.changes
        )

    @property
    def may_be_stored(self) -> bool:
        return not self.stops and not self.laid.unknown and self.changes_something

    def row(self, number: int) -> LaidRow | None:
        return next((each for each in self.laid.rows if each.number == number), None)


MayPlan = Callable[[int], bool]
"""Whether whoever looks plans the meetings of the committee with this id."""


async def of_row(
    session: AsyncSession, row: MeetingPlan, now: datetime, may_plan: MayPlan, *, hold: bool = False
) -> Considered:
    """What comes of a plan that waits. `hold`: nobody else plans these committees' meetings until the transaction
    ends."""
    answers = PlanAnswers.model_validate(row.answers)
    return await consider(session, from_json(row.read), answers, now, may_plan, hold=hold)


async def consider(
    session: AsyncSession, read: PlanRead, answers: PlanAnswers, now: datetime, may_plan: MayPlan, *, hold: bool = False
) -> Considered:
    known = await gathering.known(session)
    laid = lay(read, answers, known)
    rows = [each for each in laid.known if not each.done]
    others: dict[int, int] = {}
    own: list[LaidRow] = []
    for each in rows:
        assert each.body is not None  # noqa: S101 - it is known
        if may_plan(each.body.id):
            own.append(each)
        else:
            others[each.body.id] = others.get(each.body.id, 0) + 1
    own_ids = {each.body.id for each in own if each.body is not None}
    if hold and own_ids:
        await plans.hold(session, own_ids)
    stored = list(await plans.meetings(session, *gathering.span([each.planned.day for each in rows]))) if rows else []
    compared = compare(own, [each for each in stored if each.committee_id in own_ids], now, answers.apart)
    findings = [*_of_rows(laid, compared), *_of_reading(read, laid), *_of_facts(known, compared, stored, now)]
    order = list(Severity)
    findings.sort(key=lambda each: order.index(each.severity))
    return Considered(read, known, laid, compared, findings, others, _hears(known, compared))


def _of_facts(known: Known, compared: Compared, stored: Sequence[Meeting], now: datetime) -> Sequence[Finding]:
    """What the checks find, held against all that is stored and stays."""
    taken = {each.meeting.id for each in compared.changes if each.meeting is not None}
    taken |= {each.id for each in compared.gone}
    sittings: list[Sitting] = []
    for each in compared.changes:
        if each.what is What.CANCELLED or (each.what is What.SAME and each.row.is_cancelled):
            continue
        if each.what is What.PAST:
            continue
        sitting = each.row.sitting()
        if each.meeting is not None:
            sitting = _with_stored(sitting, each.meeting)
        sittings.append(sitting)
    for meeting in stored:
        if meeting.cancelled_at is None and meeting.id not in taken and meeting.committee_id in known.bodies:
            sittings.append(gathering.of_meeting(meeting, known.bodies[meeting.committee_id], own=False))
    return check(gathering.facts(known, sittings, now))


def _with_stored(sitting: Sitting, meeting: Meeting) -> Sitting:
    """What the plan does not say, and what is stored says."""
    stored = gathering.of_meeting(meeting, sitting.body, own=True)
    return replace(
        sitting,
        begins=sitting.begins or stored.begins,
        ends=sitting.ends or stored.ends,
        place=sitting.place or stored.place,
        chair_id=sitting.chair_id or stored.chair_id,
        host_id=sitting.host_id or stored.host_id,
        online=stored.online,
        extraordinary=stored.extraordinary,
    )


def _of_rows(laid: Laid, compared: Compared) -> Sequence[Finding]:
    found: list[Finding] = []
    for change in compared.changes:
        row, each = change.row, change.row.planned
        assert row.body is not None  # noqa: S101 - it is known
        what = {"committee": row.body.short, "day": dates.full_date(each.day)}
        if change.what in (What.NEW, What.MOVES, What.BACK) and change.times is None and each.begins and each.ends:
            text = (
                _("{committee} {day}: møtet må slutte etter at det har begynt. Rett tidene.")
                if each.ends <= each.begins
                else _("{committee} {day}: klokka {clock} finnes ikke den natten. Velg et annet klokkeslett.")
            )
            said = text.format(**what, clock=dates.clock_of(each.begins))
            found.append(Finding(Severity.STOPS, Rule.TIME, said, (row.ref,)))
        if row.unknown_chair:
            text = _("{committee} {day}: jeg finner ikke «{name}» i utvalget, så møteleder blir ikke satt.")
            said = text.format(**what, name=row.unknown_chair)
            found.append(Finding(Severity.TELLS, Rule.CHAIR, said, (row.ref,)))
        if row.unknown_host:
            text = _("{committee} {day}: jeg kjenner ingen virksomhet som heter «{name}», så vertskap blir ikke satt.")
            said = text.format(**what, name=row.unknown_host)
            found.append(Finding(Severity.TELLS, Rule.HOST_TURN, said, (row.ref,)))
    past = compared.of(What.PAST)
    if past:
        said = ngettext(
            "{count} møte i planen er over, og blir ikke endret.",
            "{count} møter i planen er over, og blir ikke endret.",
            len(past),
        ).format(count=len(past))
        found.append(Finding(Severity.TELLS, Rule.PAST, said, tuple(each.row.ref for each in past)))
    if laid.same:
        said = ngettext(
            "{count} møte står to ganger, under hvert sitt navn på utvalget. Det er regnet som ett.",
            "{count} møter står to ganger, under hvert sitt navn på utvalget. De er regnet som ett.",
            laid.same,
        ).format(count=laid.same)
        found.append(Finding(Severity.TELLS, Rule.TWICE, said))
    return found


def _of_reading(read: PlanRead, laid: Laid) -> Sequence[Finding]:
    """What was wrong with the source. Whose a meeting is, is asked about where that is not certain."""
    found = [
        Finding(Severity.TELLS if each.wrong in _TOLD else Severity.ASKS, Rule.READ, each.text)
        for each in read.problems
        if each.wrong is not Wrong.NO_COMMITTEE
    ]
    found += [Finding(Severity.TELLS, Rule.READ, each) for each in (*read.understood, *read.notes)]
    if laid.left_out:
        said = ngettext(
            "{count} møte i planen er tatt ut.", "{count} møter i planen er tatt ut.", laid.left_out
        ).format(count=laid.left_out)
        found.append(Finding(Severity.TELLS, Rule.READ, said))
    return found


def _hears(known: Known, compared: Compared) -> int:
    """How many people are told: of a meeting that is new, moves, is cancelled or is held after all. Also who has
    proposed a case to one hears of it; those are not counted."""
    told: set[int] = set()
    for each in compared.changes:
        if each.what in (What.NEW, What.MOVES, What.BACK, What.CANCELLED) and each.row.body is not None:
            told |= each.row.body.members(each.row.planned.day).keys()
    return len(told)
