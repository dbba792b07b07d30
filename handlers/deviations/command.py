"""`/avvik`: the command, which leads to the right room."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence

from handlers.capability import Example
from handlers.deviations.access import own_posts
from handlers.deviations.handling import listing, show
from handlers.deviations.learning import tall
from handlers.deviations.reporting import direct, report
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message
from handlers.patterns import pattern_of
from handlers.people.context import Context
from handlers.understanding.meaning import only_asks_for
from handlers.writing.language import _
from handlers.writing.text import clean
from storage.deviations import reference_of

_REFERENCE = pattern_of(r"\bavv[-\s]?(\d{4})[-\s]?(\d{1,9})\b", re.IGNORECASE)
_LONGEST = 100
"""Characters. In a longer text a reference is mentioned, not asked for."""

_ROOMS: Mapping[str, Callable[[Context, Mapping[str, str]], Awaitable[Reply]]] = {
    "direkte": direct.count,
    "mine": listing.mine,
    **dict.fromkeys(("kø", "ko", "køen"), listing.queue),
}
"""What leads elsewhere when it is all that was typed. Anything more is a description."""
_HELP = ("hjelp", "help", "?")


async def command(context: Context, text: str) -> Reply:
    """`/avvik [beskrivelse]`, `/avvik mine`, `/avvik kø`, `/avvik direkte`, `/avvik tall [periode]`."""
    text = clean(text)
    room = _ROOMS.get(text.casefold())
    if room is not None:
        return await room(context, {})
    if text.casefold() in _HELP:
        lines = "\n".join(f"{each.line()} – {each.meaning}" for each in await examples(context))
        return Message(title=_("Dette kan du skrive"), text=lines)
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    if word.casefold() == tall.WORD and tall.may_be_period(rest):
        return await tall.command(context, rest)
    return await report.begin(context, text)


async def find(context: Context, text: str) -> Reply:
    """The report whose reference stands in a short text: alone, or «hva skjer med AVV-2026-0007?».

    Raises:
        NotAllowed: there is no such report, or it is not for the actor.
    """
    reference = _REFERENCE.search(text[:_LONGEST])
    if reference is None or len(text) > _LONGEST or not only_asks_for(text, reference[0]):
        return None
    return await show.called(context, reference_of(int(reference[1]), int(reference[2])))


async def examples(context: Context) -> Sequence[Example]:
    posts = await own_posts(context)
    return (
        Example("/avvik", _("meld noe som gikk galt mellom sykehus og kommune")),
        Example("/avvik " + _("Epikrisen kom ikke fram"), _("det samme, med beskrivelsen fylt ut")),
        Example("/avvik direkte", _("tell noe som ble ordnet der og da, uten skjema")),
        Example("/avvik tall", _("hva som er meldt begge veier det siste året, og hvordan det er besvart")),
        Example("/avvik mine", _("avvikene du har meldt, og hva som skjer med dem")),
        *((Example("/avvik kø", _("avvik som venter på enheten din, de alvorlige først")),) if posts.handles else ()),
    )
