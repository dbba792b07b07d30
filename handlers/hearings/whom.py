"""Whom a round is sent to: people, committees and parties become the people who are asked, each of them once."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from handlers.cases.forms import presenters_to_choose
from handlers.dialogs.dialog import Answers, Option
from handlers.messages.arguments import id_in
from handlers.people.access import LISTENERS
from handlers.people.context import Context
from handlers.people.roles import Role
from handlers.writing.language import _
from storage import committees, hearings, organisations, people

_STAND_BY = (*LISTENERS, Role.SUBSTITUTE, Role.CONTACT)
"""Roles in which nobody answers for a committee that has no contact."""


class Whom(NamedTuple):
    """Somebody who is to be asked. `behalf`: the party that they speak for, in words."""

    person_id: int
    name: str
    behalf: str
    organisation_id: int | None = None
    committee_id: int | None = None


class Chosen(NamedTuple):
    """Everybody who comes of a choice. `empty`: the committees and parties for which there is nobody, by name."""

    people: Sequence[Whom]
    empty: Sequence[str]


people_to_choose = presenters_to_choose


async def committees_to_choose(
    context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    return [Option(str(each.id), each.name) for each in await committees.active(context.session)]


async def parties_to_choose(
    context: Context, _answers: Answers, _values: Sequence[str] | None, _query: str
) -> Sequence[Option]:
    return [Option(str(each.id), each.name) for each in await organisations.parties(context.session)]


async def choose(
    context: Context, *, persons: Collection[str], parties: Collection[str], bodies: Collection[str]
) -> Chosen:
    """A party is asked through its contacts, a committee through its contact, or else its members; somebody chosen
    by name speaks for the party that they belong to. Who is asked in several ways is asked once, for the party first.

    Args:
        persons, parties, bodies: ids as a form has them; of committees the `bodies`.
    """
    found: dict[int, Whom] = {}
    empty: list[str] = []
    for each in (await _parties(context, _ids(parties), empty), await _named(context, _ids(persons))):
        found = {**{whom.person_id: whom for whom in each}, **found}
    for committee_id in _ids(bodies):
        asked = await _of_committee(context, committee_id)
        if not asked:
            body = await committees.committee(context.session, committee_id)
            empty.append(body.name if body is not None else "")
        found = {**{whom.person_id: whom for whom in asked}, **found}
    return Chosen(sorted(found.values(), key=lambda whom: (whom.behalf, whom.name)), empty)


def _ids(values: Collection[str]) -> list[int]:
    return [found for value in values if (found := id_in(value)) is not None]


async def _named(context: Context, ids: Collection[int]) -> Sequence[Whom]:
    names = await people.names(context.session, ids)
    homes: Mapping[int, tuple[int, str]] = await hearings.home_of(context.session, ids) if ids else {}
    return [Whom(each, names[each], homes[each][1], homes[each][0]) for each in ids if each in homes]


async def _parties(context: Context, ids: Collection[int], empty: list[str]) -> Sequence[Whom]:
    wanted = await organisations.parties(context.session, ids) if ids else []
    contacts = await hearings.contacts(context.session, wanted) if wanted else []
    names = await people.names(context.session, [each.person_id for each in contacts])
    found = []
    for party in wanted:
        own = [each.person_id for each in contacts if each.organisation_id == party.id]
        if not own:
            empty.append(party.name)
        found += [Whom(each, names[each], party.name, party.id) for each in own]
    return found


async def _of_committee(context: Context, committee_id: int) -> Sequence[Whom]:
    committee = await committees.committee(context.session, committee_id)
    if committee is None:
        return ()
    holders = await people.holding_roles(context.session, committee_id, context.today)
    asked = [each for each in holders if each.role == Role.CONTACT] or [
        each for each in holders if each.role not in _STAND_BY
    ]
    return [Whom(each.person_id, each.name, committee.name, committee_id=committee_id) for each in asked]


def nobody_for(names: Sequence[str]) -> str:
    """What is said of committees and parties for which there is nobody to ask."""
    return _("Det er ingen å spørre for {names}. Velg en person i stedet.").format(names=", ".join(names))
