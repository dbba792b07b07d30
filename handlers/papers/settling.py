"""What becomes of a paper that was read: it is stored, thrown away, replaced by a later version, or taken back."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from handlers.errors import AlreadyDone, BotError
from handlers.papers.considering import Considered, consider, versions
from handlers.papers.guarding import Guarded, cleared_name
from handlers.papers.kept import from_json
from handlers.papers.record import PaperKind, as_json
from handlers.papers.removing import take_away
from handlers.papers.storing import Choices, Stored, put
from handlers.writing.language import N_, _
from storage import papers
from storage.attached import Hanging
from storage.tables import (
    Agenda,
    AgendaItem,
    AgendaSlot,
    Attendance,
    Committee,
    Conclusion,
    FollowUp,
    Meeting,
    Minutes,
    MinutesEntry,
    Paper,
    PaperStatus,
)

READ, STORED, REPLACED, THROWN, UNDONE, RESTORED, CORRECTED = (
    "read",
    "stored",
    "replaced",
    "thrown",
    "undone",
    "restored",
    "corrected",
)
"""Events in the life of a paper. The values stand in their history, so they never change."""


async def wait(
    session: AsyncSession,
    name: str,
    digest: str,
    guarded: Guarded,
    committee_id: int | None,
    by_id: int | None,
    now: datetime,
) -> Paper:
    """Keep the paper until somebody has confirmed it."""
    row = Paper(
        name=cleared_name(name),
        digest=digest,
        kind=guarded.read.kind,
        committee_id=committee_id,
        read=as_json(guarded.read),
        taken_out=len(guarded.taken),
        by_id=by_id,
        at=now,
    )
    session.add(row)
    await session.flush()
    await papers.HISTORY.add(session, row.id, READ, by_id, now, data={"taken": list(guarded.taken)})
    return row


async def considered(session: AsyncSession, paper: Paper, now: datetime) -> Considered:
    """What the paper, which waits, would become."""
    committee = await session.get(Committee, paper.committee_id) if paper.committee_id is not None else None
    read = from_json(paper.read)
    return await consider(session, read, paper.digest, now, name=paper.name, committee=committee, paper_id=paper.id)


async def store(session: AsyncSession, paper: Paper, choices: Choices, by_id: int | None, now: datetime) -> Stored:
    """Store it. Whoever calls holds the paper.

    Raises:
        BotError: it is settled already, or cannot be stored; says why.
    """
    if paper.status != PaperStatus.WAITING:
        raise AlreadyDone(_("Papiret «{file}» er allerede behandlet.").format(file=paper.name))
    if paper.committee_id is not None:
        # Of two versions that are stored at once, one finds the other.
        await papers.take_turn(session, paper.committee_id)
    found = await considered(session, paper, now)
    if not found.may_be_stored or found.committee is None:
        raise BotError(found.stops or (already(found.known) if found.known else _("Si først hvilket utvalg og dato.")))
    read = from_json(paper.read)
    replaced = [each.id for each in found.replaces]
    own = await versions(session, found.committee, found.replaces)
    done = await put(session, paper, read, found.committee, choices, now, own=own)
    paper.committee_id, paper.status, paper.settled_at = found.committee.id, PaperStatus.STORED, now
    paper.version_of_id = replaced[-1] if replaced else None
    data = {
        "choices": asdict(choices),
        "replaced": replaced,
        "raised": [list(each) for each in done.raised],
        "cases": done.cases,
        "conclusions": done.conclusions,
        "kept": len(done.kept),
    }
    await papers.HISTORY.add(session, paper.id, STORED, by_id, now, data=data)
    for each in found.replaces:
        each.status, each.settled_at = PaperStatus.REPLACED, now
        await papers.HISTORY.add(session, each.id, REPLACED, by_id, now, data={"by": paper.id})
    return done


def already(paper: Paper) -> str:
    """«Finnes fra før»: which paper says the same."""
    if paper.status == PaperStatus.WAITING:
        return _("«{file}» er lest inn fra før, og venter på at noen bekrefter det.").format(file=paper.name)
    if paper.status == PaperStatus.REPLACED:
        return _("Finnes fra før: det er lest inn som «{file}», og siden erstattet av en nyere utgave.").format(
            file=paper.name
        )
    return _("Finnes fra før: det er lest inn som «{file}».").format(file=paper.name)


async def throw(session: AsyncSession, paper: Paper, by_id: int | None, now: datetime) -> None:
    """It is not stored, and what was read of it is not kept."""
    if paper.status != PaperStatus.WAITING:
        raise AlreadyDone(_("Papiret «{file}» er allerede behandlet.").format(file=paper.name))
    paper.status, paper.settled_at = PaperStatus.THROWN, now
    paper.read = {"kind": paper.kind}
    await papers.HISTORY.add(session, paper.id, THROWN, by_id, now)


# --- taking back --------------------------------------------------------------------------------------------


class Undone(NamedTuple):
    """`left`: what stays, and what hangs on it, in words; `restored`: the version before, which is back."""

    left: Sequence[str]
    restored: Sequence[Paper]


async def undo(session: AsyncSession, paper: Paper, by_id: int | None, now: datetime) -> Undone:
    """Take it back: everything that it made, but for what others have hung something on since.

    Raises:
        AlreadyDone: it is not stored; says what it is.
    """
    if paper.status == PaperStatus.REPLACED:
        raise AlreadyDone(
            _("«{file}» er erstattet av en nyere utgave. Angre den først, så kommer denne tilbake.").format(
                file=paper.name
            )
        )
    if paper.status != PaperStatus.STORED:
        raise AlreadyDone(_("«{file}» er ikke lagret, så det er ingenting å ta tilbake.").format(file=paper.name))
    if paper.committee_id is not None:
        await papers.take_turn(session, paper.committee_id)
    stored = await papers.HISTORY.last(session, paper.id, STORED)
    data = stored.data if stored is not None else {}
    before = [each for key in data.get("replaced", ()) if (each := await papers.paper(session, int(key))) is not None]
    whole = bool(before) and all(each.kind != PaperKind.CASE_PROTOCOL for each in before)
    left: list[str] = []
    if not whole:
        left += await _take_back(session, paper)
    for each in before:
        left += await _put_back(session, each, paper, now)
    if whole:
        left += await _take_back(session, paper)
    for name, year, raised_to, was in data.get("raised", ()):
        await papers.lower_series(session, name, year, raised_to=raised_to, before=was)
    paper.status, paper.settled_at = PaperStatus.UNDONE, now
    left = list(dict.fromkeys(left))
    await papers.HISTORY.add(session, paper.id, UNDONE, by_id, now, data={"left": len(left)})
    for each in before:
        each.status, each.settled_at = PaperStatus.STORED, now
        await papers.HISTORY.add(session, each.id, RESTORED, by_id, now, data={"instead_of": paper.id})
    return Undone(left, before)


async def _put_back(session: AsyncSession, before: Paper, paper: Paper, now: datetime) -> Sequence[str]:
    """The version before is what stands again."""
    if before.committee_id is None:
        return ()
    committee = await session.get(Committee, before.committee_id)
    event = await papers.HISTORY.last(session, before.id, STORED)
    if committee is None:
        return ()
    choices = Choices(**event.data.get("choices", {})) if event is not None else Choices()
    own = {paper.id, *await versions(session, committee, [before])}
    done = await put(session, before, from_json(before.read), committee, choices, now, own=own)
    return [_("{text}: noe henger på dette").format(text=each) for each in done.kept]


async def _take_back(session: AsyncSession, paper: Paper) -> Sequence[str]:
    """Delete what the paper made; what stays, in words."""
    await _hand_over(session, paper)

    async def ids(model: type[SQLModel], *where: object) -> set[int]:
        return set(await session.scalars(select(model.id).where(*where)))  # type: ignore[attr-defined, arg-type]

    slots = await ids(AgendaSlot, col(AgendaSlot.paper_id) == paper.id)
    minutes = await ids(Minutes, col(Minutes.paper_id) == paper.id)
    entries = await ids(MinutesEntry, col(MinutesEntry.minutes_id).in_(minutes) | col(MinutesEntry.slot_id).in_(slots))
    meetings = await ids(Meeting, col(Meeting.paper_id) == paper.id)
    untouched = await ids(
        Agenda,
        col(Agenda.meeting_id).in_(meetings),
        col(Agenda.revision) == 0,
        col(Agenda.told_at).is_(None),
        col(Agenda.convened_at).is_(None),
    )
    going: dict[type[SQLModel], set[int]] = {
        FollowUp: await ids(FollowUp, col(FollowUp.entry_id).in_(entries)),
        Conclusion: await ids(Conclusion, col(Conclusion.entry_id).in_(entries)),
        MinutesEntry: entries,
        Minutes: minutes,
        Attendance: await ids(Attendance, col(Attendance.paper_id) == paper.id),
        AgendaSlot: slots,
        AgendaItem: await ids(AgendaItem, col(AgendaItem.paper_id) == paper.id),
        Agenda: untouched,
        Meeting: meetings,
    }
    called = await _called(session, going)
    kept = await take_away(session, going)
    return [_left(each, called) for each in kept.holding]


async def _hand_over(session: AsyncSession, paper: Paper) -> None:
    """What another paper tells of too is that one's from now on: a convocation's cases, which the minutes handle; a
    case that came up again in a later meeting."""
    other = (
        await session.execute(
            select(AgendaSlot, Minutes.paper_id)  # type: ignore[call-overload]
            .join(MinutesEntry, col(MinutesEntry.slot_id) == col(AgendaSlot.id))
            .join(Minutes, col(Minutes.id) == col(MinutesEntry.minutes_id))
            .where(
                col(AgendaSlot.paper_id) == paper.id,
                col(Minutes.paper_id).is_not(None),
                col(Minutes.paper_id) != paper.id,
            )
        )
    ).all()
    items: dict[int, tuple[int, int]] = {}
    meetings: dict[int, int] = {}
    for slot, paper_id in other:
        slot.paper_id = paper_id
        meetings[slot.meeting_id] = paper_id
        if slot.item_id is not None:
            items[slot.item_id] = (paper_id, slot.meeting_id)
    await session.flush()
    elsewhere = await session.scalars(
        select(AgendaSlot)
        .join(AgendaItem, col(AgendaItem.id) == col(AgendaSlot.item_id))
        .where(
            col(AgendaItem.paper_id) == paper.id,
            col(AgendaSlot.paper_id).is_not(None),
            col(AgendaSlot.paper_id) != paper.id,
        )
        .order_by(col(AgendaSlot.id))
    )
    for slot in elsewhere:
        if slot.item_id is not None and slot.paper_id is not None:
            items.setdefault(slot.item_id, (slot.paper_id, slot.meeting_id))
    for item_id, (paper_id, meeting_id) in items.items():
        item = await session.get(AgendaItem, item_id)
        if item is not None and item.paper_id == paper.id:
            item.paper_id, item.meeting_id = paper_id, meeting_id
    for meeting_id, paper_id in meetings.items():
        meeting = await session.get(Meeting, meeting_id)
        if meeting is not None and meeting.paper_id == paper.id:
            meeting.paper_id = paper_id
    await session.flush()


_HOLDS = {
    "case_follower": N_("noen følger saken"),
    "follow_up_event": N_("noen har gjort noe med oppfølgingen"),
    "follow_up": N_("det er en oppfølging av det"),
    "conclusion": N_("et annet vedtak er opphevet av det"),
    "dispatch": N_("det er ført opp som ekspedert"),
    "disagreement": N_("det er ført en uenighet om det"),
    "hearing": N_("det er sendt på høring"),
    "agenda_item": N_("det er blitt en sak som er i gang"),
    "agenda_slot": N_("det står på en saksliste"),
    "minutes_event": N_("det er gjort noe med referatet"),
    "meeting_event": N_("det er gjort noe med møtet"),
    "attendance": N_("noen har ført oppmøte"),
    "evaluation": N_("møtet er evaluert"),
}
"""What holds something that would go, by the table of it."""


def _left(each: Hanging, called: dict[tuple[str, int], str]) -> str:
    why = _(_HOLDS[each.table]) if each.table in _HOLDS else _("noe annet henger på det")
    return _("{what}: {why}").format(what=called.get((each.on_table, each.on_id), _("en del av referatet")), why=why)


async def _called(session: AsyncSession, going: dict[type[SQLModel], set[int]]) -> dict[tuple[str, int], str]:
    """How what is to go is read."""
    found: dict[tuple[str, int], str] = {}
    for item in await session.scalars(select(AgendaItem).where(col(AgendaItem.id).in_(going[AgendaItem]))):
        found["agenda_item", item.id] = f"{item.number or ''} {item.title}".strip()
    for conclusion in await session.scalars(select(Conclusion).where(col(Conclusion.id).in_(going[Conclusion]))):
        found["conclusion", conclusion.id] = _("vedtaket «{text}»").format(text=conclusion.text[:80])
    for row in await session.scalars(select(FollowUp).where(col(FollowUp.id).in_(going[FollowUp]))):
        found["follow_up", row.id] = _("oppfølgingen «{text}»").format(text=row.text[:80])
    return found
