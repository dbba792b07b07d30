"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta


class FixedClock:
    """Tuesday 1 September 2026, 10.00 in Oslo, to begin with."""

    def __init__(self, at: datetime = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at

    def go_to(self, moment: datetime) -> None:
        self._at = moment

    def forward(self, by: timedelta) -> None:
        self._at += by
