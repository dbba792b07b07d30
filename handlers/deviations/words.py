"""What a report is made of: the choices of the paper form («Melding om uønsket hendelse ved samhandling»).

Keys are stored and counted; labels are what people read. Source: the form and procedure in
`sources/003_06a7803183e16044.txt`.
"""

from collections.abc import Mapping
from enum import StrEnum

from handlers.writing.language import N_


class Direction(StrEnum):
    """Which way the report goes (retning)."""

    TO_HOSPITAL = "to_hospital"
    TO_MUNICIPALITY = "to_municipality"


DIRECTIONS: Mapping[str, str] = {
    Direction.TO_HOSPITAL: N_("Fra kommune til sykehus"),
    Direction.TO_MUNICIPALITY: N_("Fra sykehus til kommune"),
}

OTHER = "other"
"""The key of «Annet», beside which a text says what."""

SERVICES: Mapping[str, str] = {
    "institution": N_("Institusjon"),
    "home_care": N_("Hjemmebasert pleie og omsorgstjeneste"),
    "emergency_clinic": N_("Legevakt"),
    "gp": N_("Fastlege"),
    "coordinating": N_("Koordinerende enhet"),
    "acute_beds": N_("Kommunalt øyeblikkelig hjelp-tilbud (KAD)"),
    "mental_health": N_("Psykisk helse og rus"),
    OTHER: N_("Annet"),
}
"""The municipal services (tjeneste)."""

CATEGORIES: Mapping[str, str] = {
    "communication": N_("Kommunikasjon/dokumentasjon"),
    "logistics": N_("Logistikkmeldinger"),
    "treatment": N_("Behandling og pleie"),
    "diagnostics": N_("Diagnostikk/utredning"),
    "information": N_("Pasientinformasjon, brukermedvirkning"),
    "medication": N_("Legemidler"),
    "equipment": N_("Hjelpemidler og behandlingshjelpemidler"),
    OTHER: N_("Annet"),
}
"""What the event concerns, one or more (kategori)."""

CATEGORY_EXPLANATIONS: Mapping[str, str] = {
    "communication": N_("henvisning, epikrise, innleggelse, helseopplysning og utskrivningsrapport"),
    "logistics": N_("melding om innlagt, utskrivningsklar og avmelding"),
    "equipment": N_("med tilhørende forbruksmateriell"),
}

QUICK_CATEGORIES = ("communication", "logistics", "treatment", "medication", OTHER)
"""The five buttons of «løst direkte»."""

CONSEQUENCES: Mapping[str, str] = {
    "none": N_("Ingen"),
    "minor": N_("Mindre alvorlig"),
    "moderate": N_("Moderat"),
    "major": N_("Betydelig"),
    "death": N_("Død"),
}
"""The actual consequence for the patient (faktisk konsekvens), from the least to the worst."""

CONSEQUENCE_EXPLANATIONS: Mapping[str, str] = {
    "none": N_("ingen observerbar eller antatt skade på pasient"),
    "minor": N_("forbigående negativ effekt som ikke krever flere behandlingstiltak"),
    "moderate": N_("skade som krever behandlingstiltak eller oppfølging"),
    "major": N_("krever betydelig økt utredning eller behandling, varig funksjonstap eller lidelse"),
    "death": N_("kan ha årsak i behandling eller mangel på behandling"),
}

OPPOSED = "opposed"
NOT_ASKED = "not_asked"
NO_PATIENT = "no_patient"

CONSENTS: Mapping[str, str] = {
    "asked": N_("Pasienten er spurt og har ikke motsatt seg"),
    "kin_asked": N_("Pasienten kan ikke ta stilling; nærmeste pårørende har ikke motsatt seg"),
    OPPOSED: N_("Pasienten motsetter seg: meldes uten kjennetegn"),
    NOT_ASKED: N_("Pasienten er ikke spurt: meldes uten kjennetegn"),
    NO_PATIENT: N_("Ingen pasient er involvert"),
}
"""The patient's consent to the report being sent (samtykke). That nobody asked is an answer of its own: the paper form
has none, and a patient who was not asked has opposed nothing."""

UNMARKED: Mapping[str, str] = {
    OPPOSED: N_("Pasienten motsetter seg"),
    NOT_ASKED: N_("Pasienten er ikke spurt"),
}
"""The answers with which a report is sent without anything that tells who the patient is, and why that is so."""

REJECT_REASONS: Mapping[str, str] = {
    "not_ours": N_("Gjelder ikke oss"),
    "duplicate": N_("Er meldt fra før"),
    "cannot_assess": N_("Kan ikke vurderes"),
    OTHER: N_("Annet"),
}

RATINGS: Mapping[str, str] = {
    "helpful": N_("Svaret var nyttig"),
    "not_helpful": N_("Svaret hjalp ikke"),
}
