"""The files that signed links open: the picture, exports and the yearly report. Each asks again who may have it."""

from collections.abc import Callable, Mapping

from handlers.capability import Document, File
from handlers.deviations.learning import committee, exports, numbers, period, picture, report
from handlers.deviations.learning.numbers import Figures, View, Whose
from handlers.deviations.learning.period import Period
from handlers.deviations.learning.tables import tables
from handlers.errors import NotAllowed
from handlers.messages.message import Arguments, FileLink, FileRef
from handlers.people.context import Context
from handlers.writing.language import _, current, speaking
from handlers.writing.spreadsheet import CSV
from handlers.writing.typed import typed
from handlers.writing.word import DOCX
from storage import deviation_numbers as stored
from storage.deviation_numbers import ReportRow

PICTURE, TABLES_CSV, TABLES_XLSX = "avvik.bilde", "avvik.csv", "avvik.xlsx"
ROWS_CSV, ROWS_XLSX, ROWS_FHIR = "avvik.rader.csv", "avvik.rader.xlsx", "avvik.fhir"
REPORT = "avvik.arsmelding"


def arguments_of(shown: Period, view: View) -> Arguments:
    """What a button or a link carries: months and whose."""
    return {"from": str(shown.first), "to": str(shown.last), "of": str(view)}


def asked_for(context: Context, arguments: Mapping[str, str]) -> tuple[Period, View]:
    """The same, read back. Raises `BadInput` or `Gone` for what is none of ours."""
    shown = period.of_months(arguments.get("from", ""), arguments.get("to", ""), context.today)
    return shown, View.parse(arguments.get("of", Whose.ALL))


def reference(name: str, shown: Period, view: View) -> FileRef:
    """One of the files."""
    return FileRef(document=name, arguments=arguments_of(shown, view))


def links(shown: Period, view: View) -> tuple[FileLink, ...]:
    """The files of these figures, for whoever may see the figures."""
    names = [(TABLES_XLSX, _("Tallene som regneark (Excel)")), (TABLES_CSV, _("Tallene som CSV"))]
    if view.own:
        names += [
            (ROWS_XLSX, _("Ett avvik per linje (Excel)")),
            (ROWS_CSV, _("Ett avvik per linje (CSV)")),
            (ROWS_FHIR, _("Avvikene som FHIR (JSON)")),
        ]
    else:
        names.append((REPORT, _("Årsmelding (Word)")))
    return tuple(FileLink(label=label, file=reference(name, shown, view)) for name, label in names)


def nothing_in(shown: Period, *, empty: bool) -> str:
    """What an export of zero reports says."""
    return _("Ingen avvik er meldt i perioden {period}.").format(period=shown) if empty else ""


def _file(name: str, kind: str, media_type: str, shown: Period, draw: Callable[[], bytes]) -> File:
    """A file to be drawn in the language that is being spoken now."""
    language = current()

    def in_language() -> bytes:
        with speaking(language):
            return draw()

    return File(f"{name}-{shown.first}-{shown.last}.{kind}", media_type, in_language)


# --- figures -----------------------------------------------------------------------------------------------


async def _figures(context: Context, arguments: Mapping[str, str]) -> Figures:
    shown, view = asked_for(context, arguments)
    return await numbers.figures(context, shown, view)


async def _picture(context: Context, arguments: Mapping[str, str]) -> File:
    found = await _figures(context, arguments)
    return _file("avvik", "png", picture.PNG, found.period, lambda: picture.draw(found))


def _heading(found: Figures) -> str:
    units = "" if found.units_told else numbers.units_when()
    parts = (_("Avvik, {period}").format(period=found.period), found.of, numbers.explained(found), units)
    return ". ".join(part.rstrip(".") for part in parts if part)


async def _tables_csv(context: Context, arguments: Mapping[str, str]) -> File:
    found = await _figures(context, arguments)
    nothing = nothing_in(found.period, empty=found.empty)

    def draw() -> bytes:
        return exports.tables_as_csv(_heading(found), tables(found), nothing)

    return _file("avvik-tall", "csv", CSV, found.period, draw)


async def _tables_xlsx(context: Context, arguments: Mapping[str, str]) -> File:
    found = await _figures(context, arguments)
    nothing = nothing_in(found.period, empty=found.empty)

    def draw() -> bytes:
        return exports.as_xlsx(tables(found), nothing, title=_heading(found), at=context.now)

    return _file("avvik-tall", "xlsx", exports.XLSX, found.period, draw)


async def _report(context: Context, arguments: Mapping[str, str]) -> File:
    shown, view = asked_for(context, arguments)
    if view.own:
        # It is passed on, so what is in it is masked.
        raise NotAllowed(
            _("Årsmeldingen er for hele helsefellesskapet. Skriv {command} for å finne den.").format(
                command=typed("avvik tall")
            )
        )
    found = await numbers.figures(context, shown, view)
    author = await committee.learning(context.session, context.today)
    reader = await committee.reported_to(context.session, context.today)
    names = report.Names(
        author=author.name if author else _("Faglig samarbeidsutvalg"),
        reader=reader.name if reader else _("Strategisk samarbeidsutvalg"),
    )
    return _file(_("arsmelding-avvik"), "docx", DOCX, shown, lambda: report.draw(found, names, context.now))


# --- rows --------------------------------------------------------------------------------------------------


async def _rows(context: Context, arguments: Mapping[str, str]) -> tuple[Period, list[ReportRow]]:
    """The rows, for those whose own they are. Raises `NotAllowed` for everybody else."""
    shown, view = asked_for(context, arguments)
    stands = await numbers.require(context, view)
    if not view.own:
        raise NotAllowed(_("Ett avvik per linje er for dem som behandler avvikene. Tallene er for alle."))
    found = await stored.rows(
        context.session,
        unit_ids=stands.handles if view.whose is Whose.UNITS else (),
        organisation_id=view.organisation_id,
        first=str(shown.first),
        last=str(shown.last),
    )
    return shown, list(found)


async def _rows_csv(context: Context, arguments: Mapping[str, str]) -> File:
    shown, rows = await _rows(context, arguments)
    nothing = nothing_in(shown, empty=not rows)
    return _file("avvik", "csv", CSV, shown, lambda: exports.rows_as_csv(exports.rows_table(rows), nothing))


async def _rows_xlsx(context: Context, arguments: Mapping[str, str]) -> File:
    shown, rows = await _rows(context, arguments)
    nothing = nothing_in(shown, empty=not rows)

    def draw() -> bytes:
        table = exports.rows_table(rows)
        return exports.as_xlsx([table], nothing, title=table.title, at=context.now)

    return _file("avvik", "xlsx", exports.XLSX, shown, draw)


async def _rows_fhir(context: Context, arguments: Mapping[str, str]) -> File:
    shown, rows = await _rows(context, arguments)
    nothing = nothing_in(shown, empty=not rows)
    return _file("avvik", "json", exports.FHIR, shown, lambda: exports.as_fhir(rows, nothing, at=context.now))


DOCUMENTS = (
    Document(PICTURE, _picture),
    Document(TABLES_CSV, _tables_csv),
    Document(TABLES_XLSX, _tables_xlsx),
    Document(ROWS_CSV, _rows_csv),
    Document(ROWS_XLSX, _rows_xlsx),
    Document(ROWS_FHIR, _rows_fhir),
    Document(REPORT, _report),
)
