"""Where cases begin and end in a paper, by their numbers or their headings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.papers.rules import labels
from handlers.papers.rules.candidates import FRAME_LABELS, candidates_in, plausible
from handlers.papers.rules.flow import Line
from handlers.papers.rules.foreign import FRAME_EVIDENCE, foreign_from
from handlers.papers.rules.labels import Label
from handlers.papers.rules.numbers import Number, Shape
from handlers.papers.rules.sequence import (
    chain_of,
    is_group,
    of_groups,
    of_one_year,
    without_letters_received,
    without_references,
)
from handlers.papers.rules.text import plain
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
_ANY_OTHER = pattern_of(
    r"(?:eventuelt|evt|ymse|eventuelle saker|innmeldte saker til eventuelt)\b.{0,30}", re.IGNORECASE
)
_STANDING = pattern_of(r"evaluering(?: av møtet)?|neste møte.{0,60}|pause|lunsj|velkommen|møteevaluering")


def split(lines: Sequence[Line], meeting_year: int | None, *, refused: bool = False) -> Split:
    """The parts of a paper."""
    end = foreign_from(lines, meeting_year)
    own, foreign = list(lines[:end]), list(lines[end:])
    openings = _openings(own, meeting_year)
    headings_only = False
    if not any(number is not None for number, _title in openings.values()) and not refused:
        by_heading = _by_heading(own)
        if len(by_heading) > len(openings):
            openings, headings_only = by_heading, True
    return _pieces(own, openings, foreign, headings_only)


def _openings(lines: Sequence[Line], meeting_year: int | None) -> dict[int, tuple[Number | None, str]]:
    candidates = list(candidates_in(lines))
    composite = [
        each for each in candidates if each.number.shape is Shape.COMPOSITE and plausible(each, lines, meeting_year)
    ]
    composite = of_one_year(composite, lines, meeting_year)
    composite = without_references(composite, lines)
    composite = without_letters_received(composite, lines)
    simple = [each for each in candidates if each.number.shape is Shape.SIMPLE]
    chosen = composite
    chain = chain_of(simple, lines)
    strong = sum(each.sure or each.number.said or lines[each.at].is_heading for each in chain)
    if not composite or (
        len({each.number.text for each in composite}) == 1
        and not composite[0].sure
        and len({each.number.text for each in chain}) >= 3
        and strong >= 3
        and not lines[composite[0].at].is_heading
    ):
        chosen = chain
    chosen = of_groups(chosen, candidates)
    openings: dict[int, tuple[Number | None, str]] = {each.at: (each.number, each.number.rest) for each in chosen}
    openings.update(_unnumbered(lines, openings))
    return dict(sorted(openings.items()))


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
            if line.label in FRAME_LABELS
            or (
                (label := labels.at_start(line.text))
                and label.label in FRAME_LABELS | {Label.REFERENT, Label.PLACE, Label.CHAIR, Label.TIME}
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
        if current is not None and at + 1 in openings and line.row == 0 and is_group(line.text):
            # «Orienteringssaker», between the last case of a kind and the first of the next.
            line.used = True
            frame.append(line)
            continue
        label = labels.at_start(line.text)
        if current is not None and at > last_opening and line.column is None and _CLOSING.match(line.text):
            outside = True
        if current is not None and label is not None and line.column is None:
            if (label.label in FRAME_LABELS and not _part_of_case(label.label, line)) or (
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
                and label.label not in FRAME_EVIDENCE
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
