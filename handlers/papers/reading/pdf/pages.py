"""The pages of a PDF: words with their places, and ruled tables. One page is held at a time, as pdfplumber has it."""

import io
import logging
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from handlers.faults import place_of
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.pdf.geometry import Box, Word
from handlers.patterns import pattern_of
from handlers.writing.language import _

MAX_PAGES = 500
MAX_STREAM = 64 * 1024 * 1024
"""Bytes of one stream when it is unpacked; what is drawn on a page is a thousandth of that. Pictures are not counted:
they are not unpacked."""

log = logging.getLogger(__name__)

_STREAM = pattern_of(rb"stream\r?\n")
_PICTURE = pattern_of(rb"/Subtype\s*/(?:Image|Type1C|CIDFontType0C|OpenType)|/FontFile")
_LONGEST_SAID = 4000
_CHUNK = 1 << 20
_BOLD = pattern_of(r"bold|black|heavy|semib|demi", re.IGNORECASE)
_NO_LETTER = pattern_of("\\(cid:\\d+\\)|[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_SAME_PLACE = 0.14
"""Times the size of a letter: one of the same kind so near is the same, drawn twice to look bold."""
_CLEAR = 6.0
_LEAST_HEIGHT = 4.0
_DEEP = 20
_TABLES = {"snap_tolerance": 3, "join_tolerance": 3, "intersection_tolerance": 4, "edge_min_length": 6}


class Grid(NamedTuple):
    """A ruled table. `rows`: the cells that begin in each, from the left."""

    box: Box
    rows: tuple[tuple[Box, ...], ...]


class Sheet(NamedTuple):
    """A page. `slanted`: what is written across it (a watermark). `odd`: how many of its letters cannot be told."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    grids: tuple[Grid, ...]
    slanted: str
    letters: int
    odd: int
    pictures: int


def sheets_of(content: bytes, most_pages: int = MAX_PAGES, most_in_a_stream: int = MAX_STREAM) -> Iterator[Sheet]:
    """
    Raises:
        CannotRead: it is locked, damaged, or too large.
    """
    # They take a while to import, and few files are PDFs.
    import pdfplumber  # noqa: PLC0415
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect  # noqa: PLC0415
    from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415

    # They complain of what they do not understand by quoting it, also where it is somebody's number or a sentence.
    for name in ("pdfminer", "pdfplumber"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    _refuse_bombs(content, most_in_a_stream)
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            count = len(pdf.pages)
            if not count:
                raise damaged()
            if count > most_pages:
                raise CannotRead(
                    Why.TOO_LARGE,
                    _(
                        "Filen har {count} sider. Den kan ha {limit}: del den i flere, og les dem inn hver for seg."
                    ).format(count=count, limit=most_pages),
                )
            for page in pdf.pages:
                yield _sheet(page)
                page.close()
    except CannotRead:
        raise
    except PdfminerException as error:
        inner = error.args[0] if error.args else None
        if isinstance(inner, PDFPasswordIncorrect | PDFEncryptionError):
            raise _locked() from None
        raise damaged() from None
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise _locked() from None
    except Exception as error:
        # A broken file makes its reader fail in many ways: what it says may hold the paper's words. Where says whether
        # it was that, or a fault of ours.
        log.info("a PDF could not be read: %s at %s", type(error).__name__, place_of(error))
        raise damaged() from None


def damaged() -> CannotRead:
    return CannotRead(
        Why.DAMAGED,
        _("PDF-en er skadet. Åpne den, skriv den ut til en ny PDF (eller be om den på nytt), og prøv igjen."),
    )


def _locked() -> CannotRead:
    return CannotRead(Why.PASSWORD, _("PDF-en er låst med passord. Åpne den, lagre den uten passord, og prøv igjen."))


def _refuse_bombs(content: bytes, most: int) -> None:
    """Unpack each stream as far as it may go, and throw it away: pdfminer would unpack all of it at once."""
    for begin in _STREAM.finditer(content):
        said_of_it = content.rfind(b"obj", max(0, begin.start() - _LONGEST_SAID), begin.start())
        if said_of_it >= 0 and _PICTURE.search(content, said_of_it, begin.start()):
            continue
        left, at = most, begin.end()
        unpacking = zlib.decompressobj()
        try:
            rest = content[at : at + _CHUNK]
            while rest and not unpacking.eof:
                left -= len(unpacking.decompress(rest, left + 1))
                if left < 0:
                    raise CannotRead(
                        Why.TOO_LARGE,
                        _("Filen er for stor når den pakkes ut. Skriv den ut til en ny PDF, og prøv igjen."),
                    )
                rest = unpacking.unconsumed_tail
                if not rest:
                    at += _CHUNK
                    rest = content[at : at + _CHUNK]
        except zlib.error:
            continue


def _sheet(page: Any) -> Sheet:
    drawn = _Drawn(page)
    once = _once(drawn.upright)
    words = tuple(_words(once))
    return Sheet(
        number=page.page_number,
        width=float(page.width),
        height=float(page.height),
        words=words,
        grids=tuple(_grids(drawn)) if words else (),
        slanted="".join(drawn.slanted).strip(),
        letters=sum(not char["text"].isspace() for char in once),
        odd=sum(bool(_NO_LETTER.search(char["text"])) for char in once),
        pictures=drawn.pictures,
    )


class _Drawn:
    """What is drawn on a page, as pdfminer lays it out.

    `page.chars` says the same of letters, and takes three times as long: pdfplumber writes down of each of them all
    that a letter can have. What tables are found by (`edges`, `bbox`) is as it has them.
    """

    def __init__(self, page: Any) -> None:
        self.bbox = page.bbox
        self.upright: list[dict[str, Any]] = []
        self.slanted: list[str] = []
        self.edges: list[Any] = []
        self.pictures = 0
        self._page = page
        self._left, self._top = page.mediabox[0], page.mediabox[1] + page.height
        self._take(page.layout, 0)

    def _take(self, drawn: Iterable[Any], depth: int) -> None:
        from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage  # noqa: PLC0415
        from pdfplumber.utils.geometry import obj_to_edges  # noqa: PLC0415

        for each in drawn:
            if isinstance(each, LTChar):
                self._take_letter(each)
            elif isinstance(each, LTCurve):
                # Lines and rectangles too.
                self.edges.extend(obj_to_edges(self._page.process_object(each)))
            elif isinstance(each, LTImage):
                self.pictures += 1
            elif isinstance(each, LTContainer) and depth < _DEEP:
                self._take(each, depth + 1)

    def _take_letter(self, letter: Any) -> None:
        text = letter.get_text()
        if _is_slanted(letter.matrix):
            self.slanted.append(text)
            return
        top = self._top - letter.y1
        self.upright.append(
            {
                "text": text,
                "x0": letter.x0 + self._left,
                "x1": letter.x1 + self._left,
                "top": top,
                "doctop": top,
                "bottom": self._top - letter.y0,
                "height": letter.height,
                "size": letter.size,
                "upright": True,
                "fontname": str(letter.fontname),
            }
        )


def _is_slanted(matrix: Sequence[float]) -> bool:
    """Whether a letter does not stand upright: pdfminer's `upright` takes what is turned by less than half a right
    angle for upright too."""
    across, up, *_rest = matrix
    return bool(abs(up) > 0.1 * abs(across) or across < 0)


def _once(chars: Sequence[Any]) -> list[Any]:
    """Letters without those that are drawn once more in about the same place."""
    seen: dict[tuple[str, int, int], list[tuple[float, float]]] = {}
    found = []
    for char in chars:
        near = _SAME_PLACE * char["size"]
        x, y = char["x0"], char["top"]
        at_x, at_y = int(x // _CLEAR), int(y // _CLEAR)
        doubled = any(
            abs(x - other_x) < near and abs(y - other_y) < near
            for cell_x in (at_x - 1, at_x, at_x + 1)
            for cell_y in (at_y - 1, at_y, at_y + 1)
            for other_x, other_y in seen.get((char["text"], cell_x, cell_y), ())
        )
        if not doubled:
            seen.setdefault((char["text"], at_x, at_y), []).append((x, y))
            found.append(char)
    return found


def _words(chars: list[Any]) -> Iterator[Word]:
    from pdfplumber.utils.text import extract_words  # noqa: PLC0415

    for word in extract_words(chars, x_tolerance_ratio=0.18, y_tolerance=3, keep_blank_chars=False, return_chars=True):
        inside = word["chars"]
        size = max(char["size"] for char in inside)
        bold = sum(bool(_BOLD.search(char["fontname"])) for char in inside) * 2 > len(inside)
        yield Word(word["text"], word["x0"], word["x1"], word["top"], word["bottom"], size, bold)


def _grids(drawn: _Drawn) -> Iterator[Grid]:
    from pdfplumber.table import TableFinder  # noqa: PLC0415

    # It asks for no more than these two, `edges` and `bbox`.
    page: Any = drawn
    edges = drawn.edges
    upright = [edge for edge in edges if edge["orientation"] == "v" and edge["bottom"] - edge["top"] > _LEAST_HEIGHT]
    if len(edges) < 4 or len(upright) < 2:
        return
    # A row that goes on over a page may be drawn open there: the lines between its columns end with nothing across.
    ends = [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)]
    for table in TableFinder(page, {**_TABLES, "explicit_horizontal_lines": ends}).tables:
        boxes = sorted({Box(*cell) for cell in table.cells}, key=lambda box: (box.top, box.x0))
        rows: list[list[Box]] = []
        for box in boxes:
            if rows and abs(rows[-1][0].top - box.top) < 2:
                rows[-1].append(box)
            else:
                rows.append([box])
        yield Grid(Box(*table.bbox), tuple(tuple(sorted(row, key=lambda box: box.x0)) for row in rows))
