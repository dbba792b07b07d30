"""What draws the page of a case, for whatever leads back to it and stands on it itself."""

from typing import Protocol

from handlers.decisions.case_read import CaseRead
from handlers.messages.message import Message
from handlers.people.context import Context


class Draw(Protocol):
    """See `handlers.decisions.case_page.CasePage`."""

    async def draw(self, context: Context, case: CaseRead, *, said: str = "") -> Message: ...
