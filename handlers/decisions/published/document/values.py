"""What the two documents are filled in with, and the same as a table."""

from collections.abc import Sequence
from datetime import datetime

from handlers.calendar import dates
from handlers.decisions.published.rows import MeetingRows, Row
from handlers.writing.language import _, ngettext
from handlers.writing.spreadsheet import as_csv
from handlers.writing.template.fields import Values


def values(
    committee: str, zone: str, year: int, found: Sequence[MeetingRows], now: datetime, *, public: bool
) -> Values:
    """What the template is filled in with, in the language that is spoken. `committee`: its name."""
    return {
        "tema": heading(committee, year, public=public),
        "utvalg": committee,
        "ar": str(year),
        "antall": counted(found),
        "skrevet_ut": dates.short_day(now, zone),
        "offentlig": _("Offentlig utgave. Saker som er unntatt offentlighet, står bare med nummer.") if public else "",
        "moter": [
            {
                "anker": f"mote{number}",
                "dato": each.day,
                "forbehold": each.reservation,
                "saker": [
                    {
                        "nummer": row.number,
                        "tema": row.title,
                        "vedtak": _numbered(row.decisions),
                        "avgjort": row.how,
                        "eier": ", ".join(row.owners),
                        "status": row.status,
                    }
                    for row in each.rows
                ],
            }
            for number, each in enumerate(found, 1)
        ],
    }


def _numbered(decisions: Sequence[str]) -> list[str]:
    """One stands as it is, several are numbered."""
    if len(decisions) == 1:
        return list(decisions)
    return [f"{number}. {text}" for number, text in enumerate(decisions, 1)]


def heading(committee: str, year: int, *, public: bool) -> str:
    if public:
        return _("Saker behandlet i {committee} {year}").format(committee=committee, year=year)
    return _("Vedtak i {committee} {year}").format(committee=committee, year=year)


def counted(found: Sequence[MeetingRows]) -> str:
    """«14 saker på 4 møter.»"""
    cases = sum(len(each.rows) for each in found)
    if not cases:
        return _("Ingen saker er behandlet i referater som er publisert.")
    of_cases = ngettext("{count} sak", "{count} saker", cases).format(count=cases)
    meetings = ngettext("{count} møte", "{count} møter", len(found)).format(count=len(found))
    return _("{cases} på {meetings}.").format(cases=of_cases, meetings=meetings)


def table(found: Sequence[MeetingRows]) -> bytes:
    """The rows as CSV."""
    head = (_("Dato"), _("Saksnr."), _("Sak"), _("Vedtak"), _("Avgjort ved"), _("Ansvar"), _("Status"), _("Unntatt"))
    rows = [row for meeting in found for row in meeting.rows]
    return as_csv([head, *(_cells(row) for row in rows)])


def _cells(row: Row) -> tuple[str, ...]:
    decided = "\n".join(_numbered(row.decisions))
    return (row.day.isoformat(), row.number, row.title, decided, row.how, ", ".join(row.owners), row.status, row.closed)
