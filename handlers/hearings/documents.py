"""All answers to a round in one Word document, made when somebody opens it, of what there is then."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from handlers.calendar import dates
from handlers.calendar.zone import LOCAL_ZONE
from handlers.capability import Document, File
from handlers.errors import NotAllowed
from handlers.hearings import at_hand, showing, views
from handlers.hearings.actions import ANSWERS
from handlers.hearings.at_hand import Round
from handlers.people.context import Context
from handlers.writing.language import DEFAULT, _, speaking
from handlers.writing.text import visible
from handlers.writing.word import (
    DOCX,
    content_of,
    keep_together,
    new_document,
    repeat_on_each_page,
    set_up,
    shade,
)
from storage.hearings import Recipient

if TYPE_CHECKING:
    from docx.document import Document as Docx

_HEAD = "E7EDF3"
_WIDTHS_CM = (5.5, 5.5, 5.0)


async def _answers(context: Context, arguments: Mapping[str, str]) -> File:
    """For the secretariat; and once they lie with their case, for whoever may see what that is about.

    Raises:
        Gone, NotAllowed: says why not.
    """
    read = await at_hand.find(context, arguments)
    if not at_hand.may_read_answers(context.actor, read, attached=await showing.is_attached(context, read)):
        raise NotAllowed(_("Svarene er for sekretariatet til de er lagt ved saken."))
    # One document for everybody, so it is in the language of the committee's papers.
    with speaking(DEFAULT):
        case = at_hand.case_called(context.actor, read.item) if read.item is not None else ""
    now = context.now

    def draw() -> bytes:
        with speaking(DEFAULT):
            document = new_document()
            title = views.title(read, _("Høringssvar: {title}"))
            set_up(document, visible(title), visible(read.committee.name), now, points=11, margin_cm=2.5)
            _write(document, read, case, dates.day(now, LOCAL_ZONE.key))
            return content_of(document)

    return File(f"Horingssvar {read.committee.key} {read.row.id}.docx", DOCX, draw)


DOCUMENTS = (Document(ANSWERS, _answers),)


def _write(document: "Docx", read: Round, case: str, today: str) -> None:
    document.add_paragraph(_("Høringssvar"), style="Title")
    document.add_paragraph(visible(read.row.title), style="Subtitle")
    facts = (
        (_("Utvalg"), read.committee.name),
        (_("Sak"), case),
        (_("Frist"), views.deadline(read)),
        (_("Status"), f"{views.status(read)}. {views.progress(len(read.recipients), len(read.answered))}."),
        (_("Laget"), today),
    )
    for label, value in facts:
        if value:
            paragraph = document.add_paragraph()
            paragraph.paragraph_format.space_after = 0
            paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(visible(value))
    document.add_heading(_("Spørsmålet"), level=1)
    _text(document, read.row.question)
    for link in read.row.links:
        document.add_paragraph(visible(str(link)), style="List Bullet")
    document.add_heading(_("Oversikt"), level=1)
    _overview(document, read)
    document.add_heading(_("Svarene"), level=1)
    written = [each for each in read.answered if not each.row.no_remarks]
    if not written:
        document.add_paragraph(_("Ingen har skrevet merknader."))
    for party, answers in _by_party(written):
        document.add_heading(visible(party), level=2)
        for each in answers:
            _answer(document, read, each)


def _by_party(answers: Sequence[Recipient]) -> Sequence[tuple[str, Sequence[Recipient]]]:
    """Answers of the same party together, under its name."""
    found: dict[str, list[Recipient]] = {}
    for each in answers:
        found.setdefault(each.organisation or each.row.on_behalf_of or each.name, []).append(each)
    return list(found.items())


def _answer(document: "Docx", read: Round, each: Recipient) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    heading.add_run(visible(views.called(each))).bold = True
    heading.add_run(f". {views.how_answered(read, each)}").italic = True
    _text(document, each.row.text)


def _text(document: "Docx", text: str) -> None:
    for line in visible(text).split("\n"):
        if line.strip():
            document.add_paragraph(line)


def _overview(document: "Docx", read: Round) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - see `handlers.writing.word.new_document`

    table = document.add_table(rows=1, cols=3, style="Table Grid")
    table.autofit = False
    for cell, label in zip(table.rows[0].cells, (_("Hvem"), _("På vegne av"), _("Svar")), strict=True):
        cell.text = label
        cell.paragraphs[0].runs[0].bold = True
        shade(cell, _HEAD)
    repeat_on_each_page(table.rows[0])
    for each in read.recipients:
        row = table.add_row()
        said = views.how_answered(read, each)
        if each.has_answered:
            said = f"{_('Ingen merknader') if each.row.no_remarks else _('Har merknader')}. {said}"
        for cell, value in zip(row.cells, (each.name, each.row.on_behalf_of, said), strict=True):
            cell.text = visible(value)
        keep_together(row)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS_CM, strict=True):
            cell.width = Cm(width)
    document.add_paragraph()
