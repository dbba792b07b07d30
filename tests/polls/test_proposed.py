"""Times as people propose them."""

from datetime import date, datetime

import pytest

from handlers.polls.proposed import Proposed, read

TODAY = date(2026, 9, 1)


def at(*when: int) -> datetime:
    return datetime(*when)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "starts", "ends"),
    [
        ("12.3. kl. 9–11", at(2027, 3, 12, 9), at(2027, 3, 12, 11)),
        ("12.3 9-11", at(2027, 3, 12, 9), at(2027, 3, 12, 11)),
        ("12/3 13:00-15:30", at(2027, 3, 12, 13), at(2027, 3, 12, 15, 30)),
        ("fredag 12. mars kl. 09.00–11.00", at(2027, 3, 12, 9), at(2027, 3, 12, 11)),
        ("fre 12.3. kl 9", at(2027, 3, 12, 9), at(2027, 3, 12, 11)),
        ("2027-03-12 09:00-11:00", at(2027, 3, 12, 9), at(2027, 3, 12, 11)),
        ("12. mars 0900-1100", at(2027, 3, 12, 9), at(2027, 3, 12, 11)),
        ("- 12.3.27 fra 9 til 11", at(2027, 3, 12, 9), at(2027, 3, 12, 11)),
        ("3) 12. mars kl. halv ni", at(2027, 3, 12, 8, 30), at(2027, 3, 12, 10, 30)),
        ("i morgen kl. 9", at(2026, 9, 2, 9), at(2026, 9, 2, 11)),
        ("torsdag kl. 13", at(2026, 9, 3, 13), at(2026, 9, 3, 15)),
        ("neste torsdag 13-15", at(2026, 9, 10, 13), at(2026, 9, 10, 15)),
        ("1. september kl. 12–14", at(2026, 9, 1, 12), at(2026, 9, 1, 14)),
        ("31.8. kl. 9", at(2027, 8, 31, 9), at(2027, 8, 31, 11)),
        ("29.2.2028 kl. 9-10", at(2028, 2, 29, 9), at(2028, 2, 29, 10)),
    ],
)
def test_a_line_that_is_a_time(line: str, starts: datetime, ends: datetime) -> None:
    assert read(line, 120, TODAY) == ([Proposed(starts, ends)], [])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("12.3.", "skriv både dag og klokkeslett, for eksempel 12.3. kl. 9–11."),
        ("tull", "skriv både dag og klokkeslett, for eksempel 12.3. kl. 9–11."),
        ("12.03", "dagen mangler. Skriv for eksempel 12.3. kl. 9–11."),
        ("en dag kl. 9", "jeg forstår ikke hvilken dag. Skriv for eksempel 12.3. kl. 9–11."),
        ("31.2. kl. 9", "31.2. finnes ikke i 2026. Rett datoen."),
        ("12.13. kl. 9", "12.13. finnes ikke i 2026. Rett datoen."),
        ("29.2. kl. 9", "29.2. finnes ikke i 2026. Rett datoen."),
        ("torsdag 12.3. kl. 9", "ukedagen passer ikke: det er fredag 12. mars 2027."),
        ("12.3. kl. 25", "klokka går fra 00.00 til 23.59."),
        ("12.3. kl. 11–9", "møtet må slutte etter at det har begynt."),
        ("12.3. kl. 23", "møtet går over midnatt. Skriv når det slutter, samme dag."),
    ],
)
def test_a_line_that_is_none_is_named(line: str, problem: str) -> None:
    assert read(f"12.3. kl. 9\n\n{line}", 120, TODAY).wrong == [f"Linje 3 («{line}»): {problem}"]


def test_times_stand_in_order_and_once() -> None:
    found = read("13.3. kl. 9–11\n12.3. kl. 9\n12.3. kl. 09.00–11.00\n12.3. kl. 8–9", 120, TODAY)
    assert [(each.starts.day, each.starts.hour) for each in found.times] == [(12, 8), (12, 9), (13, 9)]
    assert found.wrong == []


def test_a_long_line_is_not_said_back_in_full() -> None:
    (wrong,) = read("tull " * 50, 120, TODAY).wrong
    assert wrong.startswith("Linje 1 («tull tull")
    assert "…»): skriv både dag" in wrong
    assert len(wrong) < 160
