"""Every chore there is: the worker does them in this order, the first of all when it starts."""

from collections.abc import Sequence

from handlers.chore import Chore
from handlers.deviations.handling import complete
from handlers.deviations.handling import reminders as deviation_reminders
from handlers.deviations.learning import numbers, pattern
from handlers.meetings import reminders

CHORES: Sequence[Chore] = (
    reminders.REMIND,
    complete.SEND_OVERDUE,
    deviation_reminders.REMIND,
    numbers.COUNT,
    pattern.OFFER,
)
