"""Following a case («Følg saken»): whoever wants to hears what is decided in it, that what follows is done, and where
it goes. Only who may see it; if it is closed later, they hear nothing more of what it is about.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import local_day
from handlers.cases import closed
from handlers.decisions import access
from handlers.decisions.actions import Do, case_button
from handlers.decisions.case_page_of import Draw
from handlers.decisions.case_read import CaseRead, read
from handlers.dialogs.dialog import Reply
from handlers.errors import NotAllowed
from handlers.lookout import Looked, Lookout
from handlers.meetings.part import NOTHING, Part
from handlers.messages import standing
from handlers.messages.message import Button, Fact, Message, Page
from handlers.messages.standing import Build, Seen, Standing
from handlers.people.access import may_read_agenda
from handlers.people.context import CLOCK, Actor, Context
from handlers.people.roles import Role
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage import case_followers, cases, committees, decisions, deliveries, follow_ups, looks, role_holders
from storage.case_followers import Follower
from storage.decisions import Decision, ItemOf
from storage.deliveries import Place
from storage.follow_ups import Task
from storage.history import Event
from storage.tables import Committee, FollowUpStatus
from storage.watched import EVERYTHING

_STANDS_AFTER = timedelta(seconds=90)
"""So long after a case was moved, that is not taken back any more."""


# --- on the case's page ------------------------------------------------------------------------------------------


async def part(context: Context, case: CaseRead) -> Part:
    """For whoever may see what it is about."""
    if not case.sees:
        return NOTHING
    found = await case_followers.followers(context.session, [case.item.id])
    arguments = {"item": str(case.item.id)}
    if any(each.person_id == context.actor.person_id for each in found):
        return Part(buttons=(Button(label=_("Slutt å følge saken"), action=Do.LEAVE_CASE, arguments=arguments),))
    return Part(buttons=(Button(label=_("Følg saken"), action=Do.FOLLOW_CASE, arguments=arguments),))


async def follow(page: Draw, context: Context, arguments: Mapping[str, str]) -> Reply:
    """They hear what becomes of it from now on. Twice is as once."""
    case = await read(context, arguments)
    if not case.sees:
        raise NotAllowed(_("Saken er unntatt offentlighet, så bare de som kan lese den, kan følge den."))
    await case_followers.follow_case(context.session, case.item.id, context.actor.person_id, context.now)
    said = _("Du følger saken. Du får beskjed når noe blir vedtatt, gjort, utsatt eller flyttet.")
    return await page.draw(context, case, said=said)


async def leave(page: Draw, context: Context, arguments: Mapping[str, str]) -> Reply:
    """They hear nothing more."""
    case = await read(context, arguments)
    await case_followers.leave_case(context.session, case.item.id, context.actor.person_id)
    return await page.draw(context, case, said=_("Du følger ikke saken lenger."))


# --- what is told ------------------------------------------------------------------------------------------------


class _News(NamedTuple):
    """Something that became of a case. `key`: the same for the same news. `may_hear`: whether somebody may read what
    it tells, by what they may today."""

    key: str
    at: datetime
    build: Build
    may_hear: Callable[[Actor], bool]


def _left(events: Sequence[Event]) -> Sequence[int]:
    return [int(each.data["from_id"]) for each in events if each.kind == "moved" and each.data.get("from_id")]


def _reads(decision: Decision, actor: Actor) -> bool:
    return access.may_read(actor, decision) and access.sees(actor, decision.at)


def _reads_task(task: Task, actor: Actor) -> bool:
    return access.may_read_task(actor, task) and access.sees(actor, task.at)


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    """The cases with these ids, or in these minutes (`m1`), or all that are followed."""
    if EVERYTHING in changed:
        ids = {each.item_id for each in await case_followers.followers(session, None)}
    else:
        written = [int(each.removeprefix("m")) for each in changed if each.startswith("m")]
        ids = {int(each) for each in changed if each.isdecimal()}
        ids |= set(await case_followers.followed_in_minutes(session, written)) if written else set()
    await looks.look_at(session, NEWS.name, {str(each): now for each in ids})


async def _look(session: AsyncSession, subjects: Collection[str], now: datetime) -> Looked:
    """Whoever follows these cases has heard what became of them; a fixed number of statements for each."""
    following: dict[str, datetime | None] = dict.fromkeys(subjects)
    by_item: dict[int, list[Follower]] = {}
    for each in await case_followers.followers(session, [int(subject) for subject in subjects]):
        by_item.setdefault(each.item_id, []).append(each)
    for item_id, followers in by_item.items():
        case = await decisions.item(session, item_id)
        if case is None:
            continue
        decided = await decisions.of_items(session, [item_id])
        events = await cases.HISTORY.events(session, item_id)
        if events and events[-1].at + _STANDS_AFTER > now:
            following[str(item_id)] = events[-1].at + _STANDS_AFTER
        before = {each.id: each for each in await committees.with_ids(session, _left(events))}
        found = [*_decided(decided), *await _done(session, decided), *_moved(case, events, before, now)]
        had_it = [*before, *(each.at.committee.id for each in decided)]
        await _tell(session, now, case, had_it, decided, followers, found)
    return Looked(0, following)


_NEWS_OF_CASES = Lookout("decisions.case_news", "case", _spread, _look)
NEWS = _NEWS_OF_CASES.chore(at_once=20)


async def _tell(
    session: AsyncSession,
    now: datetime,
    case: ItemOf,
    had_it: Sequence[int],
    decided: Sequence[Decision],
    followers: Sequence[Follower],
    found: Sequence[_News],
) -> None:
    """`had_it`: the committees that had the case, or decided in it."""
    actors = await _actors(session, now, [case.committee.id, *had_it], decided, followers)
    subject = f"case:{case.item.id}"
    seen = []
    for news in found:
        own = [
            (each.person_id, each.language)
            for each in followers
            if each.since <= news.at and news.may_hear(actors[each.person_id])
        ]
        if own:
            seen.append(Seen(standing.places(f"{subject}:{news.key}", own), news.build))
    allowed = {each for each, actor in actors.items() if access.sees_item(actor, case, had_it)}

    def gone(place: Place) -> Build | None:
        """What was told of a case that is closed by now."""
        is_closed = bool(case.item.closed_under)
        return partial(_closed, case) if is_closed and place.person_id not in allowed else None

    await standing.show_all(session, now, [Standing(subject, seen, gone)], write=deliveries.wish_by_loading)


async def _actors(
    session: AsyncSession,
    now: datetime,
    concerned: Sequence[int],
    decided: Sequence[Decision],
    followers: Sequence[Follower],
) -> Mapping[int, Actor]:
    """The followers with the roles that they have today in the committees that have to do with the case, so that what
    they may hear is asked as what they may open is (see `handlers.decisions.access`): one statement."""
    ids = {*concerned} | {
        task.row.owner_committee_id
        for each in decided
        for task in each.tasks
        if task.row.owner_committee_id is not None
    }
    roles: dict[int, dict[int, frozenset[Role]]] = {each.person_id: {} for each in followers}
    for held in await role_holders.answering(session, ids, [role.value for role in Role], local_day(now)):
        if held.person_id in roles:
            own = roles[held.person_id]
            own[held.committee_id] = own.get(held.committee_id, frozenset()) | {Role(held.role)}
    return {
        each.person_id: replace(CLOCK, person_id=each.person_id, language=each.language, roles=roles[each.person_id])
        for each in followers
    }


def _named(case: ItemOf) -> str:
    return shorten(f"{case.item.number or ''} {case.item.title}".strip(), 120)


def _page(item_id: int) -> Page:
    return Page(reference="", action=Do.CASE, arguments={"item": str(item_id)})


def _message(title: str, item: ItemOf, text: str, *facts: tuple[str, str]) -> Message:
    return Message(
        title=title,
        text=text,
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        buttons=(case_button(item.item.id, _("Hele saken")),),
        page=_page(item.item.id),
    )


def _closed(case: ItemOf) -> Message:
    return Message(title=f"{case.item.number or ''} {closed.title(case.item)}".strip())


def _decided(decided: Sequence[Decision]) -> Iterator[_News]:
    for each in decided:
        at = each.at.minutes.published_at or each.at.minutes.approved_at
        if at is not None and not each.at.paper:
            yield _News(f"decision:{each.row.id}", at, partial(_decision, each), partial(_reads, each))


def _decision(decision: Decision) -> Message:
    at = decision.at
    assert at.item is not None  # noqa: S101 - it was found by its case
    return _message(
        _("Vedtak i en sak du følger: {case}").format(case=shorten(f"{at.number} {at.title}".strip(), 120)),
        ItemOf(at.item, at.committee, at.meeting),
        decision.row.text,
        (_("Utvalg"), at.committee.name),
        (_("Møte"), dates.short_day(at.meeting.starts_at, at.meeting.zone)),
    )


async def _done(session: AsyncSession, decided: Sequence[Decision]) -> Sequence[_News]:
    tasks = {task.row.id: task for each in decided for task in each.tasks if task.row.status == FollowUpStatus.DONE}
    last = await follow_ups.HISTORY.last_of(session, list(tasks), "done")
    found = []
    for task_id, event in last.items():
        at = tasks[task_id].at
        assert at.item is not None  # noqa: S101 - it was found by its case
        item = ItemOf(at.item, at.committee, at.meeting)
        build = partial(_is_done, item, tasks[task_id].row.text)
        found.append(_News(f"done:{event.id}", event.at, build, partial(_reads_task, tasks[task_id])))
    return found


def _is_done(item: ItemOf, text: str) -> Message:
    return _message(_("Gjort i en sak du følger: {case}").format(case=_named(item)), item, text)


def _moved(case: ItemOf, events: Sequence[Event], before: Mapping[int, Committee], now: datetime) -> Iterator[_News]:
    """Where it went, once that is not taken back any more. `before`: the committees that it was sent on from."""
    undone = {event.data.get("undone") for event in events if event.kind == "undone"}
    for event in events:
        if event.kind in _WENT and event.id not in undone and event.at + _STANDS_AFTER <= now:
            came_from = event.data.get("from_id")
            since = before.get(int(came_from)) if came_from is not None else None
            yield _News(f"event:{event.id}", event.at, partial(_went, case, event), partial(_knows, case, since))


def _knows(case: ItemOf, before: Committee | None, actor: Actor) -> bool:
    """Whether somebody knows of the case where it is, or knew of it where it was (`before`), and may see it."""
    if not access.sees_item(actor, case, [before.id] if before is not None else []):
        return False
    return access.may_read_case(actor, case) or (before is not None and may_read_agenda(actor, before))


_WENT = ("moved", "rescheduled", "postponed", "removed")


def _went(case: ItemOf, event: Event) -> Message:
    meeting = ""
    if event.data.get("meeting_at"):
        meeting = dates.short_day(datetime.fromisoformat(event.data["meeting_at"]), case.committee.zone)
    title = {
        "moved": _("Sendt til et annet utvalg: {case}"),
        "rescheduled": _("Flyttet til et annet møte: {case}"),
        "postponed": _("Utsatt: {case}"),
        "removed": _("Tatt av sakslisten: {case}"),
    }[event.kind]
    return _message(
        title.format(case=_named(case)),
        case,
        _("Dette er en sak du følger."),
        (_("Utvalg"), str(event.data.get("to_committee") or "")),
        (_("Møte"), meeting),
    )
