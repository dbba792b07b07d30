"""What the Word document of minutes is filled in with, out of what is written and what stands around it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.calendar import dates
from handlers.cases import closed as closed_cases
from handlers.cases import views as cases
from handlers.meetings.agenda.shown import number_here
from handlers.meetings.attendance import present, roll
from handlers.meetings.attendance.present import Attended, Group, Remark
from handlers.meetings.attendance.roll import Roll
from handlers.meetings.minutes import closed, record, views
from handlers.meetings.minutes.document.public import titles_called, without_contact, without_names
from handlers.meetings.minutes.record import Record, Written
from handlers.meetings.minutes.states import Event
from handlers.meetings.minutes.verbs import how_decided
from handlers.writing.language import _, ngettext
from handlers.writing.template.fields import Values
from storage import minutes, minutes_round, people
from storage.history import Event as HistoryEvent
from storage.tables import AgendaItem, Committee, Meeting, MinutesStatus


class Whole(NamedTuple):
    """All that the minutes say, and what stands around them. `names`: of those who presented, by id.

    `coming`: the committee's next meeting, if one is planned. `approved_in`: the meeting that approved them.
    """

    found: Record
    roll: Roll
    names: Mapping[int, str]
    events: Sequence[HistoryEvent]
    coming: Meeting | None
    approved_in: Meeting | None


async def gather(session: AsyncSession, meeting: Meeting, committee: Committee) -> Whole:
    """A fixed number of statements, however many cases there are and however much is written."""
    found = await record.read(session, meeting, committee)
    ids = {
        person_id
        for each in found.lines
        if each.line.case is not None
        for person_id in each.line.case.item.presenter_ids
    }
    row = found.row
    approved_in = row.approved_in_id if row is not None else None
    return Whole(
        found,
        await roll.read(session, found.agenda),
        await people.names(session, ids),
        await minutes.HISTORY.events(session, row.id) if row is not None else (),
        await minutes_round.after(session, meeting),
        await session.get(Meeting, approved_in) if approved_in is not None else None,
    )


def heading(found: Record) -> str:
    """«Referat fra møte i Faglig samarbeidsutvalg (FSU)»."""
    return _("Referat fra møte i {committee}").format(committee=found.committee.name)


def values(whole: Whole, *, public: bool = False) -> Values:
    """What the template is filled in with, in the language that is spoken.

    `public`: without closed cases, as the public may read it once it is `masked` too.
    """
    found = closed.veiled(whole.found) if public else whole.found
    meeting, zone = found.meeting, found.meeting.zone
    attended = present.of(whole.roll)
    return {
        "utvalg": found.committee.name,
        "tema": heading(found),
        "nummer": (found.row.number or "") if found.row is not None else "",
        "status": status(whole),
        "dato": dates.day(meeting.starts_at, zone),
        "tid": _clocks(meeting),
        "sted": meeting.place,
        "oppmote": _groups(attended, public=public),
        "moteleder": found.chair,
        "referent": found.minute_taker,
        "vedlegg": [link for each in found.lines for link in _attached(each)],
        "merknader": _remarks([each for each in attended.remarks if not each.lines], public=public),
        "saker": [_case(whole, each, attended, public=public) for each in found.lines],
        "oppfolginger": [row for each in found.lines for row in _follow_ups(each)],
        "neste": _coming(whole.coming),
        "rettelser": _corrections(whole, public=public),
        "offentlig": _("Offentlig utgave") if public else "",
    }


def _clocks(meeting: Meeting) -> str:
    """«13.00–15.30», as far as it is known."""
    if meeting.day_only:
        return ""
    began, ended = (dates.clock(moment, meeting.zone) for moment in (meeting.starts_at, meeting.ends_at))
    return began if began == ended else f"{began}–{ended}"


def status(whole: Whole) -> str:
    """The reservation, or that they are approved: by whom, when, with what remark."""
    row, zone = whole.found.row, whole.found.meeting.zone
    if row is not None and row.paper_id is not None:
        return ": ".join(filter(None, (views.status_of(row), whole.found.paper.name if whole.found.paper else "")))
    if row is None or row.status == MinutesStatus.DRAFT:
        return _("Kladd: referatet er ikke sendt ut.")
    if row.status == MinutesStatus.PUBLISHED:
        return _("Publisert med forbehold: referatet er ikke godkjent ennå.")
    if row.status != MinutesStatus.APPROVED or row.approved_at is None:
        return _("Utkast: referatet er ikke godkjent ennå.")
    day = dates.day(row.approved_at, zone)
    if whole.approved_in is not None:
        day = dates.day(whole.approved_in.starts_at, zone)
        said = _("Godkjent på møtet {day}.").format(day=day)
    else:
        said = _("Godkjent {day}.").format(day=day)
    return f"{said} {_('Merknad: {remark}').format(remark=row.remark)}" if row.remark else said


def _groups(attended: Attended, *, public: bool) -> list[dict[str, Any]]:
    return [
        {
            "tittel": section.title,
            "navn": _guests(section.rows)
            if public and section.group is Group.GUESTS
            else [row.words for row in section.rows],
        }
        for section in attended.groups
    ]


def _guests(rows: Sequence[present.Row]) -> list[str]:
    """Where guests come from, each once: they are not named in what is published."""
    return list(dict.fromkeys(row.organisation or _("Gjest") for row in rows))


def _remarks(remarks: Sequence[Remark], *, public: bool) -> list[str]:
    return [each.words for each in remarks if not (public and any(line.is_closed for line in each.lines))]


def _attached(each: Written) -> list[str]:
    item = each.line.case.item if each.line.case is not None else None
    if item is None:
        return []
    return [_("Sak {number}: {link}").format(number=cases.number(item) or item.title, link=link) for link in item.links]


def _case(whole: Whole, each: Written, attended: Attended, *, public: bool) -> dict[str, Any]:
    line, entry = each.line, each.entry
    item = line.case.item if line.case is not None else None
    conclusions = [conclusion.text for conclusion in entry.conclusions] if entry is not None else []
    about = attended.about(each.slot_id) if each.slot_id is not None else ()
    withdrawn = line.is_withdrawn
    return {
        "nummer": number_here(line),
        "typer": [_(cases.TYPES[key]) for key in item.types if key in cases.TYPES] if item is not None else [],
        "tema": _("{line} (trukket)").format(line=line.title) if withdrawn else line.title,
        "unntatt": closed.title(each) if item is not None and item.closed_under else "",
        "ansvar": cases.presenters(item, whole.names)
        if item is not None
        else (line.slot.presenters_text if line.slot is not None else ""),
        "vedlegg": _counted(len(item.links)) if item is not None else "",
        "innspill": entry.entry.discussion if entry is not None else "",
        "konklusjoner": conclusions,
        "flere": _("ja") if len(conclusions) > 1 else "",
        "avgjort": how_decided(entry.entry.how_decided) if entry is not None else "",
        "merknader": _remarks(about, public=public),
        "oppfolging": [views.follow_up(follow) for follow in entry.follow_ups] if entry is not None else [],
        "arkiv": item.archive_reference if item is not None else "",
    }


def _follow_ups(each: Written) -> list[dict[str, str]]:
    if each.entry is None:
        return []
    return [
        {
            "sak": each.line.number or each.line.title,
            "tekst": follow.row.text,
            "ansvarlig": follow.owner,
            "frist": views.due(follow),
        }
        for follow in each.entry.follow_ups
    ]


def _corrections(whole: Whole, *, public: bool) -> list[str]:
    zone = whole.found.meeting.zone
    return [
        f"{dates.short_day(event.at, zone)}{_about(event)}: {event.note}"
        for event in whole.events
        if event.kind == Event.CORRECTED and not (public and closed.is_about_closed(event.data, whole.found))
    ]


def _about(event: HistoryEvent) -> str:
    case = str(event.data.get("case") or "")
    return f", {case}" if case else ""


def _coming(meeting: Meeting | None) -> str:
    if meeting is None:
        return ""
    when = dates.held(meeting.starts_at, meeting.ends_at, meeting.zone, day_only=meeting.day_only)
    return f"{when}, {meeting.place}" if meeting.place else when


def _counted(number: int) -> str:
    return ngettext("{count} vedlegg", "{count} vedlegg", number).format(count=number) if number else ""


def guests_called(roll: Roll) -> Mapping[str, str]:
    """What those who were guests are called in the public version, by name."""
    return {
        each.name: _("gjest fra {organisation}").format(organisation=each.organisation)
        if each.organisation
        else _("gjest")
        for each in roll.attendees
        if each.is_guest and each.name
    }


def titles_of_closed(hidden: Sequence[AgendaItem], found: Record) -> Mapping[str, str]:
    """What stands in the place of the titles of these closed cases, where the texts of others name them."""
    stand = {each.line.title for each in found.lines if not each.line.is_closed}
    return titles_called(((closed_cases.every_title(each), closed_cases.title(each)) for each in hidden), stand)


def masked(value: Any, called: Mapping[str, str]) -> Any:
    """Every text in it without guests' names (as they are `called`), telephone numbers and addresses.

    It takes a while, with many long texts: not on the event loop.
    """
    match value:
        case str():
            return without_contact(without_names(value, called))
        case Mapping():
            return {name: masked(each, called) for name, each in value.items()}
        case list():
            return [masked(each, called) for each in value]
        case _:
            return value
