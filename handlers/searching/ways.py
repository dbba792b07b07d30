"""How people ask for what `/sok` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.writing.language import N_

WAYS = (Way("", N_("Søk i saker og vedtak"), asks=("søk|søke|søkje|leite|leita",), shows=True),)
