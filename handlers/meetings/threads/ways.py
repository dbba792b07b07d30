"""How people ask for threads of meetings without knowing the command (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (
    Way(
        "kanal",
        N_("Møtetråder i utvalgets kanal"),
        asks=("møtetråd|møtetråder|møtetrådene|møtetråden", "tråd|tråder|trådene møte|møter|møtene|kanalen|kanal"),
        shows=True,
    ),
)
