"""Who may be chosen to do something: a committee, an organisation, or somebody in the partnership."""

from collections.abc import Sequence

from handlers.cases.forms import presenters_to_choose
from handlers.decisions.following import happen
from handlers.dialogs.dialog import Answers, Option
from handlers.messages.arguments import id_in
from handlers.people.context import Context
from storage import committees, organisations
from storage.tables import FollowUp

_COMMITTEE, _ORGANISATION = "c", "o"
"""Before the id of a committee or an organisation; a person's has nothing before it."""


async def to_choose(context: Context, answers: Answers, values: Sequence[str] | None, query: str) -> Sequence[Option]:
    """Committees, organisations, then everybody in the partnership."""
    listed = [Option(f"{_COMMITTEE}{each.id}", each.name) for each in await committees.active(context.session)]
    listed += [Option(f"{_ORGANISATION}{each.id}", each.name) for each in await organisations.parties(context.session)]
    wanted = query.casefold()
    listed = [option for option in listed if wanted in option.label.casefold()]
    return [*listed, *await presenters_to_choose(context, answers, values, query)]


def chosen(row: FollowUp) -> str | None:
    """Who has it, as an option; None: nobody, or somebody in words."""
    if row.owner_committee_id is not None:
        return f"{_COMMITTEE}{row.owner_committee_id}"
    if row.owner_organisation_id is not None:
        return f"{_ORGANISATION}{row.owner_organisation_id}"
    return str(row.owner_id) if row.owner_id is not None else None


def give(row: FollowUp, owner: str) -> None:
    """It is theirs from now on, who were chosen."""
    if owner.startswith(_COMMITTEE):
        happen.give_owner(row, committee=id_in(owner.removeprefix(_COMMITTEE)))
    elif owner.startswith(_ORGANISATION):
        happen.give_owner(row, organisation=id_in(owner.removeprefix(_ORGANISATION)))
    else:
        happen.give_owner(row, person=id_in(owner))
