"""The partnership file can say the real meeting plan of 2024, the Monday included."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from config.partnership_file import read

# What the plan says, in UTC: 12.30 in Oslo is 11.30 in winter and 10.30 in summer.
PLANNED = {
    "FSU": [
        ("2024-01-25", "11:30", "14:30"),
        ("2024-05-02", "10:30", "13:30"),
        ("2024-09-05", "10:30", "13:30"),
        ("2024-11-07", "11:30", "14:30"),
    ],
    "AU": [
        ("2024-02-08", "13:00", "15:00"),
        ("2024-05-13", "06:30", "08:30"),
        ("2024-09-12", "12:00", "14:00"),
        ("2024-11-14", "13:00", "15:00"),
    ],
    "SSU": [
        ("2024-02-29", "12:00", "14:30"),
        ("2024-05-23", "11:00", "13:30"),
        ("2024-09-26", "11:00", "13:30"),
        ("2024-11-28", "12:00", "14:30"),
    ],
    "PM": [("2024-05-30", "08:00", "13:00")],
}


@pytest.fixture(scope="module")
def laid_out() -> dict[str, list[tuple[datetime, datetime]]]:
    partnership = read(Path(__file__).parent / "plan_2024.yaml", date(2024, 1, 1))
    assert partnership.warnings == ()
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for meeting in partnership.meetings:
        assert meeting.day is not None
        moments = meeting.moments(meeting.day)
        found.setdefault(meeting.committee, []).append((moments.starts_at, moments.ends_at))
    return found


def utc(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=UTC)


@pytest.mark.parametrize("committee", PLANNED)
def test_every_meeting(committee: str, laid_out: dict[str, list[tuple[datetime, datetime]]]) -> None:
    expected = [(utc(day, starts), utc(day, ends)) for day, starts, ends in PLANNED[committee]]
    assert laid_out[committee] == expected


def test_no_other_meeting(laid_out: dict[str, list[tuple[datetime, datetime]]]) -> None:
    assert laid_out.keys() == PLANNED.keys()


def test_thursdays_but_for_one_monday(laid_out: dict[str, list[tuple[datetime, datetime]]]) -> None:
    days = [starts_at.date() for meetings in laid_out.values() for starts_at, _ends_at in meetings]
    assert [day for day in days if day.isoweekday() != 4] == [date(2024, 5, 13)]
    assert date(2024, 5, 13).isoweekday() == 1


def test_au_prepares_ssu_in_good_time(laid_out: dict[str, list[tuple[datetime, datetime]]]) -> None:
    ahead = [(ssu[0].date() - au[0].date()).days for au, ssu in zip(laid_out["AU"], laid_out["SSU"], strict=True)]
    assert all(10 <= days <= 21 for days in ahead)
