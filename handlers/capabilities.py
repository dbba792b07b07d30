"""The explicit list of what the bot can do: one line for each capability, in the order of the help."""

from functools import cache, partial

from handlers.cases import capability as cases
from handlers.cases.actions import Do as Cases
from handlers.chosen_language.capability import CAPABILITY as CHOSEN_LANGUAGE
from handlers.decisions import capability as decisions
from handlers.decisions import case_page, status_part
from handlers.decisions.actions import Do as Decisions
from handlers.decisions.chain import capability as chain
from handlers.decisions.chain import part as chain_part
from handlers.decisions.disagreement import listing as disagreed
from handlers.decisions.disagreement import part as disagreement
from handlers.decisions.disagreement.capability import CAPABILITY as DISAGREEMENTS
from handlers.decisions.disagreement.document.fields import KINDS as DISAGREEMENT_KINDS
from handlers.decisions.following.capability import CAPABILITY as FOLLOWING
from handlers.decisions.published import command as years
from handlers.decisions.published.capability import CAPABILITY as PUBLISHED
from handlers.decisions.published.document.fields import KINDS as PUBLISHED_KINDS
from handlers.deviations.capability import CAPABILITY as DEVIATIONS
from handlers.hearings import part as hearings
from handlers.hearings.capability import CAPABILITY as HEARINGS
from handlers.helping import capability as helping
from handlers.home import capability as home
from handlers.meetings import capability as meetings
from handlers.meetings import page
from handlers.meetings.agenda import capability as agendas
from handlers.meetings.attendance.capability import CAPABILITY as ATTENDANCE
from handlers.meetings.convocation.capability import CAPABILITY as CONVOCATION
from handlers.meetings.duties.capability import CAPABILITY as DUTIES
from handlers.meetings.evaluation.capability import CAPABILITY as EVALUATION
from handlers.meetings.minutes.actions import Do as Minutes
from handlers.meetings.minutes.capability import CAPABILITY as MINUTES
from handlers.meetings.minutes.round.capability import CAPABILITY as MINUTES_ROUND
from handlers.meetings.minutes.round_actions import Do as MinutesRound
from handlers.meetings.moving.capability import Moving
from handlers.meetings.own_templates import Templates
from handlers.meetings.sub_command import SubCommand
from handlers.meetings.templates import KINDS as MEETING_KINDS
from handlers.meetings.threads.capability import CAPABILITY as THREADS
from handlers.meetings.threads.capability import SUB_COMMAND as CHANNEL
from handlers.oversight import capability as oversight
from handlers.oversight import part as reminded_of
from handlers.owed import capability as owed
from handlers.papers.capability import CAPABILITY as PAPERS
from handlers.planning import one_meeting
from handlers.planning.capability import CAPABILITY as PLANNING
from handlers.planning.capability import SUB_COMMAND as PLAN
from handlers.polls import part as polls
from handlers.polls.capability import CAPABILITY as POLLS
from handlers.polls.capability import COMMAND as FIND_A_DATE
from handlers.registry import Registry
from handlers.reminded import capability as reminders
from handlers.searching import capability as searching
from handlers.searching import discussed, referred
from handlers.searching.mentions import mentioning
from handlers.sharing.things import SHARING
from handlers.subscriptions.capability import CAPABILITY as SUBSCRIPTIONS
from handlers.subscriptions.capability import SUB_COMMAND as CALENDAR
from handlers.unfinished import capability as unfinished

PAGE = page.Page((*page.OWN, status_part.part, disagreement.part, hearings.of_meeting, polls.part, reminded_of.part))
"""What stands about a meeting. What builds on meetings puts its `part` behind those of the meetings' own rooms."""
TEMPLATES = Templates((*MEETING_KINDS, *DISAGREEMENT_KINDS, *PUBLISHED_KINDS))
"""The kinds of Word documents that a committee may have a template of its own for."""
CASE_PAGE = case_page.CasePage(
    (*case_page.OWN, chain_part.part, disagreement.of_case, hearings.of_case, discussed.part)
)
"""What stands about a case in the register of decisions. What builds on that puts its `part` behind the register's
own."""
MOVING = Moving(one_meeting.remarks)
"""What is said of when and where meetings are, in chat and on their pages."""
MEETING_COMMANDS: tuple[SubCommand, ...] = (*MOVING.sub_commands, PLAN, FIND_A_DATE, CALENDAR, CHANNEL)
"""What words after `/mote` do. A room that builds on meetings adds its own."""

CAPABILITIES = (
    mentioning(cases.over(partial(referred.find, CASE_PAGE)), (Cases.SHOW, Cases.SHOW_NUMBERED)),
    DEVIATIONS,
    meetings.over(PAGE, TEMPLATES, MEETING_COMMANDS),
    MOVING.capability,
    ATTENDANCE,
    CONVOCATION,
    agendas.over(PAGE.show, PAGE.draw),
    mentioning(MINUTES, (Minutes.CASE,)),
    mentioning(MINUTES_ROUND, (MinutesRound.CASE,)),
    mentioning(decisions.over(CASE_PAGE, years.command, disagreed.command), (Decisions.SHOW,)),
    FOLLOWING,
    DISAGREEMENTS,
    PUBLISHED,
    HEARINGS,
    POLLS,
    EVALUATION,
    DUTIES,
    THREADS,
    SUBSCRIPTIONS,
    chain.CAPABILITY,
    chain.PARTIES,
    searching.over(CASE_PAGE, SHARING),
    PLANNING,
    PAPERS,
    CHOSEN_LANGUAGE,
)


@cache
def registry() -> Registry:
    """All of it. Made once, since nothing changes it."""
    return checked()


def checked() -> Registry:
    """All of it, with what is made over the rest, and looked over in each language that is installed now.

    Raises:
        ValueError: it does not fit together (see `Registry`).
    """
    reminding = (*CAPABILITIES, owed.over(CAPABILITIES), home.over(CAPABILITIES), reminders.over(CAPABILITIES))
    known = (*reminding, unfinished.over(reminding), oversight.over(reminding))
    return Registry((*known, helping.over(known)))
