"""Links of our own in conversations: a card in their place, and a word to whoever put them there.

Such a link opens what one person may see, as that person (docs/decisions/013). The card shows what everybody who reads
the conversation may see, whoever the link was made for (docs/decisions/069). Slack: «Unfurling links in messages»,
«link_shared event», «chat.unfurl».
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from bot.messenger import SendError
from bot.slack.api import SlackSaidNo
from bot.slack.blocks import fallback, message_blocks
from bot.slack.elements import Block, escape
from bot.slack.lines import word
from bot.slack.readers import Audiences
from bot.slack.requests import Payload, installation, own_id
from bot.slack.screen import Place, Screen
from bot.slack.senders import Senders
from bot.slack.workspaces import Workspaces
from handlers.bot import Bot
from handlers.errors import BotError
from handlers.limits import SLACK
from handlers.messages.message import Message, Section
from handlers.writing.text import shorten

log = logging.getLogger(__name__)

_MOST_LINKS = 5
_IN_COMPOSER = "composer"
_NOT_AS_BLOCKS = {"invalid_blocks", "invalid_blocks_format", "invalid_unfurls_format", "cannot_parse_attachment"}
"""What Slack says of a card whose blocks it does not take (chat.unfurl, «Errors»)."""


def why_left(body: Payload) -> str:
    """Why nothing is done about a link; nothing, where something is."""
    event = body["event"]
    if not all(isinstance(event.get(name), str) and event[name] for name in ("user", "channel", "message_ts")):
        return "it does not say who wrote it, and where"
    if event.get("source") == _IN_COMPOSER:
        # It is not said where it will be read; it is told of once more when it is posted.
        return "it is not posted yet"
    if event["user"] == own_id(body):
        return "it is in the bot's own message"
    if event["channel"].startswith("D") and event.get("is_bot_user_member"):
        return "nobody else reads it"
    return "" if _urls(event) else "there is none in it"


class Unfurling:
    """Shows cards for links that somebody posted."""

    def __init__(
        self, bot: Bot, workspaces: Workspaces, senders: Senders, screen: Screen, audiences: Audiences
    ) -> None:
        self._bot = bot
        self._workspaces = workspaces
        self._senders = senders
        self._screen = screen
        self._audiences = audiences

    async def show(self, body: Payload, key: str) -> None:
        """For each link that is ours, the card; whoever posted them is told once."""
        event, app, sender = body["event"], installation(body), self._senders.of(body)
        ours = [url for url in _urls(event) if self._bot.is_ours(url)]
        if not ours:
            log.info("a link at our address opens nothing")
            return
        there = await self._audiences.of(app, event["channel"])
        cards: dict[str, Message] = {}
        notes: list[Message] = []
        for url in ours:
            try:
                shared = await self._bot.about_link(sender, there, url)
            except BotError as error:
                log.info("a link is not unfurled: %s", type(error).__name__)
                continue
            if shared is None:
                continue
            if shared.card is not None:
                cards[url] = shared.card
            if shared.note is not None and shared.note not in notes:
                notes.append(shared.note)
        if cards:
            await self._unfurl(app, event, cards)
        place = Place(sender, app, channel=event["channel"], thread=str(event.get("thread_ts") or ""), key=key)
        for note in notes:
            await self._screen.show(place, note)

    async def _unfurl(self, app: tuple[str, ...], event: dict[str, Any], cards: Mapping[str, Message]) -> None:
        async def put(drawn: dict[str, Block]) -> None:
            arguments = {"channel": event["channel"], "ts": event["message_ts"], "unfurls": drawn}
            # The same once more changes the same cards.
            await api.call("chat.unfurl", arguments, repeatable=True)

        try:
            api = await self._workspaces.api(app)
            try:
                await put({url: {"blocks": message_blocks(card)} for url, card in cards.items()})
            except SlackSaidNo as no:
                if no.code not in _NOT_AS_BLOCKS:
                    raise
                log.warning("a card is shown in plain words: %s", no)
                await put({url: _plainly(card) for url, card in cards.items()})
        except SendError as error:
            log.warning("a link got no card (%s): %s", word(event.get("source")), error)


def _plainly(card: Message) -> Block:
    """The card as an attachment of the old kind, without buttons (Slack: «Legacy: secondary attachments»)."""
    lines = [card.text, *_told(card)]
    for section in card.sections:
        lines += ["", section.title, section.text, *_told(section)]
    text = "\n".join([*lines, "", card.small]).strip()
    drawn = {"fallback": fallback(card), "title": escape(card.title), "text": escape(shorten(text, SLACK.text))}
    # Nothing in it is markup.
    return {**drawn, "mrkdwn_in": []}


def _told(section: Section) -> Sequence[str]:
    return [f"{fact.label}: {fact.value}" for fact in section.facts]


def _urls(event: dict[str, Any]) -> Sequence[str]:
    listed = event.get("links")
    found = [each.get("url") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [url for url in dict.fromkeys(found) if isinstance(url, str)][:_MOST_LINKS]
