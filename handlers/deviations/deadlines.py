"""By when a unit is to answer."""

from datetime import datetime, time, timedelta

from handlers.people import LOCAL_ZONE

END_OF_DAY = time(16)
"""Local: the end of the working day."""


def answer_due(received_at: datetime, response_days: int) -> datetime:
    """When the answer is due (UTC): at 16.00 local time, `response_days` calendar days after it was received."""
    day = received_at.astimezone(LOCAL_ZONE).date() + timedelta(days=response_days)
    return datetime.combine(day, END_OF_DAY, LOCAL_ZONE).astimezone(received_at.tzinfo)
