"""The words that a compound is made of: `samhandlingsavvik` is a kind of `avvik`, and has `samhandling` in it.

A list of the field's own words says where a compound may be parted, and so does what joins two words after certain
endings (`…ings-`, `…sjons-`). What is one thing of its own is not parted: a `legemiddel` is no kind of `lege`.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.words.letters import plain
from handlers.words.stems import stem

_WHOLE = """
    legemiddel hjelpemiddel virkemiddel sykehus sykehjem sykepleier sykepleie legevakt vedtak avvik utvalg
    samarbeid vedlegg tiltak forslag oppfølging opplæring samhandling utskrivning innleggelse henvisning epikrise
    innkalling dagsorden referat protokoll årsak årsmelding oppgave oversikt utgave inntak opptak uttak medlem
    medvirkning rapport svar ansvar forsvar utstyr budsjett samtykke opphold innhold forhold tilhold overgang
    tilgang inngang gjennomgang medgang hjelp tilsyn innsyn hensyn innspill handling behandling forhandling
    forvaltning anskaffelse ressurs kompetanse kapasitet kvalitet prioritet uenighet enighet sikkerhet virksomhet
    enhet barnevern samfunn hverdag mandag tirsdag onsdag torsdag fredag lørdag søndag årstid overlege bruk
    forbruk misbruk samtale avtale omtale fraværet nærvær formål innmål hovedmål anmodning
"""
"""One thing of its own, also where it is made of two. It may be a part of something longer."""
_PARTS = """
    adferd administrasjon akutt alarm ambulanse analyse anbefaling ansatt ansvar apotek arbeid arkiv arrangement
    avdeling avgift avgjørelse avlastning avtale avvik barn bedrift befolkning behandler behandling behov
    bemanning beredskap beslutning besøk bolig brann brev bruker budsjett bydel bygg byrå dag data deltaker demens
    diagnose digital digitalisering direktør diskusjon distrikt dokument dokumentasjon drift drøfting døgn effekt
    eldre elektronisk endring enhet epikrise erfaring ernæring etat evaluering fag familie fare fastlege felles
    fellesskap ferie finansiering flyt forebygging forelder foreldre forløp forsking forskning forsøk forum
    fremtid frist fylke fylkeskommune fysioterapi gjest grunn gruppe handling hav helse hendelse henvisning hjem
    hjerneslag hjerte hofte hus hygiene håndtering høring infeksjon informasjon innbygger innføring innkalling
    innleggelse inntekt institusjon instruks intensiv invitasjon journal kalender kandidat kapasitet kartlegging
    kjede kjøp klage klar klient klinikk komite kommunal kommune kommunikasjon kompetanse konferanse konklusjon
    konsekvens konsultasjon kontakt kontor kontrakt kontroll koordinator koordinering kost kostnad kraft krav
    kreft kultur kurs kvalitet kvinne kø laboratorium ledelse leder lege legemiddel legevakt linje liste logistikk
    lov lunge løp løsning mandat mat medisin medvirkning melding mening menneske merknad metode miljø mobil modell
    mottak mål måling måned møte navn nettside nettverk norm nyhet nødnett område omsorg operasjon oppdrag
    oppfølging oppgave opplæring oppstart ordning organisasjon organisering orientering overføring overvåking
    palliasjon pandemi partner pasient person personal personell pilot plan plass pleie plikt politi politikk post
    praksis presentasjon press pris problem produkt program prosedyre prosent prosess prosjekt prøve psykiatri
    psykisk psykolog psykose punkt påminnelse pårørende rapport rapportering referat region register
    rehabilitering reise rekruttering renhold representant resept reserve ressurs resultat retning rettighet
    risiko rolle rom rus rusmiddel rutine råd rådgiver sak saksbehandler saksliste samarbeid samfunn samhandling
    samling samordning samtale samtykke satsing sekretariat seksjon selvmord seng senter sentral service sikkerhet
    situasjon sjef skade skjema skole slag smerte smitte smittevern somatisk spesialist spesialisthelsetjeneste
    spørsmål stab standard statistikk status stiftelse stilling storting strategi struktur student studie styre
    støtte svikt syk sykdom sykehjem sykehus sykepleie system søknad tall tannhelse team teknologi telefon
    telemedisin terapi tid tilbakemelding tilbud tilfelle tilråding tilskudd tilsyn tiltak time tjeneste transport
    trening trygd turnus tverrfaglig uke ulykke undersøkelse undervisning ungdom utdanning utfordring utredning
    utskriving utskrivning utskrivningsklar utstyr utvalg utvikling vaksine vakt vaktsentral valg varsel varsling
    vedlegg vedlikehold vedtak vei veileder veiledning velferd ventetid verksted verktøy vern videokonferanse
    videreutdanning virksomhet voksen vold vurdering år årsak årsplan økonomi ønske øvelse øyeblikkelig
"""
"""What compounds are made of besides. Inflected forms follow by themselves."""

_BEFORE = "fast tann allmenn hoved under fjern nær felles lands over"
"""What only stands before another."""

_JOINED = pattern_of(r"(?<=[a-z])(?:ings|sjons|hets|skaps|tets|ments|doms|lses|erings|ings)(?=[a-z]{3})")
_SHORTEST, _SHORTEST_PART = 7, 3


class _Words(NamedTuple):
    """`whole`: the stems of what is one thing of its own; `known`: of all words. `first`: what a compound may begin
    with."""

    whole: frozenset[str]
    known: frozenset[str]
    first: frozenset[str]


@cache
def _words() -> _Words:
    whole, inside, before = (tuple(map(plain, words.split())) for words in (_WHOLE, _PARTS, _BEFORE))
    known = frozenset(map(stem, (*whole, *inside)))
    return _Words(frozenset(map(stem, whole)), known, known.union(whole, inside, before))


def _is_first(part: str) -> bool:
    """Whether a compound may begin with it: with what joins it to the next, or without."""
    words = _words()
    if part in words.first:
        return True
    if len(part) <= _SHORTEST_PART:
        return False
    return (part[-1] in "se" and part[:-1] in words.first) or stem(part) in words.known


@lru_cache(maxsize=100_000)
def parts(word: str) -> tuple[str, ...]:
    """The stems of the words that a compound is made of, the last first; none for what is no compound.

    `word`: as `handlers.words.letters.plain` has it.
    """
    whole = stem(word)
    if len(word) < _SHORTEST or not word.isalpha() or whole in _words().whole:
        return ()
    at = _where(word)
    if at is None:
        return ()
    first, last = word[:at], stem(word[at:])
    bare = first
    begins = _words().first
    if first not in begins and first[-1] in "se" and (first[:-1] in begins or first.endswith("s")):
        bare = first[:-1]
    inner = parts(bare)
    found = [last, *parts(word[at:]), stem(bare), *inner]
    return tuple(dict.fromkeys(each for each in found if len(each) >= _SHORTEST_PART and each != whole))


def _where(word: str) -> int | None:
    """Where its last part begins."""
    best: int | None = None
    words = _words().known
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        first, last = word[:at], word[at:]
        known = stem(last) in words and len(last) >= _SHORTEST_PART
        if known and (_is_first(first) or (len(last) >= 5 and len(first) >= 4 and _may_end(first))):
            # The longest last part: «legemiddel» before «middel».
            return at
        if best is None and len(last) >= 4 and len(first) >= 5 and _is_first(first) and not known:
            best = at
    joined = [match.end() for match in _JOINED.finditer(word) if match.end() >= 6]
    if joined:
        return joined[-1]
    if best is not None:
        if word[best] == "s" and _is_first(word[: best + 1]) and len(word) - best > _SHORTEST_PART + 1:
            # Forbruk-s-materiell.
            best += 1
        if _may_begin(word[best:]):
            return best
    return None


def _may_end(first: str) -> bool:
    """Whether a word may end so before another."""
    return any(letter in "aeiouy" for letter in first)


def _may_begin(last: str) -> bool:
    """Whether it looks like a word of its own, and not like an ending: «kommunikasjon» is no kind of «kommun»."""
    return (
        len(last) >= 5
        and any(letter in "aeiouy" for letter in last[:3])
        and not last.startswith(
            ("asjon", "ering", "ingen", "inger", "else", "heten", "heter", "ende", "este", "skap", "ikasjon", "iser")
        )
    )
