"""`python -m bot doctor people`: whom the bot does not know for sure, and what to do."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from handlers.partnership import doctor
from storage.tables import Account, LookUp, Organisation, Person
from tests.clock import FixedClock
from tests.world import HOSPITAL_TEAM, MUNICIPALITY_TENANT, World


async def add(world: World, clock: FixedClock, person: Person, **account: object) -> None:
    async with world.database.transaction() as session:
        session.add(person)
        await session.flush()
        values = {"surface": "slack", "workspace": HOSPITAL_TEAM, "user_id": "U0MET", "reach": {}, **account}
        session.add(Account(person_id=person.id, seen_at=clock.now(), **values))


async def hospital(world: World) -> int:
    async with world.database.transaction() as session:
        return (await session.get_one(Person, world.people["member"])).organisation_id


async def found(world: World, clock: FixedClock) -> doctor.Findings:
    async with world.database.transaction() as session:
        return await doctor.people(session, clock.now())


async def test_when_all_is_well_there_is_nothing_to_do(world: World, clock: FixedClock) -> None:
    assert await found(world, clock) == doctor.Findings(
        (
            "Møtt uten en e-postadresse som plattformen går god for: 0",
            "",
            "I filen, lett etter og ikke funnet: 0",
            "",
            "I filen, ikke møtt ennå: 0",
            "",
            "Gjester: 0",
            "",
        ),
        todo=False,
    )


async def test_a_stranger_is_told_of_with_the_line_to_write_and_who_it_may_be(world: World, clock: FixedClock) -> None:
    async with world.database.transaction() as session:
        member = await session.get_one(Person, world.people["member"])
        member.listed, member.name = True, "Eksempel Navnesen"
    met = Person(organisation_id=await hospital(world), name="Navnesen, Eksempel")
    await add(world, clock, met, unvouched="unconfirmed", asked=2, ask_at=clock.now() + timedelta(hours=4))
    findings = await found(world, clock)
    assert findings.todo
    assert findings.lines[:3] == (
        "Møtt uten en e-postadresse som plattformen går god for: 1",
        "  Navnesen, Eksempel, Eksempel sykehus: slack_id: U0MET (e-postadressen er ikke bekreftet; sist sett "
        "1. sep. 2026, spurt igjen 2 ganger, neste gang tidligst 1. sep. 2026 kl. 14.00) – er det Eksempel Navnesen "
        "(member@example.org)?",
        "  → Står noen av dem i filen? Skriv id-en på linjen deres og last filen igjen, så følger alt de har gjort "
        "med. De andre kan bruke boten som de er.",
    )


async def test_whoever_an_older_version_met_is_told_of_before_they_speak(world: World, clock: FixedClock) -> None:
    await add(world, clock, Person(organisation_id=await hospital(world), name="Uten navn"))
    (line,) = (line for line in (await found(world, clock)).lines if line.startswith("  Uten navn"))
    assert "ikke spurt siden boten ble oppgradert" in line
    assert line.endswith("spurt igjen 0 ganger)")


async def test_whom_slack_does_not_find_and_who_has_not_written_yet(world: World, clock: FixedClock) -> None:
    names = ("member", "colleague")
    async with world.database.transaction() as session:
        await session.execute(
            update(Person).where(col(Person.id).in_([world.people[name] for name in names])).values(listed=True)
        )
        again = clock.now() + timedelta(minutes=40)
        member = world.people["member"]
        session.add(LookUp(surface="slack", person_id=member, outcome="absent", times=4, ask_at=again))
    findings = await found(world, clock)
    assert findings.todo
    assert (
        "  Eksempel Member, member@example.org, Eksempel sykehus: ikke på Slack (lett 4 ganger, neste gang "
        "1. sep. 2026 kl. 10.40)" in findings.lines
    )
    quiet = findings.lines.index("I filen, ikke møtt ennå: 1")
    assert findings.lines[quiet + 1] == "  Eksempel Colleague, Eksempel kommune"


async def test_guests_and_whether_they_are_let_in(world: World, clock: FixedClock) -> None:
    guest = Person(organisation_id=await hospital(world), name="Eksempel Gjest", email="gjest@example.org", guest=True)
    await add(world, clock, guest, outsider=True)
    async with world.database.transaction() as session:
        colleague = await session.get_one(Person, world.people["colleague"])
        colleague.listed = True
        session.add(
            Account(
                person_id=colleague.id,
                surface="teams",
                workspace=MUNICIPALITY_TENANT,
                user_id="aad-colleague",
                reach={},
                seen_at=clock.now(),
                outsider=True,
            )
        )
    findings = await found(world, clock)
    assert not findings.todo
    at = findings.lines.index("Gjester: 2")
    assert findings.lines[at + 1 : at + 3] == (
        "  Eksempel Colleague, Eksempel kommune: Teams aad-colleague (står i filen, slipper inn)",
        "  Eksempel Gjest, Eksempel sykehus: Slack U0MET (slipper ikke inn)",
    )
    async with world.database.transaction() as session:
        await session.execute(update(Organisation).values(guests=True))
    assert (await found(world, clock)).lines[at + 2].endswith("(slipper inn, og kalles gjest)")
