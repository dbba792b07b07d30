"""Correcting approved minutes, which are locked: a new entry beside them, which everybody who has them gets."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from handlers.dialogs import conversation
from handlers.dialogs.dialog import About, Answers, Choice, Dialog, LongText, Note, Option, Raw, Reply, Step
from handlers.limits import ANYWHERE
from handlers.meetings.minutes import record
from handlers.meetings.minutes.round import announce, happen, texts, views
from handlers.meetings.minutes.round.at_hand import find, require, to_write
from handlers.meetings.minutes.states import Event
from handlers.messages.arguments import id_in
from handlers.messages.message import Fact, Message
from handlers.people.context import Context
from handlers.writing.language import N_, _
from handlers.writing.text import apart

_ALL = "all"


async def _which(context: Context, answers: Answers) -> str:
    return views.title(await find(context, answers.arguments), "{minutes}")


async def _cases(context: Context, answers: Answers, _values: Sequence[str] | None, _query: str) -> Sequence[Option]:
    read = await find(context, answers.arguments)
    found = texts.commented(await record.read(context.session, read.meeting, read.committee))
    labels = apart([each.called for each in found], ANYWHERE.option)
    return [
        Option(_ALL, _("Hele referatet")),
        *(Option(str(each.slot_id), label) for each, label in zip(found, labels, strict=True)),
    ]


class Correct(Step):
    """En rettelse av et godkjent referat."""

    about = About(title=N_("Rettelse"), submit=N_("Lagre rettelsen"))
    which: Annotated[None, Note("", text=_which)] = None
    item: Annotated[str, Choice(N_("Sak"), options=_cases)]
    text: Annotated[
        str,
        LongText(
            N_("Rettelse"),
            help=N_("Referatet endres ikke. Rettelsen står ved siden av det, og alle som har det, får den."),
            max_length=2000,
        ),
    ]


async def _may(context: Context, arguments: Mapping[str, str]) -> Raw:
    require(await to_write(context, arguments, lock=False), Event.CORRECTED)
    return {}


async def _corrected(context: Context, answers: Answers) -> Message:
    read = await to_write(context, answers.arguments)
    require(read, Event.CORRECTED)
    slot_id = id_in(answers[Correct].item)
    found = await record.read(context.session, read.meeting, read.committee)
    written = found.at(slot_id) if slot_id is not None else None
    note = answers[Correct].text
    is_closed = written is not None and written.line.is_closed
    read = await happen.record(
        context,
        read,
        Event.CORRECTED,
        note=note,
        data={"slot": slot_id, "case": written.called if written is not None else "", "closed": is_closed},
        draft_id=answers.draft_id,
    )
    await announce.stand(context, read)

    def build() -> Message:
        facts = ((_("Sak"), written.called if written is not None else ""), (_("Rettelse"), note))
        return Message(
            title=views.title(read, _("Rettelse til {minutes}")),
            facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
            files=views.files(read.meeting),
            buttons=(views.show(read),),
            page=views.page_of(read),
        )

    readers = {**(read.concerned.told_of_closed if is_closed else read.concerned.readers)}
    readers.pop(context.actor.person_id, None)
    await announce.tell(context, read, f"corrected:{read.events[-1].id}", readers, build)
    return build()


CORRECT = Dialog(name="referatrunde.rett", steps=(Correct,), finish=_corrected, prefill=_may, still=_may)


async def correct(context: Context, arguments: Mapping[str, str]) -> Reply:
    return await conversation.start(context, CORRECT, {"meeting": arguments.get("meeting", "")})
