"""A patient who opposes: the report is sent all the same, but without anything that tells who it is about."""

from collections.abc import Mapping

from handlers.deviations.words import OPPOSED
from handlers.errors import BadInput
from handlers.guard import text_doubts
from handlers.identity import Kind
from handlers.language import _

_MARKS = (Kind.NAME, Kind.BIRTH)


def keep_unmarked(consent: str, texts: Mapping[str, object]) -> None:
    """Look for what may tell who the patient is, also where the person has said that it does not.

    Args:
        texts: what is written, by the field it stands in.

    Raises:
        BadInput: the patient opposes, and there is a name or a date of birth in one of the texts.
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
