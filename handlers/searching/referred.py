"""A reference to a case, typed alone or in a question: «Sak 4», «hva skjer med 38/24?», «2023.34, SSU 28.09.23»."""

from collections.abc import Sequence

from handlers.cases.referring import Led, led
from handlers.decisions.case_page import CasePage
from handlers.dialogs.dialog import Reply
from handlers.messages.message import Message, Section
from handlers.people.context import Context
from handlers.searching import case, naming
from handlers.searching.actions import show
from handlers.understanding.meaning import only_asks_for
from handlers.writing.language import _
from handlers.writing.typed import typed
from storage.references import Record

_LONGEST = 120
"""Characters. In a longer text a case is mentioned, not asked for."""
_MOST = 8


async def find(page: CasePage, context: Context, text: str) -> Reply:
    """What a short text that is a reference leads to; None: it is none, or says more than that.

    The same number may be several committees': those that the actor may see, to choose among. `page`: what is shown of
    a case that minutes tell of.
    """
    if len(text) > _LONGEST:
        return None
    found = await led(context, text, alone=True)
    if not found or not _asks_only(text, found):
        return None
    records = _once(found)
    if len(records) == 1:
        return await case.shown(page, context, records[0])
    numbers = ", ".join(dict.fromkeys(each.reference.text for each in found))
    if not records:
        if all(each.reference.is_short for each in found):
            # «4» may be the beginning of a title.
            return None
        # The same whether it exists or not: who guesses numbers learns nothing.
        return Message(
            title=_("Jeg finner ingen sak {number} som du kan se").format(number=numbers),
            text=_("Skriv {mine} for sakene du har meldt, eller {agenda} for sakslistene i utvalgene dine.").format(
                mine=typed("sak mine"), agenda=typed("sak liste")
            ),
        )
    return Message(title=_which(found, records, numbers), sections=tuple(_line(each) for each in records[:_MOST]))


def _asks_only(text: str, found: Sequence[Led]) -> bool:
    for each in reversed(found):
        written = text[each.reference.start : each.reference.end]
        if each is found[0]:
            return only_asks_for(text, written)
        text = f"{text[: each.reference.start]} {text[each.reference.end :]}"
    return False


def _once(found: Sequence[Led]) -> Sequence[Record]:
    once: dict[tuple[int | None, int | None], Record] = {}
    for each in found:
        for record in each.records:
            once.setdefault((record.item_id, record.slot_id), record)
    return list(once.values())


def _which(found: Sequence[Led], records: Sequence[Record], numbers: str) -> str:
    if len(found) > 1:
        return _("Sakene {numbers}").format(numbers=numbers)
    if len({each.committee_id for each in records}) > 1:
        return _("Flere utvalg har en sak {number}").format(number=numbers)
    return _("Hvilken sak {number}?").format(number=numbers)


def _line(record: Record) -> Section:
    return Section(title=naming.named(record), text=naming.where(record), buttons=(show(record),))
