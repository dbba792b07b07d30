"""Who was there, who was not, who led and who wrote, told in sentences."""

import re

from handlers.papers.rules.text import sentences
from handlers.patterns import pattern_of

CAME = pattern_of(
    r"^(?:(?:på møtet )?(?:møtte|deltok)(?: følgende)?|til ?stede(?: på møtet| i møtet)? (?:var|er)"
    r"|til stades(?: på møtet)? var|(?:disse|desse|følgende|følgjande) (?:møtte|deltok|var til stede"
    r"|var til stades)|deltakere var|deltakarar var|"
    r"(?:fra|frå) [^.:]{3,50}? (?:møtte|deltok)) (?=[A-ZÆØÅ])",
    re.IGNORECASE,
)
ALSO_CAME = pattern_of(r"(?:Dessuten|I tillegg|Utenom disse|Utanom desse) (?:møtte|deltok)(?: også| òg)? (?=\S)")
STAYED = pattern_of(
    r"^(?:(?:det var )?(?:meldt )?(?:forfall|fråfall|fravær) (?:fra|frå|var meldt fra|hadde|meldt fra"
    r"|meldt av|ble meldt fra)|følgende hadde meldt forfall|forfall hadde) (?=[A-ZÆØÅ])",
    re.IGNORECASE,
)
ONE_STAYED = pattern_of(
    r"^(?P<who>[A-ZÆØÅ][^.:;]{3,120}?) (?:hadde meldt|meldte|hadde|har meldt)"
    r" (?:forfall|frafall|fråfall|avbud|fravær)\b",
    re.IGNORECASE,
)
LED = pattern_of(
    r"\bmøtet (?:ble|blei|vart) (?:ledet|leda|leia) av (?P<who>[A-ZÆØÅ][^.,;]{3,60})"
    r"|(?P<who2>[A-ZÆØÅ][^.,;:]{3,60}?) (?:ledet|leia|leda) møtet",
    re.IGNORECASE,
)
WROTE = pattern_of(
    r"(?P<who>[A-ZÆØÅ][^.,;:]{3,60}?) (?:skrev|skreiv|førte|var) (?:referat|referatet|protokoll|protokollen"
    r"|referent)\b|\breferent(?:en)? var (?P<who2>[A-ZÆØÅ][^.,;]{3,60})"
)


def tells_who(line: str) -> bool:
    """Whether a sentence of a line tells who was there, or who was not."""
    return any(pattern.match(sentence) for sentence in sentences(line) for pattern in (CAME, STAYED, ONE_STAYED))


def without_told(text: str) -> str:
    """A line of a list without sentences that tell who did something else («Kari Eksempel hadde meldt forfall»)."""
    if len(parts := sentences(text)) < 2:
        return text
    kept = [each for each in parts if not ONE_STAYED.match(each) and not LED.search(each) and not WROTE.search(each)]
    return " ".join(kept) if len(kept) < len(parts) else text
