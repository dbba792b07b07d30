"""What is counted is what is stored, after every kind of change, on both databases."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from storage import deviation_numbers as numbers
from storage.database import Database
from storage.deviation_numbers import EVERYTHING, What, of_organisation, of_unit
from storage.migrate import migrate
from tests.conftest import Postgres, create_tables
from tests.deviations.seed import Places, oslo, random_reports, report, store, store_fixes
from tests.world import World

SINCE, UNTIL = oslo(2026, 1), oslo(2026, 9)
Count = Counter[tuple[str, What, str]]


async def counted(world: World, scope: str = EVERYTHING, first: str = "2026-01", last: str = "2026-09") -> Count:
    async with world.database.transaction() as session:
        found = await numbers.counted(session, [scope], first, last)
    return Counter({(one.direction, one.what, one.key): one.number for one in found})


async def counted_by_hand(world: World, condition: str = "1 = 1") -> Count:
    """The same from the reports themselves, one by one."""
    async with world.database.transaction() as session:
        rows = await session.execute(
            text(f"SELECT * FROM deviation WHERE status NOT IN ('withdrawn', 'at_leader') AND {condition}")
        )
        reports = [row._mapping for row in rows]
        categories: dict[int, list[str]] = {}
        for deviation_id, category in await session.execute(text("SELECT * FROM deviation_category")):
            categories.setdefault(deviation_id, []).append(category)
    found: Count = Counter()
    for one in reports:
        state = "answered" if one["answered_at"] else "rejected" if one["status"] == "rejected" else "waiting"
        keys = [
            (What.MONTH, one["month"]),
            (What.CONSEQUENCE, one["consequence"]),
            (What.CONSENT, one["consent"]),
            (What.SERVICE, one["service"]),
            (What.STATE, state),
            (What.NEAR_MISS, "yes" if one["near_miss"] else "no"),
            (What.UNIT, str(one["unit_id"])),
            (What.WORKPLACE, str(one["workplace_id"] or "")),
            *((What.CATEGORY, category) for category in categories[one["id"]]),
        ]
        if one["rating"]:
            keys.append((What.RATING, one["rating"]))
        if one["seconds_to_answer"] is not None:
            hours = one["seconds_to_answer"] // 3600
            keys.append((What.HOURS, str(hours if hours < 72 else hours // 24 * 24)))
        if one["answered_in_time"] is not None:
            in_time = "yes" if one["answered_in_time"] else "no"
            serious = one["consequence"] in ("major", "death")
            keys += [(What.IN_TIME, in_time), *([(What.IN_TIME, f"serious_{in_time}")] if serious else [])]
        for what, key in keys:
            found[one["direction"], what, key] += 1
    return found


async def some_reports(world: World, count: int = 300) -> Places:
    async with world.database.transaction() as session:
        places = await Places.of(session)
        await store(session, random_reports(places, count, SINCE, UNTIL))
    return places


async def test_the_numbers_are_those_of_the_reports(world: World) -> None:
    await some_reports(world)
    assert await counted(world) == await counted_by_hand(world)


async def test_a_unit_counts_what_it_is_to_answer(world: World) -> None:
    await some_reports(world)
    unit = world.units["ortho"]
    assert await counted(world, of_unit(unit)) == await counted_by_hand(world, f"unit_id = {unit}")


async def test_an_organisation_counts_what_it_sent_or_is_to_answer_once(world: World) -> None:
    places = await some_reports(world)
    hospital = places.hospital[0].organisation_id
    both = f"(organisation_id = {hospital} OR reporter_organisation_id = {hospital})"
    assert await counted(world, of_organisation(hospital)) == await counted_by_hand(world, both)


async def test_a_period_holds_its_first_and_its_last_month(world: World) -> None:
    await some_reports(world)
    found = await counted(world, first="2026-03", last="2026-04")
    assert found == await counted_by_hand(world, "month IN ('2026-03', '2026-04')")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE deviation SET unit_id = (SELECT id FROM unit WHERE key = 'medical') WHERE id < 100",
        "UPDATE deviation SET status = 'withdrawn' WHERE id < 100",
        "UPDATE deviation SET status = 'at_leader' WHERE id < 100",
        "UPDATE deviation SET rating = 'helpful' WHERE id < 100",
        "UPDATE deviation SET workplace_id = NULL WHERE id < 100",
        "UPDATE deviation SET month = '2026-02' WHERE month = '2026-01'",
        "UPDATE deviation SET consequence = 'major', service = '', near_miss = true WHERE id < 100",
        "UPDATE deviation SET consent = 'not_asked' WHERE id < 100",
        "UPDATE deviation SET answered_in_time = false WHERE answered_in_time",
        "UPDATE deviation SET seconds_to_answer = 3600 * 80 WHERE seconds_to_answer IS NOT NULL",
        "UPDATE deviation_category SET category = 'other' WHERE category = 'logistics' AND deviation_id NOT IN "
        "(SELECT deviation_id FROM deviation_category WHERE category = 'other')",
        "DELETE FROM deviation_category WHERE category = 'other'",
        "INSERT INTO deviation_category (deviation_id, category) SELECT id, 'new' FROM deviation",
    ],
)
async def test_after_any_change_the_numbers_follow(world: World, change: str) -> None:
    await some_reports(world)
    before = await counted(world)
    async with world.database.transaction() as session:
        await session.execute(text(change))
        await session.execute(
            text(
                "INSERT INTO deviation_category (deviation_id, category) SELECT id, 'treatment' FROM deviation "
                "WHERE id NOT IN (SELECT deviation_id FROM deviation_category)"
            )
        )
    after = await counted(world)
    assert after != before
    assert after == await counted_by_hand(world)


async def test_what_was_fixed_on_the_spot_is_counted_apart(world: World) -> None:
    async with world.database.transaction() as session:
        places = await Places.of(session)
        await store_fixes(session, places, 40, SINCE, UNTIL)
        rows = (await session.execute(text("SELECT direction, month, category, organisation_id FROM direct_fix"))).all()
    hospital = places.hospital[0].organisation_id
    for scope, own in (
        (EVERYTHING, rows),
        (of_organisation(hospital), [row for row in rows if row.organisation_id == hospital]),
    ):
        wanted = Counter((row.direction, What.FIXED_MONTH, row.month) for row in own)
        wanted += Counter((row.direction, What.FIXED_CATEGORY, row.category) for row in own)
        assert await counted(world, scope) == wanted
    async with world.database.transaction() as session:
        await session.execute(text("DELETE FROM direct_fix"))
    assert not await counted(world)


async def test_nothing_is_counted_anew_when_nothing_has_changed(world: World) -> None:
    await some_reports(world)
    async with world.database.transaction() as session:
        assert await numbers.recount(session) == [f"2026-{month:02}" for month in range(1, 10)]
    async with world.database.transaction() as session:
        assert await numbers.recount(session) == ()


async def test_an_answer_counts_its_own_month_anew_and_no_other(world: World) -> None:
    await some_reports(world)
    await counted(world)
    async with world.database.transaction() as session:
        await session.execute(text("UPDATE deviation SET rating = 'helpful' WHERE month = '2026-03'"))
        # What no number is made of.
        await session.execute(text("UPDATE deviation SET finding = 'x' WHERE month = '2026-05'"))
    async with world.database.transaction() as session:
        assert await numbers.recount(session) == ["2026-03"]


async def test_the_number_of_statements_does_not_grow(world: World) -> None:
    statements: list[str] = []
    event.listen(
        world.database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _cursor, statement, *_rest: statements.append(statement),
    )

    async def asked() -> int:
        statements.clear()
        await counted(world)
        return len([one for one in statements if not one.startswith("BEGIN")])

    places = await some_reports(world, 10)
    few = (await asked(), await asked())
    async with world.database.transaction() as session:
        await store(session, random_reports(places, 500, SINCE, UNTIL, seed=2))
    assert (await asked(), await asked()) == few
    assert few[1] == 2


async def test_many_ask_while_others_report(world: World) -> None:
    places = await some_reports(world, 50)

    async def tell(number: int) -> None:
        async with world.database.transaction() as session:
            if number % 2:
                await session.execute(text(f"UPDATE deviation SET service = 'gp' WHERE id = {number}"))
            else:
                await session.execute(
                    text(
                        "INSERT INTO direct_fix (organisation_id, direction, category, month, at) "
                        f"SELECT {places.hospital[0].organisation_id}, 'to_hospital', 'other', '2026-03', created_at "
                        "FROM deviation WHERE id = 1"
                    )
                )

    await asyncio.gather(*(tell(number) if number % 3 else counted(world) for number in range(24)))
    found = await counted(world)
    fixed = {key: found.pop(key) for key in list(found) if key[1].startswith("fixed")}
    assert found == await counted_by_hand(world)
    assert fixed[("to_hospital", What.FIXED_MONTH, "2026-03")] == 8


async def test_a_reports_own_rows_are_gone_with_it(world: World) -> None:
    places = await some_reports(world, 5)
    async with world.database.transaction() as session:
        await store(session, [report(places, SINCE + timedelta(days=40), reporting=places.municipality[1])])
    await counted(world)
    async with world.database.transaction() as session:
        for table in ("deviation_category WHERE deviation_id", "deviation WHERE id"):
            await session.execute(text(f"DELETE FROM {table} = 6"))
    assert await counted(world) == await counted_by_hand(world)


async def _triggers(database: Database) -> list[Any]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%recount%' ORDER BY name"
    if not database.is_sqlite:
        query = (
            "SELECT tgname, pg_get_triggerdef(pg_trigger.oid), prosrc FROM pg_trigger "
            "JOIN pg_proc ON pg_proc.oid = tgfoid WHERE tgname LIKE '%recount%' ORDER BY tgname"
        )
    async with database.transaction() as session:
        return [tuple(row) for row in await session.execute(text(query))]


async def test_the_migration_makes_the_same_triggers_as_the_tables(tmp_path: Any, postgres: Postgres) -> None:
    kinds = (
        (f"sqlite:///{tmp_path}/migrated.sqlite", f"sqlite:///{tmp_path}/created.sqlite"),
        (postgres.create_empty(), postgres.create_empty()),
    )
    for migrated_url, created_url in kinds:
        await create_tables(created_url)
        migrated, created = Database(migrated_url), Database(created_url)
        await migrate(migrated)
        assert await _triggers(migrated) == await _triggers(created) != []
        await migrated.close()
        await created.close()
