"""Bringing what everybody sees of a case up to date, and telling the proposer of each event.

Each secretary has one message per case, and so has the proposer (the receipt); they change in place. News are
messages of their own, since a changed message rings no bell.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.cases import changed, views
from handlers.cases.actions import Do
from handlers.messages.deliveries import in_language, take_away, tell, wish_for
from handlers.messages.message import Fact, Message
from handlers.people.access import DECIDERS
from handlers.people.context import Context
from handlers.writing.language import _, speaking
from storage import cases, committees, deliveries, people
from storage.cases import Case, Event
from storage.deliveries import Wish
from storage.people import RoleHolder
from storage.tables import AgendaItem, ItemStatus, Meeting

Build = Callable[[], Message]
Write = Callable[[AsyncSession, Sequence[Wish]], Awaitable[None]]

UNDO = timedelta(minutes=1)
"""So long after a decision it can be undone. What others than the secretariat get to read of it waits until then."""
_HELD = UNDO + timedelta(seconds=5)


def subject(case: Case) -> str:
    return f"item:{case.item.id}"


def receipt_key(item: AgendaItem) -> str:
    return f"item:{item.id}:receipt"


def presenter_key(case: Case, person_id: int) -> str:
    return f"{subject(case)}:presenter:{person_id}"


def secretariat_keys(case: Case, committee_id: int) -> str:
    """What the keys of this secretariat's messages go on from, with a colon and the person."""
    return f"{subject(case)}:secretariat:{committee_id}"


async def secretaries(session: AsyncSession, committee_id: int, now: datetime) -> Sequence[RoleHolder]:
    """Who decides on the committee's cases today, each person once."""
    day = local_day(now)
    found = await people.holding_roles(session, committee_id, day, [role.value for role in DECIDERS])
    return list({holder.person_id: holder for holder in found}.values())


# --- what everybody sees -----------------------------------------------------------------------------------


async def record(
    context: Context,
    case: Case,
    kind: str,
    *,
    news: Build | None = None,
    note: str = "",
    data: Mapping[str, Any] | None = None,
    draft_id: str | None = None,
    held: bool = False,
    held_committee: int | None = None,
) -> tuple[Event, Message]:
    """Append an event to the case, already changed, and show it to everybody concerned; the event, and the receipt.

    `news` is told to the proposer, unless the proposer caused the event. `held`: what the proposer gets to see of it
    waits as long as it can be undone; so does what this committee's secretariat sees (`held_committee`).
    """
    case.item.changed_at = context.now
    event_id = await cases.add_event(
        context.session,
        case.item.id,
        kind,
        context.actor.person_id,
        context.now,
        note=note,
        data=data,
        draft_id=draft_id,
    )
    event = Event(event_id, kind, context.actor.name, context.now, note, dict(data or {}), context.actor.person_id)
    own = case.item.proposer_id == context.actor.person_id
    until = after_undo(context.now) if held and not own else None
    receipt = await refresh(context.session, case, event, context.now, until, held_committee)
    if case.item.status != ItemStatus.QUESTIONED:
        about = {"item": str(case.item.id)}
        await take_away(context.session, context.now, case.item.proposer_id, Do.ANSWER, about)
    if news is not None and not own:
        proposer = (case.item.proposer_id, case.proposer.language)
        wish = wish_for(context, news_key(case, event), subject(case), proposer, news)
        await tell(context, [_later(wish, until)])
    return event, receipt


def after_undo(now: datetime) -> datetime:
    """When what is decided now cannot be undone any more."""
    return now + _HELD


def _later(wish: Wish, until: datetime | None) -> Wish:
    return wish if until is None else wish._replace(due_at=until)


def news_key(case: Case, event: Event) -> str:
    """The key of the proposer's news of this event; others' go on from it with a colon."""
    return f"{subject(case)}:news:{event.id}"


async def proposed(context: Context, case: Case, event: Event, coming: Sequence[Meeting]) -> Message:
    """Show a case that is new to everybody; its receipt, which the surface shows. `coming`: the coming meetings."""
    seen = await _seen_by(context.session, case, event, context.now, coming)
    await tell(
        context,
        [
            *seen.secretariat,
            wish_for(
                context,
                receipt_key(case.item),
                subject(case),
                seen.proposer,
                lambda: seen.receipt,
                shown_by_surface=True,
            ),
        ],
    )
    return seen.receipt


async def refresh(
    session: AsyncSession,
    case: Case,
    last: Event,
    now: datetime,
    receipt_at: datetime | None = None,
    held_committee: int | None = None,
    write: Write = deliveries.wish,
) -> Message:
    """Update every message about the case, whose last event is `last`; the receipt, as the proposer now sees it.

    `receipt_at`: the proposer, and this committee's secretariat (`held_committee`), see it then and not before.
    `write`: how these wishes are written; another way where only the meeting has changed, in the partnership file.
    """
    # What is to be seen is read back from what is stored: numbers may have been given up and taken up.
    await session.flush()
    case = await cases.with_former(session, case)
    seen = await _seen_by(session, case, last, now, await _coming(session, case, now))

    def no_longer() -> Message:
        return Message(
            title=case.item.title,
            text=_("Du er ikke lenger i sekretariatet for {committee}. De som er det, tar saken videre.").format(
                committee=case.committee.name
            ),
        )

    holders = {wish.person_id for wish in seen.secretariat}
    former = await _others_who_got_it(session, case, case.item.committee_id, holders, no_longer, now)
    receipt = _wish(case, receipt_key(case.item), seen.proposer, lambda: seen.receipt, now)
    held = receipt_at if case.item.committee_id == held_committee else None
    secretariat = [_later(wish, held) for wish in seen.secretariat]
    await write(session, [*secretariat, *former, _later(receipt, receipt_at)])
    return seen.receipt


async def receipt_now(context: Context, case: Case) -> Message:
    """The receipt as it stands, where nothing has happened."""
    case = await cases.with_former(context.session, case)
    last = (await cases.events(context.session, case.item.id))[-1]
    coming = await _coming(context.session, case, context.now)
    return (await _seen_by(context.session, case, last, context.now, coming)).receipt


async def _coming(session: AsyncSession, case: Case, now: datetime) -> Sequence[Meeting]:
    """The coming meetings of the case's committee, where it matters which there are."""
    if case.item.status not in (*cases.UNDECIDED, ItemStatus.REMOVED):
        return ()
    return await committees.coming_meetings(session, case.item.committee_id, now)


async def left(context: Context, case: Case, committee_id: int, committee_name: str, last: Event) -> None:
    """The case went to another committee: the first secretariat's messages say so and lose their buttons."""

    def build() -> Message:
        return Message(
            title=_("Sendt videre: {title}").format(title=case.item.title),
            text=_("Saken er ikke lenger hos {committee}.").format(committee=committee_name),
            small=views.who_did_what(last, case),
        )

    await tell(context, await _others_who_got_it(context.session, case, committee_id, (), build, context.now))


class _Seen(NamedTuple):
    """What is to be seen of a case: by its secretaries, and by its proposer."""

    secretariat: list[Wish]
    proposer: tuple[int, str]
    receipt: Message


async def _seen_by(session: AsyncSession, case: Case, last: Event, now: datetime, coming: Sequence[Meeting]) -> _Seen:
    holders = await secretaries(session, case.item.committee_id, now)
    names = await people.names(session, case.item.presenter_ids)
    seen_last = await _last_for_proposer(session, case, last)
    said = await _said(session, case, seen_last)
    with speaking(case.proposer.language):
        receipt = views.receipt(case, names, seen_last, [holder.name for holder in holders], coming, now, said)
    keys = f"{secretariat_keys(case, case.item.committee_id)}:"
    return _Seen(
        [
            _wish(
                case,
                f"{keys}{holder.person_id}",
                (holder.person_id, holder.language),
                lambda: changed.seen_in(views.for_secretariat(case, names, last, coming, now), last),
                now,
            )
            for holder in holders
        ],
        (case.item.proposer_id, case.proposer.language),
        receipt,
    )


async def _last_for_proposer(session: AsyncSession, case: Case, last: Event) -> Event:
    """The last event that the proposer knows of: what was undone never happened."""
    if last.kind != "undone":
        return last
    events = await cases.events(session, case.item.id)
    undone = {event.data.get("undone") for event in events if event.kind == "undone"}
    return [event for event in events if event.kind != "undone" and event.id not in undone][-1]


async def _said(session: AsyncSession, case: Case, last: Event) -> str:
    """What the secretariat wrote to the proposer, as long as it says what happens next."""
    if last.kind in ("questioned", "returned", "moved", "removed"):
        return last.note
    if case.item.status == ItemStatus.QUESTIONED:
        return await cases.question(session, case.item.id)
    return ""


async def _others_who_got_it(
    session: AsyncSession, case: Case, committee_id: int, holders: Collection[int], build: Build, now: datetime
) -> list[Wish]:
    """`build` in the place of the message that the committee's secretariat got, for all but `holders`."""
    keys = f"{secretariat_keys(case, committee_id)}:"
    return [
        _wish(case, key, (person_id, language), build, now)
        for key, person_id, language in await deliveries.shown_to(session, subject(case))
        if key.startswith(keys) and person_id not in holders
    ]


def _wish(case: Case, key: str, reader: tuple[int, str], build: Build, now: datetime) -> Wish:
    person_id, language = reader
    return Wish(key, subject(case), person_id, in_language(language, build), now)


# --- news --------------------------------------------------------------------------------------------------


async def tell_secretariat(
    context: Context,
    case: Case,
    event: Event,
    title: Callable[[], str],
    text: str = "",
    *,
    facts: Callable[[], tuple[Fact, ...]] = tuple,
    held: bool = False,
) -> None:
    """News for the secretariat, but not for whoever caused the event. «Vis saken» opens it with its buttons."""

    def build() -> Message:
        small = views.who_did_what(event, case)
        return Message(
            title=title(), text=text, facts=facts(), buttons=(views.show(case),), page=views.page_of(case), small=small
        )

    holders = await secretaries(context.session, case.item.committee_id, context.now)
    readers = {holder.person_id: holder.language for holder in holders}
    await tell_people(context, case, event, readers, build, held=held)


async def tell_presenters(
    context: Context, case: Case, event: Event, build: Build, *, besides: Collection[int] = (), held: bool = False
) -> None:
    """News for those who are to present the case, but not for whoever caused the event, nor for these (`besides`)."""
    readers = {
        person_id: language
        for person_id, language in (await presenters(context, case)).items()
        if person_id not in besides
    }
    await tell_people(context, case, event, readers, build, held=held)


async def unaware_presenters(context: Context, case: Case) -> set[int]:
    """Those who were to hear that they present the case, and have not yet: that message is taken back, so nobody tells
    them that they do not."""
    return await deliveries.take_back(context.session, subject(case), f"{subject(case)}:presenter")


async def take_back_news(context: Context, case: Case) -> None:
    """News of the case that nobody has seen, for good: it is withdrawn, and whoever gets them later would read what is
    not so any more."""
    await deliveries.take_back(context.session, subject(case), f"{subject(case)}:news")


async def presenters(context: Context, case: Case) -> dict[int, str]:
    """Languages by id of those who present the case, without its proposer, who gets the receipt."""
    return await people.languages(
        context.session, [person_id for person_id in case.item.presenter_ids if person_id != case.item.proposer_id]
    )


async def show_presenters(context: Context, case: Case, named: str, *, held: bool = False) -> None:
    """Those who present the case have a message that says so, as long as it is on an agenda and they are to present
    it; after that it says that they are not. Not whoever does something just now: they know. `named`: the case, to
    those who are not to present it any more."""
    on_agenda = case.item.status == ItemStatus.ACCEPTED
    readers = await presenters(context, case) if on_agenda else {}
    until = after_undo(context.now) if held else None

    def no_longer() -> Message:
        return views.not_to_present(case, named)

    def wish(key: str, person_id: int, language: str, build: Build) -> Wish:
        return _later(wish_for(context, key, subject(case), (person_id, language), build), until)

    keys = {presenter_key(case, person_id): person_id for person_id in readers}
    wishes = [
        wish(key, person_id, readers[person_id], lambda: views.to_present(case))
        for key, person_id in keys.items()
        if person_id != context.actor.person_id
    ]
    wishes += [
        wish(key, person_id, language, no_longer)
        for key, person_id, language in await deliveries.shown_to(context.session, subject(case))
        if key.startswith(f"{subject(case)}:presenter:") and key not in keys
    ]
    await tell(context, wishes)


async def tell_people(
    context: Context, case: Case, event: Event, readers: Mapping[int, str], build: Build, *, held: bool = False
) -> None:
    """News for these readers (language by person id), but not for whoever caused the event."""
    until = after_undo(context.now) if held else None
    await tell(
        context,
        [
            _later(
                wish_for(context, f"{news_key(case, event)}:{person_id}", subject(case), (person_id, language), build),
                until,
            )
            for person_id, language in readers.items()
            if person_id != context.actor.person_id
        ],
    )
