"""Old papers (gamle papirer): minutes, convocations and meeting plans of before, read in with `/papirer`."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example
from handlers.papers import confirming, page, taking
from handlers.papers.actions import Do
from handlers.papers.ways import WAYS
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import N_, _


async def _examples(context: Context) -> Sequence[Example]:
    own = [each for each in context.actor.committees if may_decide(context.actor, each.id)]
    return (Example(f"/papirer {own[0].name}", _("les inn gamle referater")),) if own else ()


CAPABILITY = Capability(
    name="papirer",
    about="committee",
    commands=(
        Command(
            name="papirer",
            aliases=("papirene", "papira"),
            summary=N_("Les inn gamle papirer"),
            usage=N_("[utvalg]"),
            run=page.command,
            seldom=True,
            examples=_examples,
            ways=WAYS,
        ),
    ),
    dialogs=(confirming.CORRECT, confirming.STORE),
    does=Do,
    actions=(
        Action(Do.LIST, page.show_list),
        Action(Do.SHOW, page.show),
        Action(Do.CORRECT, confirming.correct),
        Action(Do.STORE, confirming.store),
        Action(Do.THROW, confirming.throw),
        Action(Do.UNDO, confirming.undo),
    ),
    intakes=(taking.INTAKE,),
    home=page.home,
    queues=page.home,
    foresees=page.foresees,
)
