"""Who gets an invitation to a meeting by e-mail, and when their calendar is told of a change.

One who wants invitations, since their committee does and they have not said no, or since they have said yes, gets one
to each coming meeting that they are asked to. Whatever is in somebody's calendar is kept in step from then on, also if
they want no more of them: an entry that is left behind after a move is worse than none.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.lookout import Looked, Lookout, nothing
from handlers.meetings import joining
from handlers.meetings.agenda import lines
from handlers.meetings.attendance import news, roll
from handlers.meetings.settings import CommitteeSettings
from handlers.messages.deliveries import in_language
from handlers.messages.message import Invitation, Message
from handlers.reminders import wishes
from handlers.writing.language import _
from storage import agenda, deliveries, invitations
from storage.deliveries import Wish
from storage.invitations import Mailbox
from storage.tables import Answer, Committee, Meeting, MeetingInvitation
from storage.watched import EVERYTHING

_OF_MEETING, _OF_COMMITTEE, _OF_PERSON = "m", "c", "p"
"""How the subjects begin that the triggers note (see `storage.watched`)."""


def subject(meeting: Meeting) -> str:
    """The subject of what is brought into calendars about a meeting."""
    return f"meeting:{meeting.id}:invitation"


def _key(meeting: Meeting, person_id: int) -> str:
    """One delivery for each meeting and person: a change of it is a new revision."""
    return f"{subject(meeting)}:{person_id}"


async def _spread(session: AsyncSession, changed: Collection[str], now: datetime) -> None:
    if EVERYTHING in changed:
        await invitations.look_at(session, INVITE.name, now, committees=None)
        return
    await invitations.look_at(
        session,
        INVITE.name,
        now,
        meetings=_ids(changed, _OF_MEETING),
        committees=_ids(changed, _OF_COMMITTEE),
        people=_ids(changed, _OF_PERSON),
    )


def _ids(changed: Collection[str], kind: str) -> list[int]:
    return sorted(int(each.removeprefix(kind)) for each in changed if each.startswith(kind))


async def _look(session: AsyncSession, ids: Collection[str], now: datetime) -> Looked:
    written = 0
    for meeting_id in map(int, ids):
        found = await agenda.meeting(session, meeting_id)
        # What has begun is in no calendar's future.
        if found is not None and found[0].starts_at > now and found[0].paper_id is None:
            written += await _follow(session, *found, now)
    return Looked(written, dict.fromkeys(ids))


_MEETINGS = Lookout("meetings.invitations", "meeting", _spread, _look, nothing)
INVITE = _MEETINGS.chore(at_once=5)


async def _follow(session: AsyncSession, meeting: Meeting, committee: Committee, now: datetime) -> int:
    """Tell the calendars of those whom the meeting concerns how it is now, as far as they do not know; how many."""
    sent = await invitations.of_meeting(session, meeting.id)
    settings = CommitteeSettings.model_validate(committee.settings)
    is_held = meeting.cancelled_at is None and committee.removed_at is None
    asked, stay = await _asked(session, meeting, committee) if is_held else (frozenset[int](), frozenset[int]())
    boxes = await invitations.mailboxes(session, asked | sent.keys())
    messages: dict[int, Callable[[], Message]] = {}
    rows: list[Mapping[str, Any]] = []
    for person_id, box in boxes.items():
        before = sent.get(person_id)
        if person_id in asked and (_is_in_calendar(before) or _wants(box, settings)):
            if _knows(before, meeting, box):
                continue
            build = partial(_invitation, meeting, committee, now, again=before is not None)
        elif _is_in_calendar(before) and person_id not in stay:
            if await deliveries.take_back(session, subject(meeting), _key(meeting, person_id)):
                # Nobody has seen it: there is nothing to take away.
                await session.delete(before)
                continue
            build = partial(_not_any_more, meeting, committee, now)
        else:
            continue
        messages[person_id] = build
        rows.append(
            {
                "meeting_id": meeting.id,
                "person_id": person_id,
                "address": box.address,
                "sequence": meeting.sequence,
                "cancelled": person_id not in asked,
                "written_at": now,
            }
        )
    await session.flush()
    await invitations.put(session, rows)
    await _write(session, meeting, {each: boxes[each] for each in messages}, messages, now)
    return len(messages)


async def _asked(
    session: AsyncSession, meeting: Meeting, committee: Committee
) -> tuple[frozenset[int], frozenset[int]]:
    """Whose answer is waited for at the meeting; and who was asked, and has said no, so that nothing is left to be
    taken away."""
    everybody = await roll.read(session, await lines.read(session, meeting, committee))
    known = {each.person_id: each for each in everybody.attendees if each.person_id is not None}
    asked = frozenset(person_id for person_id, each in known.items() if each.asked)
    declined = frozenset(person_id for person_id, each in known.items() if each.answer is Answer.ABSENT)
    return asked, declined - asked


def _is_in_calendar(before: MeetingInvitation | None) -> bool:
    return before is not None and not before.cancelled


def _wants(box: Mailbox, settings: CommitteeSettings) -> bool:
    own = wishes.read(box.wishes).invitations
    return settings.invitations if own is None else own


def _knows(before: MeetingInvitation | None, meeting: Meeting, box: Mailbox) -> bool:
    """Whether their calendar has the meeting as it is now."""
    return (
        before is not None
        and not before.cancelled
        and before.sequence >= meeting.sequence
        and before.address == box.address
    )


async def _write(
    session: AsyncSession,
    meeting: Meeting,
    boxes: Mapping[int, Mailbox],
    messages: Mapping[int, Callable[[], Message]],
    now: datetime,
) -> None:
    if not messages:
        return
    found = [
        Wish(
            key=_key(meeting, person_id),
            subject=subject(meeting),
            person_id=person_id,
            message=in_language(boxes[person_id].language, build),
            due_at=now,
            expires_at=meeting.ends_at,
        )
        for person_id, build in messages.items()
    ]
    await deliveries.wish(session, found)
    # A meeting that was put off is worth telling of for longer.
    await deliveries.let_expire(session, [wish.key for wish in found], meeting.ends_at)


# --- what is said ------------------------------------------------------------------------------------------


def _invitation(meeting: Meeting, committee: Committee, now: datetime, *, again: bool) -> Message:
    title = _("Oppdatert invitasjon: {committee} {day}") if again else _("Invitasjon: {committee} {day}")
    return _message(meeting, committee, now, title, cancelled=False)


def _not_any_more(meeting: Meeting, committee: Committee, now: datetime) -> Message:
    title = (
        _("Møtet i {committee} {day} er avlyst")
        if meeting.cancelled_at is not None
        else _("Du er ikke lenger innkalt til møtet i {committee} {day}")
    )
    return _message(meeting, committee, now, title, cancelled=True)


def _message(meeting: Meeting, committee: Committee, now: datetime, title: str, *, cancelled: bool) -> Message:
    """No case is in it, and no link that acts in anybody's name: others see what stands in a calendar."""
    name = _("Møte i {committee}").format(committee=committee.name)
    return Message(
        title=title.format(committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)),
        facts=(*news.facts(meeting), *(() if cancelled else joining.facts(meeting))),
        invitation=Invitation(
            uid=meeting.uid,
            sequence=meeting.sequence,
            written_at=now,
            title=name,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            zone=meeting.zone,
            place=meeting.place,
            text="" if cancelled else joining.line(meeting),
            cancelled=cancelled,
        ),
    )
