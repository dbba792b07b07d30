"""What the reporter does later: asks once more, says what the answer was worth, withdraws, considers the notice."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated

from handlers.calendar import dates
from handlers.deviations import announce, at_hand, describe, notice, views
from handlers.deviations.access import View
from handlers.deviations.deadlines import answer_due, days_to_answer
from handlers.deviations.handling import reminders
from handlers.deviations.handling.questions import TEXT_LIMIT, kept, opened, which
from handlers.deviations.reporting.consent import keep_unmarked
from handlers.deviations.words import RATINGS
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Reply, Step
from handlers.errors import AlreadyDone, Gone, NotAllowed
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.reminders import doing
from handlers.writing.language import N_, _
from storage import deadlines
from storage.deviations import Report
from storage.tables import DeviationStatus

# --- Spør en gang til --------------------------------------------------------------------------------------


class AskAgain(Step):
    """Hva melderen fortsatt lurer på."""

    about = About(title=N_("Spør en gang til"), submit=N_("Send"))
    report: Annotated[None, Note("", text=which)] = None
    question: Annotated[
        str,
        LongText(
            N_("Hva lurer du fortsatt på?"),
            help=N_("Saken åpnes igjen. Det kan du gjøre én gang."),
            max_length=TEXT_LIMIT,
        ),
    ]


async def _to_ask_again(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Report:
    report = await at_hand.own(context, arguments, lock=lock)
    if not views.may_ask_again(report):
        if report.deviation.asked_again_at is not None:
            raise Settled(
                _(
                    "Du har allerede spurt en gang til ({day}). Ta kontakt med {unit} hvis du fortsatt lurer på noe."
                ).format(day=dates.short_day(report.deviation.asked_again_at, describe.ZONE), unit=report.unit.name)
            )
        raise Settled(_("Du kan spørre en gang til når enheten har svart."))
    return report


async def _asked_again(context: Context, answers: Answers) -> Message:
    """Back to whoever answered, if they still work there, with a new deadline. What was rated is rated anew."""
    report = await _to_ask_again(context, answers.arguments, lock=True)
    deviation = report.deviation
    question = answers[AskAgain].question
    keep_unmarked(deviation.consent, {"question": question})
    still_there = deviation.handler_id and await at_hand.is_staffed(context, report, deviation.handler_id)
    deviation.status = DeviationStatus.TAKEN if still_there else DeviationStatus.SENT
    if not still_there:
        deviation.handler_id = None
        report = report._replace(handler=None)
    deviation.asked_again_at = context.now
    deviation.due_at = answer_due(context.now, days_to_answer(report.unit, deviation.consequence))
    deviation.closed_at = None
    deviation.rating = ""
    event, _receipt = await announce.record(context, report, "asked_again", note=question, draft_id=answers.draft_id)
    await announce.tell_unit(
        context,
        report,
        event,
        lambda: Message(
            title=_("Melderen spør en gang til: {reference}").format(reference=deviation.reference), text=question
        ),
    )
    return views.done(report, event)


ASK_AGAIN = Dialog(
    name="avvik.sporigjen",
    formerly="avvik-sporigjen",
    steps=(AskAgain,),
    finish=_asked_again,
    prefill=opened,
    still=_to_ask_again,
)


async def ask_again(context: Context, arguments: Mapping[str, str]) -> Reply:
    await _to_ask_again(context, arguments)
    return await conversation.start(context, ASK_AGAIN, kept(arguments))


# --- the two buttons ---------------------------------------------------------------------------------------


async def rate(context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the reporter thinks of the answer: once for each answer."""
    report = await at_hand.own(context, arguments, lock=True)
    deviation = report.deviation
    rating = arguments.get("rating", "")
    if rating not in RATINGS or deviation.status != DeviationStatus.ANSWERED:
        raise Gone(_("Det er ikke noe svar å vurdere nå. Trykk «Vis saken» for å se hvor den står."))
    if deviation.rating:
        raise AlreadyDone(_("Takk, du har allerede vurdert svaret."))
    deviation.rating = rating
    await announce.record(context, report, "rated", data={"rating": RATINGS[rating]})
    return Message(title=_("Takk for tilbakemeldingen"), text=describe.title(report), buttons=(views.show(report),))


async def withdraw(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The reporter takes the report back, until somebody has taken it."""
    report = await at_hand.own(context, arguments, lock=True)
    deviation = report.deviation
    taken = deviation.handler_id is not None and await at_hand.is_staffed(context, report, deviation.handler_id)
    if deviation.status == DeviationStatus.WITHDRAWN:
        raise AlreadyDone(_("Meldingen er allerede trukket."))
    if not views.may_withdraw(report, taken=taken):
        raise AlreadyDone(
            _("Meldingen kan ikke trekkes lenger. {status}.").format(status=describe.status(report, own=True))
        )
    deviation.status = DeviationStatus.WITHDRAWN
    deviation.closed_at = context.now
    event, _receipt = await announce.record(context, report, "withdrawn")
    if describe.is_serious(report) and deviation.sent_at is not None:
        await announce.tell_leaders_of_both(context, report, event, lambda: _taken_back(report))
    return views.done(report, event)


def _taken_back(report: Report) -> Message:
    """Those who heard of a serious event at once hear that the report is gone; the duty to notify is not."""
    text = _("Lovpålagt {word} må vurderes likevel.").format(word=notice.word(notice.rule_of(report)))
    if notice.settled(report):
        text = notice.sentence(report)
    return Message(
        title=_("{reference} er trukket av melderen").format(reference=report.deviation.reference), text=text
    )


async def considered(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The reporter, or a leader on the reporter's side, says that the statutory notice has been considered."""
    report = await _of_notice(context, arguments)
    if notice.settled(report):
        raise AlreadyDone(notice.sentence(report))
    report.deviation.notice_considered_at = context.now
    return await _told_of_notice(context, report._replace(considered_by=context.actor.name), "notice_considered")


async def sent(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The same, that it has been sent; also where it was only said to be considered before."""
    report = await _of_notice(context, arguments)
    if report.deviation.notice_sent_at is not None:
        raise AlreadyDone(notice.sentence(report))
    report.deviation.notice_sent_at = context.now
    return await _told_of_notice(context, report._replace(sent_by=context.actor.name), "notice_sent")


async def _of_notice(context: Context, arguments: Mapping[str, str]) -> Report:
    """The report, if it is the actor's to say what became of the statutory notice.

    Raises:
        Gone, NotAllowed: as `cases.find` does; or it is no serious event.
    """
    report, seen_from, _stands = await at_hand.find(context, arguments, lock=True)
    if not {View.REPORTER, View.REPORTERS_LEADER} & seen_from:
        raise NotAllowed(_("Bare den som meldte avviket, eller en leder i samme virksomhet, kan gjøre dette."))
    if not describe.is_serious(report):
        raise Gone(_("Lovpålagt varsel eller melding gjelder bare alvorlige hendelser."))
    return report


async def _told_of_notice(context: Context, report: Report, kind: str) -> Message:
    data = {"word": notice.word(notice.rule_of(report))}
    event, _receipt = await announce.record(context, report, kind, data=data)
    subject = deadlines.reminder_subject(report.deviation.id)
    await doing.say(context, subject, reminders.NOTICE, partial(views.notice_is_settled, report))
    return views.done(report, event)
