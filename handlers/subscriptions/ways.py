"""How people ask for a calendar address without knowing of it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (
    Way(
        "kalender",
        N_("Møtene i kalenderen din"),
        asks=(
            "kalenderadresse|kalenderadressen|kalenderlenke|kalenderabonnement|ical|ics|webcal",
            "abonnere|abonner|synkronisere|synkroniser|subscribe kalender|kalenderen|calendar|møter|møtene",
            "møter|møtene|frister|fristene i|til kalender|kalenderen|outlook|google|mobilen",
        ),
        shows=True,
    ),
)
