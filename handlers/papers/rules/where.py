"""Where a meeting was, as sentences and the lines around its date tell."""

import re
from collections.abc import Sequence
from itertools import pairwise

from handlers.papers.rules import days, labels
from handlers.papers.rules.bodies import BODY_WORD
from handlers.papers.rules.flow import Line
from handlers.patterns import pattern_of


def in_title(top: Sequence[Line], year: int | None) -> str | None:
    """«Teams» alone, «14. oktober kl. 12–14, Døme helsehus», «30. mai, Kulturhuset, kl. 11», «holdt på Teams»."""
    for line in top[:8]:
        if _ON_SCREEN.fullmatch(line.text):
            return line.text.strip(" .")
    for line, below in pairwise(top[:12]):
        if days.times(line.text) is not None and _ALONE.fullmatch(below.text) and labels.at_start(line.text) is None:
            return below.text.strip(" .")
    for at, line in enumerate(top):
        if (told := HELD_AT.search(line.text)) is not None:
            return cleaned(told["place"])
        clock = days.times(line.text)
        dated = days.first(line.text, year or 2000) is not None
        if labels.at_start(line.text) is not None or clock is None or not (dated or clock.start == 0):
            continue
        last = _before_label(top, at + 1)
        if clock.end >= len(line.text.rstrip(" .")) and last is not None and _LONE_PLACE.fullmatch(last.text):
            # Date, time and place, each on a line of its own.
            return last.text
        between = re.fullmatch(
            r"[^,]*,\s*(?:på |i |ved )?(?P<place>[A-ZÆØÅ][^,.;:\d]{2,60}),?\s*", line.text[: clock.start]
        )
        if between is not None and _PLAIN_BODY.search(between["place"]) is None:
            return between["place"].strip()
        after = re.match(
            r"\s*[,.]?\s*(?:(?:på|i|ved|sted:?)\s+(?=[a-zæøå])|(?:på|i|ved|[Ss]ted:?"
            r"|[Ss]tad:?)?\s*(?=[A-ZÆØÅ]))(?P<place>[^\W\d][^.;:]{2,60}?)\s*\.?$",
            line.text[clock.end :],
        )
        if after is not None and days.first(after["place"], 2000) is None:
            return after["place"].strip(" ,")
        return None
    return None


_LONE_PLACE = pattern_of(
    r"(?!.*\b(?:[Rr]eferat|[Pp]rotokoll|[Ii]nnkalling|[Ss]ak|[Mm]øte|[Uu]tvalg\w*|[Uu]tval\w*|[Rr]åd|[Rr]ådet)\b)"
    r"[A-ZÆØÅ][\wæøåÆØÅ.-]*(?:,? [\wæøåÆØÅ.-]+){1,5}"
)


def _before_label(top: Sequence[Line], at: int) -> Line | None:
    """The line at `at`, if it has no label and the next one has: the last of a head without labels."""
    if at + 1 >= len(top) or labels.at_start(top[at].text) is not None or labels.at_start(top[at + 1].text) is None:
        return None
    return None if top[at].is_heading or any(letter.isdigit() for letter in top[at].text) else top[at]


HELD_AT = pattern_of(
    r"\b(?i:\w{0,20}møtet?|det)\b[^.:;]{0,100}?\b(?:fant sted|fann stad|avholdt|avheldt|holdt|halde|heldt|gjennomført"
    r"|gjennomførd|foregikk|føregjekk)\s(?:(?:\w+\s)?(?:på|i|ved|via|over)\s(?=[A-ZÆØÅ])|(?=digitalt))(?P<place>[^,.;:]{2,60}?)"
    r"(?=\s*(?:[,.;:]|$|\bkl\b|\bden\b|\b(?:man|mån|tirs|tys|ons|tors|fre|lør|laur|søn|sun)dag|\d))"
)
LASTED = pattern_of(r"\bmøtet\b[^.]{0,60}\b(?:varte|vara|startet|starta|begynte|byrja)\b", re.IGNORECASE)
_ON_SCREEN = pattern_of(
    r"(?:(?:digitalt|elektronisk)(?: møte)?(?: på| via)?\s?)?(?:(?:microsoft )?teams|zoom|skype|digitalt(?: møte)?)\.?",
    re.IGNORECASE,
)
_ALONE = pattern_of(
    r"(?=[A-ZÆØÅ])[^.:;|]{0,50}?(?:rådhus|sykehus|sjukehus|møterom|hotell|auditori|kulturhus|helsehus|kommunehus|legevakt"
    r"|sykehjem|sjukeheim|brannstasjon|bibliotek|grendehus|samfunnshus|lokale)[^.:;|]{0,40}",
    re.IGNORECASE,
)
"""A line that is a place: below that of date and time."""
_PLAIN_BODY = pattern_of(rf"{BODY_WORD}\b", re.IGNORECASE)


_WEEKDAY = pattern_of(
    r"\b(?:mandag|måndag|tirsdag|tysdag|onsdag|torsdag|fredag|lørdag|laurdag|søndag|sundag)\b,?(?: den\b)?",
    re.IGNORECASE,
)


def cleaned(text: str) -> str | None:
    """A place, without the dates and times that stand beside it."""
    found = days.times(text, bare=True)
    if found is not None:
        text = text[: found.start] + " " + text[found.end :]
    for day in reversed(list(days.find(text, 2000))):
        text = text[: day.start] + " " + text[day.end :]
    text = _WEEKDAY.sub(" ", text)
    text = re.sub(r"(?:^|\s)(?:k[li1]|klokka|klokken)\.?:?(?=\s|,|$)", " ", text, flags=re.IGNORECASE)
    whole = " ".join(text.split())
    text = whole.strip(" .,;:–-/|")
    return f"{text}." if re.search(r"\b(?:etg|avd|bygn)\.$", whole) else text or None
