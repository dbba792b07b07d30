"""What becomes of the question whether a file may be put into somebody's OneDrive (Teams: «Send and receive files using
bot»). The question carries which file it is, signed, and the file is made when they have said yes, if they may see it
then. That they have is written down before Teams is told that it is taken: if this process dies before the file is
there, a worker asks them once more."""

import asyncio
import io
import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from bot.background import BackgroundTasks
from bot.drawing import Drawing
from bot.messenger import MessageLost, SendError
from bot.recent import Recent
from bot.teams.activity import address, fingerprint, is_personal
from bot.teams.apps import Apps
from bot.teams.attached import CARD, there
from bot.teams.connector import Activity as Json
from bot.teams.messenger import TeamsMessenger
from bot.teams.replies import draw
from bot.teams.senders import Senders
from config.settings import is_loopback
from handlers.bot import Bot
from handlers.errors import BotError
from handlers.messages.message import FileRef, Message
from handlers.messages.uploads import again
from handlers.people.address import Address
from handlers.writing.language import _

if TYPE_CHECKING:
    from botbuilder.schema import Activity

    from bot.teams.turns import Answer

log = logging.getLogger(__name__)

CONSENT = "fileConsent/invoke"
_UPLOAD_SECONDS = 60.0
_ATTEMPTS = 2
_ON_ITS_WAY = timedelta(minutes=4)
"""Longer than it takes to make a file and to put it there."""
_HTTPS = 443
_ONEDRIVE = (".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".sharepoint.cn")
"""How the host's name ends of OneDrive for work, in Microsoft's clouds (Microsoft 365: «URLs and IP address ranges»,
«SharePoint Online and OneDrive for Business»)."""


class Consents:
    """What becomes of the question."""

    def __init__(
        self,
        bot: Bot,
        apps: Apps,
        messenger: TeamsMessenger,
        senders: Senders,
        drawing: Drawing,
        background: BackgroundTasks,
        http: aiohttp.ClientSession,
    ) -> None:
        self._bot = bot
        self._apps = apps
        self._messenger = messenger
        self._senders = senders
        self._drawing = drawing
        self._background = background
        self._http = http
        self._recent = Recent()

    async def answered(self, activity: "Activity") -> "Answer | None":
        """Somebody has answered it. None: that is not what it says."""
        value = activity.value if isinstance(activity.value, dict) else {}
        context, upload = value.get("context"), _upload(value.get("uploadInfo"))
        reference = context.get("file") if isinstance(context, dict) else None
        if value.get("type") != "fileUpload" or not isinstance(reference, str) or not is_personal(activity):
            return None
        accepted = value.get("action") == "accept"
        if accepted and not upload:
            return None
        key = fingerprint(activity)
        if not self._recent.first_time(key):
            return 200, None
        # It is done after the answer: Teams waits for no more than some seconds.
        if accepted:
            await self._promise(activity, reference, key)
            work = self._bring(activity, reference, upload, key)
        else:
            work = self._let_be(activity, reference)
        if not self._background.spawn(work):
            if accepted:
                await self._is_done(activity, key)
            return 503, None
        return 200, None

    async def _promise(self, activity: "Activity", reference: str, key: str) -> None:
        try:
            name, arguments = self._bot.links.referred(reference)
        except BotError:
            # That it leads nowhere is said when it is brought.
            return
        sender = self._senders.of(activity, address(activity, activity.conversation.id))
        await self._bot.promise_file(sender, key, name, arguments, self._bot.clock.now() + _ON_ITS_WAY)

    async def _bring(self, activity: "Activity", reference: str, upload: dict[str, str], key: str) -> None:
        await self._brought(activity, reference, upload)
        # Also where it was said why not: whatever it came to, they know.
        await self._is_done(activity, key)

    async def _is_done(self, activity: "Activity", key: str) -> None:
        sender = self._senders.of(activity, address(activity, activity.conversation.id))
        await self._bot.shown(sender, key, {"conversation": activity.conversation.id})

    async def _brought(self, activity: "Activity", reference: str, upload: dict[str, str]) -> None:
        place = address(activity, activity.conversation.id)
        try:
            name, arguments = self._bot.links.referred(reference)
            file = await self._bot.file(self._senders.of(activity, place), name, arguments)
            content = await self._drawing.draw(file)
        except BotError as error:
            await self._say(place, Message(title=str(error)))
            return
        try:
            await self._put(upload["uploadUrl"], content)
        except (SendError, aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("a file was not put into somebody's OneDrive: %s", _reason(error))
            sentence = _("Filen lot seg ikke lagre i OneDrive. Vent litt, og prøv igjen.")
            button = again(_("Hent filen"), FileRef(document=name, arguments=dict(arguments)))
            await self._say(place, Message(title=sentence, buttons=(button,)))
            return
        await self._instead(activity, place, there(upload))

    async def _let_be(self, activity: "Activity", reference: str) -> None:
        """They said no: the question goes, and they can change their mind."""
        place = address(activity, activity.conversation.id)
        try:
            # So that they are answered in their language.
            await self._bot.meet(self._senders.of(activity, place))
            name, arguments = self._bot.links.referred(reference)
        except BotError as error:
            await self._say(place, Message(title=str(error)))
            return
        button = again(_("Hent filen"), FileRef(document=name, arguments=dict(arguments)))
        drawn = draw(Message(title=_("Greit, filen er ikke lagret noe sted."), buttons=(button,)))
        content = {"contentType": CARD, "content": drawn.card}
        await self._instead(activity, place, {"summary": drawn.title, "attachments": [content]})

    async def _instead(self, activity: "Activity", place: Address, content: Json) -> None:
        """In the place of the question, or below it."""
        try:
            try:
                await self._messenger.replace(place, str(activity.reply_to_id or ""), content)
            except MessageLost:
                await self._messenger.put_up(place, content)
        except SendError as error:
            log.warning("what became of a file was not shown: %s", error)

    async def _say(self, place: Address, message: Message) -> None:
        try:
            await self._messenger.send(place, message)
        except SendError as error:
            log.warning("what became of a file was not told: %s", error)

    async def _put(self, url: str, content: bytes) -> None:
        """Into the place that Teams has made for it. Twice has the effect of once."""
        if not may_put(url, local=self._apps.is_local):
            raise SendError("an address that no file may be put at")
        size = len(content)
        headers = {"Content-Type": "application/octet-stream", "Content-Range": f"bytes 0-{size - 1}/{size}"}
        timeout = aiohttp.ClientTimeout(total=_UPLOAD_SECONDS)
        for attempt in range(_ATTEMPTS):
            last = attempt + 1 == _ATTEMPTS
            try:
                async with self._http.put(
                    URL(url, encoded=True),
                    data=io.BytesIO(content),
                    headers=headers,
                    timeout=timeout,
                    allow_redirects=False,
                ) as response:
                    await response.read()
                    if response.status < 300:
                        return
                    if last or response.status < 500:
                        raise SendError(f"status {response.status}")
            except (aiohttp.ClientError, TimeoutError, OSError):
                if last:
                    raise
            await asyncio.sleep(0)


def may_put(url: str, *, local: bool) -> bool:
    """Whether a file may be put there. What somebody's client sends is the client's word: only OneDrive for work is
    believed, over https, so that nobody has this server write to another one. `local`: Teams is a client on this
    machine."""
    try:
        found = URL(url)
    except ValueError:
        return False
    host = (found.host or "").casefold()
    if found.user is not None:
        return False
    if local:
        return is_loopback(host)
    return found.scheme == "https" and found.port == _HTTPS and host.endswith(_ONEDRIVE)


def _upload(told: object) -> dict[str, str]:
    """Where the file is to be put; nothing, where that is not said."""
    names = ("uploadUrl", "contentUrl", "name", "uniqueId", "fileType")
    found = {name: told[name] for name in names if isinstance(told.get(name), str)} if isinstance(told, dict) else {}
    return found if all(found.get(name) for name in names) else {}


def _reason(error: Exception) -> str:
    # The text of another error than ours would quote the address, which lets anybody write there.
    return str(error) if isinstance(error, SendError) else type(error).__name__
