"""What somebody is to do after the meeting: out of tables, labelled lines and the sentences of decisions.

The owner is whoever the words name, and the words about the deadline are kept; a date is given only where they are one.
"""

import datetime
import re
from collections.abc import Sequence

from handlers.papers.record import CaseRead, FollowUpRead
from handlers.papers.rules import days
from handlers.papers.rules.flow import Grid
from handlers.papers.rules.labels import Label
from handlers.papers.rules.text import sentences
from handlers.patterns import pattern_of

_DATED = (
    r"(?:\d{1,2}[./]\s?\d{1,2}(?:[./\s-]\s?\d{2,4})?\.?|\d{1,2}\.?\s(?:januar|februar|mars|april|mai|juni|juli"
    r"|august|september|oktober|november|desember)(?:\s\d{4})?|\d{4}-\d\d-\d\d)"
)
_MONTHS = r"(?:januar|februar|mars|april|mai|juni|juli|august|september|oktober|november|desember)"
_VAGUE = (
    rf"(?:(?:med )?(?:svar)?frist(?:en)?(?: er| for [^.,;]{{2,40}}(?: er)?)?:?\s(?:den |innen )?{_DATED}"
    rf"|(?:innan|innen|senest|seinast|før|til|snarest og senest|i løpet av|innen utgangen av"
    rf"|ved utgangen av|innan utgangen av|medio|ultimo|primo|tidlig i|seint i|sent i|i slutten av"
    rf"|i begynnelsen av|rundt|omkring|over|etter|frem mot|fram mot)\s(?:utgangen av |utgongen av |den "
    rf"|kl\.? ?\d+ |mandag |tirsdag |onsdag |torsdag |fredag |måndag |tysdag )*"
    rf"(?:{_DATED}|{_MONTHS}(?: \d{{4}})?|(?:neste|første|førstkommende|kommende)\s(?:ordinære )?(?:møte"
    rf"|uke|veke|måned|månad|år|halvår|kvartal|ssu-møte|fsu-møte)|(?:sommeren|sommaren|ferien|jul|påske"
    rf"|påsken|nyttår|årsskiftet|høsten|hausten|våren|vinteren|sommerferien|sommarferien)(?: \d{{4}})?|(?:1"
    rf"|2|3|4|første|andre|tredje|fjerde)\.?\s(?:kvartal|halvår|tertial)(?: \d{{4}})?|uke \d{{1,2}}"
    rf"|veke \d{{1,2}}|\d{{4}}|året|måneden|månaden|uka|veka)"
    r"|(?:til )?neste (?:\w{2,5}-)?møte(?:t)?(?: i \w{2,10})?|snarest(?: mulig)?|så snart (?:som )?(?:mulig"
    r"|mogleg)|snarast(?: råd| mogleg)?|løpende|fortløpende|løpande|omgående|straks|uke \d{1,2}"
    r"|veke \d{1,2})"
)
_DUE = pattern_of(rf"(?<!\w)(?P<due>{_VAGUE})", re.IGNORECASE)
_CERTAIN = pattern_of(
    rf"(?:(?:med )?(?:svar)?frist(?:en)?\b[^\d]{{0,45}}|(?:innan|innen|senest|seinast"
    rf"|før)\s(?:utgangen av )?(?:den |kl\.? ?\d\d?(?:[.:]\d\d)?,? ?|mandag |tirsdag |onsdag |torsdag "
    rf"|fredag |måndag |tysdag )*)?(?P<date>{_DATED})\s*\.?",
    re.IGNORECASE,
)
_OWNERS = (
    r"(?:sekretariatet(?: i \w{2,10}| for \w{2,10})?|arbeidsutvalget|arbeidsutvalet|arbeidsgruppa"
    r"|arbeidsgruppen|AU|SSU|FSU|LSU|PM|lederen|leder|leiaren|møteleder|referenten|referent|koordinatoren"
    r"|koordinator|kommunene|kommunane|sykehuset|sjukehuset|helseforetaket|helseføretaket|fagutvalget"
    r"|fagutvalet|administrasjonen|partene|alle|brukerutvalget|brukarutvalet|prosjektleder|prosjektleiar"
    r"|samhandlingssjefen|samhandlingssjef|kommuneoverlegene|fastlegerepresentantene|fastlegerepresentanten"
    r"|kommunedirektøren|rådmannen|\w{0,25}(?:lederen|leiaren|sjefen|direktøren|sekretæren|rådgiveren|rådgjevaren"
    r"|koordinatoren|representanten|gruppen|gruppa|utvalget|utvalet|teamet|forumet|avdelingen|avdelinga|klinikken"
    r"|etaten|kommunen|rådet)"
    r"|[A-ZÆØÅ][\wæøåÆØÅ-]+ (?:kommune|sykehus|sjukehus|HF|bydel)|Bydel [A-ZÆØÅ][\wæøå-]+"
    r"|[A-ZÆØÅ][a-zæøåé-]+(?: [A-ZÆØÅ][.\wæøåé-]*){1,3})"
)
_DOES = (
    r"(?:følger (?:\w+ )?opp|følgjer (?:\w+ )?opp|tar (?:saken opp|kontakt|ansvar|initiativ|dette|opp|med|det)"
    r"|tek (?:saka opp|kontakt|ansvar|initiativ|dette|opp|med|det)|sender|informerer|kontakter|kontaktar"
    r"|utarbeider|utarbeidar|lager|lagar"
    r"|undersøker|undersøkjer|kaller inn|kallar inn|inviterer|innkaller|innkallar|oppdaterer|presenterer"
    r"|legger (?:frem|fram)|legg fram|kommer tilbake|kjem tilbake|sørger for|sørgjer for|skriver|skriv|avklarer"
    r"|avklarar|planlegger|planlegg|melder|melder inn|meld|setter|set|publiserer|bearbeider|videreformidler"
    r"|vidareformidlar|viderefor\w+|starter|startar|gir (?:en |ei )?(?:tilbakemelding|status)|distribuerer"
    r"|koordinerer|kartlegger|kartlegg|forbereder|førebur|skal (?!være|vere|ha\b|bli\b)(?:\w+ ){0,2}\w+e\b"
    r"|bes om å|bes|blir bedt om å|vert bedne om å|får i oppgave å|får i oppdrag å|har ansvar(?:et)? for"
    r"|har kontakt med|oversender|rapporterer|orienterer|reviderer|purrer|innhenter|hentar inn|henter inn|deler"
    r"|delar|oppnevner|oppnemner|organiserer|arrangerer|samler|samlar|drøfter|vurderer|ferdigstiller|fullfører)"
)
_TASK = pattern_of(rf"^(?:\W{{0,3}})(?P<owner>{_OWNERS}(?:,? og {_OWNERS})?)\s(?:og )?{_DOES}(?=\W|$)", re.IGNORECASE)
_OWNER_LABEL = pattern_of(
    r"(?:ansvar(?:lig|leg)?(?: for oppfølging)?|oppfølging(?:sansvar)?"
    r"|eier)\s?[:–-]\s?(?P<owner>[^.;:\n|]{2,80}?)(?=[.,;|]?\s*(?:frist|innen|tidsfrist)\b|[.;\n|]|\)|$)",
    re.IGNORECASE,
)
_DUE_LABEL = pattern_of(
    r"(?:tids)?frist(?: for oppfølging)?\s?[:–-]?\s(?P<due>[^;\n|)]{2,60}?)(?=[;\n|)]|\.(?:\s|$)|$)", re.IGNORECASE
)
_NO_OWNER = pattern_of(r"(?:-+|–|ingen|n/a|alle/ingen)?", re.IGNORECASE)


def due_of(words: str, year: int | None) -> tuple[str, datetime.date | None]:
    """The words about a deadline, and the date if they are a certain one."""
    words = " ".join(words.split()).strip(" .,;")
    found = _CERTAIN.fullmatch(words)
    if found is None:
        return words, None
    if re.search(r"utgangen|utgongen|medio|ultimo|primo", words, re.IGNORECASE):
        return words, None
    day = days.first(found["date"], year)
    return words, day.date if day is not None else None


def _made(text: str, owner: str, due: str, year: int | None, case: str | None) -> FollowUpRead:
    words, day = due_of(due, year)
    owner = " ".join(owner.split()).strip(" .,:;")
    return FollowUpRead(
        text=text.strip(), owner="" if _NO_OWNER.fullmatch(owner) else owner, due=day, due_text=words, case=case
    )


def of_case(
    case: CaseRead, tasks: Sequence[str], owners: Sequence[str], dues: Sequence[str], year: int | None
) -> list[FollowUpRead]:
    """Those of a case: its labelled parts first, then what its decisions give to somebody."""
    result: list[FollowUpRead] = []
    used_owner = used_due = False
    for task in tasks:
        lines = [line.strip(" •●-–*") for line in task.split("\n") if line.strip(" •●-–*")]
        for index, line in enumerate(lines):
            owner = _OWNER_LABEL.search(line)
            due = _DUE_LABEL.search(line) or _DUE.search(line)
            named = owner["owner"] if owner else ""
            if not named and (task_owner := _TASK.match(line)):
                named = task_owner["owner"]
            if not named and index < len(owners):
                named, used_owner = owners[index], True
            words = due["due"] if due else ""
            if not words and index < len(dues):
                words, used_due = dues[index], True
            result.append(_made(line, named, words, year, case.number))
    if not tasks and (owners or dues):
        about = "\n".join(_given_out(case.decisions)) or case.title
        for index in range(max(len(owners), len(dues))):
            owner_words = owners[index] if index < len(owners) else ""
            due_words = dues[index] if index < len(dues) else ""
            if index == 0 or owner_words:
                owner_words, inner_due = _owner_and_due(owner_words)
                told_due = _DUE.search(about)
                words = due_words or inner_due or (told_due["due"] if told_due else "")
                result.append(_made(about, owner_words, words, year, case.number))
    del used_owner, used_due
    if not result:
        told = [*case.decisions, *([case.agreement] if case.agreement else [])]
        for part in [*told, case.discussion]:
            for sentence in sentences(part):
                if part is case.discussion and not (
                    _TASK.match(sentence) and _DUE.search(sentence) and not any(sentence in each for each in told)
                ):
                    continue
                found = _TASK.match(sentence)
                due = _DUE.search(sentence)
                if found is None and not (due and _asks(sentence)):
                    continue
                result.append(
                    _made(sentence, found["owner"] if found else "", due["due"] if due else "", year, case.number)
                )
    return result


def _given_out(decisions: Sequence[str]) -> Sequence[str]:
    """Those of a case's decisions that its «Ansvar: …» is about: the one that gives somebody something to do, or by
    when; where that cannot be told, all of them."""
    giving = [each for each in decisions if _DUE.search(each) or _TASK.match(each) or _asks(each)]
    return giving if len(giving) == 1 else decisions


_ASKS = pattern_of(
    r"\b(?:ber om|bes om|skal|utarbeides|legges frem|legges fram|sendes|følges opp|inviteres|utarbeidast"
    r"|leggjast fram|sendast|følgjast opp|frist)\b",
    re.IGNORECASE,
)


def _asks(sentence: str) -> bool:
    return bool(_ASKS.search(sentence))


_MONTH_AT_END = pattern_of(rf"(?<=[\s/,;–-]){_MONTHS}(?: \d{{4}})?\s*$", re.IGNORECASE)


def _owner_and_due(words: str) -> tuple[str, str]:
    """«Sekretariatet / 1. mars», «Kari Eksempel mai 2026» in a column for both."""
    found = _DUE.search(words) or _CERTAIN.search(words) or _MONTH_AT_END.search(words)
    if found is None:
        return words, ""
    group = found.groupdict()
    due = group.get("due") or found[0]
    return words.replace(found[0], " ").strip(" /,;–-\n()"), due


def of_grid(grid: Grid, year: int | None) -> list[FollowUpRead]:
    """Those of a table of what is to be done."""
    kinds = grid.kinds
    if not ({Label.OWNER, Label.DUE} & set(kinds)):
        return []
    places: dict[Label, int] = {}
    for place, kind in enumerate(kinds):
        if kind is not None and kind not in places:
            places[kind] = place
    text_place = next(
        (
            places[each]
            for each in (Label.FOLLOW_UP, Label.SUBJECT, Label.DECISION, Label.TITLE, Label.DISCUSSION)
            if each in places
        ),
        next((place for place, kind in enumerate(kinds) if kind is None), None),
    )
    result = []
    for row in grid.rows:

        def cell(place: int | None, row: list[str] = row) -> str:
            return row[place].strip() if place is not None and place < len(row) else ""

        text = cell(text_place)
        owner = cell(places.get(Label.OWNER))
        due = cell(places.get(Label.DUE))
        if Label.DUE not in places and owner:
            owner, due = _owner_and_due(owner)
        number = cell(places.get(Label.CASE_NUMBER)) or None
        if number:
            number = re.sub(r"^\s*sak\s*(?:nr\.?)?\s*", "", number, flags=re.IGNORECASE).strip() or None
        if (text or owner) and (owner or due or text):
            result.append(_made(text, owner, due, year, number))
    return result
