"""How the parts of statements are written that stand in several of them."""

import pytest
from sqlalchemy import Integer, bindparam, not_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.asking import ask, ask_each, ask_first, ask_value
from storage.database import Database
from storage.statements import among, table
from storage.tables import Person, Reminder, ReminderStatus
from tests.conftest import Postgres
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


async def test_words_are_one_value_too_and_a_list_of_the_statement_stands_in_it(world: World) -> None:
    person = table(Person)
    names = ["Eksempel Ingen", *await _names(world)][:3]
    asked = (
        select(person.c.id)
        .where(
            among(person.c.name, "names"), person.c.language.in_(["nb", "nn", "en"]), person.c.id > bindparam("least")
        )
        .order_by(person.c.id)
    )
    values = {"names": names, "least": 0}
    # Asked of the driver, within a transaction, and by SQLAlchemy: all the same.
    async with world.database.reading() as session:
        found = await ask_each(session, asked, values)
        assert found == list(await session.scalars(asked, values))
    async with world.database.transaction() as session:
        assert await ask_each(session, asked, values) == found
    assert len(found) == 2
    async with world.database.reading() as session:
        assert await ask_value(session, asked, {**values, "names": []}) is None
        assert await ask_first(session, asked, {**values, "least": found[0]}) == (found[1],)


async def _names(world: World) -> list[str]:
    person = table(Person)
    async with world.database.reading() as session:
        return await ask_each(session, select(person.c.name).order_by(person.c.id).limit(2), {})


async def test_what_is_not_given_is_an_error(world: World) -> None:
    asked = select(table(Person).c.id).where(table(Person).c.id == bindparam("person_id"))
    async with world.database.reading() as session:
        with pytest.raises(KeyError, match="person_id"):
            await ask(session, asked, {})


async def test_what_only_reads_needs_no_session_of_sqlalchemys(world: World) -> None:
    async with world.database.reading() as session:
        assert await ask(session, select(table(Person).c.id).limit(1), {})
        assert not session.in_transaction()
        # A mapped object does, and sees the same.
        assert await session.scalar(select(Person).limit(1)) is not None
        assert session.in_transaction()


async def test_a_session_that_reads_asks_on_the_connection_that_it_has(postgres: Postgres) -> None:
    """Of many who each hold one and wait for another, none would come on."""
    url = postgres.take()
    database = Database(url, pool_size=1, patience=5)
    one = select(bindparam("number", type_=Integer()).label("number"))
    async with database.reading() as session:
        assert (await session.execute(one, {"number": 1})).all() == [(1,)]
        assert await ask_value(session, one, {"number": 2}) == 2
    # As before that, on one that is lent for it.
    async with database.reading() as session:
        assert await ask_value(session, one, {"number": 3}) == 3
    await database.close()
    await postgres.give_back(url)
