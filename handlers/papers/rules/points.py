"""The text below a label, as points: decisions one by one, without how they were voted on."""

import re
from collections.abc import Iterable, Sequence

from handlers.papers.rules import decisions, labels
from handlers.papers.rules.flow import Line
from handlers.patterns import pattern_of

POINT = pattern_of(
    r"^\s{0,3}(?:(?:pkt\.?|punkt)\s?)?(?P<mark>\d{1,2}[.)]|[a-zA-Z]\)|[a-hA-H]\.|[ivxIVX]{1,4}[.)])\s+(?=\S)"
    r"(?!(?:kvartal|halvår|tertial|januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember)\b)"
)
_BULLETS = ("•", "●", "○", "▪", "◦", "-", "–", "—", "*")


def joined(lines: Iterable[Line]) -> str:
    """The text of some lines: those of one paragraph that were only broken at the margin as one."""
    result = ""
    last: Line | None = None
    for line in lines:
        text = f"{line.mark} {line.text}" if line.mark in ("•", "●", "○", "▪", "-", "–", "*") else line.text
        if last is None:
            result = text
        elif (
            line.paragraph == last.paragraph
            and not line.begins
            and not line.mark
            and not POINT.match(line.text)
            and labels.at_start(line.text) is None
            and (line.text[:1].islower() or len(last.text) > 55)
        ):
            result += " " + text
        elif (
            not line.mark
            and line.text[:1].islower()
            and last.text[-1:] not in ".:;!?"
            and len(last.text) > 30
            and not line.row
        ):
            # A sentence that goes on over a page.
            result += " " + text
        else:
            result += "\n" + text
        last = line
    return result.strip()


ADVISES = pattern_of(
    rf"(?:(?i:{decisions.BODY})|[A-ZÆØÅ][^.:]{{2,60}}?(?:utval|råd|forum|styre|nemnd))\s(?:\w+\s){{0,3}}?"
    r"(?:rår|tilrår|anbefaler|gir (?:slik|følgende|følgjande) tilråding)\b"
)
_ONLY_VOTED = pattern_of(
    r"(?:(?:vedtaket|vedtak|beslutningen|avgjerda|innstillingen|innstillinga|tilrådinga)\s(?:var|er|ble|blei|vart)\s)?"
    r"(?:enstemmig|samrøystes|einstemmig|einrøystes|enst\.?)(?:\s(?:vedtatt|vedteke|vedtak|godkjent|godkjend))?"
    r"|(?:mot )?\d{1,3} (?:stemmer?|røyster?)?\s?mot \d{1,3}(?: stemmer?| røyster?)?",
    re.IGNORECASE,
)
"""A line that says how the vote went, and nothing else."""


def without_votes(part: Sequence[Line], said: list[str]) -> list[Line]:
    """The lines of a decision without those that only tell how it was voted; these go to what was `said`."""
    votes = [line for line in part if _ONLY_VOTED.fullmatch(line.text.strip(" .()–-"))]
    if not votes or len(votes) == len(part):
        return list(part)
    said.extend(line.text for line in votes)
    return [line for line in part if line not in votes]


def _same_subject(part: Sequence[Line]) -> bool:
    """Whether each paragraph is a sentence of the same body («FSU ber …», «FSU støtter …»): decisions of their own."""
    if len(part) < 2 or any(line.mark or not line.text.rstrip().endswith(".") for line in part):
        return False
    subject = _SUBJECT.match(part[0].text)
    return subject is not None and all(
        (other := _SUBJECT.match(line.text)) is not None and other["who"] == subject["who"] for line in part
    )


_SUBJECT = pattern_of(
    r"(?P<who>[A-ZÆØÅ]{2,6}(?:-[A-ZÆØÅ]{1,5})?|[A-ZÆØÅ]\w*(?:utvalget|utvalet|styret|rådet|møtet|forumet|komiteen|nemnda"
    r"|gruppa|gruppen|Utvalget|Utvalet|Styret|Rådet|Forumet))\s[a-zæøå]{2,}"
)


def points(part: Sequence[Line]) -> list[str]:
    """The decisions below a label: each numbered point by itself, and each sentence of the same body; else all of it as
    one."""
    if _same_subject(part):
        return [line.text for line in part]
    if part and all(line.mark in _BULLETS for line in part):
        return [line.text for line in part]
    marked = [bool(POINT.match(line.text)) for line in part]
    if sum(marked) < 2 and not (marked and marked[0]):
        text = joined(part)
        return [text] if text else []
    result: list[str] = []
    group: list[Line] = []
    intro: list[Line] = []
    for line, point in zip(part, marked, strict=True):
        if point:
            if group:
                result.append(joined(group))
            text = POINT.sub("", line.text, count=1)
            group = [Line(text, paragraph=line.paragraph, begins=line.begins, row=line.row)]
        elif group:
            group.append(line)
        else:
            intro.append(line)
    if group:
        result.append(joined(group))
    opening = joined(intro)
    if opening and (not opening.endswith(":") or (len(opening) > 40 and decisions.hidden(opening.rstrip(":")))):
        result.insert(0, opening)
    return [each for each in result if each]
