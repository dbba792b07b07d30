"""One's own calendar: an address from which it fetches one's meetings and deadlines."""

from handlers.capability import Action, Capability
from handlers.meetings.sub_command import SubCommand
from handlers.subscriptions import command
from handlers.subscriptions.actions import Do
from handlers.subscriptions.ways import WAYS
from handlers.writing.language import N_

CAPABILITY = Capability(
    name="kalender",
    does=Do,
    actions=(
        Action(Do.SHOW, command.show, whole=True),
        Action(Do.MAKE, command.make, whole=True),
        Action(Do.REMOVE, command.remove, whole=True),
    ),
)
SUB_COMMAND = SubCommand(
    words=("kalender", "kalenderen", "kalenderadresse", "calendar"),
    run=command.command,
    usage=N_("kalender"),
    ways=WAYS,
    examples=command.examples,
    button=command.button,
)
"""`/mote kalender`."""
