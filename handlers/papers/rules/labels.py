"""The labels of old papers: «Til stede:», «Forfall», «Vedtak:», «Forslag til vedtak», in bokmål and nynorsk.

A label stands at the beginning of a line, before a colon or alone, or at the top of a column. The tables here hold what
was met in minutes, protocols and convocations of municipalities, hospitals and health partnerships.
"""

import re
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from handlers.papers.rules.text import plain, without_marks
from handlers.patterns import pattern_of


class Label(Enum):
    """What a label says about the text after it."""

    PRESENT = auto()
    ABSENT = auto()
    INVITED = auto()
    """Medlemmer, til: who belongs there, not who came."""
    CHAIR = auto()
    REFERENT = auto()
    COMMITTEE = auto()
    SUBJECT = auto()
    DATE = auto()
    MEETING_DATE = auto()
    TIME = auto()
    DATE_PLACE = auto()
    PLACE = auto()
    ENDED = auto()
    SENT = auto()
    """Of an e-mail or a letter: its dates are not the meeting's."""
    FROM = auto()
    REFERENCE = auto()
    """Vår ref., arkivsak: numbers that are no case's."""
    OWN_NUMBER = auto()
    ATTACHMENTS = auto()
    AGENDA = auto()
    NEXT_MEETING = auto()
    DEADLINE = auto()
    CASE_NUMBER = auto()
    TITLE = auto()
    TYPE = auto()
    PURPOSE = auto()
    PRESENTER = auto()
    PROPOSAL = auto()
    DECISION = auto()
    VOTE = auto()
    DISCUSSION = auto()
    FOLLOW_UP = auto()
    OWNER = auto()
    DUE = auto()
    STATUS = auto()
    ANY_OTHER = auto()
    SIGNED = auto()
    COPY = auto()
    COMMENT = auto()
    """A remark about the meeting as a whole."""


_WHO = r"(?: (?:fra|frå|for|i|på|under) .{1,50})?"
_PATTERNS: tuple[tuple[Label, str], ...] = (
    (Label.ABSENT,
             r"(?:meldt |melde |med |uten |utan )?(?:forfall|fråfall|frafall|frafalne|fråvær|fravær|fråvere"
             r"|fraværende|fråverande|avbud|avlyst av)"
     r"(?: meldt| meldte| fra medlemmer| \(?uten vara\)?| med vara| utan vara)?" + _WHO
     +
             r"|(?:ikke|ikkje|ei) (?:til stede|til stades|tilstede|tilstades|møtt|møtte|møtende|deltatt|delteke"
             r"|tilstade|til stade)" + _WHO
     +
             r"|(?:faste )?(?:medlemmer|medlemer|medlemene|medlemmene|medlem|representanter"
             r"|varamedlemmer) som (?:ikke|ikkje) (?:møtte|møter|var til stede|deltok|var til stades|har møtt)"
                     r"|(?:medlemmer|medlemer|medlemmene|representanter|varamedlemmer) med forfall|følg(?:ende"
                     r"|jande) (?:medlemmer |medlemer )?(?:hadde|har|hadde meldt|meldte) (?:meldt )?(?:forfall"
             r"|fråfall)|(?:desse|disse) (?:hadde|har) (?:meldt )?forfall|forfall/fravær|fravær/forfall"
             r"|(?:ikke|ikkje) svart|svarte? (?:ikke|ikkje)|kunne ikke møte|kunne ikkje møte|var ikke til stede"
             r"|hvem (?:manglet|var ikke (?:der|med|til stede))|kven (?:mangla|var ikkje (?:der|med|til stades))"
             r"|var ikkje til stades|desse møtte ikkje|disse møtte ikke"),
    (Label.PRESENT,
             r"(?:følg(?:ende|jande) )?(?:(?:faste )?(?:medlemmer|medlemer|medlemene|medlemmene|representanter"
             r"|representantar|deltakere|deltakarar|varamedlemmer|varamedlemer) )?(?:(?:var|er|som var) )?"
             r"(?:til ?stede|til ?stades|til ?stade|tilstedeværende|tilstedeværande|frammøtte?|fremmøtte?|frammøte"
             r"|fremmøte|oppmøte|møtte|møtt|møtende|møtande|deltok|møtedeltakere|møtedeltakarar|møtedeltagere)"
             r"(?: (?:på møtet|i møtet|møtet|medlemmer|medlemer|varamedlemmer|representanter|på teams|digitalt"
             r"|via teams|fysisk|også|for (?:medlem|øvrig)|med tale(?:-|- )?.{0,30}))?" + _WHO
     +
             r"|(?:hvem|kven) (?:var|er|kom|møtte|deltok)(?: (?:der|med|til stede|til stades))?"
             r"|(?:følgende |følgjande )?svarte|svar (?:mottatt )?(?:fra|frå)"
             r"|(?:disse|desse) (?:møtte|deltok|var til stede"
             r"|var til stades|medlemmene møtte|medlemene møtte)" + _WHO
     +
             r"|(?:faste )?(?:medlemmer|medlemer|medlemmene|medlemene|representanter|deltakere|varamedlemmer"
             r"|varamedlemer|vararepresentanter) som (?:møtte|deltok|var til stede|var til stades|har møtt|møter)"
     +
             r"|(?:deltakere|deltakarar|deltagere|deltager|deltaker|deltakar|deltakende|deltakarliste|deltakerliste"
             r"|møtedeltakelse)" + _WHO
     +
             r"|(?:fra|frå) (?:administrasjonen|adm|sekretariatet|kommunene|kommunane|kommunen|sykehuset|sjukehuset"
             r"|helseforetaket|helseføretaket|foretaket|føretaket|brukerne|brukarane|brukerutvalget|fastlegene"
             r"|fastlegane|.{3,40} (?:kommune|hf|sykehus|sjukehus))(?: (?:møtte|møtte også|deltok|deltek|deltar"
             r"|møter))?"
             r"|(?:(?:andre|andre som|øvrige|dessuten|i tillegg|også|ellers|elles|administrasjon(?:en)?"
             r"|sekretariat(?:et)?|sekretariatsfunksjon|frå administrasjonen) )(?:møtte|til stede|til stades|deltok"
             r"|deltakere|deltakarar|oppmøtte|møtende)"
             r"|administrasjon|administrasjonen|sekretariat|sekretariatet|observatører|observatørar|observatør"
             r"|gjester?|gjestar|innleiarar?|innledere?|foredragsholdere?|andre|øvrige|andre deltakere"
             r"|andre deltakarar"
             r"|(?:vara|varamedlem|varamedlemmer|varamedlemer|vararepresentanter|vararepresentantar|stedfortredere?"
             r"|stadfortredarar?|møtende vara|møtande vara|møtende varamedlemmer"
             r"|varamedlemmer til stede)(?: (?:som )?(?:møtte|møter|til stede|til stades))?"
             r"|brukerrepresentanter?|brukarrepresentantar?|tillitsvalgte|tillitsvalde|fastlegerepresentanter?"
             r"|fastlegerepresentantar?|(?:fra|frå) (?:tillitsvalgte|organisasjonane|organisasjonene)"),
    (Label.INVITED,
            r"medlemmer|medlemer|faste medlemmer|til|innkalt|innkalte|innkalla|inviterte?|møteinnkalte|mottakere"
            r"|mottakarar|sendt til|adressater|adresseliste"),
    (Label.CHAIR,
            r"møte ?lede(?:r|lse)|møte ?leia?r|ordstyrer|ordstyrar|leder av møtet|møtet (?:ble |blei "
            r"|vart )?(?:ledet|leia|leda) av|dirigent|leiar|leder|møteansvarlig|utvalgsleder|utvalsleiar|ledet av"
            r"|leia av"),
    (Label.REFERENT,
                    r"referent(?:er|ar)?|skrivar|skriver|skribent|møtereferent"
                    r"|referat(?: ved| v/| skrevet av| skrive av)"
                    r"|skrevet av|skrive av"
            r"|ført av|protokollfører|protokollførar|protokoll(?: ført av| ved| v/)|møtesekretær|sekretær"
            r"|utvalgssekretær|utvalssekretær|ref"),
    (Label.DATE_PLACE,
            r"(?:dato|tid|tidspunkt|møtetid|når|tid/dato|dato/tid|dato og tid)\s?(?:/|og|&|-|,)\s?(?:sted|stad"
            r"|møtested|møtestad|hvor|kor)|(?:sted|stad)\s?(?:/|og|&|-)\s?(?:dato|tid)|(?:sted"
            r"|stad)\s?[/,]\s?(?:dato|tid)\s?[/,]\s?(?:tid|dato)|dato[,/ ]+ ?tid(?:spunkt)?[,/ ]+(?:og )?(?:sted"
            r"|stad)|tid, sted|når og hvor|når og kor"),
    (Label.MEETING_DATE,
            r"(?:møte|møtets |dato for )(?:dato|møte|møtet|dag)(?:\s?[/,&]?\s?(?:og )?(?:tid|klokkeslett))?"
            r"|(?:møte)?dato\s?(?:/|og|&)\s?(?:klokkeslett|tid|tidspunkt|kl)|møtetid|møtetidspunkt"
            r"|tid(?:spunkt)?\s?(?:/|og)\s?dato|når|møtedag|møtet (?:ble )?(?:avholdt|holdt|holdt den)|avholdt"
            r"|dato for møtet"),
    (Label.DATE, r"dato|dag|date"),
    (Label.TIME,
                    r"tid|tidspunkt|klokkeslett|kl|klokka|klokken|tidsrom|møtestart(?: kl)?|start(?: kl)?"
                    r"|møtet (?:startet|starta|satt"
            r"|vart sett|ble satt|begynte|byrja|åpnet|opna)|varighet|møtet satt|tidsramme|frå[- ]til|fra[- ]til"
            r"|fra-til"),
    (Label.ENDED,
            r"(?:møtet (?:ble |blei |vart )?)?(?:slutt(?: kl)?|hevet|heva|avsluttet|avslutta|slutta|sluttet|møteslutt"
            r"|møtet hevet|møtet slutt)(?: kl)?"),
    (Label.PLACE,
            r"sted|stad|møtested|møtestad|møtested/lokale|lokale|lokalitet|hvor|kor|kvar|møterom|møtelokale|sted/lokale"
            r"|møteplass|plass"),
    (Label.COMMITTEE,
                    r"(?:styre|råd|utvalg|utval|komité|nemnd)(?:\s?/\s?(?:styre|råd|utvalg|utval|komité|nemnd"
                    r"|organ))+|utvalg|utval|møtegruppe|forum|møteorgan|organ|råd|komité|komite|styre|utvalg/organ"
                    r"|utvalgets navn"
            r"|utvalsnamn|utvalgsnavn|behandlende organ|møte i|referat fra møte i|møtets navn|møteforum|gruppe"
            r"|nemnd|utvalg/forum|saken behandles i|behandlet i|behandla i|råd/utvalg"),
    (Label.SENT,
            r"sendt|sent|utsendt|dato sendt|publisert|skrevet ut|utskriftsdato|sist endret|oppdatert|arkivdato"
            r"|dokumentdato|brevdato|journaldato|referatdato|dato referat|dato for referat|referat skrevet"
            r"|referat sendt|referat datert"),
    (Label.SUBJECT, r"tema|emne|gjelder|gjeld|møte|vedrørende|vedr|sak gjelder|hva|møtetype|type møte|overskrift"),
    (Label.FROM,
            r"fra|frå|avsender|saksbeh|saksbehandler|sakshandsamar|kontaktperson"
            r"|kontakt|sakshandsamer|e-post|telefon|tlf|mobil"),
    (Label.REFERENCE,
            r"vår ref(?:eranse|erence)?|vår dato|deres ref(?:eranse)?|dykkar ref|ref(?:eranse)?\.? ?nr"
            r"|arkivsak(?:s?nr|s?nummer|sid|-?dok)?|arkivsak-dok|arkivsakid|arkiv(?:kode|nr|ref|referanse)?"
            r"|arkivsaksnr|arkivref|saksmappe|journal(?:nr|post|id|postid)?|jnr|j\.?nr|dok(?:ument)?\.?(?:nr|id"
            r"|nummer)|org\.? ?nr|klassering|klassifisering|k-kode|gradering|løpenr|doknr|saks- ?og dokumentnr"
            r"|vår referanse|elements|public 360|websak|ephorte|gnr|gnr/bnr|møteid|møte-id|teams"),
    (Label.OWN_NUMBER, r"(?:protokoll|referat|møte|møtebok|møteprotokoll)(?:s?)[ -]?(?:nr|nummer|no)"),
    (Label.ATTACHMENTS,
            r"(?:\d{1,2} )?vedlegg(?: til .{1,40}| i saken| som følger saken)?|vedlagt|vedlagte dokumenter"
            r"|vedlagte dokument|vedlegg og lenker|saksvedlegg|vedlagte saksdokumenter|trykte vedlegg"
            r"|utrykte vedlegg|vedleggsliste|trykt vedlegg|lenker|andre saksdokumenter|andre dokumenter"
            r"|dokumenter i saken"),
    (Label.AGENDA,
            r"sakliste|saksliste|saksliste nr|saksoversikt|sakskart|sakskartet|dagsorden|agenda"
            r"|saker til behandling|saker|behandlede saker|behandla saker|saker til drøfting|program|innhold"
            r"|innhald|innholdsfortegnelse|innhaldsliste|møteplan for dagen|oversikt over saker|sakene"),
    (Label.NEXT_MEETING,
            r"(?:dato for )?neste (?:ordinære )?(?:møte|møter|møtet|møtedato|ssu|fsu|lsu|au|samling)(?: (?:er|blir"
            r"|i|holdes|avholdes|vert).{0,60})?|nye? møte(?:r|dato)?|kommende møter|komande møte|nytt møte"
            r"|neste møtedatoer|videre møter|vidare møte|møtedatoer(?: .{0,30})?|møtedatoar(?: .{0,30})?"),
    (Label.DEADLINE,
            r"(?:svar|hørings|høyrings|merknads|søknads|innsendings|påmeldings|innmeldings|melde)[ -]?frist"
            r"|frist for .{3,80}|siste frist.{0,60}|frist til .{3,60}"),
    (Label.CASE_NUMBER,
            r"saks?\s?-?\s?(?:nr|nummer|no)|saksnr|saknr|sak|utvalgssak(?:snr)?|utvalssak(?:snr)?"
            r"|utvalgssakstype/nr|utv\. ?saksnr|utv\.? ?sak(?:snr)?|møtesak(?:snr|snummer)?|sak nr|saks-nr"
            r"|politisk saksnr|nr|saks|møtesaksnummer|styresak|punkt|pkt|post|saknummer|sak#|løpenr\.?|#|no"),
    (Label.TITLE,
            r"tittel|sakstittel|sakens tittel|navn på sak|namn på sak|overskrift på sak|saktittel|saken gjelder"
            r"|saka gjeld|tittel på sak|sakstema|saksnavn|sak/tema|sak / tema|tema/sak"),
    (Label.TYPE, r"sakstype|type sak|type|sakstype/.{1,15}|kategori|sakskategori|sak(?:s)?type"),
    (Label.PURPOSE,
            r"hensikt(?:en)?(?: med saken)?|formål(?:et)?(?: med saken)?|føremål(?:et)?(?: med saka)?|mål"
            r"|målet med saken|bakgrunn og hensikt"),
    (Label.PRESENTER,
            r"ansvar(?:lig)? for saken|presenteres av|presentert av|innleder|innleiar|innleda av|innledet av"
            r"|saken (?:presenteres|innledes|ble presentert) av|ved|v/|orientering ved|presentasjon ved"
            r"|foredragsholder|legges fram av|lagt fram av|sakseier|sakseigar|melder|meldt av|meldt inn av"
            r"|presentør|saksansvarlig|saksansvarleg|innledning ved|innleiing ved"),
    (Label.PROPOSAL,
             r"(?:.{0,45}\b)?(?:forslag|framlegg|tilråding|tilrådning|innstilling|innstillinga|innstillingen"
             r"|anbefaling|forslaget) (?:til |om |frå |fra )?(?:vedtak|konklusjon|beslutning|tilråding|avgjerd"
             r"|.{0,25}innstilling|slutning|administrasjonen|rådmannen|kommunedirektøren|sekretariatet|au"
             r"|arbeidsutvalget).{0,30}"
             r"|foreløpig (?:konklusjon|vedtak|forslag)|førebels (?:konklusjon|vedtak)|(?:.{0,45}\b)?(?:innstilling"
             r"|tilråding|tilrådning|innstillinga|innstillingen|framlegg|anbefaling|innstilling til vedtak)|forslag"
             r"|foreslått (?:vedtak|konklusjon)|føreslått vedtak|vedtaksforslag|ønsket (?:utfall|resultat"
             r"|beslutning)|forventet (?:utfall|vedtak)"
             r"|alternativt forslag|fellesforslag|endringsforslag|tilleggsforslag|(?:.{0,45}\b)?(?:innstillinga"
             r"|innstillingen) (?:frå|fra) .{2,40}"),
    (Label.DECISION,
             r"(?:endelig |endeleg |samlet |felles |lsus? |ssus? |fsus? |styrets |styrets samlede |utvalgets "
             r"|utvalets |møtets |rådets |enstemmig |enstemmige |samrøystes |formannskapets |kommunestyrets "
             r"|partnerskapsmøtets |arbeidsutvalgets |au'?s? |saksprotokoll |.{2,60}s )?"
             r"(?:enstemmige |samrøystes |samla )?"
                     r"(?:(?:vedtak|konklusjon|beslutning)(?:\s?[/&]\s?\w+){1,3}|\w+\s?/\s?(?:vedtak|konklusjon"
                             r"|beslutning)|vedtak|vedtaket|uttalelse|uttale|fråsegn|konklusjon|konklusjonen"
                             r"|beslutning|beslutningen|beslutninger"
                     r"|avgjerd|avgjerda"
             r"|slutning|vedtatt|vedteke|besluttet|bestemt|vedtak/konklusjon|konklusjon/vedtak|vedtak / konklusjon"
             r"|beslutning/konklusjon|konklusjon / beslutning|vedtak/beslutning|beslutning/vedtak|resultat|utfall"
             r"|avgjørelse|avgjørelsen|konklusjoner|konklusjonar|orienteringens konklusjon|konklusjon og vedtak"
             r"|konklusjon/tiltak|vedtak (?:mot|med) .{2,30}|vedtak og oppfølging|vedtak \(.{2,30}\))"
     r"(?: (?:i saken|i saka|i møtet|i (?!sak)\w.{2,50}|nr\.? ?\d{1,2}|\d{1,2}"
     r"|(?:i )?(?:sak(?: nr\.?)? )?(?:[a-zæøå]{1,6}[- ])?\d{1,4}[/.-]\d{1,4}(?:[/.-]\d{1,4})?|i sak .{1,15}))?"
             r"|.{2,60} (?:fattet|fatta|gjorde|traff) (?:[a-zæøå]+ ){0,4}(?:vedtak|vedtaket|beslutning|konklusjon)"
             r"(?: (?:mot|med) .{1,40})?"
             r"|.{2,50} (?:vedtok|besluttet|vedtek|bestemte|konkluderte)(?: (?:følgende|følgjande|samrøystes"
             r"|enstemmig|dette|deretter|slik|å))*|(?:et |eit )?(?:enstemmig|samrøystes|samla"
             r"|samlet) .{2,40} (?:vedtok|besluttet|vedtek)(?: følgende| følgjande)?|det (?:ble|blei"
             r"|vart) (?:fattet|fatta|gjort) (?:slikt|følgende|følgjande) vedtak|slikt vedtak|slik vart vedtaket"
             r"|samrøystes vedtak|vedtak som følger|konkluderte med"),
    (Label.VOTE,
            r"votering(?:en)?|avrøysting|avrøystinga|røysting|avstemning|avstemming|avstemningen|voteringsresultat"
            r"|røysteresultat|stemmegivning|avstemmingsresultat"),
    (Label.DISCUSSION,
             r"(?:innspill|kommentar(?:er|ar)?|innspel|merknad(?:er|ar)?|drøfting(?:er|ar|en|a)?|drøftinger"
             r"|diskusjon(?:en)?|debatt(?:en)?|ordskifte|behandling(?:en)?|handsaming(?:a)?|behandling i møtet"
             r"|handsaming i møtet|dialog|referat|refererte|møtets behandling|spørsmål|oppsummering|momenter|moment"
             r"|hovedpunkter|hovudpunkt|notat|fra diskusjonen|frå diskusjonen|frå drøftinga|fra drøftingen|saksgang"
             r"|behandlinga|møtebehandling|kommentarer i møtet|innspill i møtet|innspel i møtet|fra møtet|frå møtet"
             r"|saksbehandling|tilbakemeldinger|tilbakemeldingar|følgende innspill ble gitt|følgende innspill"
             r"|innhold|til diskusjon|refleksjoner|gjennomgang)"
             r"(?:\s?[/,&]\s?(?:innspill|kommentar(?:er|ar)?|innspel|diskusjon|drøfting|dialog|merknader|merknadar"
             r"|behandling|spørsmål|drøfting))*(?: (?:i|fra|frå|på) (?:møtet|møte|utvalget|utvalet|saken))?"
             r"|bakgrunn(?: for saken| for saka)?|saksopplysninger|saksopplysningar|saksutredning|saksutgreiing"
             r"|faktagrunnlag|fakta|vurdering(?:er|ar|a|en)?|saksfremstilling|saksframstilling|orientering"
             r"|orienteringen|status|informasjon|redegjørelse|beskrivelse|kort om saken|om saken|saken"
             r"|problemstilling|habilitet|ugildskap|innledning|innleiing|presentasjon|ordførers vurdering"
             r"|saksopplysning|grunngjeving|begrunnelse|konsekvenser|økonomi|faktiske opplysninger"
             r"|oppsummering av saken|gjennomført|kommunedirektørens vurdering|sammendrag|samandrag|videre prosess"
                     r"|vidare prosess|fremdrift|framdrift|(?:behandling|handsaming) i (?!sak).{2,50}"
                     r"|.{2,40}s (?:behandling|handsaming)"),
    (Label.FOLLOW_UP,
             r"(?:videre |vidare )?oppfølging(?:en|a|spunkt(?:er)?|spunkt|ssaker|sansvar)?|oppfølgingspunkt(?:er)?"
             r"|tiltak|tiltaksliste|aksjon(?:er|ar|spunkter|sliste|spunkt)?|aksjonspunkt|handling|gjøremål|gjeremål"
             r"|oppgave(?:r|liste)?|oppgåve(?:r)?|to do|todo|hva skal gjøres|kva skal gjerast|action|actions|hva"
             r"|kva|aktivitet(?:er)?|videre arbeid|vidare arbeid|å gjøre|følges opp|ekspederes|ekspedert|neste steg"),
    (Label.OWNER,
            r"ansvarlig(?:e)?|ansvarleg(?:e)?|ansvar(?:shavende)?|hvem|kven|eier|eigar|utføres av|hvem gjør|ansv"
            r"|ansvarlig person|ansvar for oppfølging|oppfølging ved|oppfølgingsansvarlig|følges opp av"
            r"|ansvar oppfølging|oppfølgingsansvar|ansvarlig/frist|ansvarleg/frist|ansvar/frist|ansvar / frist"
            r"|ansvarlig / frist|ansvar og frist|ansvarlig og frist|frist/ansvar|frist / ansvar|frist og ansvar"
            r"|frist/ansvarlig|oppfølging ?/ ?frist|frist ?/ ?oppfølging|oppfølging ?/ ?ansvar(?:lig)?"
            r"|ansvar(?:lig)? ?/ ?oppfølging|hvem ?/ ?når|kven ?/ ?når"),
    (Label.DUE,
            r"frist(?: for oppfølging)?|tidsfrist|når ferdig|innen|oppfølgingsfrist|ferdig|forfallsdato|due"
            r"|tidsfrist for oppfølging|gjennomføres innen"),
    (Label.STATUS, r"status|gjennomført|utført"),
    (Label.ANY_OTHER, r"eventuelt|evt|ymse|eventuelle saker|andre saker|eventuelle andre saker|anna"),
    (Label.SIGNED,
            r"underskrifter|underskrift|signatur(?:er)?|signert|sign|for rett utskrift|rett utskrift|underskrivere"
            r"|til å underskrive protokollen|godkjent av|protokollunderskrivere|protokollunderskrivarar"
            r"|vi bekrefter med underskriftene.{0,80}"),
    (Label.COPY,
            r"kopi(?: til)?|kopi sendt|gjenpart|cc|kopimottakere|ekspedert til|særutskrift(?: til)?"
            r"|særutskrift sendes|melding om vedtak sendes(?: til)?|utskrift til"),
    (Label.COMMENT,
            r"merknad(?:er|ar)? til (?:innkalling|saksliste|sakliste|dagsorden|innkallinga|møteinnkalling).{0,40}"
            r"|innkallingsmåte|innkalling|møtet (?:ble )?innkalt|saksnr|møtet (?:er |var )?(?:lukket|åpent|ope"
            r"|lukka)|vedtaksført|møtetype|møteform|beslutningsdyktig|vedtaksdyktig|utvalget er vedtaksført|type"
            r"|taushetsplikt"),
)  # fmt: skip

_COMPILED = tuple((label, pattern_of(pattern)) for label, pattern in _PATTERNS)


@lru_cache(maxsize=16384)
def of(words: str) -> Label | None:
    """What these words are a label of, alone; None: of nothing that is known."""
    words = plain(words)
    if not words or len(words) > 110:
        return None
    for label, pattern in _COMPILED:
        if pattern.fullmatch(words):
            return label
    return None


class Labelled(NamedTuple):
    """A line that begins with a label. `rest`: what stands after it on the line. `alone`: without a colon."""

    label: Label
    words: str
    rest: str
    alone: bool = False


_HEAD = pattern_of(r"\s{0,3}(?P<head>[^:\n]{1,110}?)\s{0,2}:(?!//)\s*(?P<rest>.*)", re.DOTALL)
_DASHED = pattern_of(r"\s{0,3}(?P<head>[^:–—\n]{2,40}?)\s{1,3}[–—-]\s{1,3}(?P<rest>\S.*)", re.DOTALL)
_IN_BRACKETS = pattern_of(r"\s*\([^()]{0,60}\)\s*$")
_DATED = pattern_of(
    r"[\s,–-]*(?:i møte(?:t)?\s?)?(?:den\s)?(?:\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}|\d{1,2}\.\s?[a-z]{3,9}\s\d{4}"
    r"|\d{4}-\d\d-\d\d)$"
)
"""A date at the end of a label: «Rådets vedtak 05.02.2026»."""
_TIME_BEFORE = pattern_of(r"\b\d{1,2}$")
_MINUTES_AFTER = pattern_of(r"[0-5]\d(?!\d)")
_SPEAKS_WITHOUT_COLON = pattern_of(
    r"\s{0,3}(?P<head>til stede|tilstede|til stades|tilstades|forfall|fravær|fråvær|ikke til stede|referent|møteleder"
    r"|møteleiar|sted|møtested|møtestad|dato|møtedato|møtetid|vedtak|konklusjon|votering)\s{2,}(?P<rest>\S.*)",
    re.IGNORECASE,
)


@lru_cache(maxsize=32768)
def at_start(line: str) -> Labelled | None:
    """The label with which a line begins, or which it is."""
    text = without_marks(line)
    found = _HEAD.match(text)
    if found is not None and not (_TIME_BEFORE.search(found["head"]) and _MINUTES_AFTER.match(found["rest"])):
        head = found["head"]
        label = of(head) or of(_IN_BRACKETS.sub("", head)) or (of(_DATED.sub("", head)) if head[-1].isdigit() else None)
        if label is not None:
            return Labelled(label, found["head"].strip(), found["rest"].strip())
        return None
    label = of(text) or (of(_IN_BRACKETS.sub("", text)) if text.endswith(")") else None)
    if label is None and len(text) < 90 and text[-1:].isdigit() and (undated := _DATED.sub("", text)) != text:
        label = of(undated)
        if label not in (Label.DECISION, Label.DISCUSSION, Label.VOTE, Label.PROPOSAL):
            label = None
    if label is not None:
        return Labelled(label, text.strip(), "", alone=True)
    if (spoken := _SPEAKS_WITHOUT_COLON.match(text)) and (label := of(spoken["head"])):
        return Labelled(label, spoken["head"], spoken["rest"].strip())
    if "\t" in text:
        head, _tab, rest = text.partition("\t")
        if label := of(head):
            return Labelled(label, head.strip(), rest.strip())
    if dashed := _DASHED.match(text):
        label = of(dashed["head"])
        if label in (Label.DECISION, Label.PRESENT, Label.ABSENT, Label.REFERENT, Label.CHAIR, Label.PROPOSAL):
            return Labelled(label, dashed["head"].strip(), dashed["rest"].strip())
    return None


_INLINE = pattern_of(
    r"(?<!\A)(?<![«\"(])(?<!\w)(?P<label>"
    r"(?:Forslag til|Foreløpig|Førebels|Framlegg til|FORSLAG TIL|FORELØPIG) (?:vedtak|konklusjon|beslutning"
    r"|VEDTAK|KONKLUSJON)"
    r"|Vedtak|VEDTAK|Konklusjon|KONKLUSJON|Beslutning|BESLUTNING|Innstilling|INNSTILLING|Votering|VOTERING"
    r"|Avrøysting|Behandling|BEHANDLING|Tilråding|Hensikt|Innspill/kommentarer|Oppfølging|Ansvarlig"
    r"|Ansvarleg|Ansvar|Frist"
    r"|Avgjerd|Møteleder|Møteleiar|Referent|Møtested|Møtestad|Møtetid|Møtedato|Møtestart|Møteslutt|Sted"
    r"|Stad|Til stede|Tid|Utvalg"
    r"|(?<=[.;,)]\s)(?:Meldt (?:forfall|frafall|fråfall|avbud)|Frafall|Avbud|Ikke (?:til stede|møtt)"
    r"|Forfall|Til stede|Sted|Neste møte|Vedlegg|Fravær)"
    r")\s?:",
)


def apart(line: str) -> list[str]:
    """A line with labels inside it («… drøftet. Vedtak: Tas til orientering.»), each on a line of its own."""
    if line.count(":") < 1:
        return [line]
    result: list[str] = []
    begin = 0
    for found in _INLINE.finditer(line):
        before = without_marks(line[begin : found.start()])
        if not before:
            continue
        # «Forslag til Vedtak:», «Ref. Vedtak:»: part of a longer label, or a reference.
        if re.search(
            r"(?:\b(?:til|om|ref\.?|jf\.?|av|se|sak|i|og|samlet|endelig|LSUs?|SSUs?|FSUs?)|/)\s*$",
            before,
            re.IGNORECASE,
        ):
            continue
        result.append(line[begin : found.start()].strip())
        begin = found.start()
    result.append(line[begin:].strip())
    return result
