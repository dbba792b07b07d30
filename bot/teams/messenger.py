"""Teams' way out: messages in the personal conversation between the bot and a person (see `bot.messenger`)."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.messenger import FEW, Attached, Found, MessageLost, Ref, Rejected, Unreachable
from bot.teams.apps import Apps
from bot.teams.attached import CARD, asked, pictured
from bot.teams.card import Card
from bot.teams.connector import CALL_SECONDS, Activity
from handlers.limits import TEAMS
from handlers.messages.message import Message
from handlers.people.address import Address
from handlers.writing.text import shorten

log = logging.getLogger(__name__)


class TeamsMessenger:
    """Implements `bot.messenger.Messenger`.

    Teams takes 30 requests a second from a bot, and 60 messages in 30 seconds in a conversation (Teams: «Optimize your
    bot with rate limiting»). A few at once are as many.
    """

    at_once = FEW
    apart = timedelta(seconds=0.5)

    def __init__(self, apps: Apps) -> None:
        self._apps = apps

    async def send(self, address: Address, message: Message) -> Ref:
        return await self.post(address, drawn(message), message.title)

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        try:
            return await self.put(address, ref, drawn(message), message.title)
        except Unreachable as error:
            if ref["conversation_id"] == address.reach["conversation_id"]:
                raise
            # They speak to another app of ours by now, and the one that wrote it is not there any more.
            raise MessageLost(str(error)) from None

    async def post(self, address: Address, card: Card, title: str, *, seconds: float = CALL_SECONDS) -> Ref:
        """Send a card. `title` is what the notification says. Raises `SendError`."""
        return await self._send(address, with_card(card, title), seconds)

    async def post_line(self, address: Address, sentence: str, *, seconds: float = CALL_SECONDS) -> Ref:
        """Send a sentence without a card. Raises `SendError`."""
        return await self._send(address, {"text": sentence, "textFormat": "plain"}, seconds)

    async def put(self, address: Address, ref: Ref, card: Card, title: str, *, seconds: float = CALL_SECONDS) -> Ref:
        """Show a card in the place of the message at `ref`. Raises `SendError`."""
        if not ref.get("activity_id"):
            raise MessageLost("Teams gave the message no id when it was sent")
        await self._apps.connector(address.reach["bot_id"]).update(
            address.reach["service_url"],
            ref["conversation_id"],
            ref["activity_id"],
            {**_envelope(address.reach, ref["conversation_id"]), **with_card(card, title)},
            seconds=seconds,
        )
        return dict(ref)

    async def send_file(self, address: Address, file: Attached) -> Ref:
        """A picture stands in the message itself; of any other file, and of a picture that Teams finds too large, it is
        asked whether it may be put into the person's OneDrive (see `bot.teams.attached`)."""
        picture = pictured(file)
        if picture is not None:
            try:
                return await self._send(address, picture)
            except Rejected as error:
                log.info("a picture is offered as a file: %s", error)
        return await self._send(address, asked(file))

    async def put_up(self, address: Address, content: Activity) -> Ref:
        """Send an activity that is made already. Raises `SendError`."""
        return await self._send(address, content)

    async def replace(self, address: Address, activity_id: str, content: Activity) -> None:
        """Show such an activity in the place of another. Raises `SendError`; `MessageLost` where that is not there."""
        if not activity_id:
            raise MessageLost("it is not said which")
        conversation_id = address.reach["conversation_id"]
        await self._apps.connector(address.reach["bot_id"]).update(
            address.reach["service_url"],
            conversation_id,
            activity_id,
            {**_envelope(address.reach, conversation_id), **content},
        )

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        """None: Teams tells a bot nothing of what stands in a conversation."""
        return {}

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        """Nobody: looking up somebody who has not installed the bot takes rights in Microsoft Graph that an
        organisation would have to grant. What is meant for them waits until they have spoken to the bot."""
        return None

    async def _send(self, address: Address, content: Activity, seconds: float = CALL_SECONDS) -> Ref:
        conversation_id = address.reach["conversation_id"]
        activity = {**_envelope(address.reach, conversation_id), **content}
        activity_id = await self._apps.connector(address.reach["bot_id"]).send(
            address.reach["service_url"], conversation_id, activity, seconds=seconds
        )
        return ref_to(conversation_id, activity_id)


def ref_to(conversation_id: str, activity_id: str) -> Ref:
    """A message that stands in a conversation, so that it can be updated."""
    return {"conversation_id": conversation_id, "activity_id": activity_id}


def in_conversation(card: Card, title: str) -> Activity:
    """A card for a channel or a group, as it is sent there. `title`: what the notification says."""
    return {"type": "message", **with_card(card, title)}


def drawn(message: Message) -> Card:
    from bot.teams.cards import message_card  # noqa: PLC0415 - see bot.teams.card

    return message_card(message)


def with_card(card: Card, title: str) -> Activity:
    return {"summary": shorten(title, TEAMS.notification), "attachments": [{"contentType": CARD, "content": card}]}


def _envelope(reach: Mapping[str, Any], conversation_id: str) -> Activity:
    """Without the tenant and the person, Teams refuses messages that answer nothing."""
    recipient = {"id": reach["user_id"], "aadObjectId": reach.get("aad_id") or None}
    return {
        "type": "message",
        "from": {"id": reach["bot_id"], "name": reach["bot_name"]},
        "recipient": {name: value for name, value in recipient.items() if value},
        "conversation": {"id": conversation_id, "tenantId": reach["tenant_id"]},
        "channelId": reach["channel_id"],
        "channelData": {"tenant": {"id": reach["tenant_id"]}},
    }
