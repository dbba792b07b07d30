"""A guest is called one wherever their name stands with a workplace, or as of the organisation's own."""

from sqlalchemy import update
from sqlmodel import col

from handlers.capabilities import registry
from handlers.deviations import describe
from storage import deviations, people
from storage.tables import Account, Person
from tests.agenda.steps import propose, to_how
from tests.clock import FixedClock
from tests.deviations.steps import report
from tests.surface import FakeSurface, facts, message
from tests.world import World


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
            await people.note_guest(session, member)
        async with world.database.transaction() as session:
            found.append((await session.get_one(Person, member)).guest)
    assert found == [True, False]
