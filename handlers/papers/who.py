"""Who is meant by a name in an old paper: a person, a committee, an organisation; or nobody that is certain. Pure.

Nobody is guessed: two people of the same name are told apart by nothing that stands in a paper.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from handlers.calendar.zone import local_day
from handlers.papers.record import PaperRead, PresentRead
from handlers.papers.whose import whose
from handlers.patterns import pattern_of
from handlers.people.roles import Role
from storage.papers import Names, Namesake
from storage.tables import Organisation

_SPACES = pattern_of(r"\s+")
_ROLES: Sequence[tuple[re.Pattern[str], Role]] = tuple(
    (pattern_of(pattern, re.IGNORECASE), role)
    for pattern, role in (
        (r"\bmøteleder|\bmøteleiar|\bordstyrer|\bordstyrar", Role.CHAIR),
        (r"^(?:leder|leiar|utvalgsleder|utvalsleiar)\b", Role.LEADER),
        (r"\breferent", Role.MINUTE_TAKER),
        (r"\bsekretariat|\bsekretær", Role.SECRETARIAT),
        (r"\bkoordinator", Role.COORDINATOR),
        (r"\bobservatør", Role.OBSERVER),
        (r"\bgjest|\binvitert|\binnleder|\binnleiar", Role.GUEST),
        (r"\bfastlege", Role.GP_REPRESENTATIVE),
        (r"\bbrukar|\bbruker", Role.PATIENT_REPRESENTATIVE),
        (r"\bvara|\bstedfortreder|\bstadfortredar", Role.SUBSTITUTE),
    )
)


_ONLY_ROLE = pattern_of(
    r"møteleder|møteleiar|ordstyrer|ordstyrar|leder|leiar|utvalgsleder|referent|sekretær|sekretariat|koordinator|"
    r"observatør|gjest|vara|varamedlem|stedfortreder|medlem",
    re.IGNORECASE,
)
"""What says no more than the role that it is kept as."""


def plain(name: str) -> str:
    return _SPACES.sub(" ", name).strip().casefold()


class Known(NamedTuple):
    """The register, as far as a paper's names go."""

    people: Mapping[str, Sequence[Namesake]]
    """By name, as `plain` has it."""
    committees: Sequence[Names]
    organisations: Sequence[Organisation]

    @classmethod
    def of(
        cls, people: Iterable[Namesake], committees: Sequence[Names], organisations: Sequence[Organisation]
    ) -> "Known":
        found: dict[str, list[Namesake]] = {}
        for each in people:
            found.setdefault(plain(each.name), []).append(each)
        return cls(found, committees, organisations)

    def person(self, name: str | None, day: date) -> int | None:
        """The only one of this full name who had not left by that day."""
        wanted = plain(name or "")
        if " " not in wanted:
            return None
        there = [
            each for each in self.people.get(wanted, ()) if each.removed_at is None or local_day(each.removed_at) >= day
        ]
        return there[0].id if len(there) == 1 else None


class Owner(NamedTuple):
    """Who is to do something: one of these, or words."""

    person_id: int | None = None
    committee_id: int | None = None
    organisation_id: int | None = None
    words: str = ""


def owner(text: str, day: date, known: Known) -> Owner:
    """Who is meant by the words of a paper of that day; in its own words where it is not certain."""
    words = _SPACES.sub(" ", text).strip()
    if not words:
        return Owner()
    person_id = known.person(words, day)
    if person_id is not None:
        return Owner(person_id=person_id)
    found = whose(words, day, known.committees).certain
    if found is not None and found.removed_at is None:
        return Owner(committee_id=found.id)
    named = [each for each in known.organisations if plain(words) in (plain(each.name), plain(each.key))]
    return Owner(organisation_id=named[0].id) if len(named) == 1 else Owner(words=words)


def names_in(read: PaperRead) -> set[str]:
    """Everybody whom the paper names where it may be a person of the register."""
    people = [*read.present, *read.absent]
    found = {each.name for each in people} | {each.substitute_for or "" for each in people}
    found |= {read.chair or "", read.referent or ""}
    found |= {each.owner for each in (*read.followups, *(each for case in read.cases for each in case.followups))}
    return {_SPACES.sub(" ", each).strip() for each in found} - {""}


def capacity(there: PresentRead, read: PaperRead) -> Role:
    """The role that somebody was there in; a member where nothing else is said."""
    if there.name and plain(there.name) == plain(read.chair or ""):
        return Role.CHAIR
    said = next((role for pattern, role in _ROLES if pattern.search(there.role)), None)
    if said is None and there.name and plain(there.name) == plain(read.referent or ""):
        return Role.MINUTE_TAKER
    if said is None and there.substitute_for:
        return Role.SUBSTITUTE
    return said or Role.MEMBER


def beside(there: PresentRead, *, knows_for: bool) -> str:
    """What stands beside a name, in the paper's words. `knows_for`: whom they stood in for is told otherwise."""
    role = "" if _ONLY_ROLE.fullmatch(there.role.strip()) else there.role.strip()
    instead = f"for {there.substitute_for}" if there.substitute_for and not knows_for else ""
    return ", ".join(filter(None, (role, instead, there.remark.strip())))
