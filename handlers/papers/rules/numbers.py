"""Numbers of cases, in the forms that committees write them: `33/24`, `2024.1`, `PS 6/26`, `033/04 B`, `23/2/1`, `268`.

Which part is the year is told by the others of the same paper, and by its date; see `years`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from handlers.patterns import pattern_of


class Shape(Enum):
    """How a number is built."""

    COMPOSITE = auto()
    """Of two or three parts: case and year, in either order, or year, meeting and case."""
    SIMPLE = auto()
    """One number."""


_ROMAN = {
    f"{ten}{one}": 10 * tens + ones
    for tens, ten in enumerate(("", "X", "XX"))
    for ones, one in enumerate(("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"))
}


@dataclass(frozen=True, slots=True)
class Number:
    """A number at the beginning of a line.

    `text`: as written, without «Sak», the letters of its series and of its type. `said`: «Sak» stands before it.
    `series`: the letters before it. `types`: of the letters after it. `rest`: what follows. `mark`: what stands after a
    simple one (`.`, `)`). `odd`: written in a way that no committee numbers in («20204.6»).
    """

    text: str
    parts: tuple[str, ...]
    separator: str
    shape: Shape
    said: bool
    series: str
    types: tuple[str, ...]
    rest: str
    mark: str = ""
    odd: bool = False

    @property
    def value(self) -> int:
        """The part that counts of a simple one: `12`, `IV` as 4, and of letters `A` as 1."""
        if self.text.isdigit():
            return int(self.text)
        return _ROMAN.get(self.text) or ord(self.text[-1]) - ord("A") + 1


_SAID = (
    r"(?:(?:styre|vedtaks|orienterings|drøftings|beslutnings|referat|møte|tilleggs|utvalgs|utvals|delegerings|ekstra"
    r"|diskusjons|diskusjon|rådgivings|info|dialog|b-?|o-?|d-?)?s[a4]ks?"
    r"(?:\s?-?\s?(?:nr|nummer|no|num)\b)?|punkt|pkt|post)\s?[.:#]?\s{0,3}"
)
_SERIES = r"(?:[A-ZÆØÅ]{1,6}(?:[-/][A-ZÆØÅ]{1,5})?(?:-?sak)?|[A-ZÆØÅ][a-zæøå]{1,2}-?sak|[Kk]-sak)"
_COMPOSITE = (
    r"(?P<a>\d{1,5})(?:"
    r"(?P<s1>\s?/\s?)(?P<b>\d{1,4})(?:\s?/\s?(?P<c>\d{1,4})|-(?P<f>\d{1,2})(?![\d/]))?"
    r"|(?P<s2>\s?[-–]\s?)(?P<d>\d{1,4})"
    r"|(?P<s3>\.\s?)(?P<e>\d{1,4}))"
)
_TYPES = (
    r"(?:\s{0,2}\(\s?(?P<bracket>[A-ZÆØÅa-zæøå]{1,12}(?:\s?[/,+&]\s?[A-ZÆØÅa-zæøå]{1,12}){0,3})\s?\)"
    r"|\s{1,2}(?P<letters>[ODB](?:\s?/\s?[ODB]){0,2})(?=\s|$|[:.–-]))?"
)
_START = pattern_of(
    r"[\s#*–•-]{0,4}"
    r"(?:(?:[Kk]l\.?\s?)?\d{1,2}[.:]\d\d(?:\s?[-–]\s?\d{1,2}[.:]\d\d)?\s{1,4}(?=[Ss]ak|SAK))?"
    rf"(?P<said>(?i:{_SAID}))?(?:(?P<series>{_SERIES})\s?[-:.]?\s{{0,2}}(?P<said2>(?i:{_SAID}))?)?"
    rf"(?:{_COMPOSITE}(?![\d%])(?!\s?(?:kr|%|prosent|mill))|(?P<one>\d{{1,4}})(?P<mark>[.)]|(?=[\s:–—-]|$))"
    r"|(?<![A-ZÆØÅ])(?P<roman>[IVX]{1,5})\.(?=\s+[A-ZÆØÅ«])"
    r"|(?P<letter>(?<=[Ss]ak )(?:[IVX]{2,5}|[A-Z]))(?=\s?[.:–—-]\s|\s*$))"
    rf"{_TYPES}"
    r"(?P<after>\s{0,3}[:.–—)|-]?\s*)(?P<rest>.*)",
    re.DOTALL,
)
_OTHER_LETTERS = """
KL NR DATO TLF SIDE KR ROM PKT ORG UKE VEKE GNR BNR NOU PROP INNST ST KAP ART LOV OG I A TIL FRA EU VER FASE COVID CA
RUNDE H V T ISO E HF RHF PL ÅR MAI MARS JUNI JULI DES NOV JAN FEB SAK SAKS NS ICD KST ETG BYGG
"""
_NO_SERIES = frozenset(_OTHER_LETTERS.split())
"""Letters that stand before other numbers than those of cases."""
_SERIES_SAK = pattern_of(r"-?[Ss]ak$")
_TYPE_KEYS = {
    word: key
    for key, words in {
        "O": "o i info orient orientering orienteringssak informasjon",
        "D": "d disk drøft drøfting drøftingssak diskusjon diskusjonssak",
        "B": "b v besl beslutning beslutningssak vedtak vedtakssak avgjerd godkjenning",
        "dialog": "dialog",
    }.items()
    for word in words.split()
}
_ALSO_LABELS = frozenset({"vedtak", "avgjerd", "godkjenning", "informasjon"})
"""Words that are a type only beside another, or below «Sakstype»: alone they are a label or a title."""
_TYPE_WORD = pattern_of(r"[A-Za-zÆØÅæøå]+")


def types_of(text: str) -> list[str]:
    """The keys of the types that a text names («Orientering/diskusjon», «O/D», «Diskusjon Beslutning»)."""
    result: list[str] = []
    for word in _TYPE_WORD.findall(text):
        key = _TYPE_KEYS.get(word.lower())
        if key is not None and key not in result and (len(word) > 1 or word.isupper()):
            result.append(key)
    return result


def only_types(text: str) -> bool:
    """Whether a text is nothing but the names of types."""
    words = _TYPE_WORD.findall(text)
    return (
        bool(words)
        and all(
            ((len(word) > 1 or word.isupper()) and word.lower() in _TYPE_KEYS) or word.lower() == "og" for word in words
        )
        and words[0].lower() not in _ALSO_LABELS
        and not re.search(r"\d", text)
    )


def at_start(line: str) -> Number | None:
    """The number with which a line begins, if it is built as one of a case; whether it is one, the paper decides."""
    found = _START.match(line)
    if found is None:
        return None
    series = found["series"] or ""
    said = bool(found["said"] or found["said2"] or _SERIES_SAK.search(series))
    series = _SERIES_SAK.sub("", series).strip("-/ ")
    if series.upper() in _NO_SERIES:
        return None
    rest = found["rest"].strip()
    types: tuple[str, ...] = ()
    if found["bracket"] or found["letters"]:
        named = types_of(found["bracket"] or found["letters"])
        if named:
            types = tuple(named)
        elif found["bracket"]:
            rest = f"({found['bracket']}) {rest}".strip()
    if (other := found["roman"] or found["letter"]) is not None:
        return Number(other, (other,), "", Shape.SIMPLE, said, series, types, rest, ".")
    if found["one"] is not None:
        if series and not said and len(series) > 4:
            return None
        return Number(found["one"], (found["one"],), "", Shape.SIMPLE, said, series, types, rest, found["mark"] or "")
    parts = tuple(
        part for part in (found["a"], found["b"] or found["d"] or found["e"], found["c"] or found["f"]) if part
    )
    separator = (found["s1"] or found["s2"] or found["s3"] or "").strip().replace("–", "-")
    if found["f"]:
        # «03/26-1»: of the third meeting of 2026.
        text = f"{parts[0]}{separator}{parts[1]}-{parts[2]}"
        return Number(text, parts, separator, Shape.COMPOSITE, said, series, types, rest)
    odd = any(len(part) == 5 for part in parts)
    return Number(separator.join(parts), parts, separator, Shape.COMPOSITE, said, series, types, rest, odd=odd)


def _as_year(part: str) -> int | None:
    """The year that a part of a number can be; None: it can be none."""
    if len(part) == 4 and part[:2] in ("19", "20"):
        return int(part)
    if len(part) == 2:
        number = int(part)
        return 2000 + number if number < 70 else 1900 + number
    return None


def years(numbers: Sequence[Number], meeting_year: int | None) -> dict[Number, int | None]:
    """The year of each composite number of a paper.

    A part of four digits is the year. Of two parts of two digits it is the one that is the meeting's year (or the one
    before it), else the one that does not change from case to case, else the last.
    """
    composite = [each for each in numbers if each.shape is Shape.COMPOSITE]
    place = year_place(composite, meeting_year)
    return {each: _year_at(each, place) for each in composite}


def _year_at(number: Number, place: int) -> int | None:
    for index, part in enumerate(number.parts):
        if len(part) == 4 and (year := _as_year(part)) is not None and index in (0, len(number.parts) - 1):
            return year
    if len(number.parts) == 3 and number.text.endswith(f"-{number.parts[2]}"):
        return _as_year(number.parts[1])
    index = place if place >= 0 else len(number.parts) - 1
    return _as_year(number.parts[index]) if index < len(number.parts) else None


def year_place(numbers: Iterable[Number], meeting_year: int | None) -> int:
    """Where the year stands in the paper's numbers: 0 first, -1 last."""
    listed = list(numbers)
    if not listed:
        return -1
    if any(len(each.parts) == 3 for each in listed):
        return 0
    if any(len(each.parts[0]) == 4 and _as_year(each.parts[0]) for each in listed):
        return 0
    if any(len(each.parts[-1]) == 4 and _as_year(each.parts[-1]) for each in listed):
        return -1
    firsts = Counter(each.parts[0] for each in listed)
    lasts = Counter(each.parts[-1] for each in listed)
    if meeting_year is not None:
        near = (meeting_year, meeting_year - 1, meeting_year + 1)
        last_fits = sum(_as_year(part) == near[0] for part in lasts.elements())
        first_fits = sum(_as_year(part) == near[0] for part in firsts.elements())
        if last_fits != first_fits:
            return -1 if last_fits > first_fits else 0
    if len(listed) > 1 and len(firsts) == 1 and len(lasts) > 1 and _as_year(next(iter(firsts))) is not None:
        return 0
    return -1


def order(number: Number, place: int) -> int:
    """The part that counts."""
    if len(number.parts) == 1:
        return number.value
    return int(number.parts[-1] if place == 0 else number.parts[0])
