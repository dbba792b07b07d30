"""Automatic numbers, worked out as Word shows them (ECMA-376, part 1, 17.9): they stand nowhere in the text."""

import re
from typing import Any, NamedTuple

from handlers.papers.reading.word.names import VAL, W, switched, value, whole
from handlers.patterns import pattern_of

_PLACE = pattern_of(r"%([1-9])")
_LEVELS = 9
_BULLETS = {"o": "○", "\uf06f": "○", "§": "•", "v": "•", "Ø": "•", "q": "•", "ü": "•", "·": "•"}
"""Letters of the fonts that bullets are in (Courier New, Wingdings, Symbol), as they look."""
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_NEVER = 0
_MOST = 32767


class _Level(NamedTuple):
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None
    """The level, from 1, that begins this one anew; 0: none does. None: any above it."""
    style: str | None = None
    legal: bool = False
    """All its numbers are figures."""


class _List(NamedTuple):
    """What `w:num` says: the list that it counts in, and what is its own."""

    counted_in: str
    starts: dict[int, int]
    levels: dict[int, _Level]


class Numbering:
    """The numbers of a document, counted as its paragraphs are read in order."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        of_style: dict[str, str] = {}
        links: dict[str, str] = {}
        for each in root.iter(f"{W}abstractNum"):
            name = str(each.get(f"{W}abstractNumId"))
            self._levels[name] = dict(_level(level) for level in each.findall(f"{W}lvl"))
            if (style := value(each, "styleLink")) is not None:
                of_style[style] = name
            if (link := value(each, "numStyleLink")) is not None:
                links[name] = link
        for name, style in links.items():
            # A list that only says that it looks as a style of lists does.
            self._levels[name] = self._levels.get(of_style.get(style, ""), self._levels[name])
        for each in root.iter(f"{W}num"):
            own: dict[int, _Level] = {}
            starts: dict[int, int] = {}
            for over in each.findall(f"{W}lvlOverride"):
                at = whole(over.get(f"{W}ilvl")) or 0
                start = whole(value(over, "startOverride"))
                if start is not None:
                    starts[at] = start
                if (level := over.find(f"{W}lvl")) is not None:
                    own[at] = _level(level)[1]
            counted_in = value(each, "abstractNumId") or ""
            self._lists[str(each.get(f"{W}numId"))] = _List(counted_in, starts, own)

    def level_of_style(self, number: str, style: str | None) -> int:
        """The level of a list that a style has, where the style does not say."""
        found = self._lists.get(number)
        levels = self._levels.get(found.counted_in, {}) if found is not None else {}
        return next((at for at, level in levels.items() if style is not None and level.style == style), 0)

    def next(self, number: str, at: int) -> str:
        """The next number at a level (from 0) of a list; empty: it shows none."""
        listed = self._lists.get(number)
        if listed is None or not 0 <= at < _LEVELS:
            return ""
        levels = {**self._levels.get(listed.counted_in, {}), **listed.levels}
        level = levels.get(at)
        if level is None:
            return ""
        counts = self._counts.setdefault(listed.counted_in, {})
        if at in listed.starts and (number, at) not in self._begun:
            counts[at] = listed.starts[at]
        else:
            counts[at] = counts[at] + 1 if at in counts else level.start
        self._begun.add((number, at))
        for deeper in [each for each in counts if each > at]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or (restart != _NEVER and at < restart):
                del counts[deeper]
        if level.form == "bullet":
            return _bullet(level.text)

        def count(place: re.Match[str]) -> str:
            place_level = int(place[1]) - 1
            there = levels.get(place_level, _Level())
            number_there = counts.get(place_level, there.start)
            return written(number_there, "decimal" if level.legal else there.form)

        return _PLACE.sub(count, level.text).strip()


def _level(level: Any) -> tuple[int, _Level]:
    return whole(level.get(f"{W}ilvl")) or 0, _Level(
        start=_or(whole(value(level, "start")), 1),
        form=_form(level),
        text=value(level, "lvlText") or "",
        restart=whole(value(level, "lvlRestart")),
        style=value(level, "pStyle"),
        legal=bool(switched(level, "isLgl")),
    )


def _form(level: Any) -> str:
    """`w:numFmt`, also where newer formats stand in an alternative."""
    for found in level.iter(f"{W}numFmt"):
        form = str(found.get(VAL, "decimal"))
        if form != "custom":
            return form
    return "decimal"


def _or(found: int | None, otherwise: int) -> int:
    return otherwise if found is None else found


def _bullet(text: str) -> str:
    return "•" if not text or ("\ue000" <= text[0] <= "\uf8ff" and text not in _BULLETS) else _BULLETS.get(text, text)


def written(number: int, form: str) -> str:
    """A number as a level writes it."""
    if not 0 <= number <= _MOST:
        return str(number)
    match form:
        case "none":
            return ""
        case "decimalZero":
            return f"{number:02}"
        case "lowerLetter" | "upperLetter":
            # After z come aa and bb.
            letter = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26) if number else ""
            return letter.upper() if form == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            return _roman(number).upper() if form == "upperRoman" else _roman(number)
        case "ordinal":
            return f"{number}."
        case _:
            return str(number)


def _roman(number: int) -> str:
    found = ""
    for worth, letters in _ROMAN:
        times, number = divmod(number, worth)
        found += letters * times
    return found
