"""What a committee has chosen for its deadlines and reminders; kept as JSON in `Committee.settings`."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from handlers.meetings.follow_up_settings import FollowUpSettings
from handlers.meetings.minutes_settings import MinutesSettings
from handlers.meetings.offset_text import OffsetText
from handlers.meetings.plan_settings import PlanSettings
from handlers.meetings.reminder_settings import YearlyDuty
from handlers.meetings.rights import Quorum, Rule
from handlers.meetings.round_settings import EvaluationSettings, HearingSettings, PollSettings
from handlers.meetings.thread_settings import ThreadSettings


def _known(stored: Any, model: type[BaseModel]) -> Any:
    """What this program knows of it."""
    if not isinstance(stored, Mapping):
        return stored
    return {name: value for name, value in stored.items() if name in model.model_fields}


_PARTS: Mapping[str, type[BaseModel]] = {
    "hearings": HearingSettings,
    "threads": ThreadSettings,
    "polls": PollSettings,
    "evaluation": EvaluationSettings,
    "minutes": MinutesSettings,
    "follow_up": FollowUpSettings,
}
"""Those with settings of their own; `plan` reads its own."""


class CommitteeSettings(BaseModel):
    """Offsets from the meeting (deadline), from the deadline and from the meeting (reminders)."""

    # What a newer build has stored besides is left alone: the file is checked where it is read.
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    deadline: OffsetText = "14d 12:00"
    """The deadline for proposing cases, before the meeting."""
    remind_deadline: tuple[OffsetText, ...] = ("7d 09:00", "1d 09:00")
    """Reminders to members before the deadline."""
    remind_meeting: tuple[OffsetText, ...] = ("7d 09:00", "1d 09:00")
    """Reminders to members, and to presenters with their case, before the meeting."""
    remind_convocation: tuple[OffsetText, ...] = ("2d 09:00", "0d 09:00")
    """Reminders to the secretariat before the convocation is to be sent (`convocation`), if it is not."""
    papers: OffsetText | None = None
    """The papers of cases are to be there so long before the meeting; None: there is no rule."""
    remind_papers: tuple[OffsetText, ...] = ("3d 09:00", "0d 09:00")
    """Reminders of that to whoever presents a case without papers, and to the secretariat."""
    remind_terms: tuple[OffsetText, ...] = ("56d 09:00", "14d 09:00")
    """Reminders to a member whose term runs out, and to the secretariat, before the first day without it."""
    yearly: tuple[YearlyDuty, ...] = ()
    """What the committee is to do each year."""
    number_by_type: dict[str, str] = {}
    """Templates of the numbers of cases of a type that has a series of its own, in the order in which they count where
    a case has several types: `{"B": "PS {n}/{yy}"}`."""
    numbers_own_items: bool = False
    """Whether what the secretariat writes on an agenda itself carries numbers too."""
    closed_sections: tuple[str, ...] = ()
    """The sections of the law under which the committee closes cases (unntatt offentlighet)."""
    attendance: tuple[Rule, ...] = ()
    """Who votes, how many must be there, and how many seats each party has: what holds from a date on."""
    minutes: MinutesSettings = MinutesSettings()
    """How minutes are commented on and approved."""
    follow_up: FollowUpSettings = FollowUpSettings()
    """When what is to be done is reminded of."""
    convocation: OffsetText | None = None
    """The convocation is to be sent so long before the meeting at the latest; None: there is no rule."""

    invitations: bool = False
    """Whether its people get invitations to meetings by e-mail, unless they wish otherwise themselves."""
    hearings: HearingSettings = HearingSettings()
    """How long rounds of written comments last, and when whoever has not answered is reminded."""
    evaluation: EvaluationSettings = EvaluationSettings()
    """Whether meetings are evaluated, and what is asked."""
    polls: PollSettings = PollSettings()
    """How long people have to say when they can meet, and when whoever has not answered is reminded."""
    plan: PlanSettings = PlanSettings()
    """What the year's plan is held against."""
    threads: ThreadSettings = ThreadSettings()
    """The channel in which its meetings have their threads."""

    @field_validator("yearly", mode="before")
    @classmethod
    def _known_of_yearly(cls, stored: Any) -> Any:
        return [_known(each, YearlyDuty) for each in stored] if isinstance(stored, list | tuple) else stored

    @field_validator(*_PARTS, mode="before")
    @classmethod
    def _known_of_part(cls, stored: Any, info: ValidationInfo) -> Any:
        return _known(stored, _PARTS[str(info.field_name)])

    @field_validator("attendance", mode="before")
    @classmethod
    def _known_of_attendance(cls, stored: Any) -> Any:
        if not isinstance(stored, Sequence):
            return stored
        rules = [_known(each, Rule) for each in stored]
        return [
            {**each, "quorum": _known(each["quorum"], Quorum)} if isinstance(each, dict) and "quorum" in each else each
            for each in rules
        ]
