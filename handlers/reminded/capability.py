"""Reminders: what capabilities have laid is said when it is due, gathered for each person, as that person wishes."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command
from handlers.reminded import undelivered
from handlers.reminded.mine import Mine
from handlers.reminded.snoozing import Snoozing
from handlers.reminded.ways import WAYS
from handlers.reminders.actions import Do
from handlers.reminders.handing import Handing
from handlers.reminders.kind import Kind
from handlers.writing.language import N_


def over(capabilities: Sequence[Capability]) -> Capability:
    """Over the kinds of reminders of these. Its chore comes after theirs, which lay what it hands over."""
    kinds: dict[str, Kind] = {kind.name: kind for each in capabilities for kind in each.reminders}
    subjects = {kind: tell for each in capabilities for kind, tell in each.subjects.items()}
    handing = Handing(kinds)
    mine, snoozing = Mine(handing), Snoozing(handing)
    return Capability(
        name="paminnelser",
        about="reminder",
        commands=(
            Command(
                name="paminnelser",
                aliases=("påminnelser", "paminnelse", "påminnelse", "påminningar", "reminders"),
                summary=N_("Påminnelser: når og hvordan du får dem"),
                usage=N_("[endre | pause til mandag | fortsett]"),
                run=mine.command,
                examples=mine.examples,
                ways=WAYS,
                seldom=True,
            ),
        ),
        dialogs=mine.dialogs,
        does=Do,
        actions=(
            Action(Do.SHOW, mine.show, whole=True),
            Action(Do.SETTINGS, mine.change, whole=True),
            Action(Do.PAUSE, mine.pause, whole=True),
            Action(Do.RESUME, mine.resume, whole=True),
            Action(Do.WHERE, mine.choose_chat, whole=True),
            Action(Do.LATER, snoozing.choose),
            Action(Do.SNOOZE, snoozing.snooze),
        ),
        chores=(handing.chore(),),
        subjects={"reminders": undelivered.of(subjects)},
    )
