"""By when a unit is to answer a report."""

from datetime import datetime, time, timedelta

from handlers.calendar.zone import LOCAL_ZONE, local_day
from storage.tables import Unit
from storage.tables.deviations import SERIOUS

END_OF_DAY = time(16)
"""Local: the end of the working day."""


def answer_due(received_at: datetime, response_days: int) -> datetime:
    """When the answer is due (UTC): at 16.00 local time, `response_days` calendar days after it was received."""
    day = local_day(received_at) + timedelta(days=response_days)
    return datetime.combine(day, END_OF_DAY, LOCAL_ZONE).astimezone(received_at.tzinfo)


def days_to_answer(unit: Unit, consequence: str) -> int:
    """How many days the unit has to answer a report of an event with this consequence."""
    return unit.serious_response_days if consequence in SERIOUS else unit.response_days
