"""The small pieces that everything on Slack is made of.

What people wrote is only ever put into `plain_text` and `rich_text`, where nothing is interpreted: no `<!channel>`
pings, no `[x](http://…)` or `*` means anything. `mrkdwn` is not used for blocks at all; the one text that Slack
does interpret is the fallback text of a message, which goes through `escape`.

Limits: `handlers.limits`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from handlers.limits import SLACK
from handlers.messages.message import Image
from handlers.writing.text import GRAPHEME, length, shorten

Block = dict[str, Any]
"""A block, an element or a composition object, as JSON."""
Line = Sequence[Block]
"""What stands on one line of a `rich` text: runs and links."""

EMPTY = "–"
"""Shown where there is nothing: Slack refuses a whole view or message for one empty text."""

_SMALL = 1000
"""So much of what stands in small print is shown: it is read beside something else."""
_GOOD_BREAK = re.compile(r"\s")


def plain(text: str, limit: int = SLACK.text) -> Block:
    """Text that is shown and never read back, shortened to `limit`."""
    return {"type": "plain_text", "text": shorten(text, limit) if text.strip() else EMPTY, "emoji": False}


def run(text: str, *, bold: bool = False) -> Block:
    """Text in a `rich` line."""
    found: Block = {"type": "text", "text": text}
    if bold:
        found["style"] = {"bold": True}
    return found


def link(label: str, url: str) -> Block:
    """A link in a `rich` line; anything but a web address becomes plain text."""
    if re.match(r"https?://", url, re.IGNORECASE) and length(url) <= SLACK.text:
        return {"type": "link", "url": url, "text": shorten(label if label.strip() else url, 100)}
    return run(f"{label} ({url})" if label.strip() else url)


def pieces(text: str, limit: int = SLACK.text) -> Iterator[str]:
    """`text` in pieces of at most `limit` units, nothing left out; broken between words where that is possible."""
    if length(text) <= limit:
        # Nearly always; going through it character by character takes a while.
        if text:
            yield text
        return
    piece = ""
    room = limit
    for grapheme in GRAPHEME.findall(text):
        # One character with thousands of accents is longer than a piece: then between its code points.
        for part in (grapheme,) if length(grapheme) <= limit else tuple(grapheme):
            size = length(part)
            while size > room:
                kept = _up_to_last_space(piece)
                yield kept
                piece = piece[len(kept) :]
                room = limit - length(piece)
            piece += part
            room -= size
    if piece:
        yield piece


def _up_to_last_space(piece: str) -> str:
    """The piece up to its last space, if that is in its second half."""
    for position in range(len(piece) - 1, len(piece) // 2, -1):
        if _GOOD_BREAK.match(piece[position]):
            return piece[: position + 1]
    return piece


def rich(lines: Iterable[Line]) -> list[Block]:
    """These lines as rich text: as few blocks as can hold them, each within the limit of one text."""
    blocks: list[Block] = []
    elements: list[Block] = []
    room = 0
    for line in lines:
        first = True
        for element in _small_enough(line):
            size = length(element["text"])
            if size >= room:
                elements = []
                blocks.append({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]})
                room = SLACK.text
            elif first:
                elements.append(run("\n"))
                room -= 1
            elements.append(element)
            room -= size
            first = False
    return blocks


def _small_enough(line: Line) -> Iterator[Block]:
    for element in line:
        if element["type"] == "text" and not 0 < 2 * len(element["text"]) < SLACK.text:
            for piece in pieces(element["text"], SLACK.text - 1):
                yield {**element, "text": piece}
        else:
            yield element


def paragraphs(text: str) -> list[Line]:
    """A text of one or more lines, as lines of a `rich` text."""
    return [[run(line)] if line else [run(" ")] for line in text.split("\n")] if text.strip() else []


def context(text: str, limit: int = _SMALL) -> Block:
    """Small grey text."""
    return {"type": "context", "elements": [plain(text, limit)]}


def picture(image: Image) -> Block | None:
    """The picture, if Slack can be told where it is (Block Kit reference, «Image block»)."""
    url = image.address
    if url is None or length(url) > SLACK.text:
        return None
    return {"type": "image", "image_url": url, "alt_text": shorten(image.alt, SLACK.alternative)}


def without_pictures(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks, with what each picture shows told in words."""
    return [
        drawn
        for block in blocks
        for drawn in (rich(paragraphs(block["alt_text"])) if block["type"] == "image" else [block])
    ]


def escape(text: str) -> str:
    """Text for the one place where Slack interprets it. The three characters are those Slack asks to be escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def units(blocks: Iterable[Block]) -> int:
    """How many units of text these blocks show."""
    return sum(_units(block) for block in blocks)


_TEXTS = ("text", "alt_text", "accessibility_label", "title", "confirm", "deny", "elements", "element", "fields")


def _units(part: Any) -> int:
    if isinstance(part, dict):
        return sum(length(value) if isinstance(value, str) else _units(value) for value in _shown(part))
    return sum(map(_units, part)) if isinstance(part, list) else 0


def _shown(part: Block) -> Iterator[Any]:
    for name, value in part.items():
        if name in _TEXTS:
            yield value
