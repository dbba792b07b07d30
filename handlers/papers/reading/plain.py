"""Plain text as blocks. Pure.

Lines between empty ones are a paragraph, and their ends are its author's own unless a program broke them where the
page was full. Rows of cells with tabs between are tables. A form feed begins a page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from handlers.papers.reading.blocks import Block, Paper, Paragraph
from handlers.papers.reading.repeated import without_repeated
from handlers.papers.reading.rows import has_cells, is_table, table_of, without_tab_of_point
from handlers.papers.reading.tags import has_tags, paragraphs_in
from handlers.papers.reading.tidying import begins_anew, joined, single, tidy, unwrapped, width_of, words_of
from handlers.patterns import pattern_of

_TAB = 8
_INDENT = pattern_of(r"[ \t]*")
_UNDERLINE = pattern_of(r"\s*([=_*~#-])\1{3,}\s*$")
"""A line that is drawn."""


def read_text(name: str, text: str) -> Paper:
    pages, headers = without_repeated([[_line(line) for line in page.split("\n")] for page in tidy(text).split("\f")])
    words = words_of(text)
    width = width_of([line for page in pages for line in page if not has_cells(line)])
    several = len(pages) > 1
    blocks: list[Block] = []
    for number, page in enumerate(pages, 1):
        for block in blocks_of(page, width, words, number if several else None):
            whole = _put_together(blocks[-1], block, width, words) if blocks and width is not None else None
            if whole is not None:
                blocks[-1] = whole
            else:
                blocks.append(block)
    return Paper(name, "text", tuple(blocks), headers=headers)


def _line(line: str) -> str:
    return without_tab_of_point(single(line))


def _put_together(before: Block, after: Block, width: int, words: frozenset[str]) -> Paragraph | None:
    """Both as one, where an empty line, or a page's end, stands in the middle of a sentence; None: they are two."""
    if not (isinstance(before, Paragraph) and isinstance(after, Paragraph)) or after.number:
        return None
    last = before.text.rpartition("\n")[2]
    if not after.text[:1].islower() or len(last) < width // 2 or last[-1] in ".:;!?" or begins_anew(after.text):
        return None
    return replace(before, text=joined(before.text, after.text, words))


def blocks_of(lines: Sequence[str], width: int | None, words: frozenset[str], page: int | None) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        rows, after = _rows(lines, at)
        if rows:
            yield table_of(rows, page)
            at = after
            continue
        group: list[str] = []
        while at < len(lines) and lines[at].strip() and (not group or not _rows(lines, at)[0]):
            group.append(lines[at])
            at += 1
        yield from _paragraphs(group, width, words, page)


def _rows(lines: Sequence[str], at: int) -> tuple[list[str], int]:
    """The rows of a table that begins here, and where it ends; empty lines between them do not end it."""
    rows: list[str] = []
    end = at
    while at < len(lines):
        line = lines[at]
        if has_cells(line) or (rows and line.startswith("\t") and line.strip()):
            rows.append(line)
            end = at + 1
        elif line.strip():
            break
        at += 1
    if rows and is_table(rows):
        return [line.rstrip(" ") for line in rows], end
    return [], at


def _paragraphs(
    lines: Sequence[str], width: int | None, words: frozenset[str], page: int | None
) -> Iterator[Paragraph]:
    lines = [line for line in lines if not _UNDERLINE.match(line)]
    if any(has_tags(line) for line in lines):
        yield from paragraphs_in("\n".join(lines))
        return
    if lines:
        depth = min(_depth(line) for line in lines)
        text = "\n".join(line.strip() for line in unwrapped(lines, width, words))
        yield Paragraph(text, indent=min(9, depth // 4), page=page)


def _depth(line: str) -> int:
    beginning = _INDENT.match(line)
    return len(beginning[0].expandtabs(_TAB)) if beginning is not None else 0
