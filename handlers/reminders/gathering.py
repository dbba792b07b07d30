"""Several reminders in one message: each a section, with its own buttons; as many in one as every platform shows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from handlers.limits import ANYWHERE
from handlers.messages import paging
from handlers.messages.deliveries import as_json
from handlers.messages.message import Message, Section
from handlers.reminders.kind import Kind
from handlers.writing.language import ngettext
from handlers.writing.text import length

GATHERED = "gathered"
"""What a button in a message that was gathered carries besides: the id of the reminder that it belongs to."""
_MOST_BLOCKS = ANYWHERE.message_blocks - 10
"""The rest is for what stands around them. A section is drawn as its title, its text, its facts, what is to be opened,
and its buttons."""
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
    """A message, and the reminders that it says, those included that stand in it only as «so many more»."""

    message: Message
    says: Sequence[Drawn]


def gather(drawn: Sequence[Drawn]) -> Iterator[Gathered]:
    """What is said to one person at once, in their language, which is being spoken: one message, or as few as hold it
    all. A single reminder is said as it is, but for those of a kind that is said as a list."""
    shown, left = _listed(drawn)
    for together in _parts(shown):
        more = {name: left.pop(name) for name in dict.fromkeys(each.kind.name for each in together) if name in left}
        if len(together) == 1 and together[0].kind.rest is None:
            yield Gathered(_alone(together[0]), together)
        else:
            yield Gathered(_one(together, more), [*together, *(each for of in more.values() for each in of)])


def _listed(drawn: Sequence[Drawn]) -> tuple[Sequence[Drawn], dict[str, list[Drawn]]]:
    """What is shown, and by its kind what is only counted."""
    shown: list[Drawn] = []
    left: dict[str, list[Drawn]] = {}
    counts: dict[str, int] = {}
    for each in drawn:
        name = each.kind.name
        counts[name] = counts.get(name, 0) + 1
        if each.kind.rest is not None and counts[name] > paging.SIZE:
            left.setdefault(name, []).append(each)
        else:
            shown.append(each)
    return shown, left


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


def as_list(drawn: Sequence[Drawn]) -> Message:
    """What is said of these, all of one kind that is said as a list (`Kind.rest`): as much as is shown at once."""
    return _one(*_listed(drawn))


def _one(drawn: Sequence[Drawn], more: Mapping[str, Sequence[Drawn]]) -> Message:
    kinds = {each.kind.name: each.kind for each in drawn}
    count = len(drawn) + sum(map(len, more.values()))
    return Message(
        title=title(count, drawn[0].kind if len(kinds) == 1 else None),
        sections=tuple(section for each in drawn for section in sections_of(each.message, each.reminder_id)),
        small=" ".join(rest(len(those)) for name, those in more.items() if (rest := kinds[name].rest) is not None),
        mailable=all(each.message.mailable for each in drawn),
    )


def title(count: int, only: Kind | None) -> str:
    """What a message with so many reminders is called. `only`: the kind of all of them; None: they are of several."""
    if only is not None and only.several is not None:
        return only.several(count)
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
