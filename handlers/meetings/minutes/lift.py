"""Lifting an agreement out of the comments of a case (løfte fram): it becomes a conclusion, or a follow-up."""

from collections.abc import Mapping
from typing import Annotated

from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Dialog, LongText, Note, Raw, Reply, Step
from handlers.errors import BadInput, Gone
from handlers.meetings.at_hand import about
from handlers.meetings.minutes import at_hand, page, verbs, write
from handlers.meetings.minutes.actions import Do, button
from handlers.meetings.minutes.sentences import called, key_of, says_agreement, sentences_in
from handlers.messages import paging
from handlers.messages.message import Message, Section
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import length
from storage import minutes


async def sentences(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The sentences of the discussion, those that sound like an agreement first, each with what it can become."""
    held = await at_hand.to_write(context, arguments, lock=False)
    at = await at_hand.line(context, arguments)
    discussion = at.written.entry.entry.discussion if at.written.entry is not None else ""
    found = sorted(sentences_in(discussion), key=lambda each: not says_agreement(each))
    start = min(paging.offset(arguments), max(0, len(found) - 1) // paging.SIZE * paging.SIZE)
    shown = found[start : start + paging.SIZE + 1]
    likely = sum(map(says_agreement, found))
    text = _("Velg setningen som sier det dere ble enige om. De som ligner en enighet, står først.")
    if not likely:
        text = _("Jeg finner ingen setning som ligner en enighet, men du kan velge en av dem.")
    if not found:
        text = _("Det er ikke skrevet noe innspill i saken ennå.")

    def section(each: str) -> Section:
        slot, key = at.slot_id, key_of(each)
        return Section(
            text=each,
            buttons=(
                button(Do.LIFT, _("Gjør til konklusjon"), held.meeting, slot=slot, sentence=key),
                button(Do.FOLLOW_UP, _("Gjør til oppfølging"), held.meeting, slot=slot, sentence=key),
            ),
        )

    return Message(
        title=at.written.called,
        text=text,
        sections=tuple(section(each) for each in paging.page_of(shown)),
        buttons=(
            *paging.buttons(shown, Do.SENTENCES, about(held.meeting, slot=at.slot_id, page=start // paging.SIZE)),
            button(Do.CASE, _("Tilbake til saken"), held.meeting, slot=at.slot_id),
        ),
        replace=True,
    )


async def _which(context: Context, answers: Answers) -> str:
    at = await at_hand.line(context, answers.arguments)
    return _("Saken: {title}").format(title=at.written.called)


class Lift(Step):
    """Ordlyden i konklusjonen."""

    about = About(title=N_("Gjør til konklusjon"), submit=N_("Legg til"))
    case: Annotated[None, Note("", text=_which)] = None
    text: Annotated[
        str, LongText(N_("Konklusjon"), help=N_("Setningen blir også stående i innspillene."), max_length=1000)
    ]


async def _sentence(context: Context, arguments: Mapping[str, str]) -> Raw:
    await at_hand.to_write(context, arguments, lock=False)
    found = called(await at_hand.line(context, arguments), arguments.get("sentence", ""))
    if not found:
        raise Gone(_("Setningen står ikke lenger i innspillene. Åpne saken på nytt."))
    return {"text": found[:1000]}


async def _lifted(context: Context, answers: Answers) -> Message:
    held = await at_hand.to_write(context, answers.arguments)
    at = await at_hand.line(context, answers.arguments)
    before = at.written.entry
    if before is None:
        raise Gone(_("Saken er ikke tatt med i referatet ennå. Åpne hele referatet og ta den med."))
    texts = [each.text for each in before.conclusions]
    new = [each for each in write.conclusions_in(answers[Lift].text) if each not in texts]
    if length("\n".join((*texts, *new))) > write.FIELD:
        raise BadInput({"text": _("Det er ikke plass til flere konklusjoner i saken. Kort ned dem som står der.")})
    if new:
        wanted = [(verbs.verb_of(each), each) for each in (*texts, *new)]
        await minutes.conclude(context.session, before, wanted)
        await write.note(context, held.row, before.entry, ["conclusions"], draft_id=answers.draft_id)
    after = await at_hand.line(context, answers.arguments)
    return page.one(after, said=_("Konklusjonen er lagt til."))


LIFT = Dialog(name="referat.loft", steps=(Lift,), finish=_lifted, prefill=_sentence, still=at_hand.still)


async def lift(context: Context, arguments: Mapping[str, str]) -> Reply:
    at = await at_hand.line(context, arguments)
    which = about(at.record.meeting, slot=at.slot_id, sentence=arguments.get("sentence", ""))
    return await conversation.start(context, LIFT, which)
