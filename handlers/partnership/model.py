"""The parts of the partnership file, and the partnership that comes of them when everything fits together.

Each class is checked alone here, and its fields are documented in `config/partnership.example.yaml`; how the parts
refer to each other is checked in `handlers.partnership.check`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from handlers.calendar.written import Span
from handlers.cases.numbers import check_template
from handlers.decisions.disagreement import rule as disagreement
from handlers.deviations.notice import MOST_DAYS, Rule
from handlers.deviations.settings import DeviationSettings
from handlers.meetings import rights
from handlers.meetings.deadline_rule import deadline
from handlers.meetings.follow_up_settings import FollowUpSettings
from handlers.meetings.minutes_settings import MinutesSettings
from handlers.meetings.offset_text import OffsetText
from handlers.meetings.offsets import Offset, local_moment
from handlers.meetings.reminder_settings import YearlyDuty
from handlers.meetings.round_settings import EvaluationSettings, HearingSettings, PollSettings
from handlers.meetings.settings import CommitteeSettings
from handlers.meetings.thread_settings import ThreadSettings
from handlers.partnership.fields import (
    Day,
    Email,
    EntraUser,
    Key,
    Line,
    Name,
    Service,
    SlackTeam,
    SlackUser,
    Tenant,
    TimeSpan,
    WebAddress,
    Zone,
)
from handlers.partnership.plan_rules import PlanRules
from handlers.people.roles import Role
from handlers.writing.language import _
from storage.tables import StaffRole

KINDS = ("hospital", "municipality", "district", "gp", "other")
"""The kinds of organisations, which stand for a side too."""
Deadline = Offset | datetime
"""An offset from the meeting, or a local moment."""


def is_weekend(day: date) -> bool:
    return day.isoweekday() > 5


class Part(BaseModel):
    """A part of the file: nothing but the fields it knows.

    `stand_ins` are put in the place of fields that are wrong, only to go on looking for further mistakes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    stand_ins: ClassVar[Mapping[str, str]] = {}


class Organisation(Part):
    """A party of the partnership (virksomhet), with the workspaces and tenants that are its own.

    `guests`: whether guests of these are let in though the file does not name them. `contacts`: who answers for it
    where its answer is asked for. `merged_into`: the one that it became part of (kommunesammenslåing).
    """

    key: Key
    name: Name
    kind: Literal["hospital", "municipality", "district", "gp", "other"] = "other"
    slack: tuple[SlackTeam, ...] = ()
    teams: tuple[Tenant, ...] = ()
    leaders_complete: bool = False
    guests: bool = False
    contacts: tuple[Email, ...] = ()
    merged_into: str | None = None


class Person(Part):
    """Somebody known by e-mail. `also_at`: further organisations they work for. `unit`: where they work.

    `left`: the first local date they are no longer there. `slack_id`, `teams_id`: who they are on a platform that does
    not vouch for their address.
    """

    name: Name
    email: Email
    organisation: str
    also_at: tuple[str, ...] = ()
    slack_id: SlackUser | None = None
    teams_id: EntraUser | None = None
    unit: str | None = None
    left: Day | None = None
    language: Literal["nb", "nn", "en"] | None = None
    """None: what the person has now, and Norwegian Bokmål for somebody new."""


class Period(Part):
    """From and to a local date, both included; open where a date is missing."""

    since: Day | None = Field(default=None, alias="from")
    until: Day | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> "Period":
        if self.since and self.until and self.since > self.until:
            raise ValueError(_("Perioden slutter før den begynner. Rett from og to."))
        return self

    def includes(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)

    def overlaps(self, other: "Period") -> bool:
        return (self.since or date.min) <= (other.until or date.max) and (other.since or date.min) <= (
            self.until or date.max
        )


class Alias(Period):
    """Another or an older name of a committee or a unit."""

    name: Name

    @model_validator(mode="before")
    @classmethod
    def _only_a_name(cls, raw: Any) -> Any:
        return {"name": raw} if isinstance(raw, str) else raw


class StandingItem(Part):
    """A case that is on every agenda. `numbered`: it gets a number of the committee's main series in each meeting, when
    the convocation is sent. `place`: before or after the cases; None: what it is called decides. `status`: what is to
    be done, as the committee decided before, stands under it; None: what it is called decides.
    """

    title: Name
    numbered: bool = False
    place: Literal["first", "last"] | None = None
    status: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _only_a_title(cls, raw: Any) -> Any:
        return {"title": raw} if isinstance(raw, str) else raw


class Member(Period):
    """A role in a committee. A person with two roles stands there twice."""

    email: Email
    role: Role
    substitute_for: tuple[Email, ...] = ()
    """Of whom; an address alone is one."""

    @field_validator("substitute_for", mode="before")
    @classmethod
    def _one_or_several(cls, raw: Any) -> Any:
        return [raw] if isinstance(raw, str) else raw


_TYPES = {"o": "O", "d": "D", "b": "B", "orientering": "O", "drøfting": "D", "diskusjon": "D", "beslutning": "B"}


def _by_type(written: dict[str, str]) -> dict[str, str]:
    """Templates by type, as types stand in numbers."""
    found: dict[str, str] = {}
    for name, template in written.items():
        plain = name.strip().casefold()
        if plain != "dialog" and plain not in _TYPES:
            raise ValueError(
                _("«{name}» er ingen sakstype. Bruk orientering, drøfting, beslutning eller dialog.").format(name=name)
            )
        found[_TYPES.get(plain, plain)] = check_template(template)
    return found


class AttendanceRule(Part):
    """Who votes, how many must be there, and how many seats each party has, from a date on; see
    `handlers.meetings.rights.Rule`."""

    since: Day | None = Field(default=None, alias="from")
    voting: tuple[Role, ...] = rights.VOTERS
    speaking: tuple[Role, ...] = rights.SPEAKERS
    proposing: tuple[Role, ...] = rights.PROPOSERS
    quorum: rights.Quorum | None = None
    seats: dict[Literal["hospital", "municipality", "district", "gp", "other"], rights.Count] = {}

    @property
    def rule(self) -> rights.Rule:
        return rights.Rule(**self.model_dump())


def _one_by_one(rules: tuple[AttendanceRule, ...]) -> tuple[AttendanceRule, ...]:
    dates = [rule.since for rule in rules]
    if len(set(dates)) < len(dates):
        raise ValueError(_("To regler for oppmøte gjelder fra samme dato. Rett from i den ene."))
    return rules


def _named_once(duties: tuple[YearlyDuty, ...]) -> tuple[YearlyDuty, ...]:
    for number, duty in enumerate(duties):
        if any(other.name == duty.name for other in duties[:number]):
            raise ValueError(_("«{name}» står to ganger blant årspliktene.").format(name=duty.name))
    return duties


class Committee(Part):
    """A committee (utvalg)."""

    stand_ins = {"number": "{n}/{yyyy}"}
    key: Key
    name: Name
    number: Annotated[str, AfterValidator(check_template)]
    aliases: tuple[Alias, ...] = ()
    proposals_from: Literal["members", "everyone"] = "members"
    zone: Zone = "Europe/Oslo"
    deadline: OffsetText = CommitteeSettings().deadline
    remind_deadline: tuple[OffsetText, ...] = CommitteeSettings().remind_deadline
    remind_meeting: tuple[OffsetText, ...] = CommitteeSettings().remind_meeting
    remind_convocation: tuple[OffsetText, ...] = CommitteeSettings().remind_convocation
    papers: OffsetText | None = None
    remind_papers: tuple[OffsetText, ...] = CommitteeSettings().remind_papers
    remind_terms: tuple[OffsetText, ...] = CommitteeSettings().remind_terms
    yearly: Annotated[tuple[YearlyDuty, ...], AfterValidator(_named_once)] = ()
    convocation: OffsetText | None = None
    invitations: bool = False
    minutes: MinutesSettings = MinutesSettings()
    hearings: HearingSettings = HearingSettings()
    evaluation: EvaluationSettings = EvaluationSettings()
    polls: PollSettings = PollSettings()
    follow_up: FollowUpSettings = FollowUpSettings()
    attendance: Annotated[tuple[AttendanceRule, ...], AfterValidator(_one_by_one)] = ()
    plan: PlanRules = PlanRules()
    threads: ThreadSettings = ThreadSettings()
    standing_items: tuple[StandingItem, ...] = ()
    numbers: Annotated[dict[str, str], AfterValidator(_by_type)] = Field(default_factory=dict)
    """The numbers of cases of a type that has a series of its own."""
    numbers_own_items: bool = False
    closed_sections: tuple[Line, ...] = ()
    members: tuple[Any, ...] = ()
    """Checked one by one, as `Member`, so that one that is wrong does not hide what is wrong with others."""

    @property
    def settings(self) -> CommitteeSettings:
        return CommitteeSettings(
            deadline=self.deadline,
            remind_deadline=self.remind_deadline,
            remind_meeting=self.remind_meeting,
            remind_convocation=self.remind_convocation,
            papers=self.papers,
            remind_papers=self.remind_papers,
            remind_terms=self.remind_terms,
            yearly=self.yearly,
            number_by_type=self.numbers,
            numbers_own_items=self.numbers_own_items,
            closed_sections=self.closed_sections,
            convocation=self.convocation,
            invitations=self.invitations,
            minutes=self.minutes,
            hearings=self.hearings,
            evaluation=self.evaluation,
            polls=self.polls,
            follow_up=self.follow_up,
            attendance=tuple(rule.rule for rule in self.attendance),
            plan=self.plan.settings(()),
            threads=self.threads,
        )


class Post(Period):
    """Somebody who works with a unit's deviations: an address, or an address with a period."""

    email: Email

    @model_validator(mode="before")
    @classmethod
    def _only_an_address(cls, raw: Any) -> Any:
        return {"email": raw} if isinstance(raw, str) else raw


class Unit(Part):
    """A unit (enhet) that deviations are sent to."""

    key: Key
    name: Name
    organisation: str
    service: Service | None = None
    aliases: tuple[Alias, ...] = ()
    response_days: int | None = Field(default=None, ge=1, le=365)
    """None: as in the whole partnership."""
    serious_response_days: int | None = Field(default=None, ge=1, le=365)
    """The same for serious events; never longer than for others."""
    handlers: tuple[Any, ...] = ()
    """Checked one by one, as `Post`; so are deputies and leaders."""
    deputies: tuple[Any, ...] = ()
    leaders: tuple[Any, ...] = ()


class Deviations(DeviationSettings, Part):
    """What the partnership has decided about deviations."""


class Notice(Part):
    """What holds for the statutory notice from a date on; see `handlers.deviations.notice.Rule`."""

    since: Day | None = Field(default=None, alias="from")
    word: Name
    recipients: tuple[Name, ...]
    legal_basis: Line
    at_once: bool = False
    days: int | None = Field(default=None, ge=0, le=MOST_DAYS)
    working_days: int | None = Field(default=None, ge=1, le=MOST_DAYS)
    concerns: Line = ""
    afterwards: Line = ""
    link: WebAddress = ""

    @model_validator(mode="after")
    def _complete(self) -> "Notice":
        if not self.recipients:
            raise ValueError(_("Skriv under recipients hvem som skal ha det."))
        if (self.days is None) == (self.working_days is None):
            raise ValueError(_("Skriv fristen som days (kalenderdager) eller som working_days (virkedager)."))
        return self

    @property
    def rule(self) -> Rule:
        return Rule(**self.model_dump())


class DisagreementStepRule(Part):
    """What holds for a step on the ladder of disagreements; see `handlers.decisions.disagreement.rule.StepRule`."""

    days: int | None = Field(default=None, ge=1, le=1000)
    committee: Line = ""
    name: Line = ""
    basis: Line = ""


class DisagreementRule(Part):
    """What holds for disagreements from a date on; see `handlers.decisions.disagreement.rule.Rule`."""

    since: Day | None = Field(default=None, alias="from")
    write_days: int = Field(default=14, ge=1, le=365)
    remind_days: tuple[Annotated[int, Field(ge=1, le=365)], ...] = (7, 1)
    committee: DisagreementStepRule = DisagreementStepRule()
    ssu: DisagreementStepRule = DisagreementStepRule()
    local_board: DisagreementStepRule = DisagreementStepRule()
    national_board: DisagreementStepRule = DisagreementStepRule()
    places: tuple[Name, ...] = ()

    @property
    def rule(self) -> disagreement.Rule:
        return disagreement.Rule.model_validate(self.model_dump())


_SOME_TIME = {"time": "00.00–23.59"}


class PlanEntry(Part):
    """One meeting in the plan: a date, or a date with what differs from the committee's other meetings."""

    stand_ins = _SOME_TIME
    date: str
    moved_to: str | None = None
    time: TimeSpan | None = None
    place: Name | None = None
    deadline: str | None = None
    host: str | None = None
    """The key of the organisation where it is held (vertskap)."""
    chair: Email | None = None
    """Who leads it (møteleder)."""
    key: Key | None = None

    @model_validator(mode="before")
    @classmethod
    def _only_a_date(cls, raw: Any) -> Any:
        return {"date": raw} if isinstance(raw, str) else raw


class Series(Part):
    """One committee's meetings in a plan: what they have in common, and their dates."""

    stand_ins = _SOME_TIME
    dates: tuple[Any, ...]
    """Checked one by one, as `PlanEntry`."""
    time: TimeSpan | None = None
    place: Name | None = None
    deadline: str | None = None
    host: str | None = None
    chair: Email | None = None


class Plan(Part):
    """A meeting plan (møteplan), usually for a year."""

    stand_ins = {"year": "2024"}
    meetings: dict[str, Any]
    """Committee key → `Series`, checked one by one."""
    year: int | None = Field(default=None, ge=2000, le=2100)


class File(Part):
    """The whole file, before its parts are looked at."""

    organisations: tuple[Any, ...]
    committees: tuple[Any, ...]
    people: tuple[Any, ...] = ()
    units: tuple[Any, ...] = ()
    plans: tuple[Any, ...] = ()
    deviations: Any = None
    notices: tuple[Any, ...] = ()
    disagreements: tuple[Any, ...] = ()
    counties: tuple[Line, ...] = ()
    """Whose school holidays the meeting plans are held against, by name."""


# --- what comes of it --------------------------------------------------------------------------------------


class Moments(NamedTuple):
    """When a meeting is, and when the deadline for proposing cases to it (UTC)."""

    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime


@dataclass(frozen=True)
class PlannedMeeting:
    """A meeting as planned. `day` is its date now, or None for one that is laid out `days_ahead` of the loading.

    `key` is what it is known by from one loading to the next; of one laid out anew each time, its beginning.
    """

    committee: str
    key: str
    day: date | None
    days_ahead: int
    span: Span
    place: str
    zone: str
    deadline: Deadline
    host: str = ""
    """The key of the organisation where it is held; empty: the file does not say."""
    chair: str = ""
    """The address of whoever leads it; empty: the file does not say."""

    def laid_out(self, today: date) -> date:
        """The first weekday from `days_ahead` days after `today` on."""
        day = today + timedelta(days=self.days_ahead)
        while is_weekend(day):
            day += timedelta(days=1)
        return day

    def moments(self, day: date) -> Moments:
        """The meeting's moments when it is on the local date `day`."""
        zone = ZoneInfo(self.zone)
        starts_at, ends_at = (local_moment(datetime.combine(day, clock), zone) for clock in self.span)
        if isinstance(self.deadline, Offset) and self.day is None:
            # One that is laid out to try the bot with keeps its distance, whatever day that is.
            return Moments(starts_at, ends_at, self.deadline.before(starts_at, zone))
        if isinstance(self.deadline, Offset):
            return Moments(starts_at, ends_at, deadline(self.deadline, starts_at, zone).moment)
        return Moments(starts_at, ends_at, local_moment(self.deadline, zone))


class CommitteeMembers(NamedTuple):
    """A committee with its members, checked."""

    committee: Committee
    members: tuple[Member, ...]


class UnitStaff(NamedTuple):
    """A unit with those who work with its deviations, checked."""

    unit: Unit
    posts: tuple[tuple[StaffRole, Post], ...]


@dataclass(frozen=True)
class Partnership:
    """Everything in the file, checked, all of it referring to something that is there."""

    organisations: tuple[Organisation, ...]
    people: tuple[Person, ...]
    committees: tuple[CommitteeMembers, ...]
    units: tuple[UnitStaff, ...]
    meetings: tuple[PlannedMeeting, ...]
    deviations: DeviationSettings
    notices: tuple[Rule, ...] = ()
    disagreements: tuple[disagreement.Rule, ...] = ()
    warnings: tuple[str, ...] = ()
    """What is allowed but looks like a slip, as `file:line: sentence`."""
