"""From the lines of a case to what it says: title, types, presenter, decisions, follow-ups."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.papers.record import CaseRead
from handlers.papers.rules import days, decisions, followups, labels, numbers
from handlers.papers.rules.candidates import CONTINUED, key_of
from handlers.papers.rules.flow import Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.people import name_at
from handlers.papers.rules.points import ADVISES, POINT, joined, points, without_votes
from handlers.papers.rules.split import Piece
from handlers.papers.rules.text import plain, sentences
from handlers.patterns import pattern_of

_ATTACHED = pattern_of(
    r"\(?\s?(?:\d{1,2}\s)?(?:vedlegg|vedlagt|se (?:lenke|vedlegg)[^.]{0,60}|trykt vedlegg)\s?(?:\d{1,2}"
    r"|ligger ved|følger)?\)?[:.]?",
    re.IGNORECASE,
)
_ARCHIVE = pattern_of(
    r"^(?:\(?(?:arkivsak\w*[:.\s-]{0,3})?\d{2,4}/\d{2,6}(?:-\d{1,4})?\)?|\d{2}/\d{3,6})\s*[-–:|]?\s*(?=\S)"
)
_BRACKET_TYPES = pattern_of(
    r"\s*\(\s?([A-Za-zÆØÅæøå]{1,19}(?:\s?[/,&+]\s?[A-Za-zÆØÅæøå]{1,19}){0,3}"
    r"|[A-Za-zæøå]{4,19}\s[A-Za-zæøå]{4,19})\s?\)\s*[:.]?"
)
_TRAILING_TYPES = pattern_of(
    r"\s*[–—\-,:(]\s*(orientering(?:ssak)?|drøfting(?:ssak)?|diskusjon(?:ssak)?|beslutning(?:ssak)?"
    r"|vedtak(?:ssak)?|dialog|o|d|b|o/d|d/b|o/b|o/d/b)\s*\)?\s*$",
    re.IGNORECASE,
)
_LEADING_TYPES = pattern_of(
    r"^\s*(?P<type>Orienteringssak|Drøftingssak|Beslutningssak|Vedtakssak|Diskusjonssak|ORIENTERING"
    r"|BESLUTNING|Orientering|Drøfting|Beslutning|Diskusjon)\s*[:–—-]\s+(?=\S)"
)
_LED_BY = pattern_of(
    r"^(?P<type>Orientering|Informasjon|Drøfting|Diskusjon|Presentasjon) (?:v/\s?|ved )(?P<who>[^:/]{3,70}):\s+(?=\S)"
)
"""«Orientering v/ass.dir. Kari Eksempel: …»."""
_BY = pattern_of(
    r"\s*(?:[–—,(-]\s*)?(?:\b(?:v(?:ed)?\s?/|v/|ved|presentert av|presenteres av|innleder:?|innleiing ved"
    r"|orientering ved|informasjon ved)\s*)(?P<who>[A-ZÆØÅ][^()]{2,120}?)\)?\s*$"
)
_BY_LOWER = pattern_of(r"\s*(?:[–—,(-]\s*)?\bv/\s?(?P<who>[a-zæøå][^()]{2,80}?)\)?\s*$")
_HANGING = pattern_of(
    r"(?:\b(?:og|eller|for|av|i|til|med|om|ved|på|som|fra|frå|mellom|under|innen|den|det|de|en|et|ein|eit"
    r"|mot|per|hos|etter|samt|sin|sitt|sine|nye|ny|nytt|nasjonal|lokal|felles)|[–—/,&]|[^\W\d_]-)$",
    re.IGNORECASE,
)
_NUMBER_FOLLOWS = pattern_of(r"\b(?:nr\.?|jf\.? sak|sak)$", re.IGNORECASE)
_NOTHING = pattern_of(
    r"(?:ingen|ingenting\b.{0,30}|ikke noe|ikkje noko|ingen saker|inga saker|ingen (?:saker )?(?:meldt|innmeldt"
    r"|innkomne|framsette)\b.*|det var ingen saker.*|ingen saker (?:ble|vart|til|under).*"
    r"|ikkje meldt saker.*|ikke meldt (?:saker )?.*|intet|ingen innspill.*|-+|–|n/a|ingen vedtak"
    r"|ikke aktuelt|(?:enstemmig )?(?:innstilling(?:en|a)?|forslag(?:et)?|tilråding(?:en|a)?)(?: ble| vart| er)?"
    r"(?: enstemmig| samrøystes)? (?:vedtatt|vedteke|vedteken|tiltrådt))[.!\s]*",
    re.IGNORECASE,
)
_LAW_OF_LEAVING = pattern_of(r"^(?:pause|lunsj|matpause|beinstrekk|kaffe)\b", re.IGNORECASE)


@dataclass(slots=True)
class _Sections:
    """A case's lines, by what they are."""

    by: dict[Label, list[list[Line]]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    """The words of the labels «Vedtak», which may say how it was decided."""
    loose: list[Line] = field(default_factory=list)

    def text(self, label: Label) -> str:
        return "\n".join(joined(part) for part in self.by.get(label, []))


def read(
    pieces: Sequence[Piece], meeting_year: int | None, meeting: datetime.date | None, *, proposals_only: bool
) -> list[CaseRead]:
    """The cases. `proposals_only`: of a convocation, where nothing is decided yet."""
    years = numbers.years([piece.number for piece in pieces if piece.number is not None], meeting_year)
    result: list[CaseRead] = []
    seen: dict[tuple[str, str], int] = {}
    for piece in pieces:
        case = _case(piece, meeting_year, meeting, proposals_only=proposals_only)
        if case is None:
            continue
        if piece.number is not None:
            case.year = years.get(piece.number)
            key = key_of(piece.number)
            if key in seen:
                result[seen[key]] = merged(result[seen[key]], case)
                continue
            seen[key] = len(result)
        else:
            twin = next(
                (
                    at
                    for at, each in enumerate(result)
                    if each.number is None and plain(each.title) == plain(case.title)
                ),
                None,
            )
            if twin is not None:
                result[twin] = merged(result[twin], case)
                continue
        result.append(case)
    return result


def merged(first: CaseRead, later: CaseRead) -> CaseRead:
    """The same case from the list at the top and from its own place."""
    title = first.title if first.title and CONTINUED.match(later.title) else later.title or first.title
    if title == later.title and first.title and plain(later.title) != plain(first.title):
        longer = max(first.title, later.title, key=len)
        shorter = min(first.title, later.title, key=len)
        title = longer if plain(shorter) in plain(longer) and len(longer) < 250 else later.title
        if re.fullmatch(r"[\s\d/.-]+", longer[len(shorter) :]) and longer.startswith(shorter):
            # The archive's number behind the title, in the list of cases.
            title = shorter
    return CaseRead(
        number=first.number,
        series=first.series or later.series,
        year=first.year or later.year,
        types=[*first.types, *(each for each in later.types if each not in first.types)],
        title=title,
        purpose=later.purpose or first.purpose,
        discussion="\n".join(filter(None, [first.discussion, later.discussion])),
        decisions=[*first.decisions, *(each for each in later.decisions if each not in first.decisions)],
        decision=first.decision or later.decision,
        how_decided=later.how_decided or first.how_decided,
        agreement=later.agreement or first.agreement,
        postponed=later.postponed or first.postponed,
        presenter=later.presenter or first.presenter,
        attachments=[*first.attachments, *later.attachments],
        followups=[*first.followups, *later.followups],
    )


def _case(
    piece: Piece, meeting_year: int | None, meeting: datetime.date | None, *, proposals_only: bool
) -> CaseRead | None:
    case = CaseRead()
    number = piece.number
    lines = list(piece.lines)
    title = piece.title
    if number is not None:
        case.number = number.text
        case.series = number.series or None
        case.types = list(number.types)
        if lines and lines[0].column is not None and lines[0].column.kind is Label.CASE_NUMBER:
            lines = _number_cell(lines, case)
    title, lines = _title(title, lines, case)
    sections = _sections(lines, case, meeting)
    if title_section := sections.text(Label.TITLE):
        title = title_section if not title or _ANY_WORD.fullmatch(plain(title)) else title
    case.title = _tidy_title(title, case)
    for line in piece.lines:
        line.used = True
    types = sections.text(Label.TYPE)
    case.types += [each for each in numbers.types_of(types) if each not in case.types]
    case.purpose = sections.text(Label.PURPOSE)
    if presenter := sections.text(Label.PRESENTER) or _responsible(sections):
        case.presenter = case.presenter or " ".join(presenter.split()).strip(" .")
    if case.presenter is None and (introduced := _INTRODUCED.match(joined(sections.loose))) is not None:
        case.presenter = introduced["who"].strip()
    case.attachments = [
        each.strip(" •-–.")
        for each in sections.text(Label.ATTACHMENTS).split("\n")
        if each.strip(" •-–.") and not re.fullmatch(r"\d{1,2}|ingen", each.strip(" .").lower())
    ]
    discussion = "\n".join(filter(None, [joined(sections.loose), sections.text(Label.DISCUSSION)]))
    case.discussion = discussion
    voted = sections.text(Label.VOTE)
    if not proposals_only:
        _decide(case, sections, discussion, voted)
    case.followups = followups.of_case(
        case,
        [joined(part) for part in sections.by.get(Label.FOLLOW_UP, [])],
        [joined(part) for part in sections.by.get(Label.OWNER, [])] if not _responsible(sections) else [],
        [joined(part) for part in sections.by.get(Label.DUE, [])],
        meeting_year,
    )
    if case.number is None:
        if not case.title or _LAW_OF_LEAVING.match(case.title):
            return None
        if _STANDING.fullmatch(plain(case.title)) and not case.decisions and len(case.discussion) < 200:
            return None
        empty = not case.discussion or _NOTHING.fullmatch(case.discussion.strip())
        if _ANY_WORD.fullmatch(plain(case.title)) and empty and not case.decisions:
            return None
    return case


_INTRODUCED = pattern_of(
    r"(?:Innleiing|Innledning|Orientering|Presentasjon|Innlegg) (?:ved|v/|av) ?"
    r"(?P<who>[A-ZÆØÅ][\w-]+(?: [A-ZÆØÅ][\w.-]+)+?)"
    r"(?=\.(?:\s|$)|$|\n)"
)
"""«Innleiing ved Siri Test.» as the first sentence of a case."""
_OUTCOME = pattern_of(
    r"(?<=\w)\s?[:–-]\s(?:ok|ingen(?:ting)?\b.{0,30}|ikke noe|godkjent|godkjend|vedtatt|utsatt|utsett|utgår"
    r"|tatt til orientering|til orientering)\s?\.?$",
    re.IGNORECASE,
)
"""What came of it, behind the title: «Referat fra AU: OK»."""
_BEGINS_TO_TELL = pattern_of(
    r"(?<=[a-zæøå)\d])\s(?=(?:Utvalget|Utvalet|Styret|Rådet|Forumet|Gruppen|Gruppa|Nemnda|Saken|Saka|Møtet|Leder|Leiar)\s"
    r"(?:[a-zæøå]+(?:et|te|de|gikk|gjekk|tok|ga|gav)|ble|blei|vart|har|er)\b"
    r"|(?:Det|Dette) (?:ble|blei|vart|er|var|har)\b)"
)
_SHORTENED = pattern_of(
    r"(?:\b(?:m\.m|mm|mv|m\.v|osv|o\.l|etc|evt|m\.fl|mfl|nr|e\.l|bl\.a|vedr)\.|\.\.)$", re.IGNORECASE
)
_STANDING = pattern_of(
    r"(?:evaluering(?: av møtet)?|neste møte.{0,60}|pause|lunsj|velkommen|oppsummering|avslutning|åpning"
    r"|møteevaluering)"
)
_ANY_WORD = pattern_of(r"(?:eventuelt|evt|ymse|eventuelle saker)")


def _responsible(sections: _Sections) -> str:
    """Who is responsible for a case, in a column «Ansvar» where no deadline stands beside it."""
    if Label.OWNER not in sections.by or Label.DUE in sections.by or Label.FOLLOW_UP in sections.by:
        return ""
    parts = sections.by[Label.OWNER]
    if any(
        line.column is not None and line.column.kind is Label.DECISION
        for group in sections.by.get(Label.DECISION, [])
        for line in group
    ):
        # Whoever stands beside what was decided is to do it.
        return ""
    in_column = [part for part in parts if part and (part[0].column is not None)]
    chosen = [part for part in in_column if part[0].column is not None and "frist" not in part[0].column.title.lower()]
    return ", ".join(line.text for part in chosen for line in part if line.text)


def _number_cell(lines: list[Line], case: CaseRead) -> list[Line]:
    """Takes the types out of the cell that holds the number, with whatever else stands there."""
    first = lines[0]
    cell = [line for line in lines if line.row == first.row and line.column is first.column]
    rest = [line for line in lines if not (line.row == first.row and line.column is first.column)]
    text = " ".join(line.text for line in cell)
    found = numbers.at_start(text)
    after = found.rest if found is not None else ""
    titled = any(
        line.column is not None and line.column.kind in (Label.TITLE, Label.SUBJECT, None, Label.DISCUSSION)
        for line in rest
    )
    first_line = numbers.at_start(cell[0].text)
    pieces = [first_line.rest, *(line.text for line in cell[1:])] if first_line is not None else [after]
    # Beside a title, whatever stands here with the number tells of the case; without one, it is the title.
    for piece in [after] if titled else filter(numbers.only_types, pieces):
        case.types.extend(key for key in numbers.types_of(piece) if key not in case.types)
    if not titled:
        leftover = " ".join(_ATTACHED.sub("", each) for each in pieces if not numbers.only_types(each))
        if leftover := leftover.strip(" /,:.-–"):
            rest.insert(0, Line(leftover, row=first.row, paragraph=first.paragraph, used=True))
    return rest


def _title(title: str, lines: list[Line], case: CaseRead) -> tuple[str, list[Line]]:
    """The title, and the lines after it."""
    title = title.strip()
    if title.startswith("\t"):
        title = title.strip()
    given = bool(title)
    if "\t" in title:
        cells = [each.strip() for each in title.split("\t") if each.strip()]
        cells = [each for each in cells if not _ARCHIVE.match(each + " x") or len(each) > 14] or cells
        for each in cells[1:]:
            if numbers.only_types(each):
                case.types += [key for key in numbers.types_of(each) if key not in case.types]
            elif name_at(each)[0] and case.presenter is None:
                case.presenter = each
        title = cells[0] if cells else ""
        if numbers.only_types(title) and len(cells) > 1:
            case.types += [key for key in numbers.types_of(title) if key not in case.types]
            title = cells[1]
    title = _ARCHIVE.sub("", title).strip()
    index = 0
    while not title and index < len(lines):
        line = lines[index]
        if line.label not in (None, Label.TITLE, Label.SUBJECT):
            break
        label = labels.at_start(line.text)
        if (label is not None and label.label is Label.TYPE) or numbers.only_types(line.text):
            case.types += [key for key in numbers.types_of(line.text) if key not in case.types]
            index += 1
            continue
        if label is not None and label.label in (Label.TITLE, Label.SUBJECT) and label.rest:
            title = label.rest
            index += 1
            break
        if label is not None and label.label is Label.TITLE:
            index += 1
            continue
        if (
            label is not None
            and label.label in (Label.REFERENCE, Label.FROM, Label.DATE, Label.CASE_NUMBER)
            and not label.alone
        ):
            index += 1
            continue
        if (
            label is not None
            and label.label not in (Label.ANY_OTHER, Label.NEXT_MEETING, Label.COMMENT, Label.STATUS, Label.AGENDA)
            and not (label.alone and label.label is Label.DISCUSSION and (line.is_heading or line.column is not None))
        ):
            break
        if _ATTACHED.fullmatch(line.text):
            case.attachments.append(line.text)
            index += 1
            continue
        if line.mark and not line.strong and index == 0 and not line.is_heading and line.column is None:
            break
        title = line.text
        if (
            line.strong
            and len(line.strong) >= 4
            and len(line.strong) < len(line.text)
            and line.text.startswith(line.strong.split("\n")[0])
        ):
            # «**Title** and then what was said»: the bold part is the title.
            rest = line.text[len(line.strong) :].strip(" :.–-")
            told_on = not line.strong_title or _HANGING.search(line.strong.strip()) is not None
            title = line.text if told_on else line.strong.strip(" :")
            if rest and not told_on:
                lines = [*lines[: index + 1], _rest_of(line, rest), *lines[index + 1 :]]
        index += 1
        if (
            _ANY_WORD.fullmatch(plain(title))
            and index < len(lines)
            and lines[index].strong
            and lines[index].row == line.row
            and labels.at_start(lines[index].text) is None
        ):
            title = f"{title}: {lines[index].strong or lines[index].text}"
            index += 1
        break
    # A title that goes on on the next line.
    opened = lines[index - 1] if index else None
    while index < len(lines) and title:
        line = lines[index]
        if line.label is not None or line.mark or labels.at_start(line.text) is not None or POINT.match(line.text):
            break
        if re.match(r"kl\.?\s?\d", line.text):
            break
        same = (not line.begins) and (given or (opened is not None and opened.paragraph == line.paragraph))
        goes_on = (
            (
                line.text[:1].islower()
                and not title.endswith((".", ":"))
                and len(line.text) < 130
                and (same or line.row == 0 or _HANGING.search(title))
            )
            or (_NUMBER_FOLLOWS.search(title) and line.text[:1].isdigit() and len(line.text) < 60)
            or (_HANGING.search(title) and len(line.text) < 130 and (same or not line.begins))
            or (
                same
                and title.isupper()
                and line.text.isupper()
                and line.text[-1] != "."
                and not _ANY_WORD.fullmatch(plain(title))
            )
            or (line.bold and opened is not None and opened.bold and not line.begins and not title.endswith("."))
        )
        if not goes_on or len(title) > 300:
            break
        title = (
            f"{title[:-1]}{line.text}"
            if title.endswith("-") and line.text[:1].islower() and not title.endswith(" -")
            else f"{title} {line.text}"
        )
        index += 1
    lines = lines[index:]
    # A title that the text of the case follows on the same line.
    if found := _OUTCOME.search(title):
        lines = [Line(title[found.start() :].strip(" :–-"), used=True), *lines]
        title = title[: found.start()]
    parts = sentences(title)
    if len(parts) > 1 and (told := _BEGINS_TO_TELL.search(parts[0])):
        # In a narrow cell nothing shows where the title ends, but the sentence after it.
        parts = [parts[0][: told.start()], parts[0][told.start() :], *parts[1:]]
    if len(parts) > 1 and len(parts[0]) < 200:
        rest = title[len(parts[0]) :].strip()
        if len(title) > 150 or title.endswith(".") or decisions.hidden(rest) or decisions.postponed(rest):
            title = parts[0]
            lines = [Line(rest, used=True), *lines]
    return title, lines


def _rest_of(line: Line, rest: str) -> Line:
    return Line(rest, row=line.row, column=line.column, paragraph=line.paragraph, page=line.page)


def _tidy_title(title: str, case: CaseRead) -> str:
    """The title without the types, the attachments and the presenter that stand on its line; they go to the case."""
    title = " ".join(title.split()).strip()
    title = re.sub(r"^(?:saksprotokoll|særutskrift)\s*[-–—:]\s+(?=\S)", "", title, flags=re.IGNORECASE)
    if found := _LED_BY.match(title):
        case.types += [key for key in numbers.types_of(found["type"]) if key not in case.types]
        case.presenter = case.presenter or found["who"]
        title = title[found.end() :]
    if found := _LEADING_TYPES.match(title):
        case.types += [key for key in numbers.types_of(found["type"]) if key not in case.types]
        title = title[found.end() :]
    for found in list(_BRACKET_TYPES.finditer(title)):
        if numbers.only_types(found[1]):
            case.types += [key for key in numbers.types_of(found[1]) if key not in case.types]
            title = title.replace(found[0], " ", 1).strip()
    if (trailing := _TRAILING_TYPES.search(title)) and trailing.start() > 8:
        keys = numbers.types_of(trailing[1] if len(trailing[1]) > 3 else trailing[1].upper())
        if len(trailing[1]) > 3 or trailing[1].isupper():
            case.types += [key for key in keys if key not in case.types]
            title = title[: trailing.start()].strip()
    title = re.sub(r"\s*\(\s?(?:ca\.? )?\d{1,3}\s?min(?:utter|utt|\.)?\s?\)\.?$", "", title, flags=re.IGNORECASE)
    title = re.sub(r"\s*[(–-]\s*\d{0,2}\s?vedlegg\s*\)?\s*$", "", title, flags=re.IGNORECASE)
    by = _BY.search(title) or _BY_LOWER.search(title)
    if by is not None and by.start() > 5:
        who = by["who"].strip(" .,)")
        if (
            name_at(who)[0]
            or re.search(r"v\s?/", by[0])
            or re.fullmatch(r"[A-ZÆØÅ][a-zæøå]+(?: og [A-ZÆØÅ][a-zæøå]+)?", who)
        ):
            case.presenter = case.presenter or who
            title = title[: by.start()].strip(" ,–-(")
    title = title.strip(" :;–—|")
    if title.endswith(".") and not _SHORTENED.search(title):
        title = title.rstrip(". ")
    return title


_OF_A_CASE = frozenset(
    {Label.TITLE, Label.TYPE, Label.PURPOSE, Label.PRESENTER, Label.PROPOSAL, Label.DECISION, Label.VOTE}
    | {Label.DISCUSSION, Label.FOLLOW_UP, Label.OWNER, Label.DUE, Label.ATTACHMENTS, Label.REFERENCE, Label.STATUS}
    | {Label.FROM, Label.DEADLINE}
)
"""Labels that divide the text of a case; what stands behind another («Leder: …») is part of the text."""
_ONE_LINE = frozenset(
    {Label.PRESENTER, Label.OWNER, Label.DUE, Label.TYPE, Label.FROM, Label.REFERENCE, Label.STATUS, Label.DEADLINE}
)
_ELSEWHERE = pattern_of(
    r"^\W{0,3}(?:saksprotokoll|behandling|handsaming|vedtak|behandlet|handsama) (?:i|frå|fra) ", re.IGNORECASE
)


def _of_another_meeting(line: Line, meeting: datetime.date | None) -> bool | None:
    """Whether from here on it is told what another meeting did with the case («Saksprotokoll i … - 10.03.2026»), or
    this one again; None: the line says nothing of that."""
    if not _ELSEWHERE.match(line.text) or len(line.text) > 120 or meeting is None:
        return None
    day = days.first(line.text, meeting.year)
    return None if day is None else day.date != meeting


def _sections(lines: Sequence[Line], case: CaseRead, meeting: datetime.date | None) -> _Sections:
    result = _Sections()
    part: list[Line] | None = None
    current: Label | None = None
    elsewhere = False
    for line in lines:
        said = _of_another_meeting(line, meeting)
        elsewhere = elsewhere if said is None else said
        if elsewhere:
            continue
        found = labels.at_start(line.text)
        label = found.label if found is not None else None
        if label is None and numbers.only_types(line.text) and len(line.text) < 40:
            case.types += [key for key in numbers.types_of(line.text) if key not in case.types]
            continue
        if label not in _OF_A_CASE:
            label = None
        apart = bool(part) and part is not None and (line.row != part[0].row or (line.row == 0 and line.begins))
        if label is None and apart and current in _ONE_LINE:
            # Who, and by when: a line, and then the text of the case goes on.
            part, current = None, None
        if (
            label is None
            and line.column is not None
            and part
            and part[0].column is not line.column
            and part[0].label is not None
        ):
            # The next column begins without a label of its own.
            part, current = None, None
        if found is None or label is None:
            if part is None:
                result.loose.append(line)
            else:
                part.append(line)
            continue
        if label is current and label in (Label.DISCUSSION, Label.FOLLOW_UP) and part is not None:
            part.append(line)
            continue
        current = label
        if label is Label.DECISION:
            result.said.append(found.words)
        part = []
        result.by.setdefault(label, []).append(part)
        if (label is Label.DECISION and _speaks(found.words) and found.rest) or found.rest:
            part.append(
                Line(
                    found.rest,
                    paragraph=line.paragraph,
                    begins=True,
                    row=line.row,
                    column=line.column,
                    label=line.label,
                )
            )
        elif label is Label.VOTE and found.alone:
            continue
    return result


def _speaks(words: str) -> bool:
    return len(words.split()) > 3


def _decide(case: CaseRead, sections: _Sections, discussion: str, voted: str) -> None:
    """What was decided, from the labelled parts; only where there are none, from the text."""
    for part in sections.by.get(Label.DECISION, []):
        case.decisions.extend(points(without_votes(part, sections.said)))
    if not case.decisions:
        # «Tilråding: SSU rår kommunane til …»: what a committee that only advises decides.
        case.decisions = [
            each for part in sections.by.get(Label.PROPOSAL, []) for each in points(part) if ADVISES.match(each)
        ]
    case.decisions = [each for each in case.decisions if not _NOTHING.fullmatch(each)]
    labelled = bool(case.decisions)
    if not labelled:
        case.decisions = decisions.hidden(voted) if voted else []
        if not case.decisions:
            case.decisions = decisions.hidden(discussion)
        if (
            not case.decisions
            and re.search(r"\btil (?:orientering|etterretning)\b", case.title)
            and decisions.hidden(case.title)
        ):
            case.decisions = decisions.hidden(case.title)
    everything = "\n".join(case.decisions)
    proposed = "\n".join(line.text for part in sections.by.get(Label.PROPOSAL, []) for line in part[1:])
    case.postponed = decisions.postponed(everything) or (
        None if labelled else decisions.postponed(discussion) or decisions.postponed(proposed)
    )
    case.agreement = decisions.agreement(discussion)
    if case.agreement is not None and any(case.agreement in each or each in case.agreement for each in case.decisions):
        case.agreement = None
    case.decision = bool(case.decisions)
    case.how_decided = decisions.how(everything, "\n".join([voted, *sections.said]), postponed_words=case.postponed)
