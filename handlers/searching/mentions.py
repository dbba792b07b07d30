"""«Nevner: 38/24 …»: the cases that a text which is shown refers to, as buttons, for whoever may see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from handlers.capability import Action, Capability
from handlers.cases.referring import led
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Button, Does, Fact, Message
from handlers.people.context import Context
from handlers.references.rules import LONGEST
from handlers.searching import naming
from handlers.searching.actions import show
from handlers.writing.language import _
from storage import agenda, cases
from storage.references import Record

_MOST = 3


def mentioning(capability: Capability, which: Collection[Does]) -> Capability:
    """The capability, whose actions `which` show besides what the texts that they show refer to."""
    return replace(
        capability, actions=tuple(_with_mentions(each) if each.name in which else each for each in capability.actions)
    )


def _with_mentions(action: Action) -> Action:
    async def run(context: Context, arguments: Mapping[str, str]) -> Reply:
        reply = await action.run(context, arguments)
        if not isinstance(reply, Message) or context.only:
            # The page of one thing leads to no other.
            return reply
        meeting_id, item_id = _id(arguments, "meeting"), _id(arguments, "item")
        return await mentioned(context, reply, meeting_id, besides=(item_id, None))

    return replace(action, run=run)


def _id(arguments: Mapping[str, str], name: str) -> int | None:
    value = arguments.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


Key = tuple[int | None, int | None]
"""Of a case, or of another line of an agenda."""


async def mentioned(
    context: Context, message: Message, meeting_id: int | None = None, *, besides: Key = (None, None)
) -> Message:
    """The message, with what the texts that it shows refer to (see `found_in`). Its title has its own number."""
    texts = [message.text, *(fact.value for fact in message.facts)]
    for section in message.sections:
        texts += [section.text, *(fact.value for fact in section.facts)]
    found = await found_in(context, texts, meeting_id, besides=besides)
    found = [each for each in found if not (each.number and message.title.startswith(each.number))]
    return message.model_copy(
        update={"facts": (*message.facts, *facts(found)), "buttons": (*message.buttons, *buttons(found))}
    )


async def found_in(
    context: Context, texts: Sequence[str], meeting_id: int | None, *, besides: Key = (None, None)
) -> Sequence[Record]:
    """What texts refer to, for whoever reads them, each once; not what may mean several. A short number in them
    («Sak 4») is one of the meeting that they are about.

    Args:
        besides: what they are about.
    """
    text = "\n".join(texts)[:LONGEST]
    if not any(letter.isdigit() for letter in text):
        return []
    item_id = besides[0]
    if meeting_id is None and item_id is not None:
        case = await cases.case(context.session, item_id)
        meeting_id = case.item.meeting_id if case is not None else None
    meeting = await agenda.meeting(context.session, meeting_id) if meeting_id is not None else None
    found: dict[Key, Record] = {}
    for each in await led(context, text, meeting=meeting[0] if meeting is not None else None):
        if len(each.records) == 1:
            record = each.records[0]
            found.setdefault((record.item_id, record.slot_id), record)
    found.pop(besides, None)
    return list(found.values())[:_MOST]


def facts(found: Sequence[Record]) -> tuple[Fact, ...]:
    """«Nevner»: each with where it was handled."""
    lines = [f"{naming.named(each)} ({naming.where(each)})" for each in found]
    return (Fact(label=_("Nevner"), value="\n".join(lines)),) if lines else ()


def buttons(found: Sequence[Record]) -> tuple[Button, ...]:
    return tuple(show(each, naming.on_button(each)) for each in found)
