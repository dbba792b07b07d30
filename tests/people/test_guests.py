"""A guest is called one wherever their name stands with a workplace, or as of the organisation's own."""

from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from handlers.bot import Bot
from handlers.capabilities import registry
from handlers.deviations import describe
from handlers.people.context import Profile, Sender
from storage import accounts, deviations, known
from storage.tables import Account, Organisation, Person
from tests.cases.steps import propose, to_how
from tests.clock import FixedClock
from tests.deviations.steps import report
from tests.surface import FakeSurface, facts, message
from tests.world import HOSPITAL_TEAM, MUNICIPALITY_TENANT, World


async def guest(world: World, name: str, **values: bool) -> None:
    async with world.database.transaction() as session:
        changed = update(Person).where(col(Person.id) == world.people[name]).values(guest=True, **values)
        await session.execute(changed)


async def test_the_secretariat_reads_who_is_a_guest_on_the_case_and_in_the_queue(
    world: World, clock: FixedClock
) -> None:
    surface = FakeSurface(world, clock, registry())
    await guest(world, "member")
    await propose(surface)
    (case,) = await surface.inbox("secretary")
    assert facts(case)["Meldt av"] == "Eksempel Member (gjest)"
    queue = await surface.press(
        "secretary", message(await surface.say("secretary", "sak liste")), "Vis 1 ubehandlet sak"
    )
    assert "Eksempel Member (gjest)" in message(queue).sections[0].text
    # Whom the file names, is of those whom the file says.
    await guest(world, "member", listed=True)
    queue = await surface.press(
        "secretary", message(await surface.say("secretary", "sak liste")), "Vis 1 ubehandlet sak"
    )
    assert "gjest" not in message(queue).sections[0].text


async def test_whoever_is_chosen_to_present_is_called_a_guest(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await guest(world, "clinician")
    form = await to_how(surface)
    field = next(field for field in form.fields if field.name == "presenters")
    shown = {option.label for option in field.options}
    assert "Eksempel Clinician (Eksempel sykehus, gjest)" in shown
    assert "Eksempel Surgeon (Eksempel sykehus)" in shown


async def test_the_unit_reads_that_the_reporter_is_a_guest(world: World, clock: FixedClock) -> None:
    surface = FakeSurface(world, clock, registry())
    await guest(world, "clinician")
    number = await report(surface, "clinician")
    async with world.database.transaction() as session:
        found = await deviations.report(session, number)
    assert found is not None
    assert describe.who_reported(found) == "Eksempel Clinician (gjest), Eksempel sykehus"


async def test_somebody_who_is_an_insider_anywhere_is_no_guest(world: World, clock: FixedClock) -> None:
    member = world.people["member"]
    found: list[bool] = []
    for surface, outsider in (("teams", True), ("slack", False)):
        async with world.database.transaction() as session:
            session.add(
                Account(
                    person_id=member,
                    surface=surface,
                    workspace="w",
                    user_id="u",
                    reach={},
                    seen_at=clock.now(),
                    outsider=outsider,
                )
            )
            await session.flush()
            await accounts.note_guest(session, member)
        async with world.database.transaction() as session:
            found.append((await session.get_one(Person, member)).guest)
    assert found == [True, False]


def sender(surface: str, workspace: str, *, outsider: bool) -> Sender:
    async def profile() -> Profile:
        workspaces = frozenset({workspace})
        return Profile("Eksempel Ny", "new@example.org", outsider=outsider, workspaces=workspaces)

    return Sender(surface, workspace, "U-new", profile, reach={"channel": "U-new"})


async def who(world: World, surface: str) -> tuple[str, str | None]:
    """Where somebody new works, and their address."""
    async with world.database.transaction() as session:
        found = await session.execute(
            select(Organisation.key, Person.email)  # type: ignore[call-overload]
            .join(Person, col(Person.organisation_id) == col(Organisation.id))
            .join(Account, col(Account.person_id) == col(Person.id))
            .where(col(Account.user_id) == "U-new", col(Account.surface) == surface)
        )
        organisation, email = found.one()
        return organisation, email


async def test_whoever_was_a_guest_elsewhere_first_is_let_in_at_home(world: World, clock: FixedClock) -> None:
    """Else whoever invites somebody as a guest would keep them out of their own organisation."""
    async with world.database.transaction() as session:
        await session.execute(update(Organisation).where(col(Organisation.key) == "hospital").values(guests=True))
    bot = Bot(world.database, registry(), clock)
    abroad = sender("slack", HOSPITAL_TEAM, outsider=True)
    home = sender("teams", MUNICIPALITY_TENANT, outsider=False)
    assert "hjelp" in message(await bot.command(abroad, "hjelp")).title.lower()
    assert "hjelp" in message(await bot.command(home, "hjelp")).title.lower()
    assert await who(world, "teams") == ("municipality", "new@example.org")
    # They are still welcome where they are a guest, also once Slack has been asked again.
    clock.forward(timedelta(days=2))
    assert "hjelp" in message(await bot.command(abroad, "hjelp")).title.lower()
    assert await who(world, "slack") == ("hospital", None)
    async with world.database.transaction() as session:
        assert await known.unvouched(session) == [], "nobody has anything to do about it"


async def test_a_guest_takes_no_address_from_anybody(world: World, clock: FixedClock) -> None:
    """Nor does somebody at home from one who is at home elsewhere."""
    bot = Bot(world.database, registry(), clock)
    await bot.command(sender("teams", MUNICIPALITY_TENANT, outsider=False), "hjelp")
    for outsider in (True, False):
        refused = message(await bot.command(sender("slack", HOSPITAL_TEAM, outsider=outsider), "hjelp"))
        assert "hører til en annen virksomhet" in refused.title
    assert await who(world, "teams") == ("municipality", "new@example.org")
