"""That nothing is given to a committee that it came from: it would go in a circle, from one to the other for ever."""

from collections.abc import Mapping

from handlers.people.context import Context
from handlers.writing.language import _
from storage import chain, committees
from storage.tables import MinutesEntry


async def problems(context: Context, entry: MinutesEntry, committee_id: int) -> Mapping[str, str]:
    """What is wrong with giving this committee something to do because of what stands there, by the form's field."""
    if committee_id not in await chain.committees_above(context.session, entry.id):
        return {}
    committee = await committees.committee(context.session, committee_id)
    return {
        "owner": _(
            "Saken kom fra {committee}, så den ville gått i ring. Velg en annen. Skal {committee} høre hva dere kom "
            "til, så får de beskjed av seg selv."
        ).format(committee=committee.name if committee is not None else "")
    }
