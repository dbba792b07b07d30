"""Searches from where people write a message, and links of our own that are put into one: what they may put before the
others there, as a card.

Teams: «Respond to search command», «Link unfurling». An answer is waited for 5 s. The list is for whoever searches; the
card that is chosen is made anew, for everybody who reads the conversation then. What a link becomes is kept by Teams
for half an hour, wherever the link is put meanwhile, so it shows what anybody may see.
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any

from bot.teams.activity import is_of_a_program, is_personal
from bot.teams.answers import FINDS, TEXT
from bot.teams.apps import Apps
from bot.teams.card import Card
from bot.teams.readers import readers
from bot.teams.replies import draw, too_slow
from bot.teams.senders import Senders
from handlers.bot import Bot
from handlers.errors import BotError
from handlers.limits import TEAMS
from handlers.messages.message import Message
from handlers.messages.offers import Offer, Offers
from handlers.people.audience import UNKNOWN, Readers
from handlers.writing.language import _
from handlers.writing.text import shorten

if TYPE_CHECKING:
    from botbuilder.schema import Activity

    from bot.teams.turns import Answer

log = logging.getLogger(__name__)

QUERY = "composeExtension/query"
SELECT = "composeExtension/selectItem"
LINK = "composeExtension/queryLink"
_SHARE = "share"
_ROSTER_SECONDS = 1.5
_ADAPTIVE = "application/vnd.microsoft.card.adaptive"
_THUMBNAIL = "application/vnd.microsoft.card.thumbnail"
_NOT_KEPT = {"cacheType": "no_cache"}


class Sharing:
    """Answers the invokes of a search extension.

    Args:
        seconds: for all of the bot's part.
    """

    def __init__(self, bot: Bot, apps: Apps, senders: Senders, seconds: float) -> None:
        self._bot = bot
        self._apps = apps
        self._senders = senders
        self._seconds = seconds

    async def query(self, activity: "Activity") -> "Answer":
        """Somebody searches, or has just opened the search."""
        value = activity.value if isinstance(activity.value, dict) else {}
        # A manifest of before has the name alone.
        finder = str(value.get("commandId") or "").removeprefix(FINDS)
        text, (skip, count) = _typed(value), _page(value)
        sender = self._senders.of(activity, None, lasting=False)

        async def find() -> "Answer":
            there = await readers(self._apps, activity, _ROSTER_SECONDS)
            found = await self._bot.offers(sender, there, finder, text, skip, count)
            return _listed(found, there) if found is not None else _told(_not_understood())

        return await self._in_time(find())

    async def select(self, activity: "Activity") -> "Answer":
        """One of what was found is to be put into the message."""
        value = activity.value if isinstance(activity.value, dict) else {}
        chosen = value.get(_SHARE)
        if not isinstance(chosen, Mapping):
            return _told(_not_understood())
        arguments = {str(name): str(argument) for name, argument in chosen.items()}
        sender = self._senders.of(activity, None, lasting=False)

        async def show() -> "Answer":
            there = await readers(self._apps, activity, _ROSTER_SECONDS)
            card = await self._bot.card(sender, there, arguments)
            if card is None:
                return _told(_may_not_be_seen())
            if is_personal(activity) and there.people is not None and len(there.people) > 1:
                # What is pressed in a conversation of two looks as if it were pressed in one's own with the bot.
                card = card.without_buttons()
            return _result([_attached(draw(card).card, card)])

        return await self._in_time(show())

    async def link(self, activity: "Activity") -> tuple["Answer", Message | None]:
        """A link was put into a message that is being written. Second: what whoever did so is to be told."""
        value = activity.value if isinstance(activity.value, dict) else {}
        url = value.get("url")
        if not isinstance(url, str) or is_of_a_program(activity) or not self._bot.is_ours(url):
            log.info("a link at our address opens nothing")
            return _result([]), None
        try:
            async with asyncio.timeout(self._seconds):
                shared = await self._bot.about_link(self._senders.of(activity, None, lasting=False), UNKNOWN, url)
        except (BotError, TimeoutError) as error:
            log.info("a link is not unfurled: %s", type(error).__name__)
            return _result([]), None
        if shared is None or shared.card is None:
            return _result([]), shared.note if shared is not None else None
        return _result([_attached(draw(shared.card).card, shared.card)]), shared.note

    async def _in_time(self, work: Awaitable["Answer"]) -> "Answer":
        try:
            async with asyncio.timeout(self._seconds):
                return await work
        except BotError as error:
            return _told(str(error))
        except TimeoutError:
            log.error("a search from a message took too long")
            return _told(too_slow())


def _typed(value: Mapping[str, Any]) -> str:
    """What is sought; nothing, where the search was just opened (`initialRun`)."""
    given = value.get("parameters")
    for each in given if isinstance(given, list) else ():
        if isinstance(each, Mapping) and each.get("name") == TEXT and isinstance(each.get("value"), str):
            return str(each["value"])
    return ""


def _page(value: Mapping[str, Any]) -> tuple[int, int]:
    """(how many to leave out, how many to show)."""
    options = value.get("queryOptions")
    options = options if isinstance(options, Mapping) else {}
    skip, count = options.get("skip"), options.get("count")
    return (
        max(0, skip) if isinstance(skip, int) else 0,
        min(max(1, count), TEAMS.found) if isinstance(count, int) else TEAMS.found,
    )


def _listed(found: Offers, there: Readers) -> "Answer":
    if found.why:
        return _told(" ".join(filter(None, (found.why, _nobody_known(there)))))
    return _result([_offered(each) for each in found.found])


def _nobody_known(there: Readers) -> str:
    """Why there is so little, where that can be mended."""
    if there.people is not None or there.shared:
        return ""
    return _("Jeg får ikke vite hvem som leser i denne samtalen. Legg meg til i den, så kan jeg vise mer.")


def _offered(offer: Offer) -> dict[str, Any]:
    """A line of the list, which leads to its card."""
    title, text = shorten(offer.title, TEAMS.found_title), shorten(offer.text, TEAMS.found_text)
    tap = {"type": "invoke", "value": {_SHARE: offer.arguments}}
    return {
        "contentType": _THUMBNAIL,
        "content": {"title": title, "text": text},
        "preview": {"contentType": _THUMBNAIL, "content": {"title": title, "text": text, "tap": tap}},
    }


def _attached(card: Card, shown: Message) -> dict[str, Any]:
    preview = {
        "title": shorten(shown.title, TEAMS.found_title),
        "text": shorten(shown.text or shown.small, TEAMS.found_text),
    }
    return {
        "contentType": _ADAPTIVE,
        "content": card,
        "preview": {"contentType": _THUMBNAIL, "content": preview},
    }


def _result(attachments: list[dict[str, Any]]) -> "Answer":
    whole = {"type": "result", "attachmentLayout": "list", "attachments": attachments}
    # What may be seen changes: a case is closed, somebody comes in.
    return 200, {"composeExtension": whole, "cacheInfo": _NOT_KEPT}


def _told(sentence: str) -> "Answer":
    return 200, {"composeExtension": {"type": "message", "text": sentence}, "cacheInfo": _NOT_KEPT}


def _not_understood() -> str:
    log.info("an invoke of a search is not understood, and is answered so")
    return _("Dette kjenner jeg ikke igjen. Lukk søket, og åpne det på nytt.")


def _may_not_be_seen() -> str:
    return _("Ikke alle som leser her, kan se dette, så jeg kan ikke legge det inn.")
