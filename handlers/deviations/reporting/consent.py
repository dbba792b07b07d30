"""A patient who opposes, or was not asked: the report is sent all the same, but without anything that tells who it is
about.

What is said to be a patient's name, and dates of birth, cannot stand. Of any other name the person is asked once more
whether it is the patient's, however often they have read the text.
"""

from collections.abc import Mapping

from handlers.deviations.words import UNMARKED
from handlers.dialogs.dialog import Answers, Step
from handlers.dialogs.guard import text_doubts
from handlers.errors import BadInput
from handlers.writing.identity import Kind
from handlers.writing.language import _

_MARKS = (Kind.NUMBER, Kind.NAME, Kind.BIRTH, Kind.LONG_NUMBER)


class Told(Step):
    """A screen with texts that may tell who the patient is."""

    @classmethod
    def asks_of_every_name(cls, answers: Answers) -> bool:
        return answers.raw.get("consent") in UNMARKED


def keep_unmarked(consent: str, texts: Mapping[str, object]) -> None:
    """Look for what may tell who the patient is, also where the person has said that it does not.

    Args:
        texts: what is written, by the field it stands in.

    Raises:
        BadInput: the patient opposes or was not asked, and there is a patient's name, a date of birth or a number as
            long as an identity number in one of the texts.
    """
    if consent not in UNMARKED:
        return
    marks = {
        name: next((doubt.text for doubt in text_doubts(text) if doubt.kind in _MARKS), "")
        for name, text in texts.items()
    }
    wrong = {name: _explain(consent, mark) for name, mark in marks.items() if mark}
    if wrong:
        raise BadInput(wrong)


def _explain(consent: str, mark: str) -> str:
    return _(
        "{reason}, så meldingen kan ikke ha kjennetegn. Ta bort «{mark}», eller skriv det på en annen måte."
    ).format(reason=_(UNMARKED[consent]), mark=mark)
