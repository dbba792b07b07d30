"""What buttons do about agendas, and the buttons themselves.

The values stand on buttons that were sent long ago, so they never change.
"""

from handlers.meetings.agenda.lines import AgendaOf, Line
from handlers.meetings.at_hand import about
from handlers.messages.message import Arguments, Button, Confirm, Does, Style

LINE, SEEN, PAGE = "line", "seen", "page"
"""The arguments of a button: which line it is about (`Line.key`), the revision that its reader saw, and the page of the
list that it stands on."""


class Do(Does):
    """All that is done by buttons."""

    LIST = "saksliste.vis"
    """The agenda, to be read, a page at a time."""
    WORK = "saksliste.arbeid"
    """The same, to be worked on."""
    UP = "saksliste.opp"
    DOWN = "saksliste.ned"
    TOP = "saksliste.topp"
    ORDER = "saksliste.rekkefolge"
    """All of it in a new order at once."""
    ADD = "saksliste.linje"
    BREAK = "saksliste.pause"
    CHANGE = "saksliste.endre"
    REMOVE = "saksliste.fjern"
    JOIN = "saksliste.sammen"
    PART = "saksliste.hverforseg"
    LEAVE_OUT = "saksliste.utelat"
    PUT_BACK = "saksliste.tilbake"
    BEGIN = "saksliste.begynn"
    FINISH = "saksliste.ferdig"


def button(
    do: Do,
    label: str,
    read: AgendaOf,
    line: Line | None = None,
    *,
    page: int = 0,
    style: Style = "default",
    confirm: Confirm | None = None,
) -> Button:
    """A button about the agenda, or about a line of it, as it was read."""
    return Button(label=label, action=do, arguments=arguments(read, line, page), style=style, confirm=confirm)


def arguments(read: AgendaOf, line: Line | None = None, page: int = 0) -> Arguments:
    """What such a button carries."""
    of_line = {LINE: line.key} if line is not None else {}
    return {**about(read.meeting, **{SEEN: read.revision, PAGE: page}), **of_line}
