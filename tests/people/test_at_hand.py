"""What every call knows of whoever is speaking: which committees there are, and their roles in them today."""

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlmodel import col

from handlers.people.recognising import find, let_in
from handlers.people.roles import Role
from storage.tables import Committee, Membership
from tests.clock import FixedClock
from tests.world import World


async def test_committees_come_in_the_order_of_the_alphabet_and_as_they_are_called_now(
    world: World, clock: FixedClock
) -> None:
    async def names() -> list[str]:
        known, _besides = await find(world.database, world.sender("member"), clock.now())
        assert known is not None
        return [seat.name for seat in known.committees]

    before = await names()
    async with world.database.transaction() as session:
        session.add_all(
            Committee(key=name, name=name, number_template="{n}", proposals_from="members", removed_at=removed)
            for name, removed in (
                ('Årdal "nord"', None),
                ("Øyer", None),
                ("Ærfugl", None),
                ("Zulu", None),
                ("Aaland", None),
                ("Borte", clock.now()),
            )
        )
    assert await names() == [*before, "Zulu", "Ærfugl", "Øyer", "Aaland", 'Årdal "nord"']
    async with world.database.transaction() as session:
        await session.execute(update(Committee).where(col(Committee.key) == "Zulu").values(name="Alfa"))
    assert (await names())[0] == "Alfa"


async def test_roles_are_those_of_today(world: World, clock: FixedClock) -> None:
    today = clock.now().date()

    async def roles(day: date) -> frozenset[Role]:
        now = clock.now() + (day - today)
        sender = world.sender("member")
        known, _besides = await find(world.database, sender, now)
        assert known is not None
        return let_in(known, sender, now).actor.roles.get(world.committees["fsu"], frozenset())

    tomorrow = today + timedelta(days=1)
    async with world.database.transaction() as session:
        member = (
            await session.scalars(
                select(Membership).where(
                    col(Membership.person_id) == world.people["member"],
                    col(Membership.committee_id) == world.committees["fsu"],
                )
            )
        ).one()
        member.valid_to = today
        session.add(
            Membership(
                committee_id=member.committee_id, person_id=member.person_id, role=Role.LEADER, valid_from=tomorrow
            )
        )
    assert await roles(today) == {Role.MEMBER}
    assert await roles(tomorrow) == {Role.LEADER}


async def test_where_there_is_no_committee_and_no_role(world: World, clock: FixedClock) -> None:
    async with world.database.transaction() as session:
        await session.execute(update(Committee).values(removed_at=clock.now()))
    known, _besides = await find(world.database, world.sender("carer"), clock.now())
    assert known is not None
    assert list(known.committees) == []
    assert let_in(known, world.sender("carer"), clock.now()).actor.committees == known.committees
