"""What every format of a paper comes to once it is read: blocks, in the order in which a person reads them.

No format is known outside `handlers.papers.reading`, and no rule about minutes inside it.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Some lines that belong together; line breaks of the author's own stand in it as `\\n`.

    `heading`: the level of a heading, from 1; 0: none. `number`: an automatic number or bullet, as it is shown («3.»,
    «•»); empty: none, or it stands in the text. `indent`: how far in it stands, from 0, by list level or tab. `bold`:
    all of it is. `page`: from 1; None where the format has no pages. `strong`: the bold words it begins with, where the
    rest is not bold («**Title** and what was said»).
    """

    text: str
    heading: int = 0
    number: str = ""
    indent: int = 0
    bold: bool = False
    page: int | None = None
    strong: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its paragraphs, and a table in it. One that is merged over several columns or rows stands
    once, where it begins; `spans` and `rows` say over how many columns and rows."""

    blocks: "tuple[Block, ...]" = ()
    spans: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """All of it, a line for each paragraph."""
        return "\n".join(text for block in self.blocks if (text := text_of(block)))


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of cells. A row has as many cells as stand in it: fewer where they are merged. `page`: where it
    begins; one that goes on over a page is one table."""

    rows: tuple[tuple[Cell, ...], ...]
    page: int | None = None


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entry of a calendar, each occurrence of a series by itself. `begins`, `ends`: local time; None where it does
    not say."""

    title: str
    begins: datetime
    ends: datetime | None = None
    place: str = ""
    text: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as it was read.

    `name`: the file's. `kind`: `text`, `markdown`, `docx`, `pdf`, `xlsx`, `csv`, `ics`. `notes`: footnotes, endnotes
    and margin comments, which are no part of the text. `headers`: what stands on each page (header, footer).
    `warnings`: keys of what was met («no_text»). `occurrences`: of a calendar.
    """

    name: str
    kind: str
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    warnings: tuple[str, ...] = ()


def text_of(block: Block) -> str:
    """What a person reads in a block: cells with tabs between, rows on lines of their own."""
    if isinstance(block, Paragraph):
        return f"{block.number} {block.text}".strip()
    return "\n".join("\t".join(" ".join(cell.text.split()) for cell in row) for row in block.rows)
