"""The evaluation on a meeting's page: how far that of this meeting has come, and what that of the last one came to."""

from handlers.meetings.agenda.lines import AgendaOf
from handlers.meetings.evaluation import views
from handlers.meetings.evaluation.actions import Do, button
from handlers.meetings.evaluation.at_hand import is_shared, load, what_it_came_to
from handlers.meetings.part import NOTHING, Part
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.message import Button, Fact, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import _
from storage import evaluations


async def part(context: Context, read: AgendaOf) -> Part:
    """For the committee's people, where the committee evaluates its meetings; nothing is asked where it does not."""
    meeting, committee = read.meeting, read.committee
    held = context.actor.roles.get(committee.id, frozenset())
    if not held - {Role.GUEST} or not CommitteeSettings.model_validate(committee.settings).evaluation.ask:
        return NOTHING
    facts: tuple[Fact, ...] = ()
    buttons: tuple[Button, ...] = ()
    runs = may_decide(context.actor, committee.id)
    if meeting.ends_at <= context.now and meeting.cancelled_at is None:
        of = await evaluations.of_meeting(context.session, meeting.id)
        if of is not None:
            own = await load(context, of)
            asked = own.of(context.actor.person_id)
            if runs:
                facts = (Fact(label=_("Evaluering"), value=views.progress(own)),)
                buttons = (button(Do.SHOW, _("Se evalueringen"), meeting),)
            if asked is not None and not asked.answered and own.is_open(context.now):
                buttons = (*buttons, button(Do.ANSWER, _("Svar på evalueringen"), meeting))
        elif runs:
            text = _("Sendes når oppmøtet er ført, til dem som var der, hvis de er mange nok til å være anonyme.")
            facts = (Fact(label=_("Evaluering"), value=text),)
    return Part(facts=facts, sections=await _previous(context, read), buttons=buttons)


async def _previous(context: Context, read: AgendaOf) -> tuple[Section, ...]:
    """What the evaluation of the last meeting came to, where the secretariat has taken it along."""
    of = await evaluations.before(context.session, read.meeting)
    if of is None or of.row.closed_at is None or not await is_shared(context, of.meeting.id):
        return ()
    previous = await load(context, of)
    summed = await what_it_came_to(context, previous)
    if summed is None:
        return ()
    return (Section(title=views.title(previous, _("Evaluering av {meeting}")), text=views.in_short(summed)),)
