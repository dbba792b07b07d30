"""Yearly duties (årsplikter) of committees. They are laid with the reminders of meetings."""

from handlers.capability import Action, Capability
from handlers.meetings.duties import doing, reminders
from handlers.meetings.duties.actions import Do

CAPABILITY = Capability(
    name="arsplikt",
    does=Do,
    actions=(Action(Do.DONE, doing.done, whole=True), Action(Do.UNDO, doing.undo, whole=True)),
    owes=doing.owes,
    foresees=doing.foresees,
    reminders=reminders.KINDS,
)
