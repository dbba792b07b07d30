"""One case in the register: its way, what was decided in it, what is to be done, and what each room has to say.

It is what a signed link to the case opens. Every button on it carries the case (`item`), so that such a link leads to
nothing else.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from handlers.decisions import decided, following_case, way
from handlers.decisions.case_read import CaseRead, read
from handlers.dialogs.dialog import Reply
from handlers.meetings.part import Part
from handlers.messages.message import Message
from handlers.people.context import Context

PartOf = Callable[[Context, CaseRead], Awaitable[Part]]
"""What a room has to say of the case that it is given. It looks at `CaseRead.sees` before it tells anything of it."""

OWN: Sequence[PartOf] = (way.part, decided.part, following_case.part)
"""The register's own."""


@dataclass(frozen=True)
class CasePage:
    """The page, made of parts, in the order in which they stand there: the register's own, and those of what builds on
    it (see `handlers.capabilities`)."""

    parts: Sequence[PartOf]

    async def show(self, context: Context, arguments: Mapping[str, str]) -> Reply:
        """For whoever may read it."""
        return await self.draw(context, await read(context, arguments))

    async def draw(self, context: Context, case: CaseRead, *, said: str = "") -> Message:
        """The page of a case that was read. `said`: what has just been done."""
        parts = [await part(context, case) for part in self.parts]
        return Message(
            title=case.title,
            text=said,
            facts=tuple(fact for part in parts for fact in part.facts),
            sections=tuple(section for part in parts for section in part.sections),
            files=tuple(file for part in parts for file in part.files),
            buttons=tuple(button for part in parts for button in part.buttons),
            replace=bool(said),
        )
