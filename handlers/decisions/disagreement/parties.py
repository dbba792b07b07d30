"""The two parties of a disagreement, as they are proposed: the hospital's side and the municipalities'.

The secretariat may choose others. Where a side is one organisation, the party is called that.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.meetings.rights import VOTERS
from handlers.people.roles import Role
from handlers.writing.language import N_
from storage.disagreements import Seated
from storage.tables import Organisation

HOSPITAL, MUNICIPALITY = "hospital", "municipality"
SIDES: Mapping[str, str] = {HOSPITAL: N_("Sykehussiden"), MUNICIPALITY: N_("Kommunesiden")}
"""What a side of several organisations is called. It is stored with the protocol as it reads in Bokmål."""
KINDS = {"hospital": HOSPITAL, "municipality": MUNICIPALITY, "district": MUNICIPALITY}
"""The side of an organisation of this kind; of others none."""


class Party(NamedTuple):
    """A party: its name, its side, the organisation that it is, if it is one alone, and who writes for it."""

    name: str
    kind: str
    organisation_id: int | None
    writers: tuple[int, ...] = ()


def proposed(seated: Sequence[Seated], organisations: Sequence[Organisation]) -> tuple[Party, Party]:
    """Who the parties are where nobody has chosen. `seated`: who has a role in the committee. `organisations`: those of
    the partnership, for a side that has nobody in it."""
    return _side(HOSPITAL, seated, organisations), _side(MUNICIPALITY, seated, organisations)


def _side(side: str, seated: Sequence[Seated], organisations: Sequence[Organisation]) -> Party:
    there = [each for each in seated if KINDS.get(each.kind) == side]
    voting = [each for each in there if each.role in VOTERS]
    found = {each.organisation_id: each.organisation for each in voting or there}
    if not found:
        found = {each.id: each.name for each in organisations if KINDS.get(each.kind) == side}
    if len(found) == 1:
        ((organisation_id, name),) = found.items()
        return Party(name, side, organisation_id, _writers(voting))
    return Party(SIDES[side], side, None, _writers(voting))


def _writers(voting: Sequence[Seated]) -> tuple[int, ...]:
    """Who leads the committee for that side, or where nobody does, each of its members."""
    leading = [each.person_id for each in voting if each.role in (Role.LEADER, Role.CHAIR)]
    return tuple(dict.fromkeys(leading or [each.person_id for each in voting]))
