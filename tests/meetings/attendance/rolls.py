"""Rolls made by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.meetings.attendance.roll import Attendee, Out, Roll
from handlers.meetings.rights import Quorum, Rule
from handlers.people.roles import Role
from storage.tables import AgendaSlot, Committee, Meeting, SlotKind

STARTS = datetime(2026, 11, 12, 12, tzinfo=UTC)


def line(slot_id: int, number: str, title: str = "") -> Line:
    slot = AgendaSlot(id=slot_id, meeting_id=1, kind=SlotKind.OTHER, position=slot_id)
    return Line(SlotKind.OTHER, title or f"Punkt {slot_id}", number, None, slot)


LINES = (line(31, "33/09"), line(32, "34/09"), line(33, "", "Eventuelt"))


def somebody(person_id: int, name: str, capacity: Role = Role.MEMBER, kind: str = "hospital", **more: Any) -> Attendee:
    organisation = "Eksempel sykehus" if kind == "hospital" else "Eksempel kommune"
    made = Attendee(person_id, f"Eksempel {name}", "nb", organisation, kind, capacity)
    return replace(made, **more)


def roll(*attendees: Attendee, out: tuple[Out, ...] = (), quorum: Quorum | None = None, **rule: Any) -> Roll:
    meeting = Meeting(
        id=1,
        committee_id=1,
        key="1",
        starts_at=STARTS,
        ends_at=STARTS + timedelta(hours=3),
        deadline_at=STARTS,
        zone="Europe/Oslo",
    )
    committee = Committee(id=1, key="fsu", name="FSU", number_template="{n}")
    return Roll(AgendaOf(meeting, committee, None, LINES), Rule(quorum=quorum, **rule), attendees, out)


def disqualified(row_id: int, at: Line, who: Attendee, substitute: Attendee | None = None, name: str = "") -> Out:
    assert at.slot is not None
    assert who.person_id is not None
    return Out(
        row_id,
        at.slot.id,
        at,
        who.person_id,
        who.name,
        substitute.person_id if substitute else None,
        substitute.name if substitute else name,
        "Har arbeidet med saken",
    )
