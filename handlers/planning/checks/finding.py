"""Something in a plan that somebody is to look at: one plain sentence or two, which say what to do."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Severity(StrEnum):
    STOPS = "stops"
    """It cannot be stored like that."""
    ASKS = "asks"
    """It may be meant so, and somebody is to have seen it."""
    TELLS = "tells"
    """To be known."""


class Rule(StrEnum):
    """Which check found it."""

    WHOSE = "whose"
    TIME = "time"
    PUBLIC_HOLIDAY = "public_holiday"
    CUSTOMARY = "customary"
    """Most people are off, though it is no public holiday."""
    SCHOOL_HOLIDAY = "school_holiday"
    SCHOOL_UNKNOWN = "school_unknown"
    WEEKEND = "weekend"
    WEEKDAY = "weekday"
    PREPARES = "prepares"
    AT_ONCE = "at_once"
    TWICE = "twice"
    DEADLINE = "deadline"
    PLACE = "place"
    CHAIR = "chair"
    FEWEST = "fewest"
    HOST_TURN = "host_turn"
    CHAIR_TURN = "chair_turn"
    TERM = "term"
    READ = "read"
    """It could not be read."""
    PAST = "past"


@dataclass(frozen=True)
class Finding:
    """`refs`: the meetings that it is about. `better`: a day that the first of them could be moved to, on which there
    is no such matter; None: none is obvious."""

    severity: Severity
    rule: Rule
    text: str
    refs: tuple[str, ...] = ()
    better: date | None = None
