"""The register of decisions, with `/vedtak`."""

from collections.abc import Sequence
from functools import partial

from handlers.capability import Action, Capability, Command, Example, Find
from handlers.decisions import command, decision_page, following_case, home, owed, register, settling, status_part
from handlers.decisions.actions import Do
from handlers.decisions.case_page import CasePage
from handlers.decisions.ways import WAYS
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.something import Thing


async def _examples(context: Context) -> Sequence[Example]:
    found = [Example("/vedtak mine", _("det du skal følge opp"))]
    own = [each for each in context.actor.committees if each.id in context.actor.roles]
    if own:
        found.append(Example(f"/vedtak {own[0].name}", _("hva utvalget har vedtatt, og hva som er gjort")))
        found.append(Example(f"/vedtak år {own[0].name}", _("årets vedtak i utvalget som Word-dokument")))
    return found


def over(page: CasePage, of_year: Find, disagreed: Find) -> Capability:
    """The register. `page`: what stands about a case in it. `of_year`: a year of a committee's decisions.
    `disagreed`: those that ended in disagreement."""
    return Capability(
        name="vedtak",
        about="item",
        commands=(
            Command(
                name="vedtak",
                aliases=("vedtaket", "vedtakene", "vedtaka", "vedtaksregister"),
                summary=N_("Vedtak og hva som er gjort"),
                usage=N_("mine | forfalt | mangler | uenighet | år [utvalg] | [utvalg] | [saksnummer] | [ord]"),
                run=partial(command.command, page, of_year, disagreed),
                examples=_examples,
                ways=WAYS,
            ),
        ),
        dialogs=(settling.ADD, settling.REVOKE),
        does=Do,
        actions=(
            Action(Do.LIST, register.listed, whole=True),
            Action(Do.MINE, register.mine, whole=True),
            Action(Do.OVERDUE, register.overdue, whole=True),
            Action(Do.LACKING, register.lacking, whole=True),
            Action(Do.STATUS, status_part.listed),
            Action(Do.SHOW, decision_page.show),
            Action(Do.CASE, page.show),
            Action(Do.SETTLE, settling.settle),
            Action(Do.UNSETTLE, settling.unsettle),
            Action(Do.ADD, settling.add),
            Action(Do.REVOKE, settling.revoke),
            Action(Do.UNREVOKE, settling.unrevoke),
            Action(Do.FOLLOW_CASE, partial(following_case.follow, page)),
            Action(Do.LEAVE_CASE, partial(following_case.leave, page)),
        ),
        home=home.home,
        queues=home.queues,
        thing=Thing.DECISIONS,
        owes=owed.owes,
        chores=(following_case.NEWS,),
    )
