"""The follow-up that somebody wants to see or do something with, if they may."""

from collections.abc import Mapping

from handlers.decisions import access
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.people.context import Context
from handlers.writing.language import _
from storage import decisions
from storage.decisions import Task


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Task:
    """The follow-up called `follow`, whoever asks. Raises `Gone` if there is none."""
    found = await decisions.task(context.session, id_of(arguments, "follow"), lock=lock)
    if found is None:
        raise Gone(_("Oppfølgingen er tatt bort fra referatet."))
    if not found.at.is_in_force:
        raise Gone(_("Referatet er trukket tilbake og rettes. Du får beskjed når det gjelder igjen."))
    return found


async def to_read(context: Context, arguments: Mapping[str, str]) -> Task:
    """The follow-up, for whoever may read it.

    Raises:
        Gone, NotAllowed: says why not.
    """
    found = await decisions.task(context.session, id_of(arguments, "follow"))
    if found is not None and not access.may_read_task(context.actor, found):
        raise NotAllowed(
            _("Oppfølgingen er for den som har ansvaret, og for {committee}.").format(committee=found.at.committee.name)
        )
    return await find(context, arguments)
