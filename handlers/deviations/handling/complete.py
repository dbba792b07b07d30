"""The reporter's nearest leader completes a report before it is sent, where the organisation wants that.

Waiting there must not stop it: after two working days it is sent as it is.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import when
from handlers.calendar.working_days import working_days_after
from handlers.chore import Chore, Item
from handlers.deviations import announce, at_hand, describe, views
from handlers.deviations.deadlines import answer_due, days_to_answer
from handlers.deviations.handling.questions import which
from handlers.deviations.reporting import choosing, forms
from handlers.deviations.reporting.consent import Told, keep_unmarked
from handlers.deviations.words import Direction
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, Note, Raw, Reply
from handlers.errors import BadInput, Gone
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import CLOCK, Context
from handlers.writing.language import N_, _
from storage import deviations, units
from storage.deviations import Report
from storage.direct import Question
from storage.tables import DeviationStatus

WAITS_WORKING_DAYS = 2
"""So long a report waits for the leader."""


_TEXTS = ("description", "immediate_measures", "prevention", "category_other")


async def send_as_is(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Send som den er»."""
    report = await _waiting(context, arguments)
    if report.unit.removed_at is not None:
        raise Gone(_("Enheten finnes ikke lenger. Trykk «Se over og send», og velg en annen."))
    return await _send(context, report, "completed")


async def look_over(context: Context, arguments: Mapping[str, str]) -> Reply:
    """«Se over og send»: the report's own form, for the leader to add to and correct."""
    return await conversation.start(context, COMPLETE, {"deviation": arguments.get("deviation", "")})


def _since(now: datetime) -> datetime:
    return now - timedelta(days=WAITS_WORKING_DAYS)


def _stirs(now: datetime) -> Question:
    return deviations.stirs_at_leader(_since(now))


async def _overdue(session: AsyncSession, now: datetime) -> Sequence[Item]:
    waiting = await deviations.at_leader_since(session, _since(now))
    return [
        Item("deviation", deviation_id)
        for deviation_id, created_at in waiting
        if working_days_after(created_at, WAITS_WORKING_DAYS) <= now
    ]


async def _send_overdue(session: AsyncSession, items: Sequence[Item], now: datetime) -> int:
    """Send what has waited for a leader for two working days; how many."""
    context = Context(session, CLOCK, now)
    sent = 0
    for item in items:
        report = await deviations.report(session, int(item.id), lock=True)
        if report is not None and report.deviation.status == DeviationStatus.AT_LEADER:
            await _send(context, report, "sent")
            sent += 1
    return sent


SEND_OVERDUE = Chore("deviations.complete", _overdue, _send_overdue, stirs=_stirs)


async def _waiting(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Report:
    """The report, if it waits for the actor.

    Raises:
        Gone, NotAllowed: as `cases.find` does.
        AlreadyDone: it is sent, or withdrawn; says who did it and when.
    """
    report = await at_hand.to_complete(context, arguments, lock=lock)
    if report.deviation.status != DeviationStatus.AT_LEADER:
        events = at_hand.decisive_of(
            await deviations.HISTORY.events(context.session, report.deviation.id, internal=False)
        )
        raise Settled(_("Meldingen venter ikke på deg lenger. {last}.").format(last=describe.who_did_what(events[-1])))
    return report


async def _send(
    context: Context, report: Report, kind: str, *, changed: tuple[str, ...] = (), draft_id: str | None = None
) -> Message:
    """The unit gets it, and the clock for its answer starts. What whoever sent it reads.

    `changed`: labels of what the leader changed. What stood there before is kept nowhere: it may be the very thing
    that had to go.
    """
    deviation = report.deviation
    deviation.status = DeviationStatus.SENT
    deviation.sent_at = context.now
    deviation.due_at = answer_due(context.now, days_to_answer(report.unit, deviation.consequence))
    event, _receipt = await announce.record(
        context, report, kind, data={"changed": list(changed)} if changed else None, draft_id=draft_id
    )

    def told() -> Message:
        corrected = ", ".join(f"«{_(label)}»" for label in changed)
        return Message(
            title=_("{reference} er sendt til {unit}").format(reference=deviation.reference, unit=report.unit.name),
            text="\n".join(
                filter(
                    None,
                    (
                        describe.who_did_what(event),
                        _("Lederen din endret dette: {changed}.").format(changed=corrected) if corrected else "",
                    ),
                )
            ),
            buttons=(views.show(report),),
        )

    await announce.tell_reporter(context, report, event, told)
    if describe.is_serious(report):
        await announce.tell_of_serious(context, report, event)
    return views.done(report, event)


# --- the form ----------------------------------------------------------------------------------------------


class Review(Told):
    """Meldingen slik den ble skrevet."""

    about = About(
        title=N_("Se over og send"),
        submit=N_("Send"),
        intro=N_("Rett eller legg til det som trengs. Melderen får vite at den er sendt, og ser det som ble sendt."),
    )
    report: Annotated[None, Note("", text=which)] = None
    unit: forms.UnitField
    categories: forms.Categories
    category_other: forms.OtherCategory = ""
    description: forms.Description
    when: forms.WhenField = ""
    immediate_measures: forms.Measures = ""
    consequence: forms.ConsequenceField
    near_miss: forms.NearMiss = False
    prevention: forms.Prevention = ""

    _near_miss = forms.caught_in_time

    async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
        return forms.when_problem(self.when, context)


async def _as_it_stands(context: Context, arguments: Mapping[str, str]) -> Raw:
    report = await _waiting(context, arguments, lock=False)
    deviation = report.deviation
    return {
        **_written(report),
        "near_miss": "true" if deviation.near_miss else "false",
        # Not asked of the leader, but they say which units there are to choose among, and what may stand in the texts.
        "direction": deviation.direction,
        choosing.FROM: str(deviation.reporter_organisation_id),
        "consent": deviation.consent,
    }


def _written(report: Report) -> Raw:
    deviation = report.deviation
    return {
        "unit": str(deviation.unit_id),
        "categories": list(report.categories),
        "category_other": deviation.category_other,
        "description": deviation.description,
        "when": when.written(moment) if (moment := when.stored(deviation)) else "",
        "immediate_measures": deviation.immediate_measures,
        "consequence": deviation.consequence,
        "prevention": deviation.prevention,
    }


async def _completed(context: Context, answers: Answers) -> Message:
    """Store what the leader wrote, and send it."""
    report = await _waiting(context, answers.arguments)
    review, deviation = answers[Review], report.deviation
    before = {**_written(report), "near_miss": deviation.near_miss}
    after = {name: getattr(review, name) for name in before}
    keep_unmarked(deviation.consent, {name: after[name] for name in _TEXTS})
    after["categories"] = forms.all_categories(review.categories, review.category_other)
    report = await _to_unit(context, report, review.unit)
    moment = when.parse(review.when, context.now) if review.when else None
    for column, value in when.columns(moment).items():
        setattr(deviation, column, value)
    for column in ("category_other", "description", "immediate_measures", "consequence", "near_miss", "prevention"):
        setattr(deviation, column, after[column])
    if set(after["categories"]) != set(report.categories):
        await deviations.change_categories(context.session, deviation.id, after["categories"])
        report = report._replace(categories=tuple(sorted(after["categories"])))
    labels = {name: widget.label for name, widget, _required in Review.widgets()}
    changed = tuple(labels[name] for name in before if _differs(before[name], after[name]))
    return await _send(context, report, "completed", changed=changed, draft_id=answers.draft_id)


def _differs(before: object, after: object) -> bool:
    if isinstance(before, list) and isinstance(after, list):
        return set(before) != set(after)
    return before != after


async def _to_unit(context: Context, report: Report, unit_id: str) -> Report:
    """The report with another unit to answer it, if the leader chose one; the service follows where it was its."""
    if str(report.deviation.unit_id) == unit_id:
        return report
    unit = await units.unit(context.session, int(unit_id))
    organisation = await units.organisation(context.session, unit.organisation_id) if unit else None
    if unit is None or organisation is None:
        raise BadInput({"unit": _("Enheten finnes ikke lenger. Velg en annen; resten av skjemaet er tatt vare på.")})
    deviation = report.deviation
    if deviation.direction == Direction.TO_MUNICIPALITY and deviation.service == report.unit.service:
        deviation.service = unit.service
    deviation.unit_id, deviation.organisation_id = int(unit_id), unit.organisation_id
    return report._replace(unit=unit, organisation=organisation.name)


async def _still_waiting(context: Context, arguments: Mapping[str, str]) -> None:
    await _waiting(context, arguments, lock=False)


COMPLETE = Dialog(
    name="avvik.leder",
    formerly="avvik-leder",
    steps=(Review,),
    finish=_completed,
    prefill=_as_it_stands,
    still=_still_waiting,
)
