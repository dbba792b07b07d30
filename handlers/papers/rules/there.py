"""Who a paper says was at the meeting, who led it, and who wrote it down."""

import re
from collections.abc import Sequence

from handlers.papers.record import PresentRead
from handlers.papers.rules import labels, told
from handlers.papers.rules.flow import Grid, Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.parts import Frame, Part
from handlers.papers.rules.people import name_at, people
from handlers.papers.rules.text import plain, sentences
from handlers.patterns import pattern_of


def who_was_there(result: Frame, parts: Sequence[Part], grids: Sequence[Grid], every: Sequence[Line]) -> None:
    place = {id(line): at for at, line in enumerate(every)}
    waiting = list(grids)
    for part in parts:
        at = place.get(id(part.opened_by), -1)
        while waiting and waiting[0].at <= at:
            _attendance(result, waiting.pop(0), every)
        if part.label in (Label.PRESENT, Label.ABSENT) or (part.label is Label.OWNER and plain(part.words) in _WHO):
            group = result.absent if part.label is Label.ABSENT else result.present
            role = _role(part.words)
            for person in people(told.without_told(line.text) for line in part.lines):
                if role and role.lower() not in person.role.lower():
                    person.role = f"{role}, {person.role}" if person.role else role
                _put(group, person)
                if part.label is Label.ABSENT and (stood_in := _STOOD_IN.search(person.role)) is not None:
                    # «Per Prøve (varaordfører Eva Test møtte)».
                    role = (stood_in["role"] or "").strip()
                    _put(result.present, PresentRead(stood_in["who"], role=role, substitute_for=person.name))
        elif part.label is Label.CHAIR and result.chair is None and part.lines:
            result.chair = _name(part.lines[0].text)
        elif part.label is Label.REFERENT and result.referent is None and part.lines:
            result.referent = _name(part.lines[0].text)
    _by_role(result)
    _told(result, every)
    _told_roles(result, every)
    for grid in waiting:
        _attendance(result, grid, every)
    _also_told(result, every)
    both = {plain(each.name) for each in result.absent}
    # Who is in both lists was there only if something is said of when.
    if both:
        result.present = [each for each in result.present if plain(each.name) not in both or each.remark or each.role]


_STOOD_IN = pattern_of(
    r"(?P<role>\b[Vv]ara\w*:?\s+)?(?P<who>[A-ZÆØÅ][\w-]+(?: [A-ZÆØÅ][\w.-]+)+) (?:møtte|stilte|deltok)\b"
)
_IS_REFERENT = pattern_of(
    r"(?:^|[\s,/(])(?:ref\.?|referent|møtesekretær|protokollfører|protokollførar)(?:$|[\s,/)])", re.I
)
_IS_CHAIR = pattern_of(r"(?:^|[\s,/(])(?:møteleder|møteleiar|ordstyrer|ordstyrar)(?:$|[\s,/)])", re.I)


def _by_role(result: Frame) -> None:
    """«Kari Eksempel (ref.)», «(møteleder)» in the list of those who were there."""
    for person in result.present:
        if result.referent is None and _IS_REFERENT.search(person.role):
            result.referent = person.name
        if result.chair is None and _IS_CHAIR.search(person.role):
            result.chair = person.name


_WHO = ("hvem", "kven", "hvem var der")


def _also_told(result: Frame, every: Sequence[Line]) -> None:
    """«Dessuten møtte daglig leder Jon Test.»: who stands in no list."""
    for line in every:
        if line.column is not None or (also := told.ALSO_CAME.match(line.text)) is None:
            continue
        for one in re.split(r",\s|\sog\s", sentences(line.text[also.end() :])[0].strip(" .")):
            role = _ROLE_BEFORE.match(one)
            name, _rest = name_at(one[role.end() :] if role is not None else one)
            if name:
                _put(result.present, PresentRead(name, role=role[0].strip() if role is not None else ""))
        line.used = True


_ROLE_BEFORE = pattern_of(r"(?:[a-zæøå][\wæøå-]* ){1,3}(?=[A-ZÆØÅ])")


def _told(result: Frame, every: Sequence[Line]) -> None:
    """Who was there, told in sentences: «Til stede var …», «Forfall fra …»."""
    for line in every:
        if result.present and result.absent:
            return
        for sentence in sentences(line.text):
            if not result.present and (found := told.CAME.match(sentence)):
                for person in people([sentence[found.end() :]]):
                    _put(result.present, person)
                line.used = True
            elif not result.absent and (found := told.STAYED.match(sentence)):
                for person in people([sentence[found.end() :]]):
                    _put(result.absent, person)
                line.used = True
            elif not result.absent and line.column is None and (found := told.ONE_STAYED.match(sentence)):
                for person in people([found["who"]]):
                    _put(result.absent, person)


def _told_roles(result: Frame, every: Sequence[Line]) -> None:
    """Who led and who wrote, told in sentences."""
    for line in every[:60]:
        for sentence in sentences(line.text):
            if result.chair is None and (found := told.LED.search(sentence)):
                result.chair = name_at((found["who"] or found["who2"]).strip())[0] or None
            if result.referent is None and (found := told.WROTE.search(sentence)):
                result.referent = name_at((found["who"] or found["who2"]).strip())[0] or None


def _role(words: str) -> str:
    """The role that a label gives to everybody under it: «Observatører», «Fra kommunene»."""
    text = plain(words)
    for pattern, role in (
        (r"observatør", "Observatør"),
        (r"gjest", "Gjest"),
        (r"sekretariat", "Sekretariat"),
        (r"vara|stedfort|stadfort", "Vara"),
        (r"administrasjon", "Administrasjonen"),
        (r"brukerrepr|brukarrepr", "Brukerrepresentant"),
        (r"tillitsval", "Tillitsvalgt"),
    ):
        if re.search(pattern, text):
            return role
    if found := re.match(
        r"(?:(?:til ?stede|møtte|deltok|forfall|fravær|tilstades?) )?(?:fra"
        r"|frå) (?P<who>.{3,50}?)(?: møtte.*| deltok.*)?$",
        words.strip(" :"),
        re.IGNORECASE,
    ):
        return found["who"]
    return ""


def _name(text: str) -> str | None:
    """The name that a text is or begins with; the text itself where it is short and no name is told from it."""
    text = text.strip(" .")
    found = people([text])
    if found:
        return found[0].name
    return text if 0 < len(text) <= 60 and not text.endswith(":") else None


def _put(group: list[PresentRead], person: PresentRead) -> None:
    """Adds somebody, once. Two of the same name and with different roles are two people."""
    for other in group:
        if plain(other.name) == plain(person.name) and _same(person.role, other.role):
            other.role = other.role or person.role
            other.remark = other.remark or person.remark
            other.substitute_for = other.substitute_for or person.substitute_for
            return
    group.append(person)


def _same(one: str, other: str) -> bool:
    return plain(one) in plain(other) or plain(other) in plain(one)


_CAME = pattern_of(
    r"(?:x|✓|✔|ja|møtt|møtte|til ?stede|tilstades|til stades|deltok|tilstede|j|√|☒|digitalt|teams)\.?", re.IGNORECASE
)
_STAYED = pattern_of(
    r"(?:forfall.*|fravær.*|fråvær.*|meldt forfall|nei|ikke (?:møtt|til stede|tilstede)|ikkje .*|frafall|avbud|☐|n)\.?",
    re.IGNORECASE,
)
_HEADINGS = pattern_of(
    r"navn|namn|stilling|organisasjon|funksjon|representer\w*|rolle|tittel|kommune|verksemd|virksomhet"
    r"|merknad|møtte for|parti|e-?post|telefon|medlem|deltaker",
    re.IGNORECASE,
)


def _attendance(result: Frame, grid: Grid, every: Sequence[Line]) -> None:
    """Takes people out of a table: columns of names below «Til stede» and «Forfall», or a row for each person."""
    kinds = set(grid.kinds)
    if {Label.OWNER, Label.DUE, Label.CASE_NUMBER} & kinds or ({Label.DATE, Label.MEETING_DATE} & kinds):
        return
    rows = grid.rows
    head = [plain(each) for each in grid.head]
    if (
        not grid.head
        and rows
        and sum(bool(_HEADINGS.fullmatch(cell)) for cell in rows[0] if cell) * 2 >= len([c for c in rows[0] if c])
    ):
        head, rows = [plain(cell) for cell in rows[0]], rows[1:]
    context = _context(grid, every)
    if (
        context is None
        and not ({Label.PRESENT, Label.ABSENT} & kinds)
        and not any(_HEADINGS.fullmatch(each) for each in head)
    ):
        return
    for line in grid.lines:
        line.used = True
    flags = {place for place, kind in enumerate(grid.kinds) if kind in (Label.PRESENT, Label.ABSENT)}
    for row in rows:
        names = [(place, name_at(cell)[0]) for place, cell in enumerate(row) if cell and name_at(cell)[0]]
        states = {
            place for place, cell in enumerate(row) if cell and (_CAME.fullmatch(cell) or _STAYED.fullmatch(cell))
        }
        if flags and not states and all(place in flags for place, _name in names) and names:
            for place in flags:
                if place < len(row):
                    group = result.present if grid.kinds[place] is Label.PRESENT else result.absent
                    for person in people(row[place].split("\n")):
                        _put(group, person)
            continue
        if not names:
            continue
        place, name = names[0]
        person = people([row[place]])[0] if people([row[place]]) else PresentRead(name)
        came: bool | None = None
        others: list[str] = []
        for other, cell in enumerate(row):
            if other == place or not cell:
                continue
            kind = grid.kinds[other] if other < len(grid.kinds) else None
            title = head[other] if other < len(head) else ""
            if _STAYED.fullmatch(cell) and not (
                kind is Label.ABSENT and re.fullmatch(r"n(?:ei)?\.?", cell, re.IGNORECASE)
            ):
                came = False
            elif _CAME.fullmatch(cell):
                came = kind is not Label.ABSENT
            elif "møtte for" in title or "vara for" in title or title == "for":
                substituted = name_at(cell)[0]
                person.substitute_for = substituted or person.substitute_for
            elif found := re.match(r"(?:vara |møtte |møter )?for\s+([A-ZÆØÅ].+)", cell):
                person.substitute_for = name_at(found[1])[0] or person.substitute_for
            elif re.search(r"e-?post|telefon|tlf", title) or "@" in cell:
                continue
            else:
                others.append(cell)
        if others:
            person.role = ", ".join(filter(None, [person.role, *others]))
        if came is None:
            came = (
                context is not Label.ABSENT
                if not flags
                else not any(grid.kinds[each] is Label.PRESENT for each in flags)
            )
        _put(result.present if came else result.absent, person)


def _context(grid: Grid, every: Sequence[Line]) -> Label | None:
    """Whether a table stands below «Til stede» or «Forfall»."""
    for line in reversed(every[max(0, grid.at - 4) : grid.at]):
        found = labels.at_start(line.text)
        if found is not None:
            if found.label in (Label.PRESENT, Label.ABSENT):
                return found.label
            return Label.PRESENT if found.label is Label.INVITED else None
    return None
