"""One decision, with all that stands about it."""

from collections.abc import Mapping, Sequence

from handlers.calendar import dates
from handlers.decisions import at_hand, views
from handlers.decisions.access import sees
from handlers.decisions.actions import Do, button
from handlers.dialogs.dialog import Reply
from handlers.meetings.minutes import to_do
from handlers.meetings.minutes.verbs import how_decided
from handlers.meetings.minutes.views import STATUS
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import minutes
from storage.decisions import Decision
from storage.history import Event
from storage.tables import MinutesStatus

_MOST = 8
"""So many of what follows from it stand there with a button each."""


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The decision, for whoever may read it."""
    return await drawn(context, await at_hand.to_read(context, arguments))


async def drawn(context: Context, decision: Decision, *, said: str = "") -> Message:
    """The decision as it was read, with what has happened to it. `said`: what has just been done."""
    events = await minutes.HISTORY.events(context.session, decision.at.minutes.id)
    own = [each for each in events if each.data.get("conclusion") == decision.row.id]
    return _draw(context, decision, own, said)


_HAPPENED = {
    "decision_settled": N_("{who} noterte at det ikke krever oppfølging"),
    "decision_unsettled": N_("{who} noterte at det krever oppfølging"),
    "decision_revoked": N_("{who} førte det opp som opphevet"),
    "decision_holds": N_("{who} førte opp at det gjelder"),
}


def _told(decision: Decision, events: Sequence[Event]) -> str:
    zone = decision.at.meeting.zone
    return "\n".join(
        f"• {_(_HAPPENED[each.kind]).format(who=each.actor or _('Boten'))}, {dates.short_day(each.at, zone)}"
        for each in events
        if each.kind in _HAPPENED
    )


def _draw(context: Context, decision: Decision, events: Sequence[Event], said: str) -> Message:
    actor, at = context.actor, decision.at
    files, links = views.papers(context, at)
    facts = (
        (_("Utvalg"), at.committee.name),
        (_("Møte"), views.day(at)),
        (_("Avgjort ved"), how_decided(at.entry.how_decided) if sees(actor, at) else ""),
        (_("Status"), views.revoked_by(actor, decision) or views.status(decision, context.today)),
        (_("Referat"), at.paper or _(STATUS[MinutesStatus(at.minutes.status)])),
    )
    return Message(
        title=views.title(actor, at),
        text="\n\n".join(filter(None, (said, views.wording(actor, decision)))),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=(*_tasks(context, decision), *_events(decision, events)),
        files=files,
        links=links,
        buttons=(*_buttons(context, decision), *views.to_case(at)),
        replace=bool(said),
    )


def _tasks(context: Context, decision: Decision) -> tuple[Section, ...]:
    """What follows from it; where that is more than fits, what is to be done first."""
    found = sorted(views.tasks(context.actor, decision), key=lambda task: not task.is_open)
    shown = [views.task_line(context, task) for task in found[:_MOST]]
    if len(found) > _MOST:
        rest = "\n".join(f"• {to_do.line(task, context.today)}" for task in found[_MOST:])
        shown.append(Section(title=_("Flere oppfølginger"), text=rest))
    return tuple(shown)


def _events(decision: Decision, events: Sequence[Event]) -> tuple[Section, ...]:
    happened = _told(decision, events)
    return (Section(title=_("Hva som har skjedd"), text=happened),) if happened else ()


def _buttons(context: Context, decision: Decision) -> tuple[Button, ...]:
    """What the secretariat settles."""
    if not may_decide(context.actor, decision.at.committee.id):
        return ()
    if decision.is_revoked:
        return (button(Do.UNREVOKE, _("Gjelder likevel"), decision),)
    found = [button(Do.ADD, _("Legg til oppfølging"), decision)]
    if decision.row.settled:
        found.append(button(Do.UNSETTLE, _("Krever oppfølging likevel"), decision))
    elif not any(task.is_open for task in decision.tasks):
        found.append(button(Do.SETTLE, _("Krever ingen oppfølging"), decision))
    return (*found, button(Do.REVOKE, _("Opphevet av et annet vedtak"), decision))
