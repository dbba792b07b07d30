"""Teams' way into channels (see `bot.delivering.channels`). The app must be in the team.

A new thread is a conversation that is made in the channel with its first message; what is said below it goes to that
conversation, whose id is the channel's and that of the message (Teams: «Proactive messages», «Channel and group chat
conversations»).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.delivering.channels import NotMet
from bot.messenger import MessageLost, Ref, Unreachable
from bot.teams.apps import Apps
from bot.teams.connector import Activity
from bot.teams.messenger import drawn, ref_to, with_card
from handlers.messages.message import Message
from storage.threads import Where


class TeamsChannels:
    """Implements `bot.delivering.channels.Channels`."""

    apart = timedelta(seconds=0.5)

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    async def around(self, where: Where) -> Collection[str]:
        return {where.workspace}

    async def post(self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, message: Message) -> Ref:
        known = _known(reach)
        if thread is not None:
            conversation = f"{where.channel};messageid={thread['activity_id']}"
            activity = _activity(known, conversation, message)
            try:
                sent = await self._apps.connector(known["bot_id"]).send(known["service_url"], conversation, activity)
            except Unreachable as error:
                if ": 404" in str(error):
                    raise MessageLost(str(error)) from None
                raise
            return ref_to(conversation, sent)
        body = {
            "isGroup": True,
            "bot": {"id": known["bot_id"], "name": known["bot_name"]},
            "tenantId": known["tenant_id"],
            "channelData": {"channel": {"id": where.channel}, "tenant": {"id": known["tenant_id"]}},
            "activity": _activity(known, where.channel, message),
        }
        conversation, sent = await self._apps.connector(known["bot_id"]).open_thread(
            known["service_url"], where.channel, body
        )
        return ref_to(conversation, sent)

    async def change(self, where: Where, reach: Mapping[str, Any] | None, ref: Ref, message: Message) -> Ref:
        known = _known(reach)
        if not ref.get("activity_id"):
            raise MessageLost("Teams gave the message no id when it was sent")
        conversation = str(ref["conversation_id"])
        activity = _activity(known, conversation, message)
        await self._apps.connector(known["bot_id"]).update(
            known["service_url"], conversation, str(ref["activity_id"]), activity
        )
        return ref

    async def posted(
        self, where: Where, reach: Mapping[str, Any] | None, thread: Ref | None, keys: Collection[str], since: datetime
    ) -> Mapping[str, Ref]:
        """None: Teams tells a bot nothing of what stands in a channel."""
        return {}


def _known(reach: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if not reach or not reach.get("service_url") or not reach.get("bot_id"):
        raise NotMet("nothing was heard from that tenant")
    return reach


def _activity(known: Mapping[str, Any], conversation: str, message: Message) -> Activity:
    return {
        "type": "message",
        "from": {"id": known["bot_id"], "name": known["bot_name"]},
        "conversation": {"id": conversation, "tenantId": known["tenant_id"], "isGroup": True},
        "channelId": known["channel_id"],
        "channelData": {"tenant": {"id": known["tenant_id"]}},
        **with_card(drawn(message), message.title),
    }
