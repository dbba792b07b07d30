"""What buttons do about deviations, and the buttons themselves.

The values stand on buttons that were sent long ago, so they never change.
"""

from collections.abc import Mapping

from handlers.messages.message import Arguments, Button, Confirm, Does, Style
from storage.history import Event
from storage.tables import Deviation


class Do(Does):
    """All that is done by buttons."""

    REPORT = "avvik.meld"
    DIRECT = "avvik.direkte"
    COUNT = "avvik.tell"
    UNDO_COUNT = "avvik.angre"
    SEND = "avvik.send"
    LOOK_OVER = "avvik.seover"
    NUMBERS = "avvik.tall"
    MAKE_CASE = "avvik.monster"
    MINE = "avvik.mine"
    QUEUE = "avvik.ko"
    SHOW = "avvik.vis"
    WRITE_OUT = "avvik.skriv"
    TAKE = "avvik.ta"
    RELEASE = "avvik.slipp"
    FORWARD = "avvik.videre"
    REMEMBER = "avvik.husk"
    ASK = "avvik.spor"
    REPLY = "avvik.svar"
    ADD = "avvik.tillegg"
    ANSWER = "avvik.besvar"
    REJECT = "avvik.avvis"
    ASK_AGAIN = "avvik.sporigjen"
    RATE = "avvik.vurder"
    WITHDRAW = "avvik.trekk"
    NOTICE_CONSIDERED = "avvik.varslet"
    NOTICE_SENT = "avvik.varselsendt"


def about(deviation: Deviation, event: Event | None = None) -> Arguments:
    """What a button or a page about the report carries. `event`: the last one, so that nobody decides on what has
    changed since they saw it."""
    return {"deviation": str(deviation.id)} | ({} if event is None else {"step": str(event.id)})


def button(
    do: Do,
    label: str,
    deviation: Deviation,
    event: Event | None = None,
    *,
    style: Style = "default",
    confirm: Confirm | None = None,
    carried: Mapping[str, str] | None = None,
) -> Button:
    """A button about the report (see `about`). `carried`: what it carries besides."""
    arguments = {**about(deviation, event), **(carried or {})}
    return Button(label=label, action=do, arguments=arguments, style=style, confirm=confirm)
