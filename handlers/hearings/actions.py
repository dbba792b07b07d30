"""What buttons do about rounds of written comments. The values stand on buttons that were sent long ago, so they never
change."""

from collections.abc import Mapping

from handlers.messages.message import Arguments, Button, Confirm, Does, Style
from storage.tables import Hearing


class Do(Does):
    """All that is done by buttons."""

    LIST = "horing.liste"
    BEGIN = "horing.ny"
    SHOW = "horing.vis"
    ANSWER = "horing.svar"
    NO_REMARKS = "horing.ingen"
    RECIPIENT = "horing.mottaker"
    READ = "horing.les"
    EXTEND = "horing.forleng"
    ATTACH = "horing.leggved"
    CLOSE = "horing.avslutt"
    WITHDRAW = "horing.trekk"


ANSWERS = "horing.word"
"""The document with all answers."""


def about(hearing: Hearing, carried: Mapping[str, str], **more: object) -> Arguments:
    """What a button about the round carries. `carried`: the meeting or the case on whose page it is shown."""
    return {**carried, "hearing": str(hearing.id), **{name: str(value) for name, value in more.items()}}


def button(
    do: Do,
    label: str,
    hearing: Hearing,
    carried: Mapping[str, str],
    *,
    style: Style = "default",
    confirm: Confirm | None = None,
    **more: object,
) -> Button:
    """A button about the round (see `about`)."""
    return Button(label=label, action=do, arguments=about(hearing, carried, **more), style=style, confirm=confirm)
