"""Several reminders in one message: each a section, with its own buttons; as many in one as every platform shows."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.messages.deliveries import as_json
from handlers.messages.message import Message, Section
from handlers.reminders.kind import Kind
from handlers.writing.language import ngettext
from handlers.writing.text import length

GATHERED = "gathered"
"""What a button in a message that was gathered carries besides: the id of the reminder that it belongs to."""
_MOST_BLOCKS = 40
"""Of Slack's 50. A section is drawn as its title, its text, its facts, what is to be opened, and its buttons."""
_MOST_TEXT = 8_000
"""UTF-16 units of all that is stored of a message, its buttons' arguments included: as a card of Teams it takes about
twice as much, of 25,000 bytes."""


class Drawn(NamedTuple):
    """A reminder as it is said by itself."""

    reminder_id: int
    kind: Kind
    message: Message
    alone: Message | None = None
    """What is said instead, where nothing else is said with it."""


class Gathered(NamedTuple):
    """A message, and the reminders that it says."""

    message: Message
    says: Sequence[Drawn]


def gather(drawn: Sequence[Drawn]) -> Iterator[Gathered]:
    """What is said to one person at once, in their language, which is being spoken: one message, or as few as hold it
    all. A single reminder is said as it is."""
    for together in _parts(drawn):
        yield Gathered(_alone(together[0]) if len(together) == 1 else _one(together), together)


def _alone(drawn: Drawn) -> Message:
    return drawn.alone if drawn.alone is not None else drawn.message


def sections_of(message: Message, reminder_id: int) -> tuple[Section, ...]:
    """What a message says, as the part of a longer one that this reminder is: its buttons carry which one, so that
    what they lead to is read in its place (see `handlers.reminders.in_place`)."""
    own = {name: getattr(message, name) for name in Section.model_fields}
    if message.small:
        own["text"] = "\n".join(filter(None, (message.text, message.small)))
    return tuple(_as_part(section, reminder_id) for section in (Section(**own), *message.sections))


def _as_part(section: Section, reminder_id: int) -> Section:
    buttons = tuple(
        each.model_copy(update={"arguments": {**each.arguments, GATHERED: str(reminder_id)}})
        for each in section.buttons
    )
    return section.model_copy(update={"buttons": buttons, "part": str(reminder_id)})


def _one(drawn: Sequence[Drawn]) -> Message:
    kinds = {each.kind.name: each.kind for each in drawn}
    several = drawn[0].kind.several if len(kinds) == 1 else None
    return Message(
        title=several(len(drawn)) if several is not None else _title(len(drawn)),
        sections=tuple(section for each in drawn for section in sections_of(each.message, each.reminder_id)),
        mailable=all(each.message.mailable for each in drawn),
    )


def _title(count: int) -> str:
    return ngettext("{count} påminnelse til deg", "{count} påminnelser til deg", count).format(count=count)


def _parts(drawn: Sequence[Drawn]) -> Iterator[Sequence[Drawn]]:
    part: list[Drawn] = []
    blocks = text = 0
    for each in drawn:
        own_blocks, own_text = _size(each)
        if part and (blocks + own_blocks > _MOST_BLOCKS or text + own_text > _MOST_TEXT):
            yield part
            part, blocks, text = [], 0, 0
        part.append(each)
        blocks, text = blocks + own_blocks, text + own_text
    if part:
        yield part


def _size(drawn: Drawn) -> tuple[int, int]:
    blocks = 0
    for section in sections_of(drawn.message, drawn.reminder_id):
        opens = (section.links, section.files, section.opens)
        parts = (section.title, section.text, section.facts, section.image, any(opens), section.buttons)
        # More facts than ten, and more buttons than five, begin a new one.
        blocks += sum(map(bool, parts)) + len(section.facts) // 10 + len(section.buttons) // 5
    return blocks, length(str(as_json(drawn.message)))
