"""Finding a date, with `/mote finn`."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Example
from handlers.meetings.sub_command import SubCommand
from handlers.people.context import Context
from handlers.polls import (
    answering,
    choosing,
    home,
    listing,
    owed,
    reminding,
    running,
    showing,
    starting,
    undelivered,
    watching,
)
from handlers.polls.actions import Do
from handlers.polls.ways import WAYS
from handlers.writing.language import N_, _
from storage.something import Thing


async def _examples(context: Context) -> Sequence[Example]:
    plans = starting.own(context)
    if not plans:
        return ()
    name = next(each.name for each in context.actor.committees if each.id == plans[0])
    return (Example(f"/mote finn {name}", _("spør utvalget når det passer å møtes")),)


COMMAND = SubCommand(
    words=listing.WORDS,
    run=listing.command,
    usage=N_("finn [utvalg]"),
    ways=WAYS,
    examples=_examples,
    button=starting.from_list,
)
"""What a word after `/mote` does."""

CAPABILITY = Capability(
    name="datovalg",
    about="poll",
    also_on=("meeting",),
    dialogs=(starting.START, running.EXTEND, running.ADD, choosing.CHOOSE),
    does=Do,
    actions=(
        Action(Do.LIST, listing.listed, whole=True),
        Action(Do.BEGIN, starting.start, whole=True),
        Action(Do.SHOW, showing.show),
        Action(Do.OWN, answering.own),
        Action(Do.ANSWER, answering.answer),
        Action(Do.ALL, answering.all_suit),
        Action(Do.NONE, answering.none_suits),
        Action(Do.TURN, answering.turn),
        Action(Do.PEOPLE, showing.people),
        Action(Do.CHOOSE, choosing.choose),
        Action(Do.EXTEND, running.extend),
        Action(Do.ADD, running.add),
        Action(Do.CANCEL, running.cancel),
    ),
    home=home.home,
    thing=Thing.POLLS,
    owes=owed.owes,
    reminders=(reminding.REMIND,),
    chores=(watching.WATCH,),
    subjects={"poll": undelivered.about},
)
