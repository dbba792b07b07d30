"""Every table. Moments are UTC; the IANA zone of a meeting stands beside its times.

No table has a column for a patient's identity, and none may get one.
"""

from storage.tables.agenda import Agenda, AgendaSlot, MeetingEvent, SlotKind
from storage.tables.attendance import Answer, Attendance, Disqualification
from storage.tables.calendar_feeds import CalendarFeed
from storage.tables.cases import (
    STAYED,
    AgendaItem,
    AgendaItemEvent,
    CaseFollower,
    CasePresenter,
    FormerNumber,
    ItemStatus,
    Left,
)
from storage.tables.chores import ChoreChanged, ChoreLease, ChoreLook
from storage.tables.committees import (
    AlsoSubstitute,
    Committee,
    CommitteeAlias,
    Meeting,
    MeetingSource,
    Membership,
    YearlyDutyDone,
)
from storage.tables.conversations import Draft, DraftStatus, LocalEntry, SeenRequest, Welcomed
from storage.tables.deliveries import Delivery, DeliveryStatus, LiveWorker
from storage.tables.deviation_numbers import DeviationCount, DeviationPattern, DeviationRecount
from storage.tables.deviations import (
    Deviation,
    DeviationCategory,
    DeviationEvent,
    DeviationStatus,
    DirectFix,
)
from storage.tables.disagreements import (
    ClosedHow,
    Disagreement,
    DisagreementEvent,
    DisagreementStep,
    DisagreementView,
    DisagreementWriter,
)
from storage.tables.evaluations import Evaluation, EvaluationAnswer, EvaluationAsked
from storage.tables.hearings import Hearing, HearingEvent, HearingRecipient, HearingStatus
from storage.tables.homes import HomeTab
from storage.tables.invitations import MeetingInvitation, ReadMailbox
from storage.tables.minutes import (
    Conclusion,
    Dispatch,
    FollowUp,
    FollowUpEvent,
    FollowUpStatus,
    HowDecided,
    Minutes,
    MinutesApproval,
    MinutesComment,
    MinutesEntry,
    MinutesEvent,
    MinutesNotes,
    MinutesStatus,
    NotesStatus,
    PartyAnswer,
    Suggestion,
)
from storage.tables.papers import Paper, PaperEvent, PaperStatus
from storage.tables.people import Account, LanguageFrom, LookUp, Organisation, Person, Workspace
from storage.tables.plans import MeetingPlan, PlanStatus
from storage.tables.polls import (
    DatePoll,
    DatePollAnswer,
    DatePollAsked,
    DatePollEvent,
    DatePollTime,
    PollAsks,
    PollStatus,
    Suits,
)
from storage.tables.reminders import Reminder, ReminderStatus, ReminderWishes
from storage.tables.search import SearchDoc
from storage.tables.series import NumberSeries
from storage.tables.slack import SlackInstallation, SlackStateUsed
from storage.tables.templates import DocumentTemplate
from storage.tables.threads import (
    ChannelSource,
    ChatChannel,
    CommitteeChannel,
    MeetingThread,
    PostStatus,
    ThreadPost,
)
from storage.tables.units import Setting, StaffRole, Unit, UnitAlias, UnitStaff, Workplace

__all__ = [
    "STAYED",
    "Account",
    "Agenda",
    "AgendaItem",
    "AgendaItemEvent",
    "AgendaSlot",
    "AlsoSubstitute",
    "Answer",
    "Attendance",
    "CalendarFeed",
    "CaseFollower",
    "CasePresenter",
    "ChannelSource",
    "ChatChannel",
    "ChoreChanged",
    "ChoreLease",
    "ChoreLook",
    "ClosedHow",
    "Committee",
    "CommitteeAlias",
    "CommitteeChannel",
    "Conclusion",
    "DatePoll",
    "DatePollAnswer",
    "DatePollAsked",
    "DatePollEvent",
    "DatePollTime",
    "Delivery",
    "DeliveryStatus",
    "Deviation",
    "DeviationCategory",
    "DeviationCount",
    "DeviationEvent",
    "DeviationPattern",
    "DeviationRecount",
    "DeviationStatus",
    "DirectFix",
    "Disagreement",
    "DisagreementEvent",
    "DisagreementStep",
    "DisagreementView",
    "DisagreementWriter",
    "Dispatch",
    "Disqualification",
    "DocumentTemplate",
    "Draft",
    "DraftStatus",
    "Evaluation",
    "EvaluationAnswer",
    "EvaluationAsked",
    "FollowUp",
    "FollowUpEvent",
    "FollowUpStatus",
    "FormerNumber",
    "Hearing",
    "HearingEvent",
    "HearingRecipient",
    "HearingStatus",
    "HomeTab",
    "HowDecided",
    "ItemStatus",
    "LanguageFrom",
    "Left",
    "LiveWorker",
    "LocalEntry",
    "LookUp",
    "Meeting",
    "MeetingEvent",
    "MeetingInvitation",
    "MeetingPlan",
    "MeetingSource",
    "MeetingThread",
    "Membership",
    "Minutes",
    "MinutesApproval",
    "MinutesComment",
    "MinutesEntry",
    "MinutesEvent",
    "MinutesNotes",
    "MinutesStatus",
    "NotesStatus",
    "NumberSeries",
    "Organisation",
    "Paper",
    "PaperEvent",
    "PaperStatus",
    "PartyAnswer",
    "Person",
    "PlanStatus",
    "PollAsks",
    "PollStatus",
    "PostStatus",
    "ReadMailbox",
    "Reminder",
    "ReminderStatus",
    "ReminderWishes",
    "SearchDoc",
    "SeenRequest",
    "Setting",
    "SlackInstallation",
    "SlackStateUsed",
    "SlotKind",
    "StaffRole",
    "Suggestion",
    "Suits",
    "ThreadPost",
    "Unit",
    "UnitAlias",
    "UnitStaff",
    "Welcomed",
    "Workplace",
    "Workspace",
    "YearlyDutyDone",
]
