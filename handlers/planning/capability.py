"""The year's meeting plan (møteplan): handed in, checked in plain words, shown, and stored with one press."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Example
from handlers.meetings.sub_command import SubCommand
from handlers.people.context import Context
from handlers.planning import at_hand, forms, page, pressed, taking, undelivered, year
from handlers.planning.actions import Do
from handlers.planning.ways import WAYS
from handlers.writing.language import N_, _

CAPABILITY = Capability(
    name="moteplan",
    about="year",
    dialogs=forms.DIALOGS,
    does=Do,
    actions=(
        Action(Do.YEAR, year.show),
        Action(Do.WRITE, forms.write),
        Action(Do.SHOW, page.show),
        Action(Do.IS, pressed.is_committee),
        Action(Do.WHOSE, forms.whose),
        Action(Do.WITHOUT, pressed.without),
        Action(Do.CORRECT, forms.correct),
        Action(Do.USUAL, forms.usual),
        Action(Do.TAKE, pressed.take),
        Action(Do.APART, pressed.apart),
        Action(Do.STORE, pressed.store),
        Action(Do.THROW, pressed.throw),
    ),
    intakes=(taking.INTAKE,),
    home=year.home,
    queues=year.home,
    foresees=year.foresees,
    subjects={"moteplan": undelivered.about},
)


async def _examples(context: Context) -> Sequence[Example]:
    if not at_hand.plans_any(context):
        return ()
    return (Example(f"/mote plan {context.today.year + 1}", _("møteplanen for neste år")),)


SUB_COMMAND = SubCommand(
    words=("plan", "planen", "møteplan", "møteplanen", "året"),
    run=year.command,
    usage=N_("plan [år]"),
    ways=WAYS,
    examples=_examples,
    button=year.from_list,
)
"""`/mote plan`."""
