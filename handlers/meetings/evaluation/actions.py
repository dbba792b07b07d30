"""What buttons do about the evaluation of a meeting. The values stand on buttons that were sent long ago, so they never
change."""

from handlers.meetings.at_hand import about
from handlers.messages.message import Button, Does, Style
from storage.tables import Meeting


class Do(Does):
    """All that is done by buttons."""

    SHOW = "evaluering.vis"
    ANSWER = "evaluering.svar"
    SHARE = "evaluering.del"


def button(do: Do, label: str, meeting: Meeting, *, style: Style = "default") -> Button:
    return Button(label=label, action=do, arguments=about(meeting), style=style)
