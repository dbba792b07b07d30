"""`/sok [ord]`: cases, decisions, follow-ups and what minutes say, by the words that people remember."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.cases.referring import may_see, reader_of
from handlers.decisions.actions import case_button
from handlers.decisions.case_page import CasePage
from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Button, Message, Section
from handlers.people.context import Context
from handlers.searching import documents, naming, referred
from handlers.searching.actions import Do, show
from handlers.searching.documents import CALLED, Document, TextLine, Where
from handlers.words import terms
from handlers.words.terms import Query, Wanted
from handlers.writing.identity import without_possible_numbers
from handlers.writing.language import _
from handlers.writing.text import clean, shorten
from handlers.writing.typed import typed
from storage import references, search
from storage.references import Record
from storage.search import Clause, Hit, Level, Reader

_CARRIED = 300
"""Characters of what was searched for, that a button takes along."""
_MOST_PAGES = 50
_AROUND = 90
"""Characters of a text before and after what was found in it."""
_TRIES = 4
"""So often more is looked for where what was found is not so any more."""
_OFFERED = 3


class Result(NamedTuple):
    """Something that was found: its record, and where (the document, as it is now)."""

    record: Record
    document: Document


async def command(page: CasePage, context: Context, text: str) -> Reply:
    """`page`: what is shown of a case, where its number was typed."""
    text = clean(text)
    if not text:
        return _empty(context)
    referenced = await referred.find(page, context, text) if len(text) <= _CARRIED else None
    if isinstance(referenced, Message) and (referenced.facts or referenced.sections):
        return referenced
    return await found(context, text, 0)


async def show_page(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The button of another page. A client may send any text for one of ours."""
    text = without_possible_numbers(clean(arguments.get("text", "")))[:_CARRIED]
    message = await found(context, text, min(paging.offset(arguments), _MOST_PAGES * paging.SIZE))
    return message.model_copy(update={"replace": "page" in arguments})


async def found(context: Context, text: str, offset: int) -> Message:
    """A page of what is found. Where nothing is right, what is near is shown, and called so."""
    query = terms.query(text)
    if not query.words:
        return _nothing_to_search_for(text, query)
    reader = reader_of(context)
    await search.plan_for_each(context.session)
    results = await _results(context, query, reader, offset, near=False)
    if results:
        return _shown(context, text, query, results, offset, near=False)
    there = [await _is_there(context, word, reader, near=False) for word in query.words]
    # Only of a word that stands nowhere as it is, is anything near wanted.
    each = list(zip(query.words, there, strict=True))
    nearly = query._replace(
        words=tuple(
            word._replace(near=()) if is_there else word for word, is_there in zip(query.words, there, strict=True)
        )
    )
    if not all(there) and await _are_near(context, nearly.words, there, reader):
        results = await _results(context, nearly, reader, offset, near=True)
    if results or offset:
        return _shown(context, text, nearly, results, offset, near=True)
    return _nothing(context, text, [word for word, is_there in each if is_there])


async def records(context: Context, text: str, offset: int, size: int) -> Sequence[Record]:
    """What has all these words, and is where it is found: at most `size` after the first `offset`."""
    query = terms.query(text)
    if not query.words:
        return []
    reader = reader_of(context)
    await search.plan_for_each(context.session)
    results = await _results(context, query, reader, offset, near=False, size=size)
    return [each.record for each in results[:size] if each.document.held]


async def _are_near(context: Context, words: Sequence[Wanted], there: Sequence[bool], reader: Reader) -> bool:
    """Whether there is something near each of these that is not there."""
    for word, is_there in zip(words, there, strict=True):
        if not is_there and not (word.near and await _is_there(context, word, reader, near=True)):
            return False
    return True


async def _is_there(context: Context, word: Wanted, reader: Reader, *, near: bool) -> bool:
    """Whether anything is found by this word alone."""
    wanted = [_clause(word, near=near), *_within(context, reader)]
    return bool(await search.find(context.session, wanted, (), reader, 1))


async def _results(
    context: Context, query: Query, reader: Reader, offset: int, *, near: bool, size: int = paging.SIZE
) -> Sequence[Result]:
    """What is found, one more than a page (`size`); first what has all the words in its title, each the newest first.

    What is indexed may be a moment behind: what is not so any more is left out, and more is looked for.
    """
    within = _within(context, reader)
    wanted: list[Clause] = [*(_clause(word, near=near) for word in query.words), *within]
    title: list[Clause] = [
        [tuple(terms.in_title(term) for term in each) for each in _clause(word, near=near)] for word in query.words
    ]
    results: list[Result] = []
    skip, limit = offset, offset + size + 1
    for _try in range(_TRIES):
        hits = await _hits(context, wanted, title, within, reader, limit)
        results += await _as_they_are(context, query.words, hits[skip:], reader, near=near)
        if len(results) > size or len(hits) < limit:
            break
        skip, limit = len(hits), len(hits) + 2 * size
    return results[: size + 1]


async def _hits(
    context: Context,
    wanted: Sequence[Clause],
    title: Sequence[Clause],
    within: Sequence[Clause],
    reader: Reader,
    limit: int,
) -> Sequence[Hit]:
    """The first `limit` that are found, in their order: three statements at most, one where there is nothing."""
    every = await search.find(context.session, wanted, (), reader, limit)
    if not every:
        return []
    first = await search.find(context.session, [*title, *within], (), reader, limit)
    if len(every) < limit:
        return [*first, *(hit for hit in every if hit not in first)]
    if not first:
        return every
    rest = limit - len(first)
    others = await search.find(context.session, wanted, title, reader, rest) if rest else []
    return [*first, *others]


def _clause(word: Wanted, *, near: bool) -> Clause:
    return (*word.exact, *word.near) if near else word.exact


def _within(context: Context, reader: Reader) -> list[Clause]:
    """Where there is much that the actor may not read, it is passed over by the index."""
    if len(reader.reads) == len(context.actor.committees):
        return []
    return [[*((f"v{each}",) for each in reader.reads), (f"u{reader.person_id}",)]]


async def _as_they_are(
    context: Context, words: Sequence[Wanted], hits: Sequence[Hit], reader: Reader, *, near: bool
) -> Sequence[Result]:
    """Those of these that are still as they were indexed, in their order."""
    items = [hit.item_id for hit in hits if hit.item_id is not None]
    slots = [hit.slot_id for hit in hits if hit.item_id is None and hit.slot_id is not None]
    if not items and not slots:
        return []
    records = {
        (each.item_id, each.slot_id): each
        for each in await references.of(context.session, item_ids=items, slot_ids=slots)
    }
    now = await _now(context, items, slots, numbers=False)
    if any(not terms.fits(words, each.terms, near=near) for each in now.values()):
        # By a number that it had, or by what its committee is called.
        now = await _now(context, items, slots, numbers=True)
    found = []
    for hit in hits:
        record = records.get((hit.item_id, hit.slot_id))
        document = now.get((hit.item_id, hit.slot_id, hit.committee_id, Level(hit.level)))
        if record is None or document is None or not terms.fits(words, document.terms, near=near):
            continue
        if not _may_see(context, record, document, reader):
            continue
        found.append(Result(record, document))
    return found


# --- how it is shown ---------------------------------------------------------------------------------------


def _shown(context: Context, text: str, query: Query, results: Sequence[Result], offset: int, *, near: bool) -> Message:
    asked = shorten(text, 80)
    title = _("Ingen treff på akkurat «{text}». Dette ligner") if near else _("Treff på «{text}»")
    page = paging.page_of(results)
    said = [
        _("Nummer {first} til {last}.").format(first=offset + 1, last=offset + len(page))
        if offset or len(results) > paging.SIZE
        else "",
        _("Jeg søkte med de {count} første ordene.").format(count=terms.MOST_WORDS) if query.left_out else "",
    ]
    number = str(offset // paging.SIZE)
    carried = {"text": shorten(" ".join(text.split()), _CARRIED), "page": number}
    sections = tuple(_section(context, each, query.words, near=near) for each in page)
    return Message(
        title=title.format(text=asked),
        text=" ".join(filter(None, said)),
        sections=sections,
        buttons=paging.buttons(results, Do.SEARCH, carried),
        small=_("Det som ble funnet, står mellom ‹ og ›.") if any("‹" in each.text for each in sections) else "",
    )


async def _now(
    context: Context, items: Sequence[int], slots: Sequence[int], *, numbers: bool
) -> Mapping[tuple[int | None, int | None, int, Level], Document]:
    found = await documents.about(context.session, items, slots, numbers=numbers)
    return {(each.item_id, each.slot_id, each.committee_id, each.level): each for each in found}


def _may_see(context: Context, record: Record, document: Document, reader: Reader) -> bool:
    if document.held:
        return may_see(context.actor, record)
    # What a committee's minutes say of a case that another has by now.
    is_member = document.committee_id in reader.members or record.proposer_id == reader.person_id
    return document.committee_id in reader.reads and (is_member or not record.closed_under)


def _section(context: Context, result: Result, words: Sequence[Wanted], *, near: bool) -> Section:
    line, text = _line(result.document, words, near=near)
    record, document = result
    where, button = naming.where(record), show(record)
    if record.item_id is not None and not document.held:
        committee = next((each.name for each in context.actor.committees if each.id == document.committee_id), "")
        where = naming.in_committee(committee, document.day)
        button = case_button(record.item_id)
    # A title in which nothing was found, as where a day was asked for, stands above already.
    told = "" if line.where is Where.TITLE and "‹" not in text else f"{_(CALLED[line.where])}: {text}"
    return Section(title=naming.named(record), text="\n".join(filter(None, (where, told))), buttons=(button,))


def _line(document: Document, words: Sequence[Wanted], *, near: bool) -> tuple[TextLine, str]:
    """The line with most of what was searched for, and what of it is shown."""
    best, best_hits, most = document.texts[0], list[tuple[int, int, int]](), -1
    for line in document.texts:
        found = terms.hits(line.text, words, near=near)
        # Rather what was decided than the title, which stands above it.
        count = 2 * len({word for _start, _end, word in found}) + (line.where is not Where.TITLE and bool(found))
        if count > most:
            best, best_hits, most = line, found, count
    return best, _marked(best.text, best_hits)


def _marked(text: str, found: Sequence[tuple[int, int, int]]) -> str:
    """What stands around the first of what was found, each of it between ‹ and ›."""
    if not found:
        return shorten(text, 2 * _AROUND)
    begins = max(0, found[0][0] - _AROUND)
    ends = min(len(text), max(found[0][1] + _AROUND, begins + 2 * _AROUND))
    begins = text.rfind(" ", 0, begins) + 1 if begins else 0
    ends = text.find(" ", ends) if text.find(" ", ends) > 0 else len(text)
    shown, at = "…" if begins else "", begins
    for start, end, _word in found:
        if start < at or end > ends:
            continue
        shown += f"{text[at:start]}‹{text[start:end]}›"
        at = end
    return shown + text[at:ends] + ("…" if ends < len(text) else "")


# --- where there is nothing --------------------------------------------------------------------------------


def _empty(context: Context) -> Message:
    return Message(
        title=_("Hva vil du finne?"),
        text=_(
            "Skriv {example}, {date} eller {number}. Jeg søker i saker, vedtak, oppfølginger og publiserte referater "
            "i utvalgene du kan lese: {committees}."
        ).format(
            example=typed("sok " + _("legemidler i utskrivning")),
            date=typed("sok " + _("12. mars 2024")),
            number=typed("sok 38/24"),
            committees=_readable(context),
        ),
    )


def _readable(context: Context) -> str:
    reads = set(reader_of(context).reads)
    names = [each.name for each in context.actor.committees if each.id in reads]
    return ", ".join(names) or _("ingen ennå")


def _nothing_to_search_for(text: str, query: Query) -> Message:
    if query.too_common:
        return Message(
            title=_("«{text}» står nesten overalt").format(text=shorten(text, 80)),
            text=_("Skriv et ord til, om det du leter etter: {example}.").format(
                example=typed("sok " + _("samhandlingsavvik"))
            ),
        )
    return Message(
        title=_("Jeg trenger et ord på minst to bokstaver, et tall eller en dato"),
        text=_("Skriv for eksempel {example}.").format(example=typed("sok " + _("samhandlingsavvik"))),
    )


def _nothing(context: Context, text: str, there: Sequence[Wanted]) -> Message:
    """What to try instead: each word alone, where it is found (`there`)."""
    return Message(
        title=_("Ingen treff på «{text}»").format(text=shorten(text, 80)),
        text=_(
            "Prøv færre ord, et annet ord for det samme, eller saksnummeret. Jeg søker i saker, vedtak, oppfølginger "
            "og publiserte referater i utvalgene du kan lese: {committees}."
        ).format(committees=_readable(context)),
        buttons=tuple(
            Button(
                label=_("Søk bare etter «{word}»").format(word=shorten(word.text, 30)),
                action=Do.SEARCH,
                arguments={"text": word.text[:_CARRIED]},
            )
            for word in there[:_OFFERED]
        ),
    )
