"""The identity guard over one text, as it stands in front of every free text: what is taken out, then what is doubted.

Ordinary text, and texts of the kinds that its patterns look hardest at. For each kind 2,000 characters against the
absolute target, and 1,000, 10,000 and 100,000: per character, the longest may not take much longer than the one before,
as it would (ten times) if somewhere a pattern went back over the text again and again.

The guard calculates and waits for nothing, so what is measured is processor time; of several rounds' medians the
middle one, and against the absolute target the least: what the machine does besides is not the guard's.
"""

import random
import statistics
from collections.abc import Mapping
from time import thread_time
from uuid import uuid4

from bench.common import Verdict, describe, middle
from handlers.writing.identity import doubts, without_numbers

TYPICAL = 2_000
SIZES = (1_000, 10_000, 100_000)
MILLISECONDS_TARGET = 1.0
DIGITS_TARGET = 3.0
"""Of text that is digits all through, where any eleven in a row may be a number. Nobody writes two thousand of them."""
LINEAR_TARGET = 2.0
"""Times per character, of ten times as many: 10 if it were quadratic, and not quite 1 on a machine that others use."""
ROUNDS = 5
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
CHARACTERS_PER_ROUND = 200_000

_ORDINARY = (
    "Pasienten ble meldt utskrivningsklar fredag 20.11.2026 kl. 14.30, men meldingen ble ikke besvart før mandag. "
    "Hjemmetjenesten hadde ikke fått beskjed om nye legemidler, og epikrisen manglet. Avdelingen ringte vakttelefonen "
    "(sak 2026.14) og avtalte besøk samme kveld. Blodtrykket var 120/80, og pårørende ble bedt om å følge med.\n"
)


def kinds() -> Mapping[str, str]:
    """What each text is made of, over and over; the digits long enough not to repeat."""
    dice = random.Random(1)
    digits = "".join(dice.choice("0123456789") for _each in range(SIZES[-1]))
    return {
        "ordinary text": _ORDINARY,
        "non-breaking spaces": _ORDINARY.replace(" ", "\u00a0"),
        "full-width letters": "".join(
            chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in _ORDINARY
        ),
        "digits": digits,
        "zeros": "0",
        "digits with separators": "".join(digit + dice.choice(("", "", " ", ".", "-", "\n")) for digit in digits),
        "digits far apart": "1" + " " * 40,
        "eleven digits and a word": "01234567890 ord ",
        "account numbers": "konto 1234.56.78903, ",
        "dates and times": "20.11.2026 14:30; ",
        "phone numbers": "+47 22 33 44 55, ",
        "at signs": "@",
        "addresses": "kari.eksempel@example.org, ",
        "nearly an address": "a" * 70 + "@" + "b" * 70,
        "capitals": "ABC DEF. G",
        "names": "pasient Ola-Kari Nordmann Eksempel ",
        "nearly names": "pasient" + " " * 40 + "hr. ",
    }


OF_DIGITS = {
    "digits",
    "zeros",
    "digits with separators",
    "eleven digits and a word",
    "account numbers",
    "dates and times",
    "phone numbers",
}


def text_of(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def seconds(text: str) -> float:
    """For one text: the middle one of enough times that a round of each kind and size takes about as long."""
    taken = []
    for _time in range(max(3, min(50, CHARACTERS_PER_ROUND // len(text)))):
        # Another text each time: where the numbers of one stand is remembered for a while.
        new = f"{uuid4().hex.translate(_LETTERS)} {text}"
        begun = thread_time()
        doubts(without_numbers(new))
        taken.append(thread_time() - begun)
    return statistics.median(taken)


def main() -> None:
    describe()
    verdict = Verdict()
    for kind, unit in kinds().items():
        texts = [text_of(unit, size) for size in SIZES]
        rounds = [[seconds(text) for text in texts] for _round in range(ROUNDS)]
        for size, taken in zip(SIZES, zip(*rounds, strict=True), strict=True):
            each = middle(taken)
            print(f"{kind}, {size // 1000} kB: {each * 1e3:.3f} ms, {each / size * 1e9:.0f} ns per character")
        verdict.at_most(
            f"{kind}: 100 kB to 10 kB, per character",
            middle([each[2] / SIZES[2] / (each[1] / SIZES[1]) for each in rounds]),
            LINEAR_TARGET,
            " times",
        )
        typical = min(seconds(text_of(unit, TYPICAL)) for _round in range(ROUNDS))
        target = DIGITS_TARGET if kind in OF_DIGITS else MILLISECONDS_TARGET
        verdict.at_most(f"{kind}: {TYPICAL:,} characters", typical * 1e3, target, " ms")
    verdict.exit()


if __name__ == "__main__":
    main()
