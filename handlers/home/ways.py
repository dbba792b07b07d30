"""How people ask for what `hjem` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (
    Way(
        "",
        N_("Vis hjemmesiden min"),
        asks=("hjem|heim|hjemmeside|hjemmesiden|heimeside|heimesida|home", "oversikt|oversikten min|mi|mine|over alt"),
        shows=True,
    ),
)
