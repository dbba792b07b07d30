"""Where cases begin and end in a paper: which numbers are cases, and which are dates, points and references."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from handlers.papers.rules import days, labels, numbers
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.numbers import Number, Shape
from handlers.papers.rules.text import plain, sentences
from handlers.papers.rules.told import tells_who
from handlers.patterns import pattern_of


@dataclass(slots=True)
class Piece:
    """A case with its lines. `listed`: it only stands in a list of cases, as far as is known."""

    number: Number | None
    title: str
    lines: list[Line] = field(default_factory=list)
    listed: bool = False


@dataclass(slots=True)
class Split:
    """A paper in its parts: `frame` what stands before and after the cases, `foreign` what belongs to another
    document that is bound in with it."""

    frame: list[Line]
    pieces: list[Piece]
    foreign: list[Line]
    headings_only: bool = False
    """The cases have no numbers: their headings made them."""


@dataclass(slots=True)
class _Candidate:
    at: int
    number: Number
    sure: bool
    """In a column of numbers."""
    weak: bool = False
    """In a list of attachments."""
    agenda: bool = False


_FRAME_LABELS = frozenset(
    {Label.PRESENT, Label.ABSENT, Label.INVITED, Label.MEETING_DATE, Label.DATE_PLACE, Label.COMMITTEE}
    | {Label.SIGNED, Label.COPY, Label.NEXT_MEETING, Label.ENDED, Label.SENT, Label.OWN_NUMBER}
)
"""Labels that speak of the meeting and not of a case, wherever they stand."""

_APPROVAL = pattern_of(
    r"(?:sak(?:en)?: )?(?:godkjenn(?:ing|e|ast)|godkjent|godkjend|opptak"
    r"|registrering)\b.{0,20}\b(?:innkalling|dagsorden|sak(?:s)?list|agenda|referat|protokoll|møtebok"
    r"|møteprotokoll|møtereferat)"
    r"|(?:innkalling|innkallinga|dagsorden|saksliste|sakliste|agenda) og (?:innkalling|dagsorden|sakliste"
    r"|saksliste|agenda)$"
    r"|(?:møte)?(?:referat|protokoll)(?:et|en)? (?:fra |frå )?(?:forrige|førre|siste|sist)\b"
    r"|konstituering|åpning av møtet|opning av møtet|underskrift(?:er)? (?:av|på) (?:protokoll|møtebok)",
)
_MINUTES_OF = pattern_of(
    r"(?:møte)?(?:referat|protokoll)(?:er|et|en)? (?:fra |frå )?(?:møte|[a-zæøå]{2,6} \d|.{2,40}\d{1,2}[./]\s?\d)"
)
"""«Referat FSU 31.08.23»: an item in a table of cases, and elsewhere the title of a paper."""
CONTINUED = pattern_of(r"\W*(?:fortsettelse|fortsatt|forts\b|framhald|frå før pausen|fortsetter)", re.IGNORECASE)
"""«Sak 12/25 – fortsettelse»: the same case, later in the meeting."""
_ANY_OTHER = pattern_of(
    r"(?:eventuelt|evt|ymse|eventuelle saker|innmeldte saker til eventuelt)\b.{0,30}", re.IGNORECASE
)
_STANDING = pattern_of(r"evaluering(?: av møtet)?|neste møte.{0,60}|pause|lunsj|velkommen|møteevaluering")
_NOT_UPPER = pattern_of(r"[a-zæøå]")
_SENTENCE = pattern_of(
    r"(?:ble|blei|vart|er|var|skal|gjelder|gjeld|tas|vil|kan|må|har|hadde|omhandler|viser|vises|ligger|ligg"
    r"|legges|og|eller|i|om|til|fra|som|bør|bes)\b"
)
_FOREIGN = pattern_of(
    r"(?:møte)?(?:referat|protokoll|møtebok) (?:fra|frå|for)\b|(?:møte)?(?:referat|protokoll|møtebok)$"
    r"|saksfram?legg\b|saksfremlegg\b|saksutredning\b|saksnotat\b|mandat for\b"
    r"|vedlegg (?:nr\.? ?)?\d{1,2}\b"
    r"|rapport\b|innkalling (?:til|fra)\b|møteinnkalling$|høringsuttalelse|utkast til mandat"
)
_FRAME_EVIDENCE = frozenset({Label.PRESENT, Label.ABSENT, Label.MEETING_DATE, Label.DATE, Label.DATE_PLACE, Label.PLACE,
    Label.COMMITTEE, Label.REFERENT, Label.SUBJECT, Label.CHAIR, Label.TIME})  # fmt: skip


def split(lines: Sequence[Line], meeting_year: int | None, *, refused: bool = False) -> Split:
    """The parts of a paper."""
    end = _foreign_from(lines, meeting_year)
    own, foreign = list(lines[:end]), list(lines[end:])
    openings = _openings(own, meeting_year)
    headings_only = False
    if not any(number is not None for number, _title in openings.values()) and not refused:
        by_heading = _by_heading(own)
        if len(by_heading) > len(openings):
            openings, headings_only = by_heading, True
    return _pieces(own, openings, foreign, headings_only)


# Which lines open a case


def _candidates(lines: Sequence[Line]) -> Iterator[_Candidate]:
    attachments = agenda = False
    attached: set[tuple[str, str]] = set()
    handled = -1
    for at, line in enumerate(lines):
        if at <= handled:
            continue
        label = labels.at_start(line.text)
        if label is not None and label.label is not Label.CASE_NUMBER and numbers.at_start(line.text) is None:
            attachments = label.label is Label.ATTACHMENTS
            if label.label is Label.AGENDA:
                agenda = True
            elif label.label in _FRAME_LABELS | {Label.DECISION}:
                agenda = False
        if line.label not in (None, Label.CASE_NUMBER):
            continue
        column = line.column
        if column is not None and column.kind is not Label.CASE_NUMBER:
            continue
        text = line.text
        if column is not None:
            cell = [each for each in lines[at : at + 12] if each.row == line.row and each.column is column]
            text = " ".join(each.text for each in cell)
            handled = at + len(cell) - 1
        number = numbers.at_start(text)
        if number is None and label is not None and label.label is Label.CASE_NUMBER:
            number = numbers.at_start(f"Sak {label.rest}")
        if number is None:
            continue
        if line.label is Label.CASE_NUMBER and label is not None:
            number = numbers.at_start(f"Sak {label.rest}") or number
        if attachments and column is None:
            below = lines[at + 1].text if at + 1 < len(lines) else ""
            if key_of(number) in attached and (line.begins or numbers.at_start(below) is None):
                # The list of what is attached to each case is over: here is the first of the cases.
                attachments = False
            attached.add(key_of(number))
        yield _Candidate(at, number, column is not None, weak=attachments and column is None, agenda=agenda)


def _sentence(number: Number, line: Line) -> bool:
    """Whether a number goes on as a sentence: a reference, or a line that was broken there."""
    rest = number.rest
    if not rest or line.is_heading or CONTINUED.match(rest):
        return False
    if rest[0].islower():
        return True
    return bool(_SENTENCE.match(rest))


def _broken_line(lines: Sequence[Line], at: int) -> bool:
    """Whether the line goes on from the one before it, in the middle of a sentence."""
    if at == 0:
        return False
    number, last = numbers.at_start(lines[at].text), numbers.at_start(lines[at - 1].text)
    if number is not None and number.separator and _REFERS.search(lines[at - 1].text) and not lines[at].row:
        return True
    if lines[at].begins or lines[at - 1].paragraph != lines[at].paragraph:
        return False
    before = lines[at - 1].text
    if number is not None and number.said and lines[at].text[:1].isupper() and number.rest[:1].isupper():
        return False
    if number is not None and last is not None and number.rest[:1].isupper() and _follows(number, last):
        # The next of a list of cases, however long the title on the line before it.
        return False
    return len(before) > 60 and before[-1] not in ".:;!?"


_REFERS = pattern_of(
    r"\S\s(?:sak|saken|saka|jf\.?|ref\.?|og|se|i|av|til|fra|frå|med|om|for|under|ved|mot|etter|vedtak|nr\.?)$",
    re.IGNORECASE,
)
"""A line that a number at the beginning of the next belongs to."""


def _follows(number: Number, last: Number) -> bool:
    """Whether both are built alike, and one part of the two is the same."""
    alike = (number.said, number.series, number.separator) == (last.said, last.series, last.separator)
    return alike and bool(number.separator) and bool(set(number.parts) & set(last.parts)) and number.text != last.text


def _near(part: str, year: int) -> bool:
    if len(part) == 4:
        return abs(int(part) - year) <= 1
    return len(part) == 2 and any(int(part) == (year + shift) % 100 for shift in (-1, 0, 1))


def _plausible(candidate: _Candidate, lines: Sequence[Line], meeting_year: int | None) -> bool:
    number, line = candidate.number, lines[candidate.at]
    if candidate.sure:
        return not _dated(line.text)
    if _sentence(number, line) or _broken_line(lines, candidate.at):
        return False
    if number.series and not number.said and _dated(line.text.removeprefix(number.series).lstrip()):
        # «AU 14/3-25»: which meeting it was.
        return False
    if number.separator == ".":
        if not any(len(part) in (4, 5) for part in number.parts):
            return number.said and not _dated(line.text)
        if re.match(r"\d{1,2}\.(?:19|20)\d\d", number.text) and not number.said:
            # «03.2026»: a month. A case of that form has «Sak» before it.
            return False
    if number.separator == "-" and not any(len(part) == 4 for part in number.parts):
        fits = meeting_year is not None and any(_near(part, meeting_year) for part in number.parts)
        if number.said and not fits and len(number.parts[0]) <= 2 and not number.parts[0].startswith("0"):
            return False
        if not number.said and not fits:
            return False
    if number.odd:
        return number.parts[0].startswith("20")
    if number.said or (number.series and number.separator == "/"):
        return True
    if _dated(line.text):
        return False
    if meeting_year is not None:
        return any(_near(part, meeting_year) for part in (number.parts[0], number.parts[-1]))
    return any(len(part) == 4 for part in number.parts) or len(number.parts[-1]) == 2


def _dated(text: str) -> bool:
    """Whether the text begins with a whole date or a time."""
    found = days.first(text[:40])
    if found is not None and found.start == 0 and found.year_given:
        return True
    return bool(re.match(r"\s*\d{1,2}[.:]\d\d\s*[-–]\s*\d{1,2}[.:]\d\d", text))


def _openings(lines: Sequence[Line], meeting_year: int | None) -> dict[int, tuple[Number | None, str]]:
    candidates = list(_candidates(lines))
    composite = [
        each for each in candidates if each.number.shape is Shape.COMPOSITE and _plausible(each, lines, meeting_year)
    ]
    composite = _of_one_year(composite, lines, meeting_year)
    composite = _without_references(composite, lines)
    composite = _without_letters_received(composite, lines)
    simple = [each for each in candidates if each.number.shape is Shape.SIMPLE]
    chosen = composite
    chain = _chain(simple, lines)
    strong = sum(each.sure or each.number.said or lines[each.at].is_heading for each in chain)
    if not composite or (
        len({each.number.text for each in composite}) == 1
        and not composite[0].sure
        and len({each.number.text for each in chain}) >= 3
        and strong >= 3
        and not lines[composite[0].at].is_heading
    ):
        chosen = chain
    chosen = _of_groups(chosen, candidates)
    openings: dict[int, tuple[Number | None, str]] = {each.at: (each.number, each.number.rest) for each in chosen}
    openings.update(_unnumbered(lines, openings))
    return dict(sorted(openings.items()))


_GROUP = pattern_of(
    r"(?P<type>beslutnings|vedtaks|orienterings|drøftings|diskusjons|referat|informasjons|melde)sak(?:er|ar)"
    r"|sak(?:er|ar) til (?P<to>orientering|beslutning|avgjerd|drøfting|diskusjon|vedtak|behandling|informasjon)"
)
"""«2. Beslutningssaker», with the cases below it as 2.1 and 2.2."""


def _is_group(text: str) -> bool:
    number = numbers.at_start(text)
    return bool(_GROUP.fullmatch(plain(number.rest if number is not None else text)))


def _of_groups(chosen: list[_Candidate], candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The cases below headings that only gather them, in place of these headings."""
    result: list[_Candidate] = []
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


def _of_one_year(found: list[_Candidate], lines: Sequence[Line], meeting_year: int | None) -> list[_Candidate]:
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


def key_of(number: Number) -> tuple[str, str]:
    return number.series, re.sub(r"(?<!\d)0+(?=\d)", "", number.text)


def _without_references(found: list[_Candidate], lines: Sequence[Line]) -> list[_Candidate]:
    """Without those that only refer to a case of the same paper: in a list of attachments, or when all of that case
    stands elsewhere already."""
    firm = {key_of(each.number) for each in found if not each.weak}
    found = [each for each in found if not each.weak or key_of(each.number) not in firm]
    bare_weak = [each for each in found if each.weak]
    if firm and bare_weak:
        found = [each for each in found if not each.weak or each.number.rest]
    result: list[_Candidate] = []
    last: dict[tuple[str, str], _Candidate] = {}
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


def _without_letters_received(found: list[_Candidate], lines: Sequence[Line]) -> list[_Candidate]:
    """Without «RS 7/24 Brev» below «033/24 Referatsaker», where the list of cases does not have it and the cases have
    no series: what was received is told of there, and one decision stands for all."""
    keys = Counter(key_of(each.number) for each in found)
    if not any(many > 1 for many in keys.values()) or sum(bool(each.number.series) for each in found) * 2 > len(found):
        return found
    result: list[_Candidate] = []
    parent: _Candidate | None = None
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


def _chain(found: list[_Candidate], lines: Sequence[Line]) -> list[_Candidate]:
    """Of the simple numbers those that count the cases: 1, 2, 3 or 268, 269, and not the points of a decision."""
    usable = [
        each
        for each in found
        if not each.weak
        and not (_sentence(each.number, lines[each.at]) and not each.sure)
        and not (_broken_line(lines, each.at) and not each.sure)
        and not _dated(lines[each.at].text)
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
    styles: dict[tuple[int, bool, str, int, bool], list[_Candidate]] = {}
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
    best: list[_Candidate] = []
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


def _counting(group: Sequence[_Candidate], lines: Sequence[Line], *, strict: bool) -> list[_Candidate]:
    """Those that go up one by one; a list of cases before them may count the same once."""
    result: list[_Candidate] = []
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


def _unnumbered(
    lines: Sequence[Line], openings: dict[int, tuple[Number | None, str]]
) -> dict[int, tuple[Number | None, str]]:
    """Approvals and «Eventuelt» that carry no number."""
    result: dict[int, tuple[Number | None, str]] = {}
    numbered_rows = {lines[at].row for at in openings if lines[at].row}
    in_columns = any(lines[at].column is not None for at in openings)
    begun = min(openings, default=len(lines))
    last = max(openings, default=-1)
    opened_rows: set[int] = set()
    for at, line in enumerate(lines):
        if at in openings or line.label not in (None,) or not line.text:
            continue
        text = plain(line.text)
        # A row of a table of cases, with nothing in the column of numbers.
        if line.column is not None:
            if line.row in numbered_rows or line.row in opened_rows or line.column.kind is Label.CASE_NUMBER:
                continue
            opened_rows.add(line.row)
            if line.column.opens:
                result[at] = (None, line.text)
                continue
            title = line.strong or line.text
            if labels.at_start(line.text) is not None and not _ANY_OTHER.fullmatch(text):
                continue
            titled = line.strong_title and len(title) < 150 and line.begins
            approval = _APPROVAL.match(text) or _MINUTES_OF.match(text) or _STANDING.fullmatch(text)
            if approval or ((_ANY_OTHER.match(text) or titled) and not line.mark):
                result[at] = (None, line.text)
            continue
        if in_columns and begun < at < last:
            continue
        if len(text) > 110 or (line.text.rstrip().endswith((".", ",", ";")) and not line.is_heading):
            continue
        if (at - 1) in openings and not openings[at - 1][1].strip():
            # The title of the number on the line above.
            continue
        if _ANY_OTHER.fullmatch(text) and (at > last or line.is_heading) and last >= 0:
            result[at] = (None, line.text)
        elif _APPROVAL.match(text) and (line.is_heading or _decision_soon(lines, at, openings)) and line.begins:
            if (at - 1) in openings:
                continue
            result[at] = (None, line.text)
    return result


def _decision_soon(lines: Sequence[Line], at: int, openings: dict[int, tuple[Number | None, str]]) -> bool:
    for later in range(at + 1, min(at + 5, len(lines))):
        if later in openings:
            return False
        label = labels.at_start(lines[later].text)
        if label is not None and label.label in (Label.DECISION, Label.PROPOSAL):
            return True
    return False


_FRAME_TITLE = pattern_of(
    r"(?:møte)?(?:referat|protokoll|innkalling|bok)\b|referat\b|protokoll\b|innkalling\b|møte(?:referat"
    r"|protokoll|bok|innkalling)|utkast|godkjent$|til stede|side \d|unntatt|velkommen$|møteplan"
)


def _by_heading(lines: Sequence[Line]) -> dict[int, tuple[Number | None, str]]:
    """Cases without numbers: a heading, and text below it."""
    headings = [
        at
        for at, line in enumerate(lines)
        if line.is_heading
        and line.label is None
        and 3 < len(line.text) < 160
        and labels.at_start(line.text) is None
        and not (at < 12 and _FRAME_TITLE.match(plain(line.text)))
        and not line.text.endswith(".")
    ]
    found = [at for at in headings if at + 1 < len(lines) and at + 1 not in headings]
    if not found:
        found = _bare_headings(lines)
    first_decision = next(
        (
            at
            for at, line in enumerate(lines)
            if (label := labels.at_start(line.text)) and label.label is Label.DECISION
        ),
        None,
    )
    frame_end = max(
        (
            at
            for at, line in enumerate(lines[: first_decision or 25])
            if line.label in _FRAME_LABELS
            or (
                (label := labels.at_start(line.text))
                and label.label in _FRAME_LABELS | {Label.REFERENT, Label.PLACE, Label.CHAIR, Label.TIME}
            )
        ),
        default=-1,
    )
    return {at: (None, lines[at].text) for at in found if at > frame_end}


def _bare_headings(lines: Sequence[Line]) -> list[int]:
    """Titles that nothing sets apart: a short line at the top of each paragraph, and sentences below it. Only where a
    sentence tells who was there: other papers are written so too."""
    told = next((at for at, line in enumerate(lines[:40]) if tells_who(line.text)), None)
    if told is None:
        return []
    found = [
        at
        for at in range(told + 1, len(lines) - 1)
        if lines[at].begins
        and not lines[at + 1].begins
        and lines[at + 1].paragraph == lines[at].paragraph
        and 3 < len(lines[at].text) < 80
        and lines[at].text[0].isupper()
        and lines[at].text[-1] not in ".,:;!?"
        and lines[at + 1].text.endswith(".")
        and labels.at_start(lines[at].text) is None
        and not lines[at].row
    ]
    return found if len(found) > 1 else []


# Where another document begins


def _foreign_from(lines: Sequence[Line], meeting_year: int | None) -> int:
    """Where another document begins that is bound in with this one: minutes among the attachments of a convocation."""
    seen: set[Label] = set()
    cases = 0
    for at, line in enumerate(lines):
        label = labels.at_start(line.text)
        if label is not None and label.label in _FRAME_EVIDENCE:
            seen.add(label.label)
        number = numbers.at_start(line.text)
        if number is not None and number.shape is Shape.COMPOSITE:
            cases += 1
        if at < 5 or (cases == 0 and len(seen) < 2):
            continue
        if cases and (begin := _second_head(lines, at, seen)) is not None:
            return begin
        text = plain(line.text)
        if len(text) > 140 or not _FOREIGN.match(text):
            continue
        if line.column is not None or (line.label not in (None,) and not line.text.startswith(("Tema", "Emne"))):
            continue
        apart = line.begins or lines[at - 1].text.endswith(".") or _FOREIGN.match(plain(lines[at - 1].text))
        if not (apart or line.is_heading) or line.text.endswith((".", ",", ";")):
            continue
        following = {
            found.label
            for later in lines[at + 1 : at + 12]
            if (found := labels.at_start(later.text)) is not None and found.label in _FRAME_EVIDENCE
        }
        again = following & seen
        if (
            len(following) >= 2
            and (again or text.startswith("saksfr"))
            and ({Label.PRESENT, Label.DATE_PLACE, Label.MEETING_DATE, Label.DATE, Label.PLACE} & following)
        ):
            return at
    return len(lines)


_OF_DATE = frozenset({Label.DATE, Label.MEETING_DATE, Label.DATE_PLACE})


def _second_head(lines: Sequence[Line], at: int, seen: set[Label]) -> int | None:
    """Where the head of another document begins: its date, who was there and more, one below the other, after cases."""
    label = labels.at_start(lines[at].text)
    if label is None or label.label not in _FRAME_EVIDENCE | {Label.INVITED} or lines[at].column is not None:
        return None
    window = {
        found.label
        for line in lines[at : at + 7]
        if line.column is None and (found := labels.at_start(line.text)) is not None
    }
    heads = window & (_FRAME_EVIDENCE | {Label.INVITED})
    if len(heads) < 3 or not (_OF_DATE & heads) or not (_OF_DATE & seen):
        return None
    if not ({Label.PRESENT, Label.SUBJECT, Label.COMMITTEE} & heads):
        return None
    if (
        Label.PRESENT in heads
        and Label.PRESENT not in seen
        and Label.SUBJECT not in heads
        and Label.INVITED not in heads
    ):
        # Who was there may stand at the end of the same minutes.
        return None
    begin = at
    for back in range(at - 1, max(0, at - 4), -1):
        if _FOREIGN.match(plain(lines[back].text)) and (lines[back].is_heading or lines[back].begins):
            begin = back
    return begin


# The parts


def _pieces(
    lines: list[Line], openings: dict[int, tuple[Number | None, str]], foreign: list[Line], headings_only: bool
) -> Split:
    frame: list[Line] = []
    pieces: list[Piece] = []
    current: Piece | None = None
    last_opening = max(openings, default=-1)
    outside = False
    opened_cells: set[tuple[int, int]] = set()
    for at, line in enumerate(lines):
        if at in openings:
            number, title = openings[at]
            line.used = True
            current = Piece(number, title)
            if line.column is not None and line.column.kind is Label.CASE_NUMBER:
                current.title = ""
                opened_cells.add((line.row, line.column.place))
                current.lines.append(line)
            elif line.strong and not title:
                current.title = ""
            pieces.append(current)
            outside = False
            continue
        if current is not None and at + 1 in openings and line.row == 0 and _is_group(line.text):
            # «Orienteringssaker», between the last case of a kind and the first of the next.
            line.used = True
            frame.append(line)
            continue
        label = labels.at_start(line.text)
        if current is not None and at > last_opening and line.column is None and _CLOSING.match(line.text):
            outside = True
        if current is not None and label is not None and line.column is None:
            if (label.label in _FRAME_LABELS and not _part_of_case(label.label, line)) or (
                label.label is Label.ATTACHMENTS and at > last_opening and not label.rest and not line.row
            ):
                outside = True
            elif label.label in (
                Label.DECISION,
                Label.PROPOSAL,
                Label.DISCUSSION,
                Label.VOTE,
                Label.FOLLOW_UP,
                Label.PURPOSE,
            ):
                outside = False
            elif label.label in (Label.REFERENT, Label.CHAIR) and at > last_opening and not _elected(lines, at):
                outside = True
            elif (
                outside
                and at < last_opening
                and label.label not in _FRAME_EVIDENCE
                and label.label not in (Label.ATTACHMENTS,)
            ):
                outside = False
        if current is None or outside:
            frame.append(line)
        else:
            current.lines.append(line)
    return Split(frame, pieces, foreign, headings_only)


_CLOSING = pattern_of(
    r"(?:(?:protokollen|referatet|møteboka|møteprotokollen) (?:er|ble|blei|vart) (?:godkj\w+|signert|sendt"
    r"|underskrev\w+)\b.{0,40}(?:e-?post|digitalt|elektronisk|\d{4})"
    r"|møtet (?:ble |blei |vart |er )?(?:hevet|heva|avsluttet|avslutta|slutt|sluttet|slutta)\b"
    r"|(?:med )?(?:vennlig|vennleg|beste|venleg) (?:hilsen|helsing)"
    r"|med (?:vennlig |vennleg )?(?:hilsen|helsing)|rett utskrift|for rett utskrift"
    r"|neste (?:ordinære )?(?:\w{2,6}-)?møte\b.{0,80}\d|(?:referent|referat ved)\b"
    r"|[A-ZÆØÅ]\w+(?: \w+)?,? (?:den )?\d{1,2}\.\s?(?:[a-z]+|\d{1,2}\.)\s?\d{2,4}\.?$|hilsen\b|helsing\b)",
    re.IGNORECASE,
)
"""What stands after the last case."""


def _elected(lines: Sequence[Line], at: int) -> bool:
    """Whether «Leder: …» stands in a list of who was elected, and not of who led the meeting."""
    return any(line.text.endswith(":") for line in lines[max(0, at - 2) : at])


def _part_of_case(label: Label, line: Line) -> bool:
    """A row of a case's own table may hold a label that elsewhere speaks of the meeting."""
    return line.row > 0 and label in (Label.INVITED, Label.COMMITTEE, Label.SENT, Label.COPY)
