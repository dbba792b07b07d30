"""What is asked about a meeting."""

from collections.abc import Sequence
from typing import Any

from handlers.meetings.round_settings import EvaluationSettings, Question
from handlers.writing.language import N_, _

LOWEST, HIGHEST = 1, 5
"""The ends of a scale."""
_OURS = (
    (N_("Hvor nyttig var møtet for arbeidet ditt?"), True),
    (N_("Hvor godt ble tiden brukt?"), True),
    (N_("Hva bør vi gjøre annerledes neste gang?"), False),
)


def of_committee(settings: EvaluationSettings) -> list[dict[str, Any]]:
    """As they are kept with an evaluation. Those that ship are kept by their place, and read in anybody's language."""
    if settings.questions:
        return [question.model_dump() for question in settings.questions]
    return [{"ours": place} for place in range(len(_OURS))]


def read(stored: Sequence[Any]) -> list[Question]:
    """The questions that were kept, in the language being spoken."""
    found = []
    for each in stored:
        if "ours" in each:
            text, scale = _OURS[each["ours"]]
            found.append(Question(text=_(text), scale=scale))
        else:
            found.append(Question.model_validate(each))
    return found
