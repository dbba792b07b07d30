"""The decision that somebody wants to see or do something with, if they may."""

from collections.abc import Mapping

from handlers.decisions import access
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.people.access import require_decider
from handlers.people.context import Context
from handlers.writing.language import _
from storage import decisions
from storage.decisions import Decision


async def find(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Decision:
    """The decision called `decision` among the arguments, whoever asks. Raises `Gone` if there is none, or it is one of
    another case than the one called `item`."""
    found = await decisions.decision(context.session, id_of(arguments, "decision"), lock=lock)
    item = found.at.item if found is not None else None
    if found is None or ("item" in arguments and str(item.id if item is not None else "") != arguments["item"]):
        raise Gone(_("Vedtaket står ikke lenger i et referat som gjelder."))
    return found


async def to_read(context: Context, arguments: Mapping[str, str]) -> Decision:
    """The decision, for whoever may read it.

    Raises:
        Gone, NotAllowed: says why not.
    """
    found = await find(context, arguments)
    if not access.may_read(context.actor, found):
        raise NotAllowed(
            _("Vedtakene i {committee} er for medlemmene. Er du medlem? Be koordinatoren føre deg opp.").format(
                committee=found.at.committee.name
            )
        )
    return found


async def to_settle(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Decision:
    """The decision, for its secretariat. `lock`: nobody else changes it meanwhile. Raises as `to_read`."""
    found = await find(context, arguments, lock=lock)
    require_decider(context, found.at.committee)
    return found
