"""How people ask for what `/mote` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import MEETING
from handlers.writing.language import N_

WAYS = (
    Way(
        "",
        N_("Vis møtene"),
        asks=(
            MEETING,
            f"når|kor|neste|kommende|komande {MEETING}",
            "frist|frister|fristen|fristar|fristane|fristene|deadline|deadlines",
            "møteplan|møteplanen|møtekalender|møtekalenderen|møtetider",
        ),
        words=("møte", "møter", "møtet", "møteplan", "frist", "frister", "fristen", "fristar"),
        shows=True,
    ),
)
