"""The threads of meetings in a committee's channel."""

from handlers.capability import Action, Capability
from handlers.meetings.sub_command import SubCommand
from handlers.meetings.threads import command, own
from handlers.meetings.threads.actions import Do
from handlers.meetings.threads.following import THREADS
from handlers.meetings.threads.trouble import UNPOSTED
from handlers.meetings.threads.ways import WAYS
from handlers.writing.language import N_

CAPABILITY = Capability(
    name="motetrad",
    does=Do,
    actions=(
        Action(Do.SHOW, command.show, whole=True),
        Action(Do.HERE, command.use_here, whole=True),
        Action(Do.ON, command.turn_on, whole=True),
        Action(Do.OFF, command.turn_off, whole=True),
        Action(Do.AS_IN_FILE, command.follow_file, whole=True),
        Action(Do.TRY_AGAIN, command.try_again, whole=True),
    ),
    chores=(THREADS,),
    shared_cards=(own.CARD,),
    unposted=UNPOSTED,
)
SUB_COMMAND = SubCommand(
    words=("kanal", "kanalen", "tråd", "tråder", "trad", "trader", "channel"),
    run=command.command,
    usage=N_("kanal [utvalg]"),
    ways=WAYS,
    examples=command.examples,
)
"""`/mote kanal`."""
