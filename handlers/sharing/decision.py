"""A decision (vedtak) as a card for others."""

from handlers.decisions import access, views
from handlers.decisions.actions import decision_button
from handlers.limits import ANYWHERE
from handlers.meetings.minutes.verbs import how_decided
from handlers.messages.message import Fact, Message
from handlers.people.audience import Audience
from handlers.people.context import Actor, Context
from handlers.sharing import case
from handlers.sharing.small import for_these
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import decisions

_WORDING = ANYWHERE.text


async def card(context: Context, audience: Audience, decision_id: int) -> Message | None:
    """The decision for everybody in the audience; where not each of them may see it, its case as anybody may."""
    decision = await decisions.decision(context.session, decision_id)
    if decision is None:
        return None
    at = decision.at
    if at.item is not None and at.item.closed_under:
        return None

    def sees(actor: Actor) -> bool:
        return access.may_read(actor, decision) and access.sees(actor, at)

    if not audience.may(sees):
        return await case.card(
            context,
            audience,
            item_id=at.item.id if at.item is not None else None,
            slot_id=at.slot.id if at.item is None else None,
        )
    facts = (
        (_("Utvalg"), at.committee.name),
        (_("Møte"), views.day(at)),
        (_("Avgjort ved"), how_decided(at.entry.how_decided)),
        (_("Status"), _("Opphevet") if decision.is_revoked else views.status(decision, context.today)),
    )
    return Message(
        title=f"{at.number} {at.title}".strip(),
        text=shorten(decision.row.text, _WORDING),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(decision_button(decision),),
        small=for_these(),
    )
