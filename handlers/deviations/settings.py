"""What the partnership has decided about deviations."""

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from storage import units

NAME = "deviations"
"""The setting's name in the database."""


class DeviationSettings(BaseModel):
    """Numbers that a partnership sets for itself, in its file under `deviations`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    response_days: int = Field(default=21, ge=1, le=365)
    """How long a unit has to answer, in calendar days, where the unit has no time of its own."""
    serious_response_days: int = Field(default=7, ge=1, le=365)
    """The same for serious events («Betydelig», «Død»)."""
    pattern_size: int = Field(default=5, ge=2, le=1000)
    """So many of a kind within `pattern_days` are a pattern (mønster)."""
    pattern_days: int = Field(default=90, ge=1, le=366)
    mask_below: int = Field(default=3, ge=1, le=100)
    """Counts from 1 up to this one are masked in all that leaves the case handlers."""
    committee: str = ""
    """Key or name of the committee that is to learn from deviations: its secretariat hears of patterns, and the yearly
    report is its own. Nothing: the one that is called FSU, else LSU (see `learning.committee`)."""


async def current(session: AsyncSession) -> DeviationSettings:
    """The settings as last loaded."""
    return DeviationSettings.model_validate(await units.setting(session, NAME))
