"""Minutes as the public may read them: what is left out, and what stands in its place.

A closed case keeps its number, and says under which section of the law it is closed; nothing else of it is there.
Telephone numbers and e-mail addresses are taken out of every text, and whatever may be an identity number; those who
are guests for a case are called by where they come from, wherever they are named: they did not choose to be in what a
committee publishes.
"""

import re
from collections.abc import Mapping

from handlers.writing.identity import REMOVED, Kind, doubts

_OUT = (Kind.EMAIL, Kind.PHONE, Kind.NUMBER, Kind.LONG_NUMBER, Kind.BIRTH)


def without_contact(text: str) -> str:
    """`text` with `REMOVED` in the place of each telephone number, e-mail address and number of somebody's."""
    found = {doubt.text for doubt in doubts(text) if doubt.kind in _OUT}
    # The longest first: one may be a part of another.
    for each in sorted(found, key=len, reverse=True):
        text = text.replace(each, REMOVED)
    return text


def without_names(text: str, called: Mapping[str, str]) -> str:
    """`text` with what they are `called` in the place of each of these names."""
    if not called:
        return text
    longest_first = "|".join(map(re.escape, sorted(called, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{longest_first})(?!\w)", lambda found: called[found[0]], text)
