"""Taking a disagreement to another committee (løftes til SSU): a case is proposed there, which its secretariat decides
on as on any other."""

from handlers.calendar import dates
from handlers.cases import announce
from handlers.cases.forms import TITLE_LENGTH
from handlers.decisions.disagreement.at_hand import Protocol
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.text import shorten
from storage import cases, committees
from storage.cases import Case, Proposer
from storage.history import Event
from storage.tables import Committee


async def committee(context: Context, protocol: Protocol) -> Committee | None:
    """The one that the partnership takes disagreements to; None: it has not said, or it is there no more."""
    key = protocol.rule.ssu.committee.casefold()
    if not key:
        return None
    return next((each for each in await committees.active(context.session) if each.key.casefold() == key), None)


async def propose(context: Context, protocol: Protocol, to: Committee, note: str, draft_id: str) -> int:
    """Propose the case to that committee, as the actor; its id. One that is closed (unntatt offentlighet) stays so."""
    item, actor = protocol.of.item, context.actor
    # It is one text for everybody, so it is in the language of the partnership's papers.
    with speaking(DEFAULT):
        day = dates.short_day(protocol.meeting.starts_at, protocol.meeting.zone)
        called = protocol.called
        title = shorten(_("Uenighet: {case}").format(case=called), TITLE_LENGTH)
        purpose = _("Saken ble behandlet i {committee} {day} og endte med uenighet. Uenighetsprotokollen følger saken.")
        purpose = purpose.format(committee=protocol.committee.name, day=day)
    coming = await committees.coming_meetings(context.session, to.id, context.now)
    made, event_id = await cases.add_case(
        context.session,
        {
            "draft_id": draft_id,
            "committee_id": to.id,
            "title": title,
            "purpose": "\n\n".join(filter(None, (purpose, note))),
            "types": ["D", "B"],
            "presenter_ids": [],
            "presenters_text": "",
            "minutes": None,
            "conclusion": "",
            "links": list(item.links) if item is not None else [],
            "meeting_id": None,
            "closed_under": item.closed_under if item is not None else "",
        },
        proposer_id=actor.person_id,
        at=context.now,
    )
    proposer = Proposer(actor.person_id, actor.name, actor.language, actor.guest)
    event = Event(event_id, "proposed", actor.person_id, actor.name, context.now, "", {})
    await announce.proposed(context, Case(made, to, proposer, None), event, coming)
    return made.id
