"""A case as the register knows it, read for somebody who may."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.cases import closed
from handlers.decisions import access
from handlers.errors import Gone, NotAllowed
from handlers.messages.arguments import id_of
from handlers.people.context import Context
from handlers.writing.language import _
from storage import cases, decisions
from storage.cases import Former
from storage.decisions import Decision
from storage.tables import AgendaItem, Committee, Meeting


class CaseRead(NamedTuple):
    """A case, for whoever reads its page.

    `decided`: what they may read of what was decided in it, the first first. `former`: the numbers that it had before.
    `sees`: whether they may see what it is about; parts say nothing of that if not.
    """

    item: AgendaItem
    committee: Committee
    meeting: Meeting | None
    former: Sequence[Former]
    decided: Sequence[Decision]
    sees: bool

    @property
    def title(self) -> str:
        """«33/24 Felles opplæring», as it may be read."""
        number = self.item.number or next((each.number for each in reversed(self.former)), "")
        return f"{number} {self.item.title if self.sees else closed.title(self.item)}".strip()


async def read(context: Context, arguments: Mapping[str, str]) -> CaseRead:
    """The case called `item`, for whoever may read it: five statements at most.

    Raises:
        Gone, NotAllowed: says why not.
    """
    session, actor = context.session, context.actor
    found = await decisions.item(session, id_of(arguments, "item"))
    if found is None:
        raise Gone(_("Saken finnes ikke lenger."))
    decided = await decisions.of_items(session, [found.item.id])
    if not access.may_read_case(actor, found, decided):
        raise NotAllowed(_("Saken er for medlemmene av {committee}.").format(committee=found.committee.name))
    former = await cases.former_numbers(session, [found.item.id])
    return CaseRead(
        *found,
        former.get(found.item.id, ()),
        [each for each in decided if access.may_read(actor, each)],
        access.sees_item(actor, found, [each.at.committee.id for each in decided]),
    )
