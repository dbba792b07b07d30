"""What buttons do with a follow-up (oppfølging): those of the register, and of the meetings that ask how it stands. The
values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Arguments, Button, Confirm, Does, Style
from storage.tables import FollowUp


class Do(Does):
    """All that is done by buttons."""

    SHOW = "oppfolging.vis"
    RECEIVED = "oppfolging.mottatt"
    TAKE = "oppfolging.ansvar"
    DONE = "oppfolging.gjort"
    MORE_TIME = "oppfolging.tid"
    NO_MORE_TIME = "oppfolging.ikketid"
    HAND_ON = "oppfolging.videre"
    NOT_MINE = "oppfolging.ikkemin"
    REPORT = "oppfolging.status"
    RHYTHM = "oppfolging.rytme"
    CHANGE = "oppfolging.endre"
    DROP = "oppfolging.bort"
    REOPEN = "oppfolging.apne"


def about(row: FollowUp) -> Arguments:
    """What a button about it carries. `seen`: how often it had changed, so that no form about what has changed since is
    handed in."""
    return {"follow": str(row.id), "seen": str(row.revision)}


def button(
    do: Do, label: str, row: FollowUp, *, style: Style = "default", confirm: Confirm | None = None, **more: object
) -> Button:
    """A button about the follow-up. `more`: what it carries besides."""
    arguments = {**about(row), **{name: str(value) for name, value in more.items()}}
    return Button(label=label, action=do, arguments=arguments, style=style, confirm=confirm)
