"""The forms of a word have one stem, and other words have another."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.words.letters import loose, plain
from handlers.words.stems import stem

SAME = """
legemiddel legemidler legemidlet legemiddelet legemidlene legemidla legemiddelets
hjelpemiddel hjelpemidler hjelpemidla
avvik avviket avvikene avvika avvikenes avviks
samhandlingsavvik samhandlingsavvikene samhandlingsavviket
kommune kommunen kommuner kommunene kommunens kommunar kommunane kommunes
sykehus sykehuset sykehusene sykehusets sjukehus sjukehuset sjukehusa
sykehjem sykehjemmet sjukeheim sjukeheimen
vedtak vedtaket vedtakene vedtaka vedtaks
regel regler reglene regelen reglar reglane
rutine rutiner rutinene rutinen rutinar rutinane
utskrivning utskriving utskrivningen utskrivninger utskrivingar utskrivingane
høring høringen høyring høyringa høringer høyringar
bruker brukere brukeren brukerne brukar brukarar brukarane
tjeneste tjenester tjenesten teneste tenester tenestene tjenestene tenesta
hjemmetjeneste heimeteneste heimetenesta hjemmetjenesten heimetenester
pasientsikkerhet pasienttryggleik pasientsikkerheten
evaluere evaluering evaluert evaluerer evaluerte evalueringen evalueringar
digital digitalt digitale
kvalitet kvaliteten kvaliteter kvalitetene
mulighet muligheter moglegheit moglegheiter muligheten
sykepleier sykepleiere sykepleierne sjukepleiar sjukepleiarar sjukepleiarane
senter senteret sentre sentrene sentra
helsesenter helsesentrene helsesenteret
plan planen planer planene planar planane
avtale avtalen avtaler avtalene avtala avtalar
møte møtet møter møtene moete moeter
pasient pasienten pasienter pasientene pasientar pasientane
budsjett budsjettet budsjetter budsjettene
godkjenne godkjent godkjente godkjennes
melde meldt meldte melder meldes
barn barna born barnet
faglig faglege faglige fagleg
sak saken saker sakene saka sakar
frist fristen frister fristene fristar
opplæring opplæringen opplæringa opplaering
oppfølging oppfølginger oppfølgingen oppfølgingar
medlem medlemmer medlemmene medlemmet medlemmar
øvelse øvelser øvelsen
fastlege fastleger fastlegen fastlegene fastlegar fastlegane
utvalg utvalget utvalgene utval utvalet
henvisning henvisninger tilvising tilvisingar henvisningen
innleggelse innleggelser innlegging innleggingar
medvirkning medverknad
løsning løsninger løysing løysingar
veiledning rettleiing rettleiinga
enhet enheten eining eininga einingar enheter
øyeblikkelig augeblikkeleg
uke uker veke veker
bok bøker boken bøkene
hånd hender hånda
virkemiddel virkemidler verkemiddel verkemidlar
leder ledere lederen leiar leiarar
ledelse leiing leiinga ledelsen
utsette utsatt utsettes utsetjast
planlegge planlagt planlegges
årsmelding årsmeldinga årsmeldingen aarsmelding
"""


@pytest.mark.parametrize("line", SAME.strip().splitlines())
def test_forms_of_one_word(line: str) -> None:
    found = {word: stem(plain(word)) for word in line.split()}
    assert len(set(found.values())) == 1, found


DIFFERENT = """
mål mal
sak saks årsak
lege legevakt legemiddel
bruk bruker
avtale avvik avdeling
møte mottak
barn bane
plan plass
kommune kommunikasjon
rus rutine
hus høst
får far
senter sentral
vedtak vedtekt
kurs kurve
frist fri
tiltak tilfelle
pasient pasta
enhet enighet
uenighet enighet
regel registrering
helse helg
"""


@pytest.mark.parametrize("line", DIFFERENT.strip().splitlines())
def test_other_words(line: str) -> None:
    for one, other in combinations(line.split(), 2):
        assert stem(plain(one)) != stem(plain(other)), (one, other)


@given(st.text(max_size=30))
def test_any_text_has_a_plain_form_and_a_stem(text: str) -> None:
    found = plain(text)
    assert found.isascii()
    assert not found or found.isalnum()
    assert stem(found) or not found
    assert loose(found).isascii()


@pytest.mark.parametrize(
    ("word", "is_plain"),
    [("Å", "aa"), ("Ærfugl", "aerfugl"), ("ØHD", "oehd"), ("idé", "ide"), ("Čoahkkin", "coahkkin"), ("AU", "au")],
)
def test_letters(word: str, is_plain: str) -> None:
    assert plain(word) == is_plain
