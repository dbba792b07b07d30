"""How people ask for what `/papirer` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

_OLD = "gammelt|gamle|old"
_PAPER = "papir|papirer|papirene|papira|papers|referat|referater|referata"
_READ_IN = "importer|importere|importert|import|innlesing"

WAYS = (
    Way(
        "",
        N_("Vis gamle papirer"),
        asks=(f"{_OLD} papir|papirer|papirene|papira|papers", f"{_READ_IN}", f"{_READ_IN} {_PAPER}"),
        shows=True,
    ),
)
