"""The report that somebody wants to see or do something with, if they may and it is still there to be done."""

from collections.abc import Mapping, Sequence, Set

from handlers.deviations import describe
from handlers.deviations.access import Posts, View, may_complete, own_posts, views
from handlers.errors import AlreadyDone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage import deviations, units
from storage.deviations import AT_UNIT, Report
from storage.history import Event

_ASIDE = frozenset({"noted", "added", "duplicate", "alias_learnt", "rated", "notice_considered", "notice_sent"})
"""Steps that change nothing of what can be decided on."""


def not_yours() -> NotAllowed:
    """The same whether it exists or not: who guesses numbers learns nothing."""
    return NotAllowed(
        _("Dette avviket er ikke blant dem du kan se. Skriv {mine} eller {queue} for å se dine.").format(
            mine=typed("avvik mine"), queue=typed("avvik kø")
        )
    )


async def find(
    context: Context, arguments: Mapping[str, str], *, lock: bool = False
) -> tuple[Report, Set[View], Posts]:
    """The report that the button's argument `deviation` names, and from where the actor may look at it.

    Raises:
        Gone: the argument is no id.
        NotAllowed: there is no such report, or it is not for the actor.
    """
    report = await deviations.report(context.session, id_of(arguments, "deviation"), lock=lock)
    posts = await own_posts(context)
    if report is None:
        raise not_yours()
    seen_from = views(context.actor.person_id, posts, report)
    if not seen_from:
        await _tell_where_it_went(context, report, posts)
        raise not_yours()
    return report, seen_from, posts


async def own(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Report:
    """The report, if the actor reported it. Raises as `find` does."""
    report, seen_from, _stands = await find(context, arguments, lock=lock)
    if View.REPORTER not in seen_from:
        raise NotAllowed(_("Bare den som meldte avviket, kan gjøre dette."))
    return report


async def to_complete(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Report:
    """The report, if the actor is the reporter's nearest leader. Raises as `find` does."""
    report, _seen_from, posts = await find(context, arguments, lock=lock)
    if not may_complete(posts, report):
        raise NotAllowed(_("Bare melderens nærmeste leder kan gjøre dette."))
    return report


# --- by the unit -------------------------------------------------------------------------------------------


async def to_handle(
    context: Context,
    arguments: Mapping[str, str],
    *,
    lock: bool = True,
    also_others: bool = False,
    also_stranded: bool = False,
) -> Report:
    """The report, for somebody of its unit to decide on: still open, and nobody else has taken it.

    A button has a `event`, the last that its reader saw. A form has none: what was written in it can still be sent
    when something else has happened meanwhile.

    Args:
        also_others: somebody else may have taken it.
        also_stranded: a leader of the organisation may too, if the unit has nobody.

    Raises:
        Gone, NotAllowed: as `find` does.
        AlreadyDone: it went elsewhere, is closed, or is somebody else's; says who did what and when.
    """
    report, seen_from, posts = await find(context, arguments, lock=lock)
    deviation = report.deviation
    if View.UNIT not in seen_from and not (also_stranded and await _is_stranded(context, report, seen_from)):
        await _tell_where_it_went(context, report, posts)
        raise NotAllowed(_("Bare de som behandler avvik i {unit}, kan gjøre dette.").format(unit=report.unit.name))
    events = await deviations.HISTORY.events(context.session, deviation.id, internal=True)
    decisive = decisive_of(events)
    if deviation.status not in AT_UNIT:
        raise Settled(_("Saken er avsluttet. {what}").format(what=describe.who_did_what(decisive[-1])))
    if "step" in arguments:
        _not_overtaken(context, report, decisive, id_of(arguments, "step"))
    if not also_others and await _is_anothers(context, report):
        raise AlreadyDone(
            _("{handler} har tatt saken. Trykk «Ta over saken» hvis det er du som skal behandle den.").format(
                handler=report.handler.name if report.handler else "?"
            )
        )
    return report


def decisive_of(events: Sequence[Event]) -> Sequence[Event]:
    """Those of these events that change what can be decided on."""
    return [event for event in events if event.kind not in _ASIDE]


def _not_overtaken(context: Context, report: Report, decisive: Sequence[Event], seen: int) -> None:
    """Raises `AlreadyDone` if somebody else has done something since the event `seen`."""
    news = [event for event in decisive if event.id > seen and event.actor_id != context.actor.person_id]
    if news:
        raise AlreadyDone(
            _("{reference}: det har skjedd noe siden du så saken. {what}. Se på den igjen før du går videre.").format(
                reference=report.deviation.reference, what=describe.who_did_what(news[-1])
            )
        )


async def _is_anothers(context: Context, report: Report) -> bool:
    """Whether somebody else has taken it who still works there."""
    handler_id = report.deviation.handler_id
    if handler_id is None or handler_id == context.actor.person_id:
        return False
    return await is_staffed(context, report, handler_id)


async def is_staffed(context: Context, report: Report, person_id: int | None = None) -> bool:
    """Whether this person, or with None anybody, works with the unit's reports today."""
    found = await units.staff(context.session, [report.deviation.unit_id], context.today)
    return any(person_id in (None, one.person_id) for one in found)


async def _is_stranded(context: Context, report: Report, seen_from: Set[View]) -> bool:
    return View.ORGANISATION in seen_from and not await is_staffed(context, report)


async def _tell_where_it_went(context: Context, report: Report, posts: Posts) -> None:
    """Raises `AlreadyDone` for those of a unit that had the report and sent it on."""
    events = await deviations.HISTORY.events(context.session, report.deviation.id, internal=False)
    for event in reversed(events):
        if event.kind == "forwarded" and event.data.get("from_id") in posts.handles:
            raise Settled(_("Saken er ikke lenger hos dere. {what}").format(what=describe.who_did_what(event)))
