"""What kind of paper it is, by its first lines and by what stands in it, and what is to be refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.papers.record import PaperKind
from handlers.papers.rules import days, labels, numbers
from handlers.papers.rules.flow import Grid, Line
from handlers.papers.rules.labels import Label
from handlers.papers.rules.text import plain
from handlers.papers.rules.told import tells_who
from handlers.patterns import pattern_of

_NAMED: tuple[tuple[PaperKind, str], ...] = (
    (PaperKind.CASE_PROTOCOL, r"(?:særutskrift|saksprotokoll)\b"),
    (PaperKind.PLAN,
            r"(?:forslag til |utkast til |vedtatt |revidert )?(?:møteplan|møtekalender|møteoversikt|årshjul|årsplan"
            r"|møtedatoer|møtedatoar|møteplanen|møterekke)\b|.{0,60}\b(?:møteplan|møtekalender|møteoversikt"
            r"|årshjul)(?: (?:for )?(?:20\d\d|våren|høsten).*)?$"),
    (PaperKind.OTHER,
            r"(?:hørings|høyrings)(?:svar|uttalelse|uttale|innspill|fråsegn|notat|brev)|høringsinnspill"
            r"|innspill til høring|høring ?[–:-]|svar på høring|uttalelse til|(?:års|slutt|tilsyns"
            r"|forvaltningsrevisjons|revisjons|prosjekt|evaluerings|under|del|status)?rapport\b(?! til| fra møte"
            r"| frå møte)|.{0,40}\b(?:sluttrapport|årsrapport|årsmelding|tilsynsrapport|delrapport|statusrapport)\b"
            r"|brosjyre|informasjon til (?:pasient|pårørende|deg|innbygg)|til deg som|pasientinformasjon"
            r"|velkommen til (?!møte)|veileder\b|retningslinje(?:r)?\b|prosedyre\b|rutine for|mandat (?:for|til)"
            r"|avtale (?:om|mellom)|samarbeidsavtale|delavtale|pressemelding|nyhetsbrev|søknad om|klage på"
            r"|invitasjon til|program for|strategi(?:plan)? |handlingsplan |referansegruppe for rapport|kjære|hei\b"
            r"|undersøkelse|spørreundersøkelse|notat til|faktaark|sjekkliste|oppdragsbrev|tilsagnsbrev"
            r"|bestillingsbrev|stillingsannonse"),
    (PaperKind.CASE_PAPER,
            r"(?:saksfram?legg|saksfremlegg|saksframstilling|saksfremstilling|saksutredning|saksutgreiing|saksnotat"
            r"|sakspapir|sakspapirer|styresak|saksdokument|sakframlegg|saksframlegg)\b"),
    (PaperKind.CONVOCATION,
            r"(?:møte)?innkalling\b|innkalling (?:til|faglig)|innkalla?s?\s?til|det (?:innkalles|vert kalla|kalles)"
            r"|sakliste|saksliste|dagsorden|agenda|sakskart|vi (?:innkaller|kaller"
            r"|kallar) (?:med dette )?(?:inn )?til|program og saksliste|kalles det inn|invitasjon til møte"
            r"|tilleggsinnkalling"),
    (PaperKind.PROTOCOL,
            r"(?:offentlig |offentleg |foreløpig |førebels |godkjent |utkast til |styre|vedtaks|utkast "
            r"|endelig )?(?:møte)?(?:protokoll|bok)\b|møteprotokoll|møtebok|styreprotokoll|protokoll\b"
            r"|.{2,50} [–-] (?:møte)?(?:protokoll|møtebok)$|.{2,60}\bmøteprotokoll\b"),
    (PaperKind.MINUTES,
            r"(?:utkast(?: til)? |foreløpig |førebels |godkjent |endelig |revidert |offisielt )?(?:møte|styremøte"
            r"|samarbeidsmøte|au-)?(?:referat|notat fra møte|møtenotat)|.{2,60}(?<!\w)(?:referat"
            r"|møtereferat)\b(?: \d.*)?$|.{0,60}[–:-] (?:møte)?referat\b|møtenotat|referat\b|minutes"
            r"|her (?:kommer|kjem|følger|følgjer|er) .{0,25}\breferat(?:et)? (?:fra|frå) "),
)  # fmt: skip
_COMPILED = tuple((kind, pattern_of(pattern)) for kind, pattern in _NAMED)
_CASE_PAPER_PARTS = pattern_of(
    r"(?:forslag til (?:vedtak|konklusjon)|faktagrunnlag|vurdering(?:er|ar)?|saksbehandler|sakshandsamar"
    r"|hensikten med saken|saksopplysninger|saksutredning|saksutgreiing|bakgrunn(?: for saken)?"
    r"|konsekvenser|økonomiske konsekvenser|innstilling)\b"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was met in the paper that tells its kind. `cases`: numbered openings. `decisions`: «Vedtak» labels;
    `proposals`: «Forslag til vedtak». `attendance`: «Til stede», «Forfall». `meeting`: a meeting's date or time is
    labelled. `dates`: how many dates stand in tables."""

    cases: int
    decisions: int
    proposals: int
    attendance: int
    meeting: int
    dates: int
    planned: bool
    """A table has a column of dates beside one of committees, times or places."""


def evidence(lines: Sequence[Line], grids: Sequence[Grid], cases: int, dates: int) -> Evidence:
    """Counted over all of the paper."""
    counted = dict.fromkeys(Label, 0)
    for line in lines:
        found = labels.at_start(line.text)
        if found is not None:
            counted[found.label] += 1
        elif line.label is not None and line.text.endswith(":"):
            counted[line.label] += 1
    strong = sum(
        1
        for line in lines
        if (found := labels.at_start(line.text)) is not None
        and found.label in (Label.PRESENT, Label.ABSENT)
        and _OF_ATTENDANCE.match(plain(found.words))
    )
    strong += sum(tells_who(line.text) for line in lines[:40])
    for grid in grids:
        if {Label.PRESENT, Label.ABSENT} & set(grid.kinds):
            strong += 1
    return Evidence(
        cases,
        counted[Label.DECISION],
        counted[Label.PROPOSAL],
        strong,
        counted[Label.MEETING_DATE]
        + counted[Label.DATE_PLACE]
        + counted[Label.TIME]
        + counted[Label.PLACE]
        + any(days.first(line.text) is not None and days.times(line.text) is not None for line in lines[:5]),
        dates,
        any(
            {Label.DATE, Label.MEETING_DATE} & set(grid.kinds)
            and {Label.COMMITTEE, Label.TIME, Label.PLACE, Label.DATE_PLACE} & set(grid.kinds)
            for grid in grids
        ),
    )


_OF_ATTENDANCE = pattern_of(
    r"(?:disse |desse |følg\w+ )?.{0,40}(?:til ?stede|til ?stades|tilstede|møtte|møtt|deltok|deltakere"
    r"|deltakarar|deltagere|frammøt|fremmøt|oppmøte|forfall|fråfall|frafall|fravær|fråvær|avbud|ikke møtt"
    r"|ikkje møtt|møtende|svar mottatt|svart?e?\b|hvem var|kven var)"
)


def named(lines: Sequence[Line]) -> PaperKind | None:
    """The kind that the first lines name; headings speak before text, the first before the later."""
    found: list[tuple[int, PaperKind]] = []
    for at, line in enumerate(lines[:30]):
        label = labels.at_start(line.text)
        text = line.text
        if label is not None and label.label in (
            Label.PRESENT,
            Label.ABSENT,
            Label.ATTACHMENTS,
            Label.CASE_NUMBER,
            Label.DECISION,
            Label.PROPOSAL,
        ):
            continue
        if label is not None and label.label is Label.NEXT_MEETING:
            continue
        if label is not None and label.rest and label.label in (Label.SUBJECT, Label.COMMITTEE, Label.TITLE):
            text = label.rest
        number = numbers.at_start(text)
        if (
            number is not None
            and number.shape is numbers.Shape.COMPOSITE
            and line.heading != 1
            and re.match(r"\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.", text) is None
        ):
            break
        text = re.sub(r"^(?:re|sv|vs|fw|fwd)\s?:\s*", "", plain(text))
        if len(text) > 130 and not line.is_heading:
            if text.startswith(("det innkalles", "vi innkaller", "vi kaller", "med dette kalles", "det kallast")):
                found.append((at, PaperKind.CONVOCATION))
            continue
        for kind, pattern in _COMPILED:
            if pattern.match(text):
                found.append((at, kind))
                break
    if not found:
        return None
    return found[0][1]


def decide(lines: Sequence[Line], has: Evidence) -> PaperKind:
    """The kind of the paper."""
    name = named(lines)
    kinds = {kind for kind in (named([line]) for line in lines[:30]) if kind is not None}
    minutes_like = has.attendance > 0 and (has.decisions > 0 or has.cases > 0)
    head = " ".join(plain(line.text) for line in lines[:12])
    parts = {
        found[0]
        for line in lines
        if len(line.text) < 90 and (found := _CASE_PAPER_PARTS.match(plain(line.text))) is not None
    }
    if name is PaperKind.CASE_PROTOCOL:
        return name
    if name is PaperKind.CASE_PAPER:
        if has.cases >= 3 and has.attendance:
            return PaperKind.PROTOCOL if "protokoll" in head else PaperKind.MINUTES
        if has.decisions and not has.proposals and "protokoll" in head:
            return PaperKind.CASE_PROTOCOL
        return name
    if name is PaperKind.OTHER:
        if minutes_like and has.meeting and kinds & {PaperKind.MINUTES, PaperKind.PROTOCOL}:
            return PaperKind.PROTOCOL if PaperKind.MINUTES not in kinds else PaperKind.MINUTES
        if minutes_like and has.meeting and has.decisions and has.cases >= 2:
            return PaperKind.MINUTES
        return name
    if name is PaperKind.CONVOCATION:
        if has.attendance and has.decisions > 1 and (kinds & {PaperKind.MINUTES, PaperKind.PROTOCOL}):
            return PaperKind.MINUTES if PaperKind.MINUTES in kinds else PaperKind.PROTOCOL
        if has.attendance and has.decisions >= max(1, has.proposals) and has.decisions * 2 >= has.cases:
            return PaperKind.MINUTES
        return name
    if name in (PaperKind.MINUTES, PaperKind.PROTOCOL):
        if has.cases == 0 and not has.attendance and not has.decisions and not has.meeting and len(lines) > 60:
            return PaperKind.OTHER
        return name
    if name is PaperKind.PLAN:
        if minutes_like and has.decisions:
            return PaperKind.MINUTES
        return name
    if len(parts) >= 3 and has.proposals and not has.attendance and has.cases <= 2:
        return PaperKind.CASE_PAPER
    if minutes_like or (has.decisions >= 2 and has.cases >= 2):
        return PaperKind.MINUTES
    if has.attendance and has.meeting:
        return PaperKind.MINUTES
    if has.dates >= (2 if has.planned else 4) and not has.decisions and has.cases <= 1:
        return PaperKind.PLAN
    if has.cases >= 3 and (has.meeting or has.proposals) and not has.decisions:
        return PaperKind.CONVOCATION
    return PaperKind.OTHER
