"""What holds for disagreements: by when the parties write, and by when each step is to be over.

Agreements differ, so all of it is a setting of the partnership, with the date from which it holds: no deadline stands
in the program. The ladder itself is as agreements have it (Helgeland, Bergen): the committee goes on
trying, the strategic committee helps, then the local dispute board, then the national one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from handlers.writing.language import N_, _
from storage.tables import DisagreementStep

NAME = "disagreements"
"""The setting's name in the database; its value: `{"rules": [...]}`, see `stored`."""

Days = Annotated[int, Field(ge=1, le=1000)]

STEPS: Mapping[DisagreementStep, str] = {
    DisagreementStep.COMMITTEE: N_("Utvalget arbeider videre med saken"),
    DisagreementStep.SSU: N_("Strategisk samarbeidsutvalg"),
    DisagreementStep.LOCAL_BOARD: N_("Lokal tvisteløsningsnemnd"),
    DisagreementStep.NATIONAL_BOARD: N_("Nasjonal tvisteløsningsnemnd"),
}
"""The ladder, from below."""


class StepRule(BaseModel):
    """What holds for one step. `days`: by when it is to be over, in calendar days from the day it was taken; None: no
    deadline. `committee`: the key of the committee that it is taken to. `name`: what the board is called here.
    `basis`: where the deadline is laid down, as an agreement or a section of a law."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)
    days: Days | None = None
    committee: str = ""
    name: str = ""
    basis: str = ""


class Rule(BaseModel):
    """What holds from the local date `since` on (None: always so far), until another rule does.

    `write_days`: so many days the parties have to write; 14 is a choice, and no law's. `remind_days`: so many days
    before a deadline somebody is reminded of it. `places`: names of places and the like that tell which partnership it
    is, to be taken out of the anonymised copy besides all names that the bot knows.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)
    since: date | None = None
    write_days: Days = 14
    remind_days: tuple[Days, ...] = (7, 1)
    committee: StepRule = StepRule()
    ssu: StepRule = StepRule()
    local_board: StepRule = StepRule()
    national_board: StepRule = StepRule()
    places: tuple[str, ...] = ()

    def step(self, step: str) -> StepRule:
        found: StepRule = getattr(self, DisagreementStep(step).value)
        return found

    def due(self, step: str, taken_on: date) -> date | None:
        """The local date by whose end the step is to be over; None: there is no deadline."""
        days = self.step(step).days
        return taken_on + timedelta(days=days) if days is not None else None

    def called(self, step: str) -> str:
        """What the step is called, in the language that is spoken, or as the partnership calls it."""
        return self.step(step).name or _(STEPS[DisagreementStep(step)])


def stored(rules: Sequence[Rule]) -> dict[str, Any]:
    """The rules as they are stored, by date."""
    ordered = sorted(rules, key=lambda rule: rule.since or date.min)
    return {"rules": [rule.model_dump(mode="json") for rule in ordered]}


def holding(setting: Mapping[str, Any], day: date) -> Rule:
    """The rule that holds on this local date, of the stored setting; one without deadlines where none does."""
    rules = [Rule.model_validate(rule) for rule in setting.get("rules", ())]
    begun = [rule for rule in rules if rule.since is None or rule.since <= day]
    return max(begun, key=lambda rule: rule.since or date.min, default=Rule())
