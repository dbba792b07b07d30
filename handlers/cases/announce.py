"""Bringing what everybody sees of a case up to date, and telling the proposer of each event.

Each secretary has one message per case, and so has the proposer (the receipt); they change in place. News are
messages of their own, since a changed message rings no bell.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.cases import actions, around, changed, closed, views
from handlers.cases.actions import Do
from handlers.cases.around import Known
from handlers.messages.deliveries import take_away
from handlers.messages.message import Fact, Message
from handlers.messages.standing import Build, Reader, Seen, Standing, Write, in_places, places, show, show_all
from handlers.people.context import CLOCK, Context
from handlers.writing.language import _, current, speaking
from storage import cases, deliveries, people
from storage.cases import Case
from storage.deliveries import Place
from storage.history import Event
from storage.tables import AgendaItem, ItemStatus, Meeting

ACCEPTED = "accepted"
"""The kind of the event of a case that is put on an agenda."""
DEFERRED = "deferred"
"""The same of one that is taken in a later meeting."""
PLACED = (ACCEPTED, "rescheduled", "postponed", DEFERRED)
"""Those of a case that is to be in a meeting, or in another one."""
UNDO = timedelta(minutes=1)
"""So long after a decision it can be undone. What others than the secretariat get to read of it waits until then."""
_HELD = UNDO + timedelta(seconds=5)


def subject(case: Case) -> str:
    return f"item:{case.item.id}"


def receipt_key(item: AgendaItem) -> str:
    return f"item:{item.id}:receipt"


def presenter_key(case: Case, person_id: int) -> str:
    return f"{presenter_keys(case)}:{person_id}"


def presenter_keys(case: Case) -> str:
    """What the keys of the messages of those who present it go on from, with a colon and the person."""
    return f"{subject(case)}:presenter"


def secretariat_keys(case: Case, committee_id: int) -> str:
    """The same of this secretariat's messages."""
    return f"{subject(case)}:secretariat:{committee_id}"


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
    event = await cases.HISTORY.add(
        context.session,
        case.item.id,
        kind,
        None if context.actor is CLOCK else context.actor.person_id,
        context.now,
        actor=context.actor.name,
        note=note,
        data=data,
        draft_id=draft_id,
    )
    own = case.item.proposer_id == context.actor.person_id
    until = after_undo(context.now) if held and not own else None
    (known,) = await around.look_up(context.session, [(case, event)], context.now)
    receipt = _receipt(known, context.now)
    held_for = until if case.item.committee_id == held_committee else None
    standing = _standing(known, receipt, context.now, receipt_at=until, secretariat_at=held_for)
    told = [Seen({news_key(case, event): _proposer(case)}, news, until)] if news is not None and not own else []
    await show_all(context.session, context.now, [standing._replace(seen=[*standing.seen, *told])])
    if case.item.status != ItemStatus.QUESTIONED:
        about = {"item": str(case.item.id)}
        await take_away(context.session, context.now, case.proposer.id, Do.ANSWER, about)
    return event, receipt


def after_undo(now: datetime) -> datetime:
    """When what is decided now cannot be undone any more."""
    return now + _HELD


async def let_know(session: AsyncSession, known: Sequence[Case], now: datetime) -> None:
    """Others have just been told where these cases stand: what waits because it could be undone, waits no longer."""
    recent = [subject(case) for case in known if after_undo(case.item.changed_at) > now]
    if recent:
        await deliveries.hasten(session, recent, now, after_undo(now))


def _proposer(case: Case) -> Reader:
    return case.proposer.id, case.proposer.language


def news_key(case: Case, event: Event) -> str:
    """The key of the proposer's news of this event; others' go on from it with a colon."""
    return f"{subject(case)}:news:{event.id}"


async def proposed(context: Context, case: Case, event: Event, coming: Sequence[Meeting]) -> Message:
    """Show a case that is new to everybody; its receipt, which the surface shows. `coming`: the coming meetings."""
    known = await around.new(context.session, case, event, coming, context.now)
    receipt = _receipt(known, context.now)
    shown = Seen({receipt_key(case.item): _proposer(case)}, lambda: receipt, shown_by_surface=True)
    await show(context, subject(case), [_to_secretariat(known, context.now), shown])
    return receipt


async def refresh(
    session: AsyncSession, last: Sequence[tuple[Case, Event]], now: datetime, *, write: Write = deliveries.wish
) -> None:
    """Update every message about these cases, each given with the last event in its life: a fixed number of statements
    for each committee.

    `write`: how this is written; another way where only the meeting has changed, in the partnership file.
    """
    known = await around.look_up(session, last, now)
    standings = [_standing(each, _receipt(each, now), now) for each in known]
    held = [_still_held(each, now) for each in known]
    await show_all(
        session,
        now,
        [each._replace(seen=[*each.seen, *more]) for each, more in zip(standings, held, strict=True)],
        write=write,
    )


def _still_held(known: Known, now: datetime) -> Sequence[Seen]:
    """What is told of the case's being put in a meeting, and can still be undone: it is written anew, so that nobody
    reads afterwards of a meeting as it was."""
    case, last = known.case, known.last
    until = after_undo(last.at)
    if last.kind not in PLACED or now >= until:
        return ()
    presenters = _presenting(known).items()
    held = []
    if case.item.status == ItemStatus.ACCEPTED:
        held.append(Seen(places(presenter_keys(case), presenters), partial(views.to_present, case), until))
    # Not all who present it hear that it is in another meeting: some did not know that it was in one.
    elsewhere = partial(views.presented_elsewhere, case)
    held.append(Seen(places(news_key(case, last), presenters), elsewhere, until, again=True))
    if last.actor_id != case.item.proposer_id:
        held.append(Seen({news_key(case, last): _proposer(case)}, placed(case, last.kind, last.data), until))
    return held


def placed(case: Case, kind: str, data: Mapping[str, Any]) -> Build:
    """News for the proposer of a case that is to be in a meeting. `kind`, `data`: of the event of it."""
    return partial(views.later, case) if kind == DEFERRED else partial(views.put_on, case, kind, data)


def _presenting(known: Known) -> Mapping[int, str]:
    """Languages by id of those who hear of it that the case they present is to be in a meeting: not its proposer, nor
    whoever did it."""
    item, unaware = known.case.item, {known.last.actor_id, known.case.item.proposer_id}
    return {
        each: known.languages[each] for each in item.presenter_ids if each in known.languages and each not in unaware
    }


def _standing(
    known: Known,
    receipt: Message,
    now: datetime,
    *,
    receipt_at: datetime | None = None,
    secretariat_at: datetime | None = None,
) -> Standing:
    """`receipt_at`, `secretariat_at`: when the proposer and the secretariat see it, if not at once."""
    case = known.case
    return Standing(
        subject(case),
        [
            _to_secretariat(known, now, secretariat_at),
            Seen({receipt_key(case.item): _proposer(case)}, lambda: receipt, receipt_at),
        ],
        in_places(_secretariat_of(case), partial(_no_longer_secretary, case)),
    )


async def receipt_now(context: Context, case: Case) -> Message:
    """The receipt as it stands, where nothing has happened."""
    last = await cases.HISTORY.last(context.session, case.item.id)
    assert last is not None  # noqa: S101 - every case was proposed
    (known,) = await around.look_up(context.session, [(case, last)], context.now)
    return _receipt(known, context.now)


async def left(context: Context, case: Case, committee_id: int, committee_name: str, last: Event) -> None:
    """The case went to another committee: the first secretariat's messages say so and lose their buttons."""

    def build() -> Message:
        return Message(
            title=_("Sendt videre: {title}").format(title=_to_others(case, case.item.title)),
            text=_("Saken er ikke lenger hos {committee}.").format(committee=committee_name),
            small=views.who_did_what(last, case),
        )

    await show(context, subject(case), (), in_places(secretariat_keys(case, committee_id), build))


def _secretariat_of(case: Case) -> str:
    return secretariat_keys(case, case.item.committee_id)


def _to_secretariat(known: Known, now: datetime, at: datetime | None = None) -> Seen:
    case, last = known.case, known.last

    def build() -> Message:
        what = known.content(current())
        return changed.seen_in(views.for_secretariat(case, known.names, last, known.coming, now, what), last)

    readers = ((holder.person_id, holder.language) for holder in known.secretaries)
    return Seen(places(_secretariat_of(case), readers), build, at)


def _no_longer_secretary(case: Case) -> Message:
    return Message(
        title=_to_others(case, case.item.title),
        text=_("Du er ikke lenger i sekretariatet for {committee}. De som er det, tar saken videre.").format(
            committee=case.committee.name
        ),
    )


def _to_others(case: Case, called: str) -> str:
    """What the case is called to those who are not concerned with it any more: they may not see a closed one."""
    return closed.title(case.item) if case.item.closed_under else called


def _receipt(known: Known, now: datetime) -> Message:
    """As its proposer reads it."""
    names = [holder.name for holder in known.secretaries]
    with speaking(known.case.proposer.language):
        what = known.content(current())
        return views.receipt(known.case, known.names, known.told, names, known.coming, now, known.said, what)


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
            title=title(),
            text=text,
            facts=facts(),
            buttons=(actions.show(case.item.id),),
            page=views.page_of(case),
            small=small,
        )

    holders = await around.secretaries(context.session, case.item.committee_id, context.now)
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
    return await deliveries.take_back(context.session, subject(case), presenter_keys(case))


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
    readers = await presenters(context, case) if case.item.status == ItemStatus.ACCEPTED else {}
    until = after_undo(context.now) if held else None
    presenting = places(presenter_keys(case), readers.items())

    def gone(place: Place) -> Build | None:
        if place.key in presenting or not place.key.startswith(f"{presenter_keys(case)}:"):
            return None
        return no_longer

    def no_longer() -> Message:
        return views.not_to_present(case, _to_others(case, named))

    unaware = {key: reader for key, reader in presenting.items() if reader[0] != context.actor.person_id}
    seen = Seen(unaware, lambda: views.to_present(case), until)
    await show(context, subject(case), [seen], gone, gone_at=until)


async def tell_people(
    context: Context, case: Case, event: Event, readers: Mapping[int, str], build: Build, *, held: bool = False
) -> None:
    """News for these readers (language by person id), but not for whoever caused the event."""
    others = [reader for reader in readers.items() if reader[0] != context.actor.person_id]
    until = after_undo(context.now) if held else None
    await show(context, subject(case), [Seen(places(news_key(case, event), others), build, until)])
