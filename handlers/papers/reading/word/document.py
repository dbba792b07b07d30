"""The text of a Word document, in the order in which it is read.

What was inserted with changes tracked counts, and what was deleted does not; what was moved stands where it was moved
to. Hidden text, what is struck out, the prompts of empty content controls and tables of contents are no part of it.
"""

import posixpath
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from handlers.papers.reading.blocks import Block, Cell, Paper, Paragraph, Table, text_of
from handlers.papers.reading.cannot import CannotRead, Why
from handlers.papers.reading.tidying import tidy
from handlers.papers.reading.word.names import MATHS, MC, VAL, R, W, switched, transitional, value, whole
from handlers.papers.reading.word.numbering import Numbering
from handlers.papers.reading.word.styles import Look, Styles, indent_of
from handlers.writing.language import _
from handlers.writing.package import BadPackage, Room, Wrong, parsed, parts_of

ROOM = Room(part=40 * 1024 * 1024, whole=80 * 1024 * 1024, parts=5000)
"""A hundred pages are some 2 MB of XML, ten if Word remembers who wrote each word. Pictures are not unpacked."""

_GONE = frozenset({f"{W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "delInstrText")})
_SHELLS = frozenset(
    {
        *(f"{W}{name}" for name in ("ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "bdo", "dir")),
        f"{MC}Choice",
        f"{MC}Fallback",
    }
)
"""What only surrounds something."""
_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
_SEPARATORS = frozenset({"separator", "continuationSeparator", "continuationNotice"})
_TICKED = {"F0FE": "☒", "F0FD": "☒", "F078": "☒", "F0A8": "☐", "F06F": "☐", "F0FC": "✓", "F0E0": "→", "F0B7": "•"}
_DEEP = 40


def read_word(name: str, content: bytes, room: Room = ROOM) -> Paper:
    """
    Raises:
        CannotRead: it is damaged, or too large when it is unpacked.
    """
    try:
        return _Document(dict(parts_of(content, room, _is_text, whole=False))).paper(name)
    except BadPackage as error:
        raise cannot_unpack(error) from None
    except RecursionError:
        raise damaged() from None


def cannot_unpack(error: BadPackage) -> CannotRead:
    if error.wrong is Wrong.TOO_LARGE:
        return CannotRead(
            Why.TOO_LARGE,
            _("Filen er for stor når den pakkes ut. Del den i flere, eller lagre den på nytt uten bilder."),
        )
    return damaged()


def damaged() -> CannotRead:
    return CannotRead(
        Why.DAMAGED,
        _("Filen er skadet. Åpne den i programmet den er laget i, lagre den på nytt, og prøv igjen."),
    )


def _is_text(name: str) -> bool:
    return name.endswith((".xml", ".rels")) and not name.startswith(("customXml/", "docProps/"))


class _Document:
    def __init__(self, parts: dict[str, bytes]) -> None:
        self._parts = {name.lstrip("/"): xml for name, xml in parts.items()}
        self._main = self._find_main()
        self._relations = self._relations_of(self._main)
        self._styles = Styles(self._root_of("styles"))
        self._lists = self._root_of("numbering")

    def paper(self, name: str) -> Paper:
        body = parsed(transitional(self._parts[self._main])).find(f"{W}body")
        if body is None:
            raise damaged()
        reader = _Reader(self._styles, Numbering(self._lists))
        blocks = tuple(reader.blocks(body))
        warnings = ("embedded_part",) if body.find(f".//{W}altChunk") is not None else ()
        return Paper(
            name, "docx", blocks, notes=tuple(self._notes()), headers=tuple(self._headers(body)), warnings=warnings
        )

    def _find_main(self) -> str:
        for kind, target in self._relations_of("").values():
            if kind == "officeDocument" and target in self._parts:
                return target
        if "word/document.xml" in self._parts:
            return "word/document.xml"
        raise damaged()

    def _relations_of(self, part: str) -> dict[str, tuple[str, str]]:
        """By id: the kind of relation, and the part that it leads to."""
        folder, _slash, file = part.rpartition("/")
        xml = self._parts.get(posixpath.join(folder, "_rels", f"{file}.rels"))
        if xml is None:
            return {}
        found = {}
        for each in parsed(xml):
            if each.get("TargetMode") != "External":
                target = str(each.get("Target", ""))
                path = (
                    target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                )
                found[str(each.get("Id"))] = (str(each.get("Type", "")).rpartition("/")[2], path)
        return found

    def _root_of(self, kind: str) -> Any:
        """The root of the part that the document has of a kind; None: it has none."""
        for known, target in self._relations.values():
            if known == kind and target in self._parts:
                return parsed(transitional(self._parts[target]))
        return None

    def _notes(self) -> Iterator[str]:
        """Footnotes, endnotes and comments."""
        for kind, each_is in (("footnotes", "footnote"), ("endnotes", "endnote"), ("comments", "comment")):
            root = self._root_of(kind)
            for note in root.iter(f"{W}{each_is}") if root is not None else ():
                if note.get(f"{W}type") not in _SEPARATORS and (text := self._said_in(note)):
                    yield text

    def _headers(self, body: Any) -> Iterator[str]:
        """Those of each section, once."""
        seen: set[str] = set()
        for reference in body.iter(f"{W}headerReference", f"{W}footerReference"):
            _kind, target = self._relations.get(str(reference.get(f"{R}id")), ("", ""))
            if target in self._parts and target not in seen:
                seen.add(target)
                text = self._said_in(parsed(transitional(self._parts[target])))
                if text and text not in seen:
                    seen.add(text)
                    yield text

    def _said_in(self, element: Any) -> str:
        """All the text of a header or a note, a line for each paragraph."""
        blocks = _Reader(self._styles, Numbering(self._lists)).blocks(element)
        return "\n".join(text for block in blocks if (text := text_of(block).strip()))


class _Run:
    """A piece of a paragraph's text."""

    __slots__ = ("bold", "text")

    def __init__(self, text: str, bold: bool) -> None:
        self.text = text
        self.bold = bold


class _Reader:
    """Reads in order, since numbers are counted and fields go on from one paragraph to the next."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self._styles = styles
        self._numbering = numbering
        self._fields: list[bool] = []
        """Of each field that is open, whether what comes now is what it was asked, and not what it shows."""
        self._carried: list[_Run] = []
        """Of a paragraph whose end was deleted: it goes on in the next."""
        self._boxes: list[tuple[bool, list[Block]]] = []
        """Text boxes met in a paragraph, each with whether it stands above it."""
        self._said_anything = False
        self._depth = 0

    def blocks(self, parent: Any) -> Iterator[Block]:
        for child in _inside(parent):
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._left_over()
                table = self._table(child)
                if table is not None:
                    yield table
        yield from self._left_over()

    def _left_over(self) -> Iterator[Block]:
        """What is left of a paragraph whose end was deleted, and which goes on in no other."""
        text = tidy("".join(run.text for run in self._carried)).strip()
        bold = all(run.bold for run in self._carried if run.text.strip())
        self._carried = []
        if text:
            yield Paragraph(_trimmed(text), bold=bold)

    # --- paragraphs ----------------------------------------------------------------------------------------

    def _paragraph(self, element: Any) -> Iterator[Block]:
        properties = element.find(f"{W}pPr")
        style = value(properties, "pStyle")
        look = self._styles.look(style)
        mark = properties.find(f"{W}rPr") if properties is not None else None
        runs = [*self._carried, *self._runs(element, look)]
        self._carried = []
        boxes, self._boxes = self._boxes, []
        self._fields = [asking for asking in self._fields if not asking]
        if mark is not None and (mark.find(f"{W}del") is not None or mark.find(f"{W}moveFrom") is not None):
            self._carried = runs
            yield from (block for _above, found in boxes for block in found)
            return
        yield from (block for above, found in boxes if above for block in found)
        number, level = self._number(properties, style, look)
        text = tidy("".join(run.text for run in runs))
        if text.strip() and not look.contents:
            self._said_anything = True
            outline = whole(value(properties, "outlineLvl"))
            own = indent_of(properties)
            tabs = len(text) - len(text.lstrip("\t"))
            indent = level if number else (look.indent if own is None else own) + tabs
            yield Paragraph(
                _trimmed(text),
                heading=look.heading if outline is None else (outline + 1) % 10,
                number=tidy(number),
                indent=min(9, indent),
                bold=all(run.bold for run in runs if run.text.strip()),
                strong=_strong_start(runs),
            )
        yield from (block for above, found in boxes if not above for block in found)

    def _number(self, properties: Any, style: str | None, look: Look) -> tuple[str, int]:
        """The automatic number of a paragraph, and the level that it has."""
        own = properties.find(f"{W}numPr") if properties is not None else None
        by_style = look.numbered
        number = (value(own, "numId") if own is not None else None) or (by_style[0] if by_style else "")
        level = whole(value(own, "ilvl")) if own is not None else None
        if not number or number == "0":
            return "", 0
        if level is None:
            level = by_style[1] if by_style is not None and by_style[0] == number else None
        if level is None:
            level = self._numbering.level_of_style(number, style)
        return self._numbering.next(number, level), level

    def _runs(self, parent: Any, look: Look) -> Iterator[_Run]:
        for child in _inside(parent):
            if child.tag == f"{W}r":
                yield from self._run(child, look)
            elif child.tag.startswith(MATHS):
                text = "".join(each.text or "" for each in child.iter(f"{MATHS}t"))
                if text:
                    yield _Run(text, bool(look.bold))

    def _run(self, element: Any, look: Look) -> Iterator[_Run]:
        properties = element.find(f"{W}rPr")
        by_style = self._styles.look(style) if (style := value(properties, "rStyle")) is not None else Look()
        bold, hidden, struck = (
            own if own is not None else (named if named is not None else bool(usual))
            for own, named, usual in (
                (switched(properties, "b"), by_style.bold, look.bold),
                (switched(properties, "vanish"), by_style.hidden, look.hidden),
                (_struck(properties), by_style.struck, look.struck),
            )
        )
        for child in _inside(element):
            said = self._said(child)
            if said and not (hidden or struck or any(self._fields)):
                yield _Run(said, bold)

    def _said(self, child: Any) -> str:
        """What one thing in a run says; text boxes in it are put aside."""
        tag = child.tag
        if tag == f"{W}t":
            return child.text or ""
        if tag in _SIGNS:
            return _SIGNS[tag]
        if tag == f"{W}sym":
            return _TICKED.get(str(child.get(f"{W}char", "")).upper(), "•")
        if tag == f"{W}fldChar":
            return self._field(child)
        if tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
            self._look_for_boxes(child)
        return ""

    def _field(self, sign: Any) -> str:
        """A field begins, shows what it found, or ends; a drop-down of an old form shows what was chosen in it."""
        match sign.get(f"{W}fldCharType"):
            case "begin":
                chosen = _chosen(sign)
                self._fields.append(True)
                if chosen:
                    self._fields[-1] = False
                    return chosen
            case "separate":
                if self._fields:
                    self._fields[-1] = False
            case "end":
                if self._fields:
                    self._fields.pop()
        return ""

    def _look_for_boxes(self, drawing: Any) -> None:
        above = _stands_above(drawing) or not self._said_anything
        for box in drawing.iter(f"{W}txbxContent"):
            if self._depth < _DEEP and not _in_a_fallback(box, drawing):
                self._boxes.append((above, self._apart(box)))

    def _apart(self, element: Any) -> list[Block]:
        """The blocks in something that stands by itself in the middle of a paragraph."""
        fields, carried, boxes = self._fields, self._carried, self._boxes
        self._fields, self._carried, self._boxes = [], [], []
        self._depth += 1
        found = list(self.blocks(element))
        self._depth -= 1
        self._fields, self._carried, self._boxes = fields, carried, boxes
        return found

    # --- tables --------------------------------------------------------------------------------------------

    def _table(self, element: Any) -> Table | None:
        rows: list[list[Cell]] = []
        open_at: dict[int, tuple[int, int]] = {}
        """By column: the row and the place in it of the cell that goes on downwards from there."""
        for row in _inside(element):
            if row.tag != f"{W}tr" or _row_is_gone(row):
                continue
            cells, open_at = self._row(row, rows, open_at)
            rows.append(cells)
        found = tuple(tuple(row) for row in rows if row)
        if not any(cell.blocks for row in found for cell in row):
            return None
        self._said_anything = True
        return Table(found)

    def _row(
        self, row: Any, above: list[list[Cell]], open_at: dict[int, tuple[int, int]]
    ) -> tuple[list[Cell], dict[int, tuple[int, int]]]:
        cells: list[Cell] = []
        still_open: dict[int, tuple[int, int]] = {}
        column = whole(value(row.find(f"{W}trPr"), "gridBefore")) or 0
        for cell in _inside(row):
            if cell.tag != f"{W}tc":
                continue
            properties = cell.find(f"{W}tcPr")
            if properties is not None and properties.find(f"{W}cellDel") is not None:
                continue
            spans = max(1, whole(value(properties, "gridSpan")) or 1)
            merged = _merged(properties, "vMerge")
            if _merged(properties, "hMerge") == "continue" and cells:
                # As older versions wrote it: the cell before goes on to the right.
                cells[-1] = Cell(cells[-1].blocks, cells[-1].spans + spans, cells[-1].rows)
            elif merged == "continue" and column in open_at:
                at_row, at = open_at[column]
                begun = above[at_row][at]
                above[at_row][at] = Cell(begun.blocks, begun.spans, begun.rows + 1)
                still_open[column] = open_at[column]
            else:
                cells.append(Cell(tuple(self._apart(cell)), spans))
                if merged is not None:
                    still_open[column] = (len(above), len(cells) - 1)
            column += spans
        return cells, still_open


def _inside(parent: Any, depth: int = 0) -> Iterator[Any]:
    """The children, and those of what only surrounds something (a tracked insertion, a content control)."""
    for child in parent:
        tag = child.tag
        if tag in _GONE:
            continue
        if tag == f"{W}sdt":
            properties = child.find(f"{W}sdtPr")
            content = child.find(f"{W}sdtContent")
            if content is not None and not switched(properties, "showingPlcHdr") and depth < _DEEP:
                yield from _inside(content, depth + 1)
        elif tag == f"{MC}AlternateContent":
            chosen = child.find(f"{MC}Choice")
            chosen = child.find(f"{MC}Fallback") if chosen is None else chosen
            if chosen is not None and depth < _DEEP:
                yield from _inside(chosen, depth + 1)
        elif tag in _SHELLS:
            if depth < _DEEP:
                yield from _inside(child, depth + 1)
        else:
            yield child


def _in_a_fallback(box: Any, drawing: Any) -> bool:
    """Whether a text box is written a second time, for older programs."""
    each = box.getparent()
    while each is not None and each is not drawing:
        if each.tag in (f"{MC}Fallback", f"{W}txbxContent"):
            return True
        each = each.getparent()
    return False


def _stands_above(drawing: Any) -> bool:
    """Whether a drawing is put higher up than the paragraph that holds it."""
    for place in drawing.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}positionV"):
        offset = next(iter(place), None)
        moved = whole(offset.text) if offset is not None else None
        return place.get("relativeFrom") in ("paragraph", "line") and moved is not None and moved < 0
    return False


def _strong_start(runs: Sequence[_Run]) -> str:
    """The bold words that a paragraph begins with, where not all of it is bold."""
    bold = list(takewhile(lambda run: run.bold or not run.text.strip(), runs))
    if len(bold) == len(runs):
        return ""
    return _trimmed(tidy("".join(run.text for run in bold)))


def _chosen(sign: Any) -> str:
    options = sign.find(f"{W}ffData/{W}ddList")
    if options is None:
        return ""
    texts = [str(each.get(VAL, "")) for each in options.findall(f"{W}listEntry")]
    at = whole(value(options, "result")) or 0
    return texts[at] if 0 <= at < len(texts) else ""


def _struck(properties: Any) -> bool | None:
    once, twice = switched(properties, "strike"), switched(properties, "dstrike")
    return twice if once is None else once or bool(twice)


def _merged(properties: Any, name: str) -> str | None:
    found = properties.find(f"{W}{name}") if properties is not None else None
    return None if found is None else str(found.get(VAL, "continue"))


def _row_is_gone(row: Any) -> bool:
    properties = row.find(f"{W}trPr")
    return properties is not None and (properties.find(f"{W}del") is not None or bool(switched(properties, "hidden")))


def _trimmed(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n")).strip()
