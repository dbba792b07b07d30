"""What a convocation says, out of the agenda and what stands around it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.calendar.zone import local_day
from handlers.cases import around, views
from handlers.cases.duration import duration
from handlers.meetings.agenda import lines
from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.meetings.agenda.shown import number_here
from handlers.meetings.convocation.fields import KIND
from handlers.meetings.convocation.seeing import Sees, is_told, title
from handlers.meetings.minutes import to_do
from handlers.writing.language import _, ngettext
from handlers.writing.template.fields import Values
from storage import attendance, convocations, follow_ups, people
from storage.convocations import Previous
from storage.follow_ups import Task
from storage.people import RoleHolder
from storage.tables import Answer, Attendance, Committee, Meeting, MinutesStatus, SlotKind

READY = (MinutesStatus.PUBLISHED, MinutesStatus.APPROVED)
"""Minutes that go with the convocation of the next meeting."""


class Convening(NamedTuple):
    """A meeting that is convened. `names`: of those who present, by id. `secretaries`: who convenes it.

    `previous`: the meeting before. `written`: who was written down as coming, or asked to. `to_do`: what was decided
    before and is not done, where the agenda has a line for that.
    """

    read: AgendaOf
    names: Mapping[int, str]
    secretaries: Sequence[RoleHolder]
    previous: Previous | None
    written: Sequence[Attendance]
    to_do: Sequence[Task] = ()

    @property
    def meeting(self) -> Meeting:
        return self.read.meeting

    @property
    def committee(self) -> Committee:
        return self.read.committee

    def lines(self, sees: Sees, person_id: int | None = None) -> Sequence[tuple[Line, datetime | None]]:
        """The lines that somebody gets, each with when it begins (UTC)."""
        return [
            (line, at)
            for line, at in self.read.times()
            if sees is not Sees.OWN or (not line.is_withdrawn and self._is_for(line, person_id))
        ]

    def _is_for(self, line: Line, person_id: int | None) -> bool:
        """Whether somebody from outside comes for it: they present it, or were asked to come to it."""
        if person_id in presenters(line):
            return True
        return line.slot is not None and any(
            row.person_id == person_id and line.slot.id in row.guest_in for row in self.written
        )

    def stands_in(self, person_id: int) -> bool:
        """Whether they are asked to come in a member's place."""
        return any(
            row.person_id == person_id and row.stands_in_for_id is not None and row.answer != Answer.ABSENT
            for row in self.written
        )


def presenters(line: Line) -> Sequence[int]:
    """Who presents it, by id."""
    return line.case.item.presenter_ids if line.case is not None else ()


async def gather(session: AsyncSession, meeting: Meeting, committee: Committee, now: datetime) -> Convening:
    """All that a convocation is made of: eight statements at most, however many cases there are."""
    read = await lines.read(session, meeting, committee)
    ids = {person_id for line in read.lines for person_id in presenters(line)}
    return Convening(
        read,
        await people.names(session, ids),
        await around.secretaries(session, committee.id, now),
        await convocations.previous(session, meeting),
        await attendance.rows(session, meeting.id),
        await follow_ups.open_of(session, committee.id) if read.status_line is not None else (),
    )


def heading(convening: Convening) -> str:
    """«Innkalling til møte i Faglig samarbeidsutvalg (FSU)»."""
    return _("Innkalling til møte i {committee}").format(committee=convening.committee.name)


def values(convening: Convening, sees: Sees, person_id: int, now: datetime) -> Values:
    """What the Word template is filled in with, for whoever sees so much."""
    meeting, zone = convening.meeting, convening.meeting.zone
    shown = convening.lines(sees, person_id)
    attached = attachments(convening, sees, person_id)
    row = convening.read.row
    sent_at = row.convened_at if row is not None and row.convened_at is not None else now
    to = _("Faste medlemmer") if sees is not Sees.OWN else convening.names.get(person_id, "")
    return {
        "utvalg": convening.committee.name,
        "til": to,
        "tema": heading(convening),
        "dato": dates.day(meeting.starts_at, zone),
        "tid": f"{dates.clock(meeting.starts_at, zone)}–{dates.clock(meeting.ends_at, zone)}",
        "sted": meeting.place,
        "innkalt": dates.short_day(sent_at, zone),
        "sekretariat": ", ".join(holder.name for holder in convening.secretaries),
        "antall_vedlegg": _counted(len(attached)),
        "vedlegg": attached,
        "saker": [_row(convening, line, at, sees, now) for line, at in shown],
    }


def attachments(convening: Convening, sees: Sees, person_id: int | None = None) -> list[str]:
    """What goes with it, line by line: the minutes of the meeting before, and what belongs to the cases."""
    found = []
    if convening.previous is not None and convening.previous.status in READY and sees is not Sees.OWN:
        day = dates.short_day(convening.previous.starts_at, convening.previous.zone)
        found.append(_("Referat fra møtet {day}").format(day=day))
    for line, _at in convening.lines(sees, person_id):
        if line.case is not None and is_told(line, sees):
            number = number_here(line)
            found += [_("Sak {number}: {link}").format(number=number, link=link) for link in line.case.item.links]
    return found


def _to_do(convening: Convening, sees: Sees, now: datetime) -> list[str]:
    """What was decided before and is not done, a line each; because of a closed case, for whoever may read of that."""
    if sees is Sees.OWN:
        return []
    return [
        f"• {to_do.line(task, local_day(now))}"
        for task in convening.to_do
        if sees is Sees.EVERYTHING or task.at.item is None or not task.at.item.closed_under
    ]


def _row(convening: Convening, line: Line, at: datetime | None, sees: Sees, now: datetime) -> Mapping[str, object]:
    shown = title(line, sees)
    row: dict[str, object] = {
        **dict.fromkeys(KIND.row_fields("saker"), ""),
        "typer": [],
        "nummer": number_here(line),
        "tema": _("{line} (trukket)").format(line=shown) if line.is_withdrawn else shown,
        "klokkeslett": dates.clock(at, convening.meeting.zone) if at is not None and _is_timed(convening) else "",
        "varighet": duration(line.minutes) if line.minutes else "",
        "ansvar": line.slot.presenters_text if line.slot is not None else "",
        "hensikt": line.slot.text if line.slot is not None and line.kind is not SlotKind.CASE else "",
    }
    if line is convening.read.status_line:
        row["hensikt"] = "\n".join(filter(None, (str(row["hensikt"]), *_to_do(convening, sees, now))))
    if line.case is None or line.is_withdrawn:
        return row
    item = line.case.item
    row["arkiv"] = item.archive_reference
    if item.closed_under:
        row["unntatt"] = _("Unntatt offentlighet ({section})").format(section=item.closed_under)
    if is_told(line, sees):
        row |= {
            "typer": [_(views.TYPES[key]) for key in item.types if key in views.TYPES],
            "hensikt": item.purpose,
            "ansvar": views.presenters(item, convening.names),
            "konklusjon": item.conclusion,
            "vedlegg": _counted(len(item.links)),
        }
    return row


def _is_timed(convening: Convening) -> bool:
    """Whether anybody has said how long anything takes."""
    return any(line.minutes or (line.slot is not None and line.slot.starts_at) for line in convening.read.lines)


def _counted(number: int) -> str:
    return ngettext("{count} vedlegg", "{count} vedlegg", number).format(count=number) if number else ""
