"""How people ask for what `/frister` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import DEADLINE, MINE
from handlers.writing.language import N_

WAYS = (
    Way(
        "",
        N_("Vis fristene mine"),
        asks=(
            DEADLINE,
            f"{MINE} {DEADLINE}",
            f"{DEADLINE} {MINE}",
            "hva|kva|what må|skal|bør|should gjøre|gjere|do",
            "venter|ventar på meg",
        ),
        words=("frist", "frister", "fristen", "fristar"),
        shows=True,
    ),
)
