"""`/vedtak uenighet`: the protocols of disagreements that somebody may read, the open ones first."""

from collections.abc import Mapping

from handlers.calendar import dates
from handlers.decisions.disagreement.actions import Do, button
from handlers.decisions.disagreement.at_hand import is_of_committee
from handlers.decisions.disagreement.rule import NAME, Rule, holding
from handlers.dialogs.dialog import Reply
from handlers.messages import paging
from handlers.messages.message import Fact, Message, Section
from handlers.people.context import Context
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import disagreements
from storage.disagreements import DisagreementOf


async def command(context: Context, _text: str) -> Reply:
    return await listed(context, {})


async def listed(context: Context, arguments: Mapping[str, str]) -> Reply:
    """Those of the actor's committees, and those that they write in."""
    own = [each for each in context.actor.roles if is_of_committee(context.actor, each)]
    found = await disagreements.read_by(
        context.session, context.actor.person_id, own, paging.offset(arguments), paging.SIZE + 1
    )
    rule = holding(await disagreements.setting(context.session, NAME), context.today)
    return Message(
        title=_("Saker som endte med uenighet"),
        text="" if found else _("Ingen saker i utvalgene dine har endt med uenighet."),
        sections=tuple(_section(rule, each) for each in paging.page_of(found)),
        buttons=paging.buttons(found, Do.LIST, {"page": arguments.get("page", "0")}),
        replace="page" in arguments,
    )


def _section(rule: Rule, each: DisagreementOf) -> Section:
    row, zone = each.row, each.meeting.zone
    closed = _("Lukket {day}").format(day=dates.short_day(row.closed_at or row.opened_at, zone))
    facts = (
        (_("Utvalg"), each.committee.name),
        (_("Møte"), dates.short_day(each.meeting.starts_at, zone)),
        (_("Status"), rule.called(row.step) if each.is_open else closed),
        (_("Frist"), dates.short_date(row.due_on) if each.is_open and row.due_on is not None else ""),
    )
    return Section(
        title=shorten(f"{each.number} {each.title}".strip(), 150),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(button(Do.SHOW, _("Vis protokollen"), row),),
    )
