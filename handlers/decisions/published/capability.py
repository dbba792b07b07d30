"""A year of a committee's decisions, and the list of cases handled that it may publish: `/vedtaksliste`."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example, Way
from handlers.decisions.published import command, files
from handlers.decisions.published.actions import Do
from handlers.people.context import Context
from handlers.writing.language import N_, _

WAYS = (
    Way(
        "",
        N_("Vis årets vedtak"),
        asks=("årets|årlige vedtak|vedtakene", "liste|oversikt vedtak|vedtakene år|året", "behandlede|behandla saker"),
        shows=True,
    ),
)


async def _examples(context: Context) -> Sequence[Example]:
    own = [each for each in context.actor.committees if context.actor.roles.get(each.id)]
    if not own:
        return ()
    line = f"/vedtaksliste {own[0].name} {context.today.year}"
    return (Example(line, _("vedtakene i et utvalg gjennom et år, som Word-dokument")),)


CAPABILITY = Capability(
    name="vedtaksliste",
    about="committee",
    commands=(
        Command(
            name="vedtaksliste",
            aliases=("vedtakslista", "vedtakslisten", "årsvedtak", "arsvedtak", "saksoversikt"),
            summary=N_("Årets vedtak i et utvalg"),
            usage=N_("[utvalg] [år]"),
            run=command.command,
            examples=_examples,
            ways=WAYS,
        ),
    ),
    does=Do,
    actions=(Action(Do.SHOW, command.show),),
    documents=files.DOCUMENTS,
)
