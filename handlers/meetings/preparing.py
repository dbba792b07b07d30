"""What whoever prepares a meeting is reminded of: that the convocation is to be sent, and that papers are due.

Both are the committee's own rules (`convocation`, `papers`); where it has none, nobody is reminded.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import views
from handlers.cases.actions import Do as Cases
from handlers.cases.actions import button
from handlers.meetings.actions import Do as Meetings
from handlers.meetings.at_hand import about, meeting_button
from handlers.meetings.audience import Reader
from handlers.meetings.convocation.actions import Do as Convocation
from handlers.meetings.offsets import Offset
from handlers.meetings.reminded_of import Preparing
from handlers.meetings.settings import CommitteeSettings
from handlers.meetings.to_be_held import as_they_are
from handlers.messages.message import Button, Fact, Message, Page
from handlers.people.access import DECIDERS
from handlers.reminders import kind as reminding
from handlers.reminders.kind import Due, Reason, Reminding
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage import cases, owed
from storage.cases import Case
from storage.tables import Committee, Meeting

_MOST_BUTTONS = 3
_LABEL = 40


def wanted_of(meeting: Meeting, committee: Committee, readers: Sequence[Reader], now: datetime) -> Sequence[Reminding]:
    """Who is to be reminded of what, and when. It makes sense until the meeting begins, also where the day for it has
    passed."""
    settings = CommitteeSettings.model_validate(committee.settings)
    secretariat = [reader for reader in readers if _serves(reader)]
    presenting = [reader for reader in readers if reader.presents and not _serves(reader)]
    zone = ZoneInfo(meeting.zone)
    return [
        Reminding(
            kind=kind,
            occurrence=f"{meeting.id}:{anchor.isoformat()}:{text}",
            person_id=reader.person_id,
            subject=f"meeting:{meeting.id}",
            due_at=Offset.parse(text).before(anchor, zone),
            expires_at=meeting.starts_at,
            meeting_id=meeting.id,
            committee_id=committee.id,
        )
        for kind, rule, offsets, concerned in (
            (Preparing.CONVOCATION, settings.convocation, settings.remind_convocation, secretariat),
            (Preparing.PAPERS, settings.papers, settings.remind_papers, [*secretariat, *presenting]),
        )
        if rule is not None and meeting.starts_at > now
        for anchor in (Offset.parse(rule).before(meeting.starts_at, zone),)
        for text in dict.fromkeys(offsets)
        for reader in concerned
    ]


def _serves(reader: Reader) -> bool:
    return not reader.roles.isdisjoint(DECIDERS)


# --- said ------------------------------------------------------------------------------------------------------

_Drawn = Callable[[], Message] | Reason


async def _convocation(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, _Drawn]:
    found: dict[int, _Drawn] = {}
    convened = await owed.convened(session, {due.meeting_id for due in dues if due.meeting_id})
    for meeting, committee, own, readers in await as_they_are(session, dues, now):
        anchor = _anchor(meeting, CommitteeSettings.model_validate(committee.settings).convocation)
        for due in own:
            reader = readers.get(due.person_id)
            if anchor is None or not _is_for(due, meeting, anchor):
                found[due.id] = Reason.CHANGED
            elif meeting.id in convened:
                found[due.id] = Reason.DONE
            elif reader is None or not _serves(reader):
                found[due.id] = Reason.NOT_THEIRS
            else:
                found[due.id] = partial(_convocation_text, meeting, committee, anchor, now)
    return found


async def _papers(session: AsyncSession, dues: Sequence[Due], now: datetime) -> Mapping[int, _Drawn]:
    """Of the cases on the agenda: the secretariat reads of all that have no papers, others of those they present."""
    found: dict[int, _Drawn] = {}
    lacking = await cases.without_papers(session, {due.meeting_id for due in dues if due.meeting_id})
    for meeting, committee, own, readers in await as_they_are(session, dues, now):
        anchor = _anchor(meeting, CommitteeSettings.model_validate(committee.settings).papers)
        of_meeting = [case for case in lacking if case.item.meeting_id == meeting.id]
        for due in own:
            reader = readers.get(due.person_id)
            theirs = [case for case in of_meeting if reader is not None and _is_theirs(case, reader)]
            if anchor is None or not _is_for(due, meeting, anchor):
                found[due.id] = Reason.CHANGED
            elif reader is None or not (_serves(reader) or reader.presents):
                found[due.id] = Reason.NOT_THEIRS
            elif not theirs:
                found[due.id] = Reason.DONE
            else:
                found[due.id] = partial(_papers_text, meeting, committee, anchor, theirs, reader, now)
    return found


def _anchor(meeting: Meeting, rule: str | None) -> datetime | None:
    return Offset.parse(rule).before(meeting.starts_at, ZoneInfo(meeting.zone)) if rule is not None else None


def _is_for(due: Due, meeting: Meeting, anchor: datetime) -> bool:
    """Whether it is about the meeting as it stands now, and not as it was."""
    return due.occurrence.startswith(f"{meeting.id}:{anchor.isoformat()}:") and due.expires_at == meeting.starts_at


def _is_theirs(case: Case, reader: Reader) -> bool:
    return _serves(reader) or reader.person_id in case.item.presenter_ids


def _facts(meeting: Meeting) -> tuple[Fact, ...]:
    return (Fact(label=_("Møte"), value=dates.span(meeting.starts_at, meeting.ends_at, meeting.zone)),)


def _page(meeting: Meeting, committee: Committee) -> Page:
    reference = _("møtet i {committee} {day}").format(
        committee=committee.name, day=dates.short_day(meeting.starts_at, meeting.zone)
    )
    return Page(reference=reference, action=Meetings.PAGE, arguments=about(meeting))


def _convocation_text(meeting: Meeting, committee: Committee, anchor: datetime, now: datetime) -> Message:
    by = dates.day_and_clock(anchor, meeting.zone)
    title = (
        _("Innkallingen til møtet i {committee} skal sendes senest {by}")
        if anchor > now
        else _("Innkallingen til møtet i {committee} skulle vært sendt {by}")
    )
    return Message(
        title=title.format(committee=committee.name, by=by),
        facts=_facts(meeting),
        buttons=(Button(label=_("Kontroller og send"), action=Convocation.CHECK, arguments=about(meeting)),),
        page=_page(meeting, committee),
    )


def _papers_text(
    meeting: Meeting, committee: Committee, anchor: datetime, lacking: Sequence[Case], reader: Reader, now: datetime
) -> Message:
    by = dates.day_and_clock(anchor, meeting.zone)
    title = (
        _("Papirene til møtet i {committee} skal være inne senest {by}")
        if anchor > now
        else _("Papirene til møtet i {committee} skulle vært inne {by}")
    )
    names = "\n".join(views.named(case.item) for case in lacking)
    serves = _serves(reader)
    what = ngettext("Denne saken har ingen vedlegg ennå:", "Disse sakene har ingen vedlegg ennå:", len(lacking))
    send = "" if serves else _("Send papirene til sekretariatet, eller be den som meldte saken, legge dem ved.")
    changed_by_them = [] if serves else [case for case in lacking if case.item.proposer_id == reader.person_id]
    own = tuple(
        button(Cases.CHANGE, _("Endre {case}").format(case=shorten(case.item.title, _LABEL)), case)
        for case in changed_by_them[:_MOST_BUTTONS]
    )
    page = meeting_button(meeting, _("Vis sakslisten"))
    return Message(
        title=title.format(committee=committee.name, by=by),
        text="\n".join(filter(None, (what, names, send))),
        facts=_facts(meeting),
        buttons=(*own, page) if reader.follows else own,
        page=_page(meeting, committee) if reader.follows else None,
    )


KINDS = (
    reminding.Kind(Preparing.CONVOCATION, N_("Innkalling som skal sendes"), _convocation),
    reminding.Kind(Preparing.PAPERS, N_("Papirer til møter"), _papers),
)
