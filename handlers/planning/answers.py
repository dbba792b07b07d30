"""What people have answered about a plan that waits; kept beside what was read, which stays as it was."""

from datetime import date, time

from pydantic import BaseModel, ConfigDict

from storage.types import JsonObject

LEFT_OUT = 0
"""In the place of a committee's id: the meetings of that body are left out."""


class RowAnswer(BaseModel):
    """What holds for one meeting in the place of what was read. `out`: it is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    out: bool = False
    day: date | None = None
    begins: time | None = None
    ends: time | None = None
    place: str | None = None
    chair_id: int | None = None
    host_id: int | None = None


class BodyAnswer(BaseModel):
    """What holds for all meetings of a committee that do not say it themselves."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    begins: time | None = None
    ends: time | None = None
    place: str = ""


class PlanAnswers(BaseModel):
    """`bodies`: which committee (id) is meant by a name in the plan. `rows`: by the place of the meeting in it.
    `usual`: by the committee's id. `apart`: ids of stored meetings that are no meeting of the plan under another date.
    `done`: the places of meetings that are stored already. `others`: the committees (ids) whose meetings still wait
    then for whoever plans them."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    bodies: dict[str, int] = {}
    rows: dict[int, RowAnswer] = {}
    usual: dict[int, BodyAnswer] = {}
    apart: tuple[int, ...] = ()
    done: tuple[int, ...] = ()
    others: tuple[int, ...] = ()

    def as_json(self) -> JsonObject:
        return self.model_dump(mode="json", exclude_none=True)
