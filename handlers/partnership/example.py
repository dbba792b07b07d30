"""Whether the example partnership may go into a database: only into an empty one, or one that it came from."""

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.partnership.model import Partnership
from storage import partnership as stored
from storage.partnership import Stored
from storage.tables import Setting

_NAME = "partnership"
"""The setting that says what was loaded last."""
_IS_EXAMPLE = "is_example"


def note(session: AsyncSession, before: Stored, *, is_example: bool) -> None:
    """Remember that what is stored now is, or is not, the example. `before`: what stood there until now."""
    value = {_IS_EXAMPLE: is_example}
    row = next((row for row in before.settings if row.name == _NAME), None)
    if row is None:
        session.add(Setting(name=_NAME, value=value))
    elif row.value != value:
        row.value = value


async def may_be_loaded(session: AsyncSession, example: Partnership) -> bool:
    """Whether the database has no partnership yet, or has the example.

    A database from before this was remembered has the example if everything in it is the example's, by key and name.
    """
    before = await stored.everything(session, ())
    if not before.organisations and not before.committees:
        return True
    remembered = next((row for row in before.settings if row.name == _NAME), None)
    if remembered is not None:
        return bool(remembered.value.get(_IS_EXAMPLE))
    organisations = {(each.key, each.name) for each in example.organisations}
    committees = {(each.key, each.name) for each, _members in example.committees}
    emails = {person.email for person in example.people}
    return (
        all((row.key, row.name) in organisations for row in before.organisations)
        and all((row.key, row.name) in committees for row in before.committees)
        # Whoever has a role in a committee or a unit.
        and all(person.email in emails for person in before.people)
    )
