"""What stands around cases, as it takes to show them: looked up for however many at once by the same few statements."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar.zone import local_day
from handlers.cases import views
from handlers.messages.message import Fact
from handlers.people.access import DECIDERS
from storage import cases, committees, people
from storage.cases import Case
from storage.history import Event
from storage.people import RoleHolder
from storage.tables import ItemStatus, Meeting

_SAYS = ("questioned", "returned", "moved", "removed")
"""The events in which the secretariat writes to the proposer what happens next."""


class Known(NamedTuple):
    """A case with what is to be read of it. `coming`: its committee's coming meetings, where they matter.

    `told`: the last event that the proposer knows of. `said`: what the secretariat wrote to the proposer, as long as it
    says what happens next. `content`: what its proposer wrote, in the language that is spoken, drawn once in each.
    `languages`: of the presenters who are not removed.
    """

    case: Case
    last: Event
    secretaries: Sequence[RoleHolder]
    names: Mapping[int, str]
    coming: Sequence[Meeting]
    told: Event
    said: str
    content: Callable[[str], tuple[Fact, ...]]
    languages: Mapping[int, str]


async def secretaries(session: AsyncSession, committee_id: int, now: datetime) -> Sequence[RoleHolder]:
    """Who decides on the committee's cases today, each person once."""
    found = await people.holding_roles(session, committee_id, local_day(now), [role.value for role in DECIDERS])
    return list({holder.person_id: holder for holder in found}.values())


async def look_up(session: AsyncSession, last: Sequence[tuple[Case, Event]], now: datetime) -> Sequence[Known]:
    """These cases, each given with the last event in its life, in the same order: a few statements for each of their
    committees, however many there are."""
    # What is to be seen is read back from what is stored: numbers may have been given up and taken up.
    await session.flush()
    items = [case.item for case, _event in last]
    former = await cases.former_numbers(session, [item.id for item in items])
    presenting = {person_id for item in items for person_id in item.presenter_ids}
    names, languages = await people.names_and_languages(session, presenting)
    deciding = {each: await secretaries(session, each, now) for each in {item.committee_id for item in items}}
    with_meetings = {item.committee_id for item in items if item.status in (*cases.UNDECIDED, ItemStatus.REMOVED)}
    coming = {each: await committees.coming_meetings(session, each, now) for each in with_meetings}
    looking_back = [case.item.id for case, event in last if _looks_back(case, event)]
    events = await cases.HISTORY.events_of(session, looking_back)
    found = []
    for case, event in last:
        earlier = events.get(case.item.id, [event])
        told = _told(earlier)
        found.append(
            Known(
                case._replace(former=former.get(case.item.id, ())),
                event,
                deciding[case.item.committee_id],
                names,
                coming.get(case.item.committee_id, ()),
                told,
                _said(case, told, earlier),
                _content(case, names),
                languages,
            )
        )
    return found


async def new(session: AsyncSession, case: Case, event: Event, coming: Sequence[Meeting], now: datetime) -> Known:
    """A case that was proposed just now: nothing came before. `coming`: the coming meetings."""
    names, languages = await people.names_and_languages(session, case.item.presenter_ids)
    found = await secretaries(session, case.item.committee_id, now)
    return Known(case, event, found, names, coming, event, "", _content(case, names), languages)


def _content(case: Case, names: Mapping[int, str]) -> Callable[[str], tuple[Fact, ...]]:
    return cache(lambda _language: views.content(case, names))


def _looks_back(case: Case, last: Event) -> bool:
    """Whether what is to be read depends on earlier events."""
    return last.kind == "undone" or (case.item.status == ItemStatus.QUESTIONED and last.kind not in _SAYS)


def _told(events: Sequence[Event]) -> Event:
    """The last event that the proposer knows of: what was undone never happened."""
    undone = {event.data.get("undone") for event in events if event.kind == "undone"}
    return [event for event in events if event.kind != "undone" and event.id not in undone][-1]


def _said(case: Case, told: Event, events: Collection[Event]) -> str:
    if told.kind in _SAYS:
        return told.note
    if case.item.status == ItemStatus.QUESTIONED:
        return next((event.note for event in reversed(list(events)) if event.kind == "questioned"), "")
    return ""
