"""The set verbs (faste vedtaksord) that a conclusion is written with, and which of them a written one has.

They are offered, and recognised in what is typed; a conclusion in other words is as good.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from handlers.patterns import pattern_of
from handlers.writing.language import N_, _
from storage.tables import HowDecided


class Verb(NamedTuple):
    """A set verb. `sentence`: with it, of `{what}`. `said`: how it is known in Bokmål and Nynorsk, as a pattern."""

    sentence: str
    said: str


_UNANIMOUSLY = r"(?:enstemmig|einstemmig|samrøystes)"
_APPROVED = r"godkjen(?:nes|ner|t|d|ne|nast|ndt|de|te)?"

VERBS: Mapping[str, Verb] = {
    "approved": Verb(N_("{what} godkjennes."), rf"\b{_APPROVED}\b"),
    "approved_unanimously": Verb(
        N_("{what} godkjennes enstemmig."),
        rf"\b{_APPROVED}\b[^.]*\b{_UNANIMOUSLY}\b|\b{_UNANIMOUSLY}\b[^.]*\b{_APPROVED}\b",
    ),
    "approved_by_acclamation": Verb(
        N_("{what} godkjennes ved akklamasjon."),
        rf"\b{_APPROVED}\b[^.]*\bakklamasjon\b|\bakklamasjon\b[^.]*\b{_APPROVED}\b",
    ),
    "approved_with_change": Verb(
        N_("{what} godkjennes med referatført endring."),
        rf"\b{_APPROVED}\b[^.]*\bmed (?:de |den |dei )?(?:referatførte?|protokollførte?) (?:endring|merknad)",
    ),
    "information": Verb(
        N_("{what} tas til orientering."), r"\b(?:tas|tar|tatt|takast|tek|teken|teke)\b[^.]*\btil orientering\b"
    ),
    "noted": Verb(
        N_("{what} tas til etterretning."),
        r"\b(?:tas|tar|tatt|takast|tek|teken|teke)\b[^.]*\btil (?:etterretning|vitande)\b",
    ),
    "joined": Verb(
        N_("Utvalget slutter seg til forslaget."), r"\b(?:tilslutter|sluttar|slutter|slutta|sluttet)\b[^.]*\bseg\b"
    ),
    "recommended": Verb(N_("Utvalget tilrår forslaget."), r"\b(?:tilrår|tilrådd|tilråding|tilråes|tilråast)\b"),
    "postponed": Verb(N_("{what} utsettes."), r"\b(?:utsettes|utsatt|utsetjast|utsett|utsatte|blir utsatt)\b"),
    "forwarded": Verb(N_("{what} oversendes."), r"\b(?:oversendes|oversender|oversendt|oversendast|blir sendt over)\b"),
    "sent_back": Verb(
        N_("{what} sendes tilbake."), r"\b(?:sendes|sender|sendt|sendast|blir sendt)\b[^.]*\b(?:tilbake|attende)\b"
    ),
    "rejected": Verb(N_("{what} avvises."), r"\b(?:avvises|avviser|avvist|avvisast)\b"),
    "refused": Verb(N_("{what} underkjennes."), r"\b(?:underkjennes|underkjent|underkjend|underkjennast)\b"),
}
"""By key, as `Conclusion.verb` has it."""

NEEDING_NOTHING = ("information", "noted", "postponed", "sent_back", "rejected", "refused")
"""Nothing needs to be done because of a conclusion with one of these."""

_NARROW_FIRST = ("approved_with_change", "approved_unanimously", "approved_by_acclamation")
_KNOWN = {
    key: pattern_of(VERBS[key].said, re.IGNORECASE)
    for key in (*_NARROW_FIRST, *(key for key in VERBS if key not in _NARROW_FIRST))
}
_NOT = pattern_of(r"\b(?:ikke|ikkje)\b", re.IGNORECASE)
_OF = pattern_of(r"(?:godkjenning av|godkjenne|godkjenne av)\s+(?P<what>\S.*)", re.IGNORECASE)

HOW: Mapping[HowDecided, str] = {
    HowDecided.AGREED: N_("Enighet"),
    HowDecided.AGREED_WITH_REMARK: N_("Enighet med merknad"),
    HowDecided.DISAGREED: N_("Uenighet"),
    HowDecided.POSTPONED: N_("Utsatt"),
    HowDecided.RECOMMENDED: N_("Tilråding"),
}
"""How a case was decided."""


def verb_of(text: str) -> str:
    """The key of the set verb that a conclusion is written with, the first in its first sentence; empty: of none."""
    first, _stop, _rest = text.partition(". ")
    if _NOT.search(first):
        return ""
    found = [(hit.start(), key) for key, pattern in _KNOWN.items() if (hit := pattern.search(first))]
    narrow = next((key for _at, key in found if key in _NARROW_FIRST), "")
    return narrow or (min(found)[1] if found else "")


def sentence(key: str, title: str) -> str:
    """A conclusion with this set verb on a line called `title`, in the language being spoken.

    «Godkjenning av innkalling» makes «Innkalling godkjennes.»; of other titles it is the case.
    """
    of = _OF.fullmatch(title.strip().rstrip("."))
    what = of["what"] if of else _("Saken")
    return _(VERBS[key].sentence).format(what=what[:1].upper() + what[1:])


def how_decided(how: str | None) -> str:
    """How it was decided, as it is read; empty: nobody has said."""
    return _(HOW[HowDecided(how)]) if how else ""
