"""What a committee has decided about its year, as the partnership file says it (`handlers.meetings.plan_settings`)."""

from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, model_validator

from handlers.meetings.plan_settings import By, Fewest, PlanSettings, Prepares, Turns
from handlers.partnership.fields import Day, Line
from handlers.patterns import pattern_of
from handlers.writing.language import _

_DAYS = pattern_of(r"(\d{1,3})\s*(?:[-–—]\s*(\d{1,3}))?")


class _Days(NamedTuple):
    at_least: int
    at_most: int


def _days(raw: Any) -> _Days:
    found = _DAYS.fullmatch(str(raw).strip())
    days = _Days(int(found[1]), int(found[2] or found[1])) if found else None
    if days is None or not days.at_least <= days.at_most <= 365:
        raise ValueError(_("«{text}» er ikke et antall dager. Skriv for eksempel 10–21.").format(text=raw))
    return days


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    since: Day | None = Field(default=None, alias="from")


class PreparesRule(_Part):
    committee: Line
    days: Annotated[_Days, PlainValidator(_days)]

    @property
    def rule(self) -> Prepares:
        return Prepares(
            since=self.since, committee=self.committee, at_least=self.days.at_least, at_most=self.days.at_most
        )


class FewestRule(_Part):
    at_least: int = Field(ge=0, le=60)

    @property
    def rule(self) -> Fewest:
        return Fewest(since=self.since, at_least=self.at_least)


class TurnsRule(_Part):
    by: By = By.MEETING
    sides: tuple[Line, ...]
    years: int = Field(default=1, ge=1, le=10)
    term: int | None = Field(default=None, ge=1, le=20)

    @model_validator(mode="after")
    def _whole(self) -> "TurnsRule":
        if len(self.sides) < 2:
            raise ValueError(_("Skriv minst to sider under sides."))
        if self.by is By.YEARS and self.since is None:
            raise ValueError(_("Skriv fra hvilken dato den første siden har sin tur (from)."))
        return self

    @property
    def rule(self) -> Turns:
        return Turns(since=self.since, by=self.by, sides=self.sides, years=self.years, term=self.term)


R = TypeVar("R", bound=_Part)


def _one_by_one(rules: tuple[R, ...]) -> tuple[R, ...]:
    dates = [rule.since for rule in rules]
    if len(set(dates)) < len(dates):
        raise ValueError(_("To regler gjelder fra samme dato. Rett from i den ene."))
    return rules


class PlanRules(BaseModel):
    """`plan` of a committee in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    counties: tuple[Line, ...] | None = None
    """None: as for the whole partnership."""
    prepares: Annotated[tuple[PreparesRule, ...], AfterValidator(_one_by_one)] = ()
    fewest: Annotated[tuple[FewestRule, ...], AfterValidator(_one_by_one)] = ()
    host: Annotated[tuple[TurnsRule, ...], AfterValidator(_one_by_one)] = ()
    chair: Annotated[tuple[TurnsRule, ...], AfterValidator(_one_by_one)] = ()

    def settings(self, counties: tuple[str, ...]) -> PlanSettings:
        """`counties`: those of the whole partnership."""
        return PlanSettings(
            counties=counties if self.counties is None else self.counties,
            prepares=tuple(each.rule for each in self.prepares),
            fewest=tuple(each.rule for each in self.fewest),
            host=tuple(each.rule for each in self.host),
            chair=tuple(each.rule for each in self.chair),
        )
