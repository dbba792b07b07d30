"""Agendas (sakslister): read by the members, worked on by the secretariat."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from handlers.capability import Action, Capability, Command, Example
from handlers.dialogs.dialog import Reply
from handlers.meetings import at_hand, choosing
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.agenda import drafting, forms, part, pressed, told, work
from handlers.meetings.agenda.actions import Do
from handlers.messages.message import Message, Section
from handlers.people.access import DECIDERS, may_propose
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.typed import typed

Show = Callable[[Context, Mapping[str, str]], Awaitable[Reply]]


async def _examples(context: Context) -> Sequence[Example]:
    own = context.actor.roles
    read = [each for each in context.actor.committees if each.id in own or may_propose(context.actor, each)]
    read.sort(key=lambda each: each.id not in own)
    return tuple(Example(f"/saksliste {each.name}", _("sakslisten for neste møte")) for each in read[:1])


async def _help(context: Context) -> Sequence[Section]:
    if not any(context.actor.has_role(committee, *DECIDERS) for committee in context.actor.roles):
        return ()
    text = _(
        "{command} viser møtet. Derfra endrer dere rekkefølgen, setter av tid, legger inn pauser og slår sammen saker. "
        "Trykk «Begynn å arbeide med sakslisten» først, så får medlemmene én melding når dere er ferdige."
    )
    return (Section(title=_("Arbeide med en saksliste"), text=text.format(command=typed("saksliste"))),)


def over(show: Show, draw: pressed.Draw) -> Capability:
    """What is done with agendas. `show`: shows the page of the meeting among the arguments; `draw`: that of the meeting
    whose agenda it is given. That page stands above all rooms of the meetings, this one too."""

    async def run(context: Context, text: str) -> Reply:
        found = await choosing.choose(context, text, command="saksliste", do=Meetings.PAGE)
        return found if isinstance(found, Message) else await show(context, at_hand.about(found.meeting))

    return Capability(
        name="saksliste",
        about="meeting",
        commands=(
            Command(
                name="saksliste",
                aliases=("sakliste", "sakslista", "dagsorden", "agenda"),
                summary=N_("Sakslisten for et møte"),
                usage=N_("[utvalg] [møte]"),
                run=run,
                examples=_examples,
            ),
        ),
        dialogs=(forms.ADD, forms.BREAK, forms.TIME, forms.CHANGE, forms.JOIN),
        does=Do,
        actions=(
            Action(Do.LIST, part.listed),
            Action(Do.WORK, work.show),
            Action(Do.ORDER, partial(pressed.put_in_order, draw)),
            Action(Do.ADD, forms.add),
            Action(Do.BREAK, forms.add_break),
            Action(Do.CHANGE, forms.change),
            Action(Do.JOIN, forms.join),
            Action(Do.BEGIN, drafting.begin),
            Action(Do.FINISH, drafting.finish),
            *(Action(do, run_it) for do, run_it in pressed.ACTIONS),
        ),
        chores=(told.CHANGES,),
        home=drafting.waiting,
        queues=drafting.waiting,
        foresees=drafting.foresees,
        help=_help,
    )
