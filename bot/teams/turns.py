"""A turn: botbuilder's pipeline around an activity.

botbuilder's `BotAdapter` gives the pipeline and the `TurnContext`, its `ActivityHandler` tells kinds of activities
apart. What it leaves to its own `CloudAdapter` (tokens, sending, the HTTP body) is done elsewhere in this package;
`docs/decisions` says why. Nothing else imports botbuilder, and nothing imports this module before the first activity
comes: botbuilder takes more time and memory to import than the rest of this package together.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import ActivityHandler, BotAdapter, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, InvokeResponse, ResourceResponse

from bot.teams.apps import Apps
from bot.teams.connector import Activity as Json

log = logging.getLogger(__name__)

_NEEDED = (
    "type", "id", "name", "action", "text", "value", "replyToId", "locale", "serviceUrl", "channelId", "from",
    "recipient", "conversation", "channelData",
)  # fmt: skip
_INSTALLING = ("add", "add-upgrade", "remove", "remove-upgrade")
_QUIET = frozenset({
    "conversationUpdate", "messageReaction", "messageUpdate", "messageDelete", "typing", "event", "endOfConversation",
    "contactRelationUpdate", "trace", "handoff",
})  # fmt: skip
"""Kinds of activities that nobody waits for an answer to."""

Answer = tuple[int, Any]
"""An HTTP status, and a body that becomes JSON; None: there is no body."""


class Turns(BotAdapter):  # type: ignore[misc] # botbuilder has no types
    """Runs turns.

    Args:
        message, installed, invoke: what is done with each kind of activity.
    """

    def __init__(
        self,
        apps: Apps,
        *,
        message: Callable[[Activity], Awaitable[None]],
        installed: Callable[[Activity], Awaitable[None]],
        invoke: Callable[[Activity], Awaitable[Answer]],
    ) -> None:
        super().__init__()
        self._apps = apps
        self._handler = _Handler(message, installed, invoke)

    @staticmethod
    def read(content: Json) -> Activity:
        """The activity in this JSON. What an answer can do without, and has an odd shape, is left out.

        Raises:
            ValueError: it does not have the shape of one.
        """
        listed = content.get("entities")
        entities = [entity for entity in listed if isinstance(entity, dict)] if isinstance(listed, list) else []
        try:
            return _deserialized({**content, "entities": entities})
        except ValueError:
            log.info("an activity has a part of an odd shape, which is left out")
            return _deserialized({**{name: content.get(name) for name in _NEEDED}, "entities": entities})

    async def run(self, activity: Activity) -> Answer:
        """Have an activity handled; what to answer the request with."""
        context = TurnContext(self, activity)
        await self.run_pipeline(context, self._handler.on_turn)
        if activity.type not in ("message", "invoke") and activity.action not in _INSTALLING:
            # The name of another kind could be anything.
            log.info("nothing to answer: %s", activity.type if activity.type in _QUIET else "another kind of activity")
        if activity.type != ActivityTypes.invoke:
            return 200, None
        kept = context.turn_state[BotAdapter._INVOKE_RESPONSE_KEY]
        return kept.value.status, kept.value.body

    # --- what botbuilder asks of an adapter ----------------------------------------------------------------

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Send in the conversation of the turn. An invoke's response is kept for the HTTP answer."""
        sent = []
        for activity in activities:
            if activity.type == ActivityTypes.invoke_response:
                context.turn_state[BotAdapter._INVOKE_RESPONSE_KEY] = activity
                sent.append(ResourceResponse())
            else:
                conversation = context.activity.conversation.id
                activity_id = await self._apps.asked(context.activity).send(
                    context.activity.service_url, conversation, activity.serialize()
                )
                sent.append(ResourceResponse(id=activity_id))
        return sent

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        conversation = context.activity.conversation.id
        await self._apps.asked(context.activity).update(
            context.activity.service_url, conversation, activity.id, activity.serialize()
        )
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        await self._apps.asked(context.activity).delete(
            context.activity.service_url, reference.conversation.id, reference.activity_id
        )


def _deserialized(content: Json) -> Activity:
    try:
        return Activity().deserialize(content)
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(type(error).__name__) from None


class _Handler(ActivityHandler):  # type: ignore[misc] # botbuilder has no types
    """Tells activities apart. What is not here is taken quietly: reactions, typing, members that come and go."""

    def __init__(
        self,
        message: Callable[[Activity], Awaitable[None]],
        installed: Callable[[Activity], Awaitable[None]],
        invoke: Callable[[Activity], Awaitable[Answer]],
    ) -> None:
        super().__init__()
        self._message, self._installed, self._invoke = message, installed, invoke

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await self._message(turn_context.activity)

    async def on_installation_update_add(self, turn_context: TurnContext) -> None:
        # An upgrade of the app comes here too. Teams tells of an installation a second time, as a
        # conversationUpdate, which is taken quietly.
        await self._installed(turn_context.activity)

    async def on_installation_update_remove(self, turn_context: TurnContext) -> None:
        log.info("the app was removed somewhere: nothing to answer")

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        status, body = await self._invoke(turn_context.activity)
        return InvokeResponse(status=status, body=body)
