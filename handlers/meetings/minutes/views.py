"""How minutes and what is written in them are shown, wherever they are."""

from collections.abc import Mapping, Sequence

from handlers.calendar import dates
from handlers.calendar.due import is_date
from handlers.meetings.minutes.record import Record, Written
from handlers.meetings.minutes.verbs import how_decided
from handlers.messages.message import Fact
from handlers.writing.language import N_, _, ngettext
from handlers.writing.text import shorten
from storage.minutes import EntryOf, FollowUpOf
from storage.papers import Source
from storage.tables import Committee, Conclusion, Dispatch, FollowUp, Meeting, Minutes, MinutesStatus

_SHOWN = 500
"""As much of a text as stands in a list of several."""

STATUS: Mapping[MinutesStatus, str] = {
    MinutesStatus.DRAFT: N_("Kladd"),
    MinutesStatus.COMMENTS: N_("Til kommentar"),
    MinutesStatus.ADJUSTED: N_("Justert etter kommentarer"),
    MinutesStatus.PUBLISHED: N_("Publisert, med forbehold om godkjenning"),
    MinutesStatus.APPROVED: N_("Godkjent"),
    MinutesStatus.REFUSED: N_("Underkjent"),
}


def status(record: Record) -> str:
    """Where the minutes stand, in a few words."""
    return _("Ikke begynt") if record.row is None else status_of(record.row)


def status_of(row: Minutes) -> str:
    """The same of minutes that there are."""
    if row.paper_id is None:
        return _(STATUS[MinutesStatus(row.status)])
    # Who approved it, and when, the paper does not say.
    if row.status == MinutesStatus.APPROVED:
        return _("Lest inn fra et gammelt papir")
    return _("Utkast, lest inn fra et gammelt papir")


def source(row: Minutes, paper: Source | None, zone: str) -> str:
    """«referat.docx, lest inn 3. des. 2026 av Eksempel Sekretær»; empty: the minutes were written here."""
    if row.paper_id is None or paper is None:
        return ""
    day = dates.short_day(paper.at, zone)
    if not paper.by:
        return _("{file}, lest inn {day}").format(file=paper.name, day=day)
    return _("{file}, lest inn {day} av {name}").format(file=paper.name, day=day, name=paper.by)


def progress(record: Record) -> str:
    """«3 av 8 saker er skrevet»."""
    count = len(record.lines)
    return ngettext("{written} av {count} sak er skrevet", "{written} av {count} saker er skrevet", count).format(
        written=count - len(record.missing), count=count
    )


def title(record: Record) -> str:
    return title_of(record.meeting, record.committee)


def title_of(meeting: Meeting, committee: Committee) -> str:
    """«Referat fra Faglig samarbeidsutvalg (FSU), møtet 3. des. 2026»."""
    day = dates.short_day(meeting.starts_at, meeting.zone)
    return _("Referat fra {committee}, møtet {day}").format(committee=committee.name, day=day)


def conclusions(written: Sequence[Conclusion]) -> str:
    """A conclusion alone is not numbered; several are."""
    if len(written) == 1:
        return written[0].text
    return "\n".join(f"{number}. {each.text}" for number, each in enumerate(written, 1))


def follow_up(each: FollowUpOf) -> str:
    """«Invitere prosjektlederen (Arbeidsutvalget, innen 12. mars 2027)», or what is missing."""
    parts = (each.owner or _("ingen ansvarlig"), due(each) or _("ingen frist"))
    return f"{each.row.text} ({', '.join(parts)})"


def due(row: FollowUp | FollowUpOf) -> str:
    """By when, in the words that were used, with the day that they come to where they do not say it themselves: «før
    sommeren: 30. juni 2027»."""
    if row.due_on is None or is_date(row.due_text):
        return row.due_text
    day = dates.long_date(row.due_on)
    return f"{row.due_text}: {day}" if row.due_text else day


def in_short(written: Written) -> str:
    """What is written of a line, in a list of them."""
    entry = written.entry
    if written.line.is_withdrawn:
        return _("Saken er trukket.")
    if entry is None or entry.is_empty:
        slot = written.line.slot
        read_in = slot is not None and slot.paper_id is not None
        return _("Det står ikke mer om saken i referatet.") if read_in else _("Ikke skrevet ennå.")
    said = (
        shorten(entry.entry.discussion, _SHOWN),
        _("Konklusjon: {text}").format(text=shorten(conclusions(entry.conclusions), _SHOWN))
        if entry.conclusions
        else "",
        how_decided(entry.entry.how_decided),
        ngettext("{count} oppfølging", "{count} oppfølginger", len(entry.follow_ups)).format(
            count=len(entry.follow_ups)
        )
        if entry.follow_ups
        else "",
    )
    return "\n".join(filter(None, said))


def facts(entry: EntryOf, *, follow_ups: bool = True) -> tuple[Fact, ...]:
    """What is written beside the discussion; without the `follow_ups` where each has a section of its own."""
    to_do = "\n".join(f"• {follow_up(each)}" for each in entry.follow_ups) if follow_ups else ""
    sent = "\n".join(
        f"{number}. {dispatched(entry.dispatches[each.id])}"
        for number, each in enumerate(entry.conclusions, 1)
        if each.id in entry.dispatches
    )
    found = (
        (_("Konklusjon") if len(entry.conclusions) == 1 else _("Konklusjoner"), conclusions(entry.conclusions)),
        (_("Avgjort ved"), how_decided(entry.entry.how_decided)),
        (_("Oppfølging"), to_do),
        (_("Ekspedert"), sent),
    )
    return tuple(Fact(label=label, value=value) for label, value in found if value)


def dispatched(sent: Sequence[Dispatch]) -> str:
    """«Eksempel kommune (3. des. 2026), Eksempel sykehus (4. des. 2026)»."""
    return ", ".join(f"{each.recipient} ({dates.short_date(each.sent_on)})" for each in sent)


def by_whom(record: Record, entry: EntryOf) -> str:
    """«Sist endret av Eksempel Secretary 1. sep. 2026 kl. 10.02»; empty: nobody has written in it."""
    if not entry.by:
        return ""
    at, zone = entry.entry.changed_at, record.meeting.zone
    return _("Sist endret av {person} {day} kl. {clock}").format(
        person=entry.by, day=dates.short_day(at, zone), clock=dates.clock(at, zone)
    )
