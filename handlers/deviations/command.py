"""`/avvik`: the command, which leads to the right room."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from handlers.context import Context
from handlers.deviations import direct, listing, report, show
from handlers.deviations.access import standing
from handlers.deviations.learning import tall
from handlers.dialog import Reply
from handlers.language import _
from handlers.registry import Example
from handlers.text import clean
from storage.deviations import reference_of

_REFERENCE = re.compile(r"avv[-\s]?(\d{4})[-\s]?(\d{1,9})", re.IGNORECASE)

_ROOMS: Mapping[str, Callable[[Context, Mapping[str, str]], Awaitable[Reply]]] = {
    "direkte": direct.count,
    "mine": listing.mine,
    **dict.fromkeys(("kø", "ko", "køen"), listing.queue),
}
"""What leads elsewhere when it is all that was typed. Anything more is a description."""


async def command(context: Context, text: str) -> Reply:
    """`/avvik [beskrivelse]`, `/avvik mine`, `/avvik kø`, `/avvik direkte`, `/avvik tall [periode]`; a reference
    alone shows that report."""
    text = clean(text)
    room = _ROOMS.get(text.casefold())
    if room is not None:
        return await room(context, {})
    reference = _REFERENCE.fullmatch(text)
    if reference is not None:
        return await show.called(context, reference_of(int(reference[1]), int(reference[2])))
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    if word.casefold() == tall.WORD and tall.may_be_period(rest):
        return await tall.command(context, rest)
    return await report.begin(context, text)


async def examples(context: Context) -> Sequence[Example]:
    stands = await standing(context)
    return (
        Example("/avvik", _("meld noe som gikk galt mellom sykehus og kommune")),
        Example("/avvik " + _("Epikrisen kom ikke fram"), _("det samme, med beskrivelsen fylt ut")),
        Example("/avvik direkte", _("tell noe som ble ordnet der og da, uten skjema")),
        Example("/avvik tall", _("hva som er meldt begge veier det siste året, og hvordan det er besvart")),
        Example("/avvik mine", _("avvikene du har meldt, og hva som skjer med dem")),
        *((Example("/avvik kø", _("avvik som venter på enheten din, de eldste først")),) if stands.handles else ()),
    )
