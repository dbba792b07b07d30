"""Figures and rows as files: CSV and spreadsheets that no formula can hide in, and FHIR R4 AdverseEvent.

Everybody may have the figures, masked. Rows, one for each report, are for those whose own they are: without the
description, the reporter, the reference and the day, but even a month, a unit and a category may tell who it was about.
"""

import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from handlers.deviations.learning.masking import Cell
from handlers.deviations.learning.tables import Table, Value
from handlers.deviations.words import CATEGORIES, CONSENTS, CONSEQUENCES, DIRECTIONS, RATINGS, SERVICES
from handlers.patterns import pattern_of
from handlers.writing.language import N_, _
from handlers.writing.spreadsheet import as_csv, safe
from storage.deviation_numbers import ReportRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FHIR = "application/fhir+json"

_NOT_IN_NAMES = pattern_of(r"[\[\]:*?/\\]")


def _typed(value: Value | float) -> str | int | float:
    if isinstance(value, Cell):
        return value.low if value.exact else str(value)
    return value


# --- CSV and spreadsheets ----------------------------------------------------------------------------------


def tables_as_csv(heading: str, found: Sequence[Table], nothing: str) -> bytes:
    """Every table under the other, with its title above it. UTF-8 with a mark and semicolons, as Excel wants here."""
    lines: list[Sequence[Value]] = [(heading,)]
    if nothing:
        lines.append((nothing,))
    for table in found:
        lines += [(), (table.title,), table.head, *table.rows]
    return _as_csv(lines)


def rows_as_csv(table: Table, nothing: str) -> bytes:
    """One table, its head in the first line."""
    return _as_csv([table.head, *table.rows, *([(nothing,)] if nothing else [])])


def _as_csv(lines: Iterable[Sequence[Value]]) -> bytes:
    return as_csv([_typed(value) for value in line] for line in lines)


def as_xlsx(found: Sequence[Table], nothing: str, *, title: str, at: datetime) -> bytes:
    """A sheet for each table: numbers are numbers, and the head stays when one scrolls."""
    # Takes a while to import, and few ask for a spreadsheet.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    book.properties.title, book.properties.creator = title, "Helsefellesskap"
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None)
    for number, table in enumerate(found, 1):
        sheet = book.create_sheet(_sheet_name(number, table.title))
        sheet.append([safe(text) for text in table.head])
        for row in table.rows:
            values = [_typed(value) for value in row]
            sheet.append([safe(value) if isinstance(value, str) else value for value in values])
        if nothing and number == 1:
            sheet.append([nothing])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for index, head in enumerate(table.head, 1):
            texts = [head, *(str(row[index - 1]) for row in table.rows)]
            sheet.column_dimensions[get_column_letter(index)].width = min(max(map(len, texts)) + 2, 60)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sheet_name(number: int, title: str) -> str:
    """At most 31 characters, none of those that a sheet's name may not have, and no two alike."""
    return f"{number} {_NOT_IN_NAMES.sub(' ', title)}"[:31].strip()


# --- rows --------------------------------------------------------------------------------------------------

_STATES: Mapping[str, str] = {"answered": N_("Besvart"), "rejected": N_("Avvist"), "waiting": N_("Venter på svar")}


def rows_table(rows: Sequence[ReportRow]) -> Table:
    """One row for each report, without anything that anybody wrote."""
    return Table(
        _("Avvik, ett på hver linje"),
        (
            _("Måned"),
            _("Retning"),
            _("Enhet"),
            _("Virksomhet"),
            _("Tjeneste"),
            _("Kategorier"),
            _("Konsekvens"),
            _("Nesten-hendelse"),
            _("Samtykke"),
            _("Status"),
            _("Dager til svar"),
            _("Besvart innen fristen"),
            _("Vurdering av svaret"),
        ),
        [
            (
                row.month,
                _word(DIRECTIONS, row.direction),
                row.unit,
                row.organisation,
                _word(SERVICES, row.service),
                ", ".join(_word(CATEGORIES, key) for key in row.categories),
                _word(CONSEQUENCES, row.consequence),
                _yes_or_no(row.near_miss),
                _word(CONSENTS, row.consent),
                _word(_STATES, row.state),
                "" if row.seconds_to_answer is None else row.seconds_to_answer // 86400,
                _yes_or_no(row.in_time),
                _word(RATINGS, row.rating),
            )
            for row in rows
        ],
    )


def _yes_or_no(value: bool | None) -> str:
    """Empty where there is nothing to say yes or no to."""
    if value is None:
        return ""
    return _("ja") if value else _("nei")


def _word(words: Mapping[str, str], key: str) -> str:
    return _(words[key]) if key in words else key


# --- FHIR --------------------------------------------------------------------------------------------------

_OWN = "urn:helsefellesskap:avvik:"
_HL7 = "http://terminology.hl7.org/CodeSystem/adverse-event-"
_SERIOUSNESS: Mapping[str, str] = {
    "none": "Non-serious",
    "minor": "Non-serious",
    "moderate": "Non-serious",
    "major": "Serious",
    "death": "SeriousResultsInDeath",
}
_SEVERITY: Mapping[str, str] = {"minor": "mild", "moderate": "moderate", "major": "severe", "death": "severe"}
_OUTCOME: Mapping[str, str] = {"minor": "resolved", "moderate": "unknown", "major": "unknown", "death": "fatal"}


def as_fhir(rows: Sequence[ReportRow], nothing: str, *, at: datetime) -> bytes:
    """A FHIR R4 Bundle (`collection`) of AdverseEvent, de-identified: month precision, no reporter, nothing written.

    AdverseEvent is the same in R4 and R4B, whose models check it here. How the form's words are mapped, with the code
    systems that HL7 binds each element to (http://terminology.hl7.org/CodeSystem/adverse-event-…):

    - `actuality`: `potential` for a near miss, else `actual`.
    - `category`: the form's categories and the municipal service, in code systems of our own: HL7's categories are
      about products and doses, not about cooperation.
    - `event`: that it is a deviation in the cooperation, with its direction.
    - `seriousness` (-seriousness): «Betydelig» is `Serious`, «Død» `SeriousResultsInDeath`, the rest `Non-serious`.
      The form's own level stands beside it, so that nothing is lost.
    - `severity` (-severity): «Mindre alvorlig» `mild`, «Moderat» `moderate`, «Betydelig» and «Død» `severe`; «Ingen»
      has none.
    - `outcome` (-outcome): a passing effect is `resolved`, death is `fatal`; of the two between, the form does not
      tell how it went, so they are `unknown`. «Ingen» has none.
    - `subject`, which must be there, says that it is masked.
    - The consent has no element of its own in R4: it stands in an extension of ours, with the form's own answers.
    """
    # Large, and few ask for it.
    from fhir.resources.R4B.adverseevent import AdverseEvent  # noqa: PLC0415
    from fhir.resources.R4B.bundle import Bundle  # noqa: PLC0415

    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if nothing:
        bundle["meta"] = {"tag": [{"system": _OWN + "note", "code": "empty", "display": nothing}]}
    if rows:
        bundle["entry"] = [
            {
                # Tells the entries apart, and nothing else.
                "fullUrl": uuid.uuid5(uuid.NAMESPACE_URL, f"{_OWN}{number}").urn,
                "resource": AdverseEvent.model_validate(_adverse_event(row)),
            }
            for number, row in enumerate(rows, 1)
        ]
    return Bundle.model_validate(bundle).model_dump_json(indent=1).encode()


def _adverse_event(row: ReportRow) -> Mapping[str, Any]:
    level = _coding(_OWN + "consequence", row.consequence, _word(CONSEQUENCES, row.consequence))
    categories = [_coding(_OWN + "category", key, _word(CATEGORIES, key)) for key in row.categories]
    if row.service:
        categories.append(_coding(_OWN + "service", row.service, _word(SERVICES, row.service)))
    event = {
        "resourceType": "AdverseEvent",
        "extension": [
            {
                "url": _OWN + "consent",
                "valueCoding": _coding(_OWN + "consent", row.consent, _word(CONSENTS, row.consent)),
            }
        ],
        "actuality": "potential" if row.near_miss else "actual",
        "category": [{"coding": [coding]} for coding in categories],
        "event": {
            "coding": [_coding(_OWN + "direction", row.direction, _word(DIRECTIONS, row.direction))],
            "text": _("Samhandlingsavvik"),
        },
        "subject": {
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}],
            "type": "Patient",
        },
        "date": row.month,
        "seriousness": {
            "coding": [_coding(_HL7 + "seriousness", _SERIOUSNESS.get(row.consequence, "Non-serious")), level]
        },
    }
    if row.consequence in _SEVERITY:
        event["severity"] = {"coding": [_coding(_HL7 + "severity", _SEVERITY[row.consequence])]}
        event["outcome"] = {"coding": [_coding(_HL7 + "outcome", _OUTCOME[row.consequence])]}
    return event


def _coding(system: str, code: str, display: str = "") -> Mapping[str, str]:
    return {"system": system, "code": code, **({"display": display} if display else {})}
