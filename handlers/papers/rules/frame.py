"""What a paper says of the meeting itself: which committee, when, and where."""

import datetime
import re
from collections.abc import Sequence

from handlers.papers.rules import days, labels, numbers, where
from handlers.papers.rules.ahead import DEADLINE, NEXT, what_is_ahead
from handlers.papers.rules.bodies import ABBREVIATION, BODY_WORD
from handlers.papers.rules.flow import Grid, Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.parts import Frame, Part, parts_of
from handlers.papers.rules.text import plain
from handlers.papers.rules.there import who_was_there
from handlers.patterns import pattern_of

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
    parts = parts_of(frame)
    top = [line for line in frame[:45] if line.label is None][:25] or list(frame[:25])
    _committee(result, parts, top)
    _when(result, parts, top, every, year)
    _where(result, parts)
    if result.place is None:
        result.place = where.in_title(top, year)
    who_was_there(result, parts, grids, every)
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
    what_is_ahead(result, parts, every, titled, year)
    return result


# The committee
def _committee(result: Frame, parts: Sequence[Part], top: Sequence[Line]) -> None:
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


def _when(result: Frame, parts: Sequence[Part], top: Sequence[Line], every: Sequence[Line], year: int | None) -> None:
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
            if DEADLINE.search(line.text) or NEXT.search(line.text):
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


def _where(result: Frame, parts: Sequence[Part]) -> None:
    for part in parts:
        if part.label is Label.PLACE and part.lines and result.place is None:
            result.place = where.cleaned(" ".join(line.text for line in part.lines[:2]))
    for part in parts:
        if result.place is None and part.label in (Label.DATE_PLACE, Label.MEETING_DATE) and part.lines:
            result.place = where.cleaned(" ".join(line.text for line in part.lines[:3]))


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
