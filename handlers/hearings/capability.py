"""Rounds of written comments, with `/horing`."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example
from handlers.hearings import (
    answering,
    clock,
    documents,
    home,
    listing,
    owed,
    reminding,
    running,
    showing,
    starting,
    undelivered,
)
from handlers.hearings.actions import Do
from handlers.hearings.ways import WAYS
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.something import Thing


async def _examples(context: Context) -> Sequence[Example]:
    found = [Example("/horing", _("høringene du er spurt i"))]
    if any(may_decide(context.actor, each) for each in context.actor.roles):
        found.append(Example("/horing ny", _("be noen svare skriftlig innen en frist")))
    return found


CAPABILITY = Capability(
    name="horing",
    about="hearing",
    commands=(
        Command(
            name="horing",
            aliases=("høring", "høyring", "horinger", "høringer", "høyringar"),
            summary=N_("Høringer: skriftlige svar innen en frist"),
            usage=N_("[ny]"),
            run=listing.command,
            examples=_examples,
            ways=WAYS,
        ),
    ),
    dialogs=(starting.START, starting.ADD, answering.ANSWER, running.EXTEND),
    does=Do,
    actions=(
        Action(Do.LIST, listing.listed, whole=True),
        Action(Do.BEGIN, starting.start),
        Action(Do.SHOW, showing.show),
        Action(Do.ANSWER, answering.answer),
        Action(Do.NO_REMARKS, answering.no_remarks),
        Action(Do.RECIPIENT, starting.recipient),
        Action(Do.READ, showing.answer),
        Action(Do.EXTEND, running.extend),
        Action(Do.ATTACH, running.attach),
        Action(Do.CLOSE, running.close),
        Action(Do.WITHDRAW, running.withdraw),
    ),
    documents=documents.DOCUMENTS,
    home=home.home,
    thing=Thing.HEARINGS,
    owes=owed.owes,
    chores=(clock.FOLLOW,),
    reminders=(reminding.REMIND,),
    subjects={"hearing": undelivered.about},
)
