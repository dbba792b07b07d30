"""Finding cases and decisions again: by a reference to one, or by words."""

from collections.abc import Sequence
from functools import partial

from handlers.capability import Action, Capability, Command, Example, Sharing
from handlers.cases.referring import reader_of
from handlers.decisions.case_page import CasePage
from handlers.people.context import Context
from handlers.searching import case, index, search
from handlers.searching.actions import Do
from handlers.searching.ways import WAYS
from handlers.writing.language import N_, _


async def _examples(context: Context) -> Sequence[Example]:
    if not reader_of(context).reads:
        return ()
    return (Example("/sok " + _("legemidler i utskrivning"), _("saker, vedtak og referater der det står")),)


def over(page: CasePage, sharing: Sharing) -> Capability:
    """`page`: what is shown of a case that minutes tell of. `sharing`: what is found, as it is put before others."""
    return Capability(
        name="sok",
        commands=(
            Command(
                name="sok",
                aliases=("søk", "søke", "soke"),
                summary=N_("Søk i saker, vedtak og referater"),
                usage=N_("[ord, dato eller saksnummer]"),
                run=partial(search.command, page),
                examples=_examples,
                ways=WAYS,
            ),
        ),
        does=Do,
        actions=(Action(Do.SEARCH, search.show_page, whole=True), case.action(page)),
        chores=(index.KEEP,),
        sharing=sharing,
    )
