"""What buttons do about disagreements. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Button, Confirm, Does, Style
from storage.tables import Disagreement


class Do(Does):
    """All that is done by buttons."""

    LIST = "uenighet.liste"
    SHOW = "uenighet.vis"
    OPEN = "uenighet.apne"
    READ = "uenighet.les"
    WRITE = "uenighet.skriv"
    PARTIES = "uenighet.parter"
    TRIED = "uenighet.forsok"
    REVEAL = "uenighet.vissyn"
    STEP = "uenighet.trinn"
    CLOSE = "uenighet.lukk"
    REOPEN = "uenighet.gjenapne"
    HISTORY = "uenighet.historikk"
    CHECK = "uenighet.kontroll"
    MASK = "uenighet.ord"
    CHECKED = "uenighet.sjekket"


def about(row: Disagreement, **more: object) -> dict[str, str]:
    """What every button and form about a protocol carries: the page of its meeting is confined to that."""
    own = {"meeting": str(row.meeting_id), "disagreement": str(row.id)}
    return {**own, **{name: str(value) for name, value in more.items()}}


def button(
    do: Do, label: str, row: Disagreement, *, style: Style = "default", confirm: Confirm | None = None, **more: object
) -> Button:
    """A button about the protocol. `more`: what it carries besides, as `view=7`."""
    return Button(label=label, action=do, arguments=about(row, **more), style=style, confirm=confirm)
