"""«Svar og avslutt» and «Avvis»: how a unit closes a report."""

from collections.abc import Mapping
from typing import Annotated, Any

from handlers.deviations import access, announce, at_hand, views
from handlers.deviations.access import View
from handlers.deviations.handling.questions import TEXT_LIMIT, kept, opened, still_open, which
from handlers.deviations.handling.take import taken_by_actor
from handlers.deviations.reporting.consent import keep_unmarked
from handlers.deviations.words import REJECT_REASONS
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Reply, Step, Text
from handlers.errors import BadInput
from handlers.messages.arguments import id_of
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import deviations
from storage.deviations import Report
from storage.tables import DeviationStatus

DUPLICATE = "duplicate"

# --- Svar og avslutt ---------------------------------------------------------------------------------------


async def _what_is_asked(context: Context, answers: Answers) -> str:
    """The title of the report, and what the reporter asked if it was once more."""
    asked = await deviations.HISTORY.last(context.session, id_of(answers.arguments, "deviation"), kind="asked_again")
    question = _("Melderen spør en gang til: {question}").format(question=asked.note) if asked else ""
    return "\n\n".join(filter(None, (await which(context, answers), question)))


class Answer(Step):
    """Svaret til melderen. Asked once more, the unit begins anew: what it answered first is kept as it was."""

    about = About(title=N_("Svar og avslutt"), submit=N_("Send svaret"))
    report: Annotated[None, Note("", text=_what_is_asked)] = None
    finding: Annotated[str, LongText(N_("Hva fant dere?"), help=N_("Melderen får lese alt du skriver her."))]
    measure: Annotated[str, LongText(N_("Hva gjør dere med det?"), help=N_("Skriv også hvis dere ikke gjør noe."))]
    measure_by: Annotated[str, Text(N_("Hvem følger opp?"))] = ""
    measure_due: Annotated[str, Text(N_("Når skal det være gjort?"), placeholder=N_("15. desember"))] = ""


_COLUMNS = ("finding", "measure", "measure_by", "measure_due")


async def _answered(context: Context, answers: Answers) -> Message:
    report = taken_by_actor(context, await at_hand.to_handle(context, answers.arguments))
    given = answers[Answer]
    deviation = report.deviation
    written = {name: getattr(given, name) for name in _COLUMNS}
    keep_unmarked(deviation.consent, written)
    deviation.status = DeviationStatus.ANSWERED
    for name, value in written.items():
        setattr(deviation, name, value)
    _close(context, report)
    if deviation.answered_at is None:
        deviation.answered_at = context.now
        if deviation.sent_at is not None:
            deviation.seconds_to_answer = int((context.now - deviation.sent_at).total_seconds())
        # Now, since a report that is asked about once more gets another deadline.
        deviation.answered_in_time = deviation.due_at is None or context.now <= deviation.due_at
    # An answer that is replaced later stays in the history.
    event, _receipt = await announce.record(context, report, "answered", data=written, draft_id=answers.draft_id)
    await announce.tell_reporter(context, report, event, lambda: views.news_of_answer(report))
    return views.done(report, event)


def _close(context: Context, report: Report) -> None:
    report.deviation.closed_at = context.now
    report.deviation.reject_reason = ""
    report.deviation.duplicate_of_id = None


ANSWER = Dialog(
    name="avvik.besvar", formerly="avvik-besvar", steps=(Answer,), finish=_answered, prefill=opened, still=still_open
)


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    await at_hand.to_handle(context, arguments, lock=False)
    return await conversation.start(context, ANSWER, kept(arguments))


# --- Avvis -------------------------------------------------------------------------------------------------


class Reject(Step):
    """Hvorfor avviket avvises."""

    about = About(title=N_("Avvis"), submit=N_("Avvis"))
    report: Annotated[None, Note("", text=which)] = None
    reason: Annotated[
        str, Choice(N_("Grunn"), options=tuple(Option(key, label) for key, label in REJECT_REASONS.items()))
    ]
    duplicate: Annotated[
        str,
        Text(
            N_("Referansen til det som er meldt fra før"),
            help=N_("Bare hvis det er meldt fra før."),
            placeholder="AVV-2026-0007",
            max_length=30,
        ),
    ] = ""
    comment: Annotated[str, LongText(N_("Kommentar"), help=N_("Melderen får lese dette."), max_length=TEXT_LIMIT)]

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        if self.reason != DUPLICATE:
            return {}
        if not self.duplicate:
            return {
                "duplicate": _("Skriv referansen til det avviket som er meldt fra før, for eksempel AVV-2026-0007.")
            }
        if await _duplicate_of(context, answers.arguments, self.duplicate) is None:
            return {
                "duplicate": _("Jeg finner ikke {reference} blant avvikene hos dere.").format(reference=self.duplicate)
            }
        return {}


async def _duplicate_of(context: Context, arguments: Mapping[str, str], reference: str) -> Report | None:
    """The other report, if it exists and the actor's side may see it: who guesses references learns nothing."""
    found = await deviations.by_reference(context.session, reference)
    if found is None or str(found.deviation.id) == arguments.get("deviation"):
        return None
    seen_from = access.views(context.actor.person_id, await access.own_posts(context), found)
    return found if {View.UNIT, View.ORGANISATION} & seen_from else None


async def _rejected(context: Context, answers: Answers) -> Message:
    report = taken_by_actor(context, await at_hand.to_handle(context, answers.arguments))
    given = answers[Reject]
    deviation = report.deviation
    keep_unmarked(deviation.consent, {"comment": given.comment})
    deviation.status = DeviationStatus.REJECTED
    _close(context, report)
    deviation.reject_reason = given.reason
    if given.reason == DUPLICATE:
        other = await _duplicate_of(context, answers.arguments, given.duplicate)
        if other is None:
            raise BadInput({"duplicate": _("Avviket finnes ikke lenger. Skriv en annen referanse.")})
        deviation.duplicate_of_id = other.deviation.id
        # Whoever reported this one may not know of the other.
        await deviations.HISTORY.add(
            context.session,
            deviation.id,
            "duplicate",
            context.actor.person_id,
            context.now,
            data={"reference": other.deviation.reference},
            internal=True,
        )
    data: dict[str, Any] = {"reason": given.reason}
    event, _receipt = await announce.record(
        context, report, "rejected", note=given.comment, data=data, draft_id=answers.draft_id
    )

    def news() -> Message:
        return Message(
            title=_("{unit} har avvist {reference}").format(unit=report.unit.name, reference=deviation.reference),
            text=given.comment,
            facts=(Fact(label=_("Grunn"), value=_(REJECT_REASONS[given.reason])),),
            buttons=views.reporter_buttons(report, taken=True),
        )

    await announce.tell_reporter(context, report, event, news)
    return views.done(report, event)


REJECT = Dialog(
    name="avvik.avvis", formerly="avvik-avvis", steps=(Reject,), finish=_rejected, prefill=opened, still=still_open
)


async def reject(context: Context, arguments: Mapping[str, str]) -> Reply:
    await at_hand.to_handle(context, arguments, lock=False)
    return await conversation.start(context, REJECT, kept(arguments))
