"""What buttons do about what is found. The values stand on buttons that were sent long ago, so they never change."""

from handlers.messages.message import Button, Does
from handlers.writing.language import _
from storage.references import Record


class Do(Does):
    """All that is done by buttons."""

    SEARCH = "sok.sok"
    """What was searched for, a page at a time."""
    CASE = "sok.sak"
    """A case, or another line of an agenda, with what the minutes say of it."""


def show(record: Record, label: str = "") -> Button:
    """A button that shows what stands under a number, or what was found: «Vis saken», unless it is called otherwise."""
    which = {"case": str(record.item_id)} if record.item_id is not None else {"line": str(record.slot_id)}
    return Button(label=label or _("Vis saken"), action=Do.CASE, arguments=which)
