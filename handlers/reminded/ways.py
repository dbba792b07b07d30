"""How people ask for what `/paminnelser` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

_REMINDER = (
    "påminnelse|påminnelser|påminnelsen|påminnelsene|påminning|påminningar|påminningane|purring|purringer|"
    "varsel|varsler|varslene|varslar|varslingar|reminder|reminders"
)

WAYS = (
    Way(
        "",
        N_("Vis påminnelsene mine"),
        asks=(_REMINDER, f"mine|mi|min|my {_REMINDER}", "minne|minner|minn|påminne|påminner meg"),
        shows=True,
    ),
    Way(
        "endre",
        N_("Endre påminnelsene"),
        asks=(
            f"skru|skrur|slå|slår|slå|endre|endra|stille|stoppe|stopp|slutte|mute av|på|med|inn|ned {_REMINDER}",
            "stille timer|timar|tid",
            "ikke|ikkje forstyrre|forstyrr|mas|mase",
            f"endre|endra|endring|innstilling|innstillinger|innstillingar|change {_REMINDER}",
            f"stopp|stoppe|slutt|slutte|turn|off {_REMINDER}",
        ),
        words=("innstillinger",),
    ),
    Way(
        "pause",
        N_("Ta en pause i påminnelsene"),
        asks=(f"pause|ferie|fri {_REMINDER}", "ferie|ferien|holiday", f"pause {_REMINDER}"),
    ),
)
