"""A small partnership to test with, written straight into the tables.

A hospital on Slack (T-HOSPITAL), a municipality on Teams (tenant-municipality); FSU with two secretaries, one on
each side; AU without anybody of the municipality; a forum that everyone may propose to. Two units on each side that
deviations are sent to.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.deviations import notice
from handlers.deviations.notice import Rule
from handlers.meetings.settings import CommitteeSettings
from handlers.people.context import Profile, Sender
from handlers.people.roles import Role
from storage.database import Database
from storage.tables import (
    Account,
    Committee,
    CommitteeAlias,
    Meeting,
    Membership,
    Organisation,
    Person,
    Setting,
    StaffRole,
    Unit,
    UnitAlias,
    UnitStaff,
    Workspace,
)

HOSPITAL_TEAM = "T-HOSPITAL"
MUNICIPALITY_TENANT = "tenant-municipality"


@dataclass
class World:
    """Ids by name, and senders ready to speak."""

    database: Database
    committees: dict[str, int]
    meetings: dict[str, int]
    people: dict[str, int]
    units: dict[str, int]

    def within(self, database: Database) -> "World":
        """The same in a copy of the database. Tests add people of their own to what they are given."""
        return World(database, *map(dict, (self.committees, self.meetings, self.people, self.units)))

    def sender(self, name: str, surface: str = "local", *, lasting: bool | None = None) -> Sender:
        """`name` speaking from the local page, from Slack (user id `U-name`) or from Teams (`aad-name`)."""
        workspace, user_id = _account(surface, name, self.people.get(name, 0))
        return Sender(
            surface=surface,
            workspace=workspace,
            user_id=user_id,
            profile=profile_of(name),
            reach={"user": user_id, "channel": user_id},
            lasting=surface != "slack" if lasting is None else lasting,
        )


def _account(surface: str, name: str, person_id: int) -> tuple[str, str]:
    match surface:
        case "slack":
            return HOSPITAL_TEAM, f"U-{name}"
        case "teams":
            return MUNICIPALITY_TENANT, f"aad-{name}"
        case _local:
            return "local", str(person_id)


def email_of(name: str) -> str:
    return f"{name}@example.org"


def profile_of(name: str) -> Any:
    async def profile() -> Profile:
        return Profile(name=f"Eksempel {name.title()}", email=email_of(name))

    return profile


PEOPLE = {
    # name: (organisation, roles by committee)
    "member": ("hospital", {"fsu": [Role.MEMBER]}),
    "colleague": ("municipality", {"fsu": [Role.MEMBER], "au": [Role.MEMBER]}),
    "secretary": ("hospital", {"fsu": [Role.SECRETARIAT], "au": [Role.SECRETARIAT]}),
    "deputy": ("municipality", {"fsu": [Role.SECRETARIAT], "forum": [Role.SECRETARIAT]}),
    "observer": ("municipality", {"fsu": [Role.OBSERVER]}),
    "clinician": ("hospital", {}),
    "surgeon": ("hospital", {}),
    "registrar": ("hospital", {}),
    "chief": ("hospital", {}),
    "internist": ("hospital", {}),
    "nurse": ("municipality", {}),
    "carer": ("municipality", {}),
    "manager": ("municipality", {}),
    "mailbox": ("municipality", {}),
}
OFF_CHAT = ("mailbox",)
"""Known by e-mail only: nobody who has an account anywhere."""

UNITS = {
    # key: (name, organisation, service, aliases, staff by role)
    "ortho": (
        "Ortopedisk avdeling",
        "hospital",
        "",
        (),
        {StaffRole.HANDLER: ["surgeon"], StaffRole.DEPUTY: ["registrar"], StaffRole.LEADER: ["chief"]},
    ),
    "medical": ("Medisinsk avdeling", "hospital", "", (), {StaffRole.HANDLER: ["internist"]}),
    "homecare": (
        "Hjemmetjenesten",
        "municipality",
        "home_care",
        ("Hjemmesykepleien",),
        {StaffRole.HANDLER: ["nurse"], StaffRole.LEADER: ["manager"]},
    ),
    "nursinghome": (
        "Sykehjemmet",
        "municipality",
        "institution",
        (),
        {StaffRole.HANDLER: ["nurse", "mailbox"]},
    ),
}


NOTICE = Rule(
    word="varsel",
    recipients=("Statens helsetilsyn", "Ukom"),
    legal_basis="spesialisthelsetjenesteloven § 3-3 a, helse- og omsorgstjenesteloven § 12-3 a",
    at_once=True,
    days=1,
    link="https://melde.no",
)
"""What the partnership has set about the statutory notice."""


async def build(database: Database, now: datetime) -> World:
    """Meetings: FSU in 20 days (deadline in 6) and in 60 days, AU in 15 days (deadline passed yesterday)."""
    async with database.transaction() as session:
        hospital = await _put(session, Organisation(key="hospital", name="Eksempel sykehus", kind="hospital"))
        municipality = await _put(
            session, Organisation(key="municipality", name="Eksempel kommune", kind="municipality")
        )
        organisations = {"hospital": hospital, "municipality": municipality}
        session.add(Workspace(organisation_id=hospital, surface="slack", external_id=HOSPITAL_TEAM))
        session.add(Workspace(organisation_id=municipality, surface="teams", external_id=MUNICIPALITY_TENANT))
        settings = CommitteeSettings().model_dump(mode="json")
        fsu, au, forum = [
            await _put(
                session,
                Committee(key=key, name=name, number_template=template, proposals_from=who, settings=settings),
            )
            for key, name, template, who in (
                ("fsu", "Faglig samarbeidsutvalg (FSU)", "{n}/{yyyy} ({types})", "members"),
                ("au", "Arbeidsutvalg (AU)", "{yyyy}.{n}", "members"),
                ("forum", "Samarbeidsforum rus og psykisk helse", "{n}/{yy}", "everyone"),
            )
        ]
        session.add(CommitteeAlias(committee_id=fsu, alias="FSU"))
        session.add(CommitteeAlias(committee_id=au, alias="AU"))
        committees = {"fsu": fsu, "au": au, "forum": forum}
        meetings = {
            name: await _put(session, _meeting(committees[committee], name, now + starts, now + deadline))
            for name, committee, starts, deadline in (
                ("fsu-1", "fsu", timedelta(days=20), timedelta(days=6)),
                ("fsu-2", "fsu", timedelta(days=60), timedelta(days=46)),
                ("au-1", "au", timedelta(days=15), timedelta(days=-1)),
                ("au-2", "au", timedelta(days=50), timedelta(days=36)),
            )
        }
        people: dict[str, int] = {}
        for name, (organisation, roles) in PEOPLE.items():
            people[name] = await _put(
                session,
                Person(
                    organisation_id=organisations[organisation],
                    name=f"Eksempel {name.title()}",
                    email=email_of(name),
                ),
            )
            workspace, user_id = _account("local", name, people[name])
            if name in OFF_CHAT:
                continue
            session.add(
                Account(
                    person_id=people[name],
                    surface="local",
                    workspace=workspace,
                    user_id=user_id,
                    reach={"user": user_id, "channel": user_id},
                    seen_at=now,
                )
            )
            for committee, held in roles.items():
                for role in held:
                    session.add(Membership(committee_id=committees[committee], person_id=people[name], role=role))
        units = await _put_units(session, organisations, people)
        session.add(Setting(name=notice.NAME, value=notice.stored([NOTICE])))
    return World(database, committees, meetings, people, units)


async def _put_units(session: AsyncSession, organisations: dict[str, int], people: dict[str, int]) -> dict[str, int]:
    units: dict[str, int] = {}
    for key, (name, organisation, service, aliases, posts) in UNITS.items():
        row = Unit(organisation_id=organisations[organisation], key=key, name=name, service=service)
        units[key] = await _put(session, row)
        session.add_all(UnitAlias(unit_id=units[key], alias=alias) for alias in aliases)
        session.add_all(
            UnitStaff(unit_id=units[key], person_id=people[person], role=role)
            for role, held in posts.items()
            for person in held
        )
    return units


def _meeting(committee_id: int, key: str, starts_at: datetime, deadline_at: datetime) -> Meeting:
    return Meeting(
        committee_id=committee_id,
        key=key,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        deadline_at=deadline_at,
        zone="Europe/Oslo",
        place="Eksempelsalen",
    )


async def _put(session: AsyncSession, row: Any) -> int:
    session.add(row)
    await session.flush()
    return int(row.id)
