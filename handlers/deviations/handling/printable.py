"""The report as a form on paper (DOCX), for a unit that handles it so: laid out like the form that it replaces.

The fields for who the patient is are lines for a pen. The bot has nothing to fill them in with.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from handlers.calendar import dates, when
from handlers.capability import Document, File
from handlers.deviations import at_hand, describe, notice, views
from handlers.deviations.words import (
    CATEGORIES,
    CATEGORY_EXPLANATIONS,
    CONSENTS,
    CONSEQUENCE_EXPLANATIONS,
    CONSEQUENCES,
    NO_PATIENT,
    OTHER,
    SERVICES,
    UNMARKED,
    Direction,
)
from handlers.dialogs.dialog import Reply
from handlers.errors import Gone
from handlers.messages.message import FileLink, FileRef, Message
from handlers.people.context import Context
from handlers.people.recognising import called
from handlers.writing.language import _, current, speaking
from handlers.writing.word import DOCX, content_of, keep_together, new_document, set_up, shade
from storage import people, units
from storage.deviations import Report
from storage.tables import DeviationStatus, StaffRole

if TYPE_CHECKING:
    from docx.document import Document as Docx
    from docx.table import Table
    from docx.table import _Cell as Cell

NAME = "avvik.skjema"
_WIDTH_CM = 17.4
_FONT = "Arial"
_SHADE = "E7EDF3"
_LINE = "_" * 30


async def write_out(context: Context, arguments: Mapping[str, str]) -> Reply:
    """The form, for whoever may see the report."""
    report = await _to_print(context, arguments)
    about = {"deviation": str(report.deviation.id)}
    if not context.files_reach:
        raise Gone(_("Det er ingen adresse å hente skjemaet på. Be den som drifter boten, om å sette PUBLIC_URL."))
    return Message(
        title=_("{reference}: skjema til utskrift").format(reference=report.deviation.reference),
        text=" ".join([_who_on_paper(report), *([_("Lenken virker i en time.")] if context.links.are_made else [])]),
        files=(FileLink(label=_("Hent skjemaet (Word)"), file=FileRef(document=NAME, arguments=about)),),
        buttons=(views.show(report),),
    )


def _who_on_paper(report: Report) -> str:
    """What is to be done with the lines for who the patient is."""
    consent = report.deviation.consent
    if consent in UNMARKED:
        return _("{reason}: linjene for navn og fødselsnummer skal stå tomme, også på papiret.").format(
            reason=_(UNMARKED[consent])
        )
    if consent == NO_PATIENT:
        return _("Ingen pasient er involvert: linjene for navn og fødselsnummer skal stå tomme.")
    return _(
        "Fyll ut pasientens navn og fødselsnummer med penn på papiret, bare hvis enheten trenger det. Filen skal IKKE "
        "lagres med personsensitive opplysninger."
    )


async def _to_print(context: Context, arguments: Mapping[str, str]) -> Report:
    report, _seen_from, _stands = await at_hand.find(context, arguments)
    if report.deviation.status == DeviationStatus.WITHDRAWN:
        raise Gone(_("Meldingen er trukket, så det er ikke noe å skrive ut."))
    return report


class Filled(NamedTuple):
    """What the form is filled in with. `leaders`: the names of the reporter's nearest leaders."""

    report: Report
    email: str
    leaders: str


async def _form(context: Context, arguments: Mapping[str, str]) -> File:
    report = await _to_print(context, arguments)
    workplace, today = report.deviation.workplace_id, context.today
    led = await units.staff(context.session, [workplace] if workplace else [], today, StaffRole.LEADER)
    email = await people.mail_address(context.session, report.reporter.id)
    # It is drawn when the transaction is over, and these would then be read anew.
    context.session.expunge(report.deviation)
    context.session.expunge(report.unit)
    filled = Filled(report, email or "", ", ".join(dict.fromkeys(one.name for one in led)))
    language, now = current(), context.now

    def in_language() -> bytes:
        with speaking(language):
            return draw(filled, now)

    return File(f"{report.deviation.reference}.docx", DOCX, in_language)


DOCUMENT = Document(NAME, _form)


def draw(filled: Filled, at: datetime) -> bytes:
    """The document, made at the moment `at`."""
    document = new_document()
    _Form(document, filled, at).write()
    return content_of(document)


class _Form:
    """One table with a line for each field, as on paper."""

    def __init__(self, document: "Docx", filled: Filled, at: datetime) -> None:
        self._document = document
        self._filled = filled
        self._report = filled.report
        self._at = at

    def write(self) -> None:
        self._front()
        self._event()
        self._consent()
        self._people()

    # --- parts ---------------------------------------------------------------------------------------------

    def _front(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415 - see `new_document`
        from docx.shared import Cm, Pt  # noqa: PLC0415

        reference = self._report.deviation.reference
        title = _("Melding om samhandlingsavvik")
        set_up(self._document, f"{title} {reference}", "", self._at, font=_FONT, points=10, margin_cm=1.8)
        section = self._document.sections[0]
        section.top_margin, section.bottom_margin = Cm(2), Cm(1.6)
        section.header_distance = section.footer_distance = Cm(0.9)
        # On each sheet, since sheets come apart.
        header = section.header.paragraphs[0]
        header.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        header.add_run(reference).bold = True
        heading = self._document.add_paragraph(title, style="Title")
        heading.paragraph_format.space_after = Pt(6)
        heading.runs[0].font.name = _FONT
        self._table = self._new_table()
        deadline = dates.short_day(due, describe.ZONE) if (due := self._report.deviation.due_at) else ""
        self._two((_("Referanse"), reference), (_("Svar innen"), deadline), big=True)
        self._remark(_who_on_paper(self._report))
        if describe.is_serious(self._report):
            self._remark(f"{notice.sentence(self._report)}. {notice.reminder_of(self._report, with_link=True)}")

    def _event(self) -> None:
        deviation = self._report.deviation
        self._head(_("Om hendelsen"))
        moment = when.stored(deviation)
        days = [self._day(when.noon(day)) for day in (moment.day, moment.last_day) if day] if moment else []
        if moment and moment.clock:
            # The last day follows from the times.
            days = days[:1]
        self._two((_("Dato"), "–".join(days)), (_("Klokkeslett"), when.clock_in_words(moment) if moment else ""))
        hospital, municipality = self._sides()
        self._one(_("Sykehus, avdeling/seksjon"), hospital)
        self._one(_("Kommune og tjenestested"), municipality)
        self._boxes(SERVICES, [deviation.service], other=deviation.service_other, columns=2)
        self._head(_("Hendelsen gjelder"))
        self._boxes(
            CATEGORIES, self._report.categories, explained=CATEGORY_EXPLANATIONS, other=deviation.category_other
        )
        self._text(_("Hva skjedde"), deviation.description)
        self._text(_("Strakstiltak"), deviation.immediate_measures)
        self._head(_("Faktisk konsekvens for pasienten"))
        self._boxes(CONSEQUENCES, [deviation.consequence], explained=CONSEQUENCE_EXPLANATIONS)
        self._boxes({"near": _("Nesten-hendelse")}, ["near"] if deviation.near_miss else [])
        self._text(_("Forslag for å hindre gjentakelse"), deviation.prevention)

    def _sides(self) -> tuple[str, str]:
        reporter = ", ".join(filter(None, (self._report.reporter.organisation, self._report.reporter.workplace)))
        responsible = f"{self._report.organisation}, {self._report.unit.name}"
        to_hospital = self._report.deviation.direction == Direction.TO_HOSPITAL
        return (responsible, reporter) if to_hospital else (reporter, responsible)

    def _consent(self) -> None:
        consent = self._report.deviation.consent
        # On a sheet of its own, as on the paper form: it may come to have the patient's name.
        self._document.add_page_break()  # type: ignore[no-untyped-call]
        self._table = self._new_table()
        self._head(_("Pasientens samtykke til at meldingen sendes"))
        self._boxes(CONSENTS, [consent])
        blank = _("(skal stå tomt)") if consent in UNMARKED or consent == NO_PATIENT else ""
        self._one(_("Pasientens navn"), blank, pen=True)
        self._one(_("Fødselsnummer"), blank, pen=True)

    def _people(self) -> None:
        reporter = self._report.reporter
        self._head(_("Den som meldte"))
        self._one(_("Navn"), called(reporter.name, guest=reporter.guest))
        self._one(_("Arbeidssted"), ", ".join(filter(None, (reporter.workplace, reporter.organisation))))
        self._one(_("Nærmeste leder"), self._filled.leaders)
        self._two((_("Telefon"), ""), (_("E-post"), self._filled.email))
        self._one(_("Signatur, nærmeste leder"), "", pen=True)
        self._head(_("Meldingen sendes til"))
        self._one(_("Enhet"), self._report.unit.name)
        self._one(_("Virksomhet"), self._report.organisation)
        self._one(_("Skrevet ut"), self._day(self._at))

    # --- pieces --------------------------------------------------------------------------------------------

    def _day(self, moment: datetime) -> str:
        return dates.short_day(moment, describe.ZONE)

    def _new_table(self) -> "Table":
        from docx.shared import Cm  # noqa: PLC0415 - see `new_document`

        table: Table = self._document.add_table(rows=0, cols=2, style="Table Grid")
        table.autofit = False
        for column in table.columns:
            column.width = Cm(_WIDTH_CM / 2)
        return table

    def _row(self, *, whole: bool, together: bool = True, pen: bool = False) -> Sequence["Cell"]:
        """`together`: not parted between two sheets. `pen`: high enough to write in by hand."""
        from docx.shared import Cm  # noqa: PLC0415 - see `new_document`

        row: Any = self._table.add_row()  # type: ignore[no-untyped-call]
        if together:
            keep_together(row)
        if pen:
            row.height = Cm(1.1)
        for cell in row.cells:
            cell.width = Cm(_WIDTH_CM / 2)
        if whole:
            return [row.cells[0].merge(row.cells[1])]
        return list(row.cells)

    def _head(self, text: str) -> None:
        (cell,) = self._row(whole=True)
        shade(cell, _SHADE)
        paragraph = _paragraph(cell, first=True)
        paragraph.add_run(text).bold = True
        paragraph.paragraph_format.keep_with_next = True

    def _one(self, label: str, value: str, *, pen: bool = False) -> None:
        (cell,) = self._row(whole=True, pen=pen)
        _labelled(cell, label, value)

    def _two(self, left: tuple[str, str], right: tuple[str, str], *, big: bool = False) -> None:
        for cell, (label, value) in zip(self._row(whole=False), (left, right), strict=True):
            _labelled(cell, label, value, big=big)

    def _text(self, label: str, value: str) -> None:
        """A long text, which may go on over several sheets; empty, some room for a pen."""
        self._head(label)
        (cell,) = self._row(whole=True, together=False)
        for number, line in enumerate(value.split("\n") if value else ["", ""]):
            _paragraph(cell, first=number == 0).add_run(line)

    def _remark(self, text: str) -> None:
        (cell,) = self._row(whole=True)
        _paragraph(cell, first=True).add_run(text).italic = True

    def _boxes(
        self,
        choices: Mapping[str, str],
        chosen: Sequence[str],
        *,
        explained: Mapping[str, str] | None = None,
        other: str = "",
        columns: int = 1,
    ) -> None:
        """A box for each choice, crossed where it was chosen."""
        from docx.shared import Cm  # noqa: PLC0415 - see `new_document`

        cells = self._row(whole=columns == 1)
        share = -(-len(choices) // len(cells))
        for number, (key, name) in enumerate(choices.items()):
            paragraph = _paragraph(cells[number // share], first=number % share == 0)
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.5), Cm(-0.5)
            paragraph.add_run(f"{'☒' if key in chosen else '☐'} ").font.name = "Segoe UI Symbol"
            paragraph.add_run(_(name)).bold = key in chosen
            explanation = _((explained or {})[key]) if key in (explained or {}) else ""
            if key == OTHER:
                paragraph.add_run(f": {other or _LINE}")
            elif explanation:
                paragraph.add_run(f" – {explanation}")


def _paragraph(cell: "Cell", *, first: bool) -> Any:
    """The next paragraph of a cell, without space around it."""
    from docx.shared import Pt  # noqa: PLC0415 - see `new_document`

    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    return paragraph


def _labelled(cell: "Cell", label: str, value: str, *, big: bool = False) -> None:
    from docx.shared import Pt  # noqa: PLC0415 - see `new_document`

    paragraph = _paragraph(cell, first=True)
    paragraph.add_run(f"{label}: ").bold = True
    run = paragraph.add_run(value)
    if big:
        run.font.size, run.bold = Pt(14), True
