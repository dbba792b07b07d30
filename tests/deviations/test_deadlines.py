"""By when a unit is to answer: calendar days, at the end of the working day."""

from datetime import UTC, datetime

import pytest

from handlers.deviations.deadlines import answer_due


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (datetime(2026, 9, 1, 8, 0, tzinfo=UTC), 21, datetime(2026, 9, 22, 14, 0, tzinfo=UTC)),
        # Late in the evening it is the next day already.
        (datetime(2026, 9, 1, 22, 30, tzinfo=UTC), 1, datetime(2026, 9, 3, 14, 0, tzinfo=UTC)),
        # The clocks go back on the way: 16.00 is 16.00.
        (datetime(2026, 10, 20, 8, 0, tzinfo=UTC), 14, datetime(2026, 11, 3, 15, 0, tzinfo=UTC)),
    ],
)
def test_an_answer_is_due_at_four_in_the_afternoon(received: datetime, days: int, due: datetime) -> None:
    assert answer_due(received, days) == due
