"""Who sees to what is to be done, and why it is they: worked out for many follow-ups at once, as roles are today.

What a person has got is theirs. What a committee has is its secretariat's, and its leader's; what an organisation has
is its contact persons', or where the partnership file names none, those with that role who work there. Where that leads
to nobody (they have left, it is only said in words) the secretariat of the committee that decided it sees to it, with
the reason.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.decisions.access import ANSWERING
from handlers.people.access import DECIDERS
from handlers.people.roles import Role
from handlers.writing.language import N_
from storage import people, role_holders
from storage.follow_ups import Task
from storage.role_holders import Answering


class Why(Enum):
    """Why somebody has it. The value says so to them; `{owner}` is who was to do it."""

    OWN = ""
    COMMITTEE = N_("{owner} har fått dette. Du svarer for utvalget.")
    ORGANISATION = N_("{owner} har fått dette. Du er ført opp som kontaktperson.")
    LEFT = N_("{owner} er ikke lenger med. Velg hvem som skal ta over.")
    WORDS = N_("Ansvarlig er bare nevnt med ord: «{owner}». Finn ut hvem det er, og velg dem.")
    NO_CONTACT = N_("{owner} har ingen kontaktperson her. Velg hvem som skal ha dette.")
    NOBODY_ANSWERS = N_("{owner} har verken sekretariat eller leder her. Velg hvem som skal ha dette.")


_FALLBACK = (Why.LEFT, Why.WORDS, Why.NO_CONTACT, Why.NOBODY_ANSWERS)


class Held(NamedTuple):
    """Who sees to a follow-up, with their language, and why."""

    readers: Mapping[int, str]
    why: Why

    @property
    def is_fallback(self) -> bool:
        """It is with the secretariat only until somebody has been found."""
        return self.why in _FALLBACK


async def of(session: AsyncSession, tasks: Sequence[Task], today: date) -> Mapping[int, Held]:
    """By the follow-up's id; not those without any owner. Three statements at most, however many they are."""
    with_owner = [task for task in tasks if task.has_owner]
    committees = {task.at.committee.id for task in with_owner}
    committees |= {task.row.owner_committee_id for task in with_owner if task.row.owner_committee_id is not None}
    holders = await role_holders.answering(session, committees, [role.value for role in ANSWERING], today)
    named = {task.row.owner_id for task in with_owner if task.row.owner_id is not None and not task.has_left}
    named |= {person for task in with_owner for person in task.contacts}
    languages = await people.languages(session, named)
    unnamed = {
        task.row.owner_organisation_id
        for task in with_owner
        if task.row.owner_organisation_id is not None and not task.contacts
    }
    in_role: dict[int, dict[int, str]] = {}
    for each in await role_holders.contacts_in_role(session, unnamed, Role.CONTACT, today):
        in_role.setdefault(each.organisation_id, {})[each.person_id] = each.language
    return {task.row.id: _held(task, holders, languages, in_role) for task in with_owner}


def _held(
    task: Task,
    holders: Sequence[Answering],
    languages: Mapping[int, str],
    in_role: Mapping[int, Mapping[int, str]],
) -> Held:
    row = task.row
    secretariat = _of(holders, task.at.committee.id, DECIDERS)
    if row.owner_id is not None:
        if row.owner_id in languages:
            return Held({row.owner_id: languages[row.owner_id]}, Why.OWN)
        return Held(secretariat, Why.LEFT)
    if row.owner_committee_id is not None:
        found = _of(holders, row.owner_committee_id, ANSWERING)
        return Held(found, Why.COMMITTEE) if found else Held(secretariat, Why.NOBODY_ANSWERS)
    if row.owner_organisation_id is not None:
        named = {each: languages[each] for each in task.contacts if each in languages}
        found = named or dict(in_role.get(row.owner_organisation_id, {}))
        return Held(found, Why.ORGANISATION) if found else Held(secretariat, Why.NO_CONTACT)
    return Held(secretariat, Why.WORDS)


def _of(holders: Sequence[Answering], committee_id: int, roles: Sequence[str]) -> dict[int, str]:
    return {
        each.person_id: each.language for each in holders if each.committee_id == committee_id and each.role in roles
    }


async def secretariats(
    session: AsyncSession, committee_ids: Collection[int], today: date
) -> Mapping[int, Mapping[int, str]]:
    """The secretariats of these committees: language by person, by the committee's id."""
    found = await role_holders.answering(session, committee_ids, [role.value for role in DECIDERS], today)
    return {each: _of(found, each, DECIDERS) for each in committee_ids}


async def secretariat(session: AsyncSession, committee_id: int, today: date) -> Mapping[int, str]:
    """The secretariat of a committee: language by person."""
    return (await secretariats(session, [committee_id], today))[committee_id]
