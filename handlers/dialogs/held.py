"""A reply that did not come through when it was given: it is kept as a delivery, so that the worker brings it.

A reply that is a delivery already (see `Message.delivery_key`) stays that one. A form becomes a message with a button
that opens it: what is filled in is in its draft.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from handlers.dialogs import conversation
from handlers.dialogs.dialog import Dialog, Form, Intent, Reply
from handlers.dialogs.token import RESUME, Token
from handlers.messages.deliveries import as_json
from handlers.messages.message import Button, Does, Message
from handlers.messages.outcomes import Fate, Outcome, Trouble, after
from handlers.people.context import Context
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _
from storage import deliveries
from storage.deliveries import Wish
from storage.tables import DeliveryStatus


class Do(Does):
    """What the button of a held form does. The value stands on buttons that were sent: it stays."""

    OPEN = "skjema.apne"


_SUBJECT = "reply"
_CHOICES = ("overwrite", "restart")
"""What the question «Fortsett der du slapp?» has beside going on."""
_WORTH_SHOWING = timedelta(days=14)
"""As long as the draft of a form is kept."""


async def hold(
    context: Context, key: str, reply: Form | Message, trouble: Trouble, error: str, seconds: float | None
) -> Fate:
    """Write down that `reply` is to be shown where the actor is speaking from, after a first attempt ended in
    `trouble`. What becomes of it is as for every delivery (see `handlers.messages.outcomes`).

    Args:
        key: the same for the same reply, so that it is held once.
        error: what went wrong, without a word of the reply.
        seconds: how long the platform asked us to wait.
    """
    # One that the bot may not send is left to the worker at once, which tells of the fault.
    outcome = after(trouble, 1, 0, seconds)
    message = as_message(reply)
    tried = deliveries.Tried(
        status=DeliveryStatus.WAITING if outcome.fate is Fate.WAIT else DeliveryStatus.PENDING,
        due_at=context.now + _wait(outcome),
        attempts=0 if seconds is not None else 1,
        uncertain=int(trouble is Trouble.UNCERTAIN),
        may_have_arrived=trouble is Trouble.UNCERTAIN,
        error=error,
    )
    if message.delivery_key is not None:
        await deliveries.note_tried(context.session, message.delivery_key, tried)
    else:
        wish = Wish(
            key,
            _SUBJECT,
            context.actor.person_id,
            as_json(message),
            context.now,
            expires_at=context.now + _WORTH_SHOWING,
        )
        await deliveries.hold(context.session, wish, context.actor.account_id, tried)
    return outcome.fate


def _wait(outcome: Outcome) -> timedelta:
    return outcome.wait if outcome.fate is Fate.RETRY else timedelta()


def as_message(reply: Form | Message) -> Message:
    """The reply as a message that can be shown later."""
    if isinstance(reply, Message):
        return reply
    question = Token.parse(reply.token).step == RESUME
    buttons = [_button(reply.submit if question else _("Åpne skjemaet"), reply.token, "resume")]
    buttons += [
        _button(button.label, reply.token, button.intent) for button in reply.buttons if button.intent in _CHOICES
    ]
    wrong = [field.error for field in reply.fields if field.error]
    lead = reply.intro if question else _("Skjemaet kom ikke fram med en gang. Trykk på knappen for å fylle det ut.")
    # A form may show what may not be stored (see `Form.confirmed`).
    text = without_possible_numbers("\n".join([*reply.errors, *wrong, lead]), but=reply.confirmed)
    facts = tuple(
        fact.model_copy(update={"value": without_possible_numbers(fact.value, but=reply.confirmed)})
        for fact in reply.facts
    )
    return Message(title=reply.title, text=text, facts=facts, buttons=tuple(buttons))


def _button(label: str, token: str, intent: Intent) -> Button:
    return Button(
        label=label,
        action=Do.OPEN,
        arguments={"token": token, "intent": intent},
        style="primary" if intent == "resume" else "default",
    )


async def open_form(dialogs: Mapping[str, Dialog], context: Context, arguments: Mapping[str, str]) -> Reply:
    """What the button of a form that was held does. Whose the form is, is asked as of every form."""
    wanted = arguments.get("intent")
    intent = cast(Intent, wanted) if wanted in _CHOICES else "resume"
    return await conversation.submit(context, dialogs, Token.parse(arguments.get("token", "")), {}, intent)
