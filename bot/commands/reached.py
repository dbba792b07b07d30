"""Whether the bot's own address can be reached, as `bot doctor` asks it from the machine that it runs on."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

import aiohttp

from bot.commands.report import Report
from bot.outgoing import client
from config.settings import Settings
from handlers.writing.language import _

T = TypeVar("T")

_SECONDS = aiohttp.ClientTimeout(total=8.0)


class Answered(NamedTuple):
    """What an address answered a call with."""

    status: int
    text: str


def public_address(settings: Settings, base_url: str = "") -> str | None:
    """Where others reach the bot, with a slash at the end; None: that is not said, or not encrypted."""
    found = base_url or settings.public_url or ""
    return found.rstrip("/") + "/" if found.startswith("https://") else None


async def ask(
    report: Report,
    address: str | None,
    advice: str,
    asking: Callable[[aiohttp.ClientSession], Awaitable[T]],
    connector: aiohttp.BaseConnector | None,
) -> tuple[bool, T] | None:
    """Whether what answers there is the bot, and what came of asking it. None: nothing answers, which is reported.

    Args:
        address: see `public_address`.
        advice: what to do where nothing answers.
        connector: another way there, for tests.
    """
    if address is None:
        report.wrong(
            _("er ikke satt, eller begynner ikke med https://"),
            _("Sett PUBLIC_URL, eller skriv {option} med adressen.").format(option="--base-url"),
        )
        return None
    try:
        async with client(_SECONDS, connector) as http:
            async with http.get(f"{address}helse", allow_redirects=False) as response:
                alive = response.status == 200 and b'"ok"' in await response.read()
            return alive, await asking(http)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        report.wrong(
            _("{address} svarer ikke herfra ({reason})").format(address=address, reason=type(error).__name__), advice
        )
        return None
