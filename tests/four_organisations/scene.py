"""A partnership of four organisations, each with its own tool: a hospital and a municipality with a Slack workspace
each, and two municipalities with a Teams tenant each. One case and one deviation are carried across all four.

Whoever stands here sees what the four stand-ins were told to show them, step by step (`Step`); tests look at what it
says, and `tests.four_organisations.pictures` draws it.
"""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy import delete, select
from sqlmodel import col

from handlers.people.roles import Role
from storage.tables import Membership, Organisation, Person, StaffRole, Unit, UnitStaff, Workspace
from tests.clock import FixedClock
from tests.deviations.tools import OnSlack, OnTeams, Tools, tools
from tests.slack.installing.several import workspaces_of
from tests.slack.installing.test_tokens import put
from tests.slack.standin import TOKEN
from tests.teams.tenants import HOSPITAL_TENANT, two_tenants
from tests.world import HOSPITAL_TEAM, MUNICIPALITY_TENANT, World, email_of

SECOND_TENANT = HOSPITAL_TENANT
"""The tenant beside the municipality's of `tests.world`; here it is another municipality's."""
TITLE = "Felles rutine for epikriser"
QUESTION, ANSWER = "Hvem skal følge det opp?", "Fagrådet for akuttmedisin"
WHAT_HAPPENED = "Epikrisen kom ikke fram før dagen etter at pasienten var hjemme"
FINDING, MEASURE = "Legevakten hadde feil adresse i adresseregisteret", "Adressen er rettet"


@dataclass(frozen=True)
class Step:
    """One thing that one of them did. `seen`: what has changed on the screen of each since the step before, as the
    platform was told to show it: Slack's blocks or a card."""

    who: str
    does: str
    seen: Mapping[str, Sequence[Any]]


@dataclass
class Four:
    """Who they are, by what they do at work: the surgeon (*kirurg*) of the hospital on Slack, the nurse at home
    (*hjemmesykepleier*) of one municipality on Teams, the coordinator (*koordinator*) of the next on Slack, and the
    head of the emergency room (*legevaktleder*) of the third on Teams."""

    tools: Tools
    people: Mapping[str, OnSlack | OnTeams]
    units: Mapping[str, str]
    committee: str

    def __post_init__(self) -> None:
        self.steps: list[Step] = []
        self._before = {name: _screen(person) for name, person in self.people.items()}

    async def step(self, who: str, does: str, *how: Awaitable[None]) -> None:
        """Let somebody do it, and keep what is new on each screen then."""
        for each in how:
            await each
        after = {name: _screen(person) for name, person in self.people.items()}
        news = {name: [shown for shown in after[name] if shown not in self._before[name]] for name in after}
        self._before = after
        self.steps.append(Step(who, does, news))

    def says(self, who: str, *words: str) -> bool:
        """Whether one message on somebody's screen has all of these words."""
        return any(all(word in message for word in words) for message in self.people[who].messages())


def _screen(person: OnSlack | OnTeams) -> list[Any]:
    return list(person.blocks()) if isinstance(person, OnSlack) else list(person.cards().values())


NORTH = "TNORTH"
ORGANISATIONS: Mapping[str, tuple[str, str, str, str]] = {
    # key: (name, surface, workspace, who is there)
    "hospital": ("Eksempel sykehus", "slack", HOSPITAL_TEAM, "kirurg"),
    "municipality": ("Søndre Eksempel kommune", "teams", MUNICIPALITY_TENANT, "hjemmesykepleier"),
    "north": ("Nordre Eksempel kommune", "slack", NORTH, "koordinator"),
    "west": ("Vestre Eksempel kommune", "teams", SECOND_TENANT, "legevaktleder"),
}
_ROLES: Mapping[str, Sequence[Role]] = {
    "kirurg": [Role.MEMBER],
    "hjemmesykepleier": [Role.SECRETARIAT],
    "koordinator": [Role.SECRETARIAT],
    "legevaktleder": [Role.MEMBER],
}
_UNITS = (
    ("Hjemmetjenesten", "municipality", "home_care", "hjemmesykepleier"),
    ("Sykehjemmet", "north", "institution", "koordinator"),
    ("Legevakten", "west", "emergency_clinic", "legevaktleder"),
)


async def _put_in(world: World) -> tuple[Mapping[str, str], str]:
    """The four in the small partnership, whose own people have no roles here; units and the committee, by id."""
    units: dict[str, str] = {}
    async with world.database.transaction() as session:
        await session.execute(delete(Membership))
        owned: dict[str, int] = {}
        for key, (name, surface, external_id, who) in ORGANISATIONS.items():
            owner = await session.scalar(select(Organisation).where(col(Organisation.key) == key))
            if owner is None:
                owner = Organisation(key=key, name=name, kind="municipality")
                session.add(owner)
                await session.flush()
                session.add(Workspace(organisation_id=owner.id, surface=surface, external_id=external_id))
            owner.name = name
            owned[key] = owner.id
            person = Person(organisation_id=owner.id, name=f"Eksempel {who.title()}", email=email_of(who))
            session.add(person)
            await session.flush()
            world.people[who] = person.id
            for role in _ROLES[who]:
                session.add(Membership(committee_id=world.committees["fsu"], person_id=person.id, role=role))
        for name, key, service, who in _UNITS:
            unit = Unit(organisation_id=owned[key], key=f"{key}-{service}", name=name, service=service)
            session.add(unit)
            await session.flush()
            session.add(UnitStaff(unit_id=unit.id, person_id=world.people[who], role=StaffRole.HANDLER))
            units[name] = str(unit.id)
    return units, str(world.committees["fsu"])


@asynccontextmanager
async def four(
    world: World, clock: FixedClock, keys: Sequence[rsa.RSAPrivateKey], certificate: Path
) -> AsyncIterator[Four]:
    """The bot in one process. The hospital's Slack token stands in the settings, the other is stored; each Teams
    tenant has an app of its own. At the end nobody was spoken to with another one's token."""
    units, committee = await _put_in(world)
    async with (
        two_tenants(clock, keys, certificate) as tenants,
        tools(
            world,
            clock,
            tenants=tenants,
            several=lambda http, slack: workspaces_of(world.database, http, slack, clock, fixed=TOKEN),
        ) as running,
    ):
        second, first = tenants.all
        hospital = running.slack
        at_hospital, at_north = frozenset({"U-kirurg"}), frozenset({"U-koordinator"})
        hospital.members = at_hospital
        north = hospital.workspace(NORTH, members=at_north)
        await put(world.database, hospital, north, clock)
        people: dict[str, OnSlack | OnTeams] = {
            "kirurg": running.on_slack("kirurg"),
            "koordinator": running.on_slack("koordinator", north),
            "hjemmesykepleier": running.in_tenant("hjemmesykepleier", first),
            "legevaktleder": running.in_tenant("legevaktleder", second),
        }
        # Teams lets a bot write only to those who have the app.
        for who in ("hjemmesykepleier", "legevaktleder"):
            await people[who].writes("hjelp")
        yield Four(running, people, units, committee)
        assert hospital.refused_tokens == []
        for there, members in ((hospital, at_hospital), (north, at_north)):
            assert there.refused == []
            assert {call["channel"] for call in there.made("chat.postMessage")} == members


async def carry_a_case(here: Four) -> None:
    """Proposed at the hospital, asked about and accepted by one of two secretaries, presented by the fourth."""
    people = here.people
    surgeon, coordinator, nurse = people["kirurg"], people["koordinator"], people["hjemmesykepleier"]
    presenter = str(here.tools.world.people["legevaktleder"])
    what = {"committee": here.committee, "title": TITLE, "purpose": "Enes om en felles plan", "types": ["D"]}
    await surgeon.writes("sak")
    await surgeon.fills(**what)
    await surgeon.fills(presenters=[presenter])
    await here.step("kirurg", "melder en sak", surgeon.fills())
    await nurse.presses("Be om mer")
    await here.step("hjemmesykepleier", "ber om mer", nurse.fills(question=QUESTION))
    await surgeon.presses("Svar")
    await here.step("kirurg", "svarer", surgeon.fills(answer=ANSWER))
    await coordinator.presses("Sett på sakslisten")
    here.tools.clock.forward(timedelta(minutes=2))
    await here.step("koordinator", "setter den på sakslisten", here.tools.settled())


async def carry_a_deviation(here: Four) -> None:
    """Reported at the hospital, sent on twice among the municipalities, asked about, answered and rated."""
    people = here.people
    surgeon, coordinator = people["kirurg"], people["koordinator"]
    nurse, head = people["hjemmesykepleier"], people["legevaktleder"]
    await surgeon.writes(f"avvik {WHAT_HAPPENED}")
    await surgeon.fills(unit=here.units["Hjemmetjenesten"], categories=["medication"])
    await surgeon.fills()
    await surgeon.fills(consequence="minor")
    await here.step("kirurg", "melder et avvik", surgeon.fills(consent="asked"))
    await nurse.presses("Send videre")
    note = "Pasienten bor på sykehjemmet hos dere"
    await here.step("hjemmesykepleier", "sender det videre", nurse.fills(unit=here.units["Sykehjemmet"], note=note))
    await coordinator.presses("Send videre")
    note = "Det var legevakten som skrev ut"
    await here.step("koordinator", "sender det videre", coordinator.fills(unit=here.units["Legevakten"], note=note))
    await here.step("legevaktleder", "tar saken", head.presses("Ta saken"))
    await head.presses("Svar og avslutt")
    await here.step("legevaktleder", "svarer", head.fills(finding=FINDING, measure=MEASURE))
    await here.step("kirurg", "sier at svaret var nyttig", surgeon.presses("Svaret var nyttig"))
