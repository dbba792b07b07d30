"""A turn: botbuilder's pipeline around an activity.

botbuilder's `BotAdapter` gives the pipeline and the `TurnContext`, its `ActivityHandler` tells kinds of activities
apart. What it leaves to its own `CloudAdapter` (tokens, sending, the HTTP body) is done elsewhere in this package;
`docs/decisions` says why. Nothing else imports botbuilder, and nothing imports this module before the first activity
comes: botbuilder takes more time and memory to import than the rest of this package together.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from botbuilder.core import ActivityHandler, BotAdapter, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, InvokeResponse, ResourceResponse

from bot.teams.connector import Activity as Json
from bot.teams.connector import Connector

Answer = tuple[int, Any]
"""An HTTP status, and a body that becomes JSON; None: there is no body."""


class Turns(BotAdapter):  # type: ignore[misc] # botbuilder has no types
    """Runs turns.

    Args:
        message, installed, invoke: what is done with each kind of activity.
    """

    def __init__(
        self,
        connector: Connector,
        *,
        message: Callable[[Activity], Awaitable[None]],
        installed: Callable[[Activity], Awaitable[None]],
        invoke: Callable[[Activity], Awaitable[Answer]],
    ) -> None:
        super().__init__()
        self._connector = connector
        self._handler = _Handler(message, installed, invoke)

    @staticmethod
    def read(content: Json) -> Activity:
        """The activity in this JSON. Raises `ValueError` when it does not have the shape of one."""
        return Activity().deserialize(content)

    async def run(self, activity: Activity) -> Answer:
        """Have an activity handled; what to answer the request with."""
        context = TurnContext(self, activity)
        await self.run_pipeline(context, self._handler.on_turn)
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
                activity_id = await self._connector.send(
                    context.activity.service_url, conversation, activity.serialize()
                )
                sent.append(ResourceResponse(id=activity_id))
        return sent

    async def update_activity(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        conversation = context.activity.conversation.id
        await self._connector.update(context.activity.service_url, conversation, activity.id, activity.serialize())
        return ResourceResponse(id=activity.id)

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        await self._connector.delete(context.activity.service_url, reference.conversation.id, reference.activity_id)


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
        if turn_context.activity.action == "add":
            await self._installed(turn_context.activity)

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        status, body = await self._invoke(turn_context.activity)
        return InvokeResponse(status=status, body=body)
