"""What a committee has decided about rounds of written comments (høring), about evaluating its meetings, and about
finding a date (datovalg).

No rule was found for any of them, so the defaults are choices of ours: three weeks to answer, no evaluation, and a week
to say when one can meet.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from handlers.writing.language import _

MOST_QUESTIONS = 5
_QUESTION = 140


class Question(BaseModel):
    """One of the questions about a meeting. `scale`: it is answered from 1 to 5; else in words."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    text: str = Field(min_length=1, max_length=_QUESTION)
    scale: bool = False

    @model_validator(mode="before")
    @classmethod
    def _only_a_text(cls, raw: Any) -> Any:
        return {"text": raw} if isinstance(raw, str) else raw


def _not_too_many(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    if len(questions) > MOST_QUESTIONS:
        raise ValueError(_("Det er plass til {count} spørsmål. Ta bort noen.").format(count=MOST_QUESTIONS))
    return questions


class HearingSettings(BaseModel):
    """Documented in `config/partnership.example.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    days: int = Field(default=21, ge=1, le=365)
    """How many days there are to answer, where nobody says otherwise."""
    remind_days: tuple[Annotated[int, Field(ge=1, le=100)], ...] = (5, 1)
    """How many days before the last one whoever has not answered is reminded."""


class PollSettings(BaseModel):
    """Documented in `config/partnership.example.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    days: int = Field(default=7, ge=1, le=100)
    """How many days there are to answer, where nobody says otherwise."""
    remind_days: tuple[Annotated[int, Field(ge=0, le=100)], ...] = (3, 1)
    """How many days before the last one whoever has not answered is reminded; 0: in the morning of that day."""


class EvaluationSettings(BaseModel):
    """Documented in `config/partnership.example.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    ask: bool = False
    """Whether those who were at a meeting are asked about it afterwards."""
    questions: Annotated[tuple[Question, ...], AfterValidator(_not_too_many)] = ()
    """What they are asked; none: the three that ship (see `handlers.meetings.evaluation.questions`)."""
    days: int = Field(default=7, ge=1, le=60)
    """How many days they have to answer."""
