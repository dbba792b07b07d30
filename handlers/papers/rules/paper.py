"""A paper, read: the one door to the rules."""

import datetime
import re
from collections import Counter
from collections.abc import Sequence

from handlers.papers.reading.blocks import Paper
from handlers.papers.record import CaseRead, MeetingRead, PaperKind, PaperRead
from handlers.papers.rules import ahead, cases, coverage, days, followups, frame, kind, labels, numbers, plan, warnings
from handlers.papers.rules.flow import Line, Stream, stream
from handlers.papers.rules.labels import Label
from handlers.papers.rules.parts import Frame
from handlers.papers.rules.split import Piece, Split, split
from handlers.papers.rules.text import plain
from handlers.writing.language import N_

_WHY = {
    PaperKind.CASE_PAPER: N_("Dette er et saksframlegg, og ikke et referat."),
    PaperKind.OTHER: N_("Dette ser ikke ut som et referat, en innkalling eller en møteplan."),
}
NO_TEXT = N_("Det er ingen tekst å lese her.")


def read(paper: Paper) -> PaperRead:
    """What a paper says. Rules only: what does not stand there is None or empty, what is vague keeps its words.

    Never raises for what a paper holds; one that is no minutes, convocation or plan comes back `refused`.
    """
    if paper.occurrences or paper.kind == "ics":
        return _calendar(paper)
    text = stream(paper)
    _titled_on_each_page(paper, text)
    if not any(line.text for line in text.lines) and not text.grids:
        return PaperRead(refused=True, why=NO_TEXT, warnings=list(dict.fromkeys([*paper.warnings, "no_text"])))
    year = _year(text)
    parts = split(text.lines, year)
    _without_archive(parts, text)
    if not parts.pieces:
        _only_case(parts, text)
    found = _kind(text, parts, year)
    result = PaperRead(kind=found, refused=found in _WHY, why=_WHY.get(found, ""))
    if found is PaperKind.PLAN:
        _plan(result, text, year)
        result.warnings = list(dict.fromkeys([*paper.warnings, *warnings.of(result, Frame(), text.lines, [])]))
        result.coverage = coverage.figures(result, _every_line(text))
        return result
    titled = [
        (piece.title or next((line.text for line in piece.lines), ""), " ".join(line.text for line in piece.lines[:4]))
        for piece in parts.pieces
    ]
    around = frame.read(parts.frame if parts.pieces else text.lines, _own(text, parts), text.grids, year, titled)
    if found in (PaperKind.CASE_PAPER, PaperKind.OTHER):
        result.warnings = list(dict.fromkeys([*paper.warnings, *(w for w in warnings.of(result, around, [], []))]))
        result.coverage = coverage.figures(result, _every_line(text))
        return result
    _frame(result, around)
    if found is PaperKind.CASE_PROTOCOL:
        _of_the_last_body(result, text, year)
    result.cases = cases.read(
        parts.pieces,
        result.date.year if result.date else year,
        result.date,
        proposals_only=found is PaperKind.CONVOCATION,
    )
    if found is PaperKind.CONVOCATION:
        _only_announced(result)
    _tasks(result, text, parts, year)
    result.deadlines = ahead.deadlines(_own(text, parts), year, result.date)
    result.suspected = coverage.suspected(parts.frame, parts.foreign)
    opened = [piece.number for piece in parts.pieces if piece.number is not None]
    result.warnings = list(dict.fromkeys([*paper.warnings, *warnings.of(result, around, _own(text, parts), opened)]))
    if parts.foreign:
        result.warnings.append("other_document_left_out")
    result.coverage = coverage.figures(result, _every_line(text))
    return result


def _titled_on_each_page(paper: Paper, text: Stream) -> None:
    """Puts what stands at the top of each page first, where it alone says what the paper is."""
    if kind.named(text.lines) is not None:
        return
    titles = [Line(header) for header in paper.headers if kind.named([Line(header)]) is not None and len(header) < 160]
    if titles:
        text.lines[:0] = titles[:1]
        for grid in text.grids:
            grid.at += 1


def _only_case(parts: Split, text: Stream) -> None:
    """The one case of a «saksprotokoll» that has its number in a table of the bodies that had it: the last of them."""
    if not any(re.match(r"(?:særutskrift|saksprotokoll)", plain(line.text)) for line in text.lines[:6]):
        return
    number = None
    for grid in text.grids:
        if Label.CASE_NUMBER in grid.kinds:
            place = grid.kinds.index(Label.CASE_NUMBER)
            listed = [row[place] for row in grid.rows if len(row) > place and row[place]]
            number = numbers.at_start(f"Sak {listed[-1]}") if listed else None
    title = next(
        (
            label.rest
            for line in text.lines
            if (label := labels.at_start(line.text)) is not None and label.label in (Label.TITLE, Label.SUBJECT)
        ),
        "",
    )
    if number is not None or title:
        parts.pieces.append(Piece(number, title, list(parts.frame)))


def _of_the_last_body(result: PaperRead, text: Stream, year: int | None) -> None:
    """Committee and date out of the table of the bodies that had the case, where nothing else says them."""
    for grid in text.grids:
        if Label.CASE_NUMBER not in grid.kinds or not grid.rows:
            continue
        for column, cell in zip(grid.kinds, grid.rows[-1], strict=False):
            if column is Label.COMMITTEE and cell:
                result.committee = result.committee or cell
            day = days.first(cell, year)
            if column in (Label.DATE, Label.MEETING_DATE) and day is not None:
                result.date = result.date or day.date


def _without_archive(parts: Split, text: Stream) -> None:
    """Takes the archive's number from behind the titles, where a column of them was in the list of cases."""
    if any("arkivsak" in plain(line.text) for line in text.lines[:80]):
        for piece in parts.pieces:
            piece.title = re.sub(r"\s+\d{2,4}/\d{1,6}(?:-\d{1,4})?$", "", piece.title)


def _every_line(text: Stream) -> list[Line]:
    return [*text.lines, *(line for grid in text.grids for line in grid.lines)]


def _own(text: Stream, parts: Split) -> list[Line]:
    return text.lines[: len(text.lines) - len(parts.foreign)]


def _kind(text: Stream, parts: Split, year: int | None) -> PaperKind:
    own = _own(text, parts)
    dated = sum(len(plan.of_grid(grid, year)) for grid in text.grids)
    numbered = 0 if parts.headings_only else sum(piece.number is not None for piece in parts.pieces)
    lines = own if own else [line for grid in text.grids for line in grid.lines]
    return kind.decide(lines, kind.evidence(own, text.grids, numbered, dated))


def _year(text: Stream) -> int | None:
    """The year of dates that have none: that of the labelled meeting, of the title, or the one that most of the first
    lines name."""
    lines = text.lines
    top = lines[:60]
    for wanted in ((Label.MEETING_DATE, Label.DATE_PLACE), (Label.DATE, Label.TIME)):
        for at, line in enumerate(top):
            found = labels.at_start(line.text)
            if found is not None and found.label in wanted:
                rest = found.rest or (top[at + 1].text if at + 1 < len(top) else "")
                if (day := days.first(rest)) is not None:
                    return day.date.year
    for line in top[:15]:
        found = labels.at_start(line.text)
        if found is not None and found.label in (Label.SENT, Label.ATTACHMENTS, Label.REFERENCE, Label.DECISION):
            continue
        if (day := days.first(line.text)) is not None and (found is None or found.label not in (Label.NEXT_MEETING,)):
            return day.date.year
        if re.search(r"referat|protokoll|innkalling|møte|plan|årshjul", plain(line.text)) and (
            named := re.search(r"\b(20\d\d)\b", line.text)
        ):
            return int(named[1])
    counted: Counter[int] = Counter()
    every = [line.text for line in lines] + [cell for grid in text.grids for row in grid.rows for cell in row]
    for words in every:
        number = numbers.at_start(words)
        if (
            number is not None
            and number.shape is numbers.Shape.COMPOSITE
            and (number.said or number.series or number.separator == "/" or len(number.parts[0]) == 4)
        ):
            four = [int(part) for part in (number.parts[0], number.parts[-1]) if len(part) == 4 and part[:2] == "20"]
            counted.update(four)
            if (
                not four
                and number.separator in ("/", "-")
                and len(number.parts[-1]) == 2
                and (number.said or number.series)
            ):
                counted[2000 + int(number.parts[-1])] += 1
    if counted:
        return counted.most_common(1)[0][0]
    counted.update(day.date.year for words in every for day in days.find(words))
    if not counted:
        counted.update(int(each) for words in every[:40] for each in re.findall(r"\b(20[0-4]\d)\b", words))
    return counted.most_common(1)[0][0] if counted else None


def _frame(result: PaperRead, around: Frame) -> None:
    result.committee = around.committee
    result.date = around.day.date if around.day is not None else None
    result.begins, result.ends, result.place = around.begins, around.ends, around.place
    result.chair, result.referent = around.chair, around.referent
    result.present, result.absent = around.present, around.absent
    result.attachments = around.attachments
    result.next_meetings = around.next_meetings
    result.number, result.draft = around.number, around.draft


def _only_announced(result: PaperRead) -> None:
    """Nobody was at a meeting that has not been held."""
    result.present, result.absent = [], []
    for case in result.cases:
        case.decisions, case.decision, case.how_decided = [], False, None
        case.agreement = case.postponed = None
        case.followups = []


def _around(parts: Split, text: Stream, at: int) -> numbers.Number | None:
    """The case in whose lines a table stands, with another case after it, or which holds nothing but the table."""
    place = {id(line): index for index, line in enumerate(text.lines)}
    for index, piece in enumerate(parts.pieces[:-1]):
        lines = [place[id(line)] for line in piece.lines if id(line) in place]
        after = [place[id(line)] for line in parts.pieces[index + 1].lines if id(line) in place]
        if lines and lines[0] < at and after and at <= after[0] and at <= lines[-1] + 1:
            return piece.number
    last = parts.pieces[-1] if parts.pieces else None
    if last is not None and last.number is not None and at > 0 and not any(line.text for line in last.lines):
        # Right below the title of the last case, which holds nothing else.
        return last.number if numbers.at_start(text.lines[at - 1].text) == last.number else None
    return None


def _tasks(result: PaperRead, text: Stream, parts: Split, year: int | None) -> None:
    """The tables of what is to be done: on the case that they name, and else on the meeting."""
    by_number: dict[str, CaseRead] = {}
    for case in result.cases:
        if case.number is not None:
            by_number[plain(case.number)] = case
    for grid in text.grids:
        inside = _around(parts, text, grid.at)
        for each in followups.of_grid(grid, result.date.year if result.date else year):
            if each.case is None and inside is not None:
                each.case = inside.text
            for line in grid.lines:
                line.used = True
            number = numbers.at_start(f"Sak {each.case}") if each.case else None
            case_of = by_number.get(plain(number.text)) if number is not None else None
            if case_of is None and each.case:
                shorter = [
                    one
                    for one in result.cases
                    if one.number and re.split(r"[/.-]", one.number)[0] == each.case.strip(". ")
                ]
                case_of = shorter[0] if len(shorter) == 1 else None
            if case_of is not None:
                each.case = case_of.number
                case_of.followups.append(each)
            else:
                result.followups.append(each)
    for case in result.cases:
        result.followups.extend(case.followups)


def _plan(result: PaperRead, text: Stream, year: int | None) -> None:
    around = frame.read(text.lines, text.lines, [], year)
    result.committee = around.committee
    meetings: list[MeetingRead] = []
    for grid, above in zip(text.grids, [0, *(grid.at for grid in text.grids)], strict=False):
        found = plan.of_grid(grid, year)
        body = plan.body_over(text.lines[above : grid.at]) if len(text.grids) > 1 else None
        for each in found:
            each.committee = each.committee or body
        meetings.extend(found)
        for line in grid.lines:
            line.used = True
    meetings.extend(plan.of_lines(text.lines, year, around.committee))
    for line in text.lines:
        line.used = line.used or days.first(line.text, year) is not None
    unique: dict[tuple[datetime.date, str], MeetingRead] = {}
    for each in meetings:
        each.committee = each.committee or around.committee
        unique.setdefault((each.date, plain(each.committee or "")), each)
    result.next_meetings = sorted(unique.values(), key=lambda each: (each.date, each.committee or ""))
    result.deadlines = ahead.deadlines(text.lines, year, None)


def _calendar(paper: Paper) -> PaperRead:
    result = PaperRead(kind=PaperKind.PLAN)
    result.next_meetings = plan.of_occurrences(paper.occurrences)
    bodies = {each.committee for each in result.next_meetings}
    result.committee = bodies.pop() if len(bodies) == 1 else None
    result.warnings = list(dict.fromkeys([*paper.warnings, *warnings.of(result, Frame(), [], [])]))
    if not result.next_meetings:
        result.refused, result.why, result.kind = True, NO_TEXT, PaperKind.OTHER
    result.coverage = coverage.figures(result, [])
    result.coverage.share = 1.0 if result.next_meetings else 0.0
    return result


__all__: Sequence[str] = ("read",)
