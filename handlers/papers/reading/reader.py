"""A file of any kind that is known, read into blocks: the one door of this room.

It takes time (a second for a hundred pages), so it is called in a thread.
"""

from handlers.papers.reading.blocks import Paper
from handlers.papers.reading.calendar import read_calendar
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.kinds import Kind, kind_of
from handlers.papers.reading.markdown import looks_like_markdown, read_markdown
from handlers.papers.reading.pdf.document import read_pdf
from handlers.papers.reading.plain import read_text
from handlers.papers.reading.sheets import read_separated, read_workbook
from handlers.papers.reading.word.document import read_word
from handlers.writing.decoding import decoded
from handlers.writing.language import _

MAX_FILE = 50 * 1024 * 1024
"""Bytes. Minutes of a year with pictures in them are a tenth of that."""


def read(name: str, content: bytes) -> Paper:
    """The paper in this file. `name`: as its owner calls it; what it is, its content says.

    Raises:
        CannotRead: it cannot be read; says why, and what to do.
    """
    if not content:
        raise CannotRead(Why.EMPTY, _("Filen er tom. Er den hentet fra en sky, vent til den er lastet helt ned."))
    if len(content) > MAX_FILE:
        raise too_large(len(content))
    paper = _read(kind_of(name, content), name, content)
    if not paper.blocks and not paper.occurrences:
        raise CannotRead(Why.EMPTY, _("Det står ingenting i filen."))
    return paper


def _read(kind: Kind, name: str, content: bytes) -> Paper:
    match kind:
        case Kind.WORD:
            return read_word(name, content)
        case Kind.PDF:
            return read_pdf(name, content)
        case Kind.WORKBOOK:
            return read_workbook(name, content)
        case Kind.CALENDAR:
            return read_calendar(name, content)
    text = decoded(content)
    if text is None:
        raise CannotRead(Why.UNKNOWN_FORMAT, _unknown())
    if kind is Kind.SEPARATED:
        return read_separated(name, text)
    if kind is Kind.MARKDOWN or looks_like_markdown(text):
        return read_markdown(name, text)
    return read_text(name, text)


def too_large(size: int) -> CannotRead:
    """For who sees a file's size before it is read."""
    return CannotRead(
        Why.TOO_LARGE,
        _(
            "Filen er for stor ({size} MB). Den kan være på {limit} MB: del den i flere, eller lagre den uten bilder."
        ).format(size=-(-size // (1024 * 1024)), limit=MAX_FILE // (1024 * 1024)),
    )


def _unknown() -> str:
    return _(
        "Jeg kjenner ikke igjen filen som noe jeg kan lese. Lagre den som Word-dokument (.docx), PDF eller tekst, "
        "og prøv igjen."
    )
