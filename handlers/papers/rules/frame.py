"""What a paper says of the meeting itself: which committee, when, where, who led it, who was there."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from handlers.papers.record import DeadlineRead, MeetingRead, PresentRead
from handlers.papers.rules import days, labels, numbers, told, where
from handlers.papers.rules.bodies import ABBREVIATION, BODY_WORD
from handlers.papers.rules.flow import Grid, Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.people import name_at, people
from handlers.papers.rules.text import plain, sentences
from handlers.patterns import pattern_of


@dataclass(slots=True)
class Frame:
    """What stands around the cases."""

    committee: str | None = None
    day: days.Day | None = None
    begins: datetime.time | None = None
    ends: datetime.time | None = None
    place: str | None = None
    chair: str | None = None
    referent: str | None = None
    present: list[PresentRead] = field(default_factory=list)
    absent: list[PresentRead] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)
    next_meetings: list[MeetingRead] = field(default_factory=list)
    deadlines: list[DeadlineRead] = field(default_factory=list)
    number: str | None = None
    draft: bool | None = None


@dataclass(slots=True)
class _Part:
    label: Label
    words: str
    lines: list[Line]
    opened_by: Line | None = None
    """The line that the label stands on."""


_ENDS_PART = frozenset({Label.AGENDA, Label.CASE_NUMBER})
_TITLE = pattern_of(
    r"^(?:(?:utkast(?: til)?|foreløpig|førebels|godkjent|offentlig|offentleg|endelig|revidert|korrigert)[ :]+)?"
    r"(?:(?:møte)?(?:referat|protokoll|bok)|møte(?:referat|protokoll|bok|innkalling)|innkalling"
    r"|saksprotokoll|referat/protokoll|sakliste|saksliste|dagsorden|agenda|møteplan|møtekalender"
    r"|møteoversikt|vedtaksprotokoll|særutskrift|styreprotokoll|møtenotat|oppsummering|velkommen|notat"
    r"|det (?:innkalles|kalles inn|kalles|vert kalla inn)|vi (?:kaller|kallar"
    r"|innkaller)(?: med dette)?(?: inn)?)\b\s*[:–-]?\s*"
    r"(?:(?:fra|frå|for|til|av|over|i)\s+)?(?:(?:det |dei |de )?(?:ordinære?|ekstraordinært?|konstituerende"
    r"|konstituerande)?\s*)?(?:(?:styre|e-post|epost|teams-?)?møte(?:t|r"
    r"|ne)?\b\s*(?:nr\.?\s?\d+(?:[/-]\d+)?\s*)?(?:(?:i|for|med"
    r"|av)\s+)?)?",
    re.IGNORECASE,
)
_AFTER_COMMITTEE = pattern_of(
    r"\s*(?:[,;:–—|]|\s-\s|\bden\b\s|\bkl\.?\s|\b(?:mandag|måndag|tirsdag|tysdag|onsdag|torsdag|fredag"
    r"|lørdag|søndag)\b|\b(?=\d{1,2}\.\s?(?:\d|jan|feb|mar|apr|mai|jun|jul|aug|sep|okt|nov|des))"
    r"|(?=\d{1,2}\.\s?[–-])|(?=\d{4}-\d\d)|(?=\d{1,2}/\d)|(?=(?:20)\d{6})|\bnr\.?\s?\d|\b20\d\d\b|\t).*$",
    re.IGNORECASE | re.DOTALL,
)
_DRAFT = pattern_of(
    r"\b(?:utkast(?: til (?:referat|protokoll|møtereferat))?|foreløpig (?:referat|protokoll)"
    r"|førebels (?:referat|protokoll)|ikke godkjent|ikkje godkjend|ikke-godkjent"
    r"|med forbehold om godkjenning)\b",
    re.IGNORECASE,
)
_APPROVED = pattern_of(
    r"\b(?:godkjent (?:referat|protokoll)|endelig (?:referat|protokoll)|(?:referat|protokoll)(?:et"
    r"|en)? (?:er|ble|vart) godkj?en[td](?! med| i)|godkjent (?:per|på|pr\.?) e-?post)\b",
    re.IGNORECASE,
)
_ENDED = pattern_of(
    r"\bmøte(?:t)? (?:ble |blei |vart |er )?(?:hevet|heva|avsluttet|avslutta|slutt|sluttet"
    r"|slutta)\b[^.\d]{0,25}(?:kl\.?|klokka|klokken)?\s?(?P<time>\d{1,2}(?:[.:]?\d\d)?)",
    re.IGNORECASE,
)
_ROSE = pattern_of(
    r"\b(?:hevet|heva|avsluttet|avslutta|slutt)\b\s(?:kl\.?|klokka|klokken)\s?(?P<time>\d{1,2}(?:[.:]?\d\d)?)",
    re.IGNORECASE,
)
_BEGAN = pattern_of(
    r"\bmøtet (?:ble |blei |vart |er )?(?:satt|sett|åpnet|opna|startet|starta|begynte"
    r"|byrja)\b[^.\d]{0,25}(?:kl\.?|klokka|klokken)\s?(?P<time>\d{1,2}(?:[.:]?\d\d)?)",
    re.IGNORECASE,
)
_NEXT = pattern_of(
    r"\b(?:neste (?:ordinære )?(?:\w{2,6}-)?(?:møte|møtet|samling)|nytt møte|neste [A-ZÆØÅ]{2,5}\b)", re.IGNORECASE
)
_PLANNED = pattern_of(
    r"\b(?:møteplan|møtedato(?:er|ar)?|møtedatoene|møter i (?:20\d\d|vår|høst)|kommende møter|komande møte"
    r"|nye møter|møter (?:[A-ZÆØÅ]{2,5}) )",
    re.IGNORECASE,
)
_DEADLINE = pattern_of(r"\b(?:frist\w*|\w{3,14}frist\w*|innen|innan|senest|seinast|snarest og senest)\b", re.IGNORECASE)


def read(
    frame: Sequence[Line],
    every: Sequence[Line],
    grids: Sequence[Grid],
    year: int | None,
    titled: Sequence[tuple[str, str]] = (),
) -> Frame:
    """What the frame says. `every`: the lines of the whole paper. `year`: of dates that have none. `titled`: title and
    text of the cases, among which the next meeting may stand."""
    result = Frame()
    parts = _parts(frame)
    top = [line for line in frame[:45] if line.label is None][:25] or list(frame[:25])
    _committee(result, parts, top)
    _when(result, parts, top, every, year)
    _where(result, parts)
    if result.place is None:
        result.place = where.in_title(top, year)
    _who(result, parts, grids, every)
    for part in parts:
        if part.label is Label.ATTACHMENTS:
            result.attachments.extend(
                text
                for line in part.lines
                if (text := line.text.strip(" •-–")) and not re.fullmatch(r"(?:\d{1,2}|ingen\.?|-+)", text.lower())
            )
        elif part.label is Label.OWN_NUMBER and part.lines and result.number is None:
            result.number = part.lines[0].text.strip(" .") or None
    _states(result, top, every)
    _ahead(result, parts, every, titled, year)
    return result


def _parts(lines: Sequence[Line]) -> list[_Part]:
    """The labelled parts. What is under no label is in none."""
    result: list[_Part] = []
    current: _Part | None = None
    for line in lines:
        found = labels.at_start(line.text)
        if found is not None:
            if (
                found.label in (Label.INVITED,)
                and current is not None
                and current.label in (Label.PRESENT, Label.ABSENT)
                and not found.rest
            ):
                # «Medlemmer:» below «Til stede».
                continue
            if (
                found.label is Label.CHAIR
                and current is not None
                and current.label in (Label.PRESENT, Label.ABSENT)
                and plain(found.words) in ("leder", "leiar")
                and found.rest
            ):
                # «Leder: Kari Eksempel» in the list of those who were there.
                current.lines.append(line)
                continue
            current = _Part(found.label, found.words, [], line)
            result.append(current)
            line.used = True
            if found.rest:
                current.lines.append(
                    Line(
                        found.rest,
                        paragraph=line.paragraph,
                        begins=True,
                        row=line.row,
                        label=line.label,
                        page=line.page,
                    )
                )
            continue
        if (
            current is not None
            and current.label in (Label.PRESENT, Label.ABSENT)
            and (from_ := _FROM.match(line.text)) is not None
            and people([from_["rest"]])
        ):
            # «Frå sjukehuset: …» after those who did not come.
            current = _Part(
                Label.PRESENT if _ABSENT_FROM.search(from_["who"]) is None else Label.ABSENT, from_["who"], []
            )
            result.append(current)
            current.lines.append(Line(from_["rest"], paragraph=line.paragraph, row=line.row, page=line.page))
            line.used = True
            continue
        if _GREETING.match(line.text):
            current = None
        if current is None:
            continue
        last = current.lines[-1] if current.lines else current.opened_by
        if last is not None and line.row == last.row == 0 and line.paragraph > last.paragraph + 1:
            # Something stood between, of which the cases were made.
            current = None
            continue
        inside = line.label is current.label and line.row > 0
        if line.is_heading and not inside and not name_at(line.text)[0]:
            current = None
            continue
        if not inside and _ends(current, line):
            current = None
            continue
        current.lines.append(line)
        line.used = True
    return result


_FROM = pattern_of(r"^(?P<who>(?:fra|frå) [^:]{2,45}):\s*(?P<rest>\S.*)", re.IGNORECASE)
_GREETING = pattern_of(r"(?:(?:med )?(?:vennlig|vennleg|venleg|beste|god) )?(?:hilsen|helsing)\b", re.IGNORECASE)
_ABSENT_FROM = pattern_of(r"forfall|fråvær|fravær", re.IGNORECASE)
_ONE_LINE = frozenset({Label.DATE, Label.MEETING_DATE, Label.TIME, Label.PLACE, Label.REFERENT, Label.COMMITTEE,
    Label.SUBJECT, Label.ENDED, Label.SENT, Label.FROM, Label.REFERENCE, Label.OWN_NUMBER})  # fmt: skip


_SENTENCE_VERB = pattern_of(
    r"\b(?:ble|blei|vart|var|er|har|hadde|skrev|skreiv|førte|ledet|leia|ønsket|ønskte|åpnet|opna|kan|skal)\b"
)


def _ends(part: _Part, line: Line) -> bool:
    """Whether a line without a label is no longer part of what the label before it speaks of."""
    if part.label in _ONE_LINE and part.lines:
        return line.begins or not part.lines[-1].text.endswith((",", "-", " og"))
    if part.label in (Label.PRESENT, Label.ABSENT) and part.lines:
        # A sentence is no list of names.
        return (
            line.text.endswith(".")
            and line.begins
            and (bool(_SENTENCE_VERB.search(line.text)) or (len(line.text) > 90 and not people([line.text])))
        )
    return part.label in _ENDS_PART


# The committee


def _committee(result: Frame, parts: Sequence[_Part], top: Sequence[Line]) -> None:
    for label in (Label.COMMITTEE, Label.SUBJECT):
        for part in parts:
            if part.label is label and part.lines:
                words = _body(part.lines[0].text, needs_word=label is Label.SUBJECT)
                if words:
                    result.committee = words
                    return
    for line in top:
        if _TITLE.match(line.text) and (
            words := _body(line.text, needs_word=bool(re.match(r"notat", line.text, re.IGNORECASE)))
        ):
            result.committee = words
            return
    for at, line in enumerate(top):
        if len(line.text) < 110 and re.search(rf"\w*{BODY_WORD}\b|^{ABBREVIATION}(?:\s|$)", line.text, re.IGNORECASE):
            if re.match(r"(?:til|medlemmer|kopi)\b", line.text, re.IGNORECASE) or line.text.endswith("."):
                continue
            if words := _body(line.text, needs_word=True):
                result.committee = words
                return
        del at


def _body(text: str, *, needs_word: bool) -> str | None:
    """The name of a committee out of a title («Referat fra møte i Faglig samarbeidsutvalg (FSU) 25.01.24»)."""
    text = " ".join(text.split())
    found = _TITLE.match(text)
    rest = text[found.end() :] if found is not None else text
    cut = _AFTER_COMMITTEE.sub("", rest).strip(" .,:;–-")
    cut = re.sub(r"^(?:(?:fra |frå )?møte(?:t)? (?:i|for|med)|for|i|fra|frå)\s+", "", cut, flags=re.IGNORECASE)
    cut = re.sub(
        r"\s+(?:den|fra|frå|i møte|møte|nr\.?|dato|referat|protokoll|innkalling|møteplan|utkast|møtereferat"
        r"|møteprotokoll)$",
        "",
        cut,
        flags=re.IGNORECASE,
    ).strip(" .,:;–-")
    if found is not None and not re.match(r"partnerskap", cut, re.IGNORECASE):
        # «Referat AU-møte», «styringsgruppemøte».
        cut = re.sub(r"(?<=gruppe)møte[t]?$|(?<=[A-ZÆØÅ]{2})[- ]møte[t]?$|(?<=utvalgs)møte[t]?$", "", cut)
    if not cut or len(cut) > 100 or not re.search(r"[^\W\d_]{2}", cut):
        return None
    if needs_word and not re.search(rf"{BODY_WORD}\b|\b{ABBREVIATION}\b", cut, re.IGNORECASE):
        return None
    if plain(cut) in ("møte", "møtet", "referat", "forrige møte", "utkast", "nr", "til stede", "protokoll"):
        return None
    return cut


# The time and the place


def _clock(text: str) -> datetime.time | None:
    digits = re.sub(r"\D", "", text)
    hour, minute = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    return datetime.time(hour, minute) if hour < 24 and minute < 60 else None


_BY_MAIL = pattern_of(
    r"\b(?:behandle[ts]|behandla|handsama|sirkuler[ta]|sirkulert)\b.{0,40}\b(?:e-?post|sirkulasjon|skriftlig|skriftleg)"
    r"|\bsendt\b.{0,60}\be-?post\b.{0,60}\bsvarfrist\b|\bsirkulasjons?(?:sak|behandling)\b|\b(?:e-?post)(?:behandling|møte)\b",
    re.IGNORECASE,
)
_PERIOD = pattern_of(
    r"(?P<begin>\b[0-3]?\d\.?(?:\s?[a-z]{3,9}|\d{1,2}\.(?:\d{2,4})?)?)\s?(?:-|–|—|til|og)\s?(?=[0-3]?\d\.)",
    re.IGNORECASE,
)


def _treated_by_mail(every: Sequence[Line], year: int | None) -> days.Day | None:
    """The last day of the period in which a case was treated by e-mail («i tidsrommet 5.–12. januar»)."""
    for line in every[:40]:
        if _BY_MAIL.search(line.text) is None or re.match(r"(?:referat|protokoll|møtebok)", line.text, re.IGNORECASE):
            continue
        until = _PERIOD.sub(lambda found: " " * len(found[0]), line.text)
        if (found := list(days.find(until, year))) and labels.at_start(line.text) is None:
            # «sendt 3. mars med svarfrist 10. mars»: a case sent out is treated from then on.
            return found[0] if re.search(r"svarfrist", line.text, re.IGNORECASE) else found[-1]
    return None


def _when(result: Frame, parts: Sequence[_Part], top: Sequence[Line], every: Sequence[Line], year: int | None) -> None:
    order = (Label.MEETING_DATE, Label.DATE_PLACE, Label.TIME, Label.DATE)
    for label in order:
        for part in parts:
            if part.label is not label:
                continue
            text = " ".join(line.text for line in part.lines[:3])
            day = days.first(text, year)
            if day is not None and (result.day is None):
                result.day = day
            _times(result, text, bare=True)
    if result.day is None:
        for part in parts:
            if part.label in (Label.SUBJECT, Label.COMMITTEE, Label.PLACE):
                for line in part.lines:
                    if result.day is None and (day := days.first(line.text, year)) is not None:
                        result.day = day
                        _times(result, line.text, bare=False)
    if result.day is None:
        result.day = _treated_by_mail(every, year)
    if result.day is None:
        titled = [line for line in top if _TITLE.match(line.text) or line.is_heading]
        for line in [*titled, *top]:
            found = labels.at_start(line.text)
            if found is not None and found.label in (
                Label.SENT,
                Label.REFERENCE,
                Label.FROM,
                Label.ATTACHMENTS,
                Label.NEXT_MEETING,
                Label.DEADLINE,
            ):
                continue
            if _DEADLINE.search(line.text) or _NEXT.search(line.text):
                continue
            if (day := days.first(line.text, year)) is not None:
                result.day = day
                _times(result, line.text, bare=False)
                break
    for part in parts:
        if part.label is Label.TIME:
            _times(result, " ".join(line.text for line in part.lines[:2]), bare=True)
        elif part.label is Label.PLACE and result.begins is None:
            _times(result, " ".join(line.text for line in part.lines[:2]), bare=False)
        elif part.label is Label.ENDED and part.lines and result.ends is None:
            found_time = re.search(r"\d{1,2}(?:[.:]?\d\d)?", part.lines[0].text)
            result.ends = _clock(found_time[0]) if found_time is not None else None
    if result.begins is None:
        for line in top:
            dated = days.first(line.text, year or 2000) is not None or re.match(r"kl\b|tid", line.text, re.IGNORECASE)
            if dated or where.HELD_AT.search(line.text) or where.LASTED.search(line.text):
                _times(result, line.text, bare=False)
                if result.begins is not None:
                    break


def _times(result: Frame, text: str, *, bare: bool) -> None:
    found = days.times(text, bare=bare)
    if found is None:
        return
    if result.begins is None:
        result.begins = found.begins
    if result.ends is None and found.ends is not None and result.begins == found.begins:
        result.ends = found.ends


def _where(result: Frame, parts: Sequence[_Part]) -> None:
    for part in parts:
        if part.label is Label.PLACE and part.lines and result.place is None:
            result.place = where.cleaned(" ".join(line.text for line in part.lines[:2]))
    for part in parts:
        if result.place is None and part.label in (Label.DATE_PLACE, Label.MEETING_DATE) and part.lines:
            result.place = where.cleaned(" ".join(line.text for line in part.lines[:3]))


# Who


def _who(result: Frame, parts: Sequence[_Part], grids: Sequence[Grid], every: Sequence[Line]) -> None:
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


# Its state, and what comes after


def _states(result: Frame, top: Sequence[Line], every: Sequence[Line]) -> None:
    head = "\n".join(
        line.text
        for line in top[:12]
        if numbers.at_start(line.text) is None and not re.search(r"godkjenn(?:e|ing)", line.text, re.IGNORECASE)
    )
    if _DRAFT.search(head):
        result.draft = True
    elif _APPROVED.search(head):
        result.draft = False
    for line in every:
        if result.ends is None and (found := _ENDED.search(line.text) or _ROSE.search(line.text)):
            result.ends = _clock(found["time"])
        if result.begins is None and (found := _BEGAN.search(line.text)):
            result.begins = _clock(found["time"])
    if result.number is None:
        for line in top[:6]:
            if found := re.search(
                r"\b(?:protokoll|møteprotokoll|referat|møte)\s?(?:nr\.?|nummer)\s?(\d{1,3}(?:[/-]\d{2,4})?)",
                line.text,
                re.IGNORECASE,
            ):
                result.number = found[1]
                break


def _ahead(
    result: Frame, parts: Sequence[_Part], every: Sequence[Line], titled: Sequence[tuple[str, str]], year: int | None
) -> None:
    meeting = result.day.date if result.day is not None else None
    for part in parts:
        if part.label is not Label.NEXT_MEETING:
            continue
        texts = [line.text for line in part.lines]
        if days.first(part.words, year) is not None:
            texts.insert(0, part.words)
        for text in texts:
            _meetings_in(result, text, year, meeting)
    for title, text in titled:
        if _NEXT.match(title) or (_PLANNED.match(title) and len(list(days.find(text, year))) > 1):
            _meetings_in(result, f"{title} {text}"[:300], year, meeting)
    for line in every:
        for piece in re.split(r"(?<=[a-zæøå])\.\s+(?=[A-ZÆØÅ])", line.text):
            found = _NEXT.search(piece)
            if found is not None and not re.search(r"\bsak\b.{0,30}\bneste møte", piece, re.IGNORECASE):
                rest = piece[found.start() :]
                if days.first(rest, year) is not None and len(rest) < 220:
                    _meetings_in(result, rest[:160], year, meeting)
            elif (planned := _PLANNED.search(piece)) is not None and len(list(days.find(piece, year))) > 1:
                _meetings_in(result, piece[planned.start() :], year, meeting)
    result.next_meetings.sort(key=lambda each: each.date)


def _meetings_in(result: Frame, text: str, year: int | None, meeting: datetime.date | None) -> None:
    found = list(days.find(text, year))
    for index, day in enumerate(found):
        when = day.date
        before = text[max(0, day.start - 30) : day.start]
        if _DEADLINE.search(before):
            continue
        if not day.year_given and meeting is not None and when < meeting:
            try:
                when = when.replace(year=when.year + 1)
            except ValueError:
                continue
        if meeting is not None and when <= meeting:
            continue
        until = found[index + 1].start if index + 1 < len(found) else len(text)
        clock = days.times(text[day.end : until], bare=True)
        if any(each.date == when for each in result.next_meetings):
            continue
        # «SSU: 25.2., 27.5. og 23.9.»: all of them are of the body before the first.
        committee = re.search(rf"\b({ABBREVIATION})\b", text[: found[0].start])
        place = (
            re.search(r"(?:,|\bi|\bpå|sted:)\s+([A-ZÆØÅ][^,.;]{3,50})\s*$", text[day.end : until])
            if clock is None
            else None
        )
        if clock is not None and (
            after := re.search(
                r"^\W*(?:i|på|sted:?|stad:?)?\s*([A-ZÆØÅ][^.;]{2,60})", text[day.end + clock.end : until]
            )
        ):
            place = after
        result.next_meetings.append(
            MeetingRead(
                when,
                clock.begins if clock is not None else None,
                clock.ends if clock is not None else None,
                committee[1] if committee is not None and committee[1] not in ("TEAMS",) else None,
                place[1].strip() if place is not None else None,
            )
        )


def deadlines(lines: Iterable[Line], year: int | None, meeting: datetime.date | None) -> list[DeadlineRead]:
    """Deadlines with a date, each once, in the words of the sentence they stand in."""
    result: list[DeadlineRead] = []
    for line in lines:
        text = line.text
        if not _DEADLINE.search(text):
            continue
        for day in days.find(text, year):
            before = text[max(0, day.start - 70) : day.start]
            words = list(_DEADLINE.finditer(before))
            if not words or re.search(r"[.;!?]\s+[A-ZÆØÅ]", before[words[-1].end() :]):
                continue
            if re.search(r"utgangen av\s*$|utgongen av\s*$", before):
                continue
            when = day.date
            if not day.year_given and meeting is not None and when < meeting:
                if (meeting - when).days < 60:
                    continue
                when = when.replace(year=when.year + 1) if not (when.month == 2 and when.day == 29) else when
            if not any(each.date == when for each in result):
                result.append(DeadlineRead(when, _around(text, day.start, day.end)))
    return result


def _around(text: str, start: int, end: int) -> str:
    begin = max(text.rfind(". ", 0, start), text.rfind("; ", 0, start)) + 1
    stop = re.search(r"\.(?:\s|$)", text[end:])
    return text[begin : end + stop.start() if stop else len(text)].strip(" ;")[:300]
