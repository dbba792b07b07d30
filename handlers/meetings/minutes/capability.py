"""Minutes (referat): written per case in the meeting or after it, with `/referat`."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example
from handlers.meetings.minutes import checking, command, dispatching, follow_ups, home, lift, owed, page, who, write
from handlers.meetings.minutes.actions import Do
from handlers.meetings.minutes.notes import taking
from handlers.meetings.minutes.ways import WAYS
from handlers.people.access import may_write_minutes
from handlers.people.context import Context
from handlers.writing.language import N_, _


async def _examples(context: Context) -> Sequence[Example]:
    own = [each for each in context.actor.committees if may_write_minutes(context.actor, each.id)]
    if not own:
        return ()
    return (Example(f"/referat {own[0].name}", _("skriv referatet fra møtet som holdes, eller det siste")),)


CAPABILITY = Capability(
    name="referat",
    about="meeting",
    commands=(
        Command(
            name="referat",
            aliases=("referatet", "protokoll", "protokollen", "møtereferat", "motereferat", "møteprotokoll"),
            summary=N_("Referatet fra et møte"),
            usage=N_("[utvalg] [møte]"),
            run=command.command,
            examples=_examples,
            ways=WAYS,
        ),
    ),
    dialogs=(write.WRITE, who.WHO, follow_ups.FOLLOW_UP, lift.LIFT, dispatching.DISPATCH, taking.PASTE, taking.PLACE),
    does=Do,
    actions=(
        Action(Do.PAGE, command.show),
        Action(Do.START, page.start),
        Action(Do.CASE, page.case),
        Action(Do.WRITE, write.write),
        Action(Do.WHO, who.who),
        Action(Do.FOLLOW_UP, follow_ups.follow_up),
        Action(Do.REMOVE_FOLLOW_UP, follow_ups.remove),
        Action(Do.SENTENCES, lift.sentences),
        Action(Do.LIFT, lift.lift),
        Action(Do.DISPATCH, dispatching.dispatch),
        Action(Do.CHECK, checking.check),
        Action(Do.PASTE, taking.paste),
        Action(Do.NOTES, taking.show),
        Action(Do.TAKE_OVER, taking.take_over),
        Action(Do.PLACE, taking.place),
        Action(Do.THROW_AWAY, taking.throw_away),
    ),
    home=home.home,
    owes=owed.owes,
    foresees=home.foresees,
    intakes=(taking.INTAKE,),
)
