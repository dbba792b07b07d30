"""What a sentence decides: the set verbs of minutes, in bokmål and nynorsk, and how it was decided."""

import re

from handlers.papers.rules.text import sentences
from handlers.patterns import pattern_of
from storage.tables import HowDecided

BODY = (
    r"(?:partene|partane|medlemmene|medlemene|møtedeltakerne|møtedeltakarane|\w{0,25}(?:utvalget|utvalet"
    r"|styret|møtet|rådet"
    r"|komiteen|nemnda|gruppa|gruppen|forumet|partnerskapet|teamet|ledelsen|leiinga|formannskapet|nettverket)"
    r"|(?-i:[A-ZÆØÅ]{2,6}(?:-[A-ZÆØÅ]{1,5})?))"
)
_PAPER = (
    r"(?:referat\w*|protokoll\w*|møtebok\w*|møtereferat\w*|møteprotokoll\w*|innkalling\w*|saks?list\w*"
    r"|dagsorden\w*|agenda\w*"
    r"|møteplan\w*|mandat\w*|handlingsplan\w*|plan\w*|forslag\w*|innstilling\w*|tilråding\w*|rapport\w*"
    r"|årsrapport\w*|budsjett\w*"
    r"|rutine\w*|prosedyre\w*|avtale\w*|delavtale\w*|retningslinje\w*|søknad\w*|saken|saka|sakene|sakane"
    r"|orientering\w*|notat\w*|valg\w*|utkast\w*|årshjul\w*|strategi\w*)"
)
_WAS = r"(?:ble|blei|vart|er|blir|vert|var|bli|verte|skal bli)"
_DONE = (
    r"(?:godkjent|godkjend|godkjente|godkjende|vedtatt|vedteke|vedtatte|vedtekne|tatt til (?:orientering"
    r"|etterretning|følge)|teke til (?:orientering|etterretning|vitande|følgje)"
    r"|tatt til vitende|utsatt|utsett|oversendt|sendt tilbake|sendt tilbake|avvist|tiltrådt|tilrådd"
    r"|anbefalt|vald|valgt|oppnevnt|oppnemnd|underkjent|underkjend|enstemmig (?:godkjent|vedtatt|valgt)"
    r"|samrøystes (?:godkjend|vedteke|vald)|signert)"
)
_VERB_S = (
    r"(?:godkjennes|godkjennast|vedtas|vedtakast|tas til (?:orientering|etterretning|følge)"
    r"|takast til (?:orientering|vitande|etterretning)|utsettes|utsetjast|oversendes|oversendast"
    r"|sendes tilbake|sendast tilbake"
    r"|avvises|avvisast|tilrås|anbefales|underkjennes|oppnevnes|velges|nedsettes|etableres|opprettes"
    r"|videreføres|vedtak fattes|legges til grunn|tilsluttes|avsluttes|lukkes)"
)
_DECIDES = pattern_of(
    rf"(?:\b{_PAPER}(?:\s[^.]{{0,90}}?)?\s{_WAS}\s(?:\w+\s){{0,2}}?{_DONE}"
    rf"|\b{_PAPER}(?:\s[^.]{{0,90}}?)?\s{_VERB_S}"
    r"|^(?:møte)?(?:referat|protokoll|innkalling|møtebok)\w{0,3}\b.{0,60}\b(?:godkjent|godkjend)\.?$"
    r"|^(?:ble|blei|vart|blir) (?:\w+ )?(?:godkjent|godkjend|vedtatt|vedteke|utsatt|utsett|tatt til"
    r"|teke til|teken til)\b"
    r"|^(?:ok|i orden)\.?$|\b(?:saken|saka|sakene)\s(?:ble|blei|vart|blir|vert)\s(?:\w+\s){0,2}?(?:sendt"
    r"|sende|løftet|løfta|oversendt|henvist|meldt)\b"
    rf"|^(?:enstemmig |samrøystes )?(?:godkjent|godkjend|vedtatt|vedteke|tatt til (?:orientering"
    rf"|etterretning)|teke til (?:orientering|vitande|etterretning)|tas til (?:orientering|etterretning)"
    rf"|godkjennes|utsatt|utsett|utsettes|orientering tatt til etterretning)\b"
    rf"|(?i:\b{BODY})\s(?:\w+\s){{0,3}}?(?:vedtok|vedtar|vedtek|besluttet|beslutter|beslutta|avgjorde"
    rf"|avgjør|bestemte|bestemmer|godkjente|godkjenner|godkjende|godkjenner|slutter seg til|sluttet seg til"
    rf"|slutta seg til|sluttar seg til|tilsluttet seg|tilslutter seg"
    r"|tok (?:\w+\s){0,3}til (?:orientering|etterretning|vitande|følge)"
    r"|tar (?:\w+\s){0,3}til (?:orientering|etterretning)|tek (?:\w+\s){0,3}til (?:orientering|vitande"
    r"|etterretning)|gir sin tilslutning|ga sin tilslutning|gav si tilslutning|gir si tilslutning|tilrår"
    r"|tilrådde|anbefaler at|anbefalte at|konkluderte med|konkluderer med|ber (?:om\b|(?-i:[A-ZÆØÅ])"
    r"|\w+(?:et|en|ene|a)\b)|bad om at|ba om at"
    r"|valgte|valde|oppnevnte|oppnemnde|oppnevner|utsatte|utsette|utsetter|støtter|støttet|gikk inn for"
    r"|gjekk inn for|avviste|avviser)"
    rf"|\bdet\s(?:{_WAS}|er)\s(?:\w+\s){{0,2}}?(?:vedtatt|vedteke|besluttet|beslutta|bestemt|avgjort)\b"
    r"|\b(?:saken|saka|sakene|sakane|orienteringa?e?n?e?|informasjonen|presentasjonen|redegjørelsen"
    r"|rapporten|notatet|referatene?|protokollen|status)\s(?:\w+\s){0,4}?(?:ble|blei|vart|tas|tatt|blir"
    r"|vert|takast)\s?(?:\w+\s){0,2}?(?:tatt |teke )?til (?:orientering|etterretning|vitande|følge)"
    r"|\b(?:ble|blei|vart)\s(?:\w+\s){0,2}?(?:godkjent|godkjend|valgt|vald|gjenvalgt|attvald|oppnevnt"
    r"|oppnemnd|konstituert)\b"
    rf"|\b(?:vedtok|besluttet|beslutta|vedtek|bestemte)\s{BODY}\b"
    r"|\b(?:vi|man|en)\s(?:vedtok|vedtar|besluttet|beslutter|bestemte)\b)",
    re.IGNORECASE,
)
_PAST_ELSEWHERE = pattern_of(
    r"\b(?:tidligere|tidlegare|i fjor|forrige (?:møte|år|uke)|førre (?:møte|år)|sist(?:e)? møte"
    r"|i kommunestyret|i bystyret|i styret for|i regjeringen|av regjeringen|av stortinget|på stortinget"
    r"|i stortinget|departementet|skulle bli|dersom|hvis|før det ble|når (?:saken|planen|forslaget|avtalen)"
    r"|etter at|blir (?:trolig|kanskje)|må (?:først )?(?:godkjennes|vedtas)|bør (?:godkjennes|vedtas"
    r"|utsettes)|skal (?:godkjennes|vedtas)|kan (?:godkjennes|vedtas)|venter på|fremlegges|forventes)\b",
    re.IGNORECASE,
)
_PAST_MONTH = pattern_of(
    r"\b(?:i|den) (?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember|20\d\d)\b",
    re.IGNORECASE,
)
_WAS_DECIDED = pattern_of(
    r"\b(?:ble|blei|vart)\b.*\b(?:vedtatt|vedteke|besluttet|godkjent|godkjend|valgt|vald|oppnevnt)\b", re.IGNORECASE
)
_OF_THE_MEETING = pattern_of(r"\b(?:referat|protokoll|innkalling|dagsorden|saksliste|sakliste|møtebok)", re.IGNORECASE)


_OF_THE_LAST = pattern_of(
    r"\b(?:referat|protokoll|møtebok)\w*\s(?:fra|frå)\s(?:forrige|førre|siste?)\s(?:\w+\s)?møtet?\b", re.IGNORECASE
)
"""The minutes of the last meeting are approved in this one."""


def hidden(text: str) -> list[str]:
    """Sentences of a text that decide something, where no «Vedtak» says so. What was decided elsewhere is none."""
    result = []
    for sentence in sentences(text):
        if len(sentence) > 600 or "?" in sentence:
            continue
        if not _DECIDES.search(sentence):
            continue
        if _PAST_ELSEWHERE.search(_OF_THE_LAST.sub("", sentence)):
            continue
        if _PAST_MONTH.search(sentence) and _WAS_DECIDED.search(sentence) and not _OF_THE_MEETING.search(sentence):
            continue
        result.append(sentence)
    return result


_AGREEMENT = pattern_of(
    r"\b(?:enighet om|einigheit om|semje om|enige om|einige om|samde om|samd om|samstemte om"
    r"|uttrykte (?:enighet|semje|einigheit)|konsensus om|det (?:var|er|ble|vart) (?:bred |full "
    r"|brei )?(?:enighet|semje|konsensus)|avtalt at|avtale(?:s|t)? at|ble avtalt|vart avtala|blei avtalt"
    r"|avtala at|man ble enige|ein vart samd)\b",
    re.IGNORECASE,
)
_DISAGREEMENT = pattern_of(
    r"\b(?:ikke enig\w*|ikkje einig\w*|uenighet(?:en)?|usemj[ea]|ueinigheit|ikke enighet|ikkje semje)\b", re.IGNORECASE
)


def agreement(text: str) -> str | None:
    """The sentence that tells of an agreement, where one stands in the comments."""
    for sentence in sentences(text):
        if _AGREEMENT.search(sentence) and not re.search(
            r"\b(?:ikke|ikkje|ingen|inga|manglende)\s+(?:\w+\s)?(?:enighet|semje|enige|einige|samde)\b"
            r"|\benes om\b|\?$|\bmålet er\b|\bønske(?:r|t)? om å (?:bli|komme til)",
            sentence,
            re.IGNORECASE,
        ):
            return sentence.strip(" -–•")
    return None


_POSTPONED = pattern_of(
    r"(?:\b(?:sak(?:en|a|ene|ane)?|punktet|behandling(?:en)?(?: av saken)?|handsaminga?(?: av saka)?"
    r"|beslutning(?:en)?(?: om [^.]{2,60}?)?|vedtak(?:et)?(?: om [^.]{2,60}?)?|orienteringa?e?n?|temaet|det"
    r"|presentasjonen|avgjerda?|gjennomgangen|valget|valet|drøftinga?e?n?|referatet"
    r"|sak \S{1,9})\s(?:\w+\s){0,4}?"
    r"(?:utsettes|utsetjast|utsett|utsatt|utgår|utgikk|utgjekk|utgjekk|trekkes|trekt|trukket|strykes"
    r"|flyttes til (?:neste|et senere|eit seinare)|skyves|settes opp (?:på|til|i) neste|vert utsett"
    r"|blir utsatt|kommer tilbake på neste møte)\b"
    r"|^(?:enstemmig |samrøystes )?(?:utsatt|utsettes|utsett|utgår|utgikk|trukket|saken utsatt"
    r"|ikke behandlet|ikkje handsama|utsetjast)\b"
    r"|\b(?:ble|blei|vart|blir|vert|er) (?:\w+\s){0,3}?(?:utsatt|utsett)(?: til| for|\.|$| grunn| på grunn)"
    r"|\b(?:utvalget|utvalet|styret|[A-ZÆØÅ]{2,5}) (?:utsetter|utsatte|utset|utsette) (?:saken|saka"
    r"|behandling|sak)\b|\b(?:ble|vart) ikk?j?e (?:behandlet|handsama|tid til)\b)",
    re.IGNORECASE,
)


def postponed(text: str) -> str | None:
    """The sentence that says that the case was put off or taken off."""
    for sentence in sentences(text):
        if (
            _POSTPONED.search(sentence)
            and "?" not in sentence
            and not re.search(
                r"\b(?:tidligere|tidlegare|forrige|førre|bør|kan|frist(?:en)?|prosjekt\w*|oppstart\w*"
                r"|innføring\w*|hvis|dersom|ikke utsettes|operasjon\w*|behandlingen av pasient\w*)\b",
                sentence,
                re.IGNORECASE,
            )
        ):
            return sentence
    return None


_WITH_REMARK = pattern_of(
    r"\b(?:med (?:\w+ )?(?:merknad\w*|endring\w*|justering\w*|tilføyelse\w*|tillegg\w*|presisering\w*"
    r"|følgende|unntak|dei endring\w*|de endring\w*|korrigering\w*|rettelse\w*)|med (?:nevnte|referatført"
    r"|protokollert)\b)",
    re.IGNORECASE,
)
_RECOMMENDED = pattern_of(
    r"\b(?:tilrår|tilrådde|tilråding(?:a|en)? (?:vart|ble|blei) |gir (?:slik |følgende "
    r"|følgjande )?tilråding|tilrås)\b",
    re.IGNORECASE,
)
_UNANIMOUS = pattern_of(
    r"\b(?:enstemmig\w*|samrøystes|einstemmig|einrøystes|ved akklamasjon|akklamasjon|enighet|konsensus|semje|enst)\b",
    re.IGNORECASE,
)
_AGAINST = pattern_of(
    r"\b(?:mot \d+ stemme\w*|mot \d+ røyst\w*|\d+ stemmer? mot|\d+ røyster? mot|mindretall\w*|mindretal\w*"
    r"|fleirtal\w*|flertall\w*|stemte mot|røysta mot|dissens|protokolltilførsel"
    r"|\d{1,3}\s?[-–]\s?\d{1,3} stemmer|mot \d+\b)",
    re.IGNORECASE,
)


def how(decided: str, voted: str, *, postponed_words: str | None) -> str | None:
    """How it was decided, where the words say so."""
    both = f"{decided}\n{voted}"
    if postponed_words is not None and not re.search(r"beslutning om|vedtak om", postponed_words, re.IGNORECASE):
        return str(HowDecided.POSTPONED)
    if _AGAINST.search(both) or _DISAGREEMENT.search(both):
        return str(HowDecided.DISAGREED)
    if _RECOMMENDED.search(decided):
        return str(HowDecided.RECOMMENDED)
    if any(
        _WITH_REMARK.search(each) and re.search(r"godkj|vedta|vedt", each, re.IGNORECASE) for each in sentences(both)
    ):
        return str(HowDecided.AGREED_WITH_REMARK)
    if _UNANIMOUS.search(both):
        return str(HowDecided.AGREED)
    return None
