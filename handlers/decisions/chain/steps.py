"""What happens to decisions on their way, whoever or whatever brings it about: worked out from how they stand.

`bring_up` is done after each thing that people do, and by the clock after each change that it is told of (see `clock`).
Done twice it does nothing the second time, so a restart in the middle, or two at once, does no harm.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.cases import forms, from_above
from handlers.cases.from_above import Wanted
from handlers.decisions.chain import told, views
from handlers.decisions.chain.picture import BY_ITSELF, CIRCLE, COMMITTEE_GONE, Decided, Leg, Stand, decided, is_news
from handlers.people.context import CLOCK, Context
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.text import shorten
from storage import chain, committees, people
from storage.cases import Proposer
from storage.chain import Read
from storage.decided_at import At
from storage.follow_ups import HISTORY, OPEN, Task
from storage.pointing import pointed_at
from storage.tables import FollowUpStatus, ItemStatus

_BY_ITSELF = {BY_ITSELF: True}


async def read(session: AsyncSession, entry_ids: Collection[int], now: datetime) -> list[Decided]:
    """How what was decided in these lines of minutes stands."""
    today = local_day(now)
    found = await chain.read(session, entry_ids, today)
    return [decided(found, each, now, today) for each in entry_ids if each in found.at]


async def bring_up(session: AsyncSession, entry_ids: Collection[int], now: datetime) -> int:
    """Let everything that follows from how these decisions stand happen, and be seen; how many messages that wrote.

    Nobody else changes what goes out from them until the transaction ends.
    """
    ids = sorted(entry_ids)
    for each in ids:
        await chain.hold(session, each)
    context = Context(session, CLOCK, now)
    today = local_day(now)
    found = await chain.read(session, ids, today)
    changed = await _merge(context, found, ids)
    changed |= await _take_back(context, found, ids)
    changed |= await _send_down(context, found, ids)
    if changed:
        await session.flush()
        found = await chain.read(session, ids, today)
    every = [decided(found, each, now, today) for each in ids if each in found.at]
    for one in every:
        await _settle(context, one)
    return await told.stand(session, every, now)


def _live(found: Read, ids: Sequence[int]) -> list[At]:
    """Where something may still go out from: not old papers, nor minutes that are with the minute taker."""
    places = [found.at[each] for each in ids if each in found.at]
    return [at for at in places if at.is_in_force and at.minutes.paper_id is None]


# --- down ---------------------------------------------------------------------------------------------------------


async def _send_down(context: Context, found: Read, ids: Sequence[int]) -> bool:
    """What another committee is to do becomes a case there."""
    waiting = [
        (at, task)
        for at in _live(found, ids)
        for task in found.tasks.get(at.entry.id, ())
        if task.goes_down
        and task.row.became_item_id is None
        and task.row.status == FollowUpStatus.OPEN
        and not task.revoked
        and is_news(task, context.now)
        and not _was_refused(found, task)
    ]
    if not waiting:
        return False
    above = await chain.above_items(context.session, {at.item.id for at, _task in waiting if at.item is not None})
    for at, task in waiting:
        came_from = {each.committee_id for each in above.get(at.item.id, ())} if at.item is not None else set()
        await send(context, found, at, task, came_from)
    return True


def _was_refused(found: Read, task: Task) -> bool:
    """Whether it was found out already that it cannot be sent there."""
    event = found.events.get(task.row.id)
    return event is not None and event.kind in (CIRCLE, COMMITTEE_GONE)


async def send(context: Context, found: Read, at: At, task: Task, came_from: Collection[int]) -> bool:
    """What the committee is to do becomes a case there, unless it came from there; whether it did."""
    row, session = task.row, context.session
    committee = await committees.committee(session, row.owner_committee_id)
    gone = committee is None or committee.removed_at is not None
    if committee is None or gone or committee.id in came_from:
        why = COMMITTEE_GONE if gone else CIRCLE
        await HISTORY.add(session, row.id, why, None, context.now, data=_BY_ITSELF)
        return False
    proposer = await _speaks_for(context, at)
    if proposer is None:
        return False
    with speaking(proposer.language if proposer.language != "en" else DEFAULT):
        wanted = _wanted(found, at, task)
    item = await from_above.propose(context, committee, wanted, proposer)
    row.became_item_id = item.id
    row.revision += 1
    await HISTORY.add(session, row.id, "sent_down", None, context.now, data={**_BY_ITSELF, "item": item.id})
    return True


def _wanted(found: Read, at: At, task: Task) -> Wanted:
    row = task.row
    conclusions = found.conclusions.get(at.entry.id, ())
    its_own = [each for each in conclusions if row.conclusion_id in (None, each.id) and each.revoked_by_id is None]
    decided_there = "\n".join(each.text for each in its_own)
    lines = (
        views.from_where(at),
        _("Vedtatt: {text}").format(text=decided_there) if decided_there else "",
        _("Å gjøre: {text}").format(text=row.text),
        _("Frist: {due}").format(due=row.due_text) if row.due_text else "",
    )
    item = at.item
    return Wanted(
        key=f"chain:{row.id}:{row.revision}",
        title=shorten(" ".join(row.text.split()), forms.TITLE_LENGTH),
        purpose="\n".join(filter(None, lines)),
        types=(item.types if item is not None and item.types else ["B"]),
        closed_under=item.closed_under if item is not None else "",
    )


async def _speaks_for(context: Context, at: At) -> Proposer | None:
    """Who proposes it for the committee: whoever wrote its minutes, if they still serve it, else one who does."""
    served = await told.speakers(context.session, at.committee.id, context.now)
    taker = at.minutes.minute_taker_id
    person_id = taker if taker in served.deciders else next(iter(served.all), taker)
    if person_id is None:
        return None
    (name,) = (await people.names(context.session, [person_id])).values()
    language = served.all.get(person_id, DEFAULT)
    return Proposer(person_id, name, language, guest=False)


async def _settle(context: Context, decided: Decided) -> None:
    """What another committee has says of itself how it stands, as far as nobody has said so."""
    for leg in decided.legs:
        row = leg.task.row
        if not leg.task.goes_down or leg.case is None or row.status == FollowUpStatus.DROPPED:
            continue
        wanted = _status(leg)
        if wanted is not None and wanted != row.status:
            row.status, row.status_at = wanted, context.now
            row.revision += 1
            kind = {FollowUpStatus.DONE: "done", FollowUpStatus.TAKEN: "taken"}.get(wanted, "reopened")
            await HISTORY.add(context.session, row.id, kind, None, context.now, data=_BY_ITSELF)
    await context.session.flush()


def _status(leg: Leg) -> FollowUpStatus | None:
    if leg.stand is Stand.DONE:
        return FollowUpStatus.DONE
    if leg.stand in (Stand.ON_AGENDA, Stand.HELD, Stand.CARRIED_ON, Stand.CANCELLED):
        return FollowUpStatus.TAKEN
    if leg.stand in (Stand.PROPOSED, Stand.QUESTIONED, Stand.DEFERRED, Stand.RETURNED):
        return FollowUpStatus.OPEN if leg.task.row.status != FollowUpStatus.RECEIVED else None
    return None


# --- what changes around it ---------------------------------------------------------------------------------------


async def _take_back(context: Context, found: Read, ids: Sequence[int]) -> bool:
    """The decision was revoked while it was out: what is open because of it is withdrawn."""
    done = False
    for at in _live(found, ids):
        for task in found.tasks.get(at.entry.id, ()):
            row = task.row
            is_leg = row.recommended or task.goes_down
            if is_leg and task.revoked and row.status in OPEN:
                row.status, row.status_at = FollowUpStatus.DROPPED, context.now
                row.revision += 1
                with speaking(DEFAULT):
                    reason = _("Vedtaket er opphevet.")
                await HISTORY.add(context.session, row.id, "revoked", None, context.now, note=reason, data=_BY_ITSELF)
                done = True
            case = pointed_at(found.cases, row.became_item_id)
            if is_leg and row.status == FollowUpStatus.DROPPED and case is not None:
                waits = case.item.status in (ItemStatus.PROPOSED, ItemStatus.QUESTIONED, ItemStatus.DEFERRED)
                if waits:
                    with speaking(DEFAULT):
                        reason = _("Vedtaket som saken kommer fra, gjelder ikke lenger.")
                    done |= await from_above.take_back(context, case.item.id, reason)
    return done


async def _merge(context: Context, found: Read, ids: Sequence[int]) -> bool:
    """What a party was asked and has not answered goes to what it became part of; two that fall together are one."""
    into = await chain.became(
        context.session, {each for each, party in found.parties.items() if party.row.merged_into_id is not None}
    )
    if not into:
        return False
    done = False
    for at in _live(found, ids):
        legs = [task.row for task in found.tasks.get(at.entry.id, ()) if task.row.recommended]
        for row in legs:
            asked = row.owner_organisation_id
            new = pointed_at(into, asked)
            if asked is None or new is None or row.answer is not None or row.status not in OPEN:
                continue
            before = found.parties[asked].row.name
            same = any(
                other.owner_organisation_id == new
                and other.conclusion_id == row.conclusion_id
                and other.status != FollowUpStatus.DROPPED
                for other in legs
            )
            if same:
                row.status, row.status_at = FollowUpStatus.DROPPED, context.now
            else:
                row.owner_organisation_id = new
            row.revision += 1
            with speaking(DEFAULT):
                note = _("{party} er slått sammen med en annen part, som svarer for begge.").format(party=before)
            await HISTORY.add(
                context.session,
                row.id,
                "merged",
                None,
                context.now,
                note=note,
                data={**_BY_ITSELF, "from": before, "to": new, "same": same},
            )
            done = True
    return done
