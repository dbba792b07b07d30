"""A paper as one stream of lines, in the order in which a person reads them: the rules look at nothing else.

Tables become lines too. What stands in a column of numbers, of titles, of owners keeps the name of its column, and a
row whose first cell is a label becomes a labelled line, so that a rule finds «Vedtak» alike in prose and in a table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from handlers.papers.reading.blocks import Cell, Paper, Paragraph, Table
from handlers.papers.rules import days, labels, numbers
from handlers.papers.rules.columns import one_after_the_other
from handlers.papers.rules.labels import Label
from handlers.papers.rules.people import name_at
from handlers.papers.rules.text import BOLD_OFF, BOLD_ON, all_strong, lines_of, plain, strong_start, without_marks
from handlers.patterns import pattern_of


@dataclass(slots=True)
class Line:
    """A line. `strong`: its bold beginning. `mark`: its bullet or automatic number. `paragraph`: which one of the
    paper it is part of, from 1. `begins`: it is the first of its paragraph.

    `row`: the row of a table that it comes from, over the whole paper from 1; 0: none. `column`: what that column
    holds. `label`: of the row or column that it stands under. `used`: some rule has made something of it.
    """

    text: str
    heading: int = 0
    bold: bool = False
    strong: str = ""
    mark: str = ""
    indent: int = 0
    page: int | None = None
    paragraph: int = 0
    begins: bool = True
    row: int = 0
    column: "Column | None" = None
    label: Label | None = None
    used: bool = False

    @property
    def is_heading(self) -> bool:
        return self.heading > 0 or self.bold

    @property
    def strong_title(self) -> str:
        """Its bold beginning, if what follows begins anew: a title, and then what was said."""
        rest = self.text[len(self.strong) :].lstrip(" :.–-")
        return "" if rest[:1].islower() else self.strong


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table holds. `kind`: as the label at its top. `title`: the words there. `place`: from 0."""

    kind: Label | None
    title: str
    place: int
    opens: bool = False
    """Of a table of cases that has no numbers: each cell of this column is the title of a case."""


@dataclass(slots=True)
class Grid:
    """A table that is no part of the text: of people, of what is to be done, of meetings. `head`: its top row."""

    head: list[str]
    rows: list[list[str]]
    kinds: list[Label | None]
    at: int
    """Before which line of the stream it stands."""
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Stream:
    """The lines of a paper, and its tables that are no text."""

    lines: list[Line]
    grids: list[Grid]


_PIPED = pattern_of(r"^\s*\|.*\|\s*$")
_RULE = pattern_of(r"^[\s|:+=_*.-]{3,}$")
_WIDE = pattern_of(r"(?<=\S)(?: {3,}|\t)(?=\S)")
_CELL = pattern_of(r"\S+(?: \S+)*")
_HASH = pattern_of(r"^(#{1,6})\s+(?=\S)")
_LONE_MARK = pattern_of(r"[•●○▪◦▪■➢►]")
_MARK = pattern_of(r"^([•●○▪◦*]|[-–—](?=\s))\s*(?=\S)")


def stream(paper: Paper) -> Stream:
    """The paper as lines."""
    writer = _Writer(in_pieces=paper.kind == "text")
    blocks = one_after_the_other(paper.blocks) if paper.kind == "text" else paper.blocks
    for block in blocks:
        if isinstance(block, Paragraph):
            writer.paragraph(block)
        else:
            writer.table(block)
    writer.end_table()
    return Stream(writer.lines, writer.grids)


class _Writer:
    def __init__(self, *, in_pieces: bool) -> None:
        self.lines: list[Line] = []
        self.grids: list[Grid] = []
        self.paragraphs = count(1)
        self.rows = count(1)
        self.pending: list[list[list[Line]]] = []
        """Rows that were written with tabs or bars in running text, until something else comes."""
        self.columns: list[Column] | None = None
        """Of a table in running text that began earlier: its rows may come after other lines."""
        self.in_pieces = in_pieces

    def paragraph(self, block: Paragraph) -> None:
        if not all("\t" in line.strip() for line in _tabbed(block.text).split("\n")):
            # Rows that are written with tabs may stand in paragraphs of their own.
            self.end_table()
        number = next(self.paragraphs)
        mark = block.number.strip()
        begins = True
        for raw in lines_of(_tabbed(block.text)):
            if not without_marks(raw):
                begins = True
                continue
            if _RULE.match(without_marks(raw)):
                continue
            if "\t" in raw or _PIPED.match(raw):
                self.pending.append(self._cells(raw, block, number))
                begins = True
                continue
            self.end_table()
            for line in _made(raw, block, number):
                line.begins = begins
                if begins and mark:
                    _number(line, mark)
                    mark = ""
                begins = False
                self.lines.append(line)

    def _cells(self, raw: str, block: Paragraph, number: int) -> list[list[Line]]:
        pieces = without_bars(raw).split("|") if _PIPED.match(raw) else raw.split("\t")
        return [
            [line for piece in cell.split("\n") if without_marks(piece) for line in _made(piece, block, number)]
            for cell in pieces
        ]

    def end_table(self) -> None:
        """The rows that were gathered in running text are a table."""
        if not self.pending:
            return
        rows, self.pending = self.pending, []
        self.rows_of_text(rows)

    def rows_of_text(self, rows: list[list[list[Line]]]) -> None:
        columns = self.columns
        self.columns = self._rows(rows, before=columns)

    def table(self, block: Table) -> None:
        self.end_table()
        rows: list[list[list[Line]]] = []
        merged: dict[int, int] = {}
        """By column: over how many rows more a cell above goes on."""
        for row in block.rows:
            cells: list[list[Line]] = []
            for cell in row:
                while merged.get(len(cells), 0) > 0:
                    merged[len(cells)] -= 1
                    cells.append([])
                if cell.rows > 1:
                    merged.update((len(cells) + beside, cell.rows - 1) for beside in range(cell.spans))
                cells.append(list(self._of_cell(cell, block.page)))
                cells.extend([] for _ in range(cell.spans - 1))
            while merged.get(len(cells), 0) > 0:
                merged[len(cells)] -= 1
                cells.append([])
            rows.append(cells)
        # In plain text one table may stand in pieces, with a line between; in other formats each is one.
        self.columns = self._rows(rows, before=self.columns if self.in_pieces else None)

    def _of_cell(self, cell: Cell, page: int | None) -> Iterator[Line]:
        for block in cell.blocks:
            if isinstance(block, Paragraph):
                number = next(self.paragraphs)
                begins, mark = True, block.number.strip()
                for raw in lines_of(block.text):
                    if not without_marks(raw):
                        begins = True
                        continue
                    for line in _made(raw.replace("\t", " "), replace(block, page=block.page or page), number):
                        line.begins = begins
                        if begins and mark:
                            _number(line, mark)
                            mark = ""
                        begins = False
                        yield line
            else:
                for row in block.rows:
                    for inner in row:
                        yield from self._of_cell(inner, page)

    def _rows(self, rows: list[list[list[Line]]], before: list[Column] | None) -> list[Column] | None:
        """Writes the rows of a table, by what the table is. Returns its columns, if it is one of cases."""
        rows = [row for row in rows if any(row)]
        if not rows:
            return before
        if any(len(row) > 1 and _is_time(row[0]) and row[1] and _is_number(row[1][0].text) for row in rows):
            # A programme: the time of day first, then the case.
            rows = [
                row[1:] if len(row) > 1 and (not row[0] or _is_time(row[0]) or _of_time(row[0])) else row
                for row in rows
            ]
        texts = [[" ".join(without_marks(line.text) for line in cell) for cell in row] for row in rows]
        if len(texts) > 2 and any(cell.endswith("-") for cell in texts[0]) and len(texts[1]) <= len(texts[0]):
            # A top row over two lines: «Utvalgs-» and «saksnr».
            below = [*texts[1], *[""] * (len(texts[0]) - len(texts[1]))]
            merged = [
                over[:-1] + under if over.endswith("-") else f"{over} {under}".strip()
                for over, under in zip(texts[0], below, strict=True)
            ]
            if _head_of([merged, *texts[2:]]) is not None:
                texts = [merged, *texts[2:]]
                rows = [rows[0], *rows[2:]]
        if any(sum(days.month_of(cell) > 0 for cell in row) > 1 for row in texts[:3]):
            # Bodies by months.
            self._grid(rows, texts, [], [])
            return None
        inner = _inner_head(texts)
        if inner is not None:
            # The paper's head and its cases in one table: «Dato», «Til stede», and then «Saksnr | | Ansvar».
            self._rows(rows[:inner], before=None)
            return self._rows(rows[inner:], before=None)
        head = _head_of(texts)
        if head is not None:
            at, columns = head
            columns = [
                replace(each, kind=None) if each.kind is Label.AGENDA else each for each in _with_content(columns)
            ]
            kinds = [each.kind for each in columns]
            if any(each.opens for each in columns) or _of_cases(kinds, texts[at + 1 :]):
                for row in rows[:at]:
                    self._plain_row(row)
                for row, cells in zip(rows[at + 1 :], texts[at + 1 :], strict=True):
                    if _same_head(cells, columns):
                        continue
                    self._case_row(row, columns)
                return columns
            if _of_something(kinds):
                for row in rows[:at]:
                    self._plain_row(row)
                self._grid(rows[at + 1 :], texts[at + 1 :], texts[at], kinds)
                return None
        numbered = sum(bool(cells and _is_number(cells[0])) for cells in texts)
        if before is not None and (numbered or all(len(row) <= len(before) and not row[0] for row in rows if row)):
            for row in rows:
                self._case_row(row, before)
            return before
        if before is not None and before[-1].kind in (Label.OWNER, Label.DUE) and len(rows) <= 2:
            rest_of_row = all(len(row) == 2 and len(row[0]) > 25 and len(row[1]) < 60 for row in texts)
            if rest_of_row:
                for row in rows:
                    self._case_row(row, before)
                return before
        if numbered and numbered * 3 >= len(rows) and max(len(row) for row in rows) > 1:
            columns = _columns_without_head(texts)
            for row in rows:
                self._case_row(row, columns)
            return columns
        if _meetings(texts):
            self._grid(rows, texts, [], [])
            return None
        if _persons(texts):
            self._grid(rows, texts, [], [])
            return None
        for row in rows:
            self._plain_row(row)
        return None

    def _grid(
        self, rows: list[list[list[Line]]], texts: list[list[str]], head: list[str], kinds: Sequence[Label | None]
    ) -> None:
        lines = [line for row in rows for cell in row for line in cell]
        self.grids.append(Grid(head, texts, list(kinds), len(self.lines), lines))

    def _case_row(self, row: list[list[Line]], columns: list[Column]) -> None:
        first = " ".join(without_marks(line.text) for line in row[0]) if row else ""
        place = next((each.place for each in columns if each.kind is Label.CASE_NUMBER), 0)
        if place == 0 and first and not _is_number(first):
            label = labels.of(first.rstrip(":"))
            if label in _OF_THE_MEETING or (len(row) > 1 and row[1] and label in _OF_A_CASE):
                self._plain_row(row)
                return
            if _gives_to(row, columns, first):
                # The rest of a row that was broken: its text, and whom it is given to.
                columns = [replace(columns[0], kind=Label.TITLE), columns[-1]]
            elif label is not Label.ATTACHMENTS and not re.match(r"\d+ vedlegg|vedlegg", first, re.IGNORECASE):
                # «Eventuelt» in the column of numbers: a title, and the text beside it what was said.
                columns = [replace(each, kind=Label.TITLE) if each.place == 0 else each for each in columns]
            elif len(row) == 2 and len(columns) > 2 and columns[-1].kind in (Label.OWNER, Label.DUE):
                # The rest of a row that was broken: its text, and whom it is given to.
                columns = [replace(columns[0], kind=Label.TITLE), columns[-1]]
        number = next(self.rows)
        ordered = sorted(zip(row, columns, strict=False), key=lambda each: _ORDER.get(each[1].kind, 5))
        extra = row[len(columns) :]
        for cell, column in ordered:
            for index, line in enumerate(cell):
                line.row, line.column = number, column
                if column.kind in _CONTENT:
                    self.lines.append(line)
                    continue
                if index == 0 and column.title and labels.at_start(line.text) is None:
                    line.label = column.kind
                    line.text = f"{column.title}: {line.text}"
                elif index == 0:
                    line.label = column.kind
                self.lines.append(line)
        for cell in extra:
            for line in cell:
                line.row = number
                self.lines.append(line)

    def _plain_row(self, row: list[list[Line]]) -> None:
        """A row of a table that only lays out text: «label | text», «Sak 12/26 | title», or anything."""
        number = next(self.rows)
        cells = [cell for cell in row if cell]
        if not cells:
            return
        if len(cells) > 1 and len(cells[0]) == 1 and _LONE_MARK.fullmatch(cells[0][0].text):
            # A bullet that stands so far from its text that it looks like a column.
            cells[1][0].mark = cells[0][0].text
            cells = cells[1:]
        first = " ".join(without_marks(line.text) for line in cells[0])
        label = labels.of(first.rstrip(":")) if len(first) < 90 else None
        if label in (Label.OWNER, Label.DUE) and len(cells) == 1 and len(row) > 1 and row[0]:
            # «Ansvarlig | »: nobody.
            return
        if (
            label is not None
            and len(cells) > 1
            and all(len(cell) == 1 and _OF_PEOPLE.fullmatch(cell[0].text.strip(" :")) for cell in cells[1:])
        ):
            # «Til stede | Funksjon | Representerer»: the top row of a list of people.
            self.lines.append(Line(f"{first.rstrip(': ')}:", row=number, label=label, paragraph=cells[0][0].paragraph))
            return
        if label is not None and len(cells) > 1:
            # «Dato | 1.2.24 | Sted | Rådhuset»: several labels in one row.
            pairs: list[tuple[str, Label, list[Line]]] = [(first, label, [])]
            for cell in cells[1:]:
                words = " ".join(without_marks(line.text) for line in cell)
                other = labels.of(words.rstrip(":")) if len(words) < 60 else None
                if other is not None and pairs[-1][2]:
                    pairs.append((words, other, []))
                else:
                    pairs[-1][2].extend(cell)
            for words, kind, lines in pairs:
                title = words.rstrip(": ")
                if not lines:
                    self.lines.append(Line(f"{title}:", row=number, label=kind, paragraph=next(self.paragraphs)))
                for index, line in enumerate(lines):
                    line.row, line.label = number, kind
                    if index == 0:
                        line.text = f"{title}: {line.text}"
                        line.bold, line.strong = False, ""
                    self.lines.append(line)
            return
        if len(cells) > 1 and len(first) < 40 and _is_number(first) and len(cells[0]) == 1:
            opening = cells[0][0]
            opening.row = number
            follow = cells[1]
            opening.text = f"{opening.text}\t{follow[0].text}"
            opening.strong = follow[0].strong
            self.lines.append(opening)
            for line in [*follow[1:], *(line for cell in cells[2:] for line in cell)]:
                line.row = number
                self.lines.append(line)
            return
        if (
            len(cells) > 1
            and sum(_labelled_cell(cell) for cell in cells) * 2 >= len(cells)
            and _labelled_cell(cells[-1])
        ):
            # «Dato: 1.2.24 | Tid: kl. 9», each label with its text in a cell of its own.
            for cell in cells:
                for line in cell:
                    line.row = number
                    self.lines.append(line)
            return
        short = all(len(cell) == 1 and len(cell[0].text) < 70 for cell in cells) and len(cells) > 1
        if short:
            joined = cells[0][0]
            joined.text = "\t".join(cell[0].text for cell in cells)
            joined.row = number
            self.lines.append(joined)
            return
        for cell in cells:
            for line in cell:
                line.row = number
                self.lines.append(line)


def _gives_to(row: Sequence[Sequence[Line]], columns: Sequence[Column], first: str) -> bool:
    """Whether a row without a number is text, and somebody or a day beside it, below «Ansvar» or «Frist»."""
    if len(row) != 2 or len(columns) < 3 or columns[-1].kind not in (Label.OWNER, Label.DUE) or not row[1]:
        return False
    beside = " ".join(without_marks(line.text) for line in row[1])
    named = bool(name_at(beside)[0]) or days.first(beside, 2000) is not None
    return len(first) > _SOME_TEXT and len(beside) < _SOME_NAMES and named


_SOME_TEXT, _SOME_NAMES = 25, 60


def _number(line: Line, mark: str) -> None:
    """Puts an automatic number before the text, as it is read: «3.», «Sak 3/26». A bullet or a letter stays a mark."""
    found = numbers.at_start(mark)
    if re.match(r"\d", mark):
        line.text = f"{mark if mark[-1] in '.)' else mark + '.'} {line.text}"
    elif found is not None and (found.said or found.shape is numbers.Shape.COMPOSITE) and not found.rest:
        line.text = f"{mark} {line.text}"
        line.strong = f"{mark} {line.strong}" if line.strong else ""
    line.mark = mark


def _labelled_cell(cell: Sequence[Line]) -> bool:
    found = labels.at_start(cell[0].text) if cell else None
    return found is not None and bool(found.rest) and not found.alone


_OF_THE_MEETING = frozenset(
    {
        Label.PRESENT,
        Label.ABSENT,
        Label.INVITED,
        Label.MEETING_DATE,
        Label.DATE,
        Label.DATE_PLACE,
        Label.PLACE,
        Label.TIME,
    }
    | {Label.COMMITTEE, Label.CHAIR, Label.REFERENT, Label.NEXT_MEETING}
)
_OF_A_CASE = frozenset({Label.DECISION, Label.PROPOSAL, Label.VOTE, Label.DISCUSSION, Label.PURPOSE, Label.FOLLOW_UP})
_CONTENT = (Label.CASE_NUMBER, Label.TITLE, None, Label.SUBJECT, Label.REFERENCE)
_ORDER = {Label.CASE_NUMBER: 0, Label.TYPE: 3, Label.TITLE: 1, Label.SUBJECT: 1, None: 2, Label.REFERENCE: 9,
          Label.DISCUSSION: 4, Label.PROPOSAL: 6, Label.DECISION: 7, Label.OWNER: 8, Label.DUE: 9}  # fmt: skip


def without_bars(raw: str) -> str:
    """A row of a Markdown table without the bars at its ends."""
    return raw.strip().strip("|")


def _tabbed(text: str) -> str:
    """Runs of spaces between columns as tabs; indentation at the beginning of a line is none."""
    if "   " not in text:
        return text
    result: list[str] = []
    starts: list[int] = []
    for line in text.split("\n"):
        if not _WIDE.search(line.strip()):
            result.append(line)
            continue
        cells = [(found.start(), found[0]) for found in _CELL.finditer(line.replace("\t", "    "))]
        if len(cells) > len(starts) or not _aligned(cells, starts):
            starts = [start for start, _cell in cells]
        by_column = dict.fromkeys(range(len(starts)), "")
        for start, cell in cells:
            by_column[min(range(len(starts)), key=lambda place: abs(starts[place] - start))] += cell
        result.append("\t".join(by_column.values()))
    return "\n".join(result)


def _aligned(cells: Sequence[tuple[int, str]], starts: Sequence[int]) -> bool:
    """Whether each cell begins below one of the top row, no two below the same."""
    below = [min(range(len(starts)), key=lambda place: abs(starts[place] - start)) for start, _cell in cells]
    near = all(abs(starts[place] - start) <= 3 for place, (start, _cell) in zip(below, cells, strict=True))
    return near and len(set(below)) == len(below)


def _made(raw: str, block: Paragraph, number: int) -> Iterator[Line]:
    """The line, or several where labels stand inside it."""
    heading, indent = block.heading, block.indent
    if hashed := _HASH.match(raw):
        heading, raw = len(hashed[1]), raw[hashed.end() :]
    mark = ""
    if marked := _MARK.match(raw):
        mark, raw = marked[1], raw[marked.end() :]
        if raw.startswith(("•", "●")):
            raw = raw[1:].strip()
    strong = strong_start(raw) or (block.strong if block.strong and raw.startswith(block.strong) else "")
    # What follows a bold beginning stands apart when it is a sentence of its own: a title, and then what was said.
    for index, piece in enumerate(labels.apart(raw)):
        text = without_marks(piece)
        if not text:
            continue
        yield Line(
            text,
            heading=heading if index == 0 else 0,
            bold=block.bold or all_strong(piece),
            strong=(strong if index == 0 else "") or (text if block.bold else ""),
            mark=mark if index == 0 else "",
            indent=indent,
            page=block.page,
            paragraph=number,
            begins=index > 0,
        )


_TIME = pattern_of(r"(?:kl\.?\s?)?\d{1,2}[.:]\d\d(?:\s?[-–]\s?\d{1,2}[.:]\d\d)?", re.IGNORECASE)


def _is_time(cell: Sequence[Line]) -> bool:
    return len(cell) == 1 and bool(_TIME.fullmatch(cell[0].text.strip()))


def _of_time(cell: Sequence[Line]) -> bool:
    """Whether a cell is the title of a column of times."""
    return len(cell) == 1 and labels.of(cell[0].text) is Label.TIME


def _is_number(text: str) -> bool:
    """Whether a cell holds the number of a case, perhaps with its type and attachments."""
    found = numbers.at_start(text)
    if found is None or len(text) > 120:
        return False
    if found.shape is numbers.Shape.COMPOSITE:
        return not re.match(r"\d{1,2}\.\d{1,2}\.\s?\d{2,4}", text) and (
            found.said or bool(found.series) or _looks_like_number(found)
        )
    return found.said or (not found.rest and len(text) <= 6)


def _looks_like_number(found: numbers.Number) -> bool:
    if found.separator == ".":
        return len(found.parts[0]) in (4, 5) or len(found.parts[-1]) == 4
    return len(found.parts[-1]) in (2, 4) or len(found.parts[0]) in (2, 4)


def _head_of(texts: Sequence[Sequence[str]]) -> tuple[int, list[Column]] | None:
    """The row of titles of a table, among its first rows; None: it has none."""
    for at, cells in enumerate(texts[:4]):
        kinds = [labels.of(cell.split("(")[0]) if 0 < len(cell) < 60 else None for cell in cells]
        named = [kind for kind in kinds if kind is not None]
        filled = [cell for cell in cells if cell]
        if len(filled) >= 2 and len(named) >= 2 and len(named) * 2 >= len(filled) and all(len(c) < 60 for c in filled):
            values = sum(days.first(cell, 2000) is not None or cell.endswith(":") for cell in filled)
            if values:
                # «Møte: | … | Møtedato: | 2.6.2025»: labels with their text beside them.
                continue
            if kinds[0] is not None and Label.CASE_NUMBER not in kinds and at == 0 and len(texts) > 1:
                # Labels side by side are a top row only if what is below is no label.
                below = [labels.of(row[0].rstrip(":")) for row in texts[1:] if row and row[0]]
                if below and sum(each is not None for each in below) * 2 >= len(below):
                    return None
            return at, [Column(kind, cell, place) for place, (kind, cell) in enumerate(zip(kinds, cells, strict=True))]
        if (
            filled
            and cells
            and labels.of(cells[0]) is Label.CASE_NUMBER
            and (len(filled) == 1 or (len(cells) > 1 and not _is_number(cells[1]) and len(cells[1]) < 30))
        ):
            return at, [Column(k, c, place) for place, (k, c) in enumerate(zip(kinds, cells, strict=True))]
    return None


def _with_content(columns: list[Column]) -> list[Column]:
    """The columns with one that holds the cases, whatever it is called: «Saksliste», «Sak», «Innhold»."""
    kinds = [each.kind for each in columns]
    if Label.CASE_NUMBER not in kinds:
        if _without_numbers(kinds):
            place = next(place for place, kind in enumerate(kinds) if kind in (Label.TITLE, Label.SUBJECT))
            return [replace(each, kind=Label.TITLE, opens=True) if each.place == place else each for each in columns]
        return columns
    number = kinds.index(Label.CASE_NUMBER)
    if Label.TITLE in kinds or Label.SUBJECT in kinds:
        return columns
    for wanted in (Label.CASE_NUMBER, Label.AGENDA, Label.DISCUSSION, None, Label.FOLLOW_UP, Label.COMMENT):
        for place, kind in enumerate(kinds):
            if place != number and kind is wanted:
                return [replace(each, kind=Label.TITLE) if each.place == place else each for each in columns]
    return columns


def _inner_head(texts: Sequence[Sequence[str]]) -> int | None:
    """The row of titles of a table of cases that begins further down in a table; None: there is none."""
    for at, cells in enumerate(texts):
        if at == 0 or not cells or labels.of(cells[0]) is not Label.CASE_NUMBER or _is_number(cells[0]):
            continue
        others = [cell for cell in cells[1:] if cell]
        if any(len(cell) > 40 or _is_number(cell) for cell in others):
            continue
        below = [row[0] for row in texts[at + 1 :] if row and row[0]]
        above = [labels.of(row[0].rstrip(":")) for row in texts[:at] if row and row[0]]
        if below and _is_number(below[0]) and above and sum(each is not None for each in above) * 2 >= len(above):
            return at
    return None


def _same_head(cells: Sequence[str], columns: Sequence[Column]) -> bool:
    """The top row again, on the next page."""
    return [plain(cell) for cell in cells if cell] == [plain(each.title) for each in columns if each.title]


def _of_cases(kinds: Sequence[Label | None], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the table is one of cases: it has a column of numbers with numbers in it."""
    if Label.CASE_NUMBER in kinds:
        place = list(kinds).index(Label.CASE_NUMBER)
        filled = [row[place] for row in rows if len(row) > place and row[place]]
        if Label.DATE in kinds or Label.MEETING_DATE in kinds:
            return False
        return not filled or sum(_is_number(cell) for cell in filled) * 2 >= len(filled)
    return _without_numbers(kinds)


def _without_numbers(kinds: Sequence[Label | None]) -> bool:
    """Whether the columns are those of cases without numbers: «Tema | Innhold | Ansvar»."""
    return bool(
        {Label.TITLE, Label.SUBJECT} & set(kinds)
        and {Label.DECISION, Label.PROPOSAL, Label.DISCUSSION, Label.AGENDA} & set(kinds)
    )


_OF_PEOPLE = pattern_of(
    r"navn|namn|funksjon|representerer|rolle|stilling|tittel|parti|møtte for|(?:vara(?:representant"
    r"|medlem)? )?for|virksomhet|verksemd|organisasjon",
    re.IGNORECASE,
)


def _of_something(kinds: Sequence[Label | None]) -> bool:
    """Whether the columns tell of people, of things to do or of meetings."""
    known = set(kinds)
    return bool(
        (
            {Label.OWNER, Label.DUE} & known
            and {Label.FOLLOW_UP, Label.CASE_NUMBER, Label.SUBJECT, Label.TITLE, Label.DECISION} & known
        )
        or {Label.PRESENT, Label.ABSENT} & known
        or {Label.OWNER, Label.DUE} <= known
        or {Label.DATE, Label.MEETING_DATE, Label.DATE_PLACE} & known
    )


def _columns_without_head(texts: Sequence[Sequence[str]]) -> list[Column]:
    """Columns of a table of cases that has no titles: number, perhaps the archive's number, title, and the rest."""
    width = max(len(row) for row in texts)
    result = [Column(Label.CASE_NUMBER, "", 0)]
    for place in range(1, width):
        cells = [row[place] for row in texts if len(row) > place and row[place]]
        archive = cells and sum(bool(re.fullmatch(r"\d{2,4}/\d{2,6}(?:-\d+)?", cell)) for cell in cells) * 2 > len(
            cells
        )
        result.append(Column(Label.REFERENCE if archive else None, "", place))
    return result


def _meetings(texts: Sequence[Sequence[str]]) -> bool:
    if len(texts) > 1 and sum(days.month_of(cell) > 0 for cell in texts[0]) >= max(2, len(texts[0]) // 2):
        # Months side by side, and the days of each below.
        return True
    cells = [cell for row in texts for cell in row if cell]
    dated = sum(days.first(cell, 2000) is not None and len(cell) < 60 for cell in cells)
    return len(texts) > 2 and dated * 3 >= len(cells) and dated > 3


def _persons(texts: Sequence[Sequence[str]]) -> bool:
    named = sum(any(name_at(cell)[0] and len(cell) < 60 for cell in row) for row in texts)
    labelled = sum(bool(row) and labels.of(row[0].rstrip(":")) is not None for row in texts)
    return len(texts) > 2 and named * 2 > len(texts) and labelled * 4 < len(texts) and max(map(len, texts)) > 1


__all__ = ["BOLD_OFF", "BOLD_ON", "Column", "Grid", "Line", "Stream", "stream"]
