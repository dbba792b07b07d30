"""How people ask for what `/vedtak` does, without knowing it (see `handlers.understanding.vocabulary`)."""

from handlers.capability import Way
from handlers.understanding.vocabulary import MINE
from handlers.writing.language import N_

_DECISION = "vedtak|vedtaket|vedtaka|vedtakene|beslutning|beslutninger|avgjerd|avgjerder|decision|decisions"
_FOLLOW_UP = (
    "oppfølging|oppfølginger|oppfølgingen|oppfølgingene|oppfølgingar|oppfølgingane|oppgave|oppgaver|oppgåve|oppgåver"
)

WAYS = (
    Way("", N_("Vis vedtakene"), asks=(_DECISION, "vedtaksregister|vedtaksregisteret"), shows=True),
    Way(
        "mine",
        N_("Vis det jeg skal følge opp"),
        asks=(f"{MINE} {_DECISION}", f"{MINE} {_FOLLOW_UP}", _FOLLOW_UP, "følge|følger|følgje opp"),
        words=("min", "mi", "mitt"),
        shows=True,
    ),
    Way(
        "forfalt",
        N_("Vis det som er forfalt"),
        asks=("forfalt|forfalte|forfallen|forfalne|overdue",),
        words=("forfalte", "forfallen", "forfalne"),
        shows=True,
    ),
    Way("mangler", N_("Vis det som mangler eier eller frist"), words=("manglar",), shows=True),
    Way(
        "uenighet",
        N_("Vis saker som endte med uenighet"),
        asks=(
            "uenighet|uenigheten|uenigheter|uenighetene|usemje|usemja|usemjer|usemjene",
            "uenighetsprotokoll|uenighetsprotokollen|uenighetsprotokoller|disagreement|disagreements",
        ),
        words=("uenigheter", "uenighetene", "usemje", "usemjer", "usemjene"),
        shows=True,
    ),
    Way(
        "år",
        N_("Vis årets vedtak"),
        asks=(f"årets|årlige|årlege {_DECISION}", "behandlede|behandla|handsama saker"),
        words=("ar", "året", "årets", "årsliste", "arsliste"),
        shows=True,
    ),
)
