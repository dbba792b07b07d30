"""What published minutes tell of a case besides what was decided, on its page in the register; and what all of that
refers to."""

from handlers.calendar import dates
from handlers.decisions.access import committees_read_by
from handlers.decisions.case_read import CaseRead
from handlers.meetings.part import NOTHING, Part
from handlers.messages.message import Section
from handlers.people.access import LISTENERS
from handlers.people.context import Context
from handlers.searching import mentions
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import published

_MEETINGS = 4
"""A case that was in more is shown with what was said in the last ones."""
_DISCUSSION = 1200


async def part(context: Context, case: CaseRead) -> Part:
    if not case.sees:
        return NOTHING
    meetings = await published.said(context.session, item_ids=[case.item.id])
    meetings = [each for each in meetings if _reads(context, case, each.committee_id)][-_MEETINGS:]
    sections = [
        Section(
            title=_("Referatet fra møtet {day}").format(day=dates.short_day(each.starts_at, each.zone)),
            text=shorten(each.discussion, _DISCUSSION),
        )
        for each in meetings
        if each.discussion
    ]
    texts = [each.discussion for each in meetings] + [each.row.text for each in case.decided]
    meeting_id = meetings[-1].meeting_id if meetings else case.item.meeting_id
    found = [] if context.only else await mentions.found_in(context, texts, meeting_id, besides=(case.item.id, None))
    return Part(facts=mentions.facts(found), sections=tuple(sections), buttons=mentions.buttons(found))


def _reads(context: Context, case: CaseRead, committee_id: int) -> bool:
    """Whether the actor reads that committee's minutes of the case: whoever presents a case, or has something to do
    because of it, does not for that."""
    if case.item.closed_under:
        return bool(context.actor.roles.get(committee_id, frozenset()).difference(LISTENERS))
    return committee_id in committees_read_by(context.actor)
