"""«Be om opplysninger»: the unit's question to the reporter, the answer, and what the reporter adds unasked."""

from collections.abc import Mapping
from typing import Annotated

from handlers.deviations import announce, at_hand, describe, views
from handlers.deviations.actions import Do, button
from handlers.deviations.handling.take import taken_by_actor
from handlers.deviations.reporting.consent import keep_unmarked
from handlers.deviations.words import NO_PATIENT, UNMARKED
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step
from handlers.errors import AlreadyDone, Gone
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import deviations
from storage.deviations import AT_UNIT, Report
from storage.tables import DeviationStatus

TEXT_LIMIT = 2000


def kept(arguments: Mapping[str, str]) -> dict[str, str]:
    """What a form keeps of the button that opened it: which report it is about."""
    return {"deviation": arguments.get("deviation", "")}


async def opened(_context: Context, _arguments: Mapping[str, str]) -> Raw:
    """The form begins empty: whoever opens it has been looked at."""
    return {}


async def still_open(context: Context, arguments: Mapping[str, str]) -> None:
    """Raises `Settled` once the unit has nothing to do with the report any more."""
    await at_hand.to_handle(context, arguments, lock=False, also_others=True)


async def which(context: Context, answers: Answers) -> str:
    """The title of the report that a form is about. Whoever opened it could see it then; if not any more, the form
    is to be drawn all the same, with what was written in it."""
    report = await deviations.report(context.session, id_of(answers.arguments, "deviation"))
    return describe.title(report) if report else ""


# --- the unit asks -----------------------------------------------------------------------------------------


async def _which_and_whose(context: Context, answers: Answers) -> str:
    """The same, with what becomes of who the patient is."""
    report = await deviations.report(context.session, id_of(answers.arguments, "deviation"))
    if report is None:
        return ""
    consent = report.deviation.consent
    said = _("Må dere vite hvem pasienten er, går det i den godkjente kanalen, med referansen.")
    if consent in UNMARKED:
        said = _("{reason}: det skal ikke oppgis hvem det er, heller ikke i andre kanaler.").format(
            reason=_(UNMARKED[consent])
        )
    return "\n\n".join([describe.title(report), *([] if consent == NO_PATIENT else [said])])


class Ask(Step):
    """Et spørsmål til melderen."""

    about = About(title=N_("Be om opplysninger"), submit=N_("Send spørsmålet"))
    report: Annotated[None, Note("", text=_which_and_whose)] = None
    question: Annotated[
        str,
        LongText(
            N_("Hva trenger dere å vite?"),
            help=N_("Spør ikke om hvem pasienten er."),
            max_length=TEXT_LIMIT,
        ),
    ]


async def _to_ask(context: Context, arguments: Mapping[str, str], *, lock: bool = True) -> Report:
    report = await at_hand.to_handle(context, arguments, lock=lock)
    if report.reporter.left:
        raise Gone(_("Melderen har sluttet og kan ikke svare. Svar ut fra det dere vet, eller avvis med en kommentar."))
    if report.deviation.status == DeviationStatus.ASKED:
        raise Settled(_("Dere venter allerede på svar fra melderen."))
    return report


async def _asked(context: Context, answers: Answers) -> Message:
    report = taken_by_actor(context, await _to_ask(context, answers.arguments))
    question = answers[Ask].question
    keep_unmarked(report.deviation.consent, {"question": question})
    report.deviation.status = DeviationStatus.ASKED
    event, _receipt = await announce.record(context, report, "questioned", note=question, draft_id=answers.draft_id)

    def news() -> Message:
        reply = button(Do.REPLY, _("Svar"), report.deviation, style="primary")
        return Message(
            title=_("{unit} spør om {reference}").format(unit=report.unit.name, reference=report.deviation.reference),
            text=question,
            buttons=(reply,),
        )

    await announce.tell_reporter(context, report, event, news)
    return views.done(report, event)


ASK = Dialog(name="avvik.spor", formerly="avvik-spor", steps=(Ask,), finish=_asked, prefill=opened, still=still_open)


async def ask(context: Context, arguments: Mapping[str, str]) -> Reply:
    await _to_ask(context, arguments, lock=False)
    return await conversation.start(context, ASK, kept(arguments))


# --- the reporter answers ----------------------------------------------------------------------------------


async def _the_question(context: Context, answers: Answers) -> str:
    # The reporter's own, or there would be no form.
    asked = await deviations.HISTORY.last(context.session, id_of(answers.arguments, "deviation"), kind="questioned")
    return asked.note if asked else ""


class Answer(Step):
    """Svaret på enhetens spørsmål."""

    about = About(title=N_("Svar enheten"), submit=N_("Send svaret"))
    report: Annotated[None, Note("", text=which)] = None
    question: Annotated[None, Note("", text=_the_question)] = None
    answer: Annotated[str, LongText(N_("Svar"), max_length=TEXT_LIMIT)]


async def _at_unit(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Report:
    report = await at_hand.own(context, arguments, lock=lock)
    if report.deviation.status not in AT_UNIT:
        steps = at_hand.decisive_of(
            await deviations.HISTORY.events(context.session, report.deviation.id, internal=False)
        )
        raise Settled(_("Enheten venter ikke på noe fra deg. {what}").format(what=describe.who_did_what(steps[-1])))
    return report


async def _replied(context: Context, answers: Answers) -> Message:
    """An answer to a question that was taken back meanwhile, by a hand-over, is worth having all the same."""
    report = await _at_unit(context, answers.arguments, lock=True)
    deviation = report.deviation
    keep_unmarked(deviation.consent, {"answer": answers[Answer].answer})
    kind = "added"
    if deviation.status == DeviationStatus.ASKED:
        kind = "replied"
        still_there = deviation.handler_id and await at_hand.is_staffed(context, report, deviation.handler_id)
        deviation.status = DeviationStatus.TAKEN if still_there else DeviationStatus.SENT
    return await _told(context, report, kind, answers[Answer].answer, answers.draft_id)


REPLY = Dialog(
    name="avvik.svar", formerly="avvik-svar", steps=(Answer,), finish=_replied, prefill=opened, still=_at_unit
)


async def reply(context: Context, arguments: Mapping[str, str]) -> Reply:
    report = await _at_unit(context, arguments)
    if report.deviation.status != DeviationStatus.ASKED:
        raise AlreadyDone(_("Spørsmålet er ikke lenger åpent. Trykk «Legg til opplysninger» hvis du vil skrive mer."))
    return await conversation.start(context, REPLY, kept(arguments))


async def _told(context: Context, report: Report, kind: str, text: str, draft_id: str) -> Message:
    event, _receipt = await announce.record(context, report, kind, note=text, draft_id=draft_id)

    def headline() -> Message:
        sentence = _("Svar fra melderen: {reference}") if kind == "replied" else _("Nytt fra melderen: {reference}")
        return Message(title=sentence.format(reference=report.deviation.reference), text=text)

    await announce.tell_unit(context, report, event, headline)
    return views.done(report, event)


# --- the reporter adds something ---------------------------------------------------------------------------


class Add(Step):
    """Noe melderen vil legge til."""

    about = About(title=N_("Legg til opplysninger"), submit=N_("Send"))
    report: Annotated[None, Note("", text=which)] = None
    text: Annotated[str, LongText(N_("Hva vil du legge til?"), max_length=TEXT_LIMIT)]


async def _added(context: Context, answers: Answers) -> Message:
    report = await _at_unit(context, answers.arguments, lock=True)
    keep_unmarked(report.deviation.consent, {"text": answers[Add].text})
    return await _told(context, report, "added", answers[Add].text, answers.draft_id)


ADD = Dialog(
    name="avvik.tillegg", formerly="avvik-tillegg", steps=(Add,), finish=_added, prefill=opened, still=_at_unit
)


async def add(context: Context, arguments: Mapping[str, str]) -> Reply:
    await _at_unit(context, arguments)
    return await conversation.start(context, ADD, kept(arguments))
