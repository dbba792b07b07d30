"""«Nevner: 38/24 …»: the cases that a text which is shown refers to, as buttons, for whoever may see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from handlers.capability import Action, Capability
from handlers.cases.referring import led
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Does, Fact, Message
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
        return await mentioned(context, reply, meeting_id=meeting_id, item_id=item_id)

    return replace(action, run=run)


def _id(arguments: Mapping[str, str], name: str) -> int | None:
    value = arguments.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else None


async def mentioned(
    context: Context,
    message: Message,
    *,
    meeting_id: int | None = None,
    item_id: int | None = None,
    besides: Record | None = None,
) -> Message:
    """The message, with what its texts refer to. A short number in them («Sak 4») is one of the meeting that they are
    about.

    Args:
        item_id: the case that it is about: not mentioned in it. `besides`: the same, as it was found.
    """
    text = "\n".join(_texts(message))[:LONGEST]
    if not any(letter.isdigit() for letter in text):
        return message
    if meeting_id is None and item_id is not None:
        case = await cases.case(context.session, item_id)
        meeting_id = case.item.meeting_id if case is not None else None
    meeting = await agenda.meeting(context.session, meeting_id) if meeting_id is not None else None
    found: list[Record] = []
    for each in await led(context, text, meeting=meeting[0] if meeting is not None else None):
        for record in each.records[:1] if len(each.records) == 1 else ():
            own = record.item_id is not None and record.item_id in (item_id, besides.item_id if besides else None)
            same = besides is not None and (record.item_id, record.slot_id) == (besides.item_id, besides.slot_id)
            of_title = bool(record.number) and message.title.startswith(record.number)
            if not (own or same or of_title) and all(_key(record) != _key(other) for other in found):
                found.append(record)
    if not found:
        return message
    shown = found[:_MOST]
    lines = [f"{naming.named(each)} ({naming.where(each)})" for each in shown]
    return message.model_copy(
        update={
            "facts": (*message.facts, Fact(label=_("Nevner"), value="\n".join(lines))),
            "buttons": (*message.buttons, *(show(each, naming.on_button(each)) for each in shown)),
        }
    )


def _key(record: Record) -> tuple[int | None, int | None]:
    return record.item_id, record.slot_id


def _texts(message: Message) -> Sequence[str]:
    """What people wrote of it: not its title, which has its own number."""
    texts = [message.text, *(fact.value for fact in message.facts)]
    for section in message.sections:
        texts += [section.text, *(fact.value for fact in section.facts)]
    return texts
