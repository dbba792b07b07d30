"""How long something on an agenda takes: as people write it («20», «20 min», «1,5 time», «1 t 30 min», «en halvtime»),
and as it is said to them («1 t 30 min»)."""

from handlers.patterns import pattern_of
from handlers.understanding.meaning import folded
from handlers.writing.language import _

_HOUR = r"(?:t|time|timer|timar|h|hour|hours)"
_MINUTE = r"(?:m|min|mins|minutt|minutter|minuttar|minutes|minute)"
_HOURS = pattern_of(
    rf"(?P<hours>\d{{1,2}}(?:[.,]\d{{1,2}})?)\s*{_HOUR}\.?(?:\s*(?:og|and|,)?\s*(?P<minutes>\d{{1,3}})\s*{_MINUTE}?\.?)?"
)
_MINUTES = pattern_of(rf"(?:ca\.?\s*)?(?P<minutes>\d{{1,4}})\s*(?:{_MINUTE}\.?)?")
_CLOCK = pattern_of(r"(?P<hours>\d{1,2}):(?P<minutes>\d{2})")
_WORDS = {
    15: ("et kvarter", "eit kvarter", "kvarter", "kvarteret"),
    30: ("en halvtime", "ein halvtime", "halvtime", "en halv time", "ein halv time", "halv time", "half an hour"),
    45: ("tre kvarter", "trekvarter"),
    60: ("en time", "ein time", "time", "timen", "an hour", "one hour"),
    90: ("halvannen time", "halvannan time", "halvannen", "halvannan", "en og en halv time", "ein og ein halv time"),
    120: ("to timer", "to timar", "two hours"),
}
_BY_WORD = {folded(word): minutes for minutes, words in _WORDS.items() for word in words}


def duration(minutes: int) -> str:
    """«2 t 25 min»: in these words wherever an agenda's times are read."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{minutes} min").format(minutes=rest)
    return (
        _("{hours} t {minutes} min").format(hours=hours, minutes=rest) if rest else _("{hours} t").format(hours=hours)
    )


def minutes_in(text: str) -> int | None:
    """How many minutes `text` says; None: it says no such thing."""
    written = (
        " ".join(folded(text).strip(" .").split()).removeprefix("ca ").removeprefix("ca. ").removeprefix("om lag ")
    )
    if written in _BY_WORD:
        return _BY_WORD[written]
    if match := _MINUTES.fullmatch(written):
        return int(match["minutes"])
    if match := _HOURS.fullmatch(written):
        return round(float(match["hours"].replace(",", ".")) * 60) + int(match["minutes"] or 0)
    if match := _CLOCK.fullmatch(written):
        return int(match["hours"]) * 60 + int(match["minutes"])
    return None


def as_minutes(text: object) -> object:
    """`text` as a whole number of minutes, for a field that takes one.

    Raises:
        ValueError: it says no length of time.
    """
    if not isinstance(text, str):
        return text
    found = minutes_in(text)
    if found is None:
        raise ValueError(_("Skriv hvor lang tid saken trenger, for eksempel «20 min» eller «1,5 time»."))
    return found
