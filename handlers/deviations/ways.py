"""How people ask for what `/avvik` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import CHANGE, DEVIATION, MINE, REPORT, STATUS
from handlers.writing.language import N_

_NUMBERS = "statistikk|statistikken|statistikkar|tall|tallene|tal|tala|statistics|figures|numbers"
_QUEUE = "kø|køen|køa|queue"

WAYS = (
    Way(
        "",
        N_("Meld et avvik"),
        asks=(f"{REPORT} {DEVIATION}", f"{REPORT} uønsket|uønskt|hendelse|hending", DEVIATION),
        words=("ny", "nytt", "meld", "melde", "opprett", "start"),
    ),
    Way(
        "mine",
        N_("Vis avvikene mine"),
        asks=(
            f"{MINE} {DEVIATION}",
            f"{CHANGE} {DEVIATION}",
            f"{STATUS} {DEVIATION}",
            f"{DEVIATION} meldt|meldte jeg|eg|vi",
        ),
        words=(
            "min", "mi", "mitt", "slett", "slette", "trekk", "trekke", "trekkje", "endre", "rett", "rette", "angre",
            "avbryt", "status", "vis", "liste", "oversikt", "historikk", "åpne", "opne", "fjern",
        ),
        shows=True,
    ),
    Way(
        "kø",
        N_("Vis køen"),
        asks=(_QUEUE, f"{_QUEUE} {DEVIATION}", f"{DEVIATION} venter|ventar|ubehandlet|ubehandlede|ubehandla"),
        words=("ko", "køen", "køa", "venter", "ventar", "ubehandlet", "ubehandla"),
        shows=True,
    ),
    Way(
        "tall",
        N_("Vis tallene"),
        asks=(_NUMBERS, f"{_NUMBERS} {DEVIATION}", f"mange|antall|talet {DEVIATION}", "avvikstall|avvikstal"),
        words=("tal", "tallene", "statistikk", "statistikken", "rapport", "årsrapport", "antall", "mønster"),
        shows=True,
    ),
    Way(
        "direkte",
        N_("Tell noe som ble ordnet"),
        asks=("løst|løyst|ordnet|ordna direkte|stedet|staden|der", f"telle|tell|tel {DEVIATION}"),
        words=("ordnet", "ordna", "løst", "løyst", "telle", "tell", "tel"),
    ),
)  # fmt: skip
