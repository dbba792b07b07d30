"""Acting on one reminder of a gathered message: what comes of it is read in its place, and the rest stays."""

from handlers.messages.arguments import id_in
from handlers.messages.deliveries import as_json
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.reminders.gathering import sections_of
from storage import deliveries, reminders
from storage.deliveries import Wish


async def in_place(context: Context, reply: Message, reminder: object) -> Message:
    """What is to stand where the message was in which somebody pressed a button of this reminder, where `reply` would
    take that place alone. If the message is not to be found, the reply stands below it."""
    below = reply.model_copy(update={"replace": False})
    reminder_id = id_in(reminder)
    known = await reminders.with_id(context.session, reminder_id) if reminder_id is not None else None
    if known is None or known.reminder.person_id != context.actor.person_id or known.reminder.delivery_key is None:
        return below
    held = await deliveries.held(context.session, known.reminder.delivery_key)
    if held is None:
        return below
    gathered = Message.model_validate(held.message)
    own = [place for place, section in enumerate(gathered.sections) if section.part == str(known.reminder.id)]
    if not own:
        return below
    now_there = sections_of(reply, known.reminder.id)
    sections = (*gathered.sections[: own[0]], *now_there, *gathered.sections[own[-1] + 1 :])
    whole = gathered.model_copy(update={"sections": sections})
    wish = Wish(held.key, held.subject, context.actor.person_id, as_json(whole), context.now)
    await deliveries.wish(context.session, [wish])
    return whole.model_copy(update={"replace": True})
