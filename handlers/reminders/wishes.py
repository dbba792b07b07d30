"""How one person wants to be reminded; kept as JSON in `storage.tables.ReminderWishes`."""

from datetime import date, time

from pydantic import BaseModel, ConfigDict


class Wishes(BaseModel):
    """What somebody has chosen. The defaults hold for whoever has chosen nothing. Clocks and days are local.

    `channels`: surfaces in the order in which they are tried; those that are not named come after. `quiet_from`,
    `quiet_until`: nothing is sent in between (over midnight, where the first is the later one); both or none.
    `weekdays`: nothing is sent on other days (Monday is 0). `gather_at`: all of a day in one message then.
    `paused_from`, `paused_until`: nothing is sent from the one day until the other begins; what is due meanwhile and
    still makes sense then, is. `off`: kinds that they do not want (`handlers.reminders.kind.Kind.name`).
    `invitations`: whether they get invitations by e-mail, which their calendar takes in; None: as the committee has it.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    channels: tuple[str, ...] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    gather_at: time | None = None
    paused_from: date | None = None
    paused_until: date | None = None
    off: tuple[str, ...] = ()
    invitations: bool | None = None


DEFAULT = Wishes()
