"""How people ask for what `/hjelp` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (
    Way(
        "",
        N_("Vis hjelpen"),
        asks=(
            "hjelp|hjelpe|hjelpa|help",
            "kommando|kommandoer|kommandoar|kommandoene|commands",
            "hva|kva|what kan|can du|you",
            "hvordan|korleis|how virker|verkar|bruker|bruke|bruk|work",
        ),
        shows=True,
    ),
)
