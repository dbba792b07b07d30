"""A case that another committee's decision makes: it is proposed by itself, and lives the ordinary life of a case.

Its proposer is somebody who speaks for the committee that decided it: they hear what becomes of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.cases import announce
from handlers.messages.message import Message
from handlers.people.context import Context
from handlers.writing.language import _
from storage import cases, committees
from storage.cases import Case, Proposer
from storage.history import Event
from storage.tables import AgendaItem, Committee, ItemStatus


class Wanted(NamedTuple):
    """What the case is to say. `key`: makes it once, however often it is asked for. `closed_under`: as in
    `storage.tables.AgendaItem`."""

    key: str
    title: str
    purpose: str
    types: Sequence[str]
    closed_under: str = ""


async def propose(context: Context, committee: Committee, wanted: Wanted, proposer: Proposer) -> AgendaItem:
    """The committee's secretariat gets it as a proposal, and the proposer a receipt; the stored case."""
    item, event_id = await cases.add_case(
        context.session,
        {
            "draft_id": wanted.key,
            "committee_id": committee.id,
            "title": wanted.title,
            "purpose": wanted.purpose,
            "types": list(wanted.types),
            "closed_under": wanted.closed_under,
            "presenter_ids": [],
            "presenters_text": "",
            "conclusion": "",
            "links": [],
        },
        proposer_id=proposer.id,
        at=context.now,
    )
    coming = await committees.coming_meetings(context.session, committee.id, context.now)
    event = Event(event_id, "proposed", proposer.id, proposer.name, context.now, "", {})
    await announce.proposed(context, Case(item, committee, proposer, None), event, coming)
    return item


async def take_back(context: Context, item_id: int, reason: str) -> bool:
    """What led to the case is revoked, so it is withdrawn; whether that was done: one that is on an agenda, or was
    decided on, stays for its secretariat to see to. `reason`: what the history says."""
    case = await cases.case(context.session, item_id, lock=True)
    if case is None or case.item.status not in cases.UNDECIDED:
        return False
    await announce.take_back_news(context, case)
    case.item.status = ItemStatus.WITHDRAWN

    def news() -> Message:
        return Message(title=_("Saken er trukket: {title}").format(title=case.item.title), text=reason)

    await announce.record(context, case, "withdrawn", news=news, note=reason)
    return True
