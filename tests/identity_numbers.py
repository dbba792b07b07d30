"""Identity numbers of every kind, made up; none is anybody's but by accident. Written as people and clients may do."""

import random
from collections.abc import Callable
from datetime import date, timedelta

_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_BORN_FROM, _BORN_TO = date(1900, 1, 1), date(2026, 8, 31)

Draw = random.Random


def _digit(digits: str, weights: tuple[int, ...], remainder: int = 0) -> int:
    """The check digit with which the weighted sum leaves `remainder`; 10 where there is none."""
    return (remainder - sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))) % 11


def _born(draw: Draw) -> tuple[date, int]:
    """A day, and an individual number of its century."""
    born = _BORN_FROM + timedelta(days=draw.randrange((_BORN_TO - _BORN_FROM).days))
    if born.year >= 2000:
        return born, draw.randrange(500, 1000)
    return born, draw.randrange(900, 1000) if born.year >= 1940 and draw.random() < 0.2 else draw.randrange(500)


def _dated(day: int = 0, month: int = 0, remainders: tuple[int, ...] = (0,)) -> Callable[[Draw], str]:
    """Numbers with a date, to whose day and month this is added."""

    def one(draw: Draw) -> str:
        while True:
            born, individual = _born(draw)
            start = f"{born.day + day:02}{born.month + month:02}{born.year % 100:02}{individual:03}"
            first = _digit(start, _FIRST, draw.choice(remainders))
            second = _digit(f"{start}{first}", _SECOND) if first < 10 else 10
            if second < 10:
                return f"{start}{first}{second}"

    return one


def _fh_number(draw: Draw) -> str:
    while True:
        start = f"{draw.choice('89')}{draw.randrange(10**8):08}"
        first = _digit(start, _FIRST)
        second = _digit(f"{start}{first}", _SECOND) if first < 10 else 10
        if second < 10:
            return f"{start}{first}{second}"


KINDS: dict[str, Callable[[Draw], str]] = {
    "fødselsnummer": _dated(),
    "D-nummer": _dated(day=40),
    "H-nummer": _dated(month=40),
    "D- og H-nummer": _dated(day=40, month=40),
    "FH-nummer": _fh_number,
    "syntetisk +80": _dated(month=80),
    "syntetisk +65": _dated(month=65),
    "syntetisk D-nummer": _dated(day=40, month=80),
    "kontrollsiffer fra 2032": _dated(remainders=(1, 2, 3)),
    "D-nummer fra 2032": _dated(day=40, remainders=(1, 2, 3)),
}

SEPARATORS = (
    *" .,-/:;_|*+•·'’()",
    "\t",
    "\n",
    "\r\n",
    "\n\n",
    "\u00a0",
    "\u2009",
    "\u200b",
    "\u200d",
    "\u2060",
    "\ufeff",
    "–",
    "—",
    " - ",
    " / ",
    "...",
    "\ufe0f\u20e3",
)
SCRIPTS = (
    "0123456789",
    "０１２３４５６７８９",
    "٠١٢٣٤٥٦٧٨٩",
    "۰۱۲۳۴۵۶۷۸۹",
    "०१२३४५६७८९",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "⓿❶❷❸❹❺❻❼❽❾",
)


def written(number: str, draw: Draw) -> str:
    """The number as somebody may write it: in one piece, in groups, digit by digit, in another script."""
    digits = number.translate(str.maketrans("0123456789", draw.choice(SCRIPTS))) if draw.random() < 0.3 else number
    match draw.randrange(4):
        case 0:
            return digits
        case 1:
            return digits[:6] + draw.choice(SEPARATORS) + digits[6:]
        case 2:
            between = draw.choice(SEPARATORS)
            return between.join((digits[:2], digits[2:4], digits[4:6], digits[6:]))
        case _:
            return "".join(digit + (draw.choice(SEPARATORS) if draw.random() < 0.7 else "") for digit in digits)


def account_number(draw: Draw) -> str:
    """A valid bank account number (modulus 11), any bank."""
    while True:
        start = f"{draw.randrange(10**10):010}"
        check = _digit(start, _SECOND)
        if check < 10:
            return f"{start}{check}"
