"""When it happened, as people write it."""

from datetime import UTC, date, datetime, time

import pytest

from handlers.deviations.when import When, parse, settle

NOW = datetime(2026, 11, 24, 9, 15, 40, tzinfo=UTC)
"""Tuesday 24 November 2026, 10.15 in Oslo."""


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("nå", date(2026, 11, 24), time(10, 15)),
        ("  I  DAG ", date(2026, 11, 24), None),
        ("i dag kl 9", date(2026, 11, 24), time(9)),
        ("i går 14.30", date(2026, 11, 23), time(14, 30)),
        ("i går, 14:30", date(2026, 11, 23), time(14, 30)),
        ("i går ca. kl. 14", date(2026, 11, 23), time(14)),
        ("i forgårs kl 0930", date(2026, 11, 22), time(9, 30)),
        ("22.11 kl. 14", date(2026, 11, 22), time(14)),
        ("22.11", date(2026, 11, 22), None),
        ("22.11 22.11", date(2026, 11, 22), time(22, 11)),
        ("09.30", date(2026, 11, 24), time(9, 30)),
        ("kl 23", date(2026, 11, 23), time(23)),
        ("mandag", date(2026, 11, 23), None),
        ("på mandag", date(2026, 11, 23), None),
        ("forrige fredag 08:00", date(2026, 11, 20), time(8)),
        ("tirsdag", date(2026, 11, 24), None),
        ("tirsdag 14.30", date(2026, 11, 17), time(14, 30)),
        ("mandag 23.11", date(2026, 11, 23), None),
        ("man. 23. november kl. 7", date(2026, 11, 23), time(7)),
        ("måndag 12.10", date(2026, 10, 12), None),
        ("mandag 12.20", date(2026, 11, 23), time(12, 20)),
        ("25.01.25", date(2025, 1, 25), None),
        ("3.2.25", date(2025, 2, 3), None),
        ("12. mars 2026", date(2026, 3, 12), None),
        ("2/5", date(2026, 5, 2), None),
        ("9/3 2026", date(2026, 3, 9), None),
        ("2026-03-09 14:00", date(2026, 3, 9), time(14)),
        ("for to dager siden", date(2026, 11, 22), None),
        ("2 weeks ago", date(2026, 11, 10), None),
        ("yesterday at 14", date(2026, 11, 23), time(14)),
        ("nettopp", date(2026, 11, 24), time(10, 15)),
        ("for to timer siden", date(2026, 11, 24), time(8, 15)),
        ("for en halvtime siden", date(2026, 11, 24), time(9, 45)),
        ("20 minutter siden", date(2026, 11, 24), time(9, 55)),
        ("for 12 timer siden", date(2026, 11, 23), time(22, 15)),
        ("for 30 timer siden", date(2026, 11, 23), None),
        ("kl 14 i går", date(2026, 11, 23), time(14)),
        ("08.30, i dag", date(2026, 11, 24), time(8, 30)),
        ("klokka 7 mandag", date(2026, 11, 23), time(7)),
        ("i dag tidlig kl 7", date(2026, 11, 24), time(7)),
        ("i går ettermiddag", date(2026, 11, 23), None),
        ("mandag kveld 20.30", date(2026, 11, 23), time(20, 30)),
        ("i natt 02.30", date(2026, 11, 24), time(2, 30)),
        ("i natt kl 23.30", date(2026, 11, 23), time(23, 30)),
        ("natt til søndag", date(2026, 11, 22), None),
        ("natt til søndag 03.15", date(2026, 11, 22), time(3, 15)),
        ("natt til søndag 23.30", date(2026, 11, 21), time(23, 30)),
        ("24.11.2024", date(2024, 11, 24), None),
        ("٢٢.١١", date(2026, 11, 22), None),
    ],
)  # fmt: skip
def test_what_people_write(text: str, day: date, clock: time | None) -> None:
    assert parse(text, NOW) == When(day, clock)


def test_without_a_year_the_nearest_one_is_meant() -> None:
    assert parse("30.12", datetime(2026, 1, 2, 9, tzinfo=UTC)).day == date(2025, 12, 30)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("31. februar", "31. februar finnes ikke i 2026"),
        ("31.02", "31.02 finnes ikke i 2026"),
        ("31. februar kl. 14", "31. februar finnes ikke i 2026"),
        ("29.2.2025", "29.2.2025 finnes ikke i 2025"),
        ("25.11.2026", "fram i tid"),
        ("1.12", "fram i tid"),
        ("i dag 14.30", "fram i tid"),
        ("24.11.2023", "mer enn to år siden"),
        ("23.11.2024", "mer enn to år siden"),
        ("9.3.0001", "mer enn to år siden"),
        ("for 900 uker siden", "mer enn to år siden"),
        ("for 3 år siden", "mer enn to år siden"),
        ("for 99999 år siden", "mer enn to år siden"),
        ("i morgen kveld", "fram i tid"),
        ("i går 25.10", "Klokka går fra 00.00 til 23.59"),
        ("i går kl 14.75", "Klokka går fra 00.00 til 23.59"),
        ("kl 24", "Klokka går fra 00.00 til 23.59"),
        ("tirsdag 23.11", "Ukedagen og datoen passer ikke sammen"),
        ("onsdag 23.11.2026", "Ukedagen og datoen passer ikke sammen"),
        ("på vakta", "Skriv for eksempel «i dag»"),
        ("i går en gang", "Skriv for eksempel «i dag»"),
        ("12 ganger i går", "Skriv for eksempel «i dag»"),
        ("kveld", "Skriv for eksempel «i dag»"),
        ("for lenge siden", "Skriv for eksempel «i dag»"),
        ("👩‍⚕️", "Skriv for eksempel «i dag»"),
    ],
)
def test_what_cannot_stand_says_what_to_do(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(text, NOW)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("i går kl 14", "23.11.2026 kl. 14.00"),
        ("mandag", "23.11.2026"),
        ("på vakta", "på vakta"),
        ("", ""),
        ("23.11.2026 kl. 14.00", "23.11.2026 kl. 14.00"),
    ],
)
def test_it_is_written_out_so_that_it_means_the_same_tomorrow(text: str, settled: str) -> None:
    assert settle(text, NOW) == settled


def test_the_day_is_the_local_one() -> None:
    assert parse("i dag", datetime(2026, 11, 23, 23, 30, tzinfo=UTC)).day == date(2026, 11, 24)
