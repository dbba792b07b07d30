"""`/avvik`: the command, which leads to the right room."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from handlers.context import Context
from handlers.deviations import direct, report
from handlers.deviations.learning import tall
from handlers.dialog import Reply
from handlers.language import _
from handlers.registry import Example
from handlers.text import clean

_REFERENCE = re.compile(r"avv-?\s?(\d{4})-?\s?(\d{1,9})", re.IGNORECASE)

_ROOMS: Mapping[str, Callable[[Context, Mapping[str, str]], Awaitable[Reply]]] = {
    "direkte": direct.count,
}
"""What leads elsewhere when it is all that was typed. Anything more is a description."""


async def command(context: Context, text: str) -> Reply:
    """`/avvik [beskrivelse]`, `/avvik direkte`, `/avvik tall [periode]`."""
    text = clean(text)
    room = _ROOMS.get(text.casefold())
    if room is not None:
        return await room(context, {})
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    if word.casefold() == tall.WORD and tall.may_be_period(rest):
        return await tall.command(context, rest)
    return await report.begin(context, text)


async def examples(_context: Context) -> Sequence[Example]:
    return (
        Example("/avvik", _("meld noe som gikk galt mellom sykehus og kommune")),
        Example("/avvik " + _("Epikrisen kom ikke fram"), _("det samme, med beskrivelsen fylt ut")),
        Example("/avvik direkte", _("tell noe som ble ordnet der og da, uten skjema")),
        Example("/avvik tall", _("hva som er meldt begge veier det siste året, og hvordan det er besvart")),
    )
