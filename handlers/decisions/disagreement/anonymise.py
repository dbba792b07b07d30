"""A text as somebody outside may read it, who is not to know which partnership, place or person it is about.

What the bot knows the names of is taken out by rule: organisations, units, committees, people, the places that the
partnership has listed, and what the secretariat has chosen besides; so are numbers and addresses of somebody's (see
`handlers.writing.identity`). Parties are called by their role. What may be a name and is none that is known cannot be
judged by rule: it is found (`doubtful`), and a person decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.writing.identity import REMOVED, doubts, without_possible_numbers

PERSON, PLACE, UNIT, COMMITTEE, OTHER = "[navn]", "[sted]", "[enhet]", "[utvalg]", "[utelatt]"
"""What stands in the place of what was taken out. It is part of a document in Norwegian, so it is not translated."""
_HOSPITAL, _MUNICIPALITY, _ORGANISATION = "[et annet sykehus]", "[en annen kommune]", "[en annen virksomhet]"
_BY_KIND = {"hospital": _HOSPITAL, "municipality": _MUNICIPALITY, "district": _MUNICIPALITY}

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿČčĐđŊŋŠšŦŧŽž"
_CAPITAL = "A-ZÀ-ÖØ-ÞČĐŊŠŦŽ"
_WORD = pattern_of(rf"[{_LETTER}][{_LETTER}’'-]*")
_SENTENCE_END = pattern_of(r"(?:[.!?:]|\n|•|–)[\s»\"”)]*$")
_ADDRESS = pattern_of(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:no|com|org|net|eu)\b(?:/\S*)?", re.IGNORECASE)
_REFERENCE = pattern_of(r"\b(?:\d{1,4}[/-]\d{2,6}(?:-\d+)?|\d{4}\.\d{1,3})\b")
"""A number of a case or of a paper in an archive: it may lead to whoever knows where to look."""
_STREET = pattern_of(
    rf"\b[{_CAPITAL}][{_LETTER}-]*(?:veien|vegen|gata|gaten|gate|plass|torg|allé)\b(?: \d{{1,3}}[A-Z]?)?"
    rf"|\b\d{{4}} [{_CAPITAL}][{_LETTER}-]+"
)
_ORDINARY = """
vi du det den de der denne dette disse en ei et ett han hun man noen ingen alle begge hver hvert når hvis da
dersom mens fordi for før etter ved i på om av til fra med uten over under mot mellom gjennom siden som så men
og eller også ikke bare både enten verken hva hvem hvor hvordan hvorfor hvilke hvilken hvilket kommunen
kommunene sykehuset sykehusene helseforetaket pasienten pasientene brukeren brukerne utvalget partene avtalen
saken sakene rutinen rutinene fastlegen fastlegene legen legene ansatte møtet møtene samarbeidet tjenesten
tjenestene ansvaret kostnadene utgiftene fristen fristene dag dagen uke år året nå her dit dermed derfor likevel
imidlertid dessuten videre ifølge jf slik samme andre annen annet flere mange få første tredje siste neste ny
nye ber krever mener foreslår ønsker viser eg me dei ho ein eit ikkje kva kven kvar korleis kvifor sjukehuset
kommunane pasientane utskrivning utskrivningsklare er enighet uenighet at protokollen parten felles endring
endringer ansvar rutine transport opplæring økonomi avtale forslag ordning ordningen tilbudet behovet kravet
grunnlaget oppgaven oppgavene tiltak tiltaket
"""
_BEGINS = frozenset(_ORDINARY.split())
"""Words that begin sentences and are no names."""
_KINDS = """
helse kommune kommunen sykehus sykehuset sjukehus sjukehuset universitetssykehus universitetssykehuset bydel
bydelen legevakt legevakten helseforetak helseforetaket fylke fylkeskommune omsorg klinikk avdeling foretak
"""
_GENERIC = frozenset(_KINDS.split())
"""Words in the names of organisations that say what they are, and not which."""


class Names(NamedTuple):
    """What is taken out, in lower case, and what stands in its place; and the beginnings of names that may stand inside
    a longer word («Eksempelvikregionen»)."""

    called: Mapping[str, str]
    beginnings: Sequence[str]


def names(
    *,
    parties: Mapping[str, str],
    organisations: Iterable[tuple[str, str]],
    people: Iterable[str],
    concerned: Iterable[str],
    units: Iterable[str],
    committees: Iterable[str],
    places: Iterable[str],
    chosen: Iterable[str],
) -> Names:
    """Everything that the bot knows.

    Args:
        parties: what the parties are called, by name.
        organisations: name and kind of each that there is or was.
        people: names of everybody. `concerned`: of those who have to do with the case: each of their names alone too.
        places: what the partnership has listed. `chosen`: what the secretariat has chosen besides.
    """
    found: dict[str, str] = {}
    # What comes first stands.
    for name, role in parties.items():
        _put(found, name, role)
    for name in chosen:
        _put(found, name, OTHER)
    for name, kind in organisations:
        _put(found, name, _BY_KIND.get(kind, _ORGANISATION))
    for name in committees:
        for each in (name, *re.findall(r"\(([^)]+)\)", name), re.sub(r"\s*\([^)]*\)", "", name)):
            _put(found, each, COMMITTEE)
    for name in units:
        _put(found, name, UNIT)
    for name in people:
        _put(found, name, PERSON)
    for name in places:
        _put(found, name, PLACE)
    proper = [
        word
        for name, _kind in organisations
        for word in name.split()
        if word[:1].isupper() and len(word) > 3 and word.casefold() not in _BEGINS | _GENERIC
    ]
    for word in proper:
        _put(found, word, PLACE)
    for name in concerned:
        for word in name.split():
            if len(word) > 2:
                _put(found, word, PERSON)
    return Names(found, sorted({each.casefold() for each in (*proper, *places) if len(each) > 3}))


def _put(found: dict[str, str], name: str, called: str) -> None:
    plain = " ".join(name.split()).casefold()
    if len(plain) > 1:
        found.setdefault(plain, called)


class Masked(NamedTuple):
    """A text without what was taken out, and what in it may be a name that is not known, each once."""

    text: str
    doubtful: Sequence[str]


def mask(text: str, known: Names) -> Masked:
    """`text` as somebody outside may read it. It takes a while with long texts: not on the event loop."""
    text = _ADDRESS.sub(REMOVED, _without_contact(without_possible_numbers(text)))
    text = _REFERENCE.sub(OTHER, text)
    text = _replaced(text, known.called)
    return Masked(text, list(dict.fromkeys(_doubtful(text, known))))


def _without_contact(text: str) -> str:
    found = {each.text for each in doubts(text) if each.kind in ("email", "phone", "birth", "long_number", "number")}
    for each in sorted(found, key=len, reverse=True):
        text = text.replace(each, REMOVED)
    return text


def _replaced(text: str, called: Mapping[str, str]) -> str:
    if not called:
        return text
    # The longest first: «Eksempel kommune» before «Eksempel». Whatever white space stands in it.
    each = (r"\s+".join(map(re.escape, name.split())) for name in sorted(called, key=len, reverse=True))
    pattern = re.compile(rf"(?<![{_LETTER}])({'|'.join(each)})(?:s|’s|'s|’|')?(?![{_LETTER}])", re.IGNORECASE)

    def instead(found: re.Match[str]) -> str:
        plain = " ".join(found[1].split()).casefold()
        # A short name or one of one word may be an ordinary word too: it is one only with a capital letter.
        if " " not in plain and not found[1][:1].isupper():
            return found[0]
        own = called[plain]
        starts = found.start() == 0 or _SENTENCE_END.search(text[: found.start()])
        return own[:1].upper() + own[1:] if starts and not own.startswith("[") else own

    return pattern.sub(instead, text)


def _doubtful(text: str, known: Names) -> Iterator[str]:
    """What may be a name: with a capital letter where no sentence begins, or at a beginning and not an ordinary word;
    an abbreviation; a street or a post town; a longer word that begins with a known name."""
    for found in _STREET.finditer(text):
        yield found.group()
    for found in _WORD.finditer(text):
        word = found.group()
        if _within_brackets(text, found.start()):
            continue
        plain = word.casefold()
        if any(plain.startswith(each) for each in known.beginnings):
            yield word
        elif word[:1].isupper() and len(word) > 1:
            begins = found.start() == 0 or _SENTENCE_END.search(text[max(0, found.start() - 6) : found.start()])
            if not (begins and (plain in _BEGINS or _is_ordinary(word, text))):
                yield word


def _is_ordinary(word: str, text: str) -> bool:
    """Whether the same word stands elsewhere in the text without a capital letter."""
    return re.search(rf"(?<![{_LETTER}]){re.escape(word[:1].lower() + word[1:])}(?![{_LETTER}])", text) is not None


def _within_brackets(text: str, at: int) -> bool:
    """Whether it is part of what stands in the place of something: `[navn]`."""
    opened = text.rfind("[", 0, at)
    return opened >= 0 and "]" not in text[opened:at] and "]" in text[at : at + 40]
