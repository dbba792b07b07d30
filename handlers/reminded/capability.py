"""Reminders: what capabilities have laid is said when it is due, gathered for each person."""

from collections.abc import Sequence

from handlers.capability import Capability
from handlers.reminded import undelivered
from handlers.reminders.handing import Handing
from handlers.reminders.kind import Kind


def over(capabilities: Sequence[Capability]) -> Capability:
    """Over the kinds of reminders of these. Its chore comes after theirs, which lay what it hands over."""
    kinds: dict[str, Kind] = {kind.name: kind for each in capabilities for kind in each.reminders}
    subjects = {kind: tell for each in capabilities for kind, tell in each.subjects.items()}
    return Capability(
        name="paminnelser",
        chores=(Handing(kinds).chore(),),
        subjects={"reminders": undelivered.of(subjects)},
    )
