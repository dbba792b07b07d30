"""Times of day in the nights when clocks are put forward and back: one does not exist, another comes twice.

By the rule of the zone itself; EU's is the last Sundays of March and October (Directive 2000/84/EC; forskrift 15. juni
2007 nr. 632 om sommertid).
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from handlers.calendar import dates
from handlers.writing.language import _


def moment(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the clocks in `zone` show `wall` (no zone); where they do twice, the first time.

    Raises:
        ValueError: they never do, since they are put forward past it; says so.
    """
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None, fold=0) != wall:
        raise ValueError(
            _("Klokka {clock} finnes ikke {day}: da stilles klokka en time fram. Velg et annet klokkeslett.").format(
                clock=dates.clock_of(wall.time()), day=dates.long_date(wall.date())
            )
        )
    return found


def twice(wall: datetime, zone: ZoneInfo) -> str:
    """Says that `wall` (no zone) comes twice, and which one is meant; empty: it comes once."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if second <= first:
        return ""
    return _(
        "Klokka {clock} er to ganger {day}, fordi klokka stilles tilbake. Det er den første, sommertid, som gjelder."
    ).format(clock=dates.clock_of(wall.time()), day=dates.long_date(wall.date()))
