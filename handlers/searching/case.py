"""What stands under a number, or was found: a case, or another line of an agenda."""

from collections.abc import Mapping
from functools import partial

from handlers.calendar import dates
from handlers.capability import Action
from handlers.cases import at_hand, numbered
from handlers.cases.referring import may_see
from handlers.decisions.actions import case_button
from handlers.decisions.case_page import CasePage
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.meetings.minutes.round_actions import Do as Minutes
from handlers.meetings.minutes.verbs import how_decided
from handlers.messages.arguments import id_of
from handlers.messages.message import Button, Fact, Message, Section
from handlers.people.context import Context
from handlers.searching import naming
from handlers.searching.actions import Do
from handlers.searching.mentions import mentioned
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import published, references
from storage.published import Said
from storage.references import Record

_DISCUSSION = 2000


async def show(page: CasePage, context: Context, arguments: Mapping[str, str]) -> Reply:
    """The button of something that was found. Raises `Gone` also where the actor may not see it."""
    of_line = "line" in arguments
    which = id_of(arguments, "line" if of_line else "case")
    found = await references.of(context.session, **({"slot_ids": [which]} if of_line else {"item_ids": [which]}))
    if not found or not may_see(context.actor, found[0]):
        raise Gone(_("Saken finnes ikke lenger."))
    return await shown(page, context, found[0])


def action(page: CasePage) -> Action:
    """`page`: what is shown of a case that minutes tell of."""
    return Action(Do.CASE, partial(show, page), whole=True)


async def shown(page: CasePage, context: Context, record: Record) -> Reply:
    """To somebody who may see it: one that is on its way as it stands there, one that was handled before the bot was
    there as the register has it."""
    if record.item_id is None:
        reply = await _line(context, record)
    elif record.proposer_id is None:
        # The page tells itself what its texts refer to.
        return await page.show(context, {"item": str(record.item_id)})
    else:
        case = await at_hand.find(context, {"item": str(record.item_id)})
        reply = await numbered.shown(context, case)
        if await published.said(context.session, item_ids=[record.item_id]):
            # What is told there is for the page to say.
            register = case_button(case.item.id, _("Vedtak og oppfølging"))
            reply = reply.model_copy(update={"buttons": (*reply.buttons, register)})
    return await mentioned(context, reply, record.meeting_id, besides=(record.item_id, record.slot_id))


async def _line(context: Context, record: Record) -> Message:
    """A line of an agenda that is no case, as «Eventuelt», with what published minutes say of it."""
    day = dates.day(record.starts_at, record.zone) if record.starts_at is not None else ""
    facts = ((_("Utvalg"), record.committee), (_("Møte"), day))
    said = await published.said(context.session, slot_ids=[record.slot_id] if record.slot_id is not None else ())
    return Message(
        title=naming.named(record),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=tuple(_section(each) for each in said),
        buttons=tuple(_minutes(each) for each in said),
    )


def _section(said: Said) -> Section:
    """What the minutes say."""
    decided = [each.text for each in said.conclusions if not each.revoked]
    facts = (
        (_("Konklusjon"), "\n".join(decided)),
        (_("Avgjort ved"), how_decided(said.how_decided)),
        (_("Oppfølging"), "\n".join(_to_do(each.text, each.owner, each.due_text) for each in said.follow_ups)),
    )
    return Section(
        text=shorten(said.discussion, _DISCUSSION),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
    )


def _to_do(text: str, owner: str, due: str) -> str:
    besides = ", ".join(filter(None, (owner, due)))
    return f"{text} ({besides})" if besides else text


def _minutes(said: Said) -> Button:
    return Button(
        label=_("Les saken i referatet"),
        action=Minutes.CASE,
        arguments={"meeting": str(said.meeting_id), "slot": str(said.slot_id)},
    )
