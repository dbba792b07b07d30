"""Words that several commands are asked for with, in Bokmål and Nynorsk, and some in English.

They stand together, and what tells two wishes apart is tried out for every asking of every command, side by side (see
`tests/understanding/test_side_by_side.py`). An asking of several words counts for more than one of a single word.
"""

REPORT = (
    "melde|meld|melder|meldt|innmelde|rapportere|rapporter|registrere|registrer|registrera|sende|send|foreslå|foreslår|"
    "fremme|opprette|opprett|opprette|lage|lag|ny|nytt|report|submit|propose|new"
)
MINE = "mine|min|mi|mitt|eigne|egne|my"
CHANGE = (
    "slette|slett|sletta|trekke|trekk|trekkje|endre|endra|rette|rett|oppdatere|oppdater|angre|withdraw|change|delete"
)
STATUS = "status|skjer|skjedde|skjedd|går|gått|gjekk|hender|svar"
DEADLINE = "frist|frister|fristen|fristar|fristane|fristene|deadline|deadlines"
CASE = "sak|saken|saka|saker|sakene|sakane|case|cases"
DEVIATION = "avvik|avviket|avvika|avvikene|avvikane|samhandlingsavvik|deviation|deviations"
MEETING = "møte|møter|møtet|møta|møtene|møtane|møtedato|møtedatoer|møtetid|meeting|meetings"
