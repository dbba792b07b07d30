"""How people ask for what `/mote` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import CASE, DEADLINE, MEETING
from handlers.writing.language import N_

WAYS = (
    Way(
        "",
        N_("Vis møtene"),
        asks=(
            MEETING,
            f"når|kor|neste|kommende|komande {MEETING}",
            f"{DEADLINE} melde|meld|sende|inn|foreslå|propose {CASE}",
            "møteplan|møteplanen|møtekalender|møtekalenderen|møtetider",
        ),
        words=("møte", "møter", "møtet", "møteplan"),
        shows=True,
    ),
)
