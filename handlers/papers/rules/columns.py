"""Two columns of text side by side in a plain text file, read one after the other.

A table looks alike; columns of text are told from it by what they hold: a label or a case begins on both sides.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from handlers.papers.reading.blocks import Block, Paragraph
from handlers.papers.rules import labels, numbers
from handlers.patterns import pattern_of

_GAP = pattern_of(r"(?<=\S) {4,}(?=\S)")
_LEAST_OFFSET, _LEAST_LINES = 25, 4


def one_after_the_other(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, with each stretch of two columns as the left one and then the right one."""
    offset = _offset(blocks)
    if offset is None:
        return list(blocks)
    result: list[Block] = []
    stretch: list[Paragraph] = []
    for block in [*blocks, None]:
        if isinstance(block, Paragraph) and any(_split(line, offset) for line in block.text.split("\n")):
            stretch.append(block)
            continue
        if stretch:
            result.extend(_sides(stretch, offset))
            stretch = []
        if block is not None:
            result.append(block)
    return result


def _offset(blocks: Sequence[Block]) -> int | None:
    """Where the right column begins; None: there are no two columns."""
    counted: Counter[int] = Counter()
    lines = [line for block in blocks if isinstance(block, Paragraph) for line in block.text.split("\n")]
    for line in lines:
        gaps = list(_GAP.finditer(line))
        if len(gaps) == 1 and gaps[0].end() >= _LEAST_OFFSET:
            counted[gaps[0].end()] += 1
    if not counted:
        return None
    offset, many = counted.most_common(1)[0]
    if many < _LEAST_LINES:
        return None
    halves = [half for line in lines if (half := _split(line, offset)) is not None]
    if any(sum(_begins(half[side]) for half in halves) == 0 for side in (0, 1)):
        return None
    return offset


def _begins(text: str) -> bool:
    label = labels.at_start(text)
    number = numbers.at_start(text)
    return (label is not None and not label.alone) or (number is not None and number.said)


def _split(line: str, offset: int) -> tuple[str, str] | None:
    for gap in _GAP.finditer(line):
        if abs(gap.end() - offset) <= 1:
            return line[: gap.start()].rstrip(), line[gap.end() :].strip()
    return None


def _sides(stretch: Sequence[Paragraph], offset: int) -> list[Block]:
    left: list[Block] = []
    right: list[Block] = []
    for block in stretch:
        halves = [_split(line, offset) or (line, "") for line in block.text.split("\n")]
        for side, texts in ((left, [half[0] for half in halves]), (right, [half[1] for half in halves])):
            if text := "\n".join(each for each in texts if each):
                side.append(replace(block, text=text))
    return [*left, *right]
