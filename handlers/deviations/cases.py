"""The report that somebody wants to see or do something with, if they may and it is still there to be done."""

from collections.abc import Mapping, Set

from handlers.arguments import id_of
from handlers.context import Context
from handlers.deviations.access import Standing, View, may_complete, standing, views
from handlers.errors import NotAllowed
from handlers.language import _
from storage import deviations
from storage.deviations import Report


def _not_yours() -> NotAllowed:
    # The same whether it exists or not: who guesses numbers learns nothing.
    return NotAllowed(_("Dette avviket er ikke blant dem du kan se. Skriv /avvik mine eller /avvik kø for å se dine."))


async def find(
    context: Context, arguments: Mapping[str, str], *, lock: bool = False
) -> tuple[Report, Set[View], Standing]:
    """The report that the button's argument `deviation` names, and from where the actor may look at it.

    Raises:
        Gone: the argument is no id.
        NotAllowed: there is no such report, or it is not for the actor.
    """
    report = await deviations.report(context.session, id_of(arguments, "deviation"), lock=lock)
    stands = await standing(context)
    if report is None:
        raise _not_yours()
    seen_from = views(context.actor.person_id, stands, report)
    if not seen_from:
        raise _not_yours()
    return report, seen_from, stands


async def own(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Report:
    """The report, if the actor reported it. Raises as `find` does."""
    report, seen_from, _stands = await find(context, arguments, lock=lock)
    if View.REPORTER not in seen_from:
        raise NotAllowed(_("Bare den som meldte avviket, kan gjøre dette."))
    return report


async def to_complete(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Report:
    """The report, if the actor is the reporter's nearest leader. Raises as `find` does."""
    report, _seen_from, stands = await find(context, arguments, lock=lock)
    if not may_complete(stands, report):
        raise NotAllowed(_("Bare melderens nærmeste leder kan gjøre dette."))
    return report
