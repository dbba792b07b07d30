"""When and where meetings are, said in chat and on their pages (`/mote ny`, `flytt`, `avlys`, `likevel`)."""

from collections.abc import Sequence
from functools import cached_property, partial

from handlers.capability import Action, Capability
from handlers.meetings.moving import adding, cancelling, changing, command
from handlers.meetings.moving.actions import Do
from handlers.meetings.moving.remarks import Remarks
from handlers.meetings.sub_command import SubCommand


class Moving:
    """All of it. `remarks`: what is said of a meeting's new time before it is stored."""

    def __init__(self, remarks: Remarks) -> None:
        self._move, self._add = changing.dialog(remarks), adding.dialog(remarks)

    @cached_property
    def sub_commands(self) -> Sequence[SubCommand]:
        """What words after `/mote` do."""
        return command.sub_commands(self._move, self._add)

    @cached_property
    def capability(self) -> Capability:
        return Capability(
            name="motetid",
            about="meeting",
            dialogs=(self._move, cancelling.CANCEL, cancelling.HOLD, self._add),
            does=Do,
            actions=(
                Action(Do.MOVE, partial(changing.start, self._move)),
                Action(Do.CANCEL, cancelling.cancel),
                Action(Do.HOLD, cancelling.hold),
                Action(Do.NEW, partial(adding.start, self._add), whole=True),
            ),
        )
