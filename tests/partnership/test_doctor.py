"""`python -m bot doctor people`: whom the bot does not know for sure, and what to do."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from handlers.admission import separate
from handlers.errors import BotError
from handlers.partnership import doctor
from storage.tables import Account, Delivery, LookUp, Organisation, Person
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


async def test_an_outsider_who_is_taken_for_somebody_in_the_file_is_named_and_can_be_separated(
    world: World, clock: FixedClock
) -> None:
    """Bound over Slack Connect by an address that the other workspace wrote, before that was believed no more."""
    member = world.people["member"]
    async with world.database.transaction() as session:
        person = await session.get_one(Person, member)
        person.listed = True
        where = {"surface": "slack", "workspace": HOSPITAL_TEAM, "reach": {}, "seen_at": clock.now()}
        # One whom Slack vouches for is no matter, and neither is one whom the file names.
        session.add(Account(person_id=member, user_id="U0GUEST", outsider=True, **where))
        borrowed = Account(person_id=member, user_id="U0ELSE", outsider=True, unvouched="unconfirmed", **where)
        session.add(borrowed)
        await session.flush()
        shown = Delivery(
            key="item:1:proposer:1",
            subject="item:1",
            person_id=member,
            account_id=borrowed.id,
            message={"title": "Eksempel"},
            status="sent",
            ref={"ts": "1"},
            due_at=clock.now(),
            created_at=clock.now(),
        )
        session.add(shown)
    findings = await found(world, clock)
    assert findings.todo
    begins = "Utenfra, og knyttet til noen i filen uten at noen går god for det: 1"
    at = findings.lines.index(begins)
    assert findings.lines[at + 1] == "  Eksempel Member, Eksempel sykehus: slack_id: U0ELSE (sist sett 1. sep. 2026)"
    assert "python -m bot separate" in findings.lines[at + 2]

    async with world.database.transaction() as session:
        assert await separate(session, "slack", "U0ELSE") == "Eksempel Member"
    assert begins not in (await found(world, clock)).lines
    async with world.database.transaction() as session:
        account = (await session.scalars(select(Account).where(col(Account.user_id) == "U0ELSE"))).one()
        stranger = await session.get_one(Person, account.person_id)
        assert (stranger.listed, stranger.email, stranger.guest, account.ask_at) == (False, None, True, None)
        kept = (await session.scalars(select(Delivery).where(col(Delivery.key) == "item:1:proposer:1"))).one()
        assert (kept.person_id, kept.account_id) == (member, None)
        (await session.get_one(Person, member)).slack_id = "U0GUEST"
    for id, said in (("U0ELSE", "ikke knyttet"), ("U0GUEST", "i filen"), ("U0NONE", "Ingen konto")):
        with pytest.raises(BotError, match=said):
            async with world.database.transaction() as session:
                await separate(session, "slack", id)
