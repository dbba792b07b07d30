"""«Vis saken»: one report as whoever asks may see it, with its history."""

from collections.abc import Mapping

from handlers.deviations import access, announce, at_hand, describe, views
from handlers.deviations.access import View
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.people.context import Context
from storage import deviations
from storage.tables import DeviationStatus


async def show(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The report, from the nearest place the actor may look at it from. `page`: of a long one (see `pages`)."""
    report, seen_from, stands = await at_hand.find(context, arguments)
    written = arguments.get("page", "0")
    page = int(written) if written.isdecimal() and len(written) < 4 else 0
    ours = bool({View.UNIT, View.ORGANISATION} & seen_from)
    events = await deviations.HISTORY.events(context.session, report.deviation.id, internal=ours)
    last = events[-1]
    if report.deviation.status == DeviationStatus.WITHDRAWN and View.REPORTER not in seen_from:
        # What was withdrawn is nobody else's to read, also where the history quotes it.
        events = [event for event in events if event.kind == "withdrawn"]
    found = await announce.holders(context.session, report, context.now)
    report = announce.today(report, found)
    said = announce.written(events, report)
    history = (*describe.earlier_answers(events), *describe.history(events))
    if ours:
        handles = View.UNIT in seen_from or found.stranded
        buttons = announce.buttons_for(report, last, found, context.actor.person_id) if handles else ()
        shown: Message = views.for_unit(
            report,
            last,
            context.now,
            buttons=buttons,
            note=said.to_unit,
            later=describe.added_later(events),
            history=history,
            page=page,
        )
    elif View.REPORTER in seen_from:
        shown = views.for_reporter(
            report,
            last,
            taken=found.taken,
            led=found.led,
            off_chat=found.off_chat,
            question=said.to_reporter,
            history=history,
            page=page,
        )
    else:
        completes = access.may_complete(stands, report)
        shown = views.for_leader(report, last, history=history, page=page, completes=completes)
    return shown.model_copy(update={"replace": "page" in arguments})


async def called(context: Context, reference: str) -> Reply:
    """The report with this reference, as whoever asks may see it."""
    found = await deviations.by_reference(context.session, reference)
    if found is None:
        raise at_hand.not_yours()
    return await show(context, {"deviation": str(found.deviation.id)})
