"""Slack's way out: direct messages from the bot (see `bot.messenger`)."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.messenger import (
    PICTURES_LOST,
    Absent,
    Attached,
    Found,
    MessageLost,
    Misconfigured,
    Ref,
    SendError,
    TryLater,
    Uncertain,
    Unreachable,
)
from bot.slack.api import SlackApi, SlackSaidNo
from bot.slack.blocks import fallback, message_blocks
from bot.slack.elements import escape
from bot.slack.users import is_from_elsewhere, is_guest, is_person, vouched_email
from bot.slack.workspaces import Workspaces
from handlers.limits import SLACK
from handlers.messages.message import Message
from handlers.people.address import Address
from handlers.writing.text import shorten

log = logging.getLogger(__name__)

SURFACE = "slack"
WHOLE_SECONDS = 9.5
"""A `Messenger` answers within 10 s, whatever it takes."""

_SENT = "delivery"
"""The kind of metadata that a delivery carries (Slack: «Using message metadata»)."""
_LOOKED_AT = 200
"""Messages of a conversation, as many as Slack recommends for one call (conversations.history, «Pagination»)."""

_CLOSED_ACCOUNT = "the person's account is closed"

# Slack Web API reference, «Errors» of chat.update.
_LOST = {"message_not_found", "cant_update_message", "edit_window_closed", "msg_not_found"}


def reach_of(channel: str) -> dict[str, str]:
    """How a conversation is reached. It may be a user's id: Slack opens their conversation with the bot by itself
    (chat.postMessage, «Channels»)."""
    return {"channel": channel}


def address_of(workspace: str, user_id: str) -> Address:
    return Address(SURFACE, workspace, user_id, reach_of(user_id))


def mark_of(key: str) -> str:
    """How a message says which delivery it is, to the bot itself; people do not see it."""
    return sha256(key.encode()).hexdigest()[:32]


class SlackMessenger:
    """Implements `bot.messenger.Messenger`.

    Slack lets an app post a message a second in a conversation. It takes short bursts, but promises neither to keep nor
    to show what comes faster (Slack: «Rate limits», «Posting messages»).
    """

    at_once = 100
    apart = timedelta(seconds=1)

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    async def send(self, address: Address, message: Message) -> Ref:
        return await self.post(address, message_blocks(message), fallback(message), key=message.delivery_key)

    async def post(
        self, address: Address, blocks: list[dict[str, Any]], text: str, *, thread: str = "", key: str | None = None
    ) -> Ref:
        """Post these blocks; `text` is what a notification says, escaped. `thread`: the message to answer (`ts`).
        `key`: of the delivery that it is."""
        api = await self._api(address)
        arguments: dict[str, Any] = {
            "channel": address.reach["channel"],
            "text": text,
            "blocks": blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread:
            arguments["thread_ts"] = thread
        if key:
            arguments["metadata"] = {"event_type": _SENT, "event_payload": {"key": mark_of(key)}}
        lost: Ref = {}
        try:
            # Leaves time to find out whose account is closed (see `SlackApi`).
            answer = await api.show("chat.postMessage", arguments, seconds=7.0, pictures_lost=note_in(lost))
        except SlackSaidNo as no:
            raise Unreachable(_CLOSED_ACCOUNT) if no.code == "account_inactive" else no from None
        return {**_ref(answer, address.reach["channel"]), **lost}

    async def update(self, address: Address, ref: Ref, message: Message) -> Ref:
        api = await self._api(address)
        arguments = {
            "channel": ref["channel"],
            "ts": ref["ts"],
            "text": fallback(message),
            "blocks": message_blocks(message),
        }
        lost: Ref = {}
        try:
            answer = await api.show("chat.update", arguments, repeatable=True, seconds=7.0, pictures_lost=note_in(lost))
        except SlackSaidNo as no:
            if no.code in _LOST:
                raise MessageLost(str(no)) from None
            raise Unreachable(_CLOSED_ACCOUNT) if no.code == "account_inactive" else no from None
        return {**_ref(answer, ref["channel"], ref["ts"]), **lost}

    async def send_file(self, address: Address, file: Attached) -> Ref:
        """Upload in the way that replaced files.upload (Slack: «Working with files», «Uploading files»)."""
        certain = True
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                api = await self._api(address)
                opened = await api.call("conversations.open", {"users": address.reach["channel"]}, repeatable=True)
                channel = opened["channel"]["id"]
                place = await api.ask("files.getUploadURLExternal", _described(file))
                await api.upload(place["upload_url"], file.content)
                certain = False
                await api.call(
                    "files.completeUploadExternal",
                    {
                        "files": [{"id": place["file_id"], "title": file.name}],
                        "channel_id": channel,
                        "initial_comment": escape(file.title),
                    },
                )
        except TimeoutError:
            raise TryLater("send_file: too slow") if certain else Uncertain("send_file: too slow") from None
        return {"channel": channel, "file": place["file_id"]}

    async def sent(self, address: Address, keys: Collection[str], since: datetime) -> Mapping[str, Ref]:
        """The last messages of the conversation are looked at, which takes `im:history`.

        An app that may not look has nothing to tell: what may have arrived is then sent once more.
        """
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                api = await self._api(address)
                opened = await api.call("conversations.open", {"users": address.reach["channel"]}, repeatable=True)
                channel = str(opened["channel"]["id"])
                told = await api.ask(
                    "conversations.history",
                    {
                        "channel": channel,
                        "include_all_metadata": "true",
                        "limit": str(_LOOKED_AT),
                        "oldest": f"{since.timestamp():.6f}",
                    },
                )
        except Misconfigured as error:
            log.warning("Slack does not tell what has arrived: %s", error)
            return {}
        except TimeoutError:
            raise TryLater("conversations.history: too slow") from None
        marked = {mark_of(key): key for key in keys}
        return {
            marked[mark]: {"channel": channel, "ts": str(message["ts"])}
            for message in told["messages"]
            if (mark := mark_on(message)) in marked
        }

    async def find(
        self, workspaces: list[str], email: str | None, person_id: int, user_id: str | None = None
    ) -> Found | None:
        if email is None and user_id is None:
            return None
        trouble: SendError | None = None
        among = await self._workspaces.among(workspaces)
        for here, own in among.items():
            try:
                return await self._find_in(here, {*workspaces, *own}, email, user_id, is_only=len(among) == 1)
            except SendError as error:
                # What a workspace that says nothing might have said goes before what another says.
                trouble = error if trouble is None or isinstance(trouble, Absent) else trouble
        if trouble is not None:
            raise trouble
        return None

    async def _find_in(
        self, here: str, ids: Collection[str], email: str | None, user_id: str | None, *, is_only: bool
    ) -> Found:
        """Somebody in the workspace `here`; `ids`: those of their own. `is_only`: they can be in no other. Raises
        `SendError`."""
        api = await self._workspaces.api([here])
        trouble: Absent | None = None
        if user_id is not None:
            try:
                user = await _somebody(api, "users.info", {"user": user_id})
            except Misconfigured:
                if not is_only:
                    raise
                # What the file says is enough to write to them.
                return Found(address_of(here, user_id))
            except Absent as error:
                trouble = error
            else:
                return self._found(user, here, ids)
        if email is None:
            raise trouble or Absent("no address")
        user = await _somebody(api, "users.lookupByEmail", {"email": email})
        if not vouched_email(user):
            raise Absent("somebody with an address that Slack does not vouch for")
        return self._found(user, here, ids)

    async def _api(self, address: Address) -> SlackApi:
        return await self._workspaces.api([address.workspace])

    @staticmethod
    def _found(user: Mapping[str, Any], here: str, ids: Collection[str]) -> Found:
        if not is_person(user) or is_from_elsewhere(user, ids):
            raise Absent("not somebody of this workspace")
        return Found(address_of(here, str(user["id"])), outsider=is_guest(user))


async def _somebody(api: SlackApi, method: str, arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """Raises `SendError`; `Absent` if there is nobody."""
    try:
        user: Mapping[str, Any] = (await api.ask(method, arguments, seconds=4.5))["user"]
    except Unreachable as error:
        raise Absent(str(error)) from None
    return user


def note_in(ref: Ref) -> Callable[[], None]:
    """What notes there that the message is shown without its pictures."""

    def note() -> None:
        ref[PICTURES_LOST] = True

    return note


def _described(file: Attached) -> dict[str, str]:
    """Slack Web API reference, «Arguments» of files.getUploadURLExternal."""
    described = {"filename": file.name, "length": str(len(file.content))}
    return {**described, "alt_txt": shorten(file.alt, SLACK.file_alternative)} if file.alt else described


def mark_on(message: Mapping[str, Any]) -> str:
    metadata = message.get("metadata") or {}
    return str(metadata.get("event_payload", {}).get("key")) if metadata.get("event_type") == _SENT else ""


def _ref(answer: Mapping[str, Any], channel: str, ts: str = "") -> Ref:
    """Where a message stands: for a user's id as channel, Slack answers with that of the conversation."""
    return {"channel": str(answer.get("channel") or channel), "ts": str(answer.get("ts") or ts)}
