"""How people ask for what `/sprak` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (
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
