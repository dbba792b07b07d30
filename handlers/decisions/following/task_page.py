"""One follow-up, with what has happened to it, and what may be done with it."""

from collections.abc import Mapping, Sequence

from handlers.decisions import access
from handlers.decisions import views as decisions_views
from handlers.decisions.chain.actions import Do as ChainDo
from handlers.decisions.chain.actions import button as chain_button
from handlers.decisions.chain.party_actions import to_answer
from handlers.decisions.following import at_hand, views
from handlers.dialogs.dialog import Reply
from handlers.meetings.follow_up_actions import Do, button
from handlers.messages.message import Button, Confirm, Fact, Message, Section
from handlers.people.access import may_decide, may_read_agenda
from handlers.people.context import Context
from handlers.writing.language import _
from storage import follow_ups
from storage.follow_ups import Task
from storage.history import Event

_EVENTS = 10
"""So many of what has happened to it stand there, the last ones."""


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The follow-up, for whoever may read it."""
    task = await at_hand.to_read(context, arguments)
    return draw(context, task, await follow_ups.HISTORY.events(context.session, task.row.id))


def draw(context: Context, task: Task, events: Sequence[Event] = (), *, said: str = "") -> Message:
    """The follow-up as it was read. `said`: what has just been done."""
    rhythm = views.RHYTHMS.get(task.row.rhythm)
    facts = [*decisions_views.decided_in(context, task), *decisions_views.task_facts(task, context.today)]
    if rhythm is not None and task.is_open:
        facts.append(Fact(label=_("Melder status"), value=_(rhythm)))
    happened = views.told(events[-_EVENTS:])
    return Message(
        title=decisions_views.task_title(task),
        text="\n\n".join(filter(None, (said, decisions_views.beside_title(task)))),
        facts=tuple(facts),
        sections=(Section(title=_("Hva som har skjedd"), text=happened),) if happened else (),
        buttons=(*buttons(context, task), *_beside(context, task)),
    )


def _beside(context: Context, task: Task) -> tuple[Button, ...]:
    """To the case, for whoever may read that; not on the page that a link to the follow-up alone opened."""
    return decisions_views.to_case(task.at) if not context.only else ()


def buttons(context: Context, task: Task) -> tuple[Button, ...]:
    """What the reader may do with it."""
    row = task.row
    own, tends = access.sees_to(context.actor, task), may_decide(context.actor, task.at.committee.id)
    is_found = not (own and access.stands_in(context.actor, task))
    if not task.is_open:
        return (button(Do.REOPEN, _("Åpne igjen"), row),) if own or tends else ()
    found: list[Button] = []
    if row.recommended:
        # It is answered with yes or no, on its own page.
        found += [to_answer(_("Svar på tilrådingen"), row, style="primary")] if own else []
    elif own and is_found:
        found += [*views.answers(task), button(Do.REPORT, _("Meld status"), row)]
        if not task.is_leg:
            found += [button(Do.HAND_ON, _("Gi videre"), row), button(Do.NOT_MINE, _("Ikke min"), row)]
        found.append(button(Do.RHYTHM, _("Meld status jevnlig"), row))
    elif tends:
        found.append(button(Do.DONE, _("Gjort"), row))
    if task.is_leg and not context.only and may_read_agenda(context.actor, task.at.committee):
        found.append(chain_button(ChainDo.SHOW, _("Se hvor det står"), task.at))
    if tends and not task.is_leg:
        label = _("Endre eier og frist") if is_found else _("Velg eier og frist")
        found.insert(
            len(found) if is_found else 0, button(Do.CHANGE, label, row, style="default" if is_found else "primary")
        )
    if tends and not row.recommended:
        confirm = Confirm(text=_("Ta bort oppfølgingen? Den som har ansvaret, får beskjed."), yes=_("Ta bort"))
        found.append(button(Do.DROP, _("Skal ikke gjøres"), row, style="danger", confirm=confirm))
    return tuple(found)
