"""How people ask for what `/referat` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

_MINUTES = "referat|referatet|protokoll|protokollen|møtereferat|møtereferatet|møteprotokoll|minutes"

WAYS = (Way("", N_("Vis referatet"), asks=(_MINUTES,), shows=True),)
