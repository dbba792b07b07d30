"""All answers to a round in one Word document, made when somebody opens it, of what there is then."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

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
        content = _content(context, read)
    now = context.now

    def draw() -> bytes:
        with speaking(DEFAULT):
            document = new_document()
            set_up(document, content.title, content.author, now, points=11, margin_cm=2.5)
            _write(document, content)
            return content_of(document)

    return File(f"Horingssvar {read.committee.key} {read.row.id}.docx", DOCX, draw)


DOCUMENTS = (Document(ANSWERS, _answers),)


class _Answer(NamedTuple):
    who: str
    when: str
    text: str


class _Content(NamedTuple):
    """All that stands in it, in words: the rows are gone when it is drawn."""

    title: str
    subtitle: str
    author: str
    facts: Sequence[tuple[str, str]]
    question: str
    links: Sequence[str]
    overview: Sequence[tuple[str, str, str]]
    answers: Sequence[tuple[str, Sequence[_Answer]]]


def _content(context: Context, read: Round) -> _Content:
    facts = (
        (_("Utvalg"), read.committee.name),
        (_("Sak"), at_hand.case_called(context.actor, read.item) if read.item is not None else ""),
        (_("Frist"), views.deadline(read)),
        (_("Status"), f"{views.status(read)}. {views.progress(len(read.recipients), len(read.answered))}."),
        (_("Laget"), dates.day(context.now, LOCAL_ZONE.key)),
    )
    written = [each for each in read.answered if not each.row.no_remarks]
    return _Content(
        visible(views.title(read, _("Høringssvar: {title}"))),
        visible(read.row.title),
        visible(read.committee.name),
        [(label, visible(value)) for label, value in facts if value],
        visible(read.row.question),
        [visible(str(link)) for link in read.row.links],
        [
            (visible(each.name), visible(each.row.on_behalf_of), visible(_in_overview(read, each)))
            for each in read.recipients
        ],
        [
            (
                visible(party),
                [
                    _Answer(visible(views.called(each)), views.how_answered(read, each), visible(each.row.text))
                    for each in answers
                ],
            )
            for party, answers in _by_party(written)
        ],
    )


def _in_overview(read: Round, each: Recipient) -> str:
    said = views.how_answered(read, each)
    if not each.has_answered:
        return said
    remarks = _("Ingen merknader") if each.row.no_remarks else _("Har merknader")
    return f"{remarks}. {said}"


def _by_party(answers: Sequence[Recipient]) -> Sequence[tuple[str, Sequence[Recipient]]]:
    """Answers of the same party together, under its name."""
    found: dict[str, list[Recipient]] = {}
    for each in answers:
        found.setdefault(each.organisation or each.row.on_behalf_of or each.name, []).append(each)
    return list(found.items())


def _write(document: "Docx", content: _Content) -> None:
    document.add_paragraph(_("Høringssvar"), style="Title")
    document.add_paragraph(content.subtitle, style="Subtitle")
    for label, value in content.facts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = 0
        paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(value)
    document.add_heading(_("Spørsmålet"), level=1)
    _text(document, content.question)
    for link in content.links:
        document.add_paragraph(link, style="List Bullet")
    document.add_heading(_("Oversikt"), level=1)
    _overview(document, content)
    document.add_heading(_("Svarene"), level=1)
    if not content.answers:
        document.add_paragraph(_("Ingen har skrevet merknader."))
    for party, answers in content.answers:
        document.add_heading(party, level=2)
        for each in answers:
            _answer(document, each)


def _answer(document: "Docx", each: _Answer) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.keep_with_next = True
    heading.add_run(each.who).bold = True
    heading.add_run(f". {each.when}").italic = True
    _text(document, each.text)


def _text(document: "Docx", text: str) -> None:
    for line in text.split("\n"):
        if line.strip():
            document.add_paragraph(line)


def _overview(document: "Docx", content: _Content) -> None:
    from docx.shared import Cm  # noqa: PLC0415 - see `handlers.writing.word.new_document`

    table = document.add_table(rows=1, cols=3, style="Table Grid")
    table.autofit = False
    for cell, label in zip(table.rows[0].cells, (_("Hvem"), _("På vegne av"), _("Svar")), strict=True):
        cell.text = label
        cell.paragraphs[0].runs[0].bold = True
        shade(cell, _HEAD)
    repeat_on_each_page(table.rows[0])
    for values in content.overview:
        row = table.add_row()
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
        keep_together(row)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS_CM, strict=True):
            cell.width = Cm(width)
    document.add_paragraph()
