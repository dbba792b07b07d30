"""The committee's old papers, or one of them, that somebody wants to do something with, if they may."""

from collections.abc import Mapping
from typing import NamedTuple

from handlers.errors import Gone
from handlers.messages.arguments import id_of
from handlers.messages.settled import Settled
from handlers.papers.actions import Do, button
from handlers.people.access import require_decider
from handlers.people.context import Context
from handlers.writing.language import _
from storage import committees, papers
from storage.tables import Committee, Paper, PaperStatus


class AtHand(NamedTuple):
    """A paper, and the committee that it is of."""

    paper: Paper
    committee: Committee


async def committee(context: Context, arguments: Mapping[str, str]) -> Committee:
    """The committee called `committee`, for its secretariat.

    Raises:
        Gone, NotAllowed: says why not.
    """
    found = await committees.committee(context.session, id_of(arguments, "committee"))
    if found is None:
        raise Gone(_("Utvalget finnes ikke lenger."))
    require_decider(context, found)
    return found


async def paper(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> AtHand:
    """The paper called `paper`, which is of the committee called `committee`, for the secretariat of that.

    Raises as `committee`.
    """
    owner = await committee(context, arguments)
    found = await papers.paper(context.session, id_of(arguments, "paper"), lock=lock)
    if found is None or found.committee_id != owner.id:
        raise Gone(_("Papiret finnes ikke lenger, eller er ført på et annet utvalg."))
    return AtHand(found, owner)


async def waiting(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> AtHand:
    """The same while it waits to be confirmed. Raises `Settled` besides: somebody was first."""
    found = await paper(context, arguments, lock=lock)
    if found.paper.status != PaperStatus.WAITING:
        show = button(Do.SHOW, _("Vis papiret"), found.committee.id, paper=found.paper.id)
        raise Settled(_("Papiret «{file}» er allerede behandlet.").format(file=found.paper.name), show)
    return found


async def still(context: Context, arguments: Mapping[str, str]) -> None:
    """For `Dialog.still`: raises `Settled` once the paper is confirmed or thrown away."""
    await waiting(context, arguments)
