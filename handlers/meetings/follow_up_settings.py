"""What a committee has decided about how what it wants done is reminded of. No source sets a rule; these are choices,
which each committee may change in the partnership file."""

from pydantic import BaseModel, ConfigDict, Field


class FollowUpSettings(BaseModel):
    """Documented in `config/partnership.example.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    days_before: tuple[int, ...] = Field(default=(7,), max_length=5)
    """So many days before something is due, whoever has it is reminded. On the day itself they are in any case."""
    overdue_every: int = Field(default=7, ge=1, le=60)
    """From the day after it was due they are reminded every so many days, until it is done."""
