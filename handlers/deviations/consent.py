"""A patient who opposes: the report is sent all the same, but without anything that tells who it is about.

What is said to be a patient's name, and dates of birth, cannot stand. Of any other name the person is asked once more
whether it is the patient's, however often they have read the text.
"""

from collections.abc import Mapping

from handlers.deviations.words import OPPOSED
from handlers.dialog import Answers, Step
from handlers.errors import BadInput
from handlers.guard import text_doubts
from handlers.identity import Kind
from handlers.language import _

_MARKS = (Kind.NUMBER, Kind.NAME, Kind.BIRTH, Kind.LONG_NUMBER)


class Told(Step):
    """A screen with texts that may tell who the patient is."""

    @classmethod
    def asks_of_every_name(cls, answers: Answers) -> bool:
        return answers.raw.get("consent") == OPPOSED


def keep_unmarked(consent: str, texts: Mapping[str, object]) -> None:
    """Look for what may tell who the patient is, also where the person has said that it does not.

    Args:
        texts: what is written, by the field it stands in.

    Raises:
        BadInput: the patient opposes, and there is a patient's name, a date of birth or a number as long as an
            identity number in one of the texts.
    """
    if consent != OPPOSED:
        return
    marks = {
        name: next((doubt.text for doubt in text_doubts(text) if doubt.kind in _MARKS), "")
        for name, text in texts.items()
    }
    wrong = {name: _explain(mark) for name, mark in marks.items() if mark}
    if wrong:
        raise BadInput(wrong)


def _explain(mark: str) -> str:
    return _(
        "Pasienten motsetter seg, så meldingen kan ikke ha kjennetegn. Ta bort «{mark}», eller skriv det på en annen "
        "måte."
    ).format(mark=mark)
