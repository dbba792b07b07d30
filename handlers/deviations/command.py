"""`/avvik`: the command, which leads to the right room."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from difflib import get_close_matches

from handlers.context import Context
from handlers.deviations import direct, listing, report, show
from handlers.deviations.access import standing
from handlers.deviations.learning import tall
from handlers.dialog import Reply
from handlers.language import _
from handlers.message import Message
from handlers.registry import Example
from handlers.text import clean
from handlers.typed import typed
from storage.deviations import reference_of

_REFERENCE = re.compile(r"avv[-\s]?(\d{4})[-\s]?(\d{1,9})", re.IGNORECASE)

_ROOMS: Mapping[str, Callable[[Context, Mapping[str, str]], Awaitable[Reply]]] = {
    "direkte": direct.count,
    "mine": listing.mine,
    **dict.fromkeys(("kø", "ko", "køen"), listing.queue),
}
"""What leads elsewhere when it is all that was typed. Anything more is a description."""
_HELP = ("hjelp", "help", "?")


async def command(context: Context, text: str) -> Reply:
    """`/avvik [beskrivelse]`, `/avvik mine`, `/avvik kø`, `/avvik direkte`, `/avvik tall [periode]`; a reference
    alone shows that report."""
    text = clean(text)
    room = _ROOMS.get(text.casefold())
    if room is not None:
        return await room(context, {})
    if text.casefold() in _HELP:
        lines = "\n".join(f"{each.line()} – {each.meaning}" for each in await examples(context))
        return Message(title=_("Dette kan du skrive"), text=lines)
    reference = _REFERENCE.fullmatch(text)
    if reference is not None:
        return await show.called(context, reference_of(int(reference[1]), int(reference[2])))
    meant = _meant(text)
    if meant:
        return Message(
            title=_("Mente du {command}?").format(command=typed(f"avvik {meant}")),
            text=_(
                "Skriv {command}. Skal «{text}» meldes som et avvik, skriver du litt mer om hva som skjedde."
            ).format(command=typed(f"avvik {meant}"), text=text),
        )
    word, rest = (*text.split(maxsplit=1), "", "")[:2]
    if word.casefold() == tall.WORD and tall.may_be_period(rest):
        return await tall.command(context, rest)
    return await report.begin(context, text)


def _meant(text: str) -> str:
    """What a single word was probably meant to be; empty where it is no misspelling of anything."""
    word = text.casefold()
    if word in _ROOMS or word == tall.WORD:
        return ""
    found = get_close_matches(word, [*_ROOMS, tall.WORD], n=1, cutoff=0.8)
    return found[0] if found else ""


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
