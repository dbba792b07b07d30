"""How the parts of statements are written that stand in several of them."""

from sqlalchemy import bindparam, not_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Database
from storage.statements import among, table
from storage.tables import Person, Reminder, ReminderStatus
from tests.world import World


async def test_some_of_a_table_are_found_by_their_ids(small_world: World) -> None:
    database: Database = small_world.database
    person, reminder = table(Person), table(Reminder)
    found = select(person.c.name).where(among(person.c.id, "people"), person.c.removed_at.is_(None))
    changed = (
        update(reminder)
        .where(among(reminder.c.id, "ids"), reminder.c.status == ReminderStatus.PENDING)
        .values(reason=bindparam("why"))
    )
    for statement in (found, changed):
        plain = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))
        assert "= 1" not in plain
        async with database.reading() as session:
            plan = str((await session.execute(text(f"EXPLAIN QUERY PLAN {_filled(plain)}"))).all())
        assert "USING INTEGER PRIMARY KEY" in plan, plan


def _filled(statement: str) -> str:
    """With a value in each place, so that it can be explained."""
    return statement.replace("json_each(?)", "json_each('[1]')").replace("?", "'x'")


async def test_what_is_not_among_some(world: World) -> None:
    person = table(Person)
    ids = list(world.people.values())
    within = select(person.c.id).where(among(person.c.id, "people"))
    async with world.database.reading() as session:
        inside = await session.scalars(within, {"people": ids[:2]})
        assert sorted(inside) == sorted(ids[:2])
        outside = select(person.c.id).where(not_(among(person.c.id, "people")))
        assert sorted(await session.scalars(outside, {"people": ids[:2]})) == sorted(ids[2:])
        assert (
            list(await session.scalars(select(person.c.id).where(among(person.c.id, "people")), {"people": []})) == []
        )
    assert "= ANY" in str(select(person.c.id).where(among(person.c.id, "p")).compile(dialect=postgresql.dialect()))
