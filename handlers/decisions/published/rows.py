"""What is told of each case that a committee has handled in a year: to those who read its agendas, and to the public.

To the public, what is closed is a number and the section of the law, and nobody is named: whoever is in the register is
called by where they come from, wherever their name stands, as guests are in public minutes.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.cases import closed
from handlers.decisions import access
from handlers.meetings.minutes.document.public import taking_out, titles_called, without_contact
from handlers.meetings.minutes.verbs import how_decided
from handlers.people.context import Actor
from handlers.writing.language import _
from storage.decided_at import At
from storage.follow_ups import Task, owner_of
from storage.handled import Handled
from storage.tables import AgendaItem, FollowUpStatus, HowDecided, Left, MinutesStatus


class Row(NamedTuple):
    """A case, in words. `owners`: who sees to what follows. `closed`: under which section of the law."""

    day: date
    number: str
    title: str
    decisions: tuple[str, ...]
    how: str
    owners: tuple[str, ...]
    status: str
    closed: str = ""


class MeetingRows(NamedTuple):
    """The cases of one meeting. `reservation`: its minutes are not approved, or were read in from an old paper."""

    day: str
    reservation: str
    rows: Sequence[Row]


def year_of(moment: datetime, zone: str) -> int:
    return moment.astimezone(ZoneInfo(zone)).year


def bounds(year: int, zone: str) -> tuple[datetime, datetime]:
    """The moments (UTC) at which the year begins and ends, where the committee is."""
    local = ZoneInfo(zone)
    return datetime(year, 1, 1, tzinfo=local).astimezone(UTC), datetime(year + 1, 1, 1, tzinfo=local).astimezone(UTC)


def told(found: Sequence[Handled], actor: Actor, today: date) -> Sequence[MeetingRows]:
    """For the actor: of closed cases what they may see."""
    return _by_meeting([(each, _row(each, today, sees=access.sees(actor, each.at), public=False)) for each in found])


def public(found: Sequence[Handled], today: date) -> Sequence[MeetingRows]:
    """For everybody, once the texts are `masked`."""
    return _by_meeting(
        [
            (each, _row(each, today, sees=each.at.item is None or not each.at.item.closed_under, public=True))
            for each in found
        ]
    )


def _by_meeting(found: Sequence[tuple[Handled, Row]]) -> Sequence[MeetingRows]:
    meetings: dict[int, tuple[At, list[Row]]] = {}
    for handled, row in found:
        meetings.setdefault(handled.at.meeting.id, (handled.at, []))[1].append(row)
    return [MeetingRows(_day(at), _reservation(at), rows) for at, rows in meetings.values()]


def _day(at: At) -> str:
    return dates.day(at.meeting.starts_at, at.meeting.zone)


def _reservation(at: At) -> str:
    if at.minutes.paper_id is not None:
        return _("Lest inn fra et eldre referat.")
    if at.minutes.status == MinutesStatus.PUBLISHED:
        return _("Referatet er ikke godkjent ennå.")
    return ""


def _row(handled: Handled, today: date, *, sees: bool, public: bool) -> Row:
    at = handled.at
    day = dates.local_date(at.meeting.starts_at, at.meeting.zone)
    section = at.item.closed_under if at.item is not None else ""
    if not sees and at.item is not None:
        return Row(day, at.number, closed.title(at.item), (), "", (), "", section)
    decided = tuple(
        _("{decision} (opphevet)").format(decision=each.text) if each.revoked_by_id is not None else each.text
        for each in handled.conclusions
    )
    # Who is only named in words may be anybody, as in most old papers.
    owners = [each.owner for each in handled.tasks if each.owner and not (public and _in_words(each))]
    return Row(
        day,
        at.number,
        at.title,
        decided,
        how_decided(at.entry.how_decided),
        tuple(dict.fromkeys(owners)),
        _status(handled, today),
        section,
    )


def _in_words(task: Task) -> bool:
    return owner_of(task.row)[:3] == (None, None, None)


def closed_titles(found: Sequence[AgendaItem], actor: Actor | None, told: Sequence[MeetingRows]) -> Mapping[str, str]:
    """What stands in the place of the titles of closed cases, where the texts of others (`told`) name them; not of
    those that the actor may see. `actor` None: everybody."""
    hidden = [each for each in found if actor is None or not closed.may_see_item(actor, each)]
    shown = {row.title for each in told for row in each.rows}
    return titles_called(((closed.every_title(each), closed.title(each)) for each in hidden), shown)


def _status(handled: Handled, today: date) -> str:
    if handled.left is Left.REFERRED:
        return _("Sendt videre til et annet utvalg")
    if handled.left is Left.POSTPONED or handled.at.entry.how_decided == HowDecided.POSTPONED:
        return _("Utsatt")
    tasks = [each for each in handled.tasks if each.row.status != FollowUpStatus.DROPPED]
    if not tasks:
        return ""
    if any(each.is_overdue(today) for each in tasks):
        return _("Forfalt")
    return _("Følges opp") if any(each.is_open for each in tasks) else _("Fulgt opp")


def masked(found: Sequence[MeetingRows], called: Mapping[str, str]) -> Sequence[MeetingRows]:
    """The same without names (those that are known as they are `called`), telephone numbers and addresses. It takes a
    while with many long texts: not on the event loop."""
    take_out = taking_out(called)
    return _cleaned(found, lambda text: without_contact(take_out(text)))


def without_titles(found: Sequence[MeetingRows], called: Mapping[str, str]) -> Sequence[MeetingRows]:
    """The same without these titles."""
    return _cleaned(found, taking_out(called)) if called else found


def _cleaned(found: Sequence[MeetingRows], clean: Callable[[str], str]) -> Sequence[MeetingRows]:
    return [
        each._replace(
            rows=[
                row._replace(
                    title=clean(row.title),
                    decisions=tuple(clean(text) for text in row.decisions),
                    # Several people may come from one place.
                    owners=tuple(dict.fromkeys(clean(each) for each in row.owners)),
                )
                for row in each.rows
            ]
        )
        for each in found
    ]
