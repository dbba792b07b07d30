"""Reminders that people have read follow what is done meanwhile: their message says how things stand."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.messages.deliveries import as_json
from handlers.messages.message import Message
from handlers.reminders import gathering
from handlers.reminders.kind import Drawn, Due, Kind, Reason
from handlers.reminders.later import with_button
from handlers.writing.language import _, speaking
from storage import deliveries, reminders
from storage.deliveries import Wish
from storage.reminders import Read


async def redraw(session: AsyncSession, kind: Kind, subjects: Collection[str], since: datetime, now: datetime) -> None:
    """Draw anew what people have been reminded of about these subjects since that moment, by a kind that is said as a
    list (`Kind.rest`): what is done, or is theirs no more, is not in the message any more."""
    read = await reminders.read_about(session, subjects, kind.name, since)
    if not read:
        return
    dues = [Due(*(getattr(each, name) for name in Due._fields)) for each in read if each.kind == kind.name]
    drawn = await kind.draw(session, dues, now)
    by_key: dict[str, list[Read]] = {}
    for each in read:
        by_key.setdefault(each.key, []).append(each)
    wishes = []
    for key, said in by_key.items():
        with speaking(said[0].language):
            message = _message(kind, said, drawn)
        wishes.append(Wish(key, said[0].delivery_subject, said[0].person_id, as_json(message), now))
    await deliveries.wish_by_loading(session, wishes)


def _message(kind: Kind, said: Sequence[Read], drawn: Mapping[int, Drawn | Reason]) -> Message:
    before = Message.model_validate(said[0].message)
    place = {section.part: number for number, section in enumerate(before.sections)}
    own = sorted(
        (each for each in said if each.kind == kind.name), key=lambda each: place.get(str(each.id), len(place))
    )
    left = [
        gathering.Drawn(each.id, kind, with_button(draw(), each.id))
        for each in own
        if not isinstance(draw := drawn.get(each.id, Reason.CHANGED), Reason)
    ]
    if len(own) == len(said):
        return gathering.as_list(left) if left else _nothing()
    anew = {str(each.reminder_id): gathering.sections_of(each.message, each.reminder_id) for each in left}
    ours = {str(each.id) for each in own}
    kept = [section for section in before.sections if section.part not in ours or section.part in anew]
    sections = [part for section in kept for part in (anew[section.part] if section.part in ours else (section,))]
    count = len(said) - len(own) + len(left)
    return before.model_copy(update={"title": gathering.title(count, None), "sections": tuple(sections)})


def _nothing() -> Message:
    return Message(title=_("Det du ble minnet om i dag, er gjort eller endret"))
