"""Which of the numbers that could begin a case follow upon each other as those of cases do."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from handlers.papers.rules import labels, numbers
from handlers.papers.rules.candidates import CONTINUED, Candidate, dated, is_broken_line, is_sentence, key_of
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.numbers import Shape
from handlers.papers.rules.text import plain, sentences
from handlers.patterns import pattern_of

_GROUP = pattern_of(
    r"(?P<type>beslutnings|vedtaks|orienterings|drøftings|diskusjons|referat|informasjons|melde)sak(?:er|ar)"
    r"|sak(?:er|ar) til (?P<to>orientering|beslutning|avgjerd|drøfting|diskusjon|vedtak|behandling|informasjon)"
)
"""«2. Beslutningssaker», with the cases below it as 2.1 and 2.2."""


def is_group(text: str) -> bool:
    number = numbers.at_start(text)
    return bool(_GROUP.fullmatch(plain(number.rest if number is not None else text)))


def of_groups(chosen: list[Candidate], candidates: Sequence[Candidate]) -> list[Candidate]:
    """The cases below headings that only gather them, in place of these headings."""
    result: list[Candidate] = []
    for index, each in enumerate(chosen):
        after = chosen[index + 1].at if index + 1 < len(chosen) else None
        group = _GROUP.fullmatch(plain(each.number.rest)) if each.number.shape is Shape.SIMPLE else None
        below = [
            other
            for other in candidates
            if group is not None
            and each.at < other.at
            and (after is None or other.at < after)
            and other.number.shape is Shape.COMPOSITE
            and other.number.separator == "."
            and len(other.number.parts) == 2
            and other.number.parts[0] == each.number.text
            and other.number.rest
        ]
        if group is None or not below:
            result.append(each)
            continue
        types = tuple(numbers.types_of(group["to"] or f"{group['type']}sak"))
        result.extend(
            replace(other, number=replace(other.number, types=other.number.types or types)) for other in below
        )
    return result


def of_one_year(found: list[Candidate], lines: Sequence[Line], meeting_year: int | None) -> list[Candidate]:
    """Without those of another year than the rest: they refer to another meeting."""
    if len(found) < 2:
        return found
    years = numbers.years([each.number for each in found], meeting_year)
    keys = {each.at: (years[each.number], each.number.separator) for each in found}
    counted = Counter(years[each.number] for each in found if not each.number.odd)
    main = counted.most_common(1)[0][0] if counted else None
    seps = Counter(each.number.separator for each in found)
    result = []
    for each in found:
        year, separator = keys[each.at]
        if each.sure or each.number.odd or year == main:
            if each.sure or seps[separator] * 4 >= len(found) or each.number.said or each.number.series:
                result.append(each)
            continue
        if meeting_year is not None and year == meeting_year:
            result.append(each)
            continue
        if counted[year] * 3 >= counted[main] and counted[year] > 1 and lines[each.at].is_heading:
            result.append(each)
    return result


def without_references(found: list[Candidate], lines: Sequence[Line]) -> list[Candidate]:
    """Without those that only refer to a case of the same paper: in a list of attachments, or when all of that case
    stands elsewhere already."""
    firm = {key_of(each.number) for each in found if not each.weak}
    found = [each for each in found if not each.weak or key_of(each.number) not in firm]
    bare_weak = [each for each in found if each.weak]
    if firm and bare_weak:
        found = [each for each in found if not each.weak or each.number.rest]
    result: list[Candidate] = []
    last: dict[tuple[str, str], Candidate] = {}
    positions = [each.at for each in found]
    for index, each in enumerate(found):
        key = key_of(each.number)
        earlier = last.get(key)
        if earlier is not None and not each.sure and not CONTINUED.match(each.number.rest):
            begin = positions.index(earlier.at)
            until = positions[begin + 1] if begin + 1 < len(positions) else len(lines)
            content = sum(len(line.text) for line in lines[earlier.at + 1 : until])
            alike = not each.number.rest or _alike(each.number.rest, earlier.number.rest)
            if content > 150 and not (alike and lines[each.at].is_heading) and not earlier.agenda:
                continue
            if not alike and content > 40 and not lines[each.at].is_heading:
                continue
        last[key] = each
        result.append(each)
        del index
    return result


_RECEIVED = pattern_of(r"(?:referats?ak|melding|skriv|delegert|orienteringssak|referat og)", re.IGNORECASE)


def without_letters_received(found: list[Candidate], lines: Sequence[Line]) -> list[Candidate]:
    """Without «RS 7/24 Brev» below «033/24 Referatsaker», where the list of cases does not have it and the cases have
    no series: what was received is told of there, and one decision stands for all."""
    keys = Counter(key_of(each.number) for each in found)
    if not any(many > 1 for many in keys.values()) or sum(bool(each.number.series) for each in found) * 2 > len(found):
        return found
    result: list[Candidate] = []
    parent: Candidate | None = None
    for each in found:
        if each.number.series and keys[key_of(each.number)] == 1 and parent is not None and not each.sure:
            continue
        parent = each if _RECEIVED.match(plain(each.number.rest)) and not each.number.series else None
        result.append(each)
    return result


def _alike(one: str, other: str) -> bool:
    if not one or not other:
        return True
    # 2.6 MB: only where papers are read.
    from rapidfuzz import fuzz  # noqa: PLC0415

    return fuzz.partial_ratio(plain(one)[:200], plain(other)[:200]) >= 80


def chain_of(found: list[Candidate], lines: Sequence[Line]) -> list[Candidate]:
    """Of the simple numbers those that count the cases: 1, 2, 3 or 268, 269, and not the points of a decision."""
    usable = [
        each
        for each in found
        if not each.weak
        and not (is_sentence(each.number, lines[each.at]) and not each.sure)
        and not (is_broken_line(lines, each.at) and not each.sure)
        and not dated(lines[each.at].text)
        and len(next(iter(sentences(each.number.rest)), "")) < 220
        and not re.match(
            r"(?:jan|feb|mars|apr|mai|jun|jul|aug|sep|okt|nov|des|stk|prosent|kr|timer|vedlegg|møter|dager"
            r"|uker|personer|års?|min)\b",
            each.number.rest,
            re.IGNORECASE,
        )
    ]
    for group in (
        [each for each in usable if each.sure],
        [each for each in usable if each.number.said],
    ):
        if group:
            ordered = _counting(group, lines, strict=False)
            if len({each.number.text for each in ordered}) >= 2 or (len(ordered) == 1 and len(group) == 1):
                return ordered
    styles: dict[tuple[int, bool, str, int, bool], list[Candidate]] = {}
    for each in usable:
        line = lines[each.at]
        if each.number.series:
            continue
        bare = not each.number.mark and not line.is_heading and len(each.number.text) < 2
        # «1 Henvisninger»: only a title that stands alone.
        apart = line.begins or (
            each.at > 0 and (len(lines[each.at - 1].text) < 60 or lines[each.at - 1].text[-1] in ".:")
        )
        if bare and not (apart and _like_title(each.number.rest, line) and len(each.number.rest) < 80):
            continue
        letters = not each.number.text.isdigit()
        style = (line.heading, line.bold or bool(line.strong), each.number.mark, line.indent, letters)
        styles.setdefault(style, []).append(each)
    best: list[Candidate] = []
    best_score = 0.0
    for style, group in styles.items():
        ordered = _counting(group, lines, strict=True)
        distinct = len({each.number.text for each in ordered})
        if distinct < 2:
            continue
        score = distinct * (3.0 if style[0] or style[1] else 1.0)
        if score > best_score:
            best, best_score = ordered, score
    return best


def _counting(group: Sequence[Candidate], lines: Sequence[Line], *, strict: bool) -> list[Candidate]:
    """Those that go up one by one; a list of cases before them may count the same once."""
    result: list[Candidate] = []
    seen: dict[int, str] = {}
    last: int | None = None
    nested: int | None = None
    nested_at = -9
    for each in group:
        value = each.number.value
        right_below = nested is not None and value == nested + 1 and each.at == nested_at + 1
        if strict and right_below and not lines[each.at].heading:
            nested, nested_at = value, each.at
            continue
        title = each.number.rest
        line = lines[each.at]
        after_label = _after_decision_label(lines, each.at)
        if last is None:
            if strict and value not in (0, 1) and value < 10:
                continue
            if strict and after_label:
                nested, nested_at = value, each.at
                continue
            result.append(each)
            seen[value] = title
            last = value
            continue
        if value in seen:
            if title and seen[value] and _alike(title, seen[value]) and not after_label:
                # The list of cases first, and now the cases themselves.
                result.append(each)
                last, nested = value, None
                continue
            nested, nested_at = value, each.at
            continue
        if strict and (after_label or (nested is not None and value == nested + 1 and not _like_title(title, line))):
            nested, nested_at = value, each.at
            continue
        if value == last + 1 or (not strict and last < value <= last + 5) or (strict and value == last + 2):
            result.append(each)
            seen[value] = title
            last, nested = value, None
    return result


def _like_title(text: str, line: Line) -> bool:
    return line.is_heading or (bool(text) and text[-1] not in ".;,:" and len(text) < 120)


def _after_decision_label(lines: Sequence[Line], at: int) -> bool:
    """Whether the line stands right below «Vedtak» or an introduction that ends in a colon."""
    if at == 0:
        return False
    before = lines[at - 1]
    if lines[at].is_heading and not before.is_heading:
        return False
    label = labels.at_start(before.text)
    if label is not None and label.label in (Label.AGENDA, Label.CASE_NUMBER, Label.ANY_OTHER):
        return False
    if (
        label is not None
        and not label.rest
        and label.label in (Label.DECISION, Label.PROPOSAL, Label.DISCUSSION, Label.FOLLOW_UP)
    ):
        return True
    return before.text.endswith(":") and label is None
