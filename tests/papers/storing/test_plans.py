"""Meetings that a paper put into the plan, and the partnership file."""

from datetime import date, time
from pathlib import Path

import pytest

from handlers.papers import settling
from handlers.papers.guarding import guard
from handlers.papers.record import MeetingRead, PaperKind, PaperRead
from handlers.papers.storing import Choices
from storage import papers
from storage.committees import named
from storage.database import Database
from storage.tables import Meeting
from tests.clock import FixedClock
from tests.partnership.loader import Loader

FILE = """\
organisations:
  - {key: hospital, name: Eksempel sykehus, kind: hospital}
people:
  - {email: leder@example.org, name: Eksempel Leder, organisation: hospital}
committees:
  - key: fsu
    name: Faglig samarbeidsutvalg (FSU)
    aliases: [FSU]
    number: "{n}/{yyyy}"
    members:
      - {email: leder@example.org, role: sekretariat}
plans:
  - year: 2027
    meetings:
      FSU: {time: 12.30–15.30, place: Eksempelsalen, dates: [20/8]}
"""


@pytest.fixture
def loader(database: Database, clock: FixedClock, tmp_path: Path) -> Loader:
    return Loader(database, clock, tmp_path, FILE)


async def _planned(loader: Loader, *days: date) -> int:
    """Store a meeting plan of the committee with meetings on these days; the paper's id."""
    now = loader.clock.now()
    ahead = [MeetingRead(day, time(9, 0), time(11, 0), "FSU", "Kantina") for day in days]
    read = PaperRead(kind=PaperKind.PLAN, committee="FSU", next_meetings=ahead)
    async with loader.database.transaction() as session:
        owner = await named(session, "fsu", now.date())
        assert owner is not None
        paper = await settling.wait(session, "plan.xlsx", "d", guard(read), owner.id, None, now)
        await settling.store(session, paper, Choices(), None, now)
        return paper.id


async def test_loading_the_file_leaves_them_alone(loader: Loader) -> None:
    await loader()
    await _planned(loader, date(2027, 9, 1))
    changes = await loader()
    assert str(changes) == "Ingenting å endre."
    made = next(each for each in await loader.rows(Meeting) if each.paper_id is not None)
    assert (made.cancelled_at, made.place) == (None, "Kantina")


async def test_one_that_the_file_has_too_is_the_same_meeting_and_the_files_from_then_on(loader: Loader) -> None:
    await loader()
    paper_id = await _planned(loader, date(2027, 9, 1), date(2027, 10, 1))
    made = {each.starts_at.date(): each.id for each in await loader.rows(Meeting) if each.paper_id is not None}
    await loader.changing("dates: [20/8]", "dates: [20/8, 1/9]")
    rows = {each.starts_at.date(): each for each in await loader.rows(Meeting)}
    assert len(rows) == 3
    taken_over = rows[date(2027, 9, 1)]
    assert (taken_over.id, taken_over.paper_id, taken_over.place) == (made[date(2027, 9, 1)], None, "Eksempelsalen")
    assert str(await loader(loader.changed(("dates: [20/8]", "dates: [20/8, 1/9]")))) == "Ingenting å endre."
    async with loader.database.transaction() as session:
        paper = await papers.paper(session, paper_id, lock=True)
        assert paper is not None
        await settling.undo(session, paper, None, loader.clock.now())
    assert date(2027, 10, 1) not in {each.starts_at.date() for each in await loader.rows(Meeting)}
    assert date(2027, 9, 1) in {each.starts_at.date() for each in await loader.rows(Meeting)}
