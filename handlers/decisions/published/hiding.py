"""What is put in the place of names and of closed cases, in what anybody may read of a committee's decisions."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.decisions.published import rows
from handlers.people.context import Context
from handlers.writing.identity import REMOVED
from storage import cases
from storage import handled as stored


async def instead(
    context: Context, committee_id: int, since: datetime, until: datetime, told: Sequence[rows.MeetingRows]
) -> Mapping[str, str]:
    """What stands for what in `told`, which is of the committee's meetings of that time (`until` is not in it)."""
    titles = rows.closed_titles(await cases.closed_ones(context.session), None, told)
    there = await stored.beside_the_register(context.session, committee_id, since, until)
    guests = {name: where or REMOVED for name, where in there.items()}
    return {**guests, **await stored.where_from(context.session), **titles}
