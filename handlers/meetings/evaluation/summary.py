"""What an evaluation came to: nobody reads any of it before it is closed, and nothing at all where fewer have answered
than would keep each of them unknown.

Before it is closed nobody reads anything, since whoever saw it before and after one more answer would know that one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from handlers.meetings.evaluation import questions
from handlers.meetings.round_settings import Question


class Summed(NamedTuple):
    """One question. `given`: how many answered it. `average`: of a scale; None: of words, or where too few answered it.
    `words`: what was written, in an order that tells nothing."""

    question: Question
    given: int
    average: float | None
    words: Sequence[str]


def summed_up(
    stored: Sequence[Mapping[str, Any]], answers: Sequence[Sequence[Any]], least: int
) -> Sequence[Summed] | None:
    """By question; None: fewer than `least` have answered."""
    if len(answers) < max(least, 2):
        return None
    found = []
    for place, question in enumerate(questions.read(stored)):
        given = [each[place] for each in answers if place < len(each) and each[place] not in (None, "")]
        if question.scale:
            numbers = [int(each) for each in given]
            average = sum(numbers) / len(numbers) if len(numbers) >= max(least, 2) else None
            found.append(Summed(question, len(numbers), average, ()))
        else:
            # In the order of the alphabet: the same place in two lists tells nothing of who wrote what.
            found.append(Summed(question, len(given), None, sorted(map(str, given), key=str.casefold)))
    return found
