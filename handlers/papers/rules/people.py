"""Who was there and who was not: names out of lists, running text, «Navn (sted)», «rolle: navn» and tables.

A name is told from titles, employers and places by its shape (two to five words with capitals) and by what such words
end in; a single first name counts where the whole list is written so.
"""

import re
from collections.abc import Iterable, Sequence

from handlers.papers.record import PresentRead
from handlers.papers.rules.text import without_marks
from handlers.patterns import pattern_of

_PARTICLES = frozenset({"van", "von", "de", "der", "den", "af", "la", "le", "bin", "al", "el", "da", "dos", "ten", "du",
    "zu", "ibn", "abu"})  # fmt: skip
_TOKEN = pattern_of(r"[A-ZÆØÅÄÖÜÉÁČĐŠŽŊŦ](?:[^\W\d_]|['’.\-])*")
_INITIAL = pattern_of(r"[A-ZÆØÅ]\.?")
_ORGANISATION = pattern_of(
    r"(?:.*(?:kommune[rn]?s?|kommunane|kommunene|sykehus(?:et)?|sjukehus(?:et)?|foretak(?:et)?"
    r"|føretak(?:et)?|forbund(?:et)?|forening(?:en|a)?|foreining(?:a)?"
    r"|etaten?|sektor(?:en)?|senter(?:et)?|klinikk(?:en)?|avdeling(?:en|a)?|universitet(?:et)?|høgskolen?"
    r"|høgskule[na]?|utvalg(?:et)?|utval(?:et)?|rådet"
    r"|ombud(?:et)?|legevakt(?:en|a)?|sykehjem(?:met)?|sjukeheim(?:en)?|fylke(?:t)?|direktorat(?:et)?"
    r"|departement(?:et)?|enhet(?:en)?|eining(?:a)?"
    r"|seksjon(?:en)?|tjeneste[rn]?|teneste[rn]?|sekretariat(?:et)?|administrasjon(?:en)?|selskap(?:et)?"
    r"|partnere?|fellesskap(?:et)?|forvalter(?:en)?|nettverk(?:et)?|organisasjon(?:en|er|ar)?"
    r"|medlemmer|medlemer|medlem|representanter|representantar|prosjekt(?:et)?|region(?:en)?"
    r"|distrikt(?:et)?|poliklinikk(?:en)?|samarbeid(?:et)?)"
    r"|HF|RHF|KS|NSF|NAV|Nav|OUS|UNN|DPS|BUP|BUPA|USHT|PKO|KAD|FFO|SAFO|LHL|IKS|AS|KF|SUS|Ahus|AHUS|Helse"
    r"|Bydel|Kommune|Teams|Zoom|Skype|Norsk|Norges|Den|Alle|Ingen|Følgende"
    r"|Legeforeningen|Fagforbundet|Delta|Akademikerne|Unio|Samfunnsviterne|Kreftforeningen|Mental|Rådhuset"
    r"|Rådmann|Møterom|Faste|Resten|Øvrige|Samtlige|Medlemmene|Medlemene|Utvalget|Utvalet|Styret"
    r"|Partnerskapet)",
)
_PLACE_ADJECTIVE = frozenset({"Nordre", "Søndre", "Østre", "Vestre", "Øvre", "Nedre", "Indre", "Ytre", "Nye", "Store",
    "Midtre", "Sør", "Nord", "Øst", "Vest", "Gamle", "St.", "Bydel", "Helse", "Sør-Øst", "Midt-Norge"})  # fmt: skip
_ROLE = pattern_of(
    r"(?:.*(?:sjef(?:en)?|leder(?:en)?|leiar(?:en)?|direktør(?:en)?|lege[rn]?|rådgiver(?:en)?"
    r"|rådgjevar(?:en)?|koordinator(?:en)?|representant(?:en)?"
    r"|sekretær(?:en)?|konsulent(?:en)?|overlege|sykepleier|sjukepleiar|mester|ordfører|ordførar"
    r"|rådmann(?:en)?|medlem|vara|varamedlem|observatør(?:en)?|ombud|tillitsvalgt|tillitsvald"
    r"|professor|jordmor|fysioterapeut|ergoterapeut|psykolog|farmasøyt|jurist|analytiker|forsker|stipendiat"
    r"|spesialist|ansvarlig|ansvarleg|fagutvikler|utvikler|byråd|referent|gjest)"
    r"|adm\.?|ass\.?|viseadm\.?|konst\.?|fung\.?|fagdir\.?|dir\.?|kst\.?|dr\.?|prof\.?|for|pva\.?|v|ved)",
    re.IGNORECASE,
)
_ORG_FOLLOWS = pattern_of(
    r"(?:(?:fylkes)?kommune|(?:universitets|lokal)?(?:sykehus|sjukehus)|hf|rhf|legevakt|dps|bydel|sykehjem|sjukeheim"
    r"|legesenter|helsehus|nav)\b",
    re.IGNORECASE,
)
_FOR = pattern_of(
    r"(?:\b(?:personlig |personleg )?(?:vara(?:medlem|representant)?|stedfortreder|stadfortredar|vikar"
    r"|møtte|møter|møtt|møtande|møtende|stilte|deltok|i stedet|i staden|istedenfor|stilte)?\s?(?:for|pva\.?"
    r"|på vegne av|på vegner av|i staden for|i stedet for)\s+)"
    r"(?P<name>[A-ZÆØÅ][^,;()/]{2,60})"
)
_REMARK = pattern_of(
    r"(?:\b(?:på|under|til og med|t\.?o\.?m\.?|fra|frå|til|etter|før|forlot|gikk|gjekk|kom|deltok|kun|bare"
    r"|berre|møtte|innledet|ikke|ikkje|i|frem til|fram til|forutenom"
    r"|unntatt)\b[^,;()]{0,25}?(?:\b(?:sak(?:ene|er)?|kl\.?|klokka)\s?\d[^,;()]{0,25}"
    r"|under sak[^,;()]{0,20})"
    r"|\b(?:via |på |over )?(?:teams|digitalt|skype|zoom|telefon|video)\b"
    r"|\b(?:sak(?:ene)?)\s\d[^,;()]{0,20}"
    r"|\bkl\.?\s?\d{1,2}(?:[.:]\d\d)?(?:\s?[-–]\s?(?:kl\.?\s?)?\d{1,2}(?:[.:]\d\d)?)?|\b(?:ugild|inhabil"
    r"|ny inn for)\b[^,;()]{0,40}|\bdeler av møtet\b|\bdelar av møtet\b)",
    re.IGNORECASE,
)
_NOBODY = pattern_of(
    r"(?:ingen|ingen meldt|ingen forfall|ikke noen|-+|–|nei|0|ingen meldte forfall|n/a)[.\s]*", re.IGNORECASE
)
_BULLET = pattern_of(r"^\s{0,6}(?:[•●○▪◦*\-–—+]|\d{1,2}[.)])\s{1,4}")
_SHORT_TITLE = pattern_of(r"(?:Adm|Ass|Viseadm|Konst|Fung|Fagl|Vise)\.\s\w+\s(?=[A-ZÆØÅ])")
_AND = pattern_of(r"\s+(?:og|samt|&|\+)\s+(?=[A-ZÆØÅ]|[a-zæøå]{4,25}\s+[A-ZÆØÅ][a-zæøå]+\s+[A-ZÆØÅ])")
_FROM_MET = pattern_of(r"^(?P<who>(?:fra|frå) [^,:]{3,40}?) (?:møtte|deltok|stilte|var)\s+(?=\S)", re.IGNORECASE)
_FULL_STOP = pattern_of(
    r"(?<=[^\W\d_]{3})\.\s+(?=[A-ZÆØÅ][a-zæøå]+\s+[A-ZÆØÅ])|(?<=\))\.\s+(?=[A-ZÆØÅ])"
    r"|(?<=[^\W\d_]{3})\.\s+(?=(?:Fra|Frå|I tillegg|Dessuten)\s)"
)
_APART = pattern_of(r"\s{1,3}[–—]\s{1,3}|\s+-\s+|\t+|\s{3,}|\s*\|\s*")
_NOTE_MARK = pattern_of(r"(?<=[a-zæøå])\d(?=[,;(]|\s|$)")
"""The mark of a footnote behind a name."""
_SPACED_HYPHEN = pattern_of(r"(?<=[a-zæøå])-\s(?=[A-ZÆØÅ][a-zæøå])|(?<=[a-zæøå])\s-(?=[A-ZÆØÅ][a-zæøå])")


def people(lines: Iterable[str]) -> list[PresentRead]:
    """The people in some lines, in order."""
    listed = [cleaned for line in lines if (cleaned := _BULLET.sub("", without_marks(line)).strip())]
    listed = [each for each in listed if not _NOBODY.fullmatch(each)]
    if not listed:
        return []
    result: list[PresentRead] = []
    for line in _joined(listed):
        result.extend(_of_line(line))
    if not result:
        result = _single_names(listed)
    return result


def _joined(lines: Sequence[str]) -> list[str]:
    """Lines of a running list («Kari Eksempel,» at the end, or in the middle of a bracket) as one."""
    result: list[str] = []
    for line in lines:
        if result:
            last = result[-1]
            open_bracket = last.count("(") > last.count(")")
            cut_name = re.search(r"[,:]\s*[A-ZÆØÅ][a-zæøå-]+$", last) and re.match(
                r"[A-ZÆØÅ][a-zæøå-]+(?:[,.(]|$| \()", line
            )
            # «kommuneoverlege Kari Eksempel» begins with a small letter, and is somebody of her own.
            goes_on = line[0].islower() and not name_at(line)[0]
            if open_bracket or cut_name or last.endswith((",", " og", "-", " for", " samt", "/")) or goes_on:
                hyphen = last.endswith("-") and line[0].islower()
                result[-1] = last[:-1] + line if hyphen else f"{last} {line}"
                continue
        result.append(line)
    return result


def _of_line(line: str) -> list[PresentRead]:
    line = _NOTE_MARK.sub("", _SPACED_HYPHEN.sub("-", line))
    result: list[PresentRead] = []
    for statement in _FULL_STOP.split(line):
        for part in _split(statement, ";"):
            common, people_part = _before_colon(part)
            if found := _FROM_MET.match(people_part.strip()):
                common, people_part = found["who"], people_part.strip()[found.end() :]
            if people_part.startswith("("):
                people_part = people_part[1:]
            before = len(result)
            for segment in _split(people_part, ","):
                for one in _AND.split(segment):
                    _add(one.strip(" .:"), result, before)
            for each in result[before:]:
                if common and common not in each.role:
                    each.role = f"{common}, {each.role}" if each.role else common
    return result


def _before_colon(part: str) -> tuple[str, str]:
    """What stands before a colon is everybody's on the line («Eksempel kommune: …»)."""
    head, colon, rest = part.partition(":")
    if colon and rest.strip() and len(head) < 70 and not re.search(r"\d$", head) and "(" not in head:
        return head.strip(), rest
    return "", part


def _add(segment: str, result: list[PresentRead], since: int) -> None:
    """Another person, or something about the last one."""
    if not segment:
        return
    if len(result) > since and _FOR.match(segment):
        _about(result[-1], segment)
        return
    pieces = [each for each in _APART.split(segment) if each.strip()]
    for index, piece in enumerate(pieces):
        name, rest = name_at(piece.strip())
        first = _FIRST_AND_EMPLOYER.fullmatch(segment) if not name and len(result) == since else None
        if first is not None and not (_ROLE.fullmatch(first[1]) or _ORGANISATION.fullmatch(first[1])):
            # «Anniken (Eksempel sykehus)»: a first name alone, told from a title by the employer behind it.
            result.append(PresentRead(first[1], role=first[2]))
            return
        if name:
            person = PresentRead(name)
            _about(person, rest)
            for later in pieces[index + 1 :]:
                _about(person, later)
            for earlier in pieces[:index]:
                _about(person, earlier)
            result.append(person)
            return
    if len(result) > since:
        _about(result[-1], segment)


def _about(person: PresentRead, text: str) -> None:
    """Takes from a text whom the person stood in for, the remark, and the role."""
    text = text.strip(" ,.;:–-")
    if not text:
        return
    if re.search(r"\bvara", person.role, re.IGNORECASE) and name_at(text)[0] == text:
        person.substitute_for = text
        return
    if found := _FOR.search(text):
        name, _rest = name_at(found["name"].strip())
        if name:
            person.substitute_for = name
            text = (text[: found.start()] + " " + found["name"][len(name) :] + text[found.end() :]).strip()
    if found := _REMARK.search(text):
        person.remark = ", ".join(filter(None, [person.remark, found[0].strip(" .")]))
        text = (text[: found.start()] + " " + text[found.end() :]).strip()
    text = re.sub(r"\(\s*\)", "", text)
    text = " ".join(text.split()).strip(" ,.;:–-")
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip()
    elif text.count("(") != text.count(")"):
        text = text.replace("(", "").replace(")", "").strip()
    if text:
        person.role = f"{person.role}, {text}" if person.role else text


def name_at(text: str) -> tuple[str, str]:
    """The name with which a text begins, and the rest; an empty name if it begins with none."""
    text = text.strip()
    words = text.split(" ")
    begin = 0
    if shortened := _SHORT_TITLE.match(text):
        begin = shortened[0].count(" ")
    while begin < len(words) - 2 and _is_title(words[begin]) and _capital(words[begin + 1]):
        begin += 1
    # «fastlege Kari Eksempel»: a title in small letters before the name.
    while begin < len(words) - 2 and words[begin][:1].islower() and words[begin] not in _PARTICLES and begin < 4:
        if not _ROLE.fullmatch(words[begin].strip(",.")) and begin == 0 and not _capital(words[begin + 1]):
            return "", text
        begin += 1
    taken: list[str] = []
    for word in words[begin:]:
        bare = word.strip("()")
        if word.startswith("(") and taken:
            break
        ends = word.endswith((",", ")", ";")) or (word.endswith(".") and len(word) > 2)
        bare = bare.rstrip(",;:)")
        if len(bare) > 2:
            bare = bare.rstrip(".")
        if not bare:
            break
        if bare in _PARTICLES and taken:
            taken.append(bare)
            continue
        if not _TOKEN.fullmatch(bare) and not _INITIAL.fullmatch(bare):
            break
        if len(taken) >= 2 and (_acronym(bare) or _ORGANISATION.fullmatch(bare) or _ROLE.fullmatch(bare)):
            break
        taken.append(bare)
        if ends or len(taken) == 6:
            break
    while taken and taken[-1] in _PARTICLES:
        taken.pop()
    rest_words = words[begin + len(taken) :]
    rest = " ".join(rest_words)
    if len(taken) >= 3 and _ORG_FOLLOWS.match(rest):
        taken.pop()
        if len(taken) >= 3 and taken[-1] in _PLACE_ADJECTIVE:
            taken.pop()
        rest = " ".join(words[begin + len(taken) :])
    if not 2 <= len(taken) <= 6 or _no_name(taken, rest):
        return "", text
    role = " ".join(words[:begin])
    return " ".join(taken), f"{role} {rest}".strip() if role else rest.strip()


def _capital(word: str) -> bool:
    return bool(_TOKEN.fullmatch(word.strip("(),.;:")))


def _is_title(word: str) -> bool:
    """A role with a capital, before a name."""
    bare = word.strip("().,:;")
    return len(bare) > 3 and bool(_ROLE.fullmatch(bare)) and word[:1].isupper()


def _acronym(word: str) -> bool:
    bare = word.replace(".", "").replace("-", "")
    return 2 <= len(bare) <= 6 and (bare.isupper() or (bare in ("SiV", "SIV", "AiO", "StOLAV")))


def _no_name(taken: Sequence[str], rest: str) -> bool:
    if any(_ORGANISATION.fullmatch(each) for each in taken):
        return True
    if taken[0] in _PLACE_ADJECTIVE or (len(taken) == 2 and _ORG_FOLLOWS.match(rest)):
        return True
    if all(each.isupper() for each in taken) and max(len(each) for each in taken) <= 3:
        return True
    if any(_acronym(each) for each in taken) and not all(each.isupper() for each in taken):
        return True
    return bool(
        re.fullmatch(
            r"(?:Sak|Kl|Dato|Møte|Referat|Tid|Sted|Ref|Vedtak|Neste|Godkjenning|Eventuelt|Side|Deler)", taken[0]
        )
    )


_SINGLE = pattern_of(
    r"([A-ZÆØÅ][a-zæøåéü]{1,14}(?:-[A-ZÆØÅ][a-zæøå]+)?)(?:\s?\(([^()]{1,60})\))?(?:\s+[–-]\s+(.{2,60}))?"
)


def _single_names(lines: Sequence[str]) -> list[PresentRead]:
    """First names alone, where all of the list is written so."""
    segments = [
        piece.strip(" .")
        for line in lines
        for part in _split(line, ",")
        for piece in re.split(r"\s+og\s+|;", part)
        if piece.strip(" .")
    ]
    found = [_SINGLE.fullmatch(each) for each in segments]
    if not found or not all(found):
        return []
    result = []
    for each in found:
        assert each is not None  # noqa: S101 - all() above
        if _ORGANISATION.fullmatch(each[1]) or (_ROLE.fullmatch(each[1]) and not each[2]):
            return []
        result.append(PresentRead(each[1], role=each[2] or each[3] or ""))
    return result


_FIRST_AND_EMPLOYER = pattern_of(r"([A-ZÆØÅ][a-zæøåéü]{1,14}(?:-[A-ZÆØÅ][a-zæøå]+)?)\s\(([A-ZÆØÅ][^()]{2,60})\)")


def _split(text: str, at: str) -> list[str]:
    """Split at a character that stands outside brackets."""
    if at not in text:
        return [text]
    result, depth, begin = [], 0, 0
    for index, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == at and depth == 0:
            result.append(text[begin:index])
            begin = index + 1
    if depth:
        # A bracket that is never closed hides nothing.
        return text.split(at)
    result.append(text[begin:])
    return result
