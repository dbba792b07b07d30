"""What a signed link says: for whom it is, and what it opens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Purpose(StrEnum):
    """What a link opens, which is also where its address begins. A link for one is no link for the other."""

    FILE = "fil"
    PAGE = "side"


@dataclass(frozen=True)
class Ticket:
    """What a valid link says: for whom, and which document or action, with which arguments."""

    person_id: int
    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)
