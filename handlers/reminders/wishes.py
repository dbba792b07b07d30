"""How one person wants to be reminded; kept as JSON in `storage.tables.ReminderWishes`."""

import json
from collections.abc import Sequence
from datetime import date, time
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handlers.writing.language import _
from storage.types import JsonObject

WEEKDAYS = (0, 1, 2, 3, 4, 5, 6)
_LONGEST_PAUSE = 366
"""Days."""


class Wishes(BaseModel):
    """What somebody has chosen. The defaults hold for whoever has chosen nothing. Clocks and days are local.

    `channels`: surfaces in the order in which they are tried; those that are not named come after. `quiet_from`,
    `quiet_until`: nothing is sent in between (over midnight, where the first is the later one); both or none.
    `weekdays`: nothing is sent on other days (Monday is 0). `gather_at`: all of a day in one message then.
    `paused_from`, `paused_until`: nothing is sent from the one day until the other begins; what is due meanwhile and
    still makes sense then, is. `off`: kinds that they do not want (`handlers.reminders.kind.Kind.name`).
    `invitations`: whether they get invitations by e-mail, which their calendar takes in; None: as the committee has it.
    `asked`: they were asked which of two chats they use (`handlers.reminders.which_chat`), and are not again.

    What exactly comes of these is in `handlers.reminders.when`.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    channels: tuple[str, ...] = ()
    quiet_from: time | None = None
    quiet_until: time | None = None
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = WEEKDAYS
    gather_at: time | None = None
    paused_from: date | None = None
    paused_until: date | None = None
    off: tuple[str, ...] = ()
    invitations: bool | None = None
    asked: bool = False


DEFAULT = Wishes()


def read(stored: JsonObject | None) -> Wishes:
    """The wishes as they are stored. What cannot be read (an older version's) is as if nothing were chosen: rather a
    reminder at an unwished hour than none."""
    return _read(json.dumps(stored, sort_keys=True)) if stored else DEFAULT


@lru_cache(maxsize=4096)
def _read(stored: str) -> Wishes:
    try:
        return Wishes.model_validate_json(stored)
    except ValidationError:
        return DEFAULT


def refused(wishes: Wishes, today: date) -> Sequence[tuple[str, str]]:
    """What cannot be wished for: the field's name, and the sentence that says why and what to do."""
    found: list[tuple[str, str]] = []
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        missing = "quiet_from" if wishes.quiet_from is None else "quiet_until"
        found.append((missing, _("Skriv både når de stille timene begynner, og når de slutter, eller ingen av dem.")))
    elif wishes.quiet_from is not None and wishes.quiet_from == wishes.quiet_until:
        found.append(
            (
                "quiet_until",
                _("Stille timer hele døgnet gir ingen påminnelser. Skriv en annen slutt, eller ta en pause i stedet."),
            )
        )
    if not wishes.weekdays:
        found.append(("weekdays", _("Velg minst én dag. Vil du ikke ha påminnelser en tid, kan du ta en pause.")))
    begins, ends = wishes.paused_from, wishes.paused_until
    if ends is not None and (begins is None or ends <= begins or ends <= today):
        found.append(("paused_until", _("Pausen må slutte etter at den begynner, og etter i dag.")))
    elif begins is not None and ends is not None and (ends - begins).days > _LONGEST_PAUSE:
        found.append(("paused_until", _("En pause kan vare i høyst ett år.")))
    return found
