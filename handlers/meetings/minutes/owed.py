"""The minutes that are begun and not finished."""

from collections.abc import Sequence

from handlers.capability import Owed
from handlers.meetings.minutes import home
from handlers.people.context import Context


async def owes(context: Context) -> Sequence[Owed]:
    """As they wait at home: nobody has said by when."""
    return [Owed(each.text, (each.button,)) for each in await home.home(context)]
