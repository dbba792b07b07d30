"""What the styles of a Word document say of its paragraphs: headings, numbers, bold, hidden."""

import re
from typing import Any, NamedTuple

from handlers.papers.reading.word.names import W, switched, value, whole
from handlers.patterns import pattern_of

_HEADING = pattern_of(r"(?:heading|overskrift|rubrik)\s*(\d)\b", re.IGNORECASE)
_TITLE = pattern_of(r"(?:title|tittel)$", re.IGNORECASE)
_CONTENTS = pattern_of(r"toc\b|inn?h(?:old|ald)?\s*\d\b|innholdsfortegnelse|innhaldsliste", re.IGNORECASE)
_BODY = 9
"""The outline level of what is no heading."""
_DEEPEST = 12
"""Styles that a style may build on, one on another: a circle ends here."""


class Look(NamedTuple):
    """A style, with what it builds on."""

    heading: int = 0
    contents: bool = False
    """A table of contents: a list, made by Word, of what stands below."""
    numbered: tuple[str, int | None] | None = None
    """The list that it belongs to, and the level in it, where the style says."""
    indent: int = 0
    bold: bool | None = None
    hidden: bool | None = None
    struck: bool | None = None


class Styles:
    """By id, of paragraphs and of letters alike."""

    def __init__(self, root: Any) -> None:
        self._found = {} if root is None else {str(each.get(f"{W}styleId")): each for each in root.iter(f"{W}style")}
        self._looks: dict[str, Look] = {}
        self._usual = next(
            (name for name, each in self._found.items() if each.get(f"{W}type") == "paragraph" and _is_default(each)),
            None,
        )

    def look(self, name: str | None) -> Look:
        """`name`: a style's id; None: the one that paragraphs without one have."""
        wanted = self._usual if name is None else name
        if wanted is None:
            return Look()
        if wanted not in self._looks:
            self._looks[wanted] = self._look(wanted)
        return self._looks[wanted]

    def _look(self, name: str) -> Look:
        found = Look()
        for style in reversed(self._chain(name)):
            found = _over(found, style)
        return found

    def _chain(self, name: str) -> list[Any]:
        """The style, and each that it builds on."""
        chain: list[Any] = []
        next_one: str | None = name
        while next_one is not None and len(chain) < _DEEPEST and (style := self._found.get(next_one)) is not None:
            chain.append(style)
            next_one = value(style, "basedOn")
        return chain


def _over(below: Look, style: Any) -> Look:
    """A style over the one that it builds on."""
    paragraph, letters = style.find(f"{W}pPr"), style.find(f"{W}rPr")
    heading = below.heading
    name = value(style, "name") or ""
    if by_name := _HEADING.match(name):
        heading = int(by_name[1])
    elif _TITLE.match(name):
        heading = 1
    level = whole(value(paragraph, "outlineLvl"))
    if level is not None:
        heading = level + 1 if level < _BODY else 0
    numbered = below.numbered
    number = paragraph.find(f"{W}numPr") if paragraph is not None else None
    if number is not None:
        numbered = (value(number, "numId") or (numbered[0] if numbered else ""), whole(value(number, "ilvl")))
    bold, hidden, struck = (switched(letters, each) for each in ("b", "vanish", "strike"))
    return Look(
        heading=heading,
        contents=below.contents or bool(_CONTENTS.match(name)),
        numbered=numbered,
        indent=below.indent if (own := indent_of(paragraph)) is None else own,
        bold=below.bold if bold is None else bold,
        hidden=below.hidden if hidden is None else hidden,
        struck=below.struck if struck is None else struck,
    )


def indent_of(paragraph: Any) -> int | None:
    """How far in, in steps of 1.25 cm; None: it does not say."""
    found = paragraph.find(f"{W}ind") if paragraph is not None else None
    if found is None:
        return None
    left = whole(found.get(f"{W}left") or found.get(f"{W}start"))
    return None if left is None else max(0, min(9, round(left / 709)))


def _is_default(style: Any) -> bool:
    return str(style.get(f"{W}default", "0")).lower() in ("1", "true", "on")
