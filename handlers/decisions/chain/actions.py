"""What buttons do with decisions on their way, and the buttons themselves. The values stand on buttons that were sent
long ago, so they never change."""

from handlers.messages.message import Arguments, Button, Confirm, Does, Style
from storage.decided_at import At


class Do(Does):
    """What is done by the committee that decided."""

    LIST = "kjede.liste"
    SHOW = "kjede.vis"
    SEND = "kjede.send"
    WRITE_IN = "kjede.svar"
    WITHDRAW = "kjede.trekk"
    AGAIN = "kjede.igjen"


def about(at: At) -> Arguments:
    """What a button about what was decided there carries; with its case, so that the page of that one leads to it."""
    return {"entry": str(at.entry.id), **({"item": str(at.item.id)} if at.item is not None else {})}


def button(do: Do, label: str, at: At, *, style: Style = "default", confirm: Confirm | None = None) -> Button:
    """A button about what was decided there."""
    return Button(label=label, action=do, arguments=about(at), style=style, confirm=confirm)
