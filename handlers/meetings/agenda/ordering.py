"""The order of an agenda's groups: moving one, and all of them at once. Pure, but for who asks."""

from collections.abc import Sequence
from datetime import datetime

from handlers.cases.places import is_held
from handlers.meetings.agenda import shown
from handlers.meetings.agenda.actions import Do, arguments
from handlers.meetings.agenda.lines import AgendaOf, Group, Line
from handlers.messages.message import Order, Place
from handlers.writing.language import _

_BETWEEN = ","


def why_not(read: AgendaOf, now: datetime) -> str | None:
    """Why the agenda cannot be changed; None: it can."""
    if read.meeting.cancelled_at is not None:
        return _("Møtet er avlyst, så sakslisten kan ikke endres.")
    if is_held(read.meeting, now):
        return _(
            "Møtet har begynt eller er holdt, så sakslisten står som den er. Det som skjer, hører til i referatet."
        )
    return None


def place_of(groups: Sequence[Group], key: str) -> int | None:
    """Where the group stands that has the line called `key`; None: nowhere."""
    return next((place for place, group in enumerate(groups) if any(line.key == key for line in group.lines)), None)


def moved(groups: Sequence[Group], place: int, to: int) -> list[Group]:
    """The groups with the one in `place` put in the place `to`, or as far that way as there is room."""
    others = [group for at, group in enumerate(groups) if at != place]
    to = max(0, min(to, len(others)))
    return [*others[:to], groups[place], *others[to:]]


def in_order_of(groups: Sequence[Group], keys: str) -> list[Group] | None:
    """The groups in the order that `keys` says (see `order`); None: these are not just the groups that there are."""
    by_key = {group.leads.key: group for group in groups}
    wanted = keys.split(_BETWEEN)
    if len(wanted) != len(groups) or set(wanted) != set(by_key):
        return None
    return [by_key[key] for key in wanted]


def flat(groups: Sequence[Group]) -> list[Line]:
    return [line for group in groups for line in group.lines]


def order(read: AgendaOf) -> Order | None:
    """What a browser needs to let the groups be put in another order; None: there are not two of them."""
    timetable = read.timetable()
    if len(timetable) < 2:
        return None
    return Order(
        action=Do.ORDER,
        arguments=arguments(read),
        places=tuple(
            Place(
                key=each.group.leads.key,
                name=shown.named(each.group.leads),
                text="\n".join(shown.group_lines(read, each)),
            )
            for each in timetable
        ),
    )
