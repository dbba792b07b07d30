"""A plan on the command line, and what is said of the plans when the partnership file is loaded."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.commands.plan import run
from config.settings import Settings
from handlers.calendar import school_holidays
from handlers.calendar.clock import SystemClock
from handlers.planning.lines import stored_lines
from storage.tables import Meeting, MeetingSource
from tests.planning.steps import planned
from tests.world import World

YEAR = SystemClock().now().year + 1
"""Of a plan whose meetings lie ahead whenever the tests run."""


def settings_of(world: World) -> Settings:
    return Settings(database_url=world.database.url.render_as_string(hide_password=False))


@pytest.fixture(autouse=True)
def no_list() -> object:
    yield
    school_holidays.install(school_holidays.SchoolHolidays)


async def test_checked_and_then_stored(small_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("FSU: 17/5 12.30–15.30\nAU: 3/6\nRådet: 10/6 9-11", encoding="utf-8")
    assert not await run(settings_of(small_world), path, year=YEAR, store=False)
    said = capsys.readouterr().out
    assert "✗ Hvilket utvalg er «Rådet»?" in said
    assert "✗ AU mangler klokkeslett" in said
    assert f"17. mai {YEAR} er på " in said
    assert "FSU: Nytt: " in said
    assert not await run(settings_of(small_world), path, year=YEAR, store=True)
    assert await planned(small_world) == []
    path.write_text("FSU: 11/6 12.30–15.30, Eksempelsalen", encoding="utf-8")
    capsys.readouterr()
    assert await run(settings_of(small_world), path, year=YEAR, store=True)
    assert "Lagret: 1 nytt møte." in capsys.readouterr().out
    (made,) = await planned(small_world)
    assert (made.place, made.source) == ("Eksempelsalen", MeetingSource.PLAN)
    # Once more changes nothing, and is no failure.
    assert await run(settings_of(small_world), path, year=YEAR, store=True)
    assert len(await planned(small_world)) == 1


async def test_what_is_stored_is_looked_at_when_the_file_is_loaded(small_world: World) -> None:
    now = datetime(2026, 9, 1, 8, tzinfo=UTC)
    async with small_world.database.transaction() as session:
        before = await stored_lines(session, now)
        for committee in ("fsu", "au"):
            starts_at = datetime(2027, 5, 6, 8, tzinfo=UTC)
            session.add(
                Meeting(
                    committee_id=small_world.committees[committee],
                    key="x",
                    starts_at=starts_at,
                    ends_at=starts_at.replace(hour=10),
                    deadline_at=starts_at,
                    zone="Europe/Oslo",
                    place="Salen",
                )
            )
        await session.flush()
        after = await stored_lines(session, now)
        await session.rollback()
    new = [each for each in after if each not in before]
    assert "! FSU torsdag 6. mai 2027 er på Kristi himmelfartsdag. Torsdag 13. mai 2027 er ledig." in new
    assert any(each.startswith("! AU og FSU møtes samtidig torsdag 6. mai 2027.") for each in new) or any(
        each.startswith("! FSU og AU møtes samtidig torsdag 6. mai 2027.") for each in new
    )
    assert date(2027, 5, 6) > now.date()
