"""How people ask for what `/sak` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import CASE, CHANGE, MEETING, MINE, REPORT, STATUS
from handlers.writing.language import N_

_AGENDA = "saksliste|sakslisten|sakslista|sakslister|sakliste|dagsorden|dagsordenen|agenda|agendaen"

WAYS = (
    Way(
        "",
        N_("Meld en sak"),
        asks=(f"{REPORT} {CASE}", f"ta|tar|løfte {CASE}", "forslag|innspill sak|møte|utvalg|utvalet", "sak"),
        words=("ny", "nytt", "meld", "melde", "opprett", "start"),
    ),
    Way(
        "mine",
        N_("Vis sakene mine"),
        asks=(
            f"{MINE} {CASE}",
            f"{CHANGE} {CASE}",
            f"{STATUS} {CASE}",
            f"{MINE} forslag|forslaget|forslaga|forslagene",
            f"{CASE} meldt|meldte|foreslått|føreslått jeg|eg|vi",
        ),
        words=(
            "min", "mi", "mitt", "slett", "slette", "trekk", "trekke", "trekkje", "endre", "rett", "rette", "angre",
            "avbryt", "status", "vis", "oversikt", "historikk", "åpne", "opne", "fjern",
        ),
        shows=True,
    ),
    Way(
        "liste",
        N_("Vis sakslister"),
        asks=(_AGENDA, "innkalling|innkallinga|innkallingen", f"{CASE} {MEETING}"),
        words=("saksliste", "sakslisten", "sakslista", "liste", "lista", "listen", "dagsorden", "agenda", "ubehandlet"),
        shows=True,
    ),
)  # fmt: skip
