"""What buttons do about minutes that go round. The values stand on buttons that were sent long ago, so they never
change."""

from handlers.meetings.at_hand import about
from handlers.messages.message import Button, Confirm, Does, Style
from storage.tables import Meeting


class Do(Does):
    """All that is done by buttons."""

    SHOW = "referatrunde.vis"
    CASE = "referatrunde.sak"
    HISTORY = "referatrunde.historikk"
    SEND = "referatrunde.send"
    COMMENT = "referatrunde.kommenter"
    NO_REMARKS = "referatrunde.ingen"
    COMMENTS = "referatrunde.kommentarer"
    TAKE_IN = "referatrunde.tainn"
    DECLINE = "referatrunde.avsla"
    END = "referatrunde.avslutt"
    PUBLISH = "referatrunde.publiser"
    ASK = "referatrunde.be"
    APPROVE = "referatrunde.godkjenn"
    REFUSE = "referatrunde.underkjenn"
    AT_MEETING = "referatrunde.imote"
    REFUSED_AT_MEETING = "referatrunde.ikkeimote"
    CORRECT = "referatrunde.rett"


def button(
    do: Do, label: str, meeting: Meeting, *, style: Style = "default", confirm: Confirm | None = None, **more: object
) -> Button:
    """A button about the minutes of the meeting. `more`: what it carries besides, as `comment=7`."""
    return Button(label=label, action=do, arguments=about(meeting, **more), style=style, confirm=confirm)
