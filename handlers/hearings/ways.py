"""How people ask for what `/horing` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

_HEARING = "høring|høringa|høringen|høringer|høringene|høyring|høyringa|høyringar|høyringane|høringsrunde|høringsrunden"

WAYS = (
    Way("", N_("Vis høringene"), asks=(_HEARING, "høringssvar|høyringssvar|høringssvaret"), shows=True),
    Way(
        "ny",
        N_("Start en høring"),
        asks=(f"starte|start|sende|send|lage|lag|ny|nytt|opprette|opprett {_HEARING}", f"sende|send på {_HEARING}"),
        words=("start", "nytt"),
    ),
)
