"""What stands in somebody's calendar: the meetings of their committees and those that they come to for a case or in
somebody's place, the deadlines for proposing cases, and what else they owe by a date.

Others see what stands in a calendar, so closed cases are not told of there, whoever's it is.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from handlers.calendar import dates
from handlers.calendar.feed import Event
from handlers.calendar.zone import LOCAL_ZONE, local_day
from handlers.meetings import joining
from handlers.meetings.minutes_settings import From
from handlers.meetings.settings import CommitteeSettings
from handlers.people.access import LISTENERS
from handlers.people.roles import Role
from handlers.writing.language import _
from handlers.writing.text import shorten
from storage.calendar_feeds import Rows, moment
from storage.tables import Answer

_TITLE_UNITS = 120
_STAND_BY = frozenset({*LISTENERS, Role.SUBSTITUTE, Role.CONTACT})
"""Roles in which nobody is asked to comment on minutes who was not there (see
`handlers.meetings.minutes.round.who`)."""
_UIDS = UUID("5b0f6a4c-3a44-4c1e-9b0e-2f1d6f3c9a10")


class Contents(NamedTuple):
    """What was found for one person, row by row (see `storage.calendar_feeds.Rows`)."""

    roles: Sequence[Rows.Role]
    meetings: Sequence[Rows.Meeting]
    answers: Sequence[Rows.Answer]
    presented: Sequence[Rows.Presented]
    hearings: Sequence[Rows.Hearing]
    tasks: Sequence[Rows.Task]
    approvals: Sequence[Rows.Approval]
    comments: Sequence[Rows.Comments]


_KINDS: tuple[Any, ...] = (
    Rows.Role,
    Rows.Meeting,
    Rows.Answer,
    Rows.Presented,
    Rows.Hearing,
    Rows.Task,
    Rows.Approval,
    Rows.Comments,
)


def read(contents: Sequence[str]) -> Contents:
    """What was found as JSON."""
    found = json.loads(f"[{','.join(contents)}]")
    return Contents(*([kind._make(row) for row in rows] for kind, rows in zip(_KINDS, found, strict=True)))


def begins_later(contents: Sequence[str], today: date) -> Sequence[str]:
    """The days (ISO) on which the person begins in a role: what they see changes then, though nothing else does."""
    rows = json.loads(contents[0])
    return sorted({row[2] for row in rows if row[2] is not None and row[2] > today.isoformat()})


def events(contents: Contents, today: date) -> Iterator[Event]:
    """All entries, in the language being spoken. `today`: the local day."""
    roles: defaultdict[int, list[Rows.Role]] = defaultdict(list)
    for role in contents.roles:
        roles[role.committee_id].append(role)
    answers = {answer.meeting_id: answer for answer in contents.answers}
    presented: defaultdict[int, list[Rows.Presented]] = defaultdict(list)
    for case in contents.presented:
        presented[case.meeting_id].append(case)
    for meeting in contents.meetings:
        held = _held(roles.get(meeting.committee_id, ()), max(local_day(moment(meeting.starts_at)), today))
        answer, cases = answers.get(meeting.id), presented.get(meeting.id, ())
        is_asked = answer is not None and answer.asked and answer.answer != Answer.ABSENT
        if held.difference((Role.GUEST,)) or cases or is_asked:
            yield _meeting(meeting, held, answer, cases)
        if held.difference(LISTENERS) and not (meeting.cancelled or meeting.day_only):
            yield _deadline(meeting)
    yield from map(_hearing, contents.hearings)
    yield from map(_task, contents.tasks)
    yield from map(_approval, contents.approvals)
    yield from (_comments(each) for each in contents.comments if _may_comment(each, roles, today))


def _held(roles: Sequence[Rows.Role], day: date) -> set[str]:
    """The roles that they have on that local day."""
    on = day.isoformat()
    return {each.role for each in roles if (each.valid_from or on) <= on <= (each.valid_to or on)}


def _meeting(row: Rows.Meeting, held: set[str], answer: Rows.Answer | None, cases: Sequence[Rows.Presented]) -> Event:
    title = _("Møte i {committee}").format(committee=row.committee)
    starts_at, ends_at = moment(row.starts_at), moment(row.ends_at)
    own = [" ".join(filter(None, (case.number, case.title))) for case in cases if not case.closed]
    deadline = dates.day_and_clock(moment(row.deadline_at), row.zone)
    said = (
        _("Ekstraordinært møte.") if row.extraordinary else "",
        _("Du møter for et medlem.") if answer is not None and answer.stands_in else "",
        _("Du legger fram: {cases}").format(cases="; ".join(own)) if own else "",
        _("Frist for saker: {deadline}").format(deadline=deadline) if held.difference(LISTENERS) else "",
        joining.line_of(row.join_url),
    )
    is_away = answer is not None and answer.of_this_time and answer.answer in (Answer.ABSENT, Answer.SUBSTITUTE)
    return Event(
        uid=row.uid,
        sequence=row.sequence,
        # Many calendars only strike through what is cancelled.
        title=_("Avlyst: {title}").format(title=title) if row.cancelled else title,
        begins=dates.local_date(starts_at, row.zone) if row.day_only else starts_at,
        ends=None if row.day_only else ends_at,
        zone=row.zone,
        place=row.place,
        text="" if row.day_only else "\n".join(filter(None, said)),
        url=row.join_url,
        busy=not (is_away or row.day_only),
        cancelled=row.cancelled,
    )


def _deadline(row: Rows.Meeting) -> Event:
    """Until when cases may be proposed for a meeting."""
    return Event(
        uid=f"frist-{row.uid}",
        sequence=row.sequence,
        title=_("Frist for saker til {committee}").format(committee=row.committee),
        begins=moment(row.deadline_at),
        zone=row.zone,
        text=_("Gjelder møtet {day}.").format(day=dates.day_and_clock(moment(row.starts_at), row.zone)),
    )


def _hearing(row: Rows.Hearing) -> Event:
    return Event(
        uid=_uid("horing", row.draft_id),
        sequence=0,
        title=shorten(_("Høringsfrist: {title}").format(title=row.title), _TITLE_UNITS),
        begins=moment(row.deadline_at),
        zone=LOCAL_ZONE.key,
        text=_("Fra {committee}.").format(committee=row.committee),
    )


def _task(row: Rows.Task) -> Event:
    return Event(
        uid=_uid("oppfolging", row.uid, str(row.id)),
        sequence=0,
        title=shorten(_("Frist: {what}").format(what=row.text), _TITLE_UNITS),
        begins=date.fromisoformat(row.due_on),
        text=_("Oppfølging av et vedtak i {committee}.").format(committee=row.committee) + f"\n{row.text}",
    )


def _approval(row: Rows.Approval) -> Event:
    title = _("Frist for å godkjenne referatet fra {committee}").format(committee=row.committee)
    return _of_minutes("godkjenning", title, row.uid, row.starts_at, row.zone, row.until)


def _comments(row: Rows.Comments) -> Event:
    title = _("Frist for å kommentere referatet fra {committee}").format(committee=row.committee)
    return _of_minutes("kommentarer", title, row.uid, row.starts_at, row.zone, row.until)


def _of_minutes(kind: str, title: str, uid: str, starts_at: str, zone: str, until: str) -> Event:
    held = _("Gjelder møtet {day}.").format(day=dates.day(moment(starts_at), zone))
    return Event(uid=_uid(kind, uid), sequence=0, title=title, begins=moment(until), zone=zone, text=held)


def _may_comment(row: Rows.Comments, roles: Mapping[int, Sequence[Rows.Role]], today: date) -> bool:
    """Whether the committee's rule asks them for comments."""
    rule = CommitteeSettings.model_validate(json.loads(row.settings)).minutes.comments_from
    held = _held(roles.get(row.committee_id, ()), today)
    return bool(row.was_there or (rule is From.MEMBERS and held.difference(_STAND_BY)))


def _uid(kind: str, *names: str) -> str:
    """The same for the same thing; what it is made of cannot be read from it."""
    return f"{uuid5(_UIDS, '/'.join((kind, *names)))}@helsefellesskap-bot"
