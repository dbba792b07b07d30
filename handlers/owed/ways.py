"""How people ask for what `/frister` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import MINE
from handlers.writing.language import N_

_DEADLINE = "frist|frister|fristen|fristar|fristane|fristene|deadline|deadlines"

WAYS = (
    Way(
        "",
        N_("Vis fristene mine"),
        asks=(
            _DEADLINE,
            f"{MINE} {_DEADLINE}",
            f"{_DEADLINE} {MINE}",
            "hva|kva|what må|skal|bør|should gjøre|gjere|do",
            "oppgave|oppgaver|oppgavene|oppgåve|oppgåver|gjøremål|gjeremål|tasks|todo",
            "venter|ventar på meg",
        ),
        words=("frist", "frister", "fristen", "fristar"),
        shows=True,
    ),
)
