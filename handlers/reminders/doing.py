"""Something that several were reminded to do is done by one of them: the others read that, where they were reminded.

What they were reminded of stands in a message of each, perhaps among other things, on whatever surface they are.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from handlers.messages.deliveries import as_json
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.reminders import gathering, laying
from handlers.writing.language import speaking
from storage import deliveries, reminders
from storage.deliveries import Wish
from storage.reminders import Read

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


async def say(context: Context, subject: str, kind: str, build: Callable[[], Message]) -> None:
    """In the place of each reminder of this kind about the subject stands what `build` says, which is called where its
    reader's language is spoken. The actor's own is left to what they pressed.

    What nobody has seen yet is looked at anew when it is said: they hear nothing of what is done.
    """
    if not await reminders.are_handed_about(context.session, subject):
        return
    await laying.take_back(context.session, [subject], context.now)
    by_key: dict[str, list[Read]] = {}
    for each in await reminders.read_about(context.session, [subject], kind, _EVER):
        if each.person_id != context.actor.person_id:
            by_key.setdefault(each.key, []).append(each)
    wishes = []
    for key, said in by_key.items():
        own = [each for each in said if (each.kind, each.subject) == (kind, subject)]
        with speaking(said[0].language):
            message = _with(Message.model_validate(said[0].message), own, build(), alone=len(said) == len(own) == 1)
        wishes.append(Wish(key, said[0].delivery_subject, said[0].person_id, as_json(message), context.now))
    await deliveries.wish_by_loading(context.session, wishes)


def _with(before: Message, own: Sequence[Read], new: Message, *, alone: bool) -> Message:
    if alone:
        return new.model_copy(update={"replace": False})
    sections = list(before.sections)
    for each in own:
        there = [place for place, section in enumerate(sections) if section.part == str(each.id)]
        if there:
            sections[there[0] : there[-1] + 1] = gathering.sections_of(new, each.id)
    return before.model_copy(update={"sections": tuple(sections)})
