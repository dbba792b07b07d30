"""What can be put before others, each as a card that shows what everybody there may see."""

from collections.abc import Mapping

from handlers.capability import Finder, Sharing
from handlers.messages.arguments import id_in
from handlers.messages.message import Message
from handlers.people.audience import Audience
from handlers.people.context import Context
from handlers.sharing import case, decision, finding, meeting
from handlers.writing.language import N_


async def card(context: Context, audience: Audience, arguments: Mapping[str, str]) -> Message | None:
    """What a link or an offer is about, going by its arguments. Of deviations there is no card at all."""
    ids = {name: found for name, value in arguments.items() if (found := id_in(value)) is not None}
    if "decision" in ids:
        shown = await decision.card(context, audience, ids["decision"])
        if shown is not None:
            return shown
    if "item" in ids or "case" in ids:
        return await case.card(context, audience, item_id=ids.get("item", ids.get("case")))
    if "line" in ids:
        return await case.card(context, audience, slot_id=ids["line"])
    if "meeting" in ids:
        return await meeting.card(context, audience, ids["meeting"])
    return None


SHARING = Sharing(
    card=card,
    finders=(
        Finder(
            name="sak",
            label=N_("Finn en sak"),
            summary=N_("Legg en sak inn i samtalen som et kort med det alle der kan se."),
            asks=N_("Saksnummer eller ord"),
            find=finding.cases,
        ),
        Finder(
            name="vedtak",
            label=N_("Finn et vedtak"),
            summary=N_("Legg et vedtak inn i samtalen som et kort med det alle der kan se."),
            asks=N_("Saksnummer eller ord"),
            find=finding.made,
        ),
    ),
)
