"""Decisions on their way: what the committee that decided sees and does, and what the parties answer."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example
from handlers.decisions.chain import answering, clock, home, listing, monthly, out, owed, undelivered
from handlers.decisions.chain.actions import Do
from handlers.decisions.chain.party_actions import Do as PartyDo
from handlers.decisions.chain.ways import WAYS
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.something import Thing


async def _examples(_context: Context) -> Sequence[Example]:
    return (Example("/kjede", _("hvor vedtakene står på veien til andre utvalg og til partene")),)


CAPABILITY = Capability(
    name="kjede",
    about="item",
    commands=(
        Command(
            name="kjede",
            aliases=("kjeden", "vedtakskjede"),
            summary=N_("Hvor vedtak står på veien videre"),
            usage=N_("[utvalg]"),
            run=listing.command,
            examples=_examples,
            ways=WAYS,
            seldom=True,
        ),
    ),
    dialogs=(out.SEND, out.WITHDRAW, out.AGAIN, answering.WRITE_IN),
    does=Do,
    actions=(
        Action(Do.LIST, listing.listed, whole=True),
        Action(Do.SHOW, listing.show),
        Action(Do.SEND, out.send),
        Action(Do.WRITE_IN, answering.write_in),
        Action(Do.WITHDRAW, out.withdraw),
        Action(Do.AGAIN, out.again),
    ),
    chores=(clock.FOLLOW,),
    reminders=(monthly.KIND,),
    subjects={"chain": undelivered.about},
)
"""For the committee that decided."""

PARTIES = Capability(
    name="tilrading",
    about="leg",
    dialogs=(answering.ANSWER,),
    does=PartyDo,
    actions=(
        Action(PartyDo.MINE, answering.mine, whole=True),
        Action(PartyDo.SHOW, answering.show),
        Action(PartyDo.ANSWER, answering.answer),
    ),
    home=home.home,
    thing=Thing.RECOMMENDATIONS,
    owes=owed.owes,
)
"""For whoever answers for a party."""
