"""How people ask for what the commands do, without knowing them: words in Bokmål and Nynorsk, and some in English.

They stand together, since what tells two wishes apart can only be seen side by side. An asking of several words counts
for more than one of a single word.
"""

from handlers.capability import Way
from handlers.writing.language import N_

_REPORT = (
    "melde|meld|melder|meldt|innmelde|rapportere|rapporter|registrere|registrer|registrera|sende|send|foreslå|foreslår|"
    "fremme|opprette|opprett|opprette|lage|lag|ny|nytt|report|submit|propose|new"
)
_CASE = "sak|saken|saka|saker|sakene|sakane|case|cases"
_DEVIATION = "avvik|avviket|avvika|avvikene|avvikane|samhandlingsavvik|deviation|deviations"
_MINE = "mine|min|mi|mitt|eigne|egne|my"
_CHANGE = (
    "slette|slett|sletta|trekke|trekk|trekkje|endre|endra|rette|rett|oppdatere|oppdater|angre|withdraw|change|delete"
)
_STATUS = "status|skjer|skjedde|skjedd|går|gått|gjekk|hender|svar"
_MEETING = "møte|møter|møtet|møta|møtene|møtane|møtedato|møtedatoer|møtetid|meeting|meetings"
_AGENDA = "saksliste|sakslisten|sakslista|sakslister|sakliste|dagsorden|dagsordenen|agenda|agendaen"
_NUMBERS = "statistikk|statistikken|statistikkar|tall|tallene|tal|tala|statistics|figures|numbers"
_QUEUE = "kø|køen|køa|queue"

SAK = (
    Way(
        "",
        N_("Meld en sak"),
        asks=(f"{_REPORT} {_CASE}", f"ta|tar|løfte {_CASE}", "forslag|innspill sak|møte|utvalg|utvalet", "sak"),
        words=("ny", "nytt", "meld", "melde", "opprett", "start"),
    ),
    Way(
        "mine",
        N_("Vis sakene mine"),
        asks=(
            f"{_MINE} {_CASE}",
            f"{_CHANGE} {_CASE}",
            f"{_STATUS} {_CASE}",
            f"{_MINE} forslag|forslaget|forslaga|forslagene",
            f"{_CASE} meldt|meldte|foreslått|føreslått jeg|eg|vi",
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
        asks=(_AGENDA, "innkalling|innkallinga|innkallingen", f"{_CASE} {_MEETING}"),
        words=("saksliste", "sakslisten", "sakslista", "liste", "lista", "listen", "dagsorden", "agenda", "ubehandlet"),
        shows=True,
    ),
)  # fmt: skip

AVVIK = (
    Way(
        "",
        N_("Meld et avvik"),
        asks=(f"{_REPORT} {_DEVIATION}", f"{_REPORT} uønsket|uønskt|hendelse|hending", _DEVIATION),
        words=("ny", "nytt", "meld", "melde", "opprett", "start"),
    ),
    Way(
        "mine",
        N_("Vis avvikene mine"),
        asks=(
            f"{_MINE} {_DEVIATION}",
            f"{_CHANGE} {_DEVIATION}",
            f"{_STATUS} {_DEVIATION}",
            f"{_DEVIATION} meldt|meldte jeg|eg|vi",
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
        asks=(_QUEUE, f"{_QUEUE} {_DEVIATION}", f"{_DEVIATION} venter|ventar|ubehandlet|ubehandlede|ubehandla"),
        words=("ko", "køen", "køa", "venter", "ventar", "ubehandlet", "ubehandla"),
        shows=True,
    ),
    Way(
        "tall",
        N_("Vis tallene"),
        asks=(_NUMBERS, f"{_NUMBERS} {_DEVIATION}", f"mange|antall|talet {_DEVIATION}", "avvikstall|avvikstal"),
        words=("tal", "tallene", "statistikk", "statistikken", "rapport", "årsrapport", "antall", "mønster"),
        shows=True,
    ),
    Way(
        "direkte",
        N_("Tell noe som ble ordnet"),
        asks=("løst|løyst|ordnet|ordna direkte|stedet|staden|der", f"telle|tell|tel {_DEVIATION}"),
        words=("ordnet", "ordna", "løst", "løyst", "telle", "tell", "tel"),
    ),
)  # fmt: skip

MOTE = (
    Way(
        "",
        N_("Vis møtene"),
        asks=(
            _MEETING,
            f"når|kor|neste|kommende|komande {_MEETING}",
            "frist|frister|fristen|fristar|fristane|fristene|deadline|deadlines",
            "møteplan|møteplanen|møtekalender|møtekalenderen|møtetider",
        ),
        words=("møte", "møter", "møtet", "møteplan", "frist", "frister", "fristen", "fristar"),
        shows=True,
    ),
)

SPRAK = (
    Way(
        "",
        N_("Velg språk"),
        asks=(
            "språk|språket|målform|målføre|language",
            "bytte|bytt|endre|velge|velg|change språk|målform|language",
            "nynorsk|bokmål|english|engelsk",
            "på|speak|in|write nynorsk|bokmål|english|engelsk",
        ),
        words=("språk", "nynorsk", "bokmål", "engelsk", "english"),
        shows=True,
    ),
)

HJELP = (
    Way(
        "",
        N_("Vis hjelpen"),
        asks=(
            "hjelp|hjelpe|hjelpa|help",
            "kommando|kommandoer|kommandoar|kommandoene|commands",
            "hva|kva|what kan|can du|you",
            "hvordan|korleis|how virker|verkar|bruker|bruke|bruk|work",
        ),
        shows=True,
    ),
)
