"""The sentences of a discussion, and which of them say that something was agreed on, or is to be done.

An agreement often hides in the comments («uttrykte enighet om …»): it can be lifted out, as a conclusion or as a
follow-up, and stays where it was too.
"""

import re
import zlib
from collections.abc import Sequence

from handlers.meetings.minutes.at_hand import AtLine
from handlers.patterns import pattern_of

_END = pattern_of(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ«])")
_BULLET = pattern_of(r"^\s*(?:[-•*–·]|\d{1,2}[.)])\s+")
_AGREED = pattern_of(
    r"\b(?:enig(?:e|het)?|einig(?:e|heit)?|semje|samde|samd|tar ansvar|tek ansvar|følger? opp|følgjer? opp|skal|"
    r"ber om|bes om|blir bedt|inviter(?:es|er|e)|inviterast|melde(?:s|r)?|oversendes|avtalt(?:e)?|avtale(?:s|r)|"
    r"besluttet|bestemt(?:e)?|vedtok|vedtatt|forplikter|legges fram|kommer tilbake)\b",
    re.IGNORECASE,
)


def sentences_in(text: str) -> Sequence[str]:
    """Each sentence, in order, without the sign that stands before it in a list; each once."""
    found = (part.strip() for line in text.splitlines() for part in _END.split(_BULLET.sub("", line)))
    return list(dict.fromkeys(part for part in found if part))


def says_agreement(sentence: str) -> bool:
    """Whether it may say that something was agreed on, or who does what."""
    return _AGREED.search(sentence) is not None


def key_of(sentence: str) -> str:
    """What a button carries for it: never the text itself."""
    return f"{zlib.crc32(sentence.encode()):08x}"


def called(at: AtLine, key: str) -> str:
    """The sentence of this line's discussion with this key; empty: there is none (any more)."""
    discussion = at.written.entry.entry.discussion if at.written.entry is not None else ""
    return next((each for each in sentences_in(discussion) if key_of(each) == key), "") if key else ""
