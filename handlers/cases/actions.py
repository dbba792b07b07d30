"""What buttons do about cases, and the buttons themselves.

The values stand on buttons that were sent long ago, so they never change.
"""

from collections.abc import Mapping

from handlers.messages.message import Arguments, Button, Confirm, Does, Style
from handlers.writing.language import _
from storage.cases import Case


class Do(Does):
    """All that is done by buttons."""

    PROPOSE = "sak.meld"
    MINE = "sak.mine"
    QUEUE = "sak.ubehandlet"
    SHOW = "sak.vis"
    SHOW_NUMBERED = "sak.nummer"
    CHANGE = "sak.endre"
    WITHDRAW = "sak.trekk"
    ACCEPT = "sak.godta"
    ASK = "sak.spor"
    ANSWER = "sak.svar"
    SEND_BACK = "sak.returner"
    LATER = "sak.senere"
    MOVE = "sak.flytt"
    TAKE_OFF = "sak.av"
    REPLACE = "sak.omplasser"
    UNDO = "sak.angre"
    WORD = "sak.ordlyd"
    FILE = "sak.arkiv"


def show(item_id: int) -> Button:
    """«Vis saken»: the case as it is now, to its secretariat."""
    return Button(label=_("Vis saken"), action=Do.SHOW, arguments={"item": str(item_id)})


def about(case: Case, event: int | None = None) -> Arguments:
    """What a button or a page about the case carries. `event`: the last one, so that nobody decides on a case that has
    changed since they saw it."""
    return {"item": str(case.item.id)} | ({} if event is None else {"step": str(event)})


def button(
    do: Do,
    label: str,
    case: Case,
    *,
    event: int | None = None,
    style: Style = "default",
    confirm: Confirm | None = None,
    carried: Mapping[str, str] | None = None,
) -> Button:
    """A button about the case (see `about`). `carried`: what it carries besides."""
    return Button(
        label=label, action=do, arguments={**about(case, event), **(carried or {})}, style=style, confirm=confirm
    )
