"""What a committee has decided about its minutes: who may comment on them and for how long, and how they are approved.

The week for comments is sourced: minutes of a committee in Oslo (2025) set it for all that follow. Everything else here
was found to differ between partnerships; the defaults are what most of those read about do.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from handlers.cases.numbers import check_template
from handlers.people.roles import Role
from handlers.writing.language import _


class From(StrEnum):
    """Who may comment on minutes, or approve them."""

    MEMBERS = "members"
    PRESENT = "present"
    """Those who were there, as the minutes say."""


class ApprovedBy(StrEnum):
    """How minutes are approved. The values stand in the partnership file."""

    MEETING = "meeting"
    """At the committee's next meeting."""
    ROUND = "round"
    """Each with a click, outside a meeting."""
    SIGNERS = "signers"
    """By those who sign them."""


class Silence(StrEnum):
    """What it counts as that somebody has not answered when the time for it is over."""

    NOTHING = "nothing"
    APPROVES = "approves"


def _without_types(template: str | None) -> str | None:
    if template is None:
        return None
    if "{types}" in template:
        raise ValueError(_("Et referat har ingen sakstype. Ta bort {types} fra nummeret."))
    return check_template(template)


class MinutesSettings(BaseModel):
    """Documented in `config/partnership.example.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    comment_days: int = Field(default=7, ge=0, le=60)
    """How many days minutes are out for comment, to the end of the last of them; 0: they are not."""
    comments_from: From = From.MEMBERS
    approval: ApprovedBy = ApprovedBy.MEETING
    approved_by: From = From.MEMBERS
    """Who is asked in a round, and who may mark them approved at a meeting."""
    approval_days: int = Field(default=7, ge=1, le=60)
    """How many days there are to answer in a round, or to sign."""
    silence: Silence = Silence.NOTHING
    signers: tuple[Role, ...] = (Role.CHAIR,)
    """The roles that sign. `møteleder` is whoever chaired that meeting."""
    number: Annotated[str | None, AfterValidator(_without_types)] = None
    """How minutes are numbered, as `{n:02}/{yyyy}`; None: they carry no number."""
