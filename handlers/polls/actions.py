"""What buttons do about finding a date. The values stand on buttons that were sent long ago, so they never change."""

from collections.abc import Mapping

from handlers.messages.message import Arguments, Button, Confirm, Does, Style
from storage.tables import DatePoll


class Do(Does):
    """All that is done by buttons."""

    LIST = "datovalg.liste"
    BEGIN = "datovalg.ny"
    SHOW = "datovalg.vis"
    OWN = "datovalg.mitt"
    """What the person says themselves, also where they run the poll."""
    ANSWER = "datovalg.passer"
    ALL = "datovalg.alle"
    NONE = "datovalg.ingen"
    TURN = "datovalg.side"
    """Another page of the times."""
    PEOPLE = "datovalg.hvem"
    """Who says what."""
    CHOOSE = "datovalg.velg"
    EXTEND = "datovalg.forleng"
    ADD = "datovalg.sporflere"
    CANCEL = "datovalg.avlys"


def about(poll: DatePoll, carried: Mapping[str, str], **more: object) -> Arguments:
    """What a button about the poll carries. `carried`: the meeting on whose page it is shown."""
    return {**carried, "poll": str(poll.id), **{name: str(value) for name, value in more.items()}}


def button(
    do: Do,
    label: str,
    poll: DatePoll,
    carried: Mapping[str, str],
    *,
    style: Style = "default",
    confirm: Confirm | None = None,
    **more: object,
) -> Button:
    """A button about the poll (see `about`)."""
    return Button(label=label, action=do, arguments=about(poll, carried, **more), style=style, confirm=confirm)
