"""How people ask for what `/kjede` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (
    Way(
        "",
        N_("Vis vedtak på vei"),
        asks=("kjede|kjeden|vedtakskjede|vedtakskjeden", "vedtak|vedtaket|vedtakene vei|veien|vegen"),
        shows=True,
    ),
)
