"""How people ask for what `/mote plan` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (
    Way(
        "plan",
        N_("Vis møteplanen"),
        asks=(
            "lag|legg|last|ny|nye|neste|årets|hele møteplan|møteplanen",
            "årsplan|årsplanen",
        ),
        shows=True,
    ),
)
