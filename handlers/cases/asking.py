"""«Be om mer»: the secretariat's question about a case, and the proposer's answer."""

from collections.abc import Mapping
from typing import Annotated

from handlers.cases import announce, at_hand, queue, views
from handlers.cases.actions import Do, button
from handlers.cases.decide import done, open_form
from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step
from handlers.errors import Gone
from handlers.messages.arguments import id_of
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage import cases
from storage.cases import Case
from storage.tables import ItemStatus


class Ask(Step):
    """Et spørsmål til den som meldte saken."""

    about = About(title=N_("Be om mer"), submit=N_("Send spørsmålet"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    question: Annotated[str, LongText(N_("Hva trenger dere å vite?"), max_length=2000)]


async def _may_ask(context: Context, arguments: Mapping[str, str]) -> Raw:
    _somebody_to_answer(await at_hand.to_decide(context, arguments, lock=False))
    return {}


def _somebody_to_answer(case: Case) -> None:
    """Raises `Gone`: its proposer was removed from the partnership."""
    if case.proposer.left:
        raise Gone(
            _("{name} er ikke lenger med, og kan ikke svare. Bestem ut fra det som står, eller endre teksten.").format(
                name=case.proposer.name
            )
        )


async def _asked(context: Context, answers: Answers) -> Message:
    case = await at_hand.to_decide(context, answers.arguments)
    _somebody_to_answer(case)
    question = answers[Ask].question
    case.item.status = ItemStatus.QUESTIONED

    def news() -> Message:
        reply = button(Do.ANSWER, _("Svar"), case, style="primary")
        return Message(
            title=_("Sekretariatet spør om saken din: {title}").format(title=case.item.title),
            text=question,
            buttons=(reply,),
        )

    event, _receipt = await announce.record(
        context, case, "questioned", news=news, note=question, draft_id=answers.draft_id
    )
    return await queue.answer(context, answers.arguments, done(case, event))


ASK = Dialog(name="sak.spor", formerly="spor", steps=(Ask,), finish=_asked, prefill=_may_ask, still=_may_ask)


async def ask(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await open_form(context, ASK, arguments)


async def _the_question(context: Context, answers: Answers) -> str:
    return await cases.question(context.session, id_of(answers.arguments, "item"))


class Answer(Step):
    """Svaret på sekretariatets spørsmål."""

    about = About(title=N_("Svar sekretariatet"), submit=N_("Send svaret"))
    case: Annotated[None, Note("", text=at_hand.which)] = None
    question: Annotated[None, Note("", text=_the_question)] = None
    answer: Annotated[str, LongText(N_("Svar"), max_length=2000)]


async def _questioned(context: Context, arguments: Mapping[str, str], *, lock: bool = False) -> Case:
    case = await at_hand.own(context, arguments, lock=lock)
    if case.item.status != ItemStatus.QUESTIONED:
        raise Settled(_("Spørsmålet er ikke lenger åpent. {status}.").format(status=views.status(case, own=True)))
    return case


async def _may_answer(context: Context, arguments: Mapping[str, str]) -> Raw:
    await _questioned(context, arguments)
    return {}


async def _answered(context: Context, answers: Answers) -> Message:
    case = await _questioned(context, answers.arguments, lock=True)
    case.item.status = ItemStatus.PROPOSED
    reply = answers[Answer].answer
    event, _receipt = await announce.record(context, case, "answered", note=reply, draft_id=answers.draft_id)
    await announce.tell_secretariat(
        context, case, event, lambda: _("Svar om saken «{title}»").format(title=case.item.title), reply
    )
    return done(case, event)


ANSWER = Dialog(
    name="sak.svar", formerly="svar", steps=(Answer,), finish=_answered, prefill=_may_answer, still=_may_answer
)


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, ANSWER, {"item": arguments.get("item", "")})
