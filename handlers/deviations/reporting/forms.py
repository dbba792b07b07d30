"""The four screens of a report: what it concerns, what happened, what came of it, consent and sending.

Asked of everybody: which way, the other side's unit, category, description, consequence and consent. The rest may be
left empty, and comes last on each screen.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationInfo, field_validator

from handlers.calendar import when
from handlers.deviations import describe, notice
from handlers.deviations.reporting import choosing
from handlers.deviations.reporting.consent import Told
from handlers.deviations.words import (
    CATEGORIES,
    CONSENTS,
    CONSEQUENCES,
    DIRECTIONS,
    NO_PATIENT,
    OTHER,
    SERVICES,
    Direction,
)
from handlers.dialogs.dialog import About, Answers, Choice, Choices, LongText, Note, Option, Step, Text, YesNo
from handlers.messages.message import Fact
from handlers.people.context import Context
from handlers.writing.identity import REMOVED
from handlers.writing.language import N_, _
from storage import units
from storage.tables.deviations import SERIOUS, Deviation
from storage.units import Listed

_FEWEST_LETTERS = 3

CATEGORY_OPTIONS = (
    Option("communication", N_("Kommunikasjon/dokumentasjon (henvisning, epikrise, rapport)")),
    Option("logistics", N_("Logistikkmeldinger (innlagt, utskrivningsklar, avmelding)")),
    *(Option(key, name) for key, name in CATEGORIES.items() if key not in ("communication", "logistics")),
)
CONSEQUENCE_OPTIONS = (
    Option("none", N_("Ingen – ingen observerbar eller antatt skade på pasienten")),
    Option("minor", N_("Mindre alvorlig – forbigående skade som ikke krever mer behandling")),
    Option("moderate", N_("Moderat – skade som krever behandling eller oppfølging")),
    Option("major", N_("Betydelig – mye mer utredning eller behandling, eller varig funksjonstap")),
    Option("death", N_("Død – kan ha årsak i behandling eller mangel på behandling")),
)


def some_words(text: str) -> str:
    """Raises `ValueError` for a text that says nothing: only signs, a letter or two, or a number that was taken out."""
    if sum(letter.isalpha() for letter in text.replace(REMOVED, "")) < _FEWEST_LETTERS:
        raise ValueError(_("Skriv noen få ord om hva som skjedde. Én setning er nok."))
    return text


# --- the fields, which the reporter's leader has too -------------------------------------------------------

_NO_PATIENT = N_("Skriv ikke navn, fødselsnummer eller annet som pasienten kan kjennes igjen på.")

UnitField = Annotated[
    str,
    Choice(
        N_("Hvilken enhet gjelder det?"),
        help=N_("Enheten på den andre siden, som skal svare deg."),
        options=choosing.other_side,
        listed=choosing.LISTED,
        why_not=choosing.why_not_on_other_side,
    ),
]
Categories = Annotated[list[str], Choices(N_("Hva slags avvik er det?"), options=CATEGORY_OPTIONS)]
OtherCategory = Annotated[str, Text(N_("Annet, hva?"), help=N_("Bare når ingen av valgene over passer helt."))]
WhenField = Annotated[
    str,
    Text(
        N_("Når?"),
        help=N_("«nå», «i går 14.30», «halv tre», «mandag», «i helga», «22.11 kl. 14» eller «vet ikke»."),
        placeholder="i dag",
        settle=when.settle,
    ),
]
Description = Annotated[str, LongText(N_("Kort om hva som skjedde"), help=_NO_PATIENT), AfterValidator(some_words)]
Measures = Annotated[str, LongText(N_("Strakstiltak"), help=N_("Hva ble gjort med en gang?"))]
ConsequenceField = Annotated[str, Choice(N_("Faktisk konsekvens for pasienten"), options=CONSEQUENCE_OPTIONS)]
NearMiss = Annotated[bool, YesNo(N_("Nesten-hendelse: det ble oppdaget før det fikk følger"))]
Prevention = Annotated[str, LongText(N_("Hva kan hindre at det skjer igjen?"))]


def check_near_miss(near_miss: bool, info: ValidationInfo) -> bool:
    """Raises `ValueError`: what was caught in time did no harm."""
    if near_miss and info.data.get("consequence", "none") != "none":
        raise ValueError(_("En nesten-hendelse har ingen følge. Velg «Ingen» over, eller ta bort krysset."))
    return near_miss


caught_in_time = field_validator("near_miss")(check_near_miss)


# --- the screens -------------------------------------------------------------------------------------------


class What(Told):
    """Hva det gjelder."""

    about = About(
        title=N_("Hva gjelder det?"),
        intro=N_(
            "Vi melder for å lære, ikke for å finne noen å skylde på. Ble det ordnet der og da? Skriv {command}, så "
            "teller vi det uten skjema."
        ),
        command="avvik direkte",
    )
    direction: Annotated[
        str, Choice(N_("Hvilken vei går meldingen?"), options=tuple(Option(*item) for item in DIRECTIONS.items()))
    ]
    unit: UnitField
    categories: Categories
    category_other: OtherCategory = ""
    service: Annotated[
        str,
        Choice(
            N_("Tjeneste i kommunen"),
            help=N_("Kan stå tomt. Da brukes tjenesten til kommunens enhet."),
            options=tuple(Option(*item) for item in SERVICES.items()),
        ),
    ] = ""
    service_other: Annotated[str, Text(N_("Annen tjeneste"), help=N_("Bare når du valgte «Annet» over."))] = ""
    workplace: Annotated[
        str,
        Choice(
            N_("Arbeidsstedet ditt"),
            help=N_("Jeg husker det til neste gang. Må fylles ut der lederen ser over meldinger først."),
            options=choosing.own_units,
            listed=choosing.LISTED,
        ),
    ] = ""

    async def problems(self, context: Context, answers: Answers) -> Mapping[str, str]:
        if self.service_other and self.service not in ("", OTHER):
            return {"service_other": _("Du valgte en tjeneste over. Velg «Annet» der, eller ta bort teksten.")}
        if not self.workplace and await _leader_completes(context, answers) and await _has_units(context):
            return {"workplace": _("Velg arbeidsstedet ditt: lederen din der ser over meldingen før den sendes.")}
        return {}


async def _leader_completes(context: Context, answers: Answers) -> bool:
    organisation = await choosing.employer(context, answers)
    return organisation is not None and organisation.leaders_complete


async def _has_units(context: Context) -> bool:
    return bool(await units.listed(context.session, of=context.actor.organisation_id, limit=1))


async def _what_a_deviation_is(_context: Context, _answers: Answers) -> str:
    return _(
        "Et avvik er noe i samarbeidet som ikke gikk som det skulle. Eksempel fra en kommune: pasienten kom hjem uten "
        "epikrise. Eksempel fra et sykehus: pasienten kom uten legemiddelliste fra hjemmetjenesten."
    )


class Happened(Told):
    """Hva som skjedde."""

    about = About(title=N_("Hva skjedde?"))
    example: Annotated[None, Note("", text=_what_a_deviation_is)] = None
    description: Description
    when: WhenField = ""
    immediate_measures: Measures = ""

    async def problems(self, context: Context, _answers: Answers) -> Mapping[str, str]:
        return when_problem(self.when, context)


def when_problem(text: str, context: Context) -> Mapping[str, str]:
    """What is wrong with the text in a field `when`."""
    try:
        if text:
            when.parse(text, context.now)
    except ValueError as error:
        return {"when": str(error)}
    return {}


async def _when_it_was(context: Context, answers: Answers) -> str:
    """What became of what was written, so that the person can see whether it was understood."""
    try:
        moment = when.parse(str(answers.raw.get("when") or "vet ikke"), context.now)
    except ValueError:
        return ""
    if moment is None:
        return ""
    return _("Det hendte {when}. Er det feil, gå tilbake og rett det.").format(when=when.in_words(moment))


class Outcome(Told):
    """Følgene."""

    about = About(title=N_("Følger"))
    happened: Annotated[None, Note("", text=_when_it_was)] = None
    consequence: ConsequenceField
    near_miss: NearMiss = False
    prevention: Prevention = ""

    _near_miss = caught_in_time


async def columns(context: Context, answers: Answers) -> dict[str, Any]:
    """What the person wrote and chose, by the report's columns; what the last screen asks, if it is answered."""
    what, happened, outcome = answers[What], answers[Happened], answers[Outcome]
    unit = await choosing.chosen(context, answers, what.unit)
    workplace = await choosing.chosen(context, answers, what.workplace) if what.workplace else None
    moment = when.parse(happened.when, context.now) if happened.when else None
    found = {
        "direction": what.direction,
        "service": service(what, unit, workplace),
        "service_other": what.service_other,
        "category_other": what.category_other,
        **when.columns(moment),
        "description": happened.description,
        "immediate_measures": happened.immediate_measures,
        "consequence": outcome.consequence,
        "near_miss": outcome.near_miss,
        "prevention": outcome.prevention,
    }
    if SendSerious not in answers and Send not in answers:
        return found
    last = sending(answers)
    considered = isinstance(last, SendSerious) and last.notice_considered
    sent = isinstance(last, SendSerious) and last.notice_sent
    return {
        **found,
        "consent": last.consent,
        "notice_considered_at": context.now if considered else None,
        "notice_sent_at": context.now if sent else None,
    }


async def facts(context: Context, answers: Answers) -> tuple[Fact, ...]:
    """The report as it will be, to look over before it is sent."""
    what = answers[What]
    unit = await choosing.chosen(context, answers, what.unit)
    workplace = await choosing.chosen(context, answers, what.workplace) if what.workplace else None
    # What is asked for below these facts does not stand among them.
    report = Deviation(**{**await columns(context, answers), "consent": ""})
    return (
        *describe.facts_of((_("Sendes til"), choosing.label(unit) if unit else "")),
        *describe.written(report, all_categories(what.categories, what.category_other)),
        *describe.facts_of(*describe.texts(report), (_("Arbeidssted"), workplace.name if workplace else "")),
    )


def all_categories(chosen: Sequence[str], other: str) -> list[str]:
    """The categories; a text beside «Annet» is a tick too."""
    return [*chosen, *([OTHER] if other and OTHER not in chosen else [])]


def service(what: What, unit: Listed | None, workplace: Listed | None) -> str:
    """The municipal service concerned: as chosen, or that of the municipality's unit, on whichever side it is."""
    if what.service_other:
        return OTHER
    if what.service:
        return what.service
    municipal = unit if what.direction == Direction.TO_MUNICIPALITY else workplace
    return municipal.service if municipal else ""


class Send(Step):
    """Samtykke og sending."""

    about = About(title=N_("Samtykke og sending"), submit=N_("Send"), facts=facts)
    consent: Annotated[
        str,
        Choice(
            N_("Pasientens samtykke til at meldingen sendes"),
            help=N_(
                "Spør pasienten hvis du kan. «Uten kjennetegn»: verken meldingen eller noe som skrives senere, skal "
                "vise hvem det er. For en som er død, svarer nærmeste pårørende."
            ),
            options=tuple(Option(*item) for item in CONSENTS.items()),
        ),
    ]

    async def problems(self, _context: Context, answers: Answers) -> Mapping[str, str]:
        consequence = answers[Outcome].consequence
        if self.consent == NO_PATIENT and consequence != "none":
            return {
                "consent": _(
                    "Konsekvensen er «{consequence}», så en pasient er involvert. Velg et annet svar her, eller trykk "
                    "«Endre» og rett konsekvensen."
                ).format(consequence=_(CONSEQUENCES[consequence]))
            }
        return {}


async def _notice(context: Context, _answers: Answers) -> str:
    rule = notice.holding(await units.setting(context.session, notice.NAME), context.today)
    return notice.reminder(rule, context.today, with_link=True)


class SendSerious(Send):
    """The same for an event that the statutory notice may concern (see `handlers.deviations.notice`)."""

    notice: Annotated[None, Note("", text=_notice)] = None
    notice_considered: Annotated[
        bool,
        YesNo(
            N_("Lovpålagt varsel eller melding er vurdert"), help=N_("Du kan også krysse av senere, på kvitteringen.")
        ),
    ] = False
    notice_sent: Annotated[bool, YesNo(N_("Lovpålagt varsel eller melding er sendt"))] = False


def path(answers: Answers) -> tuple[type[Step], ...]:
    """The four screens; the last one reminds of the statutory notice where the event is serious."""
    last = SendSerious if answers.raw.get("consequence") in SERIOUS else Send
    return (What, Happened, Outcome, last)


def sending(answers: Answers) -> Send:
    """What was answered on the last screen, whichever it was."""
    serious: type[Send] = SendSerious
    return answers[serious] if serious in answers else answers[Send]
