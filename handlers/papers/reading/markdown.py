"""Markdown as blocks (CommonMark, with tables as GitHub writes them). Pure.

Lines that begin with `#`, lists, quotes, emphasis and tables are read; what is none of them is plain text.
"""

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from handlers.papers.reading.blocks import Block, Cell, Paper, Paragraph, Table
from handlers.papers.reading.plain import blocks_of
from handlers.papers.reading.rows import has_cells, without_tab_of_point
from handlers.papers.reading.tags import has_tags, paragraphs_in
from handlers.papers.reading.tidying import joined, tidy, width_of, words_of
from handlers.patterns import pattern_of

_HEADING = pattern_of(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDER = pattern_of(r" {0,3}(=+|-+)[ \t]*$")
_ITEM = pattern_of(r"([ \t]*)([-*+•]|\d{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)$")
_QUOTE = pattern_of(r"^ {0,3}(?:>[ \t]?)+")
_RULE = pattern_of(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_FENCE = pattern_of(r" {0,3}(?:```|~~~)")
_ROW = pattern_of(r"\s*\|.*\|\s*$")
_DIVIDES = pattern_of(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_CELLS = pattern_of(r"(?<!\\)\|")
_LINK = pattern_of(r"!?\[([^\[\]]*)\]\((?:<[^<>]*>|[^()\s]*)(?:\s+\"[^\"]*\")?\)")
_STRONG = pattern_of(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_STRESS = pattern_of(
    r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])", re.DOTALL
)
_GONE = pattern_of(r"~~(?=\S).+?(?<=\S)~~", re.DOTALL)
_NOTE = pattern_of(r"^ {0,3}\[\^[^\]\s]{1,30}\]:[ \t]*(.*)$", re.MULTILINE)
_NOTE_MARK = pattern_of(r"\[\^[^\]\s]{1,30}\]")
_CODE = pattern_of(r"`([^`]+)`")
_ESCAPED = pattern_of(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_ONLY_STRONG = pattern_of(r"\s*(\*\*|__)(?!\s)(?:(?!\1).)+\1\s*[:.]?\s*$", re.DOTALL)
_COMMENT = pattern_of(r"<!--.*?-->", re.DOTALL)
_FRONT = pattern_of(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.DOTALL)
_HARD_BREAK = pattern_of(r"(?: {2,}|\\)$")
_LOOKS_SO = pattern_of(r"^(?:#{1,6} \S|\*\*\S.*\*\*\s*$|\|.*\|\s*$)", re.MULTILINE)


def looks_like_markdown(text: str) -> bool:
    """Whether text that is not called Markdown is some."""
    return len(_LOOKS_SO.findall(text)) > 1


def read_markdown(name: str, text: str) -> Paper:
    text = _COMMENT.sub("", tidy(text).replace("\f", "\n"))
    if front := _FRONT.match(text):
        # Properties at the top («title: …») are lines like others.
        text = f"{front[1]}\n\n{text[front.end() :]}"
    notes = tuple(_drawn(found[1])[0] for found in _NOTE.finditer(text))
    text = _NOTE_MARK.sub("", _NOTE.sub("", text))
    lines = text.split("\n")
    return Paper(name, "markdown", tuple(_Reader(lines, words_of(text)).blocks()), notes=notes)


class _Reader:
    def __init__(self, lines: Sequence[str], words: frozenset[str]) -> None:
        self._lines = [without_tab_of_point(line) for line in lines]
        self._words = words
        self._width = width_of([line for line in lines if not _ROW.match(line) and not has_cells(line)])

    def blocks(self) -> Iterator[Block]:
        lines, at = self._lines, 0
        while at < len(lines):
            line = _QUOTE.sub("", lines[at])
            if not line.strip() or (_RULE.match(line) and not _ITEM.match(line)) or _FENCE.match(line):
                at += 1
            elif heading := _HEADING.match(line):
                yield self._heading(heading[2], len(heading[1]))
                at += 1
            elif has_cells(line):
                at = yield from self._tabbed(at)
            elif self._is_table(at):
                rows = []
                while at < len(lines) and _CELLS.search(lines[at]) and lines[at].strip():
                    rows.append(lines[at])
                    at += 1
                yield Table(tuple(self._row(row) for row in rows if not _DIVIDES.match(row)))
            elif item := _ITEM.match(line):
                at = yield from self._item(item, at)
            elif at + 1 < len(lines) and _UNDER.match(lines[at + 1]) and not has_cells(line):
                yield self._heading(line, 1 if "=" in lines[at + 1] else 2)
                at += 2
            else:
                at = yield from self._plain(at)

    def _heading(self, text: str, level: int) -> Paragraph:
        plain, _bold = _drawn(text)
        return Paragraph(" ".join(plain.split()), heading=level)

    def _is_table(self, at: int) -> bool:
        """With a line of dashes under its first row, or with `|` at both ends of two rows."""
        lines = self._lines
        if not _CELLS.search(lines[at]) or at + 1 >= len(lines):
            return False
        below = lines[at + 1]
        return bool("|" in below and _DIVIDES.match(below)) or bool(_ROW.match(lines[at]) and _ROW.match(below))

    def _row(self, line: str) -> tuple[Cell, ...]:
        line = line.strip()
        line = line[1:] if line.startswith("|") else line
        line = line[:-1] if line.endswith("|") and not line.endswith("\\|") else line
        return tuple(_cell(text.strip()) for text in _CELLS.split(line))

    def _item(self, item: re.Match[str], at: int) -> "Generator[Block, None, int]":
        """A point of a list, with the lines that belong to it; gives the line after it."""
        depth = len(item[1].expandtabs(4))
        sign = item[2] if item[2][0].isdigit() else "•"
        text = item[3]
        at += 1
        while at < len(self._lines) and self._goes_on(self._lines[at], depth):
            text = joined(text, self._lines[at].strip(), self._words)
            at += 1
        plain, bold = _drawn(text)
        if has_tags(plain):
            inside = paragraphs_in(plain)
            for number, each in enumerate(inside):
                yield Paragraph(each.text, number=sign if number == 0 else "", indent=depth // 2, bold=each.bold)
        elif plain.strip():
            yield Paragraph(
                " ".join(plain.split()), number=sign, indent=depth // 2, bold=bold, strong=_strong_start(text)
            )
        return at

    def _goes_on(self, line: str, depth: int) -> bool:
        if not line.strip() or _ITEM.match(line) or _HEADING.match(line) or _ROW.match(line) or _RULE.match(line):
            return False
        if _ONLY_STRONG.match(line) and line[:1] in "*_":
            return False
        # Further in, or a line that a program broke; one at the margin that begins as a sentence does is its own.
        return len(line) - len(line.lstrip()) > depth or line[:1].islower()

    def _tabbed(self, at: int) -> "Generator[Block, None, int]":
        """Lines with tabs in them, as in plain text: rows of a table, which an empty line does not end."""
        begin = at
        while at < len(self._lines) and (not self._lines[at].strip() or "\t" in self._lines[at]):
            at += 1
        yield from self._blocks_of(self._lines[begin:at])
        return at

    def _plain(self, at: int) -> "Generator[Block, None, int]":
        group: list[str] = []
        lines = self._lines
        begin = at
        while at < len(lines) and lines[at].strip():
            line = _QUOTE.sub("", lines[at])
            if at > begin and (
                _HEADING.match(line)
                or _FENCE.match(line)
                or _RULE.match(line)
                or _ITEM.match(line)
                or has_cells(line)
                or self._is_table(at)
            ):
                break
            group.append(line)
            at += 1
        yield from self._blocks_of(group)
        return at

    def _blocks_of(self, lines: Sequence[str]) -> Iterator[Block]:
        for block in blocks_of([_HARD_BREAK.sub("", line) for line in lines], self._width, self._words, None):
            yield from _plain_block(block)


def _plain_block(block: Block) -> Iterator[Block]:
    if isinstance(block, Table):
        yield Table(tuple(tuple(_drawn_cell(cell) for cell in row) for row in block.rows))
        return
    lines = block.text.split("\n")
    bold = [bool(_ONLY_STRONG.match(line)) for line in lines]
    begin = 0
    for at in range(1, len(lines) + 1):
        # A bold line at the top of others is a heading of its author's: it stands by itself.
        if at == len(lines) or bold[at] or bold[at - 1]:
            raw = "\n".join(lines[begin:at])
            text, _all_bold = _drawn(raw)
            yield Paragraph(text, indent=block.indent, bold=block.bold or bold[at - 1], strong=_strong_start(raw))
            begin = at


def _cell(text: str) -> Cell:
    plain, bold = _drawn(text)
    if has_tags(plain):
        return Cell(tuple(paragraphs_in(plain)))
    return Cell((Paragraph(plain, bold=bold, strong=_strong_start(text)),) if plain else ())


def _drawn_cell(cell: Cell) -> Cell:
    found: list[Block] = []
    for block in cell.blocks:
        if isinstance(block, Paragraph):
            plain, bold = _drawn(block.text)
            found.append(replace(block, text=plain, bold=block.bold or bold, strong=_strong_start(block.text)))
        else:
            found.append(block)
    return Cell(tuple(found), cell.spans, cell.rows)


def _strong_start(text: str) -> str:
    """The bold words that a text begins with, where not all of it is bold."""
    found = None if _ONLY_STRONG.match(text) else _STRONG.match(text.lstrip())
    return _drawn(found[2])[0] if found is not None else ""


def _drawn(text: str) -> tuple[str, bool]:
    """The text without the signs that draw it, and whether all of it is bold. What is struck out is gone."""
    bold = bool(_ONLY_STRONG.match(text))
    text = _GONE.sub("", _LINK.sub(r"\1", text))
    text = _STRONG.sub(r"\2", text)
    text = _STRESS.sub(lambda found: found[1] or found[2], text)
    return _ESCAPED.sub(r"\1", _CODE.sub(r"\1", text)).strip(), bold
