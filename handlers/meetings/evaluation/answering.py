"""Answering: a short form with the committee's questions, sent once. What was answered is kept without a name."""

from collections.abc import Mapping
from typing import Annotated, Any

from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Asks, Choice, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.limits import ANYWHERE
from handlers.meetings import at_hand as meetings
from handlers.meetings.at_hand import about
from handlers.meetings.evaluation import announce, happen, questions, views
from handlers.meetings.evaluation.actions import Do, button
from handlers.meetings.evaluation.at_hand import find, to_answer
from handlers.meetings.round_settings import MOST_QUESTIONS, Question
from handlers.messages.message import Message
from handlers.messages.settled import Settled
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import shorten
from storage import evaluations

_SCALE = tuple(Option(str(number), str(number)) for number in range(questions.LOWEST, questions.HIGHEST + 1))


async def _questions(context: Context, answers: Answers) -> list[Question]:
    """Read once for a form, not for each of its fields."""
    if "questions" not in answers.found:
        answers.found["questions"] = questions.read((await find(context, answers.arguments)).row.questions)
    found: list[Question] = answers.found["questions"]
    return found


def _asks(place: int, *, scale: bool) -> Asks:
    """The question in this place, if there is one that is answered so."""

    async def asks(context: Context, answers: Answers) -> str:
        found = await _questions(context, answers)
        if place >= len(found) or found[place].scale is not scale:
            return ""
        text = found[place].text
        if scale:
            text = _("{question} (1 er dårlig, 5 er bra)").format(question=text)
        return shorten(text, ANYWHERE.label)

    return asks


def _scale(place: int) -> Choice:
    return Choice(N_("Fra 1 til 5"), options=_SCALE, asks=_asks(place, scale=True))


def _words(place: int) -> LongText:
    return LongText(N_("Svar"), max_length=1000, asks=_asks(place, scale=False))


async def _which(context: Context, answers: Answers) -> str:
    read = await find(context, answers.arguments)
    return _("Gjelder {meeting}. Svarene lagres uten navn. Skriv ingenting du kan kjennes igjen på.").format(
        meeting=views.named(read.committee, read.meeting)
    )


class Evaluate(Step):
    """Spørsmålene om møtet."""

    about = About(title=N_("Evaluer møtet"), submit=N_("Send"))
    which: Annotated[None, Note("", text=_which)] = None
    number0: Annotated[str, _scale(0)] = ""
    words0: Annotated[str, _words(0)] = ""
    number1: Annotated[str, _scale(1)] = ""
    words1: Annotated[str, _words(1)] = ""
    number2: Annotated[str, _scale(2)] = ""
    words2: Annotated[str, _words(2)] = ""
    number3: Annotated[str, _scale(3)] = ""
    words3: Annotated[str, _words(3)] = ""
    number4: Annotated[str, _scale(4)] = ""
    words4: Annotated[str, _words(4)] = ""

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        asked = await _questions(context, answers)
        if any(self.answer(place, question) for place, question in enumerate(asked)):
            return {}
        first = "number0" if asked and asked[0].scale else "words0"
        return {first: _("Svar på minst ett av spørsmålene.")}

    def answer(self, place: int, question: Question) -> Any:
        """What was answered to the question in this place; None: nothing."""
        given = getattr(self, f"{'number' if question.scale else 'words'}{place}", "")
        return (int(given) if question.scale else given) if given else None


assert f"words{MOST_QUESTIONS - 1}" in Evaluate.model_fields  # noqa: S101 - a place for each question


async def _may(context: Context, arguments: Mapping[str, str]) -> Raw:
    await to_answer(context, arguments)
    return {}


async def _still(context: Context, arguments: Mapping[str, str]) -> None:
    await to_answer(context, arguments)


async def _answered(context: Context, answers: Answers) -> Message:
    read = await to_answer(context, answers.arguments, lock=True)
    asked = questions.read(read.row.questions)
    given = [answers[Evaluate].answer(place, question) for place, question in enumerate(asked)]
    if not await evaluations.answer(context.session, read.row.id, context.actor.person_id, given):
        raise Settled(_("Du har allerede svart."), button(Do.SHOW, _("Vis"), read.meeting))
    read = await happen.after(context, read.row.id)
    if read.waiting:
        await announce.stand(context, read)
    else:
        # Nobody is waited for, so nobody need wait for what it came to.
        await happen.close(context, read)
    return views.has_answered(read).model_copy(update={"replace": True})


EVALUATE = Dialog(name="evaluering.svar", steps=(Evaluate,), finish=_answered, prefill=_may, still=_still)


async def answer(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form."""
    found = await meetings.find(context, arguments)
    return await conversation.start(context, EVALUATE, about(found.meeting))
