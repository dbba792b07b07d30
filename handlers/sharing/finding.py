"""Finding a case or a decision to put before others: by its number or by words, and without any one's own newest.

Whoever looks finds what they find with `/sok` and `/vedtak`. Of that, what not everybody may see who reads the
conversation is counted and left out.
"""

from collections.abc import Sequence

from handlers.cases.referring import led, may_see
from handlers.decisions import access, register, views
from handlers.messages.offers import Offer, Offers
from handlers.people.audience import Audience
from handlers.people.context import Context
from handlers.searching import naming, search
from handlers.writing.language import _, ngettext
from handlers.writing.text import clean, shorten
from storage import decisions, published, references
from storage.decisions import Decision
from storage.references import Record

_LONGEST = 300
"""Characters that are searched for."""
_FARTHEST = 200
"""So far one may go on in what is found."""
_SHOWN = 120


async def cases(context: Context, audience: Audience, text: str, offset: int, limit: int) -> Offers:
    """Cases, at most `limit` of them after the first `offset`."""
    text = clean(text)[:_LONGEST]
    if offset > _FARTHEST:
        return Offers(())
    found = await _cases(context, text, offset, limit)
    shown = await _that_may_be_seen(context, audience, found)
    offers = [Offer(naming.named(each), naming.where(each), _arguments(each)) for each in shown]
    return _offers(audience, text, offset, offers, len(found) - len(shown))


async def _cases(context: Context, text: str, offset: int, limit: int) -> Sequence[Record]:
    if not text:
        ids = await references.own_newest(
            context.session, context.actor.person_id, list(context.actor.roles), offset, limit
        )
        found = {each.item_id: each for each in await references.of(context.session, item_ids=ids)}
        own = [found[each] for each in ids if each in found]
        return [each for each in own if may_see(context.actor, each)]
    referred = [record for each in await led(context, text, alone=True) for record in each.records]
    if referred:
        return list({(each.item_id, each.slot_id): each for each in referred}.values())[offset : offset + limit]
    return await search.records(context, text, offset, limit)


async def _that_may_be_seen(context: Context, audience: Audience, found: Sequence[Record]) -> Sequence[Record]:
    """Those of which there is a card (see `handlers.sharing.case`): at most four statements."""
    opened = [each for each in found if not each.closed_under]
    seen = [each for each in opened if _is_seen(audience, each)]
    rest = [each for each in opened if each not in seen]
    said = await published.said(
        context.session,
        item_ids=[each.item_id for each in rest if each.item_id is not None],
        slot_ids=[each.slot_id for each in rest if each.slot_id is not None],
    )
    told = {(each.item_id, None) for each in said} | {(None, each.slot_id) for each in said}
    return [each for each in opened if each in seen or (each.item_id, each.slot_id) in told]


def _is_seen(audience: Audience, record: Record) -> bool:
    return audience.may(lambda actor: may_see(actor, record))


def _arguments(record: Record) -> dict[str, str]:
    return {"item": str(record.item_id)} if record.item_id is not None else {"line": str(record.slot_id)}


async def made(context: Context, audience: Audience, text: str, offset: int, limit: int) -> Offers:
    """Decisions, the same way. What stands in published minutes anybody may see, of cases that are open."""
    text = clean(text)[:_LONGEST]
    if offset > _FARTHEST:
        return Offers(())
    found = await _made(context, text, offset, limit)
    shown = [each for each in found if each.at.item is None or not each.at.item.closed_under]
    offers = [
        Offer(
            shorten(f"{each.at.number} {each.at.title}".strip(), _SHOWN),
            f"{views.where(each.at)}: {shorten(each.row.text, _SHOWN)}",
            {"decision": str(each.row.id)},
        )
        for each in shown
    ]
    return _offers(audience, text, offset, offers, len(found) - len(shown))


async def _made(context: Context, text: str, offset: int, limit: int) -> Sequence[Decision]:
    if text:
        return (await register.found(context, text, offset + limit))[offset:]
    readable = access.committees_read_by(context.actor)
    own = [each for each in readable if each in context.actor.roles]
    found = await decisions.of_committees(context.session, own or readable, offset, limit)
    return [each for each in found if access.sees(context.actor, each.at)]


def _offers(audience: Audience, text: str, offset: int, found: Sequence[Offer], hidden: int) -> Offers:
    if found or offset:
        return Offers(found, hidden)
    if hidden:
        why = ngettext(
            "Jeg fant {count} treff, men ikke alle som leser her, kan se det, så jeg kan ikke legge det inn.",
            "Jeg fant {count} treff, men ikke alle som leser her, kan se dem, så jeg kan ikke legge dem inn.",
            hidden,
        ).format(count=hidden)
    elif text:
        why = _("Ingen treff på «{text}»").format(text=shorten(text, 80))
    else:
        why = _("Skriv et saksnummer, eller noen ord fra saken.")
    return Offers((), hidden, why)
