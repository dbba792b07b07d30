"""How people ask to move, cancel or set up a meeting, without knowing the command (see
`handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import MEETING
from handlers.writing.language import N_

MOVE = (
    Way(
        "flytt",
        N_("Flytt et møte"),
        asks=(f"flytte|flytt|flytta|utsette|utsett|framskynde|move|postpone {MEETING}",),
        words=("flytte", "flytta", "utsett"),
    ),
)
CANCEL = (
    Way(
        "avlys",
        N_("Avlys et møte"),
        asks=(f"avlyse|avlys|kansellere|kanseller|cancel {MEETING}",),
        words=("avlyse", "kanseller"),
    ),
)
NEW = (
    Way(
        "ny",
        N_("Sett opp et møte"),
        asks=(
            f"nytt|ny|sette|sett|lage|lag|opprette|opprett|kalle|kall {MEETING}",
            "ekstraordinært|ekstraordinær|ekstra møte|møtet",
            "ekstramøte|ekstramøtet",
        ),
        words=("nytt", "ekstra"),
    ),
)
HOLD = (
    Way(
        "likevel",
        N_("Hold et avlyst møte likevel"),
        asks=("holde|hold|halde|hald møte|møtet likevel|likevel", f"avlyste|avlyst|avlyste {MEETING} likevel"),
    ),
)
