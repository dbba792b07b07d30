"""The way of a case on its page: where it is, where it has been, and under which numbers."""

from handlers.calendar import dates
from handlers.cases.views import status_of, type_names
from handlers.decisions.case_read import CaseRead
from handlers.meetings.part import Part
from handlers.messages.message import Fact, Section
from handlers.people.context import Context
from handlers.writing.language import N_, _
from storage.cases import Former
from storage.tables import ItemStatus, Left

_LEFT = {
    Left.MOVED: N_("flyttet"),
    Left.REMOVED: N_("tatt av sakslisten"),
    Left.UNDONE: N_("satt av til saken"),
    Left.POSTPONED: N_("utsatt"),
    Left.REFERRED: N_("sendt videre"),
}


async def part(context: Context, case: CaseRead) -> Part:
    item, meeting = case.item, case.meeting
    facts = (
        (_("Utvalg"), case.committee.name),
        (_("Møte"), dates.short_day(meeting.starts_at, meeting.zone) if meeting is not None else ""),
        (_("Type"), type_names(item.types) if case.sees else ""),
        (_("Status"), _status(context, case)),
        (_("Arkivreferanse"), item.archive_reference if case.sees else ""),
    )
    before = "\n".join(f"• {_before(each)}" for each in case.former)
    return Part(
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        sections=(Section(title=_("Har vært"), text=before),) if before else (),
    )


def _status(context: Context, case: CaseRead) -> str:
    status = ItemStatus(case.item.status)
    held = case.meeting is not None and case.meeting.starts_at <= context.now
    return _("Behandlet") if status is ItemStatus.ACCEPTED and held else status_of(status)


def _before(former: Former) -> str:
    """«12/2026, Faglig samarbeidsutvalg (FSU) 3. des. 2026: sendt videre»."""
    day = ""
    if former.starts_at is not None and former.zone is not None:
        day = " " + dates.short_day(former.starts_at, former.zone)
    return f"{former.number}, {former.committee}{day}: {_(_LEFT[former.why])}"
