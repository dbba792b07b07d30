"""What happens to the protocol of a disagreement: each event changes where it stands, is written in its history, and is
seen by everybody.

These are used by people and by the clock alike; who may do what has been asked before. The caller holds the protocol.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from handlers.calendar.dates import local_date
from handlers.decisions.disagreement import announce, moments, parties, words
from handlers.decisions.disagreement.at_hand import Protocol, again, load
from handlers.decisions.disagreement.moments import Kind
from handlers.decisions.disagreement.parties import Party
from handlers.decisions.disagreement.rule import NAME, Rule, holding
from handlers.meetings.minutes.verbs import how_decided
from handlers.messages.message import Message
from handlers.people.context import CLOCK, Context
from handlers.writing.language import DEFAULT, _, speaking
from storage import disagreements
from storage.disagreements import EntryAt
from storage.tables import ClosedHow, Disagreement, DisagreementStep, DisagreementView


async def record(context: Context, protocol: Protocol, kind: str, **more: Any) -> Protocol:
    """Write it in the history; the protocol with it. `more`: as `storage.history.History.add` takes it."""
    actor = context.actor
    event = await disagreements.HISTORY.add(
        context.session,
        protocol.row.id,
        kind,
        None if actor is CLOCK else actor.person_id,
        context.now,
        actor=actor.name,
        **more,
    )
    return protocol._replace(events=(*protocol.events, event))


def set_clock(context: Context, row: Disagreement, rule: Rule, zone: str, *, unwritten: bool) -> None:
    """When the clock looks at it next. `unwritten`: a party has not written."""
    due = [(Kind.STEP, row.due_on), *([(Kind.VIEWS, row.views_due_on)] if unwritten else [])]
    is_open = row.closed_how == ClosedHow.OPEN
    row.clock_at = moments.coming(moments.moments(due, rule.remind_days, zone), context.now) if is_open else None


async def opened(context: Context, at: EntryAt) -> Protocol:
    """There is a protocol from now on, if there was none: parties are proposed, and everybody is told. One that counted
    as never opened is taken up again."""
    session, meeting = context.session, at.meeting
    rule = holding(await disagreements.setting(session, NAME), context.today)
    today = local_date(context.now, meeting.zone)
    by = None if context.actor is CLOCK else context.actor.person_id
    row, is_new = await disagreements.open_one(
        session,
        {
            "entry_id": at.entry.id,
            "meeting_id": meeting.id,
            "committee_id": meeting.committee_id,
            "item_id": at.item_id,
            "due_on": rule.due(DisagreementStep.COMMITTEE, today),
            "views_due_on": today + timedelta(days=rule.write_days),
            "opened_by_id": by,
        },
        context.now,
    )
    if is_new:
        await _propose_parties(context, row)
    elif row.closed_how == ClosedHow.GONE:
        row.closed_how, row.closed_at = ClosedHow.OPEN, None
        row.opened_at, row.opened_by_id = context.now, by
        row.due_on, row.views_due_on = rule.due(DisagreementStep.COMMITTEE, today), today + timedelta(rule.write_days)
    else:
        return await _loaded(context, row.id)
    set_clock(context, row, rule, meeting.zone, unwritten=True)
    protocol = await record(context, await _loaded(context, row.id), "opened")
    await announce.stand(context, protocol)
    return protocol


async def _loaded(context: Context, disagreement_id: int) -> Protocol:
    await context.session.flush()
    of = await disagreements.disagreement(context.session, disagreement_id)
    assert of is not None  # noqa: S101 - it is held
    return await load(context, of, lock=True)


async def _propose_parties(context: Context, row: Disagreement) -> None:
    session = context.session
    seated = await disagreements.seated(session, row.committee_id, context.today)
    with speaking(DEFAULT):
        both = parties.proposed(seated, await disagreements.organisations(session))
    for ordinal, party in enumerate(both, 1):
        view = DisagreementView(disagreement_id=row.id, party=party.name, ordinal=ordinal)
        view.kind, view.organisation_id = party.kind, party.organisation_id
        session.add(view)
        await session.flush()
        await disagreements.put_writers(session, view.id, party.writers)


async def parties_chosen(
    context: Context, protocol: Protocol, chosen: Mapping[int, Party], *, draft_id: str
) -> Protocol:
    """These are the parties, by the id of their view, and these people write for them."""
    for view in protocol.views:
        party = chosen[view.row.id]
        view.row.party, view.row.kind, view.row.organisation_id = party.name, party.kind, party.organisation_id
        await disagreements.put_writers(context.session, view.row.id, party.writers)
    protocol.row.revision += 1
    protocol = await again(context, protocol)
    named = {view.row.party: words.writers(view) for view in protocol.views}
    protocol = await record(context, protocol, "parties", data={"writers": named}, draft_id=draft_id)
    await announce.stand(context, protocol)
    return protocol


async def wrote(context: Context, protocol: Protocol, view_id: int, *, first: bool, draft_id: str) -> Protocol:
    """A party's view is written, or changed. When both are in, each reads what the other wrote."""
    row = protocol.row
    row.revision += 1
    protocol = await again(context, protocol)
    view = protocol.view(view_id)
    assert view is not None  # noqa: S101 - it was written in
    protocol = await record(
        context, protocol, "wrote", data={"party": view.row.party, "revision": view.row.revision}, draft_id=draft_id
    )
    shows = not protocol.unwritten and not protocol.is_shown
    if shows:
        row.shown_at = context.now
    set_clock(context, row, protocol.rule, protocol.meeting.zone, unwritten=bool(protocol.unwritten))
    await announce.stand(context, protocol)
    if first and not shows:
        await announce.happened(context, protocol, partial(_written, context, protocol, view.row.party))
    if shows:
        protocol = await record(context, protocol, "shown", data={"both": True})
        await announce.happened(context, protocol, partial(_shown, context, protocol))
    return protocol


def _written(context: Context, protocol: Protocol, party: str) -> Message:
    return words.news(protocol, _("{party} har skrevet i protokollen om {case}"), context.now, party=party)


def _shown(context: Context, protocol: Protocol) -> Message:
    return words.news(
        protocol,
        _("Nå kan partene lese hverandre: {case}"),
        context.now,
        text=_("Hver part kan fortsatt endre sitt eget syn, og ingen den andres."),
    )


async def revealed(context: Context, protocol: Protocol) -> Protocol:
    """The secretariat lets each party read what the other wrote, though not both have."""
    protocol.row.shown_at = context.now
    protocol = await record(context, await again(context, protocol), "shown")
    await announce.stand(context, protocol)
    await announce.happened(context, protocol, partial(_shown, context, protocol))
    return protocol


async def tried(context: Context, protocol: Protocol, *, draft_id: str) -> Protocol:
    """What was tried to agree is written."""
    protocol.row.revision += 1
    protocol = await record(context, await again(context, protocol), "tried", draft_id=draft_id)
    await announce.stand(context, protocol)
    return protocol


async def stepped(
    context: Context,
    protocol: Protocol,
    step: DisagreementStep,
    due_on: date | None,
    *,
    note: str,
    raised: int | None,
    draft_id: str,
) -> Protocol:
    """It is taken to that step, or gets another deadline there. `raised`: the case that was proposed for it."""
    row = protocol.row
    before = row.step
    row.step, row.due_on = step, due_on
    row.raised_item_id = raised or row.raised_item_id
    row.revision += 1
    set_clock(context, row, protocol.rule, protocol.meeting.zone, unwritten=bool(protocol.unwritten))
    protocol = await again(context, protocol)
    data = {"step": step, "before": before, "due_on": due_on.isoformat() if due_on else None}
    protocol = await record(context, protocol, "step", note=note, data=data, draft_id=draft_id)
    await announce.stand(context, protocol)
    await announce.happened(context, protocol, partial(announce.moved, context, protocol, note))
    return protocol


async def closed(
    context: Context, protocol: Protocol, how: ClosedHow, outcome: str, *, draft_id: str | None = None
) -> Protocol:
    """It is over."""
    row = protocol.row
    row.closed_how, row.closed_at, row.outcome, row.clock_at = how, context.now, outcome, None
    row.revision += 1
    protocol = await again(context, protocol)
    protocol = await record(context, protocol, "closed", note=outcome, data={"how": how}, draft_id=draft_id)
    await announce.stand(context, protocol)
    if how is not ClosedHow.GONE:
        await announce.happened(context, protocol, partial(announce.closed_now, context, protocol))
    return protocol


async def reopened(context: Context, protocol: Protocol) -> Protocol:
    """It was closed by mistake, or the disagreement goes on. What it came to stays in the history."""
    row = protocol.row
    row.closed_how, row.closed_at, row.outcome = ClosedHow.OPEN, None, ""
    row.revision += 1
    set_clock(context, row, protocol.rule, protocol.meeting.zone, unwritten=bool(protocol.unwritten))
    protocol = await record(context, await again(context, protocol), "reopened")
    await announce.stand(context, protocol)
    await announce.happened(
        context, protocol, lambda: words.news(protocol, _("Uenigheten er åpnet igjen: {case}"), context.now)
    )
    return protocol


async def minutes_put_right(context: Context, protocol: Protocol, how: str | None) -> Protocol:
    """The minutes say by now that it was decided otherwise. Where nobody has written, there never was a protocol."""
    if not protocol.somebody_wrote:
        return await closed(context, protocol, ClosedHow.GONE, "")
    with speaking(DEFAULT):
        reason = _("Referatet ble rettet: saken endte ikke med uenighet.")
        if how:
            reason = _("Referatet ble rettet: saken ble avgjort ved «{how}».").format(how=how_decided(how))
    return await closed(context, protocol, ClosedHow.MINUTES, reason)
