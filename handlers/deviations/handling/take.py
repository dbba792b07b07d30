"""«Ta saken», «Ta over saken» and «Gi fra deg saken»: who in the unit handles a report."""

from collections.abc import Mapping

from handlers.deviations import announce, at_hand, describe, views
from handlers.dialogs.dialog import Reply
from handlers.errors import AlreadyDone
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import _
from storage import people
from storage.deviations import Handler, Report
from storage.tables import DeviationStatus


async def take(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The actor handles the report from now on. Of two who press at once, the second is told who has it."""
    report = await at_hand.to_handle(context, arguments, also_others=True)
    before = report.deviation.handler_id
    if before == context.actor.person_id:
        raise AlreadyDone(_("Du har allerede tatt saken."))
    report = taken_by_actor(context, report)
    event, _receipt = await announce.record(context, report, "taken")
    if before is not None:
        await announce.tell_people(
            context,
            report,
            event,
            list((await people.languages(context.session, [before])).items()),
            lambda: Message(
                title=_("{handler} har tatt over {reference}").format(
                    handler=context.actor.name, reference=report.deviation.reference
                ),
                buttons=(views.show(report),),
            ),
        )
    return views.done(report, event)


def taken_by_actor(context: Context, report: Report) -> Report:
    """The report with the actor as the one who handles it: whoever does something with it has it."""
    report.deviation.handler_id = context.actor.person_id
    if report.deviation.status == DeviationStatus.SENT:
        report.deviation.status = DeviationStatus.TAKEN
    return report._replace(handler=Handler(context.actor.person_id, context.actor.name))


async def release(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The actor does not handle it any more; anybody in the unit may."""
    report = await at_hand.to_handle(context, arguments)
    if report.deviation.handler_id != context.actor.person_id:
        raise AlreadyDone(_("Du har ikke saken, så det er ingenting å gi fra deg."))
    report.deviation.handler_id = None
    if report.deviation.status == DeviationStatus.TAKEN:
        report.deviation.status = DeviationStatus.SENT
    report = report._replace(handler=None)
    event, _receipt = await announce.record(context, report, "released")
    await announce.tell_unit(
        context,
        report,
        event,
        lambda: Message(
            title=_("{reference} er ledig: ta saken hvis du kan").format(reference=report.deviation.reference),
            text=describe.who_did_what(event),
        ),
    )
    return views.done(report, event)
