"""How people ask for what `/mote finn` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import MEETING
from handlers.writing.language import N_

WAYS = (
    Way(
        "finn",
        N_("Finn en dato"),
        asks=(
            f"finne|finn|foreslå|avtale|avtal dato|datoen|tidspunkt|tidspunktet|tid {MEETING}",
            "finne|finn|avtale|avtal møtedato|møtetid|møtetidspunkt|datovalg|datovalet",
            "datovalg|datovalget|datoval|doodle",
        ),
    ),
)
