"""«Behandlet i SSU 9. okt. 2024, orientering. Hva er nytt siden da?»: what was handled before of what is proposed.

It is said while the form is open and keeps nobody from sending it.
"""

from collections.abc import Sequence
from itertools import combinations

from handlers.calendar import dates
from handlers.cases import views
from handlers.cases.referring import led, may_see, reader_of
from handlers.people.context import Context
from handlers.words import terms
from handlers.writing.language import _
from storage import references, search
from storage.references import Record
from storage.tables import ItemStatus

_MOST = 3
_FEWEST_WORDS = 2
"""A title of one word is like many others."""
_ENOUGH = 4
"""Of a title with so many words, one may be another."""
_LOOKED_AT = 12


async def handled(context: Context, title: str, *texts: str) -> Sequence[str]:
    """A sentence for each case that was handled before and that the title is like, or the texts refer to: only what the
    actor may see, the newest first."""
    found = [
        *await _referred_to(context, "\n".join((title, *texts))),
        *await _with_such_a_title(context, title),
    ]
    once = {(each.item_id, each.slot_id): each for each in found if _was_handled(context, each)}
    newest = sorted(once.values(), key=_when, reverse=True)
    return [_sentence(each) for each in newest[:_MOST]]


async def _referred_to(context: Context, text: str) -> Sequence[Record]:
    return [each.records[0] for each in await led(context, text) if len(each.records) == 1]


async def _with_such_a_title(context: Context, title: str) -> Sequence[Record]:
    words = [tuple(terms.in_title(term) for term in word.exact[0]) for word in terms.query(title).words]
    if len(words) < _FEWEST_WORDS:
        return []
    size = len(words) - 1 if len(words) >= _ENOUGH else len(words)
    like = [tuple(term for word in those for term in word) for those in combinations(words, size)]
    await search.plan_for_each(context.session)
    hits = await search.find(context.session, [like], (), reader_of(context), _LOOKED_AT)
    ids = [hit.item_id for hit in hits if hit.item_id is not None]
    found = await references.of(context.session, item_ids=ids) if ids else []
    return [each for each in found if may_see(context.actor, each)]


def _was_handled(context: Context, record: Record) -> bool:
    if record.item_id is None or record.starts_at is None or record.starts_at > context.now:
        return False
    return record.status in (ItemStatus.ACCEPTED, ItemStatus.HANDLED)


def _when(record: Record) -> float:
    return record.starts_at.timestamp() if record.starts_at is not None else 0.0


def _sentence(record: Record) -> str:
    day = dates.short_day(record.starts_at, record.zone) if record.starts_at is not None else ""
    named = f"{record.number} {record.title}".strip()
    where = " ".join((record.committee, day))
    types = views.type_names(record.types).lower()
    if types:
        return _("{case}: Behandlet i {where}, {types}. Hva er nytt siden da?").format(
            case=named, where=where, types=types
        )
    return _("{case}: Behandlet i {where}. Hva er nytt siden da?").format(case=named, where=where)
