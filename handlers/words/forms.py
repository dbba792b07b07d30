"""Words whose forms no rule of endings brings together, and the words of Nynorsk that are others in Bokmål.

Ours: a list of what committees of hospitals and municipalities write about. All as `handlers.words.letters.plain` has
them once they are read; here they are written as people write them.
"""

from collections.abc import Iterator

_IRREGULAR = """
    barn: born barna borna barnet barnets barns barne
    bok: boken boka bøker bøkene
    mann: mannen menn mennene
    hånd: hand hånden hånda handa hender hendene
    fot: foten føtter føttene
    tann: tannen tanna tenner tennene
    natt: natten natta netter nettene
    kraft: kraften krafta krefter kreftene
    by: byen byer byene byar byane
    øye: øyet øyne øynene auge auget augo auga
    bror: broren brødre brødrene brør
    søster: søsteren søstre søstrene syster systera systre systrene
    sted: stedet steder stedene stad staden stader stadene stadane
    tre: treet trær trærne
    kne: kneet knær knærne
    stor: stort store større størst største
    god: godt gode bedre best beste betre
    lang: langt lange lengre lengst lenger
    ung: unge ungt yngre yngst
    gammel: gammelt gamle eldre eldst eldste gamal gamalt
    ny: nytt nye nyere nyare
    liten: lite lita små mindre minst minste liten
    enkel: enkelt enkle enklere enkelte
    felles: fellesskap
    senter: senteret sentre sentrene sentra senterets senters sentera
    nummer: nummeret numre numrene nummera
    register: registeret registre registrene registrert registrere registrerer registrerte registrering registreringen
    kammer: kammeret kamre kamrene
    semester: semesteret semestre semestrene
    vinter: vinteren vintre vintrene vintrar
    sommer: sommeren somre somrene sommar sommaren somrar
    nøkkel: nøkkelen nøkler nøklene nykel nykelen nyklar
    data: dataen dataene
    tema: temaet temaer temaene tema temaa
    møte: møtet møter møtene møta møttes møttest
    gi: gir gav ga gitt gis gje gjev gjevast gjeve gjeven
    ta: tar tok tatt tas tek teken teke takast tatte
    få: får fikk fått fekk
    gå: går gikk gått gjekk
    se: ser såg sett sjå ser
    si: sier sa sagt seier seie
    bli: blir ble blitt vart vorte vorten
    gjøre: gjør gjorde gjort gjøres gjere gjer gjerast
    komme: kommer kom kommet kome kjem kjemme
    legge: legger la lagt legges leggje legg legget leggast lagde lagte
    sette: setter satte satt settes setje set sett setjast sette
    skrive: skriver skrev skrevet skrives skriv skreiv skrivast skrevne
    drive: driver drev drevet drives driv dreiv
    finne: finner fant funnet finnes finn fann funne finnast funnene funn
    følge: følger fulgte fulgt følges følgje følgjer følgde følgt følgast
    velge: velger valgte valgt velges velje vel valde valt veljast
    bringe: bringer brakte brakt bragt bringes
    spørre: spør spurte spurt spør spørje
    selge: selger solgte solgt
    vite: vet visste visst veit
    stå: står stod sto stått
    holde: holder holdt holdes halde held heldt haldast haldne
    be: ber bad ba bedt
    dra: drar drog dro dratt
    bistå: bistår bistod bisto bistått
    løse: løser løste løst løses løyse løyser løyste løyst løysast
    utføre: utfører utførte utført utføres
    trygg: trygt trygge tryggere
    vedta: vedtar vedtok vedtatt vedtas vedtek vedteke
    medlem: medlemmet medlemmer medlemmene medlemmar medlemane medlemer
    program: programmet programmer programmene
    skjema: skjemaet skjemaer skjemaene skjemaa
    kriterium: kriteriet kriterier kriteriene kriterie
    museum: museet museer
    sykehus: sykehuset sykehusene sykehusets sykehusa
    hus: huset husene husa
    status: statusen statuser
    plass: plassen plasser plassene plassar plassane
    prosess: prosessen prosesser prosessene
    ressurs: ressursen ressurser ressursene ressursar
    rus: rusen
    ansvar: ansvaret ansvars
    svar: svaret svarene svara svars
    forsvar: forsvaret forsvars
    seminar: seminaret seminarer seminarene seminara
    samvær: samværet
    fravær: fraværet
    uke: uken uka uker ukene ukes ukenes
    ekspert: eksperten eksperter ekspertene
    konsert: konserten konserter konsertene
"""
_AGENTS = """
    bruker leder sykepleier helsearbeider veileder saksbehandler forsker lærer rådgiver arbeidsgiver arbeidstaker
    innbygger deltaker møteleder prosjektleder avdelingsleder kliniker vernepleier hjelpepleier mottaker
    avsender behandler
"""
"""Nouns of persons: `brukere`, `brukarane`."""
_EL = "middel regel artikkel tittel kapittel sykkel bydel seddel aksel mangel handel fordel gaffel muskel onkel vinkel"
_NYNORSK = """
    sjuke: syke
    sjuk: syk
    heime: hjemme
    heim: hjem
    teneste: tjeneste
    tenest: tjenest
    høyring: høring
    høyrings: hørings
    løysing: løsning
    løysings: løsnings
    rettleiing: veiledning
    rettleiar: veileder
    rettleie: veilede
    tryggleik: sikkerhet
    tryggleiks: sikkerhets
    verksemd: virksomhet
    verksemds: virksomhets
    medverknad: medvirkning
    påverknad: påvirkning
    verknad: virkning
    utval: utvalg
    verkemiddel: virkemiddel
    verkemidl: virkemidl
    leiing: ledelse
    leiings: ledelses
    leiar: leder
    eining: enhet
    tilvising: henvisning
    tilvis: henvis
    innlegging: innleggelse
    tilsett: ansatt
    tilsette: ansatte
    tilsetj: ansett
    samanheng: sammenheng
    saman: sammen
    augeblikkeleg: øyeblikkelig
    augneblinkeleg: øyeblikkelig
    naud: nød
    auke: øke
    auk: øk
    mogleg: mulig
    moglegheit: mulighet
    kjensle: følelse
    røynsle: erfaring
    røynsler: erfaringer
    einskild: enkelt
    lækjar: lege
    skule: skole
    skular: skoler
    veke: uke
    veker: uker
    bustad: bolig
    busette: bosatte
    forsking: forskning
    samarbeidande: samarbeidende
    eigar: eier
    eigen: egen
    eiga: egen
    vitande: etterretning
    opplysing: opplysning
    opplysingar: opplysninger
    born: barn
    arbeidar: arbeider
    deltakar: deltaker
    mottakar: mottaker
    brukar: bruker
    pleiar: pleier
    innbyggjar: innbygger
    sakshandsamar: saksbehandler
    handsaming: behandling
    handsame: behandle
    behandlar: behandler
    pårørande: pårørende
    framlegg: forslag
    samrøystes: enstemmig
    einstemmig: enstemmig
    usemje: uenighet
    semje: enighet
    usamd: uenig
    samd: enig
    framdrift: fremdrift
    framtid: fremtid
    framover: fremover
    fram: frem
    vaksen: voksen
    vaksne: voksne
    fyrst: først
    ikkje: ikke
    dei: de
    kyrkje: kirke
    utgreiing: utredning
    utgreie: utrede
"""
"""Nynorsk: Bokmål. What a word begins or ends with, and so what it is in compounds."""

SAYING_LITTLE = """
    og i på til for av en et ei den det de dei som er var med om å at fra frå ved ikke ikkje har hadde kan kunne skal
    skulle vil ville bli blir ble blitt vart vert må eller men så når da då der her hva kva hvem kven hvor kor hvordan
    korleis jeg eg du vi dere dykk oss seg sin si sitt sine dette denne disse desse man mot over under mellom etter før
    også òg enn bare berre alle all alt noe noko noen nokon ingen fått få hos inn ut opp ned være vere vært vore eit ein
    sa sagt si sier seier hvilken hvilke hvilket kvifor hvorfor finnes finn finne vis vise sto stod står
    ha the of and in to a an is hei takk the or not near
"""
"""Words that stand everywhere, in Bokmål, Nynorsk and English."""


def irregular() -> Iterator[tuple[str, str]]:
    """(form, word) for each form of each of them, as people write them."""
    for line in _IRREGULAR.strip().splitlines():
        word, forms = line.strip().split(":")
        for form in (word, *forms.split()):
            yield form, word
    for agent in _AGENTS.split():
        root = agent.removesuffix("er")
        for ending in ("er", "ere", "eren", "erne", "ers", "erens", "ernes", "ar", "arar", "aren", "arane"):
            yield root + ending, agent
    for word in _EL.split():
        yield from ((form, word) for form in _forms_of_el(word))


def _forms_of_el(word: str) -> Iterator[str]:
    short = word.removesuffix("el")
    short = short[:-1] if len(short) > 1 and short[-1] == short[-2] else short
    yield from (word, f"{word}en", f"{word}et", f"{word}s", f"{word}ets", f"{word}ens")
    yield from (f"{short}l{ending}" for ending in ("er", "ene", "ar", "ane", "a", "et", "en", "ers", "enes"))


def nynorsk() -> Iterator[tuple[str, str]]:
    """(Nynorsk, Bokmål) for each, as people write them."""
    for line in _NYNORSK.strip().splitlines():
        nn, nb = (part.strip() for part in line.split(":"))
        if nn != nb:
            yield nn, nb
